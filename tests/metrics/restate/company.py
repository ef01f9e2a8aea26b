"""A tiny company whose every day is known twice: by the warehouse, and by a plain log of what was done, from which a slow oracle answers."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

from tests.imports.make import bring
from tests.orders.make import lines
from windsock import identity
from windsock.governance import cli_actor
from windsock.imports.model import BatchReport
from windsock.imports.take_back import take_back
from windsock.kernel.clock import FixedClock, start_of_day_ms
from windsock.kernel.period import Period
from windsock.metrics.restate import Restatements, restatements
from windsock.orders import Batch, OrderFacts, load_orders
from windsock.tracking import load_events
from windsock.workspace import Workspace

ORDERS = """
mapping: shop
source: {name: shop}
read: {zone: Asia/Shanghai}
columns: {amount: decimal, booked: datetime}
constants: {kind: hotel, currency: CNY, sold_as: own}
order: {order_ref: ref, booked_at: booked, booked_amount: amount, paid_at: booked, paid_amount: amount}
payment_known: true
"""
VISITS = """
mapping: visits
kind: events
source: {name: file}
read: {zone: Asia/Shanghai}
columns: {at: datetime}
fields: {event: name, at: at, anonymous_id: visitor}
"""
DAYS = tuple(dt.date(2026, 1, day) for day in range(1, 8))
ZONE = "Asia/Shanghai"
SPAN = Period(DAYS[0], DAYS[-1])
NAMES = ("booked_amount", "revenue", "orders", "average_order_value", "uv")
LATER = "2026-01-20T10:00"


@dataclass
class Version:
    """An order as a batch left it: booked and paid on a day."""

    batch: str
    day: dt.date
    amount: Decimal
    before: Version | None = None


@dataclass
class State:
    """All that is known at an instant."""

    orders: dict[str, Version] = field(default_factory=dict[str, Version])
    visits: set[tuple[dt.date, str]] = field(default_factory=set[tuple[dt.date, str]])
    pairs: set[frozenset[str]] = field(default_factory=set[frozenset[str]])

    def figures(self, day: dt.date) -> dict[str, Decimal | int | None]:
        """Count a day by hand."""
        amounts = [order.amount for order in self.orders.values() if order.day == day]
        seen = [visitor for when, visitor in self.visits if when == day]
        booked = sum(amounts, Decimal(0))
        return {
            "booked_amount": booked,
            "revenue": booked,
            "orders": len(amounts),
            "average_order_value": booked / len(amounts) if amounts else None,
            "uv": len({self._person(visitor) for visitor in seen}),
        }

    def _person(self, visitor: str) -> str:
        reached, before = {visitor}, set[str]()
        while reached != before:
            before = set(reached)
            reached |= {name for pair in self.pairs if pair & before for name in pair}
        return min(reached)


@dataclass
class Company:
    """Does things to a workspace and writes them down."""

    workspace: Workspace
    folder: Path
    log: list[tuple[int, State]] = field(default_factory=list[tuple[int, State]])
    now: State = field(default_factory=State)
    batches: list[str] = field(default_factory=list[str])
    edges: dict[frozenset[str], int] = field(default_factory=dict[frozenset[str], int])
    done: int = 0

    @property
    def clock(self) -> FixedClock:
        """The workspace's clock."""
        clock = self.workspace.clock
        assert isinstance(clock, FixedClock)
        return clock

    def at(self, text: str) -> None:
        """Move the clock to a local time."""
        self.clock.ms = ms(text)

    def sell(self, *orders: tuple[str, dt.date, str]) -> None:
        """Load orders as they come live: reference, day, amount."""
        self.done += 1
        now, batch = self._instant(), f"live-{self.done}"
        rows = [
            {
                "order_ref": ref, "line_no": 1, "kind": "hotel", "sold_as": "own", "cancelled": False, "no_show": False, "currency": "CNY",
                "booked_amount": Decimal(amount), "stay_amount": Decimal(amount), "booked_ms": noon(day), "booked_date": day,
                "arrival_date": dt.date(2026, 6, 1), "paid_ms": noon(day), "payment_known": True, "source_line": place, "sales_channel": "web",
            }
            for place, (ref, day, amount) in enumerate(orders)
        ]  # fmt: skip
        paid = [
            {
                "order_ref": ref, "line_no": 1, "posting_ref": "payment", "kind": "payment", "at_ms": noon(day), "at_date": day,
                "amount": Decimal(amount), "take_amount": Decimal(amount), "currency": "CNY", "provider": None,
            }
            for ref, day, amount in orders
        ]  # fmt: skip
        with self.workspace.warehouse.transaction() as tx:
            load_orders(tx, Batch(batch, "live", now), OrderFacts(lines(*rows), postings=pa.Table.from_pylist(paid)))
        for ref, day, amount in orders:
            self._version(f"live/{ref}", batch, day, amount)
        self._note(now)

    def bring_orders(self, *orders: tuple[str, dt.date, str]) -> BatchReport:
        """Import a file of orders."""
        self.done += 1
        done = bring(
            self.workspace,
            self.folder / f"o{self.done}.csv",
            ORDERS,
            "ref,booked,amount",
            *(f"{ref},{day} 12:00:00,{amount}" for ref, day, amount in orders),
        )
        if done.batch_id is not None:
            self.batches.append(done.batch_id)
            for ref, day, amount in orders:
                self._version(f"shop/{ref}", done.batch_id, day, amount)
        self._note(self.clock.now_ms())
        return done

    def undo(self, batch: str) -> None:
        """Take a batch back; what it had changed is as before."""
        take_back(self.workspace, cli_actor(), batch)
        for ref, held in list(self.now.orders.items()):
            if held.batch == batch:
                if held.before is None:
                    del self.now.orders[ref]
                else:
                    self.now.orders[ref] = held.before
        self._note(self.clock.now_ms())

    def visit(self, day: dt.date, *visitors: str) -> None:
        """Let people look at a page, live."""
        self.done += 1
        now = self._instant()
        rows = {
            "event": ["page_view"] * len(visitors),
            "anonymous_id": list(visitors),
            "client_ms": [noon(day)] * len(visitors),
            "received_ms": [noon(day)] * len(visitors),
            "message_id": [f"m{self.done}-{place}" for place in range(len(visitors))],
        }
        with self.workspace.warehouse.transaction() as tx:
            load_events(tx, "site", f"inbox:{self.done}", pa.table(rows), now, trust="server")
        self.now.visits |= {(day, visitor) for visitor in visitors}
        self._note(now)

    def bring_visits(self, day: dt.date, *visitors: str) -> BatchReport:
        """Import a file of page views."""
        self.done += 1
        rows = [f"page_view,{day} 12:00:{self.done % 60:02d},{visitor}" for visitor in visitors]
        done = bring(self.workspace, self.folder / f"v{self.done}.csv", VISITS, "name,at,visitor", *rows)
        self.now.visits |= {(day, visitor) for visitor in visitors}
        self._note(self.clock.now_ms())
        return done

    def merge(self, one: str, other: str) -> None:
        """Say that two visitors are one person."""
        now, pair = self._instant(), frozenset((one, other))
        with self.workspace.warehouse.transaction() as tx:
            dids = identity.assign_dids(tx, "anon", pa.array([one, other]), pa.array([now, now]), now).to_pylist()
            identity.accept_edge(tx, dids[0], dids[1], "mem_1", now)
        self.now.pairs.add(pair)
        self._note(now)

    def part(self, one: str, other: str) -> None:
        """Say that they are two."""
        now, pair = self._instant(), frozenset((one, other))
        with self.workspace.warehouse.transaction() as tx:
            dids = identity.assign_dids(tx, "anon", pa.array([one, other]), pa.array([now, now]), now).to_pylist()
            edges = tx.query(_edges(dids)).to_pylist()
            identity.reject_edge(tx, edges[0]["edge_id"], "mem_1", now)
        self.now.pairs.discard(pair)
        self._note(now)

    def as_known(self, at_ms: int, day: dt.date) -> dict[str, Decimal | int | None]:
        """Return the figures of a day as known at an instant, by the log alone."""
        past = [state for when, state in self.log if when <= at_ms]
        return (past[-1] if past else State()).figures(day)

    def _version(self, ref: str, batch: str, day: dt.date, amount: str) -> None:
        held = self.now.orders.get(ref)
        if held is None or (held.day, held.amount) != (day, Decimal(amount)):
            self.now.orders[ref] = Version(batch, day, Decimal(amount), held)

    def _instant(self) -> int:
        self.clock.advance(seconds=1)
        return self.clock.now_ms()

    def _note(self, now: int) -> None:
        self.log.append((now, copy.deepcopy(self.now)))
        self.clock.advance(seconds=1)


def _edges(dids: list[int]):
    from sqlglot import parse_one

    low, high = sorted(dids)
    return parse_one(f"SELECT edge_id FROM identity_edge WHERE did_a = {low} AND did_b = {high} ORDER BY edge_id LIMIT 1", read="duckdb")


def noon(day: dt.date) -> int:
    """Return noon of a civil date in Shanghai."""
    return start_of_day_ms(day, ZONE) + 12 * 3_600_000


def ms(text: str, zone: str = ZONE) -> int:
    """Return a local time as an instant."""
    return round(dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def asked(company: Company, *names: str) -> Restatements:
    return restatements(company.workspace, cli_actor(), SPAN, names or NAMES)


Figure = Decimal | int | None


def changes(found: Restatements) -> dict[tuple[dt.date, str], tuple[Figure, Figure]]:
    return {(one.day, change.metric): (change.at_close, change.now) for one in found.days for change in one.changes}


def causes(found: Restatements) -> dict[dt.date, list[tuple[str, str, str | None, int]]]:
    return {one.day: [(cause.kind, cause.source, cause.batch_id, cause.rows) for cause in one.causes] for one in found.days}
