"""The figures of a monitor up to now: what was read stays in memory, and a tick reads what is new and the last hours again.

Late rows within those hours are seen at once, older ones when all is read again, every six hours. Nothing is kept for steps of a day: they are few.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from windsock.metrics import SeriesFound
from windsock.monitoring.detectors.model import Floats
from windsock.monitoring.monitors.check import step_start
from windsock.monitoring.monitors.model import DAY_MS, Monitor
from windsock.monitoring.subject import ask_series

if TYPE_CHECKING:
    from windsock.metrics import Catalogue
    from windsock.warehouse import Warehouse
    from windsock.workspace import Workspace

AGAIN_MS = 6 * 3_600_000
OVERLAP_MS = 2 * 3_600_000
KEPT_MAX = 200
CELLS_KEPT = 40_000_000


@dataclass(frozen=True)
class _Kept:
    found: SeriesFound
    read_ms: int


_kept: WeakKeyDictionary[Warehouse, dict[tuple[str, int], _Kept]] = WeakKeyDictionary()
_keeping = threading.Lock()


def read(workspace: Workspace, monitor: Monitor, version: int, span: tuple[int, int], library: Catalogue) -> SeriesFound:
    """Return the series of a monitor from ``span[0]`` less its history up to ``span[1]``, in one question for what is not known.

    Args:
        workspace: where to ask.
        monitor: the definition.
        version: its number, part of what a memory is known by.
        span: the points to judge: starts of steps, ms UTC.
        library: the metrics.

    Raises:
        As ``subject.ask_series``.
    """
    start = step_start(monitor, workspace.zone, span[0] - monitor.history_ms)
    if monitor.every_ms == DAY_MS:
        return ask_series(workspace, monitor, (start, span[1]), library)
    now_ms, name = workspace.clock.now_ms(), (monitor.name, version)
    with _keeping:
        known = _kept.setdefault(workspace.warehouse, {}).get(name)
    fresh = known is not None and now_ms - known.read_ms < AGAIN_MS and known.found.start_ms <= start < known.found.end_ms <= span[1]
    if known is None or not fresh:
        found, read_ms = ask_series(workspace, monitor, (start, span[1]), library), now_ms
    else:
        again = max(start, step_start(monitor, workspace.zone, known.found.end_ms - max(OVERLAP_MS, 2 * monitor.every_ms)))
        part = ask_series(workspace, monitor, (again, span[1]), library)
        found, read_ms = joined(known.found, part, start), known.read_ms
    _remember(workspace.warehouse, name, _Kept(found, read_ms))
    return found


def joined(old: SeriesFound, new: SeriesFound, start_ms: int) -> SeriesFound:
    """Return the points of ``old`` from ``start_ms`` on with those of ``new``, which begins within it, in their place and after them.

    A series that ``new`` does not have has nothing there: its last points become empty.
    """
    step = old.step_ms
    count, skipped, at = (new.end_ms - start_ms) // step, (start_ms - old.start_ms) // step, (new.start_ms - start_ms) // step
    keys = tuple(dict.fromkeys((*old.keys, *new.keys)))
    rows_old = np.arange(len(old.keys))
    places = {key: number for number, key in enumerate(keys)}
    rows_new = np.array([places[key] for key in new.keys], dtype=np.int64)

    def put(before: Floats, after: Floats, empty: float) -> Floats:
        whole = np.full((len(keys), count), empty)
        whole[rows_old, :at] = before[:, skipped : skipped + at]
        whole[rows_new, at:] = after
        return whole

    bases: dict[str, Floats] = {}
    for name, before in old.bases.items():
        # A quantile without a row is missing, a sum without one is 0.
        empty = np.nan if np.isnan(before).any() else 0.0
        bases[name] = put(before, new.bases[name], empty)
    return SeriesFound(start_ms, step, keys, bases, put(old.rows, new.rows, 0.0))


def _remember(warehouse: Warehouse, name: tuple[str, int], kept: _Kept) -> None:
    with _keeping:
        all_of = _kept.setdefault(warehouse, {})
        for other in [one for one in all_of if one[0] == name[0]]:
            del all_of[other]
        all_of[name] = kept
        while len(all_of) > KEPT_MAX or sum(one.found.rows.size * (1 + len(one.found.bases)) for one in all_of.values()) > CELLS_KEPT:
            del all_of[next(iter(all_of))]
