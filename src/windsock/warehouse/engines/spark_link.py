"""Spark: a session on a cluster that reads the moved tables as Parquet from a folder which all of its workers see."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import os
import shutil
import threading
import uuid
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from windsock.kernel.errors import Cancelled, Fault, NotAvailable, QueryTimeout, TooLarge
from windsock.warehouse import schema
from windsock.warehouse.engines import digest, spark
from windsock.warehouse.engines.cut import Written
from windsock.warehouse.engines.links import Bounds
from windsock.warehouse.face import Value

if TYPE_CHECKING:
    from sqlglot import exp

    from windsock.kernel.settings import SparkSettings
    from windsock.warehouse.schema import Table

_KINDS = {"VARCHAR": "STRING", "INTEGER": "INT", "MAP": "MAP<STRING, STRING>"}
_ROWS = "rows.parquet"
_REAPER = {"spark.task.reaper.enabled": "true", "spark.task.reaper.pollingInterval": "1s", "spark.task.reaper.killTimeout": "5s"}
"""A task in a tight loop doesn't see that its job was stopped, and would keep its core for ever: after this its executor ends, and another starts."""

_AGAIN_S = 0.5
"""So long until a statement that was told to end is told again."""


class SparkLink:
    """Spark behind ``links.Link``."""

    name = spark.NAME

    def __init__(self, settings: SparkSettings) -> None:
        """Open a session on the cluster.

        Raises:
            NotAvailable: pyspark or Java is not installed, no folder is set, or no cluster answers.
        """
        if not settings.folder:
            raise NotAvailable("Spark has no folder to read from.", where="spark.folder", fix="Set one that all workers see, in windsock.toml.")
        self._folder = Path(settings.folder)
        self._lock, self._seen = threading.Lock(), cast("dict[str, int]", {})
        self._session = _session(settings)

    def written(self, tree: exp.Expr, params: Mapping[str, Value], token: str) -> Written:
        """Return a SELECT for Spark; see ``links.Link.written``."""
        return spark.written(tree, params, token)

    def ask(self, written: Written, params: Mapping[str, Value], wanted: pa.Schema, bounds: Bounds) -> pa.Table:
        """Return the rows of a statement; see ``links.Link.ask``."""
        held: list[tuple[str, Any]] = []
        with self._running(bounds) as late:
            try:
                self._open_tables()
                for name, text in written.held:
                    frame = self._session.sql(text, args=dict(params) or None).cache()
                    frame.createOrReplaceTempView(name)
                    held.append((name, frame))
                rows = self._session.sql(written.text, args=dict(params) or None).limit(bounds.rows_max + 1).collect()
            except Exception as error:
                raise _worded(error, bounds, late=late.is_set()) from error
            finally:
                for name, frame in held:
                    with suppress(Exception):
                        frame.unpersist()
                        self._session.catalog.dropTempView(name)
        if len(rows) > bounds.rows_max:
            raise TooLarge(f"The answer has more than {bounds.rows_max:,} rows.", fix="Narrow the filter, coarsen the grain, or page through it.")
        columns = [pa.array([_value(row[place], field.type) for row in rows], field.type) for place, field in enumerate(wanted)]
        return pa.table(columns, schema=wanted)

    def make(self, table: Table) -> None:
        """Make the folder of a table."""
        (self._folder / table.name).mkdir(parents=True, exist_ok=True)

    def digests(self, table: Table, days: Sequence[dt.date] | None = None) -> dict[dt.date | None, str]:
        """Return what each day of a table holds; see ``digest``. What has no file yet is known to be empty, and costs no job."""
        if not self._files(table):
            return {} if digest.dated(table) else {None: digest.EMPTY}
        self._open_tables(only=table.name, again=True)
        return digest.digests_of(row.asDict() for row in self._session.sql(digest.spark(table, days)).collect())

    def put(self, table: Table, day: dt.date | None, file: Path, token: str) -> None:
        """Replace a table, or a day of it, by the rows of a file: written beside it, then moved into its place, so that twice is once."""
        del token
        place = self._folder / table.name / ("all" if day is None else f"day-{day.isoformat()}")
        place.mkdir(parents=True, exist_ok=True)
        draft = place / f".{uuid.uuid4().hex}.new"
        shutil.copyfile(file, draft)
        draft.replace(place / _ROWS)

    def stamp(self, moved_ms: int) -> None:
        """Keep when the last move was whole."""
        draft = self._folder / ".moved.new"
        draft.write_text(json.dumps({"moved_ms": moved_ms}), "utf-8")
        draft.replace(self._folder / "moved.json")

    def stamped(self) -> int | None:
        """Return when the last move was whole."""
        path = self._folder / "moved.json"
        return int(json.loads(path.read_text("utf-8"))["moved_ms"]) if path.exists() else None

    def close(self) -> None:
        """End the session."""
        self._session.stop()

    def _open_tables(self, *, only: str | None = None, again: bool = False) -> None:
        """Name the folders as tables, anew after a move."""
        moved = self.stamped() or 0
        with self._lock:
            for table in schema.TABLES:
                if table.name in digest.LEFT_BEHIND or (only is not None and table.name != only):
                    continue
                if again or self._seen.get(table.name) != moved:
                    self._name(table)
                    self._seen[table.name] = moved

    def _name(self, table: Table) -> None:
        columns = ", ".join(f"`{name}` {_KINDS.get(kind, kind)}" for name, kind in digest.cells(table))
        files = self._files(table)
        frame = self._session.read.schema(columns).parquet(*files) if files else self._session.createDataFrame([], columns)
        frame.createOrReplaceTempView(table.name)

    def _files(self, table: Table) -> list[str]:
        return [str(path) for path in sorted((self._folder / table.name).glob(f"*/{_ROWS}"))]

    @contextmanager
    def _running(self, bounds: Bounds) -> Generator[threading.Event]:
        """Stop the jobs of this thread at the time limit, or when somebody cancels.

        A group is stopped again and again until the statement has ended: what is stopped is only what runs, and a statement that is still being
        planned, or is between two of its jobs, would begin the next one and never end.
        """
        context, group = self._session.sparkContext, uuid.uuid4().hex
        late, asked, ended = threading.Event(), threading.Event(), threading.Event()

        def watch() -> None:
            if not asked.wait(bounds.limit_s):
                late.set()
            while not ended.is_set():
                with suppress(Exception):  # the session may be closing
                    context.cancelJobGroup(group)
                ended.wait(_AGAIN_S)

        context.setJobGroup(group, "windsock", interruptOnCancel=True)
        watching = threading.Thread(target=watch, name="windsock-spark-bounds", daemon=True)
        watching.start()
        if bounds.cancel is not None:
            bounds.cancel.on_cancel(asked.set)
        try:
            yield late
        finally:
            ended.set()
            asked.set()
            if bounds.cancel is not None:
                bounds.cancel.forget(asked.set)
            watching.join()


