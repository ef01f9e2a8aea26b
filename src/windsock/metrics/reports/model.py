"""When a report comes and what it tells about: every day of yesterday, every week of the seven days before, every month of the month before."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args
from zoneinfo import ZoneInfo

from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period

Cadence = Literal["daily", "weekly", "monthly"]
Language = Literal["zh", "en"]
CADENCES: tuple[Cadence, ...] = get_args(Cadence)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
NAME_MAX = 80
SEND = "reports.send"
"""The kind of job that sends one report."""
ATTEMPTS = 6
"""How often a sending is tried in all."""
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Timetable:
    """When: a cadence, a local time HH:MM, the weekday (0 is Monday) of weekly and the day of the month (1 to 28) of monthly ones."""

    cadence: Cadence
    at: str
    weekday: int = 0
    day: int = 1


@dataclass(frozen=True)
class Due:
    """One coming of a report: the instant, and the civil dates that it tells about."""

    ms: int
    period: Period

    @property
    def label(self) -> str:
        """What makes it the only one: its dates."""
        return str(self.period)


@dataclass(frozen=True)
class Plan:
    """What a report is besides its dashboard and destination: its name, timetable, language and who gets it."""

    name: str
    timetable: Timetable
    language: Language
    recipients: tuple[str, ...]

    def json(self) -> dict[str, Any]:
        """Return the plan as it is kept."""
        return {"name": self.name, "timetable": dict(self.timetable.__dict__), "language": self.language, "recipients": list(self.recipients)}


def plan_from(given: Mapping[str, Any]) -> Plan:
    """Read a plan.

    Raises:
        InvalidInput: says which field is wrong.
    """
    name = " ".join(str(given.get("name") or "").replace("\0", "").split())
    if not 0 < len(name) <= NAME_MAX:
        raise InvalidInput("A report needs a name.", where="name", fix=f"Write 1 to {NAME_MAX} characters.")
    language = given.get("language", "zh")
    if language not in get_args(Language):
        raise InvalidInput("A report is in zh or en.", where="language")
    recipients = cast("Sequence[Any]", given.get("recipients") or [])
    return Plan(name, timetable_from(cast("Mapping[str, Any]", given.get("timetable") or {})), language, tuple(str(one) for one in recipients))


def timetable_from(given: Mapping[str, Any]) -> Timetable:
    """Read a timetable.

    Raises:
        InvalidInput: says which field is wrong.
    """
    cadence, at, weekday, day = given.get("cadence"), given.get("at", "09:00"), given.get("weekday", 0), given.get("day", 1)
    if cadence not in CADENCES:
        raise InvalidInput("A report comes daily, weekly or monthly.", where="timetable.cadence")
    if not isinstance(at, str) or not _CLOCK.fullmatch(at):
        raise InvalidInput("A time is written as HH:MM.", where="timetable.at", fix="Write 09:00.")
    for name, value, least, most in (("weekday", weekday, 0, 6), ("day", day, 1, 28)):
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise InvalidInput(f"The {name} is a number from {least} to {most}.", where=f"timetable.{name}")
    return Timetable(cadence, at, cast("int", weekday), cast("int", day))


def latest_due(table: Timetable, now_ms: int, zone: str) -> Due:
    """Return the last coming at or before an instant; a time that the clocks skip comes later, one that they repeat comes at its first.

    Example: monthly on day 3 at 09:00, on 2026-11-22: 3 November, about October.
    """
    day = dt.datetime.fromtimestamp(now_ms / 1000, ZoneInfo(zone)).date()
    while True:
        if _comes(table, day):
            ms = round(dt.datetime.combine(day, dt.time.fromisoformat(table.at), ZoneInfo(zone)).timestamp() * 1000)
            if ms <= now_ms:
                return Due(ms, told(table.cadence, day))
        day -= _DAY


def next_due_ms(table: Timetable, now_ms: int, zone: str) -> int:
    """Return the next coming after an instant."""
    day = dt.datetime.fromtimestamp(now_ms / 1000, ZoneInfo(zone)).date()
    while True:
        if _comes(table, day):
            ms = round(dt.datetime.combine(day, dt.time.fromisoformat(table.at), ZoneInfo(zone)).timestamp() * 1000)
            if ms > now_ms:
                return ms
        day += _DAY


def told(cadence: Cadence, day: dt.date) -> Period:
    """Return the dates that a report of a day tells about: always over when it comes."""
    if cadence == "daily":
        return Period(day - _DAY, day - _DAY)
    if cadence == "weekly":
        return Period(day - 7 * _DAY, day - _DAY)
    last = day.replace(day=1) - _DAY
    return Period(last.replace(day=1), last.replace(day=calendar.monthrange(last.year, last.month)[1]))


def _comes(table: Timetable, day: dt.date) -> bool:
    if table.cadence == "weekly":
        return day.weekday() == table.weekday
    return table.cadence == "daily" or day.day == table.day
