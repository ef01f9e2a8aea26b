"""Build a demo workspace: simulate day by day, load in chunks, write the truth last."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from windsock.demo import load
from windsock.demo.ahead import ahead
from windsock.demo.clickstream.days import ClickDay, click_days
from windsock.demo.demand.days import Simulation, make_simulation, run_days
from windsock.demo.demand.facts import OrderTables, make_tables
from windsock.demo.demand.orders import Orders
from windsock.demo.demand.tally import Tally
from windsock.demo.model import TRACKED, ZONE, Plan
from windsock.demo.stories import chosen
from windsock.demo.truth import FILE, FOLDER, Told, distinct_aliases, plan_json, write_truth
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import Conflict
from windsock.workspace import Workspace, create_workspace, open_workspace

PLAN = "plan.json"
COMPANY = "Gull Air & Gull Stays"
_ORDERS_A_CHUNK = 45_000
_EVENTS_A_CHUNK = 450_000

Progress = Callable[[str, int, int], None]


@dataclass
class _Watch:
    """Seconds by stage."""

    seconds: dict[str, float] = field(default_factory=dict[str, float])
    _since: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._since
        self._since = now


def is_demo(home: Path) -> bool:
    """Say whether a folder was made by the demo, finished or not."""
    return (home / FOLDER / PLAN).is_file()


def is_complete(home: Path) -> bool:
    """Say whether a demo was built to its end."""
    return is_demo(home) and (home / FOLDER / FILE).is_file()


def truth_of(home: Path) -> dict[str, Any]:
    """Return the truth of a complete demo."""
    return json.loads((home / FOLDER / FILE).read_text(encoding="utf-8"))


def same_plan(home: Path, plan: Plan) -> bool:
    """Say whether the demo in a folder was built by this very plan."""
    return json.loads((home / FOLDER / PLAN).read_text(encoding="utf-8")) == json.loads(json.dumps(plan_json(plan)))


def remove_demo(home: Path) -> None:
    """Remove a demo's folder.

    Raises:
        Conflict: the folder is no demo; nothing is removed.
    """
    if home.exists() and any(home.iterdir()):
        if not is_demo(home):
            raise Conflict(f"{home} holds something that the demo did not make.", where="--home", fix="Choose another folder.")
        shutil.rmtree(home)


def make_home(home: Path, plan: Plan) -> None:
    """Make an empty workspace that is marked as a demo."""
    create_workspace(home, name=COMPANY, timezone=ZONE, currency="CNY", language="zh")
    (home / FOLDER).mkdir(mode=0o700, exist_ok=True)
    (home / FOLDER / PLAN).write_text(json.dumps(plan_json(plan), indent=1), encoding="utf-8")


def build_demo(home: Path, plan: Plan, progress: Progress) -> dict[str, object]:
    """Build a demo in a folder that ``make_home`` has made.

    Args:
        home: the workspace's folder.
        plan: what to build.
        progress: told (stage, done, total) after each step.

    Returns:
        What stands in truth.json.
    """
    watch = _Watch()
    choose = chosen(plan.stories)
    sim = make_simulation(plan, choose)
    tally = Tally(sim.plan, sim.world, sim.prices.seats)
    watch.lap("make the world")
    with open_workspace(home, own=True, clock=FixedClock(plan.now_ms)) as workspace:
        window, order_truth = _orders(workspace, sim, tally, watch, progress)
        with workspace.warehouse.transaction() as tx:
            load.load_catalogue(tx, sim, plan.now_ms)
        watch.lap("load catalogue")
        aliases = _events(workspace, sim, tally, window, (watch, progress))
        progress("people", 0, 1)
        with workspace.warehouse.transaction() as tx:
            load.resolve_people(tx, plan.now_ms)
        watch.lap("resolve people")
        progress("people", 1, 1)
    report: dict[str, object] = {"seconds": {name: round(spent, 2) for name, spent in watch.seconds.items()}}
    return write_truth(home, sim, tally, Told(aliases, order_truth, report))


@dataclass(frozen=True)
class _OrderChunk:
    """Some days' orders, ready to load, and the tracked ones of the clickstream's window among them."""

    last_day: int
    tables: OrderTables
    window: list[Orders]


def _order_chunks(sim: Simulation, tally: Tally) -> Iterator[_OrderChunk]:
    plan = sim.plan
    pending: list[Orders] = []
    waiting = 0
    for day, orders in enumerate(run_days(sim)):
        tally.watch(orders)
        pending.append(orders)
        waiting += len(orders)
        if waiting >= _ORDERS_A_CHUNK or day == plan.days - 1:
            first = day + 1 - len(pending)
            window = [one.take(one.channel < TRACKED) for turn, one in enumerate(pending) if first + turn >= plan.first_click_day]
            yield _OrderChunk(day, make_tables(Orders.join(pending), sim.world, plan), window)
            pending, waiting = [], 0


def _orders(workspace: Workspace, sim: Simulation, tally: Tally, watch: _Watch, progress: Progress) -> tuple[Orders, pa.Table]:
    """Simulate and load all orders; returns the tracked ones of the clickstream's window, and whose each order is."""
    plan = sim.plan
    window: list[Orders] = []
    truths: list[pa.Table] = []
    with workspace.warehouse.transaction() as tx:
        load.load_channels(tx, plan.now_ms)
    progress("orders", 0, plan.days)
    for chunk in ahead(_order_chunks(sim, tally)):
        watch.lap("wait for orders")
        window += chunk.window
        truths.append(chunk.tables.truth)
        with workspace.warehouse.transaction() as tx:
            load.load_order_tables(tx, chunk.tables, f"demo-orders-{chunk.last_day:03d}", plan.now_ms)
            if chunk.last_day == plan.days - 1:
                load.finish_orders(tx, plan.now_ms)
        watch.lap("load orders")
        progress("orders", chunk.last_day + 1, plan.days)
    return Orders.join(window), pa.concat_tables(truths)


def _click_chunks(sim: Simulation, window: Orders, tally: Tally) -> Iterator[list[ClickDay]]:
    pending: list[ClickDay] = []
    for click_day in click_days(sim, window, tally):
        pending.append(click_day)
        if sum(one.events.num_rows for one in pending) >= _EVENTS_A_CHUNK or click_day.day == sim.plan.days - 1:
            yield pending
            pending = []


def _events(workspace: Workspace, sim: Simulation, tally: Tally, window: Orders, told: tuple[_Watch, Progress]) -> pa.Table:
    """Simulate and load the clickstream; returns the true person of each anonymous id."""
    watch, progress = told
    plan = sim.plan
    aliases: list[pa.Table] = []
    progress("events", 0, plan.click_days)
    for chunk in ahead(_click_chunks(sim, window, tally)):
        watch.lap("wait for events")
        last = chunk[-1].day
        aliases += [one.aliases for one in chunk]
        with workspace.warehouse.transaction() as tx:
            load.load_event_tables(tx, [one.events for one in chunk], f"demo-events-{last:03d}", plan.day_ms(last + 1), plan.now_ms)
        watch.lap("load events")
        progress("events", last + 1 - plan.first_click_day, plan.click_days)
    return distinct_aliases(aliases)
