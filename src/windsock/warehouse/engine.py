"""The warehouse in this process: one DuckDB file, one writer, a bounded number of readers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from windsock.kernel.errors import Broken, Busy, Fault, TooLarge
from windsock.warehouse import parts, schema
from windsock.warehouse.changes import Changes, Ledger, Touched
from windsock.warehouse.face import Cancel, Value
from windsock.warehouse.held import Held
from windsock.warehouse.limited import limited, still, worded
from windsock.warehouse.places import Places
from windsock.warehouse.runs import Keys, Run, stage_cuts
from windsock.warehouse.shelf import Shelf, Writing
from windsock.warehouse.statement import render

if TYPE_CHECKING:
    from sqlglot import exp

    from windsock.kernel.settings import WarehouseSettings
    from windsock.warehouse.statement import Statement

_BATCH = 50_000
_FOLLOWING = "event"
"""What a run is judged by when it asks for a place: it reads the keys of all events."""
_WRITER_WAIT_S = 120.0
_LOG_MOST = "64MB"
"""So much is written ahead before it is put into the file: small loads rewrite the end of every column each time; a restart reads it all back."""


def open_local(path: Path, settings: WarehouseSettings) -> LocalWarehouse:
    """Open (and create or widen) the warehouse file; this process becomes its owner.

    Raises:
        Busy: another process owns the file.
        Fault: the file is no warehouse or cannot be read.
    """
    spill = path.parent / "tmp"
    spill.mkdir(exist_ok=True)
    config: dict[str, Any] = {
        "memory_limit": settings.memory_limit.replace(" ", ""),
        "threads": settings.threads,
        "temp_directory": str(spill),
        "checkpoint_threshold": _LOG_MOST,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
    }
    try:
        held = Held(path, config, parts.folder_of(path))
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise Busy(
                "Another process owns this workspace's warehouse.", where=str(path), fix="Stop it, or let it answer over its socket."
            ) from error
        raise Fault("The warehouse file cannot be opened.", where=str(path), fix="Restore it from a backup.") from error
    local = LocalWarehouse(held, settings, parts.folder_of(path))
    local.widen()
    return local


class LocalWarehouse:
    """DuckDB behind the warehouse's face; safe to use from many threads."""

    follows = True

    def __init__(self, held: Held, settings: WarehouseSettings, folder: Path) -> None:
        """Keep the connection; cursors are made for each query."""
        self._held, self._settings = held, settings
        self._shelf, self._keys = Shelf(folder), Keys()
        self._places = Places(settings.threads)
        self._writer, self._version_lock = threading.Lock(), threading.Lock()
        self._ledger: Ledger | None = None
        self._ledger_lock = threading.Lock()
        self._committed: int | None = None

    def widen(self) -> None:
        """Create the tables and columns that this version knows and the file lacks."""
        with self._writing() as cursor:
            parts.prepare(cursor)
            cursor.execute("CREATE TABLE IF NOT EXISTS warehouse_meta (version BIGINT NOT NULL)")
            cursor.execute("INSERT INTO warehouse_meta SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM warehouse_meta)")
            rows = cursor.execute("SELECT table_name, column_name FROM information_schema.columns").fetchall()
            present = {(str(table), str(column)) for table, column in rows}
            for table in schema.TABLES:
                held = parts.physical(table.name)
                columns = ", ".join(f'"{name}" {kind}' for name, kind in table.columns)
                cursor.execute(f'CREATE TABLE IF NOT EXISTS "{held}" ({columns})')
                if any(known == held for known, _ in present):
                    for name, kind in table.columns:
                        if (held, name) not in present:
                            cursor.execute(f'ALTER TABLE "{held}" ADD COLUMN "{name}" {kind}')
            self._shelf.arrange(cursor)

    def query(
        self,
        statement: exp.Expr | Statement,
        params: Mapping[str, Value] | None = None,
        *,
        timeout_s: float | None = None,
        cancel: Cancel | None = None,
    ) -> pa.Table:
        """Run a SELECT in one of the bounded places; see ``face.Warehouse.query``."""
        return self.query_text(render(statement), params, timeout_s=timeout_s, cancel=cancel)

    def query_text(self, sql: str, params: Mapping[str, Value] | None, *, timeout_s: float | None = None, cancel: Cancel | None = None) -> pa.Table:
        """Run the text of a statement that ``render`` made, here or in a process that asks over the socket."""
        with self._asking(sql, timeout_s, cancel) as (cursor, _):
            return _fetch(cursor, sql, params, self._settings.rows_max)

    def follow(
        self,
        run: Run,
        statement: exp.Expr | Statement,
        params: Mapping[str, Value] | None = None,
        *,
        timeout_s: float | None = None,
        cancel: Cancel | None = None,
    ) -> pa.Table:
        """Run a SELECT beside the cuts of a run, both at one moment; see ``face.Warehouse.follow``."""
        return self.follow_text(run, render(statement), params, timeout_s=timeout_s, cancel=cancel)

    def follow_text(
        self, run: Run, sql: str, params: Mapping[str, Value] | None, *, timeout_s: float | None = None, cancel: Cancel | None = None
    ) -> pa.Table:
        """Run the text of a statement beside a run, here or for a process that asks over the socket."""
        with self._asking(_FOLLOWING, timeout_s, cancel) as (cursor, check), still(cursor) as version:
            stage_cuts(cursor, run, self._keys.at(version, lambda since: self._opened(version).after(since, version)), self._settings.threads, check)
            return _fetch(cursor, sql, params, self._settings.rows_max)

    def forget_keys(self) -> None:
        """Drop what is kept for runs, as a process that starts has nothing; for measurements."""
        self._keys = Keys()

    @contextmanager
    def _asking(self, sql: str, timeout_s: float | None, cancel: Cancel | None) -> Generator[tuple[duckdb.DuckDBPyConnection, Callable[[], None]]]:
        """Wait for a place and give a cursor, and what raises once the time is over or somebody cancelled."""
        limit_s = min(timeout_s or self._settings.timeout_s, self._settings.timeout_s)
        with (
            self._places.taken(sql, self._settings.wait_s),
            self._shelf.reading(),
            self._held.cursor() as cursor,
            limited(cursor, limit_s, cancel) as check,
        ):
            yield cursor, check

    @contextmanager
    def transaction(self) -> Generator[LocalTransaction]:
        """Open the one transaction that may write; see ``face.Warehouse.transaction``."""
        touched, version = Touched(), 0
        with self._shelf.writing() as writing, self._writing() as cursor:
            yield LocalTransaction(cursor, writing, touched)
            version = int(cursor.execute("UPDATE warehouse_meta SET version = version + 1 RETURNING version").fetchall()[0][0])
            with worded():
                writing.finish(cursor)
            self._committed = None
            self._opened(version - 1).note(version, touched)
        self._committed = version
        self._keys.forget(touched)
        self._shelf.sweep()

    def tidy(self) -> bool:
        """Move one part of what came in bulk to where it stays; see ``face.Warehouse.tidy``."""
        self._shelf.sweep()
        if not self._shelf.count:
            return False
        with self._shelf.writing() as writing, self._writing() as cursor, worded():
            moved = writing.move_in(cursor, 1)
            writing.finish(cursor)
        self._shelf.sweep()
        return moved

    @contextmanager
    def snapshot(self) -> Generator[LocalSnapshot]:
        """Hold one moment still; see ``face.Warehouse.snapshot``."""
        with self._shelf.reading(), self._held.cursor() as cursor, still(cursor):
            yield LocalSnapshot(cursor)

    def version(self) -> int:
        """Return the number of commits so far."""
        with self._version_lock, self._held.cursor() as cursor:
            rows = cursor.execute("SELECT version FROM warehouse_meta").fetchall()
        return int(rows[0][0])

    def changes(self, since: int) -> Changes:
        """Return what commits changed after a version; see ``face.Warehouse.changes``."""
        version = self._committed
        if version is None:
            version = self.version()
        return self._opened(version).after(since, version)

    def owner(self) -> str:
        """Return what tells the versions of this owner from those of another."""
        return (self._ledger or self._opened(self.version())).owner

    def _opened(self, version: int) -> Ledger:
        """Return the ledger, which begins at the version at which it is first wanted."""
        with self._ledger_lock:
            if self._ledger is None:
                self._ledger = Ledger(version)
            return self._ledger

    def close(self) -> None:
        """Let running queries end (they have a time limit), write everything into the file and let go of it."""
        with self._writer, self._version_lock:
            self._places.close(self._settings.timeout_s)
            self._held.close()
            self._shelf.sweep()

    @contextmanager
    def _writing(self) -> Generator[duckdb.DuckDBPyConnection]:
        if not self._writer.acquire(timeout=_WRITER_WAIT_S):
            raise Busy("Another writer has not finished.", fix="Wait for the running import to end, then try again.")
        try:
            with self._held.cursor() as cursor:
                cursor.execute("BEGIN TRANSACTION")
                try:
                    yield cursor
                except BaseException:
                    cursor.execute("ROLLBACK")
                    raise
                cursor.execute("COMMIT")
        finally:
            self._writer.release()


