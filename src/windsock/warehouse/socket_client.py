"""The guest's side: the warehouse's face over the owner's socket."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock.kernel.errors import Busy, Cancelled
from windsock.warehouse import wire
from windsock.warehouse.changes import Changes, Numbered
from windsock.warehouse.face import Cancel, Value
from windsock.warehouse.statement import render

if TYPE_CHECKING:
    from sqlglot import exp

    from windsock.warehouse.runs import Run
    from windsock.warehouse.statement import Statement

_SHORT = 100


def connect_socket(path: Path) -> SocketWarehouse:
    """Ask the owner of a workspace.

    Raises:
        FileNotFoundError: there is no socket: nobody owns the workspace.
        ConnectionRefusedError: the socket is a leftover of an owner that has died.
    """
    guest = SocketWarehouse(path)
    guest.version()
    return guest


class SocketWarehouse:
    """Each query and each transaction uses a connection of its own, so that threads do not wait for each other."""

    follows = True

    def __init__(self, path: Path) -> None:
        """Remember where the owner answers."""
        self._path = path
        self._idle: list[socket.socket] = []
        self._lock = threading.Lock()
        self._numbered = Numbered()

    def query(
        self,
        statement: exp.Expr | Statement,
        params: Mapping[str, Value] | None = None,
        *,
        timeout_s: float | None = None,
        cancel: Cancel | None = None,
    ) -> pa.Table:
        """Run a SELECT in the owner process; see ``face.Warehouse.query``."""
        return self._stopped({"op": "query", "sql": render(statement), "params": wire.pack_params(params), "timeout_s": timeout_s}, cancel)

    def follow(
        self,
        run: Run,
        statement: exp.Expr | Statement,
        params: Mapping[str, Value] | None = None,
        *,
        timeout_s: float | None = None,
        cancel: Cancel | None = None,
    ) -> pa.Table:
        """Run a SELECT beside the cuts of a run in the owner process; see ``face.Warehouse.follow``."""
        asked = {"op": "follow", "sql": render(statement), "params": wire.pack_params(params), "timeout_s": timeout_s}
        return self._stopped(asked | {"run": run.json(), "values": wire.pack_params(run.values)}, cancel)

    def _stopped(self, asked: Mapping[str, Any], cancel: Cancel | None) -> pa.Table:
        """Ask, and hang up when somebody cancels."""
        with self._connection() as connection:

            def hang_up() -> None:
                connection.shutdown(socket.SHUT_RDWR)

            if cancel is not None:
                cancel.on_cancel(hang_up)
            try:
                _, rows = _ask(connection, asked)
            except (EOFError, OSError):
                if cancel is not None and cancel.cancelled:
                    raise Cancelled("The query was cancelled.") from None
                raise
            finally:
                if cancel is not None:
                    cancel.forget(hang_up)
            return _rows(rows)

    @contextmanager
    def transaction(self) -> Generator[SocketTransaction]:
        """Open a transaction in the owner process; see ``face.Warehouse.transaction``."""
        with self._connection() as connection:
            _ask(connection, {"op": "begin"})
            try:
                yield SocketTransaction(connection)
            except BaseException:
                connection.shutdown(socket.SHUT_RDWR)
                raise
            _ask(connection, {"op": "commit"})

    @contextmanager
    def snapshot(self) -> Generator[SocketSnapshot]:
        """Hold one moment still in the owner process; see ``face.Warehouse.snapshot``."""
        with self._connection() as connection:
            _ask(connection, {"op": "snapshot"})
            try:
                yield SocketSnapshot(connection)
            except BaseException:
                connection.shutdown(socket.SHUT_RDWR)
                raise
            _ask(connection, {"op": "done"})

    def version(self) -> int:
        """Return the owner's number of commits."""
        with self._connection() as connection:
            head, _ = _ask(connection, {"op": "version"})
            return int(head["version"])

    def changes(self, since: int) -> Changes:
        """Return what the owner knows of commits after a version."""
        with self._connection() as connection:
            head, _ = _ask(connection, {"op": "changes", "since": self._numbered.at_owner(since)})
            return self._numbered.read(str(head["owner"]), Changes.of(head), since)

    def tidy(self) -> bool:
        """Leave that to the owner."""
        return False

    def close(self) -> None:
        """Hang up."""
        with self._lock:
            for connection in self._idle:
                connection.close()
            self._idle.clear()

    @contextmanager
    def _connection(self) -> Generator[socket.socket]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = _dial(self._path)
        try:
            yield connection
        except (EOFError, OSError) as error:
            connection.close()
            raise Busy("The process that owns the workspace has gone away.", where=str(self._path), fix="Start it again, or try again.") from error
        except BaseException:
            connection.close()
            raise
        with self._lock:
            self._idle.append(connection)


