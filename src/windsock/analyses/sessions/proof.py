"""The proof of sessions for one person: where each begins and why, what is in it, and whether it is in the period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from windsock.analyses.model.sessions import Began, Instant, runs
from windsock.analyses.sessions.model import LONGEST_MS, Sessions

Verdict = Literal["counted", "before_period", "after_period", "not_asked"]


@dataclass(frozen=True)
class SeenEvent:
    """An event that takes part: its node, the value of the cut, and what the rule looks at."""

    t_ms: int
    event: str
    key: tuple[int, int]
    node: tuple[str, str | None]
    value: str | None
    day: dt.date | None
    campaign: str | None


@dataclass(frozen=True)
class Session:
    """A run of events: why it begins, whether it is counted, its events (those that are followed, and later ones), and the event before it."""

    began: Began
    verdict: Verdict
    events: tuple[SeenEvent, ...]
    later: tuple[SeenEvent, ...]
    before: SeenEvent | None

    @property
    def t0_ms(self) -> int:
        """When it begins."""
        return self.events[0].t_ms

    @property
    def length_ms(self) -> int:
        """From the first event to the last that is followed."""
        return self.events[-1].t_ms - self.t0_ms


def prove_sessions(sessions: Sessions, events: Sequence[SeenEvent], low_ms: int, high_ms: int) -> tuple[Session, ...]:
    """Return a person's sessions, oldest first.

    Args:
        sessions: what is asked.
        events: all events of the person that take part.
        low_ms: a session begins at this instant or later.
        high_ms: and before this one.
    """
    return tuple(_cut(sessions, sorted(events, key=_place), low_ms, high_ms))


def _place(seen: SeenEvent) -> tuple[int, tuple[int, int], str, bool, str]:
    name, value = seen.node
    return seen.t_ms, seen.key, name, value is not None, value or ""


def _cut(sessions: Sessions, events: Sequence[SeenEvent], low_ms: int, high_ms: int) -> Iterator[Session]:
    for start, end, why in runs(sessions.rule, [Instant(seen.t_ms, seen.day, seen.campaign) for seen in events]):
        mine = events[start:end]
        t0 = mine[0].t_ms
        verdict: Verdict = "before_period" if t0 < low_ms else "after_period" if t0 >= high_ms else "counted"
        near = tuple(seen for seen in mine if seen.t_ms - t0 <= LONGEST_MS)
        yield Session(why, verdict, near, tuple(mine[len(near) :]), events[start - 1] if start else None)
