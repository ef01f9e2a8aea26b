"""What a day was expected to bring, and how far from it is still normal: the same weekday of the last eight weeks.

For a day, take the values 7, 14 ... 56 days before it that are known, complete and no holidays; with fewer than four there is no band.
``expected`` is their median ``m``; the spread is ``s = 1.4826 * median(|x - m|)`` (the median deviation, scaled to a normal's standard
deviation; where more than half of them are equal, ``1.2533 * mean(|x - m|)``); the band is ``m +/- 3 * s * sqrt(1 + 1/n)``, cut off at zero
when no value was below it. On normal noise with all eight weeks it holds about 94 days in 100, with only four about 85. One odd week, up
or down, barely moves it; a trend makes it lag by about four weeks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
from numpy.typing import NDArray

from windsock.kernel.money import CENT

WEEKS = 8
WEEKS_MIN = 4
WIDTH = 3.0
_NORMAL_MAD, _NORMAL_MEAN = 1.4826, 1.2533


@dataclass(frozen=True)
class DayValue:
    """A civil date and what it brought; None is not known, which is not zero."""

    day: dt.date
    value: Decimal | None


@dataclass(frozen=True)
class BandPoint:
    """A day with what was expected of it.

    Attributes:
        day: the civil date.
        value: what it brought.
        expected: the middle of the band; None when there is too little to expect from, or on a holiday.
        low: the band's lower end.
        high: the band's upper end.
        partial: whether data of the day may still arrive.
    """

    day: dt.date
    value: Decimal | None
    expected: Decimal | None
    low: Decimal | None
    high: Decimal | None
    partial: bool


def band(
    series: Sequence[DayValue],
    first: dt.date,
    *,
    complete_until: dt.date | None = None,
    holidays: Collection[dt.date] = (),
    quantum: Decimal = CENT,
) -> list[BandPoint]:
    """Return the points from ``first`` on, each with its band from the same weekdays before it.

    Args:
        series: days in any order, each once; days before ``first`` only serve as history (56 of them give every point its full band).
        first: the first date to return.
        complete_until: the last date whose data is whole; later ones are partial and no history for others. None: all whole.
        holidays: dates that are no history, and that nothing is expected of.
        quantum: the step to which the band is rounded.

    Returns:
        A point per date of the series that is not before ``first``, by date.
    """
    days = sorted((point for point in series), key=lambda point: point.day)
    whole = {
        point.day: float(point.value)
        for point in days
        if point.value is not None and point.day not in holidays and (complete_until is None or point.day <= complete_until)
    }
    return [_point(point, whole, complete_until, holidays, quantum) for point in days if point.day >= first]


def _point(
    point: DayValue, whole: dict[dt.date, float], complete_until: dt.date | None, holidays: Collection[dt.date], quantum: Decimal
) -> BandPoint:
    partial = complete_until is not None and point.day > complete_until
    before = [whole.get(point.day - dt.timedelta(weeks=week)) for week in range(1, WEEKS + 1)]
    history = np.array([value for value in before if value is not None], dtype=np.float64)
    if len(history) < WEEKS_MIN or point.day in holidays:
        return BandPoint(point.day, point.value, None, None, None, partial)
    low, expected, high = (_rounded(value, quantum) for value in interval(history))
    return BandPoint(point.day, point.value, expected, low, high, partial)


def interval(history: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return (low, expected, high) from at least one comparable value."""
    middle = float(np.median(history))
    off = np.abs(history - middle)
    spread = _NORMAL_MAD * float(np.median(off)) or _NORMAL_MEAN * float(np.mean(off))
    half = WIDTH * spread * float(np.sqrt(1 + 1 / len(history)))
    low = middle - half
    return (max(low, 0.0) if float(history.min()) >= 0 else low), middle, middle + half


def _rounded(value: float, quantum: Decimal) -> Decimal:
    return Decimal(repr(value)).quantize(quantum, rounding=ROUND_HALF_EVEN)
