"""The leaves of a metric over a window, beside what the same hours of the four weeks before had: what causes are looked for in."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from windsock.kernel.errors import TooLarge
from windsock.metrics import SeriesAsked, SeriesFound, figures, series, sums_up, unit_of
from windsock.monitoring.monitors.check import asked_of
from windsock.monitoring.monitors.model import DAY_MS
from windsock.monitoring.root_cause.locate import locate
from windsock.monitoring.root_cause.model import Floats, Ints, Kind, Leaves, Located, leaves_of
from windsock.warehouse import Cancel

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
WIDE_MS = 6 * 3_600_000
"""What a short window had in earlier weeks is asked for over so long around it: its parts by all of that, the whole by the window alone."""
FEW = 20.0
"""Below so many a leaf a count's own noise, a quarter of it and more, is greater than a forecast's."""
WANDERS = 2.0
"""Counts of which one comes with others, as the searches of a visit, wander more than this from week to week, and are no counts of single events."""
COARSER = {
    "route": ("city_pair", "market"), "city_pair": ("market",), "property": ("city",), "fare_class": ("cabin",),
}  # fmt: skip
"""Dimensions whose value follows from another's: where that one is watched, they say less."""
SELDOM = 0.5
"""Events that are supposed of a place in all those weeks together, where none were."""
UNKNOWN = "(none)"
_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, eq=False)
class Gathered:
    """Leaves, which noise they have (``few``: that of counts of a few each), and how many of the four weeks before had anything."""

    leaves: Leaves
    kind: Kind
    weeks: int
    few: bool = False

    def located(self, *, data_fault: bool = False) -> Located:
        """Return where their change sits; ``data_fault`` is said first."""
        return locate(self.leaves, self.kind, data_fault=data_fault, few=self.few)


def gather(workspace: Workspace, monitor: Monitor, span: tuple[int, int], library: Catalogue, cancel: Cancel | None = None) -> Gathered | None:
    """Return the leaves of a monitor's metric in a span, or None where no earlier week has anything or its parts can't be added up.

    Each dimension that the metric has is first looked at by itself; the leaves are those of the monitor's cut and of the dimensions in which one
    value's change stands out most. A dimension with too many values for the search is left out.

    Args:
        workspace: where to ask.
        monitor: the metric, its filters, its clock, its step.
        span: starts of steps, ms UTC; what is in [from, to).
        library: the metrics.
        cancel: stops it between two questions.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``metrics.series``.
    """
    if any(base.picked for base in library.bases([monitor.metric])) or not _adds_up(monitor.metric, library):
        return None
    known = library.dimensions(monitor.metric)
    said = {*monitor.by, *(coarser for name in monitor.by for coarser in COARSER.get(name, ()))}
    candidates = [name for name in DIMENSIONS if name in known and name not in said][:CANDIDATES]
    ask = _Asker(workspace, monitor, span, library, cancel)
    for first in range(0, len(candidates), SEARCHED):
        ask.prepare(tuple(candidates[first : first + SEARCHED]))
    shown = {name: _shown(_gathered(ask, (name,), monitor, library)) for name in candidates}
    best = sorted((name for name in candidates if shown[name] > 0), key=lambda name: -shown[name])
    dims = tuple(dict.fromkeys((*monitor.by, *best)))[:SEARCHED] or tuple(candidates[:1])
    ask.prepare(dims)
    tried = [_gathered(ask, dims[:count], monitor, library) for count in range(max(1, len(monitor.by)), len(dims) + 1)]
    # More dimensions cost more to name: those are taken whose causes are likeliest, and the fewest of equals.
    return max((one for one in tried if one is not None), key=_shown, default=None)


def _adds_up(metric: str, library: Catalogue) -> bool:
    """Say whether parts make a whole: counts and amounts by their sum, ratios of counts by their divisors; ratios of money, as prices, don't."""
    return library.get(metric).additivity != "ratio" or unit_of(metric, library) == "ratio"


