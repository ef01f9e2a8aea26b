"""What there is of a line since the start of its launch: one question a line, on a grid that grows coarser as the launch goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from windsock.kernel.errors import InvalidInput
from windsock.metrics import SeriesAsked, complete_until, figures, predicate_from_json, series, sums_up, unit_of
from windsock.monitoring.launches.judge import Course

if TYPE_CHECKING:
    from windsock.metrics import Catalogue, Whole
    from windsock.monitoring.launches.definition import Launch, Line
    from windsock.workspace import Workspace

MINUTE_MS, QUARTER_MS, HOUR_MS = 60_000, 900_000, 3_600_000
STEPS_MS = (MINUTE_MS, 5 * MINUTE_MS, QUARTER_MS, HOUR_MS)
POINTS = 900
"""A finer grid is left when it has so many points: minutes after 15 hours, five minutes after three days, quarters after nine."""
UNITS = ("count", "nights", "money")


def check_line(workspace: Workspace, launch: Launch, line: Line, library: Catalogue, where: str) -> None:
    """Refuse a line that can't be followed from the first minute.

    Raises:
        InvalidInput: the metric does not exist, does not add up over time, may fall again, has no hours or can't be cut so; the value is no ratio.
    """
    metric = library.get(line.metric)
    known = library.dimensions(metric.name)
    for one in launch.where_of(line):
        if one["field"] not in known:
            fix = f"Give the line a `where` of its own ([] for all of the business); it can be cut by: {', '.join(known)}."
            raise InvalidInput(f"'{metric.name}' can't be cut by '{str(one['field'])[:60]}'.", where=f"{where}.where", fix=fix)
    ratio = unit_of(metric.name, library) == "ratio"
    total = metric.unit in UNITS and metric.name not in library.expressions
    if not sums_up(metric.name, library) or not (ratio or total):
        what = f"'{metric.name}' is neither a total that only grows nor a ratio of two counts: its course can't be followed."
        raise InvalidInput(what, where=f"{where}.metric", fix="Take for example orders, revenue, searches or payment_success_rate.")
    if ratio and not 0 < line.value < 1:
        raise InvalidInput("The line of a ratio lies between 0 and 1.", where=where, fix="Write 0.85 for 85 %.")
    if not ratio and line.value == 0 and line.direction == "at_least":
        raise InvalidInput("Nothing is reached by itself.", where=where, fix="Write what is to be reached.")
    hour = workspace.clock.now_ms() // HOUR_MS * HOUR_MS
    series(workspace, _asked(launch, line, hour - HOUR_MS, hour, QUARTER_MS), library)


def whole_until(workspace: Workspace, line: Line, library: Catalogue) -> Whole:
    """Return until when the data behind a line is whole."""
    return complete_until(workspace, line.metric, workspace.clock.now_ms(), None, library)


def grid(launch: Launch, until_ms: int) -> tuple[int, int]:
    """Return the step of the grid, and where its last step ends: not after ``until_ms`` nor after the end; the start where no step is over.

    >>> from types import SimpleNamespace as Of
    >>> grid(Of(starts_ms=0, ends_ms=10 * HOUR_MS), 90_000), grid(Of(starts_ms=0, ends_ms=2400 * QUARTER_MS), 2399 * QUARTER_MS + 5)
    ((60000, 60000), (3600000, 2156400000))
    >>> grid(Of(starts_ms=QUARTER_MS, ends_ms=2402 * QUARTER_MS), 2401 * QUARTER_MS)[0], grid(Of(starts_ms=0, ends_ms=1999 * QUARTER_MS), 1 << 40)
    (900000, (900000, 1799100000))
    """
    until = min(until_ms, launch.ends_ms)
    span = until - launch.starts_ms
    step = next((one for one in STEPS_MS if span <= one * POINTS), HOUR_MS)
    if until == launch.ends_ms:
        return (step if span % step == 0 else QUARTER_MS), until
    if launch.starts_ms % step:
        step = QUARTER_MS
    return step, launch.starts_ms + max(0, span) // step * step


def course_of(workspace: Workspace, launch: Launch, line: Line, until_ms: int, library: Catalogue) -> Course | None:
    """Return the course of a line from the start up to an instant; None where no step is over.

    Raises:
        InvalidInput: the metric can't be asked so any more.
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    step, end = grid(launch, until_ms)
    if end <= launch.starts_ms:
        return None
    found = series(workspace, _asked(launch, line, launch.starts_ms, end, step), library, most=1)
    unit = unit_of(line.metric, library)
    if not found.keys:
        empty = np.zeros((end - launch.starts_ms) // step)
        return Course(
            launch.starts_ms, step, np.full(len(empty), np.nan) if unit == "ratio" else empty, empty if unit == "ratio" else None, 0.0, unit
        )
    summed = replace(found, bases={name: np.cumsum(values, axis=1) for name, values in found.bases.items()})
    values, volumes = figures(summed, line.metric, library)
    of = None if unit != "ratio" or volumes is None else volumes[0]
    return Course(launch.starts_ms, step, values[0] if of is not None else np.nan_to_num(values[0]), of, float(found.rows.sum()), unit)


def _asked(launch: Launch, line: Line, start_ms: int, end_ms: int, step_ms: int) -> SeriesAsked:
    return SeriesAsked(line.metric, start_ms, end_ms, step_ms, (), tuple(predicate_from_json(one, "where") for one in launch.where_of(line)))
