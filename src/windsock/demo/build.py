"""Build a demo workspace: simulate day by day, load in chunks, write the truth last."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from windsock.demo import load
from windsock.demo.clickstream.days import ClickDay, click_days
from windsock.demo.demand.days import Simulation, make_simulation, run_days
from windsock.demo.demand.facts import make_tables
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
    watch.lap("simulate")
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


def _orders(workspace: Workspace, sim: Simulation, tally: Tally, watch: _Watch, progress: Progress) -> tuple[Orders, pa.Table]:
    """Simulate and load all orders; returns the tracked ones of the clickstream's window, and whose each order is."""
    plan = sim.plan
    pending: list[Orders] = []
    window: list[Orders] = []
    truths: list[pa.Table] = []
    waiting = 0
    with workspace.warehouse.transaction() as tx:
        load.load_channels(tx, plan.now_ms)
    for day, orders in enumerate(run_days(sim)):
        tally.watch(orders)
        pending.append(orders)
        waiting += len(orders)
        if day >= plan.first_click_day:
            window.append(orders.take(orders.channel < TRACKED))
        if waiting >= _ORDERS_A_CHUNK or day == plan.days - 1:
            tables = make_tables(Orders.join(pending), sim.world, plan)
            truths.append(tables.truth)
            watch.lap("simulate")
            with workspace.warehouse.transaction() as tx:
                load.load_order_tables(tx, tables, f"demo-orders-{day:03d}", plan.now_ms)
                if day == plan.days - 1:
                    load.finish_orders(tx, plan.now_ms)
            watch.lap("load orders")
            pending, waiting = [], 0
        progress("orders", day + 1, plan.days)
    return Orders.join(window), pa.concat_tables(truths)


def _events(workspace: Workspace, sim: Simulation, tally: Tally, window: Orders, told: tuple[_Watch, Progress]) -> pa.Table:
    """Simulate and load the clickstream; returns the true person of each anonymous id."""
    watch, progress = told
    plan = sim.plan
    pending: list[ClickDay] = []
    aliases: list[pa.Table] = []
    for done, click_day in enumerate(click_days(sim, window, tally), start=1):
        pending.append(click_day)
        aliases.append(click_day.aliases)
        if sum(one.events.num_rows for one in pending) >= _EVENTS_A_CHUNK or done == plan.click_days:
            watch.lap("simulate")
            until_ms = plan.day_ms(click_day.day + 1)
            with workspace.warehouse.transaction() as tx:
                load.load_event_tables(tx, [one.events for one in pending], f"demo-events-{click_day.day:03d}", until_ms, plan.now_ms)
            watch.lap("load events")
            pending = []
        progress("events", done, plan.click_days)
    return distinct_aliases(aliases)
