"""What sessions mean, told slowly and plainly: one person at a time, one event after another."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tests.conditions.oracle import Event, Oracle, among, as_text, as_texts, passes, read
from tests.conditions.world import World
from windsock.analyses import Sessions

DAY = 86_400_000
Node = tuple[str, str | None]


@dataclass
class Told:
    """A session: its events, oldest first."""

    person: int
    events: list[Event]

    @property
    def t0(self) -> int:
        return self.events[0]["ts_ms"]

    @property
    def near(self) -> list[Event]:
        return [event for event in self.events if event["ts_ms"] - self.t0 <= DAY]

    @property
    def length(self) -> int:
        return self.near[-1]["ts_ms"] - self.t0


def node_of(event: Event, sessions: Sessions) -> Node:
    by = sessions.by
    if by is None or (by.events and event["event"] not in by.events):
        return event["event"], None
    return event["event"], as_text(event, by.field)


def _day(event: Event, zone: str) -> dt.date:
    return dt.datetime.fromtimestamp(event["ts_ms"] / 1000, ZoneInfo(zone)).date()


def _begins(sessions: Sessions, before: list[Event], event: Event, zone: str) -> bool:
    """Whether an event begins a session, by all events of the person before it: looked at backwards, one after another."""
    rule = sessions.rule
    if not before or event["ts_ms"] - before[-1]["ts_ms"] > rule.gap_ms or (rule.midnight and _day(before[-1], zone) != _day(event, zone)):
        return True
    mine = as_texts(event, rule.campaign) if rule.campaign else None
    if mine is None:
        return False
    after = event
    for one in reversed(before):
        if after["ts_ms"] - one["ts_ms"] > rule.gap_ms or (rule.midnight and _day(one, zone) != _day(after, zone)):
            return True  # so far back nobody said a campaign
        if as_texts(one, rule.campaign) is not None:
            return as_texts(one, rule.campaign) != mine or event["ts_ms"] - one["ts_ms"] > DAY
        after = one
    return True


def every_session(world: World, sessions: Sessions, now_ms: int, zone: str, as_of_ms: int | None = None) -> list[Told]:
    """Return all sessions that begin in the period, of all that a person ever had."""
    low, high = sessions.asked.span.bounds_ms(now_ms, zone)
    assert low is not None
    assert high is not None
    oracle = Oracle(world, now_ms, zone, as_of_ms)
    found: list[Told] = []
    for person, events in oracle.events.items():
        if sessions.asked.who is not None and not oracle.meets(person, sessions.asked.who):
            continue
        able = [event for event in events if all(passes(test, read(event, test.field)) for test in sessions.asked.where)]
        able = [event for event in able if any(among(event, rows) for rows in sessions.events)]
        able.sort(key=lambda event: (event["ts_ms"], event["key_hi"], event["key_lo"]))
        mine: list[Told] = []
        for index, event in enumerate(able):
            if _begins(sessions, able[:index], event, zone):
                mine.append(Told(person, []))
            mine[-1].events.append(event)
        found += [one for one in mine if low <= one.t0 < high]
    return found


def is_open(told: Told, sessions: Sessions, now_ms: int, zone: str) -> bool:
    last = told.events[-1]
    today = dt.datetime.fromtimestamp(now_ms / 1000, ZoneInfo(zone)).date()
    return now_ms - last["ts_ms"] <= sessions.rule.gap_ms and (not sessions.rule.midnight or _day(last, zone) >= today)


def edges(told: list[Told], sessions: Sessions, at: int) -> dict[Node | None, tuple[int, int]]:
    """Return for each entry (``at`` 0) or exit (-1) sessions and their people; those beyond the top are one, ``None``."""
    sizes = Counter(node_of(one.near[at], sessions) for one in told)
    top = sorted(sizes, key=lambda node: (-sizes[node], node[0], node[1] is not None, node[1] or ""))[: sessions.top]
    groups: dict[Node | None, list[int]] = {}
    for one in told:
        node = node_of(one.near[at], sessions)
        groups.setdefault(node if node in top else None, []).append(one.person)
    return {node: (len(persons), len(set(persons))) for node, persons in groups.items()}
