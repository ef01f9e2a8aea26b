"""How what was reached is scored, and an owner's score made of it; every number says how it came about.

Attainment: a metric that should rise, actual / target; one that should fall, 2 - actual / target; one that should stay, 1 - |actual - target| /
target. Score = 100 x attainment, not below 0 nor above 120, half up to one decimal. A target is *met* at 100 %, *near* from 95 %, else
*missed*; without a figure it is *unknown* and left out. An owner's score is the mean of the scores by weight. Only metrics whose use is to
assess count; the others are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from windsock.kernel.money import half_up

State = Literal["met", "near", "missed", "unknown"]
MOST, LEAST = Decimal(120), Decimal(0)
NEAR = Decimal("0.95")
_TENTH = Decimal("0.1")
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Scored:
    """What a target came to: attainment as a share (None without a figure), its score, and the word for it."""

    attainment: Decimal | None
    score: Decimal | None
    state: State


@dataclass(frozen=True)
class Mark:
    """One target in an owner's score: its score, weight, and whether it counts."""

    scored: Scored
    weight: int
    counts: bool


@dataclass(frozen=True)
class OwnerScore:
    """An owner's score and how many targets made it: those that count and have a figure, of which some were met."""

    score: Decimal | None
    counted: int
    met: int
    near: int
    missed: int
    unknown: int
    aside: int


def attainment(direction: str, target: Decimal, actual: Decimal) -> Decimal:
    """Return how much of a target (above zero) was reached, as a share.

    >>> attainment("up", Decimal(200), Decimal(150)), attainment("down", Decimal("0.2"), Decimal("0.25"))
    (Decimal('0.75'), Decimal('0.75'))
    >>> attainment("none", Decimal(10), Decimal(12))
    Decimal('0.8')
    """
    if direction == "up":
        return actual / target
    if direction == "down":
        return 2 - actual / target
    return 1 - abs(actual - target) / target


def score(direction: str, target: Decimal, actual: Decimal | None) -> Scored:
    """Score what was reached.

    >>> score("up", Decimal(200), Decimal(191)).state, score("up", Decimal(100), Decimal(500)).score, score("up", Decimal(1), None).state
    ('near', Decimal('120.0'), 'unknown')
    """
    if actual is None:
        return Scored(None, None, "unknown")
    reached = attainment(direction, target, actual)
    points = half_up(min(MOST, max(LEAST, reached * _HUNDRED)), _TENTH)
    return Scored(reached, points, "met" if reached >= 1 else "near" if reached >= NEAR else "missed")


def owner_score(marks: Sequence[Mark]) -> OwnerScore:
    """Return an owner's score: the mean by weight of what counts and has a figure; None when nothing does."""
    counted = [mark for mark in marks if mark.counts and mark.scored.score is not None]
    weight = sum(mark.weight for mark in counted)
    total = sum((mark.weight * (mark.scored.score or Decimal(0)) for mark in counted), Decimal(0))
    states = [mark.scored.state for mark in counted]
    return OwnerScore(
        score=half_up(total / weight, _TENTH) if weight else None,
        counted=len(counted),
        met=states.count("met"),
        near=states.count("near"),
        missed=states.count("missed"),
        unknown=sum(1 for mark in marks if mark.counts and mark.scored.score is None),
        aside=sum(1 for mark in marks if not mark.counts),
    )