@dataclass(frozen=True, eq=False)
class _Read:
    """Rows of the window (week 0) and of the weeks before it: their values by dimension as codes, (rows, dims), and their figures, (rows,).

    ``scale``: the figures of the weeks before are so much of what was counted in them.
    """

    dims: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    codes: Ints
    week: Ints
    parts: Floats
    volumes: Floats
    scale: float = 1.0


class _Asker:
    """Gives the rows by some dimensions; where the metric's parts add up, out of what was asked by more of them."""

    def __init__(self, workspace: Workspace, monitor: Monitor, span: tuple[int, int], library: Catalogue, cancel: Cancel | None = None) -> None:
        self.workspace, self.monitor, self.library = workspace, monitor, library
        self.cancel = cancel or Cancel()
        self.margin = 0 if monitor.every_ms == DAY_MS else max(0, WIDE_MS - (span[1] - span[0])) // (2 * monitor.every_ms)
        around = self.margin * monitor.every_ms
        before = [_shifted(span, weeks, workspace.zone) for weeks in range(1, WEEKS + 1)]
        self.spans = [span, *((start - around, end + around) for start, end in before)]
        self.adds_up = sums_up(monitor.metric, library)
        self.known: list[_Read] = []

    def prepare(self, dims: tuple[str, ...]) -> None:
        """Ask by some dimensions at once, if their parts add up and their combinations are few enough."""
        if dims and self.adds_up:
            with contextlib.suppress(TooLarge):
                self.rows(dims)

    def rows(self, dims: tuple[str, ...]) -> _Read:
        """Return rows by these dimensions or by more.

        Raises:
            TooLarge: too many combinations.
        """
        held = next((one for one in self.known if set(dims) <= set(one.dims)), None)
        if held is not None:
            return held
        asked = replace(asked_of(self.monitor, *self.spans[0]), by=dims)
        found = [self._series(replace(asked, start_ms=start, end_ms=end)) for start, end in self.spans]
        read = _rows(found, self.monitor.metric, dims, self.library, self.margin)
        if self.adds_up:
            self.known.append(read)
        return read

    def _series(self, asked: SeriesAsked) -> SeriesFound:
        self.cancel.check()
        return series(self.workspace, asked, self.library, most=SERIES_MAX)


def _shown(gathered: Gathered | None) -> float:
    """Return how much likelier the places of a change are than none; 0 where there are none."""
    return 0.0 if gathered is None else sum(cause.evidence for cause in gathered.located().causes)


def _gathered(ask: _Asker, dims: tuple[str, ...], monitor: Monitor, library: Catalogue) -> Gathered | None:
    """Return the leaves by some dimensions; None where there are too many of them, or nothing to compare with."""
    kind: Kind = "ratio" if unit_of(monitor.metric, library) == "ratio" else "additive"
    try:
        return _leaves(ask.rows(dims), dims, kind, counted=unit_of(monitor.metric, library) == "count")
    except TooLarge:
        return None


def _rows(found: list[SeriesFound], metric: str, dims: tuple[str, ...], library: Catalogue, margin: int) -> _Read:
    """Return what was found in the window and in each week before it as rows; ``margin`` steps on each side are beyond the window there."""
    parts, volumes, within = list[Floats](), list[Floats](), np.zeros((2, 2))
    for week, one in enumerate(found):
        both = _both(one, metric, library)
        if week:
            inner = [figure[:, margin : figure.shape[1] - margin].sum() for figure in both]
            within += np.array([inner, [figure.sum() for figure in both]])
        parts.append(both[0].sum(axis=1))
        volumes.append(both[1].sum(axis=1))
    keys = [_labels(key) for one in found for key in one.keys]
    labels, codes = list[tuple[str, ...]](), np.zeros((len(keys), len(dims)), np.int64)
    for place in range(len(dims)):
        named = sorted({key[place] for key in keys})
        where = {value: code for code, value in enumerate(named)}
        codes[:, place] = [where[key[place]] for key in keys]
        labels.append(tuple(named))
    week = np.repeat(np.arange(len(found)), [len(one.keys) for one in found])
    # Of a ratio both by its divisor: its rates are those of all hours.
    scale = _scale(within[:, 1] if within[1, 1] else within[:, 0], found[0].points, margin)
    parts, volumes = ([figures[0], *(one * scale for one in figures[1:])] for figures in (parts, volumes))
    return _Read(dims, tuple(labels), codes, week, np.concatenate(parts), np.concatenate(volumes), scale)


