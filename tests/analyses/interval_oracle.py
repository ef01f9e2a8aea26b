"""What intervals mean, told slowly and plainly: every start with every end."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from tests.analyses.oracle import bucket
from tests.conditions.oracle import Event, Oracle, among, as_text, passes, read
from tests.conditions.world import World
from windsock.analyses import Interval

Place = tuple[int, int, int, int, int]


@dataclass(frozen=True)
class Found:
    """An interval, or (without an end) a start that may still find one."""

    person: int
    held: str | None
    t0: int
    t1: int | None
    value: str | None


def intervals(world: World, asked: Interval, now_ms: int, zone: str, as_of_ms: int | None = None) -> list[Found]:
    """Return the intervals that start in the period, and the starts that are still open."""
    low, high = asked.asked.span.bounds_ms(now_ms, zone)
    assert low is not None
    assert high is not None
    oracle = Oracle(world, now_ms, zone, as_of_ms)
    found: list[Found] = []
    for person, events in oracle.events.items():
        if asked.asked.who is not None and not oracle.meets(person, asked.asked.who):
            continue
        # What is more than a window beyond the period ends no interval of it, and is not looked at: the start is open until its window is over.
        seen = [event for event in events if event["ts_ms"] < high + asked.window_ms]
        able = [event for event in seen if all(passes(test, read(event, test.field)) for test in asked.asked.where)]
        for held in {as_text(event, asked.same) for event in able} - {None} if asked.same else [None]:
            mine = [event for event in able if asked.same is None or as_text(event, asked.same) == held]
            found += [one for one in _of(person, held, mine, asked, now_ms) if low <= one.t0 < high]
    return found


def _of(person: int, held: str | None, events: list[Event], asked: Interval, now_ms: int) -> list[Found]:
    starts = sorted((_place(event, asked, 1), index) for index, event in enumerate(events) if among(event, asked.start))
    ends = sorted((_place(event, asked, 0), index) for index, event in enumerate(events) if among(event, asked.end))
    found: list[Found] = []
    for end, closing in [*ends, (None, None)]:
        until = now_ms if closing is None else events[closing]["ts_ms"]
        free = [
            events[index]
            for start, index in starts
            if (end is None or start < end) and not any(start < other and (end is None or other < end) for other, _ in ends)
        ]
        near = [start for start in free if until - start["ts_ms"] <= asked.window_ms]
        if near:
            start = near[-1] if asked.pair == "last" else near[0]
            value = None if asked.breakdown is None else as_text(start, asked.breakdown.field)
            found.append(Found(person, held, start["ts_ms"], None if closing is None else until, value))
    return found


def _place(event: Event, asked: Interval, part: int) -> Place:
    """Of one instant: what only begins, what does both (each as an end, then as a start), what only ends; then by keys."""
    begins, ends = among(event, asked.start), among(event, asked.end)
    return event["ts_ms"], 0 if not ends else 1 if begins else 2, event["key_hi"], event["key_lo"], part


def nearest_rank(lengths: list[int], percent: int) -> int | None:
    """The least length that so many of a hundred do not exceed."""
    ordered = sorted(lengths)
    return ordered[max(1, -(-percent * len(ordered) // 100)) - 1] if ordered else None


def told(found: list[Found], asked: Interval) -> tuple[int, int, tuple[int | None, ...], tuple[int, ...], int]:
    """Return the figures of a cell: intervals, people, quartiles, bins, still open."""
    whole = [(one.person, one.t1 - one.t0) for one in found if one.t1 is not None]
    lengths = [length for _, length in whole]
    edges = [0, *asked.bins, 1 << 62]
    bins = tuple(sum(1 for length in lengths if low <= length < high) for low, high in itertools.pairwise(edges))
    quartiles = tuple(nearest_rank(lengths, part) for part in (25, 50, 75))
    return len(whole), len({person for person, _ in whole}), quartiles, bins, len(found) - len(whole)


def by_bucket(found: list[Found], asked: Interval, zone: str) -> dict[object, list[Found]]:
    """Return them by the bucket of their start."""
    groups: dict[object, list[Found]] = {}
    for one in found:
        groups.setdefault(bucket(one.t0, str(asked.trend), zone), []).append(one)
    return groups
