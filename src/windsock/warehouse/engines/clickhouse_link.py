"""ClickHouse: a server over HTTP, or the engine in this process, which is there to try and to test with."""

from __future__ import annotations

import datetime as dt
import importlib
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from windsock.kernel.errors import Cancelled, Fault, NotAvailable, QueryTimeout, TooLarge
from windsock.warehouse.engines import clickhouse, digest
from windsock.warehouse.engines.cut import Written
from windsock.warehouse.engines.links import Bounds
from windsock.warehouse.engines.shape import shaped
from windsock.warehouse.face import Value

if TYPE_CHECKING:
    from sqlglot import exp

    from windsock.kernel.settings import ClickHouseSettings
    from windsock.warehouse.schema import Table

_KINDS = {"BIGINT": "Int64", "INTEGER": "Int32", "BOOLEAN": "Bool", "DATE": "Date32", "VARCHAR": "String", "DOUBLE": "Float64"}
_SORTED = {"event": "(did, ts_ms)", "alias": "did", "identity": "did", "trait": "did", "orders": "order_key", "order_line": "order_key"}
_STAMP = "windsock_moved"
_TOKENS = 10_000
"""So many blocks of a table are remembered by their tokens where nothing else remembers them, as replicated tables do."""


class Speaker(Protocol):
    """Whoever carries texts to the engine and rows back; one session, for one thread at a time."""

    def rows(self, text: str, params: Mapping[str, Value], settings: Mapping[str, Any]) -> pa.Table:
        """Return the rows of a SELECT."""
        ...

    def tell(self, text: str, params: Mapping[str, Value], settings: Mapping[str, Any]) -> None:
        """Run a statement that gives no rows."""
        ...

    def load(self, table: str, file: Path, token: str) -> None:
        """Add the rows of a Parquet file; nothing where rows under this token are there already."""
        ...

    def stop(self) -> None:
        """Stop what runs, from another thread; where that can't be, do nothing."""
        ...

    def close(self) -> None:
        """End the session."""
        ...