def _both(found: SeriesFound, metric: str, library: Catalogue) -> tuple[Floats, Floats]:
    """Return what adds up of a metric, and what it is divided by (0 where it is no ratio), each (series, points)."""
    values, over = figures(found, metric, library)
    if over is None:
        return np.nan_to_num(values), np.zeros(values.shape)
    cases = np.nan_to_num(over)
    return np.nan_to_num(values * over if unit_of(metric, library) == "ratio" else values), cases


def _scale(within: Floats, points: int, margin: int) -> float:
    """Return which share of the wider windows the windows themselves had; by their length where nothing was in them."""
    if not margin:
        return 1.0
    return float(within[0] / within[1]) if within[0] > 0 else points / (points + 2 * margin)


def _leaves(read: _Read, dims: tuple[str, ...], kind: Kind, *, counted: bool) -> Gathered | None:
    """Return the leaves of rows by some of their dimensions, beside the mean of the weeks that have anything."""
    places = [read.dims.index(name) for name in dims]
    if not places or not len(read.week):
        return None
    codes, at = np.unique(read.codes[:, places], axis=0, return_inverse=True)
    count = len(codes)
    parts, volumes = (
        np.bincount(read.week * count + at.ravel(), figure, (WEEKS + 1) * count).reshape(WEEKS + 1, count) for figure in (read.parts, read.volumes)
    )
    parts = np.maximum(parts, 0.0)
    earlier = [week for week in range(1, WEEKS + 1) if parts[week].any() or volumes[week].any()]
    if not earlier:
        return None
    columns: dict[str, list[str]] = {
        name: [read.labels[place][int(code)] for code in codes[:, number]] for number, (name, place) in enumerate(zip(dims, places, strict=True))
    }
    # What was never there in those weeks may have been once in twice as many: nothing at all can't be multiplied.
    least = SELDOM * read.scale / len(earlier) if counted else 0.0
    told: dict[str, Floats] = {"real": parts[0], "predict": np.maximum(parts[earlier].mean(axis=0), np.where(parts[0] > 0, least, 0.0))}
    if kind == "ratio":
        told |= {"visits_real": volumes[0], "visits_predict": volumes[earlier].mean(axis=0)}
    few = counted and float(np.maximum(told["real"], told["predict"]).sum()) < FEW * count and _wander(parts[earlier] / read.scale) < WANDERS
    return Gathered(leaves_of(columns, told, kind), kind, len(earlier), few)


def _wander(weeks: Floats) -> float:
    """Return the variance of counts from week to week by their mean, of all leaves together, (weeks, leaves); 1 where one week says nothing of it."""
    mean = float(weeks.mean(axis=0).sum())
    return float(weeks.var(axis=0, ddof=1).sum()) / mean if len(weeks) > 1 and mean > 0 else 1.0


def _labels(key: tuple[str | int | bool | None, ...]) -> tuple[str, ...]:
    return tuple(UNKNOWN if value is None else str(value).lower() if isinstance(value, bool) else str(value) for value in key)


def _shifted(span: tuple[int, int], weeks: int, zone: str) -> tuple[int, int]:
    """Return the span that begins so many weeks earlier at the same local time, as long as it."""
    place = ZoneInfo(zone)
    begin = dt.datetime.fromtimestamp(span[0] / 1000, place)
    end = dt.datetime.fromtimestamp(span[1] / 1000, place)
    earlier = [(one.replace(tzinfo=None) - weeks * _WEEK).replace(tzinfo=place) for one in (begin, end)]
    return round(earlier[0].timestamp() * 1000), round(earlier[1].timestamp() * 1000)
