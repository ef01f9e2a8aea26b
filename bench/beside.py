"""Analyses beside the plain SQL for them in our own engine, in ClickHouse's, in Spark and in Polars: one run, the same rows and cores, in turns.

Usage: python bench/beside.py [HOME] [RUNS] [ROWS] [ENGINES]     (HOME is made when it is not there; 3 runs of 1,000,000 rows without numbers;
engines with commas between them, else all that can be imported: those of ``requirements-engines.lock``, and Polars)

The rows are those of ``ask_20m.py``, with 60,000 ids merged (6 % of the visitors) and the last three days not yet put away: they lie as they
came, in parts beside the table. Ours are the public questions (``ask_...``, ``people_of``); plain is what a person would write in SQL for our
engine, on the same open warehouse. Every other engine has a process of its own and loads the same rows first: ClickHouse's into a merged table in
the order of (did, ts_ms), with merged ids in a dictionary; Polars and Spark read one Parquet file. Engines are asked one after another, that many
times; all answers to a question must be equal, else the run fails. Printed are the median wall and processor time in ms, the most memory of the
process in MB (ours and plain share one, with the pages that the engine keeps), and ours by the best of plain SQL and ClickHouse.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import platform
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from ask_20m import DAYS, FIRST, FIRST_MS, build
from beside_engines import DAY_MS, DUCKDB, ENGINES, STEPS, ZONE_MS, Answer, Beside, plain
from sqlglot import parse_one

from windsock.analyses import ask_funnel, ask_paths, ask_retention, ask_trend, read_funnel, read_paths, read_retention, read_trend
from windsock.conditions import Frame, frame_of, people_of
from windsock.conditions.model import read_condition
from windsock.kernel.errors import Broken
from windsock.warehouse import statement
from windsock.workspace import Workspace, open_workspace

RUNS, ROWS, MERGED, FRESH_DAYS = 3, 1_000_000, 60_000, 3
PERIOD = {"from": FIRST.replace(day=2).isoformat(), "to": "2026-02-28"}
BOUNDS = (FIRST_MS + DAY_MS - ZONE_MS, FIRST_MS + (DAYS - 1) * DAY_MS - ZONE_MS)
COLUMNS = ("did", "ts_ms", "event", "channel", "route", "key_hi", "key_lo", "bot", "internal", "analytics_ok", "properties")
_THURSDAY = dt.date(1970, 1, 1)
_UNMERGE = statement("DELETE FROM alias WHERE did >= $first")
_FRESH = statement("SELECT * FROM event WHERE ts_ms >= $from")
_TAKE = statement("DELETE FROM event WHERE ts_ms >= $from")


def make(home: Path, rows: int) -> None:
    """Make the workspace: the events, so many merged, and the last days as they came."""
    build(home, rows)
    since = {"from": FIRST_MS + (DAYS - FRESH_DAYS) * DAY_MS}
    with open_workspace(home, own=True) as workspace, workspace.warehouse.transaction() as tx:
        tx.execute(_UNMERGE, {"first": 1 + MERGED * 7})
        fresh = tx.query(_FRESH, since)
        tx.execute(_TAKE, since)
        for batch in fresh.to_batches(max_chunksize=500_000):
            tx.append("event", pa.Table.from_batches([batch]), bulk=True)


def export(workspace: Workspace, folder: Path) -> None:
    """Write what the questions read into Parquet files."""
    for table, columns in (("event", COLUMNS), ("alias", ("did", "pid", "known_to_ms"))):
        with workspace.warehouse.snapshot() as moment:
            text = f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608 - constants of this file
            batches = moment.stream(parse_one(text, read="duckdb"))
            first = next(batches)
            with pq.ParquetWriter(folder / f"{table}.parquet", first.schema, compression="zstd") as out:
                out.write_batch(first)
                for batch in batches:
                    out.write_batch(batch)


def _number(day: dt.date) -> int:
    return (day - _THURSDAY).days


def _trend(workspace: Workspace, frame: Frame, asked: dict[str, Any], *, cut: bool) -> Answer:
    found = ask_trend(workspace.warehouse, read_trend(asked), frame)
    days = [_number(bucket.key) for bucket in found.made.buckets if isinstance(bucket.key, dt.date)]
    lines = [(line.value, line.series[0].points) for line in (found.breakdown if cut else (found.total,))]
    return [(day, *((value,) if cut else ()), int(point)) for value, points in lines for day, point in zip(days, points, strict=True) if point]


def _retention(workspace: Workspace, frame: Frame, asked: dict[str, Any], unit: Callable[[int], int]) -> Answer:
    found = ask_retention(workspace.warehouse, read_retention(asked), frame)
    return [(unit(_number(row.cohort)), *(cell.returned or 0 for cell in row.cells)) for row in found.cohorts if row.cohort is not None and row.size]


def _paths(workspace: Workspace, frame: Frame, asked: dict[str, Any]) -> Answer:
    found = ask_paths(workspace.warehouse, read_paths(asked), frame)
    names = {(stop.step, stop.place): stop.node.name or "" for stop in found.stops}
    exits = [
        (stop.step, stop.node.name or "", "", stop.exits.paths, stop.exits.people)
        for stop in found.stops
        if stop.step < asked["steps"] and stop.exits.paths
    ]
    links = [(one.step, names[one.step, one.place], names[one.step + 1, one.onward], one.taken.paths, one.taken.people) for one in found.links]
    return [*exits, *links]


def ours() -> dict[str, Callable[[Workspace, Frame], Answer]]:
    """Return how each question is asked of us, its answer as rows."""
    trend = {"series": [{"event": ["page_view", "screen_view"]}], "breakdown": "sales_channel", "grain": "day", "period": PERIOD}
    visitors = {"series": [{"event": ["page_view", "screen_view", "app_start"], "measure": "people"}], "grain": "day", "period": PERIOD}
    first = {"start": "app_start", "return": "*", "starts": "first", "period": PERIOD}
    daily, weekly = {**first, "grain": "day", "cells": 8}, {**first, "grain": "week", "cells": 6}
    often = read_condition({"did": "search", "times": 3, "same": "route", "within": "7 days", "period": PERIOD})
    paths = {"events": [*STEPS], "start": "search", "steps": 5, "period": PERIOD}
    steps: list[Any] = [*STEPS]
    steps[2] = {"event": "detail_view", "where": [{"field": "properties.step", "value": "s1"}]}
    funnel = read_funnel({"steps": steps, "window": "7 days", "period": PERIOD})
    return {
        "trend by day and channel": lambda workspace, frame: _trend(workspace, frame, trend, cut=True),
        "exact visitors by day": lambda workspace, frame: _trend(workspace, frame, visitors, cut=False),
        "retention by day": lambda workspace, frame: _retention(workspace, frame, daily, lambda day: day),
        "retention by week": lambda workspace, frame: _retention(workspace, frame, weekly, lambda day: (day + 3) // 7),
        "same route 3 times in 7 days": lambda workspace, frame: [(people_of(workspace.warehouse, often, frame, limit=1).total,)],
        "paths of five steps": lambda workspace, frame: _paths(workspace, frame, paths),
        "funnel of five, a property tested": lambda workspace, frame: [ask_funnel(workspace.warehouse, funnel, frame).total.counts],
    }


def told(name: str, rows: Answer) -> list[tuple[Any, ...]]:
    """Return a plain statement's rows as ours are: masks as people of cells, of paths what is no end of the picture."""
    if name.startswith("retention"):
        cells: dict[int, Counter[int]] = {}
        most = 8 if name.endswith("day") else 6
        for cohort, mask, people in rows:
            for cell in range(most):
                cells.setdefault(int(cohort), Counter())[cell] += int(people) * (int(mask) >> cell & 1)
        return sorted((cohort, *(found[cell] for cell in range(most))) for cohort, found in cells.items())
    if name.startswith("paths"):
        return sorted((int(row[0]), row[1] or "", row[2] or "", *row[3:]) for row in rows if int(row[0]) < len(STEPS))
    return sorted(rows)


