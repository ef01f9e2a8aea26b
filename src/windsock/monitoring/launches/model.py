"""Where a line of a launch will end, how it stands, and what the verdict is. Rules only; nothing here reads or writes.

A total is what comes with a rate that nobody knows, along a ramp that was declared before. With ``n`` of it there when the share ``r`` of the ramp is
over, Jeffreys' prior for the rate of a Poisson process makes what is still to come negative binomial (``n + 1/2``, ``r``), and the probability that
it is less than ``y`` is the regularised incomplete beta function ``I_r(n + 1/2, y)`` (Gelman et al., Bayesian Data Analysis, 2.6). Where figures
vary more than counts do, both are measured in units of their dispersion (McCullagh and Nelder, Generalized Linear Models, 6.2.3).
A ratio is judged by the beta posterior of its rate and by how many cases are still to come: see ``rate_ahead``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special  # pyright: ignore[reportMissingTypeStubs] - it ships none

Floats = NDArray[np.float64]
Direction = Literal["at_least", "at_most"]
Role = Literal["primary", "guardrail"]
Standing = Literal["early", "on_track", "at_risk", "off_track", "nothing"]
Outcome = Literal["reached", "missed", "too_few", "not_whole"]
Verdict = Literal["succeeded", "failed", "undecided"]
TAIL = 0.1
"""Four times of five a line ends between the tails."""
RISK, SAFE = 0.5, 0.65
LOST, BACK = 0.1, 0.2
"""Below RISK a line is at risk until it is above SAFE again; below LOST it is off its track until it is above BACK."""
EXPECTED_LEAST = 10.0
"""A total is judged once so many cases were to be there, were it on its line."""
CASES_LEAST = 30.0
"""A ratio is judged from so many cases on."""
SILENCE = 7.0
"""Nothing at all where seven cases were to be expected happens once in 1,100 times (e to the minus 7)."""
BLOCKS, BLOCKS_WEIGHT = 12, 6.0
"""The dispersion is measured over twelve stretches of equal length, and held to that of counts as strongly as by six."""
_TINY = 1e-9


@dataclass(frozen=True)
class Ahead:
    """Where a line ends.

    Attributes:
        probability: that it keeps its line: ends at or above it (at least), at or below it (at most).
        expected: where it ends in the middle of what may come.
        low: four times of five it ends between it and ``high``.
        high: see ``low``.
    """

    probability: float
    expected: float
    low: float
    high: float


def less_than(rest: float, cases: float, ramp: float) -> float:
    """Return the probability that less than ``rest`` cases are still to come, when ``cases`` are there and the share ``ramp`` of the ramp is over.

    >>> less_than(1, 0, 0.5)  # half over and nothing there: I_1/2(1/2, 1) is the square root of a half
    0.7071067811865476
    >>> less_than(0, 5, 0.5), less_than(3, 5, 1.0)
    (0.0, 1.0)
    """
    if rest <= 0:
        return 0.0
    return 1.0 if ramp >= 1 else float(special.betainc(cases + 0.5, rest, ramp))


def total_ahead(now: float, ramp: float, line: float, direction: Direction, dispersion: float) -> Ahead:
    """Return where a total ends.

    Args:
        now: what is there; of something that only grows.
        ramp: the share of the ramp that is over, above 0.
        line: the value that is to be reached, or not to be exceeded.
        direction: which of the two.
        dispersion: variance over mean; 1 for counts, in the unit of the figure itself.

    >>> total_ahead(60, 0.5, 100, "at_least", 1.0).probability > 0.9
    True
    """
    cases, ramp = max(0.0, now) / dispersion, min(max(ramp, _TINY), 1.0)
    # At most: what ends exactly on the line keeps it, so one case more than what is left of it would be too many.
    above = less_than((line - now) / dispersion + 1, cases, ramp) if now <= line else 0.0
    probability = 1 - less_than((line - now) / dispersion, cases, ramp) if direction == "at_least" else above
    low, middle, high = (now + dispersion * _rest(share, cases, ramp) for share in (TAIL, 0.5, 1 - TAIL))
    return Ahead(probability, middle, low, high)


def _rest(share: float, cases: float, ramp: float) -> float:
    """Return how much still comes, so that with the probability ``share`` it is not more; found by halving, as the function only grows."""
    if ramp >= 1:
        return 0.0
    low, high = 0.0, 1.0
    while less_than(high + 0.5, cases, ramp) < share and high < 1e15:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if less_than(middle + 0.5, cases, ramp) < share else (low, middle)
    return (low + high) / 2


def rate_ahead(cases: float, of: float, ramp: float, line: float, direction: Direction) -> Ahead:
    """Return where a ratio of two counts ends: of all its cases, those that are there and those that are still to come.

    The rate is beta(cases + 1/2, rest + 1/2); ``of (1 - ramp) / ramp`` more come, and their share is beta-binomial, held here as the beta of its mean
    and variance. At the beginning that is the posterior of the rate itself; at the end nothing is open any more.

    Args:
        cases: those that count, 0 to ``of``.
        of: the volume, above 0.
        ramp: the share of the ramp (that of the volume) that is over.
        line: the rate that is to be reached, or not to be exceeded; above 0, below 1.
        direction: which of the two.
    """
    cases, ramp = min(max(cases, 0.0), of), min(max(ramp, _TINY), 1.0)
    rate, more = cases / of, of * (1 - ramp) / ramp
    weight = of + 1
    mean = (cases + 0.5) / weight
    # Var(share of those to come) = mean (1 - mean) (more + weight) / (more (weight + 1)), so the beta of it has this concentration.
    tight = more * (weight + 1) / (more + weight) - 1
    if tight <= _TINY:
        kept = rate >= line if direction == "at_least" else rate <= line
        return Ahead(1.0 if kept else 0.0, rate, rate, rate)
    first, second = tight * mean, tight * (1 - mean)
    needed = (line * (of + more) - cases) / more
    below = float(special.betainc(first, second, min(max(needed, 0.0), 1.0)))
    low, middle, high = ((cases + more * float(special.betaincinv(first, second, share))) / (of + more) for share in (TAIL, 0.5, 1 - TAIL))
    return Ahead(1 - below if direction == "at_least" else below, middle, low, high)


def dispersion_of(course: Floats, ramp: Floats, *, counted: bool) -> float | None:
    """Return the variance over the mean of what came in twelve stretches of time, against a ramp that is only scaled to the total.

    Args:
        course: what came in each step since the start.
        ramp: of each step the share of the ramp.
        counted: whether it is a figure of counts, which vary by 1 at least, and are held to that by six stretches' weight.

    Returns:
        None of amounts where fewer than half of the stretches have anything: how large one case is is not known yet.

    >>> dispersion_of(np.full(12, 30.0), np.full(12, 1 / 24), counted=True)
    1.0
    """
    if len(course) < BLOCKS:
        return 1.0 if counted else None
    came, meant = (np.array([part.sum() for part in np.array_split(one, BLOCKS)]) for one in (course, ramp))
    total, share = float(came.sum()), float(meant.sum())
    inside = meant > 0
    if total <= 0 or share <= 0 or np.count_nonzero(came[inside] > 0) < BLOCKS / 2:
        return 1.0 if counted else None
    usual = meant[inside] * (total / share)
    found = float(np.sum((came[inside] - usual) ** 2 / usual)) / max(1, int(inside.sum()) - 1)
    if not counted:
        return max(found, _TINY)
    return max(1.0, (found * BLOCKS + BLOCKS_WEIGHT) / (BLOCKS + BLOCKS_WEIGHT))


def stands(probability: float, before: Standing) -> Standing:
    """Return how a line stands; what it was before counts between the bounds, so that it does not go to and fro.

    >>> stands(0.55, "at_risk"), stands(0.55, "on_track"), stands(0.15, "off_track"), stands(0.15, "on_track")
    ('at_risk', 'on_track', 'off_track', 'at_risk')
    """
    if probability < LOST or (before == "off_track" and probability <= BACK):
        return "off_track"
    if probability < RISK or (before in ("at_risk", "off_track") and probability <= SAFE):
        return "at_risk"
    return "on_track"


_WORST: Sequence[Standing] = ("nothing", "off_track", "at_risk", "early", "on_track")


def worst(standings: Iterable[Standing]) -> Standing:
    """Return the standing of a launch: that of its worst line; ``early`` while nothing can be said and nothing is wrong.

    >>> worst(["on_track", "early"]), worst(["at_risk", "early"]), worst([])
    ('early', 'at_risk', 'early')
    """
    there = set(standings) or {"early"}
    return next(one for one in _WORST if one in there)


def outcome_of(value: float | None, volume: float | None, line: float, direction: Direction, minimum: float) -> Outcome:
    """Return how a line ended; a ratio of fewer cases than its minimum says nothing.

    >>> outcome_of(0.5, 10, 0.4, "at_least", 50), outcome_of(100, None, 100, "at_least", 0), outcome_of(101, None, 100, "at_most", 0)
    ('too_few', 'reached', 'missed')
    """
    if value is None or (volume is not None and volume < max(minimum, 1.0)):
        return "too_few"
    kept = value >= line if direction == "at_least" else value <= line
    return "reached" if kept else "missed"


def verdict_of(ended: Iterable[tuple[Role, Outcome]]) -> Verdict:
    """Return the verdict: failed where any line was missed, undecided where a primary one can't be told, succeeded otherwise.

    A guardrail with too few cases was not broken, and stands in no way.

    >>> verdict_of([("primary", "reached"), ("guardrail", "too_few")]), verdict_of([("primary", "too_few"), ("primary", "reached")])
    ('succeeded', 'undecided')
    >>> verdict_of([("primary", "reached"), ("guardrail", "missed")]), verdict_of([("primary", "reached"), ("guardrail", "not_whole")])
    ('failed', 'undecided')
    """
    found = list(ended)
    if any(outcome == "missed" for _, outcome in found):
        return "failed"
    open_ = any(outcome == "not_whole" or (role == "primary" and outcome == "too_few") for role, outcome in found)
    return "undecided" if open_ else "succeeded"
