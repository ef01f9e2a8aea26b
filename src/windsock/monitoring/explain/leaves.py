"""The leaves of a metric over a window, beside what the same hours of the four weeks before had: what causes are looked for in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from windsock.kernel.errors import TooLarge
from windsock.metrics import SeriesAsked, SeriesFound, figures, series, unit_of
from windsock.monitoring.monitors.check import asked_of
from windsock.monitoring.root_cause.locate import locate
from windsock.monitoring.root_cause.model import Floats, Kind, Leaves, leaves_of

if TYPE_CHECKING:
    from windsock.metrics import Catalogue
    from windsock.monitoring.monitors.model import Monitor
    from windsock.workspace import Workspace

DIMENSIONS = (
    "provider", "device", "sales_channel", "route", "market", "property", "step", "city", "app_version", "supplier", "party", "campaign",
    "source", "room_type", "cabin", "fare_class", "kind", "lead_band",
)  # fmt: skip
"""Where business hurts, the likeliest place first; a metric is looked at by those that it has."""
CANDIDATES, SEARCHED = 10, 4
"""So many are looked at by themselves, and so many together: those in which the change shows most."""
SERIES_MAX = 60_000
WEEKS = 4
UNKNOWN = "(none)"
_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, eq=False)
class Gathered:
    """Leaves, which noise they have, and how many of the four weeks before had anything."""

    leaves: Leaves
    kind: Kind
    weeks: int


def gather(workspace: Workspace, monitor: Monitor, span: tuple[int, int], library: Catalogue) -> Gathered | None:
    """Return the leaves of a monitor's metric in a span, or None where no earlier week has anything or its parts can't be added up.

    Each dimension that the metric has is first looked at by itself; the leaves are those of the monitor's cut and of the dimensions in which one
    value's change stands out most. A dimension with too many values for the search is left out.

    Args:
        workspace: where to ask.
        monitor: the metric, its filters, its clock, its step.
        span: starts of steps, ms UTC; what is in [from, to).
        library: the metrics.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``metrics.series``.
    """
    if any(base.picked for base in library.bases([monitor.metric])):
        return None
    known = library.dimensions(monitor.metric)
    candidates = [name for name in DIMENSIONS if name in known and name not in monitor.by][:CANDIDATES]
    shown = {name: _shown(_gathered(workspace, monitor, span, (name,), library)) for name in candidates}
    best = sorted((name for name in candidates if shown[name] > 0), key=lambda name: -shown[name])
    dims = tuple(dict.fromkeys((*monitor.by, *best)))[:SEARCHED] or tuple(candidates[:1])
    tried = [_gathered(workspace, monitor, span, dims[:count], library) for count in range(max(1, len(monitor.by)), len(dims) + 1)]
    # More dimensions cost more to name: those are taken whose causes are likeliest, and the fewest of equals.
    return max((one for one in tried if one is not None), key=_shown, default=None)


def _shown(gathered: Gathered | None) -> float:
    """Return how much likelier the places of a change are than none; 0 where there are none."""
    return 0.0 if gathered is None else sum(cause.evidence for cause in locate(gathered.leaves, gathered.kind).causes)


def _gathered(workspace: Workspace, monitor: Monitor, span: tuple[int, int], dims: tuple[str, ...], library: Catalogue) -> Gathered | None:
    """Return the leaves by some dimensions; None where there are too many of them, or nothing to compare with."""
    kind: Kind = "ratio" if unit_of(monitor.metric, library) == "ratio" else "additive"
    asked = replace(asked_of(monitor, *span), by=dims)
    spans = [_shifted(span, weeks, workspace.zone) for weeks in range(WEEKS + 1)]
    try:
        found = [_asked(workspace, replace(asked, start_ms=start, end_ms=end), library) for start, end in spans]
        return _leaves(found, monitor.metric, kind, dims, library)
    except TooLarge:
        return None


def _asked(workspace: Workspace, asked: SeriesAsked, library: Catalogue) -> SeriesFound:
    return series(workspace, asked, library, most=SERIES_MAX)


def _leaves(found: list[SeriesFound], metric: str, kind: Kind, dims: tuple[str, ...], library: Catalogue) -> Gathered | None:
    numbers: dict[tuple[str, ...], int] = {}
    sums: list[tuple[Floats, Floats]] = []
    for one in found:
        values, volumes = figures(one, metric, library)
        volume = np.nansum(volumes, axis=1) if volumes is not None else np.zeros(len(one.keys))
        parts = np.nan_to_num(values * volumes) if kind == "ratio" and volumes is not None else np.nan_to_num(values)
        places = np.array([numbers.setdefault(_labels(key), len(numbers)) for key in one.keys], dtype=np.int64)
        sums.append((_spread(places, np.maximum(parts.sum(axis=1), 0), len(numbers)), _spread(places, volume, len(numbers))))
    count, earlier = len(numbers), [one for one in sums[1:] if one[0].any() or one[1].any()]
    if not earlier or not count or not dims:
        return None
    expected, due = (sum(_padded(one[at], count) for one in earlier) / len(earlier) for at in (0, 1))
    columns = {name: [key[at] for key in numbers] for at, name in enumerate(dims)}
    now = tuple(_padded(one, count) for one in sums[0])
    told = {"real": now[0], "predict": np.asarray(expected, np.float64)}
    if kind == "ratio":
        told |= {"visits_real": now[1], "visits_predict": np.asarray(due, np.float64)}
    return Gathered(leaves_of(columns, told, kind), kind, len(earlier))


def _labels(key: tuple[str | int | bool | None, ...]) -> tuple[str, ...]:
    return tuple(UNKNOWN if value is None else str(value).lower() if isinstance(value, bool) else str(value) for value in key)


def _spread(places: np.ndarray, values: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(places, values, count), np.float64) if len(places) else np.zeros(count)


def _padded(values: Floats, count: int) -> Floats:
    return np.pad(values, (0, count - len(values)))


def _shifted(span: tuple[int, int], weeks: int, zone: str) -> tuple[int, int]:
    """Return the span that begins so many weeks earlier at the same local time, as long as it."""
    place = ZoneInfo(zone)
    begin = dt.datetime.fromtimestamp(span[0] / 1000, place)
    end = dt.datetime.fromtimestamp(span[1] / 1000, place)
    earlier = [(one.replace(tzinfo=None) - weeks * _WEEK).replace(tzinfo=place) for one in (begin, end)]
    return round(earlier[0].timestamp() * 1000), round(earlier[1].timestamp() * 1000)
