"""What a funnel means, told slowly and plainly: every way of every entry, every start and end of a window."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from tests.conditions.oracle import Event, Oracle, among, as_text, as_texts, passes, read, ways
from tests.conditions.world import World
from windsock.analyses.model import Funnel

INFINITE = 1 << 62


@dataclass(frozen=True)
class Told:
    """An attempt: who, the held value, which steps were reached, the instants, the value."""

    person: int
    held: str | None
    reached: frozenset[int]
    times: tuple[int | None, ...]
    value: str | None

    @property
    def deep(self) -> int:
        return len(self.times) - 1


def attempts(world: World, funnel: Funnel, now_ms: int, zone: str, as_of_ms: int | None = None) -> list[Told]:
    """Return the attempts of a funnel over its whole period."""
    low, high = funnel.span.bounds_ms(now_ms, zone)
    assert low is not None
    assert high is not None
    oracle = Oracle(world, now_ms, zone, as_of_ms)
    found: list[Told] = []
    for person, events in oracle.events.items():
        if funnel.who is not None and not oracle.meets(person, funnel.who):
            continue
        able = [event for event in events if event["ts_ms"] >= low and all(passes(test, read(event, test.field)) for test in funnel.where)]
        found += _unordered(person, able, funnel, high, zone) if funnel.order == "unordered" else _ordered(person, able, funnel, high, zone)
    return found


def _ordered(person: int, events: Sequence[Event], funnel: Funnel, high: int, zone: str) -> list[Told]:
    value = None if funnel.breakdown is None else (funnel.breakdown.fields, funnel.breakdown.step)
    every = {key: way for key, way in ways(events, funnel.chain, zone, value).items() if key[0] < high}
    if not every:
        return []
    starts = {(start, held if funnel.count == "entries" else None) for start, held, _ in every}
    if funnel.count == "people":
        groups = [list(every.items())]
    elif funnel.count == "first":
        first = min(start for start, _, _ in every)
        groups = [[(key, way) for key, way in every.items() if key[0] == first]]
    else:
        groups = [[(key, way) for key, way in every.items() if key[:2] == start] for start in starts]
    return [_best(person, group) for group in groups]


def _best(person: int, group: list[tuple[tuple[int, str | None, int], Any]]) -> Told:
    """The deepest, then the one that ends first, then the one that starts last, then the least held value."""
    (_, held, _), (_, times, value) = min(group, key=lambda one: (-one[0][2], one[1][1][-1], -one[0][0], one[0][1] or ""))
    return Told(person, held, frozenset(deep for (_, _, deep), _ in group), times, value)


def _unordered(person: int, events: Sequence[Event], funnel: Funnel, high: int, zone: str) -> list[Told]:
    chain = funnel.chain
    tries: list[tuple[tuple[int, int, int, str], Told]] = []
    for held in {as_text(event, chain.hold) for event in events} - {None} if chain.hold else [None]:
        mine = [event for event in events if chain.hold is None or as_text(event, chain.hold) == held]
        mine = [event for event in mine if any(among(event, step.rows) for step in chain.steps)]
        near = [event for event in events if chain.hold is None or as_text(event, chain.hold) in (held, None)]
        breakers = [event["ts_ms"] for event in near if any(among(event, one.rows) for one in chain.exclusions)]
        instants = sorted({event["ts_ms"] for event in mine})
        for start in [t for t in instants if t < high]:
            for end in [t for t in instants if t >= start]:
                inside = _day(start, zone) == _day(end, zone) if chain.window_ms is None else end - start <= chain.window_ms
                if not inside or any(start < t < end for t in breakers):
                    continue
                there = [event for event in mine if start <= event["ts_ms"] <= end]
                done = matched([[index for index, event in enumerate(there) if among(event, step.rows)] for step in chain.steps])
                value = _first_value(there, funnel)
                told = Told(person, held, frozenset(range(done)), (start, *[None] * max(0, done - 1)), value)
                tries.append(((-done, end, -start, held or ""), told))
    return [min(tries, key=lambda one: one[0])[1]] if tries else []


def _first_value(there: Sequence[Event], funnel: Funnel) -> str | None:
    if funnel.breakdown is None:
        return None
    rows = funnel.chain.steps[funnel.breakdown.step].rows
    mine = [event for event in there if among(event, rows)]
    values = [as_texts(event, funnel.breakdown.fields) for event in mine if event["ts_ms"] == mine[0]["ts_ms"]]
    return min((value for value in values if value is not None), default=None)


def matched(able: list[list[int]]) -> int:
    """The most steps that can have an event of their own, every choice tried."""
    if not able:
        return 0
    best = matched(able[1:])
    for event in able[0]:
        best = max(best, 1 + matched([[other for other in others if other != event] for others in able[1:]]))
    return best


def _day(t: int, zone: str) -> dt.date:
    return dt.datetime.fromtimestamp(t / 1000, ZoneInfo(zone)).date()


def counts(told: Sequence[Told], steps: int) -> tuple[int, ...]:
    return tuple(sum(1 for one in told if step in one.reached) for step in range(steps))


def bucket(t: int, trend: str, zone: str) -> dt.date:
    """The first date of the bucket; weeks start on Monday."""
    day = _day(t, zone)
    if trend == "month":
        return day.replace(day=1)
    return day - dt.timedelta(days=day.weekday()) if trend == "week" else day


def infinite(t: int | None) -> int:
    return INFINITE if t is None else t