def _session(settings: SparkSettings) -> Any:  # noqa: ANN401 - a library without types that may be absent
    try:
        builder = importlib.import_module("pyspark.sql").SparkSession.builder
    except ImportError as error:
        raise NotAvailable("The library pyspark is not installed.", where="warehouse.engine", fix="pip install 'windsock[spark]'") from error
    if settings.driver_host:
        os.environ.setdefault("SPARK_LOCAL_IP", settings.driver_host)
        builder = builder.config("spark.driver.host", settings.driver_host).config("spark.driver.bindAddress", settings.driver_host)
    builder = builder.master(settings.master).appName("windsock").config("spark.ui.enabled", "false")
    for name, value in {**_REAPER, **settings.options, **spark.SETTINGS}.items():
        builder = builder.config(name, value)
    try:
        made = builder.getOrCreate()
        made.sparkContext.setLogLevel("OFF")
    except Exception as error:
        raise NotAvailable(
            f"No Spark answers at {settings.master}.", where="spark.master", fix="Look at [spark] in windsock.toml; Spark needs Java 17."
        ) from error
    return made


def _value(value: Any, kind: pa.DataType) -> Any:  # noqa: ANN401 - what the engine gave
    if value is None:
        return None
    if pa.types.is_list(kind):
        return [_value(one, kind.value_type) for one in cast("Sequence[Any]", value)] or None
    if pa.types.is_struct(kind):
        return {kind.field(place).name: _value(one, kind.field(place).type) for place, one in enumerate(value)}
    return Decimal(value) if pa.types.is_decimal(kind) else value


def _worded(error: Exception, bounds: Bounds, *, late: bool) -> Exception:
    text = str(error)
    if bounds.cancel is not None and bounds.cancel.cancelled:
        return Cancelled("The query was cancelled.")
    if late:
        return QueryTimeout(f"The query ran over its limit of {bounds.limit_s:g} s.", fix="Ask for a shorter period or fewer dimensions.")
    if "windsock: a number that is not plain" in text:
        return NotAvailable(
            "A property that is no plain number is not available as one on Spark.",
            where="properties",
            fix="Ask the workspace's own engine: WINDSOCK_WAREHOUSE__ENGINE=duckdb.",
        )
    return Fault("Spark refused a statement.", where=text.split("\n", 1)[0][:300])
