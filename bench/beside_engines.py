"""Other engines in processes of their own, each asked the same questions over the same rows: for ``beside.py``.

A process has one engine, is given a folder with ``event.parquet`` (the columns that the questions read) and ``alias.parquet``, gets ready, and then
answers by name: (answer, wall and processor time in ms, most memory in MB). The text of a question is written once, with what engines say
differently as fields of ``Words``. Polars has the three questions that are one pass; the others are windows over all events, which it has no form
for that is worth showing.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from windsock.kernel.errors import Broken

ZONE_MS = 28_800_000
DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
STEPS = ("search", "list_view", "detail_view", "checkout", "payment_succeeded")
GAP_MS = 30 * 60_000
Answer = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Words:
    """What engines say differently.

    ``source`` is events ``e`` with what a person needs, ``person`` the expression for one, ``step`` a property's value.
    """

    source: str
    person: str
    step: str
    div: Callable[[str, int], str]
    mask: Callable[[str], str]
    whole: str = "BIGINT"
    lead_is_null: bool = True
    window_funnel: bool = False
    true_bot: str = "NOT COALESCE(e.bot, FALSE) AND NOT COALESCE(e.internal, FALSE) AND e.analytics_ok IS NOT FALSE"


DUCKDB = Words(
    "event AS e LEFT JOIN alias AS a ON a.did = e.did AND a.known_to_ms IS NULL", "COALESCE(a.pid, e.did)",
    """json_extract_string(e.properties, '$."step"')""", lambda text, by: f"(({text}) // {by})",
    lambda n: f"BIT_OR(CAST(1 AS BIGINT) << CAST({n} AS INT))",
)  # fmt: skip
CLICKHOUSE = Words(
    "event AS e", "dictGetOrDefault('other', 'pid', toUInt64(e.did), e.did)", "JSONExtractString(e.properties, 'step')",
    lambda text, by: f"intDiv({text}, {by})", lambda n: f"groupBitOr(bitShiftLeft(toUInt64(1), {n}))", "Int64",
    lead_is_null=False, window_funnel=True,
    true_bot="NOT e.bot AND NOT e.internal",
)  # fmt: skip
SPARK = Words(
    "event AS e LEFT JOIN alias AS a ON a.did = e.did AND a.known_to_ms IS NULL", "COALESCE(a.pid, e.did)", "get_json_object(e.properties, '$.step')",
    lambda text, by: f"(({text}) DIV {by})", lambda n: f"BIT_OR(SHIFTLEFT(CAST(1 AS BIGINT), CAST({n} AS INT)))",
)  # fmt: skip


def plain(low: int, high: int, said: Words) -> dict[str, str]:
    """Return the statements by question, for the starts of [low, high)."""
    day = said.div(f"e.ts_ms + {ZONE_MS}", DAY_MS)
    inside, counts = f"e.ts_ms >= {low} AND e.ts_ms < {high}", said.true_bot
    kinds = ", ".join(f"'{name}'" for name in STEPS)
    trend = f"""SELECT {day} AS d, e.channel AS c, COUNT(*) AS n FROM event AS e
        WHERE {inside} AND e.event IN ('page_view', 'screen_view') AND {counts} GROUP BY 1, 2"""  # noqa: S608 - constants of this file
    visitors = f"""SELECT {day} AS d, COUNT(DISTINCT {said.person}) AS n FROM {said.source}
        WHERE {inside} AND e.event IN ('page_view', 'screen_view', 'app_start') AND {counts} GROUP BY 1"""  # noqa: S608 - as above
    return {
        "trend by day and channel": trend,
        "exact visitors by day": visitors,
        "retention by day": _retention(low, high, said, (1, 0, 8)),
        "retention by week": _retention(low, high, said, (7, 3, 6)),
        "same route 3 times in 7 days": _often(low, high, said),
        "paths of five steps": _paths(low, high, said, kinds),
        "funnel of five, a property tested": _funnel(low, high, said, kinds),
    }


def _retention(low: int, high: int, said: Words, cells: tuple[int, int, int]) -> str:
    """First starts by day or week, and a mask of the cells in which people returned: (days of a cell, days from Thursday to its first day, cells)."""
    length, shift, most = cells
    unit = said.div(said.div(f"e.ts_ms + {ZONE_MS}", DAY_MS) + f" + {shift}", length)
    start = said.div(said.div(f"f.t0 + {ZONE_MS}", DAY_MS) + f" + {shift}", length)
    first = f"""SELECT {said.person} AS p, MIN(e.ts_ms) AS t0 FROM {said.source} WHERE e.event = 'app_start' AND {said.true_bot}
        GROUP BY 1 HAVING MIN(e.ts_ms) >= {low} AND MIN(e.ts_ms) < {high}"""  # noqa: S608 - as above
    marks = f"""SELECT f.p AS p, {start} AS c, {said.mask(f"{unit} - {start}")} AS m FROM {said.source} JOIN f ON f.p = {said.person}
        WHERE e.ts_ms >= f.t0 AND {said.true_bot} AND {unit} - {start} < {most} GROUP BY 1, 2"""  # noqa: S608 - as above
    return f"WITH f AS ({first}), k AS ({marks}) SELECT c, m, COUNT(*) AS n FROM k GROUP BY c, m"  # noqa: S608 - as above


def _often(low: int, high: int, said: Words) -> str:
    third = "LEAD(t, 2)" if said.lead_is_null else "LEAD(t, 2, CAST(0 AS Int64))"
    rows = f"""SELECT {said.person} AS p, e.route AS r, e.ts_ms AS t FROM {said.source}
        WHERE e.ts_ms >= {low} AND e.ts_ms < {high} AND e.event = 'search' AND e.route IS NOT NULL AND {said.true_bot}"""  # noqa: S608 - as above
    led = f"SELECT p, t, {third} OVER (PARTITION BY p, r ORDER BY t ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS u FROM ({rows}) AS e"  # noqa: S608 - as above
    return f"SELECT COUNT(DISTINCT p) AS n FROM ({led}) AS w WHERE u > 0 AND u - t <= {WEEK_MS}"  # noqa: S608 - as above


def _paths(low: int, high: int, said: Words, kinds: str) -> str:
    """Sessions of half an hour, cut before the first search, repeats once: paths and people of each node of five steps and the next."""
    whole = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
    far = high + DAY_MS
    text, none = ("TEXT", "NULL") if said.lead_is_null else ("String", "''")
    text = "STRING" if said is SPARK else text
    lag, name = (f"CAST({none} AS {text})", "e.event") if said.lead_is_null else ("''", "toString(e.event)")
    rows = f"""SELECT {said.person} AS p, e.ts_ms AS t, e.key_hi AS x, e.key_lo AS y, {name} AS n FROM {said.source}
        WHERE e.ts_ms >= {low - GAP_MS} AND e.ts_ms < {far} AND e.event IN ({kinds}) AND {said.true_bot}"""  # noqa: S608 - as above
    order = "OVER (PARTITION BY p ORDER BY t, x, y"
    before = f"LAG(t, 1, CAST(0 AS {said.whole})) {order} {whole})"
    seen = f"SELECT p, t, n, ROW_NUMBER() {order}) AS i, {before} AS b, LAG(n, 1, {lag}) {order} {whole}) AS z FROM ({rows}) AS e"  # noqa: S608 - as above
    dated = f"SELECT p, t, n, i, b, z, MAX(CASE WHEN t - b > {GAP_MS} THEN t ELSE 0 END) OVER (PARTITION BY p ORDER BY i) AS s FROM s1"  # noqa: S608 - as above
    cut = f"SELECT p, s, MIN(i) AS f FROM s2 WHERE n = 'search' AND s >= {low} AND s < {high} GROUP BY p, s"  # noqa: S608 - as above
    cutting = "s2 JOIN c ON c.p = s2.p AND c.s = s2.s AND s2.i >= c.f WHERE s2.i = c.f OR s2.n <> s2.z"
    kept = f"SELECT s2.p AS p, s2.s AS s, s2.n AS n, s2.i AS i FROM {cutting}"  # noqa: S608 - as above
    way = "OVER (PARTITION BY p, s ORDER BY i"
    led = f"SELECT p, n, ROW_NUMBER() {way}) AS d, LEAD(n, 1, '') {way} {whole}) AS o FROM k"  # noqa: S608 - as above
    return f"""WITH s1 AS ({seen}), s2 AS ({dated}), c AS ({cut}), k AS ({kept}), l AS ({led})
        SELECT d, n, o, COUNT(*) AS paths, COUNT(DISTINCT p) AS people FROM l WHERE d <= 5 GROUP BY d, n, o"""  # noqa: S608 - as above


def _funnel(low: int, high: int, said: Words, kinds: str) -> str:
    rows = f"""{said.person} AS p, e.ts_ms AS t, e.event AS n FROM {said.source} WHERE e.ts_ms >= {low} AND e.ts_ms < {high + WEEK_MS}
        AND e.event IN ({kinds}) AND {said.true_bot} AND (e.event <> 'detail_view' OR {said.step} = 's1')"""
    if said.window_funnel:
        tests = ", ".join(f"n = '{name}'" for name in STEPS[1:])
        found = f"""SELECT p, windowFunnel({WEEK_MS})(toUInt64(t), n = 'search' AND t < {high}, {tests}) AS d FROM (SELECT {rows}) GROUP BY p"""  # noqa: S608 - as above
        return f"SELECT {', '.join(f'countIf(d >= {step})' for step in range(1, 6))} FROM ({found})"  # noqa: S608 - as above
    parts = [f"e AS (SELECT {rows})", f"s0 AS (SELECT *, CASE WHEN n = 'search' AND t < {high} THEN t END AS r0 FROM e)"]  # noqa: S608 - as above
    for step, name in enumerate(STEPS[1:], 1):
        before = f"MAX(r{step - 1}) OVER (PARTITION BY p ORDER BY t RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
        parts.append(f"a{step} AS (SELECT *, {before} AS b{step} FROM s{step - 1})")  # noqa: S608 - as above
        parts.append(f"s{step} AS (SELECT *, CASE WHEN n = '{name}' AND t - b{step} <= {WEEK_MS} THEN b{step} END AS r{step} FROM a{step})")  # noqa: S608 - as above
    counts = ", ".join(f"COUNT(DISTINCT CASE WHEN r{step} IS NOT NULL THEN p END) AS n{step}" for step in range(len(STEPS)))
    return f"WITH {', '.join(parts)} SELECT {counts} FROM s{len(STEPS) - 1}"  # noqa: S608 - as above


_LOADED = ("did", "ts_ms", "event", "channel", "route", "key_hi", "key_lo", "bot", "internal", "properties")


class ClickHouse:
    """ClickHouse's engine in this process: one table in the order of (did, ts_ms), merged, and a dictionary of merged ids."""

    def __init__(self, folder: Path, bounds: tuple[int, int]) -> None:
        """Load the rows."""
        self._session = importlib.import_module("chdb.session").Session(str(folder / "clickhouse"))
        self._texts = plain(*bounds, CLICKHOUSE)
        threads = "SET max_threads = 2"
        columns = """did Int64, ts_ms Int64, event LowCardinality(String), channel LowCardinality(String), route LowCardinality(Nullable(String)),
            key_hi Int64, key_lo Int64, bot Bool, internal Bool, properties String"""
        for text in (
            threads, "CREATE DATABASE IF NOT EXISTS b", "USE b", f"CREATE TABLE event ({columns}) ENGINE = MergeTree ORDER BY (did, ts_ms)",
            f"INSERT INTO event SELECT {', '.join(_LOADED)} FROM file('{folder}/event.parquet')",  # noqa: S608 - constants and a folder of ours
            "OPTIMIZE TABLE event FINAL", "CREATE TABLE alias (did UInt64, pid Int64) ENGINE = MergeTree ORDER BY did",
            f"INSERT INTO alias SELECT did, pid FROM file('{folder}/alias.parquet')",  # noqa: S608 - as above
            "CREATE DICTIONARY other (did UInt64, pid Int64) PRIMARY KEY did SOURCE(CLICKHOUSE(DB 'b' TABLE 'alias')) LIFETIME(0) LAYOUT(HASHED())",
        ):  # fmt: skip
            self._session.query(text)

    def ask(self, name: str) -> Answer:
        """Answer a question by its statement."""
        found = importlib.import_module("json").loads(str(self._session.query(self._texts[name], "JSONCompact")))
        return [tuple(int(cell) if str(cell).lstrip("-").isdigit() else cell for cell in row) for row in found["data"]]


