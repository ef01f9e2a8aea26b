"""Which share of a line's total is usually there at which time: measured over the whole business before the start, and kept with the launch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from windsock.metrics import SeriesAsked, complete_until, figures, series

if TYPE_CHECKING:
    from windsock.metrics import Catalogue
    from windsock.monitoring.launches.definition import Launch, Line
    from windsock.monitoring.launches.model import Floats
    from windsock.workspace import Workspace

HOUR_MS, QUARTER_MS = 3_600_000, 900_000
WEEK_HOURS = 168
WEEKS, LEAST_WEEKS = 4, 2
FLOOR = 0.05
"""An hour in which usually nothing comes is held to bring a twentieth of a mean hour: nothing is never quite impossible."""


@dataclass(frozen=True)
class Ramp:
    """How a total comes over its time.

    Attributes:
        kind: ``usual`` (by the hours of a week), ``even``, or ``given`` (points).
        hours: of each hour of the week, Monday 00:00 first, its weight; empty for others than usual.
        points: share of the time and of the total; empty for others than given.
    """

    kind: str
    hours: tuple[float, ...] = ()
    points: tuple[tuple[float, float], ...] = ()

    def json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {"kind": self.kind, "hours": list(self.hours), "points": [list(one) for one in self.points]}


def ramp_from(kept: Mapping[str, Any]) -> Ramp:
    """Return a ramp as it was kept."""
    return Ramp(kept["kind"], tuple(kept["hours"]), tuple((low, high) for low, high in kept["points"]))


def measured(workspace: Workspace, launch: Launch, line: Line, library: Catalogue) -> Ramp:
    """Return the ramp of a line: where the usual one is asked for, from the last four weeks of the whole business, by the hour, in one question.

    With less than two weeks of history, or none of the metric in them, it is even.

    Raises:
        InvalidInput: the metric is not known by the hour.
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    if not isinstance(line.ramp, str):
        return Ramp("given", points=line.ramp)
    if line.ramp == "even":
        return Ramp("even")
    now_ms = workspace.clock.now_ms()
    whole = complete_until(workspace, line.metric, now_ms, None, library).until_ms or now_ms
    end = min(now_ms, whole, launch.starts_ms) // HOUR_MS * HOUR_MS
    asked = SeriesAsked(line.metric, end - WEEKS * WEEK_HOURS * HOUR_MS, end, HOUR_MS)
    found = series(workspace, asked, library)
    if not found.keys:
        return Ramp("even")
    values, volumes = figures(found, line.metric, library)
    return usual(np.nan_to_num(values[0] if volumes is None else volumes[0]), asked.start_ms, workspace.zone)


def usual(hours: Floats, start_ms: int, zone: str) -> Ramp:
    """Return the ramp of a business by its hours: of each hour of the week the mean of what came, never below a twentieth of a mean hour.

    Args:
        hours: what came in each hour, oldest first.
        start_ms: of the first one.
        zone: whose weeks count.
    """
    something = np.flatnonzero(hours)
    if not len(something) or len(hours) - int(something[0]) < LEAST_WEEKS * WEEK_HOURS:
        return Ramp("even")
    first = int(something[0])
    places = _hours_of_week(start_ms + first * HOUR_MS, len(hours) - first, HOUR_MS, zone)
    total = np.bincount(places, hours[first:], WEEK_HOURS)
    mean = total / np.maximum(np.bincount(places, minlength=WEEK_HOURS), 1)
    floored = np.maximum(mean, FLOOR * mean.mean())
    return Ramp("usual", tuple(round(float(one), 6) for one in floored / floored.sum()))


def shares(ramp: Ramp, span: tuple[int, int], at_ms: Sequence[int], zone: str) -> Floats:
    """Return which share of the total is usually there at some instants of a launch, 0 at its start and 1 at its end.

    Args:
        ramp: of the line.
        span: start and end of the launch, on quarters of an hour.
        at_ms: instants; outside of the launch its ends.
        zone: whose weeks count.
    """
    time = (np.asarray(at_ms, dtype=np.float64) - span[0]) / (span[1] - span[0])
    if ramp.kind == "even":
        return np.clip(time, 0.0, 1.0)
    if ramp.kind == "given":
        path = np.array([(0.0, 0.0), *ramp.points, (1.0, 1.0)])
        return np.interp(time, path[:, 0], path[:, 1])
    count = (span[1] - span[0]) // QUARTER_MS
    weights = np.asarray(ramp.hours, dtype=np.float64)[_hours_of_week(span[0], count, QUARTER_MS, zone)]
    path = np.concatenate([[0.0], np.cumsum(weights / weights.sum())])
    return np.interp(time, np.arange(count + 1) / count, path)


def _hours_of_week(start_ms: int, count: int, step_ms: int, zone: str) -> NDArray[np.int64]:
    where = ZoneInfo(zone)
    moments = (dt.datetime.fromtimestamp((start_ms + number * step_ms) / 1000, where) for number in range(count))
    return np.array([moment.weekday() * 24 + moment.hour for moment in moments], dtype=np.int64)
