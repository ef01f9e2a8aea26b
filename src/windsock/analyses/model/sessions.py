"""Where a session begins: after a pause, and where it is asked at local midnight and with another campaign. One rule, for paths and for sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from windsock.conditions.model.given import duration_ms
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    import datetime as dt

GAP_MS = 30 * 60_000
GAP_MOST_MS = 86_400_000
HELD_MS = 86_400_000
"""A campaign is compared with the one before it that came so long ago at most."""
Began = Literal["first", "gap", "midnight", "campaign"]


@dataclass(frozen=True)
class SessionRule:
    """When a session is over.

    Attributes:
        gap_ms: the longest pause within a session.
        midnight: whether it is over with the civil day.
        campaign: fields that say which campaign brought an event, or none where campaigns do not matter.
    """

    gap_ms: int = GAP_MS
    midnight: bool = False
    campaign: tuple[str, ...] = ()

    @property
    def before_ms(self) -> int:
        """How long before a period events are read, so that it is known which of its events begin a session."""
        return max(self.gap_ms, HELD_MS) if self.campaign else self.gap_ms


PLAIN = SessionRule()
"""Half an hour of silence, and nothing else."""


@dataclass(frozen=True)
class Instant:
    """What the rule looks at of an event: when it was, on which civil day, and the campaign that brought it."""

    t_ms: int
    day: dt.date | None = None
    campaign: str | None = None


def read_gap(given: object, where: str) -> int:
    """Read the longest pause of a session, in ms; 30 minutes where nothing is written.

    Raises:
        InvalidInput: it is no length of time, or more than a day.
    """
    gap = GAP_MS if given is None else duration_ms(given, where)
    if gap > GAP_MOST_MS:
        raise InvalidInput("The session gap is too long.", where=where, fix="Write 24 hours at most.")
    return gap


def begins(rule: SessionRule, events: Sequence[Instant]) -> tuple[Began | None, ...]:
    """Return for each of a person's events, oldest first, why a session begins with it; None: it is in the session of the event before it."""
    found: list[Began | None] = []
    held: Instant | None = None
    for index, event in enumerate(events):
        why = _pause(rule, events[index - 1] if index else None, event)
        held = None if why is not None else held
        if rule.campaign and event.campaign is not None:
            other = held is None or held.campaign != event.campaign or event.t_ms - held.t_ms > HELD_MS
            why = "campaign" if why is None and other else why
            held = event
        found.append(why)
    return tuple(found)


def runs(rule: SessionRule, events: Sequence[Instant]) -> tuple[tuple[int, int, Began], ...]:
    """Return a person's sessions as the place of the first event, the place after the last, and why it begins."""
    starts: list[tuple[int, Began]] = [(index, why) for index, why in enumerate(begins(rule, events)) if why is not None]
    ends = [*(index for index, _ in starts[1:]), len(events)]
    return tuple((start, end, why) for (start, why), end in zip(starts, ends, strict=False))


def _pause(rule: SessionRule, before: Instant | None, event: Instant) -> Began | None:
    if before is None:
        return "first"
    if event.t_ms - before.t_ms > rule.gap_ms:
        return "gap"
    return "midnight" if rule.midnight and event.day != before.day else None
