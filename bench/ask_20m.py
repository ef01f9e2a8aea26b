"""How long the metric library takes over 20 million events, beside the plain SQL that a person would write for the same question.

Usage: python bench/ask_20m.py [HOME] [RUNS] [ROWS]      (HOME is made when it is not there; 20 runs, 20,000,000 rows without numbers)

The events are made by the engine, in the order of time: 60 days, 1,000,000 visitors of whom few come often, sessions of one visitor, channel
and device, a tenth of the visitors merged into another, one in twenty events by a robot. Each question is asked so many times by both sides in
turns, on the same open warehouse with the same settings; the figures of both must be equal, else the run fails. Before each time what is kept of
answers is thrown away, so that the question is cold; ``again`` is the same question before anything is written. The library's side is all that
a caller of Python waits for: the look at the definitions, compiling, running, evaluating, notes. Then the events are rolled up, and the library
is asked the same again, and once more with one hour that is not clean. That hour is rolled up. Last, each question is asked again after a load
of 100 events of the last day, with which an id that has visited before signs in as somebody else (``written``): its days and the last one are
asked anew, the others are kept. ``cpu`` is the processor time of all threads, the median: it says more than the clock where others use the machine.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
from sqlglot import parse_one

from windsock.kernel.errors import Broken
from windsock.kernel.period import Period
from windsock.metrics import MetricQuery, answer
from windsock.metrics.kept import forget_answers
from windsock.metrics.rollup import forget, roll
from windsock.tracking import COLUMNS, load_events
from windsock.warehouse import Value, statement
from windsock.workspace import Workspace, create_workspace, open_workspace

ROWS, PIECE, RUNS = 20_000_000, 1_000_000, 20
DAYS, VISITORS = 60, 1_000_000
FIRST = dt.date(2026, 1, 1)
FIRST_MS = 1_767_225_600_000
MERGED = VISITORS // 10

# What looks random is the engine's hash of a number, the same on every machine. A session is six events near each other.
_MAKE = statement(
    """
    INSERT INTO event BY NAME
    WITH numbered AS (
        SELECT i, (i // 48) * 8 + i % 8 AS session FROM range($start, $until) AS r(i)
    ), drawn AS (
        SELECT i, session, CAST(hash(session) % 1000003 AS BIGINT) AS one, CAST(hash(-1 - session) % 65537 AS BIGINT) AS two,
            CAST(hash(i) % 2147483647 AS BIGINT) AS three
        FROM numbered
    )
    SELECT CAST(1 + floor(power(one / 1000003.0, 2) * $visitors) AS BIGINT) AS did, CAST($first + i * $step AS BIGINT) AS ts_ms,
        CAST(make_timestamp(CAST($first + i * $step AS BIGINT) * 1000) AS DATE) AS dt,
        CASE WHEN three % 100 < 40 THEN 'page_view' WHEN three % 100 < 55 THEN 'screen_view' WHEN three % 100 < 60 THEN 'app_start'
            WHEN three % 100 < 75 THEN 'search' WHEN three % 100 < 85 THEN 'list_view' WHEN three % 100 < 93 THEN 'detail_view'
            WHEN three % 100 < 96 THEN 'checkout' WHEN three % 100 < 98 THEN 'payment_attempted' WHEN three % 100 < 99 THEN 'payment_succeeded'
            ELSE 'error_shown' END AS event,
        'site' AS source, ['web', 'app', 'mini_program', 'h5', 'call_centre', 'ota'][1 + two % 6] AS channel,
        ['android', 'ios', 'desktop', 'tablet'][1 + (two // 6) % 4] AS device, 'p' || (two % 3) AS platform,
        ['PEK-SHA', 'CAN-CTU', 'SZX-XIY', 'SHA-HKG', 'CTU-LXA', NULL][1 + three % 6] AS route,
        ['CN', 'HK', 'SG', 'JP'][1 + (two // 24) % 4] AS country,
        session AS session_id, two % 20 = 0 AS bot, two % 199 = 0 AS internal, CAST($first + i * $step AS BIGINT) AS client_ms,
        CAST($first + i * $step AS BIGINT) AS received_ms, three AS key_hi, i AS key_lo, 'batch' AS batch_id,
        '{"page":"p' || (three % 1000) || '","step":"s' || (three % 5) || '"}' AS properties, 0 AS known_from_ms, 'server' AS trust
    FROM drawn
    """
)
_ALIAS = statement(
    """
    INSERT INTO alias BY NAME
    SELECT 1 + n * 7 AS did, 1 + n * 7 + 1 + n % 5 AS pid, 0 AS known_from_ms, CAST(NULL AS BIGINT) AS known_to_ms FROM range($merged) AS r(n)
    """
)
_MARKS = statement(
    """
    INSERT INTO dirty_hour BY NAME
    SELECT dt, ts_ms // 3600000 * 3600000 AS hour_ms, source, count(*) AS events, 0 AS late, 0 AS known_from_ms FROM event GROUP BY 1, 2, 3
    """
)
_LATE = statement(
    """
    INSERT INTO dirty_hour BY NAME
    SELECT CAST(make_timestamp(CAST($hour AS BIGINT) * 1000) AS DATE) AS dt, CAST($hour AS BIGINT) AS hour_ms, 'site' AS source, 1 AS events
    """
)
# Ids that have visited and may sign in: the visitor d as the user d / 10, neither of whom was merged. One number far above all others is taken,
# so that ids which come new get numbers of their own.
_IDS = statement(
    """
    INSERT INTO identity BY NAME
    SELECT did, 'anon' AS namespace, 'v' || did AS id, $first AS first_ms, 0 AS known_from_ms FROM (
        SELECT DISTINCT did FROM event WHERE did % 70 = 0 AND did >= 100000 AND dt = CAST('2026-01-20' AS DATE) AND NOT bot
    )
    UNION ALL SELECT n * 7, 'login', 'u' || (n * 7), $first, 0 FROM range(1, 15000) AS r(n)
    UNION ALL SELECT $visitors * 2, 'anon', 'the last', $first, 0
    """
)
_STRANGERS = statement(
    """
    SELECT i.did FROM identity AS i ANTI JOIN (SELECT did FROM alias UNION SELECT pid FROM alias) AS a ON a.did = i.did
    WHERE i.namespace = 'anon' AND i.did >= 100000 AND i.did < $visitors ORDER BY hash(i.did)
    """
)
_SOURCE = statement("INSERT INTO source BY NAME SELECT 'site' AS source, 'events' AS kind, 'Site' AS name, $until AS complete_until_ms")
_NOT_PEOPLE = "NOT coalesce(e.bot, FALSE) AND NOT coalesce(e.internal, FALSE)"
_IN_TIME = "e.ts_ms >= $low AND e.ts_ms < $high"
_DAY = "CAST('1970-01-01' AS DATE) + CAST((e.ts_ms + 28800000) // 86400000 AS INT)"
_HOUR = "CAST((e.ts_ms + 28800000) // 3600000 % 24 AS INT)"
_PAGE = f"""SELECT e.channel AS cut, {{bucket}} AS bucket, count(*) AS value FROM event e
    WHERE {_IN_TIME} AND e.event IN ('page_view', 'screen_view') AND {_NOT_PEOPLE} GROUP BY ALL"""  # noqa: S608 - constants of this file
_UV = f"""SELECT e.channel AS cut, {{bucket}} AS bucket, count(DISTINCT coalesce(a.pid, e.did)) AS value FROM event e
    LEFT JOIN alias a ON a.did = e.did AND a.known_to_ms IS NULL
    WHERE {_IN_TIME} AND e.event IN ('page_view', 'screen_view', 'app_start') AND {_NOT_PEOPLE} AND e.analytics_ok IS NOT FALSE
    GROUP BY ALL"""  # noqa: S608 - as above


@dataclass(frozen=True)
class Question:
    """A question and the plain SQL for the same figures."""

    name: str
    query: MetricQuery
    plain: str


def build(home: Path, rows: int) -> None:
    """Make the workspace and its events."""
    create_workspace(home, name="Twenty million", timezone="Asia/Shanghai", currency="CNY", language="en")
    step = DAYS * 86_400_000 / rows
    with open_workspace(home, own=True) as workspace:
        for start in range(0, rows, PIECE):
            until = min(start + PIECE, rows)
            with workspace.warehouse.transaction() as tx:
                tx.execute(_MAKE, {"start": start, "until": until, "visitors": VISITORS, "first": FIRST_MS, "step": step})
        with workspace.warehouse.transaction() as tx:
            tx.execute(_MARKS)
            tx.execute(_ALIAS, {"merged": MERGED})
            tx.execute(_SOURCE, {"until": FIRST_MS + DAYS * 86_400_000})


def questions() -> list[Question]:
    """Return what is asked: all days that are whole in the workspace's zone, and the hours of the last of them."""
    period = Period(FIRST + dt.timedelta(days=1), FIRST + dt.timedelta(days=DAYS - 1))
    last = Period(period.end, period.end)
    found: list[Question] = []
    for metric, plain in (("page_views", _PAGE), ("uv", _UV)):
        by_day = MetricQuery((metric,), period, ("sales_channel",), grain="day", limit=10_000)
        by_hour = MetricQuery((metric,), last, ("sales_channel", "hour"), limit=10_000)
        found.append(Question(f"{metric} by day and channel, {period.days} days", by_day, plain.format(bucket=_DAY)))
        found.append(Question(f"{metric} by hour and channel, a day", by_hour, plain.format(bucket=_HOUR)))
    return found


def bounds(period: Period) -> dict[str, Value]:
    """Return the period as the plain statements name it."""
    low, high = period.bounds_ms("Asia/Shanghai")
    return {"low": low, "high": high}


@dataclass(frozen=True)
class Taken:
    """How long something took: wall and processor time in ms, a run each."""

    wall: list[float]
    cpu: list[float]

    def show(self) -> str:
        """Return the median and the 95th percentile of the clock, and the median of the processor time."""
        return f"{statistics.median(self.wall):>8.0f}{statistics.quantiles(self.wall, n=20)[-1]:>8.0f}{statistics.median(self.cpu):>8.0f}"

    def add(self, work: Callable[[], object]) -> None:
        """Do it once more."""
        start, used = time.perf_counter(), time.process_time()
        work()
        self.wall.append((time.perf_counter() - start) * 1000)
        self.cpu.append((time.process_time() - used) * 1000)


def expect_equal(workspace: Workspace, question: Question) -> None:
    """Compare both sides' figures.

    Raises:
        Broken: they differ.
    """
    metric, bucket = question.query.metrics[0], "period" if question.query.grain == "day" else "hour"
    ours = {(row["sales_channel"], str(row[bucket])): row[metric] for row in answer(workspace, question.query).rows if row[metric]}
    rows = workspace.warehouse.query(parse_one(question.plain, read="duckdb"), bounds(question.query.period)).to_pylist()
    if ours != {(row["cut"], str(row["bucket"])): row["value"] for row in rows}:
        raise Broken(f"{question.name}: the library's figures are not those of the plain statement.")


def measure(workspace: Workspace, runs: int, *, beside: bool = True) -> None:
    """Ask everything and print the table, beside the plain statements or alone."""
    print(
        f"{'question':<42}{'p50':>8}{'p95':>8}{'cpu':>8}{'again':>8}{'p95':>8}{'cpu':>8}"
        + (f"{'plain':>9}{'p95':>7}{'cpu':>8}{'ratio':>7}{'of cpu':>8}" if beside else "")
        + "   ms"
    )
    for question in questions():
        tree, given = parse_one(question.plain, read="duckdb"), bounds(question.query.period)
        expect_equal(workspace, question)
        ours, plain, again = Taken([], []), Taken([], []), Taken([], [])
        for _ in range(runs):
            forget_answers(workspace.warehouse)
            ours.add(lambda question=question: answer(workspace, question.query))
            again.add(lambda question=question: answer(workspace, question.query))
            if beside:
                plain.add(lambda tree=tree, given=given: workspace.warehouse.query(tree, given).to_pylist())
        ratios = [statistics.median(one) / statistics.median(other) for one, other in ((ours.wall, plain.wall), (ours.cpu, plain.cpu)) if other]
        shown = f"{plain.show()}{ratios[0]:>7.2f}{ratios[1]:>8.2f}" if beside else ""
        print(f"{question.name:<42}{ours.show()}{again.show()}{shown}", flush=True)


class Writer:
    """Loads a few events of the last day each time, among them somebody who signs in."""

    def __init__(self, workspace: Workspace) -> None:
        """Make ids known by name, once, and find those that have not signed in."""
        self._workspace, self._loads = workspace, 0
        if not workspace.warehouse.query(parse_one("SELECT 1 AS one FROM identity LIMIT 1")).num_rows:
            with workspace.warehouse.transaction() as tx:
                tx.execute(_IDS, {"first": FIRST_MS, "visitors": VISITORS})
        self._strangers: list[int] = workspace.warehouse.query(_STRANGERS, {"visitors": VISITORS})["did"].to_pylist()

    def write(self) -> None:
        """Load 100 events as the inbox's stream does.

        Raises:
            Broken: not all were stored, or nobody was joined.
        """
        did, now = self._strangers.pop(), time.time_ns() // 1_000_000
        self._loads += 1
        at = FIRST_MS + (DAYS - 1) * 86_400_000 - 30 * 60_000 + self._loads * 1_000
        visits = [{"message_id": f"{now}.{number}", "anonymous_id": f"s{number}", "client_ms": at + number} for number in range(99)]
        signs_in = {"message_id": f"{now}.in", "anonymous_id": f"v{did}", "user_id": f"u{did // 10}", "client_ms": at}
        rows = [{"event": "page_view", "channel": "web", "received_ms": row["client_ms"], **row} for row in (*visits, signs_in)]
        events = pa.Table.from_pylist([{**dict.fromkeys(COLUMNS.names), **row} for row in rows], schema=COLUMNS)
        before = self._workspace.warehouse.version()
        with self._workspace.warehouse.transaction() as tx:
            report = load_events(tx, "site", "live", events, now, trust="server")
        if report.stored != len(rows) or did not in self._workspace.warehouse.changes(before).ids:
            raise Broken("The load did not store all, or joined nobody.", where=str(report))


def measure_written(workspace: Workspace, runs: int) -> None:
    """Ask everything again, each time after a small load, and print the table."""
    writer = Writer(workspace)
    print(f"{'question':<42}{'written':>8}{'p95':>8}{'cpu':>8}   ms")
    for question in questions():
        answer(workspace, question.query)
        written = Taken([], [])
        for _ in range(runs):
            writer.write()
            written.add(lambda question=question: answer(workspace, question.query))
        expect_equal(workspace, question)
        print(f"{question.name:<42}{written.show()}", flush=True)


def roll_up(workspace: Workspace) -> None:
    """Roll up all hours and say how long it took and how many rows it made."""
    whole = Taken([], [])
    whole.add(lambda: [None for _ in iter(lambda: roll(workspace), 0)])
    sizes = "SELECT (SELECT count(*) FROM event_hour) AS event_hour, (SELECT count(*) FROM visit_hour) AS visit_hour"
    made = workspace.warehouse.query(parse_one(sizes)).to_pylist()[0]
    print(f"rolled up in {whole.wall[0] / 1000:.0f} s, {whole.cpu[0] / 1000:.0f} s of processor time: {made}")


def main() -> None:
    """Build what is not there, measure and print."""
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else RUNS
    rows = int(sys.argv[3]) if len(sys.argv) > 3 else ROWS
    with tempfile.TemporaryDirectory(prefix="windsock-") as temporary:
        home = Path(sys.argv[1] if len(sys.argv) > 1 else f"{temporary}/home").expanduser()
        if not home.is_dir():
            build(home, rows)
        with open_workspace(home, own=True) as workspace:
            counted = workspace.warehouse.query(
                parse_one("SELECT count(*) AS events, count(DISTINCT did) AS visitors, (SELECT count(*) FROM alias) AS merged FROM event")
            ).to_pylist()[0]
            print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, duckdb {version('duckdb')}; {counted}")
            forget(workspace)
            print("from the events")
            measure(workspace, runs)
            roll_up(workspace)
            print("from the roll-ups")
            measure(workspace, runs, beside=False)
            with workspace.warehouse.transaction() as tx:
                tx.execute(_LATE, {"hour": FIRST_MS + (DAYS - 1) * 86_400_000})
            print("from the roll-ups, one hour of the last day marked anew")
            measure(workspace, runs, beside=False)
            roll_up(workspace)
            print("from the roll-ups, each time after a load of 100 events with somebody who signs in")
            measure_written(workspace, runs)


if __name__ == "__main__":
    main()
