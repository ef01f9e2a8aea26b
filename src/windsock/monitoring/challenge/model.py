"""Which of two monitors did better over the same days, by what people said of alerts. Rules only.

What people called true and was found speaks for a monitor, what they called anything else and was told speaks against it. An alert that nobody
judged speaks against the challenger alone: it would be new work that nobody knows to be of use. Better is who finds no fewer true ones and tells no
more of the others, and is ahead in one of the two; where people said nothing there is nothing to go by.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from windsock.monitoring.replay import Fired, Replay

Verdict = Literal["better", "worse", "same", "unknown"]


@dataclass(frozen=True)
class Side:
    """What a monitor would have told over the days: in all, found true, told and not true, told and not judged; and how many true ones it missed."""

    times: int
    true: int
    wrong: int
    unjudged: int
    missed: int


@dataclass(frozen=True)
class Day:
    """What a monitor would have told on a local day, and the true ones of that day that it missed."""

    date: dt.date
    true: int = 0
    wrong: int = 0
    unjudged: int = 0
    missed: int = 0


def days_of(fired: Iterable[tuple[dt.date, str | None]], real: Iterable[tuple[dt.date, bool]], days: Sequence[dt.date]) -> list[Day]:
    """Return each day with what was told and missed on it.

    Args:
        fired: the day of each alert there would have been, and what people said of it (None: nothing).
        real: the day of each alert that people called true, and whether it was found.
        days: which days.

    >>> one = dt.date(2026, 1, 5)
    >>> days_of([(one, "true"), (one, "false"), (one, None)], [(one, True), (one, False)], [one])
    [Day(date=datetime.date(2026, 1, 5), true=1, wrong=1, unjudged=1, missed=1)]
    """
    told, truth = Counter(fired), Counter(real)
    wrong = Counter(date for date, label in told.elements() if label not in (None, "true"))
    return [Day(date, truth[date, True], wrong[date], told[date, None], truth[date, False]) for date in days]


def side_of(found: Replay, true: int) -> Side:
    """Return a monitor's side.

    Args:
        found: its replay.
        true: how many alerts of these days people called true.
    """
    labels = [one.label for one in found.fired]
    met = true - _missed(found, true)
    wrong = sum(label not in (None, "true") for label in labels)
    return Side(found.times, met, wrong, sum(label is None for label in labels) + found.times - len(labels), true - met)


def _missed(found: Replay, true: int) -> int:
    return 0 if found.recall is None else true - round(found.recall * true)


def verdict(champion: Side, challenger: Side) -> Verdict:
    """Say how the challenger did.

    >>> one = Side(10, 4, 5, 1, 1)
    >>> others = (Side(6, 4, 1, 1, 1), Side(9, 5, 4, 0, 0), Side(6, 3, 3, 0, 2), Side(12, 5, 5, 2, 0), one, Side(0, 0, 0, 0, 5))
    >>> [verdict(one, other) for other in others]
    ['better', 'better', 'worse', 'worse', 'same', 'worse']
    >>> verdict(Side(3, 0, 0, 3, 0), Side(1, 0, 0, 1, 0))
    'unknown'
    """
    if champion.true + champion.wrong + champion.missed == 0:
        return "unknown"
    new_work = max(0, challenger.unjudged - champion.unjudged)
    found, told = challenger.true - champion.true, challenger.wrong + new_work - champion.wrong
    if found >= 0 and told <= 0:
        return "better" if found > 0 or told < 0 else "same"
    return "worse"


def alerts_in_common(fired: Sequence[Fired], other: Sequence[Fired]) -> int:
    """Return how many alerts share a series and a moment with one of the other side."""
    return sum(any(_meet(one, two) for two in other) for one in fired)


def _meet(one: Fired, two: Fired) -> bool:
    if dict(one.key) != dict(two.key):
        return False
    return (two.to_ms is None or one.from_ms <= two.to_ms) and (one.to_ms is None or two.from_ms <= one.to_ms)