class Spark:
    """PySpark on this machine, with two threads."""

    def __init__(self, folder: Path, bounds: tuple[int, int]) -> None:
        """Start it and name the files."""
        sql = importlib.import_module("pyspark.sql")
        build = (
            sql.SparkSession.builder.master("local[2]")
            .config("spark.driver.memory", "4g")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
        )
        build = (
            build.config("spark.sql.shuffle.partitions", "4").config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
        )
        self._spark = build.config("spark.log.level", "ERROR").getOrCreate()
        for name in ("event", "alias"):
            self._spark.read.parquet(f"{folder}/{name}.parquet").createOrReplaceTempView(name)
        self._texts = plain(*bounds, SPARK)

    def ask(self, name: str) -> Answer:
        """Answer a question by its statement."""
        return [tuple(row) for row in self._spark.sql(self._texts[name]).collect()]


class Polars:
    """Polars over the file, streaming."""

    def __init__(self, folder: Path, bounds: tuple[int, int]) -> None:
        """Name the files."""
        self._pl = pl = importlib.import_module("polars")
        event, alias = pl.scan_parquet(folder / "event.parquet"), pl.scan_parquet(folder / "alias.parquet").select("did", "pid")
        low, high = bounds
        self._rows = event.filter((pl.col("ts_ms") >= low) & (pl.col("ts_ms") < high) & ~pl.col("bot") & ~pl.col("internal"))
        self._alias = alias

    def ask(self, name: str) -> Answer | None:
        """Answer a question, or None where there is no form for it here."""
        pl, day = self._pl, (self._pl.col("ts_ms") + ZONE_MS) // DAY_MS
        person = pl.coalesce("pid", "did").alias("p")
        if name == "trend by day and channel":
            found = self._rows.filter(pl.col("event").is_in(["page_view", "screen_view"])).group_by(day.alias("d"), "channel").len()
        elif name == "exact visitors by day":
            seen = self._rows.filter(pl.col("event").is_in(["page_view", "screen_view", "app_start"])).join(self._alias, on="did", how="left")
            found = seen.group_by(day.alias("d")).agg(person.n_unique())
        elif name == "same route 3 times in 7 days":
            rows = self._rows.filter((pl.col("event") == "search") & pl.col("route").is_not_null()).join(self._alias, on="did", how="left")
            later = pl.col("ts_ms").shift(-2).over("p", "route", order_by="ts_ms") - pl.col("ts_ms")
            found = rows.select(person, "route", "ts_ms").with_columns(later.alias("u")).filter(pl.col("u") <= WEEK_MS).select(pl.col("p").n_unique())
        else:
            return None
        return [tuple(row) for row in found.collect(engine="streaming").rows()]


