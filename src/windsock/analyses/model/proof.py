"""The proof of an attempt: for each step which event counted, or why none did, by the person's own events.

It is told from the attempt that was counted, and looks again at every event; where it finds no reason for a step that was not counted, the
statement and the rules disagree, and it says so instead of making one up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from windsock.conditions.model import Chain
from windsock.kernel.clock import local_date
from windsock.kernel.errors import Broken

Why = Literal[
    "counted", "no_event", "not_asked", "other_value", "before", "late", "other_day", "late_after_step", "excluded", "serves_another", "left_out",
    "step_missing",
]  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """An event of the person: which steps and breakers it is among (by number, from 0), and its value of the held field."""

    t_ms: int
    event: str
    key: str
    steps: frozenset[int]
    breakers: frozenset[int]
    held: str | None = None


@dataclass(frozen=True)
class Attempt:
    """The attempt that was counted: its steps' instants, None for one that was not reached or left out."""

    times: tuple[int | None, ...]
    held: str | None = None

    @property
    def deep(self) -> int:
        """The last step reached, from 0."""
        return max(step for step, t in enumerate(self.times) if t is not None)


@dataclass(frozen=True)
class StepProof:
    """What became of a step.

    Attributes:
        step: its number, from 0.
        why: the reason.
        seen: the event that counted, or the one that nearly did.
        gap_ms: how long after the first step (or, for ``late_after_step``, after the step before) it came.
        limit_ms: how long it could have taken.
        breaker: the event that broke the way to it.
        since: the step from which ``gap_ms`` and the breaker are counted.
    """

    step: int
    why: Why
    seen: Seen | None = None
    gap_ms: int | None = None
    limit_ms: int | None = None
    breaker: Seen | None = None
    since: int | None = None


def prove(chain: Chain, attempt: Attempt, events: Sequence[Seen], zone: str) -> tuple[StepProof, ...]:
    """Return what became of each step of an attempt in order.

    Raises:
        Broken: an event would have served a step that was not counted.
    """
    return tuple(_proofs(chain, attempt, sorted(events, key=lambda seen: (seen.t_ms, seen.key)), zone))


def _proofs(chain: Chain, attempt: Attempt, events: Sequence[Seen], zone: str) -> Iterator[StepProof]:
    start = attempt.times[0]
    missing: int | None = None
    before = 0
    for step in range(len(chain.steps)):
        t = attempt.times[step]
        if t is not None:
            gap = None if start is None else t - start
            yield StepProof(step, "counted", _at(chain, attempt, events, step, t), gap, chain.window_ms)
            before = step
        elif missing is not None:
            yield StepProof(step, "step_missing", since=missing)
        elif step < attempt.deep:
            yield StepProof(step, "left_out")
        else:
            found = _missed(chain, attempt, events, (before, step), zone)
            missing = missing if chain.steps[step].optional else step
            yield found


def _mine(chain: Chain, attempt: Attempt, seen: Seen) -> bool:
    return chain.hold is None or seen.held == attempt.held


def _at(chain: Chain, attempt: Attempt, events: Sequence[Seen], step: int, t_ms: int) -> Seen:
    found = next((seen for seen in events if seen.t_ms == t_ms and step in seen.steps and _mine(chain, attempt, seen)), None)
    if found is None:
        raise Broken("A step was counted without an event.", where=chain.steps[step].name)
    return found


def _missed(chain: Chain, attempt: Attempt, events: Sequence[Seen], hop: tuple[int, int], zone: str) -> StepProof:
    before, step = hop
    since = attempt.times[before]
    assert since is not None  # noqa: S101 - it is the last step that was reached
    able = [seen for seen in events if step in seen.steps]
    mine = [seen for seen in able if _mine(chain, attempt, seen)]
    if not mine:
        later = next((seen for seen in able if seen.t_ms >= since), able[0] if able else None)
        return StepProof(step, "other_value", later) if able else StepProof(step, "no_event")
    later = [seen for seen in mine if seen.t_ms >= since]
    if not later:
        return StepProof(step, "before", mine[-1], since=before)
    free = [seen for seen in later if not _taken(chain, attempt, events, step, seen)]
    if not free:
        return StepProof(step, "serves_another", later[0])
    return _too_late(chain, attempt, free[0], hop, zone) or _broken(chain, attempt, events, free[0], hop)


def _too_late(chain: Chain, attempt: Attempt, seen: Seen, hop: tuple[int, int], zone: str) -> StepProof | None:
    before, step = hop
    start, since, within = attempt.times[0] or 0, attempt.times[before] or 0, chain.steps[step].within_ms
    if chain.window_ms is None and local_date(seen.t_ms, zone) != local_date(start, zone):
        return StepProof(step, "other_day", seen, seen.t_ms - start, None, since=0)
    if chain.window_ms is not None and seen.t_ms - start > chain.window_ms:
        return StepProof(step, "late", seen, seen.t_ms - start, chain.window_ms, since=0)
    if within is not None and seen.t_ms - since > within:
        return StepProof(step, "late_after_step", seen, seen.t_ms - since, within, since=before)
    return None


def _broken(chain: Chain, attempt: Attempt, events: Sequence[Seen], seen: Seen, hop: tuple[int, int]) -> StepProof:
    before, step = hop
    since = attempt.times[before] or 0
    able = {index for index, one in enumerate(chain.breakers) if one.first <= step <= one.last}
    between = [other for other in events if since < other.t_ms < seen.t_ms and other.breakers & able]
    near = [other for other in between if chain.hold is None or other.held in (attempt.held, None)]
    if not near:
        raise Broken("An event would have served a step that was not counted.", where=f"{chain.steps[step].name}: {seen.key}")
    return StepProof(step, "excluded", seen, breaker=near[0], since=before)


def _taken(chain: Chain, attempt: Attempt, events: Sequence[Seen], step: int, seen: Seen) -> bool:
    """Whether the events of an instant are all needed by the steps of the attempt at that instant."""
    needed = [other for other, t in enumerate(attempt.times) if t == seen.t_ms and other < step]
    there = [other for other in events if other.t_ms == seen.t_ms and _mine(chain, attempt, other)]
    return not _served([*needed, step], there, frozenset())


def _served(steps: Sequence[int], events: Sequence[Seen], used: frozenset[int]) -> bool:
    """Whether each step finds an event of its own."""
    if not steps:
        return True
    able = (index for index, seen in enumerate(events) if index not in used and steps[0] in seen.steps)
    return any(_served(steps[1:], events, used | {index}) for index in able)
