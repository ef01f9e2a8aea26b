"""How long analyses of behaviour take over 20 million events, the funnel beside the plain SQL that a person would write for the same question.

Usage: python bench/ask_analyses.py [HOME] [RUNS] [ROWS]      (HOME as ``ask_20m.py`` makes it; 3 runs, 20,000,000 rows without numbers)

The funnel has five steps in seven days over 59 days, all visitors, a tenth of them merged, without robots and internal traffic; once with all
events, once with a test of a property on one step. The plain statement carries the latest start from step to step by windows over each person's
events, which is the fastest form we know in this engine; both sides' counts must be equal, else the run fails. The others are asked alone.
Figures are the median of the runs in ms, wall and processor time of all threads.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ask_20m import FIRST, FIRST_MS, ROWS, build
from sqlglot import parse_one

from windsock.analyses import (
    ask_attribution,
    ask_distribution,
    ask_funnel,
    ask_interval,
    ask_lifecycle,
    ask_paths,
    ask_retention,
    ask_stickiness,
    read_activity,
    read_attribution,
    read_distribution,
    read_funnel,
    read_interval,
    read_paths,
    read_retention,
)
from windsock.conditions import Frame, frame_of
from windsock.kernel.errors import Broken
from windsock.workspace import Workspace, open_workspace

RUNS = 3
STEPS = ("search", "list_view", "detail_view", "checkout", "payment_succeeded")
WEEK_MS = 7 * 86_400_000
PERIOD = {"from": FIRST.replace(day=2).isoformat(), "to": "2026-02-28"}
_LOW_MS, _HIGH_MS = FIRST_MS + 86_400_000 - 28_800_000, FIRST_MS + 59 * 86_400_000 - 28_800_000
_TESTED = "json_extract_string(e.properties, '$.\"step\"') = 's1'"


def plain_funnel(*, tested: bool) -> str:
    """Return the plain statement: how many people reached each step."""
    names = ", ".join(f"'{name}'" for name in STEPS)
    third = f" AND (e.event <> 'detail_view' OR {_TESTED})" if tested else ""
    parts = [
        f"""e AS (SELECT COALESCE(a.pid, e.did) AS p, e.ts_ms AS t, e.event FROM event AS e LEFT JOIN alias AS a ON a.did = e.did
        AND a.known_to_ms IS NULL WHERE e.ts_ms >= {_LOW_MS} AND e.ts_ms < {_HIGH_MS + WEEK_MS} AND e.event IN ({names}) AND NOT e.did IS NULL
        AND NOT COALESCE(e.bot, FALSE) AND NOT COALESCE(e.internal, FALSE) AND e.analytics_ok IS NOT FALSE{third}),
        s0 AS (SELECT *, CASE WHEN event = 'search' AND t < {_HIGH_MS} THEN t END AS r0 FROM e)"""  # noqa: S608 - constants of this file
    ]
    for step, name in enumerate(STEPS[1:], 1):
        before = f"MAX(r{step - 1}) OVER (PARTITION BY p ORDER BY t RANGE UNBOUNDED PRECEDING)"
        parts.append(
            f"""a{step} AS (SELECT *, {before} AS b{step} FROM s{step - 1}),
            s{step} AS (SELECT *, CASE WHEN event = '{name}' AND t - b{step} <= {WEEK_MS} THEN b{step} END AS r{step} FROM a{step})"""  # noqa: S608 - as above
        )
    counts = ", ".join(f"COUNT(DISTINCT CASE WHEN NOT r{step} IS NULL THEN p END) AS n{step}" for step in range(len(STEPS)))
    return f"WITH {', '.join(parts)} SELECT {counts} FROM s{len(STEPS) - 1}"  # noqa: S608 - as above


def funnel(*, tested: bool) -> dict[str, Any]:
    """Return the definition of the same."""
    steps: list[Any] = [*STEPS]
    if tested:
        steps[2] = {"event": "detail_view", "where": [{"field": "properties.step", "value": "s1"}]}
    return {"steps": steps, "window": "7 days", "period": PERIOD}


def others() -> list[tuple[str, Callable[[Workspace, Frame], object]]]:
    """Return what is asked alone."""
    retention = read_retention({"start": "app_start", "return": "*", "grain": "week", "cells": 6, "starts": "first", "period": PERIOD})
    activity = read_activity({"event": "*", "by": "week", "period": PERIOD}, "lifecycle")
    sticky = read_activity({"event": "*", "by": "week", "period": PERIOD}, "stickiness")
    paths = read_paths({"events": [*STEPS], "start": "search", "steps": 5, "period": {"from": "2026-02-20", "to": "2026-02-28"}})
    interval = read_interval({"from": "search", "to": "checkout", "window": "1 day", "period": PERIOD})
    spread = read_distribution({"event": "search", "of": "times", "period": PERIOD})
    credit = read_attribution({"conversion": "payment_succeeded", "touches": ["page_view", "app_start"], "by": "sales_channel", "period": PERIOD})
    return [
        ("retention by week, 6 cells, first starts", lambda workspace, frame: ask_retention(workspace.warehouse, retention, frame)),
        ("life cycle by week", lambda workspace, frame: ask_lifecycle(workspace.warehouse, activity, frame)),
        ("stickiness by week", lambda workspace, frame: ask_stickiness(workspace.warehouse, sticky, frame)),
        ("paths of five steps, nine days", lambda workspace, frame: ask_paths(workspace.warehouse, paths, frame)),
        ("interval from search to checkout", lambda workspace, frame: ask_interval(workspace.warehouse, interval, frame)),
        ("distribution of searches", lambda workspace, frame: ask_distribution(workspace.warehouse, spread, frame)),
        ("attribution by eight models, 30 days back", lambda workspace, frame: ask_attribution(workspace.warehouse, credit, frame)),
    ]


def timed(runs: int, work: Callable[[], object]) -> tuple[float, float]:
    """Return the median wall and processor time, in ms."""
    wall: list[float] = []
    cpu: list[float] = []
    for _ in range(runs):
        start, used = time.perf_counter(), time.process_time()
        work()
        wall.append((time.perf_counter() - start) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    return statistics.median(wall), statistics.median(cpu)


def measure(workspace: Workspace, runs: int) -> None:
    """Ask everything and print the table.

    Raises:
        Broken: a funnel differs from the plain statement.
    """
    frame = frame_of(workspace)
    print(f"{'question':<46}{'wall':>9}{'cpu':>9}{'plain':>9}{'cpu':>9}{'ratio':>7}   ms")
    for tested in (False, True):
        asked, plain = read_funnel(funnel(tested=tested)), parse_one(plain_funnel(tested=tested), read="duckdb")
        counts = tuple(workspace.warehouse.query(plain).to_pylist()[0].values())
        found = ask_funnel(workspace.warehouse, asked, frame).total.counts
        if counts != found:
            raise Broken("The funnel is not that of the plain statement.", where=f"{found} and {counts}")
        ours = timed(runs, lambda asked=asked: ask_funnel(workspace.warehouse, asked, frame))
        theirs = timed(runs, lambda plain=plain: workspace.warehouse.query(plain))
        name = f"funnel of five steps{', a property tested' if tested else ''}"
        print(f"{name:<46}{ours[0]:>9.0f}{ours[1]:>9.0f}{theirs[0]:>9.0f}{theirs[1]:>9.0f}{ours[0] / theirs[0]:>7.2f}   {found}", flush=True)
    for name, work in others():
        wall, cpu = timed(runs, lambda work=work: work(workspace, frame))
        print(f"{name:<46}{wall:>9.0f}{cpu:>9.0f}", flush=True)


def main() -> None:
    """Build what is not there, measure and print."""
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else RUNS
    rows = int(sys.argv[3]) if len(sys.argv) > 3 else ROWS
    with tempfile.TemporaryDirectory(prefix="windsock-") as temporary:
        home = Path(sys.argv[1] if len(sys.argv) > 1 else f"{temporary}/home").expanduser()
        if not home.is_dir():
            build(home, rows)
        with open_workspace(home, own=True) as workspace:
            counted = workspace.warehouse.query(parse_one("SELECT COUNT(*) AS events, COUNT(DISTINCT did) AS visitors FROM event")).to_pylist()[0]
            print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, duckdb {version('duckdb')}; {counted}")
            measure(workspace, runs)


if __name__ == "__main__":
    main()
