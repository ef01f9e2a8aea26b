"""How far on the way a target should be by now, and where it will end if it goes on like this.

A sum (money, orders, nights) follows the weekdays: from the whole days of the 56 before the period, weight(d) = mean of that weekday / mean of
all days; by now ``share = sum of weights of the whole days of the period / sum of weights of all its days`` should be reached, so
``expected = target x share``, ``pace = actual / expected``, ``projected = actual / share`` (the weekday-shaped run rate). With fewer than
28 whole days before, or when a weekday's mean is below zero, each day counts the same. Holidays and season are not in the shape. Distinct
people do not add up by day: there the share is that of the period before, people in its first n days / people in all of it. A ratio is
measured against the target as it is and is expected to stay.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from windsock.kernel.period import Period

HISTORY_DAYS = 56
HISTORY_MIN = 28
WEEK = 7
Basis = Literal["weekday", "even", "before", "level", "none"]
Shape = tuple[Decimal, ...]
EVEN: Shape = (Decimal(1),) * WEEK


@dataclass(frozen=True)
class Pace:
    """Where a target stands.

    Attributes:
        share: the share of the period's work that should be done by now; None where nothing can be said.
        expected: what should be reached by now.
        ratio: actual / expected.
        projected: where it ends if it goes on like this.
        needed: what each day that is left must bring, on average; None for ratios, people, and when no day is left.
        basis: what the share was made from: ``weekday``, ``even`` (days alike), ``before`` (the period before), ``level`` (a ratio), ``none``.
    """

    share: Decimal | None
    expected: Decimal | None
    ratio: Decimal | None
    projected: Decimal | None
    needed: Decimal | None
    basis: Basis


NO_PACE = Pace(None, None, None, None, None, "none")


def weekday_shape(history: Mapping[dt.date, Decimal]) -> Shape | None:
    """Return seven weights, Monday first, with a mean of one over the weekdays; None when there is too little to go by.

    Args:
        history: whole days before the period with what each brought.
    """
    if len(history) < HISTORY_MIN or sum(history.values()) <= 0:
        return None
    means: list[Decimal] = []
    for weekday in range(WEEK):
        days = [value for day, value in history.items() if day.weekday() == weekday]
        if not days:
            return None
        means.append(sum(days, Decimal(0)) / len(days))
    if min(means) < 0:
        return None
    middle = sum(means, Decimal(0)) / WEEK
    return tuple(mean / middle for mean in means)


def share_done(shape: Shape, period: Period, until: dt.date | None) -> Decimal:
    """Return the share of a period's weight that lies on its dates up to ``until``, included."""
    whole = _weight(shape, period.start, period.end)
    if until is None or until < period.start or not whole:
        return Decimal(0)
    return _weight(shape, period.start, min(until, period.end)) / whole


def _weight(shape: Shape, first: dt.date, last: dt.date) -> Decimal:
    """Sum the weights of the dates from first to last: whole weeks at once, as a quarter has many."""
    weeks, rest = divmod((last - first).days + 1, WEEK)
    start = first.weekday()
    return weeks * sum(shape, Decimal(0)) + sum((shape[(start + n) % WEEK] for n in range(rest)), Decimal(0))


def pace_of_sum(target: Decimal, actual: Decimal | None, period: Period, until: dt.date | None, shape: Shape | None) -> Pace:
    """Return where a target of a sum stands.

    Args:
        target: what is to be reached.
        actual: what the whole days so far brought; None when nothing is known.
        period: its dates.
        until: the last whole date.
        shape: the weekdays' weights, or None when each day counts the same.
    """
    share = share_done(shape or EVEN, period, until)
    basis: Basis = "weekday" if shape is not None else "even"
    found = _of_share(target, actual, share, basis)
    left = (period.end - max(until, period.start - dt.timedelta(days=1))).days if until is not None else period.days
    needed = max(target - actual, Decimal(0)) / left if actual is not None and left > 0 else None
    return Pace(found.share, found.expected, found.ratio, found.projected, needed, found.basis)


def pace_of_people(target: Decimal, actual: Decimal | None, begun: Decimal | None, whole: Decimal | None) -> Pace:
    """Return where a target of distinct people stands, by the course of the period before.

    Args:
        target: how many people.
        actual: how many so far.
        begun: how many in as many first days of the period before.
        whole: how many in all of the period before.
    """
    if not begun or not whole:
        return NO_PACE
    return _of_share(target, actual, begun / whole, "before")


def pace_of_ratio(target: Decimal, actual: Decimal | None) -> Pace:
    """Return where a target of a ratio stands: it is measured as it is."""
    if actual is None:
        return Pace(None, target, None, None, None, "level")
    return Pace(None, target, actual / target, actual, None, "level")


def _of_share(target: Decimal, actual: Decimal | None, share: Decimal, basis: Basis) -> Pace:
    expected = target * share
    if actual is None or not share:
        return Pace(share, expected, None, None, None, basis)
    return Pace(share, expected, actual / expected, actual / share, None, basis)


def history_of(days: Mapping[dt.date, Decimal], period: Period, until: dt.date | None) -> dict[dt.date, Decimal]:
    """Return the whole days among the 56 before a period; a day without rows after the first one brought nothing."""
    last = period.start - dt.timedelta(days=1) if until is None else min(until, period.start - dt.timedelta(days=1))
    span: Sequence[dt.date] = [last - dt.timedelta(days=back) for back in range(HISTORY_DAYS)]
    known = min((day for day in days if day <= last), default=None)
    return {day: days.get(day, Decimal(0)) for day in span if known is not None and day >= known}
