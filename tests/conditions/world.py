"""A small world of people for tests: many persons with few events each, full of ties, edges of windows, merges and events that don't count."""

from __future__ import annotations

import datetime as dt
import os
import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pyarrow as pa

from windsock.warehouse import LocalWarehouse, schema

ZONE = "America/Los_Angeles"
T0 = 1_793_506_800_000
"""2026-11-01 00:00 in Los Angeles: the day that has 25 hours."""
HOUR = 3_600_000
DAY = 24 * HOUR
NAMES = ("a", "b", "c", "x")
ROUTES = ("r1", "r2", None)
MANY = int(os.environ.get("DEFINITIONS", "1"))
"""So many times as many random definitions are asked of the crowd in the slow tests; each is some 300 cases, a person each, in one statement."""


@dataclass
class World:
    """Rows by table, as they are stored."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, "list[dict[str, Any]]"], repr=False)

    def add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    def event(self, did: int | None, t: int, event: str, **more: Any) -> None:
        number = len(self.rows.get("event", []))
        day = dt.datetime.fromtimestamp(t / 1000, dt.UTC).date()
        plain = {"bot": False, "internal": False, "known_from_ms": 0, "received_ms": t, "key_hi": number, "key_lo": number * 7 % 11}
        self.add("event", did=did, ts_ms=t, dt=day, event=event, **(plain | more))

    def save(self, warehouse: LocalWarehouse) -> None:
        with warehouse.transaction() as tx:
            for table, rows in self.rows.items():
                wanted = schema.BY_NAME[table].arrow()
                tx.append(table, pa.Table.from_pylist(rows, schema=wanted))

    def persons(self, as_of_ms: int | None = None) -> dict[int, int]:
        """Return the person of each id that was merged."""
        held = [
            row
            for row in self.rows.get("alias", [])
            if (
                row["known_to_ms"] is None
                if as_of_ms is None
                else row["known_from_ms"] <= as_of_ms and not (row["known_to_ms"] or 1 << 62) <= as_of_ms
            )
        ]
        return {row["did"]: row["pid"] for row in held}

    def counted(self, as_of_ms: int | None = None) -> dict[int, list[dict[str, Any]]]:
        """Return the events that count by person, oldest first."""
        persons = self.persons(as_of_ms)
        found: dict[int, list[dict[str, Any]]] = {}
        for row in self.rows.get("event", []):
            if row["did"] is None or row["bot"] or row["internal"] or row.get("analytics_ok") is False:
                continue
            if as_of_ms is None or row["known_from_ms"] <= as_of_ms:
                found.setdefault(persons.get(int(row["did"]), int(row["did"])), []).append(row)
        return {person: sorted(rows, key=lambda row: row["ts_ms"]) for person, rows in found.items()}


def crowd(seed: int, people: int = 300, most: int = 9) -> World:
    """Return a random world: instants on a coarse grid, a millisecond beside it here and there, so that ties and edges are common."""
    chance = random.Random(seed)  # noqa: S311 - a made-up crowd
    world = World()
    for did in range(1, people + 1):
        world.add("identity", did=did, namespace=chance.choice(["anon", "anon", "login", "member"]), id=f"id{did}", first_ms=T0, known_from_ms=0)
        for _ in range(chance.randint(0, most)):
            t = T0 + chance.randrange(14) * chance.choice([HOUR, HOUR, HOUR, 6 * HOUR]) + chance.choice([0, 0, 0, 0, 1, -1])
            some: dict[str, Any] = {"route": chance.choice(ROUTES), "channel": chance.choice(["web", "app", None])}
            some["price"] = chance.choice([None, Decimal(5), Decimal("7.5"), Decimal(100)])
            some["properties"] = chance.choice([None, '{"n": 3, "s": "one"}', '{"n": "10", "s": "two"}', '{"n": "no"}'])
            some["known_from_ms"] = chance.choice([0, 0, 0, T0 + DAY])  # some came late
            off = chance.random()
            some |= {"bot": True} if off < 0.03 else {"internal": True} if off < 0.06 else {"analytics_ok": False} if off < 0.09 else {}
            world.event(did if chance.random() < 0.98 else None, t, chance.choice(NAMES), **some)
            if chance.random() < 0.1:  # the same once more, as an event of its own
                world.event(did, t, world.rows["event"][-1]["event"], **some)
        if did % 5 == 0:
            end = chance.choice([None, None, None, T0 + 3 * DAY])
            world.add("alias", did=did, pid=did - 1, known_from_ms=chance.choice([0, T0 + 2 * DAY]), known_to_ms=end)
    return world


def orders_and_traits(world: World, seed: int, people: int = 300) -> None:
    """Add orders and what sources said of people."""
    chance = random.Random(seed)  # noqa: S311 - a made-up crowd
    for number in range(people):
        t = T0 + chance.randrange(-3, 10) * DAY // 2
        world.add(
            "orders", order_key=number, did=chance.choice([None, chance.randint(1, people)]), source="shop", order_ref=f"o{number}", state="paid",
            sales_channel=chance.choice(["web", None]), currency=chance.choice(["CNY", "EUR"]), booked_ms=t, paid_ms=chance.choice([None, t + HOUR]),
            booked_amount=Decimal(chance.choice(["10", "99.5", "0.1"])), known_from_ms=0, known_to_ms=chance.choice([None, None, T0]),
        )  # fmt: skip
    for _ in range(people * 3):
        op = chance.choice([None, "set", "set", "set_once", "increment", "unset", "delete", "append"] if chance.random() < 0.5 else ["set"])
        world.add(
            "trait", did=chance.randint(1, people), name="*" if op == "delete" else chance.choice(["tier", "seats"]),
            value=None if op in ("unset", "delete") else chance.choice(["gold", "silver", "2", "2.50", "-3"]), source=chance.choice(["crm", "app"]),
            trust="server", at_ms=T0 + chance.randrange(6), known_from_ms=0, op=op,
        )  # fmt: skip
