"""How long segments take: fifty judged whole, and only those of whom something came, beside the same conditions as plain SQL.

Usage: python bench/segments.py [--people 1000000] [--events 20000000] [--segments 50] [--touched 5000]

Nothing is read from outside; the events are made here. Each figure comes with a check of the answer: a wrong one fails the run.

    whole      every segment judged for everybody, its stays written
    touched    so many people did something since; only they are judged again, and judging everybody afterwards finds nothing to change
    plain      the counts of the same conditions as SQL written by hand for them, nothing written
"""

# ruff: noqa: S608 - statements of our own making
from __future__ import annotations

import argparse
import platform
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from windsock.audiences.segments import plug, save_segment, update
from windsock.definitions import Change
from windsock.governance import cli_actor
from windsock.kernel.clock import FixedClock
from windsock.warehouse import schema, statement
from windsock.workspace import Workspace, create_workspace, open_workspace

NOW = 1_793_750_400_000
DAY = 86_400_000
DAYS = 90
NAMES = np.array(["search", "view", "cart", "pay", "open"])
ROUTES = np.array([f"r{number}" for number in range(200)])
PIECE = 2_000_000


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long a step took."""
    start = time.perf_counter()
    yield
    print(f"{what:<62} {time.perf_counter() - start:8.2f} s", flush=True)


def rows(chance: np.random.Generator, count: int, people: int, times: tuple[int, int], known_ms: int) -> pa.Table:
    """Return events of random people at random times, in the order of time."""
    ts = np.sort(chance.integers(*times, count))
    given = {
        "did": pa.array(chance.integers(1, people + 1, count)),
        "ts_ms": pa.array(ts),
        "dt": pa.array((ts // DAY).astype("int32"), pa.int32()).cast(pa.date32()),
        "event": pa.array(NAMES[chance.choice(5, count, p=[0.45, 0.35, 0.12, 0.05, 0.03])]),
        "route": pa.array(ROUTES[chance.integers(0, 200, count)]),
        "received_ms": pa.array(ts),
        "known_from_ms": pa.repeat(pa.scalar(known_ms, pa.int64()), count),
        "bot": pa.repeat(False, count),  # noqa: FBT003 - the value of a column
        "internal": pa.repeat(False, count),  # noqa: FBT003 - as above
    }
    wanted = schema.BY_NAME["event"].arrow()
    return pa.table({field.name: given.get(field.name, pa.nulls(count, field.type)) for field in wanted}, schema=wanted)


def conditions(count: int) -> list[tuple[dict[str, Any], str]]:
    """Return conditions of five forms with other numbers each, and the same as SQL that gives the people."""
    found: list[tuple[dict[str, Any], str]] = []
    for number in range(count):
        form, days = number % 5, 3 + number // 5
        low, since = NOW - days * DAY, f"ts_ms >= {NOW - days * DAY} AND dt >= DATE '1970-01-01' + {(NOW - days * DAY) // DAY}"
        past = {"past": f"{days} days"}
        if form == 0:
            given: dict[str, Any] = {"did": "search", "times": 3, "same": "route", "within": "7 days", "period": past}
            text = (f"SELECT DISTINCT did FROM (SELECT did, ts_ms, LEAD(ts_ms, 2) OVER (PARTITION BY did, route ORDER BY ts_ms) AS u FROM event "
                    f"WHERE event = 'search' AND {since}) WHERE u - ts_ms <= {7 * DAY}")  # fmt: skip
        elif form == 1:
            given = {"all": [{"did": "cart", "period": past}, {"did_not": "pay", "period": past}]}
            text = (f"SELECT did FROM event WHERE event IN ('cart', 'pay') AND {since} GROUP BY did "
                    f"HAVING COUNT(*) FILTER (WHERE event = 'cart') > 0 AND COUNT(*) FILTER (WHERE event = 'pay') = 0")  # fmt: skip
        elif form == 2:
            given = {"measure": "days", "is": 2, "event": "*", "period": past}
            text = f"SELECT did FROM event WHERE {since} GROUP BY did HAVING COUNT(DISTINCT (ts_ms + 28800000) // {DAY}) >= 2"
        elif form == 3:
            given = {"last": "pay", "during": past}
            text = f"SELECT did FROM event WHERE event = 'pay' GROUP BY did HAVING MAX(ts_ms) >= {low}"
        else:
            given = {"did": "view", "times": 2 + days % 4, "period": past}
            text = f"SELECT did FROM event WHERE event = 'view' AND {since} GROUP BY did HAVING COUNT(*) >= {2 + days % 4}"
        found.append((given, text))
    return found


def main() -> None:
    """Make the events, judge, and compare."""
    parser = argparse.ArgumentParser()
    for name, default in (("people", 1_000_000), ("events", 20_000_000), ("segments", 50), ("touched", 5_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    print(f"{platform.machine()}, {asked.people:,} people, {asked.events:,} events of {DAYS} days, {asked.segments} segments")
    with tempfile.TemporaryDirectory(prefix="windsock-") as folder:
        home, clock = Path(folder) / "home", FixedClock(NOW)
        create_workspace(home, name="Bench", timezone="Asia/Shanghai", currency="CNY", language="en")
        with open_workspace(home, own=True, clock=clock) as workspace:
            measure(workspace, clock, asked)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def measure(workspace: Workspace, clock: FixedClock, asked: argparse.Namespace) -> None:
    """Run the three parts."""
    plug()
    chance, wanted = np.random.default_rng(7), conditions(asked.segments)
    with timed("events made and stored"):
        for start in range(0, asked.events, PIECE):
            piece = rows(chance, min(PIECE, asked.events - start), asked.people, (NOW - DAYS * DAY, NOW), NOW - DAY)
            with workspace.warehouse.transaction() as tx:
                tx.append("event", piece)
    for number, (given, _) in enumerate(wanted):
        save_segment(workspace, Change(cli_actor(), "bench", NOW), {"segment": f"s{number}", "condition": given})
    with timed(f"whole: {len(wanted)} segments"):
        whole = {run.segment: run for run in update(workspace)}
    with timed(f"plain: {len(wanted)} counts"):
        counts = [workspace.warehouse.query(statement(f"SELECT COUNT(*) AS n FROM ({text})")).to_pylist()[0]["n"] for _, text in wanted]
    wrong = [number for number, count in enumerate(counts) if count != whole[f"s{number}"].members]
    if wrong:
        raise SystemExit(f"wrong: segments {wrong} have other people than the plain statements")
    clock.ms += 600_000
    update(workspace)
    touched = rows(chance, asked.touched, asked.people, (clock.ms - 60_000, clock.ms), clock.ms)
    with workspace.warehouse.transaction() as tx:
        tx.append("event", touched)
    with timed(f"touched: {asked.touched:,} people, {len(wanted)} segments"):
        runs = update(workspace)
    if any(run.kind != "touched" for run in runs):
        raise SystemExit("wrong: somebody judged everybody")
    print(f"    judged {max(run.judged or 0 for run in runs):,} at most; slowest {max(run.took_ms for run in runs)} ms, "
          f"changes {sum(run.entered + run.left for run in runs):,}")  # fmt: skip
    if any(run.entered + run.left for run in update(workspace, kind="check")):
        raise SystemExit("wrong: judging everybody changed something")
    print("    judging everybody then changed nothing")


if __name__ == "__main__":
    main()
