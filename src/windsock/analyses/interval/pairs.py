"""The rules of pairing for one person, event by event: what each start and each end became; ``measure`` says the same of everybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from windsock.analyses.interval.model import Interval

Why = Literal["counted", "outside", "too_long", "no_start", "no_value", "passed", "open"]


@dataclass(frozen=True)
class Seen:
    """An event that may begin an interval, end one, or both; with its value of the held field."""

    t_ms: int
    event: str
    key: tuple[int, int]
    starts: bool
    ends: bool
    held: str | None = None

    @property
    def place(self) -> tuple[int, int, tuple[int, int]]:
        """Where it stands: of one instant, events that only begin come first, then those that do both, then those that only end; then by key."""
        return self.t_ms, (1 if self.starts else 2) if self.ends else 0, self.key


@dataclass(frozen=True)
class Pairing:
    """What became of an event as an end, or as a start.

    Attributes:
        seen: the event.
        role: whether this is told of it as an end or as a start.
        why: counted; outside (the start is not in the period); too_long; no_start (none since the end before); no_value (of the held field);
            passed (another start was taken, or the end came too late); open (no end came yet).
        start: of an end, the start that it was paired with, or would have been.
    """

    seen: Seen
    role: Literal["end", "start"]
    why: Why
    start: Seen | None = None

    @property
    def length_ms(self) -> int | None:
        """How long after its start an end came."""
        return None if self.start is None else self.seen.t_ms - self.start.t_ms


def pair_up(interval: Interval, events: Sequence[Seen], low_ms: int, high_ms: int) -> tuple[Pairing, ...]:
    """Return what became of each event, in the order of time; an event that is both has two.

    Args:
        interval: what is asked.
        events: all events of the person that begin or end one.
        low_ms: an interval counts when it starts at this instant or later.
        high_ms: and before this one.
    """
    found: list[Pairing] = []
    groups = {seen.held for seen in events} if interval.same is not None else {None}
    for held in groups:
        mine = sorted((seen for seen in events if interval.same is None or seen.held == held), key=lambda seen: seen.place)
        if interval.same is not None and held is None:
            found += [Pairing(seen, "end" if seen.ends else "start", "no_value") for seen in mine]
        else:
            found += _run(interval, mine, low_ms, high_ms)
    return tuple(sorted(found, key=lambda one: (*one.seen.place, one.role)))


def _run(interval: Interval, events: Sequence[Seen], low_ms: int, high_ms: int) -> Iterator[Pairing]:
    waiting: list[Seen] = []
    for seen in events:
        if seen.ends:
            able = [start for start in waiting if seen.t_ms - start.t_ms <= interval.window_ms]
            taken = (able[-1] if interval.pair == "last" else able[0]) if able else None
            if taken is not None:
                yield Pairing(seen, "end", "counted" if low_ms <= taken.t_ms < high_ms else "outside", taken)
            else:
                yield Pairing(seen, "end", "too_long", waiting[-1]) if waiting else Pairing(seen, "end", "no_start")
            yield from (Pairing(start, "start", "passed") for start in waiting if start is not taken)
            waiting = []
        if seen.starts:
            waiting.append(seen)
    yield from (Pairing(start, "start", "open") for start in waiting)