class Taken:
    """Times and memory of one engine for one question."""

    def __init__(self) -> None:
        """Begin with none."""
        self.runs: list[tuple[float, float, float]] = []

    def median(self, which: int) -> float:
        """Return the median of wall (0), processor time (1), or the most memory (2)."""
        found = [run[which] for run in self.runs]
        return max(found) if which == 2 else statistics.median(found)

    def show(self) -> str:
        """Return them in columns."""
        return f"{self.median(0):>9.0f}{self.median(1):>9.0f}{self.median(2):>8.0f}"


def here(work: Callable[[], Answer]) -> tuple[Answer, float, float, float]:
    """Return an answer of this process, its times in ms, and the most memory in MB; without the processes beside it, which wait."""
    Path("/proc/self/clear_refs").write_text("5")
    start, used = time.perf_counter(), time.process_time()
    answer = work()
    wall, cpu = (time.perf_counter() - start) * 1000, (time.process_time() - used) * 1000
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return answer, wall, cpu, int(line.split()[1]) / 1024


def measure(workspace: Workspace, runs: int, beside: dict[str, Beside]) -> None:
    """Ask everything in turns and print the table.

    Raises:
        Broken: two answers differ.
    """
    texts, frame = plain(*BOUNDS, DUCKDB), frame_of(workspace)
    named = ["ours", "plain", *beside]
    print(f"{'question':<36}" + "".join(f"{name:>9}{'cpu':>9}{'MB':>8}" for name in named) + f"{'ratio':>8}{'of cpu':>8}", flush=True)
    for name, work in ours().items():
        taken, answers, tree = {one: Taken() for one in named}, dict[str, Any](), parse_one(texts[name], read="duckdb")
        for run in range(runs + 1):  # the first one makes everybody warm
            for one in named:
                if one == "ours":
                    found = here(lambda work=work: work(workspace, frame))
                elif one == "plain":
                    found = here(lambda tree=tree: [tuple(row.values()) for row in workspace.warehouse.query(tree).to_pylist()])
                else:
                    found = beside[one].ask(name)
                answers[one] = found[0]
                if run and found[0] is not None:
                    taken[one].runs.append(found[1:])
        expected = sorted(answers["ours"])
        for one in named[1:]:
            if answers[one] is not None and told(name, answers[one]) != expected:
                raise Broken(f"{name}: {one} says something else.", where=f"{expected[:3]} and {told(name, answers[one])[:3]}")
        best = [min(taken[one].median(which) for one in named[1:] if one in ("plain", "clickhouse")) for which in (0, 1)]
        ratios = "".join(f"{taken['ours'].median(which) / best[which]:>8.2f}" for which in (0, 1))
        print(f"{name:<36}" + "".join(taken[one].show() if taken[one].runs else f"{'-':>26}" for one in named) + ratios, flush=True)


