"""How long one tick of monitors over 10,000 series takes: reading, judging and writing the states, with nothing else in the way.

Usage: python bench/watch.py [SERIES]

Builds a workspace in a temporary folder: searches of the last nine days on SERIES routes and devices, about one each in every hour of
each. Prints seconds of whole ticks: the first (all of the history is read), later ones (only what is new), and one in which every
series changes its state, the worst there is to write. Only the monitors named here are on.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from windsock.definitions import Change, activate, save_draft
from windsock.governance import SYSTEM
from windsock.kernel.clock import FixedClock
from windsock.monitoring.monitors.keep import switch
from windsock.monitoring.monitors.library import shipped
from windsock.monitoring.watch import watch
from windsock.warehouse import schema, statement
from windsock.workspace import Workspace, create_workspace, open_workspace

HOUR, MINUTE, DAY = 3_600_000, 60_000, 86_400_000
START = 1_793_462_400_000
DEVICES = ("ios", "android", "desktop", "tablet")
MONITORS: dict[str, dict[str, Any]] = {
    "by_minute": {"every": "1m", "over": "15m", "rule": {"kind": "threshold", "above": 1_000_000}},
    "by_minute_all_fire": {"every": "1m", "over": "15m", "rule": {"kind": "threshold", "above": -1}, "pending": 3},
    "by_hour_against_week": {"every": "1h", "rule": {"kind": "change", "against": "week", "drop": 0.9}, "minimum": 50},
    "by_hour_anomaly": {"every": "1h", "rule": {"kind": "anomaly", "toward": "down", "dial": 0.01}, "minimum": 50},
}


def load(workspace: Workspace, series: int, ends: tuple[int, int], share: float, step: int) -> int:
    """Let a share of the series have a search in each step of a span; return how many events that makes."""
    random, wanted, events = np.random.default_rng(ends[0] // MINUTE), schema.BY_NAME["event"].arrow(), 0
    for at in range(*ends, step):
        chosen = np.flatnonzero(random.random(series) < share)
        ts_ms = at + random.integers(0, step, chosen.size)
        given = {
            "ts_ms": pa.array(ts_ms),
            "dt": pa.array((ts_ms // DAY).astype(np.int32)).cast(pa.date32()),
            "did": pa.array(chosen.astype(np.int64)),
            "event": pa.array(["search"] * chosen.size),
            "route": pa.array([f"R{one // len(DEVICES):05d}" for one in chosen.tolist()]),
            "device": pa.array([DEVICES[one % len(DEVICES)] for one in chosen.tolist()]),
        }
        columns = [given[field.name].cast(field.type) if field.name in given else pa.nulls(chosen.size, field.type) for field in wanted]
        with workspace.warehouse.transaction() as tx:
            tx.append("event", pa.Table.from_arrays(columns, schema=wanted))
        events += chosen.size
    return events


def whole(workspace: Workspace, until_ms: int) -> None:
    """Say that all events until an instant are there."""
    wanted = schema.BY_NAME["source"].arrow()
    row = {"source": "web", "kind": "events", "name": "web", "complete_until_ms": until_ms, "last_loaded_ms": until_ms}
    with workspace.warehouse.transaction() as tx:
        tx.execute(statement("DELETE FROM source WHERE source = 'web'"))
        tx.append("source", pa.Table.from_pylist([row], schema=wanted))


def main() -> None:
    """Build the workspace and print the table."""
    series = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {version('duckdb')}; {series:,} series")
    clock = FixedClock(START)
    with tempfile.TemporaryDirectory(prefix="windsock-bench-") as folder:
        create_workspace(Path(folder) / "home", name="Bench", timezone="Asia/Shanghai", currency="CNY", language="en")
        with open_workspace(Path(folder) / "home", own=True, clock=clock) as workspace:
            for name in shipped():
                switch(workspace, SYSTEM, name, "bench", on=False)
            events = load(workspace, series, (START, START + 9 * DAY), 0.7, HOUR)
            events += load(workspace, series, (START + 9 * DAY - 5 * MINUTE, START + 9 * DAY), 1.0, MINUTE)
            print(f"{events:,} events over nine days")
            for name, given in MONITORS.items():
                _measure(workspace, clock, name, given, series)


def _measure(workspace: Workspace, clock: FixedClock, name: str, given: dict[str, Any], series: int) -> None:
    step = MINUTE if given["every"] == "1m" else HOUR
    title = {"en": name, "zh": name}
    body = {"name": name, "title": title, "metric": "searches", "by": ["route", "device"], "owner": "bench", **given}
    with workspace.records.write() as session:
        change = Change(SYSTEM, "bench", START)
        activate(session, change, "monitor", name, save_draft(session, change, "monitor", name, body, base_version=0).version)
    clock.ms = max(clock.ms, START + 9 * DAY)
    for tick in range(4):
        if tick:
            load(workspace, series, (clock.ms, clock.ms + step), 0.7 * step / HOUR, step)
            clock.ms += step
        whole(workspace, clock.ms)
        started = time.perf_counter()
        (found,) = watch(workspace, only=name)
        took = time.perf_counter() - started
        print(f"{name:<22} tick {tick + 1}: {took:6.2f} s, {found.series:,} series, {found.opened} opened {found.trouble}")
    switch(workspace, SYSTEM, name, "bench", on=False)


if __name__ == "__main__":
    main()
