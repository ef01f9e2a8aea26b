"""How long analyses of behaviour take over 20 million events, the funnel beside the plain SQL that a person would write for the same question.

Usage: python bench/ask_analyses.py [HOME] [RUNS] [ROWS] [--funnels] [--plainly]      (HOME as ``ask_20m.py`` makes it; 3 runs, 20,000,000 rows
without numbers; ``--funnels``: nothing else; ``--plainly``: as where the extra ``fast`` is not installed)

The funnel has five steps in seven days over 59 days, all visitors, a tenth of them merged, without robots and internal traffic; once with all
events, once with a test of a property on one step. It is asked with nothing kept (``first time``), at once again, and after a load into an hour of
the last day. Beside it the plain statement, which carries the latest start from step to step by windows over each person's events, and where chdb
is installed ``windowFunnel`` of ClickHouse's engine (see ``beside_clickhouse``); all counts must be equal, else the run fails. All of them are
asked in turns. The others are asked alone. Figures are the median of the runs in ms, wall and processor time of all threads.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ask_20m import FIRST, FIRST_MS, ROWS, build
from beside_clickhouse import ClickHouse, window_funnel
from sqlglot import parse_one

from windsock.analyses import (
    Funnel,
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
from windsock.warehouse import LocalWarehouse, statement
from windsock.workspace import Workspace, open_workspace

RUNS = 3
_TOUCHED = statement(
    """
    INSERT INTO dirty_hour BY NAME
    SELECT CAST(make_timestamp(CAST($hour AS BIGINT) * 1000) AS DATE) AS dt, CAST($hour AS BIGINT) AS hour_ms, 'site' AS source, 1 AS events
    """
)
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


def timed(runs: int, *works: Callable[[], object]) -> list[tuple[float, float]]:
    """Return for each work the median wall and processor time, in ms; they are done in turns."""
    wall: list[list[float]] = [[] for _ in works]
    cpu: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for number, work in enumerate(works):
            start, used = time.perf_counter(), time.process_time()
            work()
            wall[number].append((time.perf_counter() - start) * 1000)
            cpu[number].append((time.process_time() - used) * 1000)
    return [(statistics.median(one), statistics.median(other)) for one, other in zip(wall, cpu, strict=True)]


def funnels(workspace: Workspace, runs: int, folder: Path) -> None:
    """Ask the funnels in turns with the plain statement and, where chdb is installed, with ClickHouse's engine, and print the table.

    Raises:
        Broken: somebody's counts differ.
    """
    frame, local = frame_of(workspace), workspace.warehouse
    assert isinstance(local, LocalWarehouse)  # noqa: S101 - it was opened so
    try:
        other = ClickHouse(workspace, folder, _HIGH_MS - 2 * 86_400_000)
    except ImportError:
        other = None
    print(
        f"{'funnel of five steps':<32}"
        + "".join(f"{name:>15}{'cpu':>7}" for name in ("first time", "again", "after a load", "plain SQL", "windowFunnel"))
    )
    for tested in (False, True):
        asked, plain = read_funnel(funnel(tested=tested)), parse_one(plain_funnel(tested=tested), read="duckdb")
        there = window_funnel(STEPS, (_LOW_MS, _HIGH_MS, WEEK_MS), "s1" if tested else None)

        def ours(asked: Funnel = asked) -> tuple[int, ...]:
            return ask_funnel(local, asked, frame).total.counts

        def first(ours: Callable[[], object] = ours) -> None:
            local.forget_keys()
            ours()

        def loaded(ours: Callable[[], object] = ours) -> None:
            with local.transaction() as tx:
                tx.execute(_TOUCHED, {"hour": (_HIGH_MS // 3_600_000 - 1) * 3_600_000})
            ours()

        found = ours()
        counts = tuple(local.query(plain).to_pylist()[0].values())
        beside = found if other is None else tuple(int(count) for count in other.ask(there).split(","))
        if not counts == found == beside:
            raise Broken("The funnels differ.", where=f"{found}, {counts}, {beside}")
        works: list[Callable[[], object]] = [first, ours, loaded, lambda plain=plain: local.query(plain)]
        works += [] if other is None else [lambda there=there, other=other: other.ask(there)]
        taken = timed(runs, *works)
        name = "a property tested on one step" if tested else "all events"
        ratios = "" if other is None else "   of windowFunnel: " + ", ".join(f"{one[0] / taken[-1][0]:.2f}" for one in taken[:3])
        print(f"{name:<32}" + "".join(f"{wall:>15.0f}{cpu:>7.0f}" for wall, cpu in taken) + ratios + f"   {found}", flush=True)
    for more in ({"trend": "day"}, {"breakdown": {"field": "sales_channel", "step": 1}}, {"count": "entries"}, {"each_within": "1 day"}):
        asked = read_funnel(funnel(tested=False) | more)
        wall, cpu = timed(runs, lambda asked=asked: ask_funnel(local, asked, frame))[0]
        print(f"{json.dumps(more)[:60]:<62}{wall:>7.0f}{cpu:>7.0f}", flush=True)
    print(f"most memory of the process so far: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB", flush=True)


def measure(workspace: Workspace, runs: int) -> None:
    """Ask everything else and print the table."""
    frame = frame_of(workspace)
    print(f"{'question':<46}{'wall':>9}{'cpu':>9}   ms")
    for name, work in others():
        wall, cpu = timed(runs, lambda work=work: work(workspace, frame))[0]
        print(f"{name:<46}{wall:>9.0f}{cpu:>9.0f}", flush=True)


def main() -> None:
    """Build what is not there, measure and print."""
    given = [word for word in sys.argv[1:] if not word.startswith("--")]
    runs = int(given[1]) if len(given) > 1 else RUNS
    rows = int(given[2]) if len(given) > 2 else ROWS
    if "--plainly" in sys.argv:
        sys.modules["numba"] = None  # type: ignore[assignment] - as where the extra is not installed
    with tempfile.TemporaryDirectory(prefix="windsock-") as temporary:
        home = Path(given[0] if given else f"{temporary}/home").expanduser()
        if not home.is_dir():
            build(home, rows)
        with open_workspace(home, own=True) as workspace:
            counted = workspace.warehouse.query(parse_one("SELECT COUNT(*) AS events, COUNT(DISTINCT did) AS visitors FROM event")).to_pylist()[0]
            print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, duckdb {version('duckdb')}; {counted}")
            funnels(workspace, runs, Path(temporary))
            if "--funnels" not in sys.argv:
                measure(workspace, runs)


if __name__ == "__main__":
    main()
