"""What baskets mean, told slowly and plainly: every basket as a set, every pair counted one by one."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from itertools import combinations
from typing import Any

from tests.conditions.oracle import Oracle, among, as_text, passes, read
from tests.conditions.world import World
from windsock.analyses import Basket

Things = dict[str, set[tuple[str, int]]]
"""By basket its items, each with the instants at which it was put in."""


def things(world: World, asked: Basket, now_ms: int, zone: str, as_of_ms: int | None = None) -> Things:
    """Return what each basket holds."""
    oracle = Oracle(world, now_ms, zone, as_of_ms)
    low, high = asked.asked.span.bounds_ms(now_ms, zone)
    assert low is not None
    assert high is not None
    rows = _lines(oracle, as_of_ms) if asked.rows is None else _events(oracle, asked)
    rows = [row for row in rows if low <= row["at"] < high and all(passes(test, read(row, test.field)) for test in asked.asked.where)]
    if asked.asked.who is not None:
        rows = [row for row in rows if row["person"] is not None and oracle.meets(row["person"], asked.asked.who)]
    if asked.inside == "trip":
        rows = _trips(rows, asked.gap)
    found: Things = defaultdict(set)
    for row in rows:
        name = _name(row, asked)
        for field in asked.items if name is not None else ():
            value = as_text(row, field)
            if value is not None:
                item = value if len(asked.items) == 1 else json.dumps([field, value], separators=(",", ":"))
                found[str(name)].add((item, row["at"]))
    return found


def _lines(oracle: Oracle, as_of_ms: int | None) -> list[dict[str, Any]]:
    held = [
        row
        for row in oracle.world.rows.get("order_line", [])
        if (row["known_to_ms"] is None if as_of_ms is None else row["known_from_ms"] <= as_of_ms and (row["known_to_ms"] or 1 << 62) > as_of_ms)
    ]
    return [row | {"person": None if row["did"] is None else oracle.person(row["did"]), "at": row["booked_ms"]} for row in held]


def _events(oracle: Oracle, asked: Basket) -> list[dict[str, Any]]:
    assert asked.rows is not None
    return [
        event | {"person": person, "at": event["ts_ms"]} for person, events in oracle.events.items() for event in events if among(event, asked.rows)
    ]


def _trips(rows: list[dict[str, Any]], gap: int) -> list[dict[str, Any]]:
    """Give each line of a person the trip that it is part of: first the days, then runs of days without too long a pause."""
    mine = [row for row in rows if row["person"] is not None]
    for row in mine:
        own = [other for other in mine if other["order_key"] == row["order_key"] and other["arrival_date"] is not None]
        ends = [other.get("departure_date") or other["arrival_date"] for other in own]
        row["starts"] = row["arrival_date"] or min((other["arrival_date"] for other in own), default=None)
        row["ends"] = row.get("departure_date") or row["arrival_date"] or max(ends, default=None)
    mine = [row for row in mine if row["starts"] is not None]
    for person in {row["person"] for row in mine}:
        last: dt.date | None = None
        first: dt.date | None = None
        for row in sorted((row for row in mine if row["person"] == person), key=lambda row: row["starts"]):
            if last is None or (row["starts"] - last).days > gap:
                first = row["starts"]
            row["trip"] = f"{person}:{first}"
            last = row["ends"] if last is None else max(last, row["ends"])
    return mine


def _name(row: dict[str, Any], asked: Basket) -> Any:
    if asked.inside == "person":
        return row["person"]
    if asked.rows is not None:
        return as_text(row, asked.inside)
    return row["trip"] if asked.inside == "trip" else row["order_key"]


def counted(found: Things, asked: Basket) -> tuple[Counter[str], Counter[frozenset[str]]]:
    """Return in how many baskets each item is, and each pair together."""
    single: Counter[str] = Counter()
    pairs: Counter[frozenset[str]] = Counter()
    for held in found.values():
        items = sorted({item for item, _ in held})
        single.update(items)
        for one, other in combinations(items, 2):
            pairs[frozenset((one, other))] += together(held, one, other, asked)
    return single, pairs


def together(held: set[tuple[str, int]], one: str, other: str, asked: Basket) -> bool:
    """Whether two items of a basket are near enough."""
    near = asked.within_ms
    return any(a == one and b == other and (near is None or abs(s - t) <= near) for a, s in held for b, t in held)