class ClickHouseLink:
    """ClickHouse behind ``links.Link``."""

    name = clickhouse.NAME

    def __init__(self, settings: ClickHouseSettings) -> None:
        """Find the server, or the engine in this process.

        Raises:
            NotAvailable: its library is not installed, or no server answers.
        """
        self._settings = settings
        with self._speaker() as speaker:
            speaker.tell(f"CREATE TABLE IF NOT EXISTS {_STAMP} (moved_ms Int64) ENGINE = MergeTree ORDER BY moved_ms", {}, {})

    def written(self, tree: exp.Expr, params: Mapping[str, Value], token: str) -> Written:
        """Return a SELECT for ClickHouse; see ``links.Link.written``."""
        return clickhouse.written(tree, params, token)

    def ask(self, written: Written, params: Mapping[str, Value], wanted: pa.Schema, bounds: Bounds) -> pa.Table:
        """Return the rows of a statement; see ``links.Link.ask``."""
        limits = {**clickhouse.SETTINGS, "max_execution_time": max(1, round(bounds.limit_s)), "timeout_overflow_mode": "throw"}
        last = limits | {"max_result_rows": bounds.rows_max, "result_overflow_mode": "throw"}
        with self._speaker() as speaker:
            if bounds.cancel is not None:
                bounds.cancel.on_cancel(speaker.stop)
            try:
                for name, text in written.held:
                    speaker.tell(f"CREATE TEMPORARY TABLE {name} ENGINE = Memory AS {text}", params, limits)
                return shaped(speaker.rows(written.text, params, last), wanted)
            except _errors() as error:
                raise _worded(error, bounds) from error
            finally:
                if bounds.cancel is not None:
                    bounds.cancel.forget(speaker.stop)
                for name, _ in written.held:
                    with suppress(*_errors()):
                        speaker.tell(f"DROP TABLE IF EXISTS {name}", {}, {})

    def make(self, table: Table) -> None:
        """Make a table; one that is there, such as one spread over a cluster, is taken as it is."""
        columns = ", ".join(f'"{name}" {_kind(kind)}' for name, kind in digest.cells(table))
        by_day = " PARTITION BY dt" if digest.dated(table) else ""
        text = f'CREATE TABLE IF NOT EXISTS "{table.name}" ({columns}) ENGINE = MergeTree{by_day} ORDER BY {_SORTED.get(table.name, "tuple()")}'
        with self._speaker() as speaker:
            speaker.tell(f"{text} SETTINGS allow_nullable_key = 1, non_replicated_deduplication_window = {_TOKENS}", {}, {})

    def digests(self, table: Table, days: Sequence[dt.date] | None = None) -> dict[dt.date | None, str]:
        """Return what each day of a table holds; see ``digest``."""
        with self._speaker() as speaker:
            return digest.digests_of(speaker.rows(digest.clickhouse(table, days), {}, {"session_timezone": "UTC"}).to_pylist())

    def put(self, table: Table, day: dt.date | None, file: Path, token: str) -> None:
        """Replace a table, or a day of it, by the rows of a file; tokens of what is taken away are forgotten with it."""
        with self._speaker() as speaker:
            if day is None:
                speaker.tell(f'TRUNCATE TABLE "{table.name}"', {}, {})
            else:
                speaker.tell(f"ALTER TABLE \"{table.name}\" DROP PARTITION '{day.isoformat()}'", {}, {"mutations_sync": 2})
            speaker.load(table.name, file, token)

    def stamp(self, moved_ms: int) -> None:
        """Keep when the last move was whole."""
        with self._speaker() as speaker:
            speaker.tell(f"INSERT INTO {_STAMP} VALUES ({int(moved_ms)})", {}, {})  # noqa: S608 - a name and a number of ours

    def stamped(self) -> int | None:
        """Return when the last move was whole."""
        with self._speaker() as speaker:
            found = speaker.rows(f"SELECT max(toNullable(moved_ms)) AS at FROM {_STAMP}", {}, {}).to_pylist()[0]["at"]  # noqa: S608 - a name of ours
            return None if found is None else int(found)

    def close(self) -> None:
        """Nothing is held between statements."""

    @contextmanager
    def _speaker(self) -> Generator[Speaker]:
        made = _Here(self._settings.folder) if self._settings.folder else _Server(self._settings)
        try:
            yield made
        finally:
            made.close()


