"""Write a simulated world through the same loaders as real data: catalogue, orders with their ids, events by source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from windsock.catalog import add_default_channels, replace_days, touch_source, upsert
from windsock.demo import stock
from windsock.demo.clickstream.tables import SOURCES
from windsock.demo.columns import Array, Ints
from windsock.demo.demand.days import Simulation
from windsock.demo.demand.facts import Ids, OrderTables
from windsock.demo.model import CHANNELS, TRACKED
from windsock.identity import add_edges, assign_dids, rebuild_aliases
from windsock.orders import Batch, OrderFacts, load_orders
from windsock.tracking import load_events

if TYPE_CHECKING:
    from windsock.warehouse import Transaction

ORDER_SOURCE = "gull_orders"
_NAMES = {"gull_orders": "Gull booking system", "gull_web": "Gull website", "gull_app": "Gull app", "gull_mini_program": "Gull mini-program"}
_LAG_MS = 36 * 3_600_000
"""The demo is loaded once and ends at midnight: it is late on the day after the next."""


def load_channels(tx: Transaction, now_ms: int) -> None:
    """Register sales channels and sources, before the first fact."""
    add_default_channels(tx)
    for source in SOURCES:
        touch_source(tx, source, "events", _NAMES[source], None, payment_known=None, now_ms=now_ms, expected_lag_ms=_LAG_MS)


def load_order_tables(tx: Transaction, tables: OrderTables, batch_id: str, now_ms: int) -> int:
    """Load some days' orders with the ids of those who booked and travel; returns the number of orders added."""
    count = len(tables.booked_ms)
    dids = np.zeros(count, dtype=np.int64)
    for booker in tables.bookers:
        dids[booker.orders] = _dids(tx, booker, tables.booked_ms, now_ms)
    travellers = np.zeros(count, dtype=np.int64)
    travellers[tables.travellers.orders] = _dids(tx, tables.travellers, tables.booked_ms, now_ms)
    first = tables.passengers.column("pax_no").to_numpy() == 1
    whose = np.where(first, travellers[tables.passenger_order], 0)
    facts = OrderFacts(
        lines=tables.lines.append_column("did", _column(dids[tables.line_order])),
        postings=tables.postings,
        passengers=tables.passengers.append_column("did", _column(whose)),
        segments=tables.segments,
        tickets=tables.tickets,
    )
    report = load_orders(tx, Batch(batch_id, ORDER_SOURCE, now_ms), facts)
    _tie(tx, tables, dids, now_ms)
    return report.orders_added


def _dids(tx: Transaction, ids: Ids, booked_ms: Ints, now_ms: int) -> Ints:
    given = assign_dids(tx, ids.namespace, ids.ids, pa.array(booked_ms[ids.orders]), now_ms)
    return given.fill_null(0).to_numpy()


def _column(dids: Ints) -> Array:
    return pa.array(dids, mask=dids == 0)


def _tie(tx: Transaction, tables: OrderTables, dids: Ints, now_ms: int) -> None:
    """Note the phone numbers that members left with their orders, as evidence that both are one person."""
    phone = _dids(tx, tables.ties, tables.booked_ms, now_ms)
    if not len(phone):
        return
    edges = {
        "did_a": _column(dids[tables.ties.orders]),
        "did_b": _column(phone),
        "kind": pa.repeat("order", len(phone)),
        "evidence_ms": pa.array(tables.booked_ms[tables.ties.orders]),
        "source": pa.repeat(ORDER_SOURCE, len(phone)),
    }
    add_edges(tx, pa.table(edges), now_ms)


def finish_orders(tx: Transaction, now_ms: int) -> None:
    """Say that the booking system's data is whole until the end."""
    touch_source(tx, ORDER_SOURCE, "orders", _NAMES[ORDER_SOURCE], now_ms, payment_known=True, now_ms=now_ms)


def load_catalogue(tx: Transaction, sim: Simulation, now_ms: int) -> int:
    """Load goods, agreements, stock and price per date, marketing spend and a rival's prices; returns the number of rows."""
    return (
        upsert(tx, "goods", stock.goods_rows(sim))
        + upsert(tx, "supplier", stock.supplier_rows(sim))
        + replace_days(tx, "stock_day", stock.stock_days(sim), now_ms=now_ms)
        + replace_days(tx, "channel_cost", stock.channel_costs(sim))
        + replace_days(tx, "competitor_price", stock.competitor_prices(sim))
    )


def load_event_tables(tx: Transaction, events: list[pa.Table], batch_id: str, until_ms: int, now_ms: int) -> int:
    """Load some days' events, each channel as its own source; returns the number stored. Persons are resolved at the end."""
    stored = 0
    whole = pa.concat_tables(events)
    channel = whole.column("channel").to_numpy()
    for index in range(TRACKED):
        rows = whole.take(pa.array(np.flatnonzero(channel == CHANNELS[index])))
        if rows.num_rows:
            stored += load_events(tx, SOURCES[index], f"{batch_id}-{CHANNELS[index]}", rows, now_ms, complete_until_ms=until_ms, resolve=False).stored
    return stored


def resolve_people(tx: Transaction, now_ms: int) -> int:
    """Make people of the evidence; returns how many ids changed their person."""
    return rebuild_aliases(tx, None, now_ms)
