"""Time is passed in: rules and verbs ask a clock, never the system."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Anything that can say what time it is."""

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        return time.time_ns() // 1_000_000


@dataclass
class FixedClock:
    """A clock that stands still until it is moved: for tests and replays."""

    ms: int

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        return self.ms

    def advance(self, *, seconds: float = 0, days: float = 0) -> None:
        """Move the clock forward."""
        self.ms += round((seconds + days * 86_400) * 1000)


def local_date(ms: int, zone: str) -> dt.date:
    """Return the civil date of an instant in a zone."""
    return dt.datetime.fromtimestamp(ms / 1000, ZoneInfo(zone)).date()


def start_of_day_ms(day: dt.date, zone: str) -> int:
    """Return the instant at which a civil date starts in a zone, in ms. DST days have 23 or 25 hours."""
    return round(dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).timestamp() * 1000)


def iso(ms: int, zone: str = "UTC") -> str:
    """Return an instant as ISO 8601 with its offset, to the second."""
    return dt.datetime.fromtimestamp(ms / 1000, ZoneInfo(zone)).isoformat(timespec="seconds")
