"""The calendar of a year in China: lunar dates, public holidays and festivals, from 2010 to 2030, and fiscal years.

The lunar months stand in a table (one number a year), as almanacs print them; the tests check each month's first day against the new moon,
computed after Meeus, and the days of festivals against known dates. Public holidays are the days that the rules name ("core days"); days worked
instead and days moved by yearly decree are not part of it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.kernel.errors import InvalidInput
from windsock.metrics.model.definition import Words

if TYPE_CHECKING:
    from windsock.kernel.period import Period

FIRST_YEAR, LAST_YEAR = 2010, 2030
MONTHS = 12
_NEW_YEAR_2010 = dt.date(2010, 2, 14)
# A year in a number: bits 15 to 4 say which of the months 1 to 12 have 30 days, bits 3 to 0 which month is followed by a leap month (0: none),
# bit 16 whether that leap month has 30 days.
_LUNAR = (
    0x0A950, 0x0B4A0, 0x0BAA4, 0x0AD50, 0x055D9, 0x04BA0, 0x0A5B0, 0x15176, 0x052B0, 0x0A930, 0x07954, 0x06AA0, 0x0AD50, 0x05B52, 0x04B60, 0x0A6E6,
    0x0A4E0, 0x0D260, 0x0EA65, 0x0D530, 0x05AA0,
)  # fmt: skip


@dataclass(frozen=True)
class Holiday:
    """A holiday: its code, its name, and its days in one year; ``public`` ones are days off, others are festivals of trade."""

    code: str
    title: Words
    start: dt.date
    end: dt.date
    public: bool = True


TITLES: dict[str, Words] = {
    "spring_festival": Words("Spring Festival", "春节"),
    "national_day": Words("National Day", "国庆节"),
    "labour_day": Words("Labour Day", "劳动节"),
    "new_year": Words("New Year", "元旦"),
    "qingming": Words("Qingming", "清明节"),
    "dragon_boat": Words("Dragon Boat Festival", "端午节"),
    "mid_autumn": Words("Mid-Autumn Festival", "中秋节"),
    "lantern": Words("Lantern Festival", "元宵节"),
    "qixi": Words("Qixi", "七夕"),
    "double_ninth": Words("Double Ninth", "重阳节"),
    "double_eleven": Words("Singles' Day sales", "双十一"),
}
PUBLIC = ("spring_festival", "national_day", "labour_day", "new_year", "qingming", "dragon_boat", "mid_autumn")
"""Days off, the longest first: where two share a day it belongs to the first."""


def months(year: int) -> list[tuple[int, bool, dt.date]]:
    """Return the months of a lunar year as (number, leap, first day).

    Raises:
        InvalidInput: the table does not hold the year.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput(f"The lunar calendar holds {FIRST_YEAR} to {LAST_YEAR}, not {year}.", where="year")
    start = _NEW_YEAR_2010 + dt.timedelta(days=sum(_days(entry) for entry in _LUNAR[: year - FIRST_YEAR]))
    entry, found = _LUNAR[year - FIRST_YEAR], list[tuple[int, bool, dt.date]]()
    for number in range(1, MONTHS + 1):
        found.append((number, False, start))
        start += dt.timedelta(days=30 if entry >> (16 - number) & 1 else 29)
        if entry & 15 == number:
            found.append((number, True, start))
            start += dt.timedelta(days=30 if entry >> 16 & 1 else 29)
    return found


def _days(entry: int) -> int:
    long = sum(entry >> (16 - number) & 1 for number in range(1, MONTHS + 1))
    return MONTHS * 29 + long + ((29 + (entry >> 16 & 1)) if entry & 15 else 0)


def lunar_day(year: int, month: int, day: int) -> dt.date:
    """Return the civil date of a day of a lunar year's (not leap) month.

    >>> lunar_day(2026, 1, 1), lunar_day(2025, 8, 15)
    (datetime.date(2026, 2, 17), datetime.date(2025, 10, 6))
    """
    return next(start for number, leap, start in months(year) if number == month and not leap) + dt.timedelta(days=day - 1)


def qingming(year: int) -> dt.date:
    """Return Qingming, when the sun stands at 15 degrees: the rule of thumb that holds from 2000 to 2099.

    >>> qingming(2026)
    datetime.date(2026, 4, 5)
    """
    short = year % 100
    return dt.date(year, 4, int(short * 0.2422 + 4.81) - short // 4)


def holidays(year: int) -> tuple[Holiday, ...]:
    """Return the holidays of a civil year, public ones first and then by date; Spring Festival from its eve to the sixth day.

    Raises:
        InvalidInput: the calendar does not hold the year.
    """
    spring, day = lunar_day(year, 1, 1), dt.timedelta(days=1)
    spans = {
        "spring_festival": (spring - day, spring + 6 * day),
        "national_day": (dt.date(year, 10, 1), dt.date(year, 10, 7)),
        "labour_day": (dt.date(year, 5, 1), dt.date(year, 5, 5)),
        "new_year": (dt.date(year, 1, 1),) * 2,
        "qingming": (qingming(year),) * 2,
        "dragon_boat": (lunar_day(year, 5, 5),) * 2,
        "mid_autumn": (lunar_day(year, 8, 15),) * 2,
        "lantern": (lunar_day(year, 1, 15),) * 2,
        "qixi": (lunar_day(year, 7, 7),) * 2,
        "double_ninth": (lunar_day(year, 9, 9),) * 2,
        "double_eleven": (dt.date(year, 11, 11),) * 2,
    }
    return tuple(Holiday(code, TITLES[code], *span, public=code in PUBLIC) for code, span in spans.items())


def holidays_within(period: Period, *, public: bool = True) -> tuple[Holiday, ...]:
    """Return the holidays that share a day with a period, the longest of a year first; years outside the calendar have none."""
    years = range(max(period.start.year, FIRST_YEAR), min(period.end.year, LAST_YEAR) + 1)
    found = (holiday for year in years for holiday in holidays(year) if holiday.public or not public)
    return tuple(holiday for holiday in found if holiday.start <= period.end and period.start <= holiday.end)


def fiscal_year(day: dt.date, first_month: int) -> int:
    """Return the fiscal year of a date: named after the calendar year in which it ends.

    >>> fiscal_year(dt.date(2026, 3, 31), 4), fiscal_year(dt.date(2026, 4, 1), 4), fiscal_year(dt.date(2026, 4, 1), 1)
    (2026, 2027, 2026)
    """
    return day.year + (1 if first_month > 1 and day.month >= first_month else 0)


def fiscal_quarter(day: dt.date, first_month: int) -> int:
    """Return the quarter (1 to 4) of a date's fiscal year.

    >>> fiscal_quarter(dt.date(2026, 3, 31), 4), fiscal_quarter(dt.date(2026, 4, 1), 4)
    (4, 1)
    """
    return (day.month - first_month) % MONTHS // 3 + 1
