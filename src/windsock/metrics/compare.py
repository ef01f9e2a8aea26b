"""With which earlier period a period is compared, so that like meets like: weekdays meet weekdays, months months, holidays holidays."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Literal, get_args

from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period
from windsock.metrics.model.calendar import FIRST_YEAR, LAST_YEAR, Holiday, holidays, holidays_within

Compare = Literal["previous", "same_weekday", "last_year", "last_year_holiday"]
COMPARES: tuple[str, ...] = get_args(Compare)
MONTHS = 12
_WEEK = 7
_YEAR_OF_WEEKS = 364


def comparison(period: Period, compare: Compare) -> Period:
    """Return the period to compare with.

    - ``previous``: whole months with as many whole months before; other periods with as many days before.
    - ``same_weekday``: so many whole weeks earlier that the two don't overlap: a day meets the same weekday of last week.
    - ``last_year``: whole months with the same months of last year; other periods 364 days earlier, so that weekdays meet weekdays.
    - ``last_year_holiday``: moved as the public holiday in it moved since last year (the one with most days in it, the longest first), so
      that Spring Festival meets Spring Festival; a period without one, or outside the calendar, as ``last_year``.

    Raises:
        InvalidInput: there is no such comparison.

    >>> str(comparison(Period(dt.date(2026, 2, 16), dt.date(2026, 2, 23)), "last_year_holiday"))
    '2025-01-28:2025-02-04'
    """
    if compare not in COMPARES:
        raise InvalidInput(f"'{str(compare)[:40]}' is no comparison.", where="compare", fix=f"Use one of: {', '.join(COMPARES)}.")
    if compare == "same_weekday":
        return period.shifted(-_WEEK * -(-period.days // _WEEK))
    if compare == "last_year_holiday":
        holiday = _anchor(period)
        if holiday is not None:
            return period.shifted(-_moved(holiday).days)
    if _whole_months(period):
        count = (period.end.year - period.start.year) * MONTHS + period.end.month - period.start.month + 1
        back = count if compare == "previous" else MONTHS
        return Period(_month_start(period.start, -back), _month_end(_month_start(period.end.replace(day=1), -back)))
    return period.previous() if compare == "previous" else period.shifted(-_YEAR_OF_WEEKS)


def _anchor(period: Period) -> Holiday | None:
    """Return the holiday by which a period is aligned: none for more than a quarter, in which several would pull different ways."""
    if period.days > 3 * 31:
        return None
    found = [holiday for holiday in holidays_within(period) if FIRST_YEAR < holiday.start.year <= LAST_YEAR]
    return max(found, key=lambda holiday: min(holiday.end, period.end) - max(holiday.start, period.start), default=None)


def _moved(holiday: Holiday) -> dt.timedelta:
    before = next(one for one in holidays(holiday.start.year - 1) if one.code == holiday.code)
    return holiday.start - before.start


def _whole_months(period: Period) -> bool:
    return period.start.day == 1 and period.end == _month_end(period.end)


def _month_start(day: dt.date, months: int) -> dt.date:
    index = day.year * MONTHS + day.month - 1 + months
    return dt.date(index // MONTHS, index % MONTHS + 1, 1)


def _month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
