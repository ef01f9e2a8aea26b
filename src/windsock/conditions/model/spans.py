"""Spans of time in a condition: absolute, or relative to the moment of asking.

``always``; ``from``/``to`` civil dates, both included; ``last`` N units, the current one among them, until the moment of asking;
``previous`` N whole units before the current one; ``past`` a length of time until the moment of asking, to the millisecond;
``next`` N units, the current one among them, from its start on: for dates that lie ahead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from windsock.conditions.model.given import duration_ms, known_keys, mapping, number_of, one_of, shown
from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Grain, bucket_start, parse_date

UNITS = ("day", "week", "month", "quarter", "year")
COUNT_MOST = 1_000
EARLIEST, LATEST = dt.date(1970, 1, 1), dt.date(2999, 12, 31)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Span:
    """A span of time; ``kind`` is always, dates, last, previous, next or past."""

    kind: str = "always"
    start: dt.date | None = None
    end: dt.date | None = None
    count: int = 0
    unit: str = "day"
    length_ms: int = 0

    def bounds_ms(self, now_ms: int, zone: str, week_start: int = 0) -> tuple[int | None, int | None]:
        """Return [first instant, first instant after); None where it is open.

        >>> Span("last", count=1).bounds_ms(1_767_240_000_000, "Asia/Shanghai")  # 12:00 on 2026-01-01
        (1767196800000, 1767240000001)
        """
        if self.kind == "always":
            return None, None
        if self.kind == "past":
            return now_ms - self.length_ms, now_ms + 1
        if self.kind == "dates":
            low = None if self.start is None else start_of_day_ms(self.start, zone)
            return low, None if self.end is None else start_of_day_ms(self.end + dt.timedelta(days=1), zone)
        grain = cast("Grain", self.unit)
        current = bucket_start(local_date(now_ms, zone), grain, week_start)
        if self.kind == "next":
            return start_of_day_ms(current, zone), start_of_day_ms(back(current, self.unit, -self.count), zone)
        if self.kind == "last":
            return start_of_day_ms(back(current, self.unit, self.count - 1), zone), now_ms + 1
        return start_of_day_ms(back(current, self.unit, self.count), zone), start_of_day_ms(current, zone)

    @property
    def moves(self) -> bool:
        """Whether its bounds depend on the moment of asking."""
        return self.kind not in ("always", "dates")

    def json(self) -> dict[str, Any]:
        """Return the span as it is written."""
        if self.kind == "always":
            return {}
        if self.kind == "past":
            return {"past": f"{self.length_ms} ms"}
        if self.kind == "dates":
            named = {"from": self.start, "to": self.end}
            return {name: day.isoformat() for name, day in named.items() if day is not None}
        return {self.kind: self.count, "unit": self.unit}


ALWAYS = Span()


def back(day: dt.date, unit: str, count: int) -> dt.date:
    """Return the start of the unit so many units before the one that starts on a day.

    >>> back(dt.date(2026, 1, 1), "quarter", 1)
    datetime.date(2025, 10, 1)
    """
    if unit in _MONTHS:
        months = day.year * 12 + day.month - 1 - count * _MONTHS[unit]
        return dt.date(months // 12, months % 12 + 1, 1)
    return day - dt.timedelta(days=count * (7 if unit == "week" else 1))


def read_span(given: object, where: str) -> Span:
    """Read a span from JSON; None is always.

    Raises:
        InvalidInput: it is none.
    """
    if given is None or given == "always":
        return ALWAYS
    found = mapping(given, where)
    if "past" in found:
        known_keys(found, ("past",), where)
        return Span("past", length_ms=duration_ms(found["past"], f"{where}.past"))
    for kind in ("last", "previous", "next"):
        if kind in found:
            known_keys(found, (kind, "unit"), where)
            unit = one_of(str(found.get("unit", "day")).removesuffix("s"), UNITS, f"{where}.unit")
            return Span(kind, count=number_of(found[kind], f"{where}.{kind}", 1, COUNT_MOST), unit=unit)
    known_keys(found, ("from", "to", "past", "last", "previous", "next"), where)
    if not found:
        raise InvalidInput(
            "The period is empty.", where=where, fix="Write {last: 7, unit: day}, {past: 24 hours} or {from: 2026-01-01, to: 2026-01-31}."
        )
    return _dates(found, where)


def _dates(found: Mapping[str, Any], where: str) -> Span:
    start, end = _date(found.get("from"), f"{where}.from"), _date(found.get("to"), f"{where}.to")
    if start is not None and end is not None and end < start:
        raise InvalidInput(f"The period ends ({end}) before it starts ({start}).", where=where, fix="Swap the two dates.")
    return Span("dates", start, end)


def _date(given: object, where: str) -> dt.date | None:
    if given is None:
        return None
    # YAML reads a date as one, JSON as text.
    day = given if isinstance(given, dt.date) and not isinstance(given, dt.datetime) else parse_date(str(given), where)
    if not EARLIEST <= day <= LATEST:
        raise InvalidInput(f"{shown(given)} is out of reach.", where=where, fix=f"Write a date from {EARLIEST} to {LATEST}.")
    return day