class LocalSnapshot:
    """The reader's side of a moment that is held still."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Read through a cursor that has begun a transaction."""
        self._cursor = cursor

    def query(self, statement: exp.Expr | Statement) -> pa.Table:
        """Run a SELECT; see ``face.Snapshot.query``."""
        return self.query_text(render(statement))

    def query_text(self, sql: str) -> pa.Table:
        """Run the text of a SELECT that ``render`` made."""
        with worded():
            return _fetch(self._cursor, sql, None, None)

    def rows(self, table: str) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a table; see ``face.Snapshot.rows``."""
        columns = ", ".join(f'"{name}"' for name in schema.BY_NAME[table].names)
        with worded():
            yield from self._cursor.sql(f'SELECT {columns} FROM "{table}"').to_arrow_reader(_BATCH)  # noqa: S608 - names of the schema

    def stream(self, statement: exp.Expr | Statement) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a SELECT; see ``face.Snapshot.stream``."""
        return self.stream_text(render(statement))

    def stream_text(self, sql: str) -> Iterator[pa.RecordBatch]:
        """Yield the rows of the text of a SELECT that ``render`` made."""
        with worded():
            yield from self._cursor.sql(sql).to_arrow_reader(_BATCH)


class LocalTransaction:
    """The writer's side of a transaction."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, writing: Writing, touched: Touched) -> None:
        """Write through a cursor that has begun a transaction, noting what is changed."""
        self._cursor, self._writing, self._touched = cursor, writing, touched

    def append(self, table: str, rows: pa.Table, same: Mapping[str, Value] | None = None, *, bulk: bool = False) -> int:
        """Add rows; see ``face.Transaction.append``."""
        same = dict(same or {})
        rows = _shaped(table, rows, same)
        self._touched.rows(table, rows)
        if bulk and table == parts.PARTED:
            with worded():
                self._writing.add(rows, same)
            return rows.num_rows
        columns = ", ".join(f"CAST(${name} AS {kind})" if name in same else f'"{name}"' for name, kind in schema.BY_NAME[table].columns)
        self._cursor.register("append_rows", rows)
        try:
            self._cursor.execute(f'INSERT INTO "{parts.physical(schema.BY_NAME[table].name)}" SELECT {columns} FROM append_rows', same).fetchall()  # noqa: S608 - names of the schema
        finally:
            self._cursor.unregister("append_rows")
        return rows.num_rows

    def stage(self, name: str, rows: pa.Table) -> None:
        """Make rows readable under a name; see ``face.Transaction.stage``."""
        if not name.startswith("stage_") or not name.isidentifier():
            raise Broken(f"'{name}' is no name for staged rows.", fix="Start it with stage_.")
        self._cursor.register(name, rows)

    def execute(self, statement: exp.Expr | Statement, params: Mapping[str, Value] | None = None) -> int:
        """Run a statement that writes; see ``face.Transaction.execute``."""
        return self.execute_text(render(statement), params)

    def execute_text(self, sql: str, params: Mapping[str, Value] | None) -> int:
        """Run the text of a writing statement that ``render`` made."""
        with worded():
            telling = self._touched.returning(sql)
            rows = self._cursor.execute(self._writing.rewritten(self._cursor, telling), dict(params or {})).fetchall()
        return self._touched.ran(sql, rows)

    def query(self, statement: exp.Expr | Statement, params: Mapping[str, Value] | None = None) -> pa.Table:
        """Run a SELECT inside the transaction; see ``face.Transaction.query``."""
        return self.query_text(render(statement), params)

    def query_text(self, sql: str, params: Mapping[str, Value] | None) -> pa.Table:
        """Run the text of a SELECT that ``render`` made."""
        with worded():
            return _fetch(self._cursor, sql, params, None)


def _shaped(table: str, rows: pa.Table, same: Mapping[str, Value]) -> pa.Table:
    """Return rows with the columns of a table, in its order and types, but for those in ``same``."""
    wanted = schema.BY_NAME[table].arrow()
    given = {*rows.column_names, *same}
    if given != set(wanted.names) or len(given) != rows.num_columns + len(same):
        raise Broken(f"Rows for '{table}' lack or have too many columns.", where=", ".join(sorted(given ^ set(wanted.names))))
    try:
        return pa.table({field.name: _of_type(rows.column(field.name), field) for field in wanted if field.name not in same})
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        raise Broken(f"Rows for '{table}' do not have its types.", where=str(error)) from error


def _of_type(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    """Return a column in its type; a dictionary of texts is as good as texts."""
    coded = pa.types.is_dictionary(column.type) and column.type.value_type == field.type == pa.string()
    return column if coded or column.type == field.type else column.cast(field.type)


def _fetch(cursor: duckdb.DuckDBPyConnection, sql: str, params: Mapping[str, Value] | None, rows_max: int | None) -> pa.Table:
    relation = cursor.sql(sql, params=dict(params or {}))
    if rows_max is None:
        return relation.to_arrow_table()
    batches: list[pa.RecordBatch] = []
    reader = relation.to_arrow_reader(_BATCH)
    rows = 0
    for batch in reader:
        rows += batch.num_rows
        if rows > rows_max:
            raise TooLarge(f"The answer has more than {rows_max:,} rows.", fix="Narrow the filter, coarsen the grain, or page through it.")
        batches.append(batch)
    return pa.Table.from_batches(batches, schema=reader.schema)
