"""A monitor before it is kept: what its largest series looked like of late, with what was expected, and how small a change each could show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from windsock.metrics import catalogue_of
from windsock.monitoring.course import stretch, whole_end
from windsock.monitoring.monitors.check import check, step_start
from windsock.monitoring.points import finite
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
    library, zone = catalogue_of(workspace), workspace.zone
    check(workspace, monitor)
    end = whole_end(workspace, monitor, library)
    found = stretch(workspace, monitor, (step_start(monitor, zone, end - POINTS_SHOWN * monitor.every_ms), end), library)
    judged = found.judged
    size = np.nansum(judged.volumes if judged.volumes is not None else np.abs(judged.values), axis=1)
    shown: list[Shown] = []
    largest: list[int] = [int(row) for row in np.argsort(-size, kind="stable")[:SERIES_SHOWN]]
    for row in largest:
        smallest = None
        if monitor.rule.kind == "ratio" and judged.volumes is not None and found.at and finite(float(judged.expected[row, -1])) is not None:
            smallest = smallest_drop(float(judged.volumes[row, -1]), float(judged.expected[row, -1]), monitor.rule.sure)
        shown.append(Shown(dict(zip(monitor.by, found.keys[row], strict=True)), found.points(row), smallest))
    return Preview(shown, len(found.keys))
