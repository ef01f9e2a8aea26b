"""Periods of civil dates: inclusive at both ends, as people say them; weeks start on Monday unless told otherwise."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal, get_args

from windsock.kernel.clock import start_of_day_ms
from windsock.kernel.errors import InvalidInput

Grain = Literal["hour", "day", "week", "month", "quarter", "year", "total"]
GRAINS: tuple[str, ...] = get_args(Grain)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, order=True)
class Period:
    """The civil dates from ``start`` to ``end``, both included."""

    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it starts."""
        if self.end < self.start:
            raise InvalidInput(f"The period ends ({self.end}) before it starts ({self.start}).", where="period", fix="Swap the two dates.")

    @property
    def days(self) -> int:
        """The number of civil dates."""
        return (self.end - self.start).days + 1

    def __str__(self) -> str:
        """Return ``2016-01-01:2016-12-31``."""
        return f"{self.start}:{self.end}"

    def previous(self) -> Period:
        """Return the period of the same length just before this one."""
        return Period(self.start - dt.timedelta(days=self.days), self.start - dt.timedelta(days=1))

    def shifted(self, days: int) -> Period:
        """Return this period moved by a number of days."""
        return Period(self.start + dt.timedelta(days=days), self.end + dt.timedelta(days=days))

    def bounds_ms(self, zone: str) -> tuple[int, int]:
        """Return [first instant, first instant after) in ms for a zone; a DST day has 23 or 25 hours."""
        return start_of_day_ms(self.start, zone), start_of_day_ms(self.end + dt.timedelta(days=1), zone)


def parse_date(text: str, where: str) -> dt.date:
    """Read YYYY-MM-DD.

    Raises:
        InvalidInput: it is no such date.
    """
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"'{text[:40]}' is not a date.", where=where, fix="Write it as YYYY-MM-DD, for example 2016-03-31.") from None


def parse_period(text: str, where: str) -> Period:
    """Read ``A:B`` (both dates included) or one date.

    Raises:
        InvalidInput: it is no period.
    """
    start, colon, end = text.partition(":")
    return Period(parse_date(start, where), parse_date(end if colon else start, where))


def bucket_start(day: dt.date, grain: Grain, week_start: int = 0) -> dt.date:
    """Return the first date of the bucket that holds a day (``week_start`` 0 is Monday); ``total`` has no buckets.

    Hours are no buckets of days: see ``kernel.hours``; of one only its day is returned.
    """
    if grain == "week":
        return day - dt.timedelta(days=(day.weekday() - week_start) % 7)
    if grain == "month":
        return day.replace(day=1)
    if grain == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    if grain == "year":
        return day.replace(month=1, day=1)
    return day