def main() -> None:
    """Build what is not there, start the engines, measure and print."""
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else RUNS
    rows = int(sys.argv[3]) if len(sys.argv) > 3 else ROWS
    wanted = sys.argv[4].split(",") if len(sys.argv) > 4 else [*ENGINES]
    with tempfile.TemporaryDirectory(prefix="windsock-") as temporary:
        home = Path(sys.argv[1] if len(sys.argv) > 1 else f"{temporary}/home").expanduser()
        if not home.is_dir():
            make(home, rows)
        found = [name for name in wanted if name in ENGINES and importlib.util.find_spec(ENGINES[name][0]) is not None]
        for name in [name for name in wanted if name not in found]:
            print(f"{name}: not installed here, left out")
        with open_workspace(home, own=True) as workspace:
            export(workspace, Path(temporary))
            text = "SELECT COUNT(*) AS events, COUNT(DISTINCT did) AS visitors, (SELECT COUNT(*) FROM alias) AS merged FROM event"
            counted = workspace.warehouse.query(parse_one(text)).to_pylist()[0]
            versions = ", ".join(f"{package} {version(package)}" for package in ("duckdb", *(ENGINES[name][0] for name in found)))
            print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {versions}; {counted}")
            limits = workspace.settings.warehouse
            print(f"memory limit {limits.memory_limit}, {limits.threads} threads, load {os.getloadavg()[0]:.1f}")
            beside = {name: Beside(name, Path(temporary), BOUNDS) for name in found}
            try:
                measure(workspace, runs, beside)
            finally:
                for engine in beside.values():
                    engine.close()


if __name__ == "__main__":
    main()
