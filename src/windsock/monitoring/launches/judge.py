"""How a line stands, by its course since the start: what is there, where it ends, and whether anything comes at all. Rules only."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from windsock.monitoring.launches.model import (
    CASES_LEAST,
    EXPECTED_LEAST,
    SILENCE,
    Ahead,
    Outcome,
    Standing,
    dispersion_of,
    outcome_of,
    rate_ahead,
    stands,
    total_ahead,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windsock.monitoring.launches.definition import Line
    from windsock.monitoring.launches.model import Floats

Unit = Literal["count", "ratio", "amount"]
SHARE_SILENT, SHARE_JUDGED = 0.05, 0.25
"""An amount of which nothing is there after so much of its ramp is silent; a total of few cases is judged from a quarter of its ramp on."""


@dataclass(frozen=True)
class Course:
    """What there is of a line since the start of its launch, on a grid.

    Attributes:
        start_ms: of the launch.
        step_ms: of the grid.
        values: at the end of each step the total since the start, or the ratio of all since the start (NaN without a case).
        volumes: of a ratio its cases since the start.
        rows: how many rows were seen in all.
        unit: whether it is a count, a ratio or an amount.
    """

    start_ms: int
    step_ms: int
    values: Floats
    volumes: Floats | None
    rows: float
    unit: Unit

    @property
    def until_ms(self) -> int:
        """Where the last step ends."""
        return self.start_ms + len(self.values) * self.step_ms


@dataclass(frozen=True)
class Status:
    """How a line stands.

    Attributes:
        standing: see ``model.Standing``.
        since_ms: since when it stands so, by the data.
        until_ms: until when it was looked at: lines of several sources are not whole at once.
        value: what is there; None where nothing is known of a ratio.
        volume: the cases of a ratio.
        share: the share of the ramp that is over.
        dispersion: variance over mean, of totals; None where it is not known.
        probability: that it keeps its line; None where it is too early.
        expected: where it ends, four times of five between ``low`` and ``high``.
        low: see ``expected``.
        high: see ``expected``.
        told: what its owner was told of it already.
    """

    standing: Standing = "early"
    since_ms: int = 0
    until_ms: int = 0
    value: float | None = None
    volume: float | None = None
    share: float = 0.0
    dispersion: float | None = None
    probability: float | None = None
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    told: tuple[str, ...] = field(default=())

    def json(self) -> dict[str, Any]:
        """Return it as it is kept and travels."""
        return {**asdict(self), "told": list(self.told)}


def status_from(kept: Mapping[str, Any]) -> Status:
    """Return a status as it was kept."""
    given: dict[str, Any] = {**kept, "told": tuple(kept["told"])}
    return Status(**given)


def judge(line: Line, course: Course, shares: Floats, before: Status) -> Status:
    """Return how a line stands at the end of its course.

    Args:
        line: what is to be reached.
        course: since the start; of one step at least.
        shares: of the ramp at the end of each step.
        before: how it stood.
    """
    share = float(shares[-1])
    status = replace(before, until_ms=course.until_ms, share=share, value=_finite(course.values[-1]))
    status = replace(status, probability=None, expected=None, low=None, high=None)
    if course.volumes is None:
        steps = np.diff(shares, prepend=0.0)
        spread = dispersion_of(np.diff(course.values, prepend=0.0), steps, counted=course.unit == "count")
        status = replace(status, dispersion=spread)
        ahead = _of_total(line, float(course.values[-1]), share, spread)
        awaited = share * line.value if course.unit == "count" else SILENCE if share >= SHARE_SILENT else 0.0
        silent = line.direction == "at_least" and awaited >= SILENCE
    else:
        volume = float(course.volumes[-1])
        status = replace(status, volume=volume)
        judged = volume >= CASES_LEAST or (volume > 0 and share >= 1)
        ahead = rate_ahead(float(course.values[-1]) * volume, volume, share, line.value, line.direction) if judged else None
        silent = share * line.minimum >= SILENCE
    if silent and course.rows == 0:
        return _standing(status, "nothing", course.until_ms)
    if ahead is None:
        return _standing(status, "early", course.until_ms)
    told = replace(status, probability=ahead.probability, expected=ahead.expected, low=ahead.low, high=ahead.high)
    return _standing(told, stands(ahead.probability, before.standing), course.until_ms)


def _of_total(line: Line, now: float, share: float, spread: float | None) -> Ahead | None:
    over = line.direction == "at_most" and now > line.value
    if spread is None:
        return None
    few = share * line.value / spread < EXPECTED_LEAST and share < SHARE_JUDGED
    return None if few and not over else total_ahead(now, share, line.value, line.direction, spread)


def ended(line: Line, status: Status, *, whole: bool) -> Outcome:
    """Return how a line ended, by its status at the end."""
    if not whole:
        return "not_whole"
    return outcome_of(status.value, status.volume, line.value, line.direction, line.minimum)


def _standing(status: Status, now: Standing, at_ms: int) -> Status:
    return status if now == status.standing and status.since_ms else replace(status, standing=now, since_ms=at_ms)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