class _Server:
    """A session of a server, over HTTP."""

    def __init__(self, settings: ClickHouseSettings) -> None:
        """Connect; values travel as the server's own parameters."""
        connect, self._tools = _part("clickhouse_connect"), _part("clickhouse_connect.driver.tools")
        given = {"host": settings.host, "port": settings.port, "username": settings.user, "password": settings.password}
        given |= {"database": settings.database, "secure": settings.secure}
        self._make = lambda: connect.get_client(**given, autogenerate_session_id=True)
        try:
            self._client: Any = self._make()
        except Exception as error:
            raise NotAvailable(
                f"No ClickHouse answers at {settings.host}:{settings.port}.", where="clickhouse.host", fix="Look at [clickhouse] in windsock.toml."
            ) from error
        self._query = ""

    def rows(self, text: str, params: Mapping[str, Value], settings: Mapping[str, Any]) -> pa.Table:
        return self._client.query_arrow(text, parameters=dict(params), settings=self._named(settings), use_strings=True)

    def tell(self, text: str, params: Mapping[str, Value], settings: Mapping[str, Any]) -> None:
        self._client.command(text, parameters=dict(params), settings=self._named(settings))

    def load(self, table: str, file: Path, token: str) -> None:
        self._tools.insert_file(self._client, table, str(file), fmt="Parquet", settings=_once(token))

    def stop(self) -> None:
        if self._query:
            with suppress(*_errors()):
                other = self._make()
                other.command("KILL QUERY WHERE query_id = {id:String}", parameters={"id": self._query})
                other.close()

    def close(self) -> None:
        self._client.close()

    def _named(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        self._query = _part("uuid").uuid4().hex
        return {**settings, "query_id": self._query}


_HERE: dict[str, Any] = {}
_HERE_LOCK = threading.RLock()


class _Here:
    """The engine in this process, in a folder; one statement at a time, which can't be stopped before its time limit."""

    def __init__(self, folder: str) -> None:
        """Open the folder; the engine opens one in a process."""
        made = _part("chdb.session").Session
        _HERE_LOCK.acquire()
        if folder not in _HERE:
            try:
                _HERE[folder] = made(folder)
            except BaseException:
                _HERE_LOCK.release()
                raise
        self._session = _HERE[folder]

    def rows(self, text: str, params: Mapping[str, Value], settings: Mapping[str, Any]) -> pa.Table:
        found = self._query(text + _tail(settings), "ArrowStream", params).bytes()
        return pa.ipc.open_stream(found).read_all() if found else pa.table({})

    def tell(self, text: str, params: Mapping[str, Value], settings: Mapping[str, Any]) -> None:
        self._query(text + _tail(settings), "Null", params)

    def load(self, table: str, file: Path, token: str) -> None:
        quoted = str(file).replace("\\", "\\\\").replace("'", "\\'")
        self._query(f"INSERT INTO \"{table}\"{_tail(_once(token))} SELECT * FROM file('{quoted}', Parquet)", "Null", {})  # noqa: S608 - a name of the schema, and a path with its quotes escaped

    def stop(self) -> None:
        pass

    def close(self) -> None:
        _HERE_LOCK.release()

    def _query(self, text: str, form: str, params: Mapping[str, Value]) -> Any:  # noqa: ANN401 - the library's own
        try:
            return self._session.query(text, form, params=_escaped(params))
        except RuntimeError:
            # What a refused statement had written already would be given to the next one as its answer.
            self._session.query("SELECT 1 AS nothing", "ArrowStream")
            raise


def _once(token: str) -> dict[str, Any]:
    return {"insert_deduplicate": 1, "insert_deduplication_token": token}


def _tail(settings: Mapping[str, Any]) -> str:
    return "" if not settings else " SETTINGS " + ", ".join(f"{name} = {value!r}" for name, value in settings.items())


def _escaped(params: Mapping[str, Value]) -> dict[str, Any]:
    """Return values as the engine reads parameters: texts with escapes."""
    found: dict[str, Any] = {}
    for name, value in params.items():
        if isinstance(value, str):
            found[name] = value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
        else:
            found[name] = str(value) if isinstance(value, (Decimal, dt.date)) else value
    return found


def _kind(kind: str) -> str:
    if kind == "MAP":
        return "Map(String, Nullable(String))"
    return f"Nullable({_KINDS.get(kind, kind.replace('DECIMAL', 'Decimal'))})"


def _part(name: str) -> Any:  # noqa: ANN401 - a library without types that may be absent
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise NotAvailable(
            f"The library {name.partition('.')[0]} is not installed.", where="warehouse.engine", fix="pip install 'windsock[clickhouse]'"
        ) from error


def _errors() -> tuple[type[Exception], ...]:
    found: list[type[Exception]] = []
    for name, error in (("chdb._exceptions", "ChdbError"), ("clickhouse_connect.driver.exceptions", "ClickHouseError")):
        with suppress(ImportError):
            found.append(getattr(importlib.import_module(name), error))
    return tuple(found)


def _worded(error: Exception, bounds: Bounds) -> Exception:
    text = str(error)
    if bounds.cancel is not None and bounds.cancel.cancelled:
        return Cancelled("The query was cancelled.")
    if "TIMEOUT_EXCEEDED" in text:
        return QueryTimeout(f"The query ran over its limit of {bounds.limit_s:g} s.", fix="Ask for a shorter period or fewer dimensions.")
    if "TOO_MANY_ROWS_OR_BYTES" in text:
        return TooLarge(f"The answer has more than {bounds.rows_max:,} rows.", fix="Narrow the filter, coarsen the grain, or page through it.")
    if "windsock: a number that is not plain" in text:
        return NotAvailable(
            "A property that is no plain number is not available as one on ClickHouse.",
            where="properties",
            fix="Ask the workspace's own engine: WINDSOCK_WAREHOUSE__ENGINE=duckdb.",
        )
    return Fault("ClickHouse refused a statement.", where=text.split("\n", 1)[0][:300])
