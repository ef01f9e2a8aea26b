"""Small worlds, simulated once for all tests that look at them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cache

import pyarrow as pa

from windsock.demo.clickstream.days import ClickDay, click_days
from windsock.demo.demand.days import Simulation, make_simulation, run_days
from windsock.demo.demand.facts import OrderTables, make_tables
from windsock.demo.demand.orders import Orders
from windsock.demo.demand.tally import Tally
from windsock.demo.model import TRACKED, Plan
from windsock.demo.stories import chosen


@dataclass(frozen=True)
class Made:
    sim: Simulation
    tally: Tally
    orders: Orders
    tables: OrderTables
    clicks: list[ClickDay]

    @property
    def events(self) -> pa.Table:
        return pa.concat_tables([day.events for day in self.clicks])


@cache
def made(plan: Plan) -> Made:
    """Simulate a whole plan in memory."""
    sim = make_simulation(plan, chosen(plan.stories))
    tally = Tally(sim.plan, sim.world, sim.prices.seats)
    days: list[Orders] = []
    for orders in run_days(sim):
        tally.watch(orders)
        days.append(orders)
    window = Orders.join([orders.take(orders.channel < TRACKED) for orders in days[plan.first_click_day :]])
    clicks = list(click_days(sim, window, tally))
    whole = Orders.join(days)
    return Made(sim, tally, whole, make_tables(whole, sim.world, plan), clicks)


SMALL = Plan(people=5_000, days=60)
TINY = Plan(people=1_000, days=14)


def digest(tables: list[pa.Table]) -> str:
    """Return a hash of the values of tables, whatever their chunks."""
    seen = hashlib.sha256()
    for table in tables:
        sink = pa.BufferOutputStream()
        whole = table.combine_chunks()
        with pa.ipc.new_stream(sink, whole.schema) as out:
            out.write_table(whole)
        seen.update(sink.getvalue())
    return seen.hexdigest()


def all_tables(world: Made) -> list[pa.Table]:
    tables = world.tables
    return [tables.lines, tables.postings, tables.passengers, tables.segments, tables.tickets, tables.truth, world.events]


def with_seed(plan: Plan, seed: int) -> Plan:
    return replace(plan, seed=seed)
