"""What a model may predict, and when it may be used. Rules only.

A model is used only where it is better than its baseline by more than chance, and where it is not too good to be true.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from windsock.kernel.errors import InvalidInput

State = Literal["candidate", "active", "retired", "fallback"]
STATES: tuple[State, ...] = get_args(State)
LEAK_AUC, LEAK_ALONE, DRIFT_MOST = 0.93, 0.9, 0.25
ORIGINS, ROWS_LEAST, HITS_LEAST = 6, 200, 20
DAYS_LEAST, DAYS_MOST = 7, 365


@dataclass(frozen=True)
class Task:
    """What is predicted.

    Attributes:
        name: as it is asked for.
        en, zh: its title.
        baseline: the simple way that it must beat.
        column: the feature that ranks by the baseline; None: the rate by ``by``.
        by: the features by which the baseline takes the rate of what came before.
        grain: of whom or what a row is.
        days: how far it looks ahead, unless asked otherwise; 0: to the day of arrival.
        turned: the score is of what does not happen: who churns is who does not buy.
    """

    name: str
    en: str
    zh: str
    baseline: str
    grain: Literal["person", "booking"]
    column: str | None = None
    by: tuple[str, ...] = ()
    days: int = 0
    turned: bool = False


def check_days(days: int, where: str = "days") -> int:
    """Return how many days are looked ahead.

    Raises:
        InvalidInput: they are out of bounds.
    """
    if not DAYS_LEAST <= days <= DAYS_MOST:
        raise InvalidInput(f"{days} days can't be looked ahead.", where=where, fix=f"Give {DAYS_LEAST} to {DAYS_MOST}.")
    return days


def leaks(auc: float, alone: Mapping[str, float]) -> list[str]:
    """Return why a model is too good to be true, in one sentence each: its own AUC, or that of one feature alone."""
    found = [f"AUC {auc:.3f} is over {LEAK_AUC}: some feature knows what came." for _ in range(1) if auc > LEAK_AUC]
    return found + [f"'{name}' alone has AUC {area:.3f}, over {LEAK_ALONE}." for name, area in sorted(alone.items()) if area > LEAK_ALONE]


def why_not(card: Mapping[str, Any]) -> list[str]:
    """Return why a model may not be used; nothing where it may."""
    gain = card["difference"]
    told = list(card["leaks"])
    if gain["low"] <= 0:
        told.append(
            f"It does not beat its baseline ({card['baseline']['name']}): AUC differs by {gain['value']:+.4f}, "
            f"95 % from {gain['low']:+.4f} to {gain['high']:+.4f}."
        )
    return told


def origins_of(times: Sequence[int], closed: Sequence[int], most: int = ORIGINS) -> list[int]:
    """Return instants at which a model could have been made: as many as asked for, the last ones for which enough was closed before.

    Args:
        times: decision instants at which rows stand, ascending and each once.
        closed: the first instant at which the labels of each were known, ascending.
        most: how many at most.

    >>> origins_of([10, 20, 30, 40], [25, 35, 45, 55])
    [30, 40]
    """
    return [at for at in times if closed and closed[0] <= at][-most:]
