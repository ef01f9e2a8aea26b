"""How long the metric library takes to answer, beside the plain SQL that a person would write for the same question.

Usage: python bench/ask_metrics.py [HOME]      (a workspace of `windsock demo`; ~/.windsock/demo without HOME)

Prints the median and the 95th percentile of 15 runs of each question, in ms, both sides in one run on the same open warehouse, and the
ratio of the medians. The library's side includes parsing, compiling, two small look-ups (sources, currencies) and exact decimals.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from sqlglot import parse_one

from windsock.kernel.period import Period
from windsock.metrics import MetricQuery, answer
from windsock.metrics.queries import source_marks
from windsock.metrics.standup.today import compose
from windsock.metrics.tree import revenue_tree
from windsock.warehouse import Value
from windsock.workspace import open_workspace

RUNS = 15


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return median and 95th percentile in ms."""
    work()
    taken: list[float] = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


PLAIN = {
    "booked": """SELECT sales_channel, booked_date, sum(booked_amount) FROM order_line
        WHERE known_to_ms IS NULL AND booked_date BETWEEN $first AND $last GROUP BY ALL""",
    "orders": """SELECT sales_channel, count(DISTINCT order_key) FROM order_line
        WHERE known_to_ms IS NULL AND booked_date BETWEEN $first AND $last GROUP BY ALL""",
    "uv": """SELECT e.device, (e.ts_ms + 28800000) // 86400000, count(DISTINCT coalesce(a.pid, e.did)) FROM event e
        LEFT JOIN alias a ON a.did = e.did AND a.known_to_ms IS NULL
        WHERE e.ts_ms >= $low AND e.ts_ms < $high AND e.event IN ('page_view', 'screen_view', 'app_start')
        AND NOT coalesce(e.bot, FALSE) AND NOT coalesce(e.internal, FALSE) GROUP BY ALL""",
    "payment": """SELECT provider, device, count(*) FILTER (WHERE event = 'payment_succeeded') / count(*) FILTER (WHERE event = 'payment_attempted')
        FROM event WHERE ts_ms >= $low AND ts_ms < $high AND NOT coalesce(bot, FALSE) AND NOT coalesce(internal, FALSE) GROUP BY ALL""",
    "nights": """SELECT l.property, date_trunc('month', d.travel_date), sum(d.amount) FROM travel_day d JOIN order_line l USING (order_key, line_no)
        WHERE d.known_to_ms IS NULL AND l.known_to_ms IS NULL AND l.kind = 'hotel' AND NOT l.cancelled
        AND d.travel_date BETWEEN $first AND $last GROUP BY ALL""",
}


def questions(last: dt.date) -> list[tuple[str, MetricQuery, str]]:
    """Return questions with the name of the plain SQL for the same figures; a year or a month that ends on a date."""
    year, month = Period(last.replace(year=last.year - 1), last), Period(last.replace(day=1), last)
    channel = ("sales_channel",)
    return [
        ("booked amount by day and channel, a year", MetricQuery(("booked_amount",), year, channel, grain="day", limit=10_000), "booked"),
        ("orders (distinct) by channel, a year", MetricQuery(("orders",), year, channel), "orders"),
        ("exact visitors by day and device, a month", MetricQuery(("uv",), month, ("device",), grain="day"), "uv"),
        ("payment success by provider and device, a month", MetricQuery(("payment_success_rate",), month, ("provider", "device")), "payment"),
        (
            "room revenue by property and month of the night",
            MetricQuery(("room_revenue",), year, ("property",), grain="month", clock="night"),
            "nights",
        ),
    ]


def values(sql: str, period: Period, zone: str) -> dict[str, Value]:
    """Return those values that a plain statement names."""
    low, high = period.bounds_ms(zone)
    known: dict[str, Value] = {"first": period.start, "last": period.end, "low": low, "high": high}
    return {name: value for name, value in known.items() if f"${name}" in sql}


def main() -> None:
    """Measure and print."""
    home = Path(sys.argv[1] if len(sys.argv) > 1 else "~/.windsock/demo").expanduser()
    if not home.is_dir():
        print(f"bench/ask_metrics.py: no workspace in {home}: make one with `windsock demo --no-serve`.")
        return
    with open_workspace(home, own=True) as workspace:
        counted = workspace.warehouse.query(parse_one("SELECT (SELECT count(*) FROM order_line) AS lines, (SELECT count(*) FROM event) AS events"))
        print(
            f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, duckdb {version('duckdb')}; {counted.to_pylist()[0]}"
        )
        print(f"{'question':<52}{'library p50':>12}{'p95':>8}{'plain p50':>11}{'ratio':>7}")
        last = workspace.warehouse.query(parse_one("SELECT max(booked_date) AS d FROM order_line"))["d"][0].as_py()
        for name, query, plain_name in questions(last):
            ours = timed(lambda query=query: answer(workspace, query))
            sql = PLAIN[plain_name]
            statement, given = parse_one(sql, read="duckdb"), values(sql, query.period, workspace.zone)
            plain = timed(lambda statement=statement, given=given: workspace.warehouse.query(statement, given).to_pylist())
            print(f"{name:<52}{ours[0]:>12.0f}{ours[1]:>8.0f}{plain[0]:>11.0f}{ours[0] / plain[0]:>7.2f}")
        month = Period(last.replace(day=1), last)
        for name, work in (
            ("the revenue tree of a month", lambda: revenue_tree(workspace, month.previous(), month)),
            ("the page Today, composed anew", lambda: compose(workspace, source_marks(workspace.warehouse), last, workspace.clock.now_ms())),
        ):
            middle, high = timed(work)
            print(f"{name:<52}{middle:>12.0f}{high:>8.0f}{'-':>11}{'-':>7}")


if __name__ == "__main__":
    main()