ENGINES: dict[str, tuple[str, type[ClickHouse | Spark | Polars]]] = {
    "clickhouse": ("chdb", ClickHouse), "polars": ("polars", Polars), "spark": ("pyspark", Spark),
}  # fmt: skip


def _tree() -> list[int]:
    """Return this process and those that it started."""
    found, more = [os.getpid()], [os.getpid()]
    while more:
        process, new = more.pop(0), list[int]()
        with suppress(OSError):  # it may have ended
            new = [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
        found, more = found + new, more + new
    return found


def spent_ms() -> float:
    """Return the processor time of this process and those that it started, in ms."""
    total = 0
    for process in _tree():
        with suppress(OSError):  # some end meanwhile
            parts = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            total += int(parts[11]) + int(parts[12])
    return total * 1000 / os.sysconf("SC_CLK_TCK")


def peak_mb(*, anew: bool = False) -> float:
    """Return the most memory of this process and those that it started since it was begun ``anew``, in MB."""
    total = 0
    for process in _tree():
        with suppress(OSError):
            if anew:
                Path(f"/proc/{process}/clear_refs").write_text("5")
            line = next((line for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("VmHWM")), "VmHWM: 0 kB")
            total += int(line.split()[1])
    return total / 1024


def _serve(engine: str, folder: Path, bounds: tuple[int, int], line: Connection) -> None:
    made = ENGINES[engine][1](folder, bounds)
    line.send(None)
    while (name := line.recv()) is not None:
        peak_mb(anew=True)
        start, used = time.perf_counter(), spent_ms()
        try:
            answer = made.ask(name)
        except Exception as error:  # noqa: BLE001 - engines have errors of their own; whichever it is, the run fails there
            line.send(f"{engine}: {str(error)[:500]}")
            continue
        line.send((answer, (time.perf_counter() - start) * 1000, spent_ms() - used, peak_mb()))
    os._exit(0)  # an engine's threads need not end in order


class Beside:
    """An engine in a process of its own."""

    def __init__(self, engine: str, folder: Path, bounds: tuple[int, int]) -> None:
        """Start it and wait until it is ready."""
        context = multiprocessing.get_context("spawn")
        self._line, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(engine, folder, bounds, other), daemon=False)
        self._process.start()
        other.close()
        self._line.recv()

    def ask(self, name: str) -> tuple[Any, float, float, float]:
        """Return an answer, wall and processor time in ms, and the most memory in MB.

        Raises:
            Broken: the engine refused the question.
        """
        self._line.send(name)
        found = self._line.recv()
        if isinstance(found, str):
            raise Broken("An engine refused a question.", where=found)
        return found

    def close(self) -> None:
        """End it."""
        self._line.send(None)
        self._process.join(20)
