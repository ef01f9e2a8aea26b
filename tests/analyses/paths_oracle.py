"""What paths mean, told slowly and plainly: one person at a time, one event after another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.conditions.oracle import Event, Oracle, among, as_text, passes, read
from tests.conditions.world import World
from windsock.analyses import Paths

DAY = 86_400_000
Node = tuple[str, str | None]


@dataclass(frozen=True)
class Way:
    """A path: who, when its session began, all its nodes with their instants (from the anchor on), and the last event of the session."""

    person: int
    t0: int
    nodes: tuple[tuple[Node, int], ...]
    last: int


def node_of(event: Event, paths: Paths) -> Node:
    for group in paths.groups:
        if among(event, group.rows):
            return group.name, None
    if paths.by is None or (paths.by.events and event["event"] not in paths.by.events):
        return event["event"], None
    return event["event"], as_text(event, paths.by.field)


def every_way(world: World, paths: Paths, now_ms: int, zone: str, as_of_ms: int | None = None) -> list[Way]:
    """Return all paths that start in the period."""
    low, high = paths.asked.span.bounds_ms(now_ms, zone)
    assert low is not None
    assert high is not None
    oracle = Oracle(world, now_ms, zone, as_of_ms)
    found: list[Way] = []
    for person, events in oracle.events.items():
        if paths.asked.who is not None and not oracle.meets(person, paths.asked.who):
            continue
        able = [event for event in events if all(passes(test, read(event, test.field)) for test in paths.asked.where)]
        able = [event for event in able if any(among(event, rows) for rows in paths.events) and event["ts_ms"] < high + DAY]
        able.sort(key=lambda event: (event["ts_ms"], event["key_hi"], event["key_lo"]))
        session: list[Event] = []
        for event in [*able, None]:
            if session and (event is None or event["ts_ms"] - session[-1]["ts_ms"] > paths.gap_ms):
                if low <= session[0]["ts_ms"] < high:
                    found += _cut(person, session, paths)
                session = []
            session += [] if event is None else [event]
    return found


def _cut(person: int, session: list[Event], paths: Paths) -> list[Way]:
    mine = session
    if paths.start is not None or paths.end is not None:
        at = [index for index, event in enumerate(session) if among(event, paths.start or paths.end)]  # type: ignore[arg-type]
        if not at:
            return []
        mine = session[at[0] :] if paths.start is not None else session[: at[-1] + 1]
    nodes: list[tuple[Node, int]] = []
    for event in mine:
        node = node_of(event, paths)
        if paths.repeats == "each" or not nodes or nodes[-1][0] != node:
            nodes.append((node, event["ts_ms"]))
    return [Way(person, session[0]["ts_ms"], tuple(nodes[::-1] if paths.end is not None else nodes), session[-1]["ts_ms"])]


def drawn(ways: list[Way], paths: Paths) -> dict[str, Any]:
    """Return the picture: for each (step, node) and (step, node, next node) paths and people; nodes beyond the top are one, ``None``."""
    top: dict[int, list[Node]] = {}
    for step in range(1, paths.steps + 1):
        sizes = Counter(way.nodes[step - 1][0] for way in ways if len(way.nodes) >= step)
        top[step] = sorted(sizes, key=lambda node: (-sizes[node], node[0], node[1] is not None, node[1] or ""))[: paths.top]

    def shown(way: Way, step: int) -> Node | None:
        node = way.nodes[step - 1][0]
        return node if node in top[step] else None

    here: dict[Any, list[int]] = {}
    for way in ways:
        for step in range(1, min(len(way.nodes), paths.steps) + 1):
            node = shown(way, step)
            here.setdefault(("node", step, node), []).append(way.person)
            if len(way.nodes) == step:
                here.setdefault(("exit", step, node), []).append(way.person)
            elif step == paths.steps:
                here.setdefault(("beyond", step, node), []).append(way.person)
            else:
                here.setdefault(("link", step, node, shown(way, step + 1)), []).append(way.person)
    return {key: (len(persons), len(set(persons))) for key, persons in here.items()}
