"""A monitor before it is kept: what its largest series looked like of late, with what was expected, and how small a change each could show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from windsock.metrics import catalogue_of, complete_until, series
from windsock.monitoring.history import figures_of
from windsock.monitoring.judges import judge
from windsock.monitoring.monitors.check import SERIES_MAX, asked_of, check, step_start
from windsock.monitoring.points import finite, instants
from windsock.monitoring.rules import VERDICTS, judge_rule
from windsock.monitoring.unusual import smallest_drop

if TYPE_CHECKING:
    from windsock.monitoring.monitors.model import Monitor
    from windsock.workspace import Workspace

SERIES_SHOWN, POINTS_SHOWN = 20, 200


@dataclass(frozen=True)
class Shown:
    """One series: its key, points oldest first, and the smallest change that its last volume would show (ratios only, in points of the rate)."""

    key: dict[str, Any]
    points: list[dict[str, Any]]
    smallest: float | None


@dataclass(frozen=True)
class Preview:
    """The largest series of a cut, and how many there are."""

    series: list[Shown]
    count: int


def preview(workspace: Workspace, monitor: Monitor) -> Preview:
    """Return the last 200 points of the 20 largest series.

    Raises:
        InvalidInput: the monitor can't be watched; says why.
        QueryTimeout, Busy, Cancelled, TooLarge: from the warehouse.
    """
    library, zone, now_ms = catalogue_of(workspace), workspace.zone, workspace.clock.now_ms()
    check(workspace, monitor)
    whole = complete_until(workspace, monitor.metric, now_ms, monitor.clock, library).until_ms
    end = step_start(monitor, zone, now_ms if whole is None else min(now_ms, whole))
    start = step_start(monitor, zone, end - POINTS_SHOWN * monitor.every_ms)
    at = instants(monitor.every_ms, zone, start, end)
    found = series(workspace, asked_of(monitor, step_start(monitor, zone, start - monitor.history_ms), end), library, most=SERIES_MAX)
    figures = figures_of(monitor, found, library)
    judged = judge_rule(monitor, figures, figures.values.shape[1] - len(at), judge)
    size = np.nansum(judged.volumes if judged.volumes is not None else np.abs(judged.values), axis=1)
    shown: list[Shown] = []
    largest: list[int] = [int(row) for row in np.argsort(-size, kind="stable")[:SERIES_SHOWN]]
    for row in largest:
        cells = {"value": judged.values, "expected": judged.expected, "low": judged.low, "high": judged.high}
        points: list[dict[str, Any]] = []
        for column, at_ms in enumerate(at):
            told = {name: finite(float(array[row, column])) for name, array in cells.items()}
            points.append({"at_ms": at_ms, **told, "verdict": VERDICTS[int(judged.verdicts[row, column])]})
        smallest = None
        if monitor.rule.kind == "ratio" and judged.volumes is not None and at and finite(float(judged.expected[row, -1])) is not None:
            smallest = smallest_drop(float(judged.volumes[row, -1]), float(judged.expected[row, -1]), monitor.rule.sure)
        shown.append(Shown(dict(zip(monitor.by, found.keys[row], strict=True)), points, smallest))
    return Preview(shown, len(found.keys))
