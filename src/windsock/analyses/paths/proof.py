"""The proof of paths for one person: which of their events are which step, and why the others are none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from windsock.analyses.model.sessions import Instant, SessionRule, runs
from windsock.analyses.paths.model import Paths

Why = Literal["step", "repeated", "before_start", "after_end", "beyond", "not_counted"]
Verdict = Literal["counted", "before_period", "after_period", "no_anchor", "not_asked"]


@dataclass(frozen=True)
class SeenNode:
    """An event that takes part: its node, and whether it is the anchor."""

    t_ms: int
    event: str
    key: tuple[int, int]
    node: tuple[str, str | None]
    anchor: bool


@dataclass(frozen=True)
class Told:
    """What became of an event; ``step`` is its number from 1, counted from the path's end where that is the anchor."""

    seen: SeenNode
    why: Why
    step: int | None = None


@dataclass(frozen=True)
class Session:
    """A run of events without a longer pause: its start, whether it is a path, its events in their order, and the pause after it."""

    t0_ms: int
    why: Verdict
    events: tuple[Told, ...]
    pause_ms: int | None

    @property
    def steps(self) -> tuple[Told, ...]:
        """The steps that are shown, from 1."""
        found = [one for one in self.events if one.why == "step"]
        return tuple(sorted(found, key=lambda one: one.step or 0))


def prove_paths(paths: Paths, events: Sequence[SeenNode], low_ms: int, high_ms: int) -> tuple[Session, ...]:
    """Return a person's sessions, oldest first.

    Args:
        paths: what is asked.
        events: all events of the person that take part.
        low_ms: a path starts at this instant or later.
        high_ms: and before this one.
    """
    return tuple(_sessions(paths, sorted(events, key=_place), low_ms, high_ms))


def _place(seen: SeenNode) -> tuple[int, tuple[int, int], str, bool, str]:
    name, value = seen.node
    return seen.t_ms, seen.key, name, value is not None, value or ""


def _sessions(paths: Paths, events: Sequence[SeenNode], low_ms: int, high_ms: int) -> Iterator[Session]:
    for start, end, _why in runs(SessionRule(paths.gap_ms), [Instant(seen.t_ms) for seen in events]):
        mine = events[start:end]
        pause = None if end == len(events) else events[end].t_ms - mine[-1].t_ms
        t0 = mine[0].t_ms
        why: Verdict = "before_period" if t0 < low_ms else "after_period" if t0 >= high_ms else "counted"
        if why == "counted" and not any(one.anchor for one in mine):
            why = "no_anchor"
        told = _told(paths, mine) if why == "counted" else tuple(Told(one, "not_counted") for one in mine)
        yield Session(t0, why, told, pause)


def _told(paths: Paths, mine: Sequence[SeenNode]) -> tuple[Told, ...]:
    anchors = [index for index, seen in enumerate(mine) if seen.anchor]
    first, last = (0, anchors[-1]) if paths.backward else (anchors[0], len(mine) - 1)
    before = [Told(seen, "before_start") for seen in mine[:first]]
    after = [Told(seen, "after_end") for seen in mine[last + 1 :]]
    inside = mine[first : last + 1]
    runs = [list(run) for _, run in groupby(inside, key=lambda seen: seen.node)] if paths.repeats == "one" else [[seen] for seen in inside]
    told: list[Told] = []
    for number, run in enumerate(runs, 1):
        step = len(runs) + 1 - number if paths.backward else number
        told.append(Told(run[0], "step", step) if step <= paths.steps else Told(run[0], "beyond", step))
        told += [Told(seen, "repeated", step) for seen in run[1:]]
    return (*before, *told, *after)
