"""Points to be judged: which steps are whole, what the rule says of each, and what that does to the states. The same for a tick and for history."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.monitoring.alerts.model import fingerprint
from windsock.monitoring.model import OPEN, Policy, SeriesState, Transition, advance
from windsock.monitoring.monitors.model import DAY_MS, Monitor
from windsock.monitoring.rules import BREACH, CLEAR, INCOMPLETE, MISSING, VERDICTS
from windsock.monitoring.worth import Deviation

if TYPE_CHECKING:
    from windsock.monitoring.rules import Judged

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Point:
    """A judged point of a series; NaN where there is nothing to say.

    A breach that rests on a longer window has its ``steps``, its mean as ``value`` and its beginning as ``since_ms``.
    """

    at_ms: int
    value: float
    expected: float
    low: float
    high: float
    score: float
    volume: float | None
    breach: bool
    steps: int = 1
    since_ms: int = 0

    @property
    def deviation(self) -> Deviation:
        """Return how far it is from what was to be expected."""
        return Deviation(self.value, self.expected, self.volume)


@dataclass
class Course:
    """What happened to one series over the points: its state after them, the changes of phase, and the points while an alert was open."""

    key: Key
    before: SeriesState
    after: SeriesState
    moves: list[tuple[Transition, Point]] = field(default_factory=list["tuple[Transition, Point]"])
    seen: list[Point] = field(default_factory=list["Point"])

    @property
    def moved(self) -> bool:
        """Whether anything but the place of the last point is other than before."""
        quiet = {"last_ms": 0}
        return bool(self.moves) or _without(self.before, quiet) != _without(self.after, quiet)


def policy_of(monitor: Monitor) -> Policy:
    """Return how the states of a monitor's series change."""
    return Policy(monitor.pending, monitor.recover, monitor.missing_after, monitor.quiet_ms)


def instants(every_ms: int, zone: str, start_ms: int, end_ms: int) -> list[int]:
    """Return the first instants of the steps from one instant up to before another, ms UTC; of days those of civil days."""
    if every_ms != DAY_MS:
        return list(range(start_ms, end_ms, every_ms))
    day, found = local_date(start_ms, zone), list[int]()
    while (at := start_of_day_ms(day, zone)) < end_ms:
        found.append(at)
        day += dt.timedelta(days=1)
    return found


def courses(
    monitor: Monitor,
    keys: Sequence[Key],
    judged: Judged,
    at: Sequence[int],
    known: Mapping[str, tuple[Sequence[Any], SeriesState]],
    whole_ms: int | None,
) -> dict[str, Course]:
    """Lead each series through its points.

    Args:
        monitor: whose policy counts.
        keys: of each series.
        judged: what the rule says, (series, points).
        at: the points' instants.
        known: states that are not plain, by the short name of their series.
        whole_ms: points that end after it are not complete and not judged; None where that does not matter.

    Returns:
        By short name: those whose state is not plain before or after, or that changed.
    """
    policy, found = policy_of(monitor), dict[str, Course]()
    verdicts = judged.verdicts.copy()
    if whole_ms is not None:
        for column, at_ms in enumerate(at):
            if at_ms + monitor.every_ms > whole_ms:
                verdicts[:, column] = INCOMPLETE
    uneventful = ~((verdicts == BREACH) | (verdicts == MISSING)).any(axis=1)
    for row, key in enumerate(keys):
        name = fingerprint(monitor.name, key)
        if name not in known and uneventful[row]:
            continue
        before = known[name][1] if name in known else SeriesState()
        course = Course(key, before, before)
        for column, at_ms in enumerate(at):
            code = int(verdicts[row, column])
            after, moved = advance(course.after, at_ms, VERDICTS[code], policy)
            if moved is not None:
                course.moves.append((moved, _point(judged, row, column, (at_ms, monitor.every_ms), breach=code == BREACH)))
            if after.phase in OPEN and code in (BREACH, CLEAR) and after.last_ms == at_ms:
                course.seen.append(_point(judged, row, column, (at_ms, monitor.every_ms), breach=code == BREACH))
            course.after = after
        found[name] = course
    return found


def _point(judged: Judged, row: int, column: int, at: tuple[int, int], *, breach: bool) -> Point:
    at_ms, step_ms = at
    volume = None if judged.volumes is None else float(judged.volumes[row, column])
    value, expected = float(judged.values[row, column]), float(judged.expected[row, column])
    low, high, score = (float(array[row, column]) for array in (judged.low, judged.high, judged.score))
    if judged.longer is None or not breach:
        return Point(at_ms, value, expected, low, high, score, volume, breach, 1, at_ms)
    longer = judged.longer
    steps, value, expected = int(longer.steps[row, column]), float(longer.values[row, column]), float(longer.usual[row, column])
    return Point(at_ms, value, expected, low, high, score, volume, breach, steps, at_ms - (steps - 1) * step_ms)


def finite(value: float) -> float | None:
    """Return a figure as it is stored and travels: None for what is not finite."""
    return value if math.isfinite(value) else None


def _without(state: SeriesState, fields: Mapping[str, int]) -> dict[str, Any]:
    return {name: value for name, value in vars(state).items() if name not in fields}
