"""The events of a home in ClickHouse's engine in this process, and the funnel there: ``windowFunnel`` over the same rows, people and filters.

The rows lie in the order of ids and time, as is best for it; those of the last three days are a part of their own that is not merged, as fresh rows
are. Merged ids are looked up in a dictionary in memory, which is the fastest way there.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from sqlglot import parse_one

from windsock.workspace import Workspace

_COLUMNS = "did, ts_ms, event, bot, internal, analytics_ok, properties"
_TABLE = """CREATE TABLE w.event (did Int64, ts_ms Int64, event LowCardinality(String), bot Nullable(Bool), internal Nullable(Bool),
    analytics_ok Nullable(Bool), properties Nullable(String)) ENGINE = MergeTree ORDER BY (did, ts_ms)"""
_MERGED = """CREATE DICTIONARY w.merged (did UInt64, pid Int64) PRIMARY KEY did SOURCE(CLICKHOUSE(DB 'w' TABLE 'alias')) LIFETIME(0)
    LAYOUT(HASHED())"""


class ClickHouse:
    """ClickHouse's engine with the events of a workspace."""

    def __init__(self, workspace: Workspace, folder: Path, hot_ms: int) -> None:
        """Load the events; those from ``hot_ms`` on as a part of their own.

        Raises:
            ImportError: chdb is not installed.
        """
        session: Any = importlib.import_module("chdb.session")  # which only some have

        self._session = session.Session(str(folder / "chdb"))
        self.ask("CREATE DATABASE w")
        self.ask(_TABLE)
        self._load(workspace, folder, f"SELECT {_COLUMNS} FROM event WHERE ts_ms < {hot_ms}", "event")  # noqa: S608 - constants
        self.ask("OPTIMIZE TABLE w.event FINAL")
        self.ask("SYSTEM STOP MERGES w.event")
        self._load(workspace, folder, f"SELECT {_COLUMNS} FROM event WHERE ts_ms >= {hot_ms}", "event")  # noqa: S608 - as above
        self.ask("CREATE TABLE w.alias (did Int64, pid Int64) ENGINE = MergeTree ORDER BY did")
        self._load(workspace, folder, "SELECT did, pid FROM alias WHERE known_to_ms IS NULL", "alias")
        self.ask(_MERGED)

    def ask(self, sql: str) -> str:
        """Run a statement and return what it says."""
        return str(self._session.query(f"{sql} SETTINGS max_threads = {os.cpu_count()}" if sql.startswith("SELECT") else sql)).strip()

    def _load(self, workspace: Workspace, folder: Path, sql: str, table: str) -> None:
        path = folder / f"{table}.parquet"
        with workspace.warehouse.snapshot() as moment:
            writer: Any = None
            for batch in moment.stream(parse_one(sql, read="duckdb")):
                writer = writer or pq.ParquetWriter(path, batch.schema)
                writer.write_batch(batch)
        if writer is not None:
            writer.close()
            self.ask(f"INSERT INTO w.{table} SELECT * FROM file('{path}', Parquet)")  # noqa: S608 - as above
        path.unlink(missing_ok=True)


def window_funnel(steps: tuple[str, ...], times: tuple[int, int, int], tested: str | None) -> str:
    """Return the statement.

    Args:
        steps: the names of the events.
        times: the first instant of starts, the first one after them, and the window, in ms.
        tested: the third step's ``step`` must be this.
    """
    low, high, window = times
    names = ", ".join(f"'{name}'" for name in steps)
    third = "" if tested is None else f" AND (event <> '{steps[2]}' OR JSONExtractString(properties, 'step') = '{tested}')"
    conditions = ", ".join(f"event = '{name}'" + (f" AND ts_ms < {high}" if name == steps[0] else "") for name in steps)
    counts = ", ".join(f"countIf(d >= {step})" for step in range(1, len(steps) + 1))
    return f"""SELECT {counts} FROM (SELECT dictGetOrDefault('w.merged', 'pid', toUInt64(did), did) AS p,
        windowFunnel({window})(toUInt64(ts_ms), {conditions}) AS d FROM w.event WHERE ts_ms >= {low} AND ts_ms < {high + window}
        AND event IN ({names}) AND NOT ifNull(bot, false) AND NOT ifNull(internal, false) AND ifNull(analytics_ok, true){third} GROUP BY p)"""  # noqa: S608 - as above
