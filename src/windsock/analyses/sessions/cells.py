"""What an answer of sessions is made of: cells, entries and exits, and the sessions themselves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from windsock.analyses.funnel import Times

_SIX = Decimal("0.000001")


def ratio(part: int, whole: int) -> str | None:
    """Return a ratio as decimal text, to six digits; None where nothing is divided."""
    if whole == 0:
        return None
    with localcontext() as context:
        context.prec = 60
        return f"{(Decimal(part) / whole).quantize(_SIX, ROUND_HALF_UP).normalize():f}"


@dataclass(frozen=True)
class Cell:
    """One cell of an answer.

    Attributes:
        kind: total, value (of the breakdown), none (no value), other (all values beyond the top), or bucket.
        value: the value.
        bucket: the first date of the bucket.
        people: distinct people; those of several cells need not sum to the total.
        events: of all sessions.
        bounces: sessions of one event.
        times: how long the sessions were, from the first event to the last.
        bins: sessions of each bin of lengths.
        still_open: sessions that may still go on.
        cut_off: sessions that went on after the longest that is followed.
    """

    kind: str
    value: str | None
    bucket: dt.date | None
    people: int
    events: int
    bounces: int
    times: Times
    bins: tuple[int, ...]
    still_open: int
    cut_off: int

    @property
    def sessions(self) -> int:
        """How many."""
        return self.times.count

    def json(self) -> dict[str, Any]:
        """Return it as it travels."""
        named: dict[str, Any] = {"kind": self.kind}
        named |= {"value": self.value} if self.kind == "value" else {}
        named |= {"bucket": self.bucket.isoformat()} if self.bucket is not None else {}
        return named | {
            "sessions": self.sessions,
            "people": self.people,
            "per_person": ratio(self.sessions, self.people),
            "events": self.events,
            "events_each": ratio(self.events, self.sessions),
            "bounces": self.bounces,
            "bounce_share": ratio(self.bounces, self.sessions),
            "times": self.times.json(),
            "bins": [*self.bins],
            "still_open": self.still_open,
            "cut_off": self.cut_off,
        }


@dataclass(frozen=True)
class Edge:
    """With what sessions begin, or end: a name (None: all beyond the top) and the value that is part of it."""

    name: str | None
    value: str | None
    sessions: int
    people: int
    bounces: int

    def json(self, all_sessions: int) -> dict[str, Any]:
        """Return it as it travels, with its share of all sessions, and how many of its own have this event only."""
        return {
            "name": self.name,
            "value": self.value,
            "other": self.name is None,
            "sessions": self.sessions,
            "people": self.people,
            "share": ratio(self.sessions, all_sessions),
            "bounces": self.bounces,
            "bounce_share": ratio(self.bounces, self.sessions),
        }


@dataclass(frozen=True)
class Visit:
    """A session: whose, from when until when, how many events, its entry and exit (name, value), the value of the cut, and what is not certain."""

    person: int
    t0: int
    t1: int
    events: int
    entry: tuple[str, str | None]
    exit: tuple[str, str | None]
    value: str | None
    still_open: bool
    cut_off: bool