class SocketSnapshot:
    """The guest's side of a moment; see ``face.Snapshot``."""

    def __init__(self, connection: socket.socket) -> None:
        """Talk over a connection on which a moment is held."""
        self._connection = connection

    def query(self, statement: exp.Expr | Statement) -> pa.Table:
        """Run a SELECT at that moment."""
        _, rows = _ask(self._connection, {"op": "query", "sql": render(statement)})
        return _rows(rows)

    def rows(self, table: str) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a table; read them to the end before asking anything else."""
        return self._pieces({"op": "rows", "table": table})

    def stream(self, statement: exp.Expr | Statement) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a SELECT; see ``face.Snapshot.stream``."""
        return self._pieces({"op": "stream", "sql": render(statement)})

    def _pieces(self, asked: Mapping[str, Any]) -> Iterator[pa.RecordBatch]:
        wire.send(self._connection, asked)
        while True:
            head, rows = wire.receive(self._connection)
            wire.raise_error(head)
            if not head["more"]:
                return
            yield from _rows(rows).to_batches()


class SocketTransaction:
    """The guest's side of a transaction; see ``face.Transaction``."""

    def __init__(self, connection: socket.socket) -> None:
        """Talk over a connection on which a transaction has begun."""
        self._connection = connection

    def append(self, table: str, rows: pa.Table, same: Mapping[str, Value] | None = None, *, bulk: bool = False) -> int:
        """Add rows."""
        head, _ = _ask(self._connection, {"op": "append", "table": table, "params": wire.pack_params(same), "bulk": bulk}, rows)
        return int(head["count"])

    def stage(self, name: str, rows: pa.Table) -> None:
        """Make rows readable under a name."""
        _ask(self._connection, {"op": "stage", "name": name}, rows)

    def execute(self, statement: exp.Expr | Statement, params: Mapping[str, Value] | None = None) -> int:
        """Run a statement that writes."""
        head, _ = _ask(self._connection, {"op": "execute", "sql": render(statement), "params": wire.pack_params(params)})
        return int(head["count"])

    def query(self, statement: exp.Expr | Statement, params: Mapping[str, Value] | None = None) -> pa.Table:
        """Run a SELECT inside the transaction."""
        _, rows = _ask(self._connection, {"op": "query", "sql": render(statement), "params": wire.pack_params(params)})
        return _rows(rows)


def _ask(connection: socket.socket, head: Mapping[str, Any], rows: pa.Table | None = None) -> tuple[dict[str, Any], pa.Table | None]:
    wire.send(connection, head, rows)
    answer, found = wire.receive(connection)
    wire.raise_error(answer)
    return answer, found


def _rows(rows: pa.Table | None) -> pa.Table:
    return rows if rows is not None else pa.table({})


def _dial(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    folder = -1
    try:
        if len(str(path)) > _SHORT:
            folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
            connection.connect(f"/proc/self/fd/{folder}/{path.name}")
        else:
            connection.connect(str(path))
    except OSError:
        connection.close()
        raise
    finally:
        if folder >= 0:
            os.close(folder)
    return connection
