"""The owner's side: other processes of the same user ask over a 0600 socket in the workspace folder."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import structlog

from windsock.kernel.errors import Broken
from windsock.warehouse import wire
from windsock.warehouse.face import Cancel
from windsock.warehouse.runs import Run

if TYPE_CHECKING:
    from windsock.warehouse.engine import LocalTransaction, LocalWarehouse

_CONNECTIONS_MAX = 32
_log = structlog.get_logger(__name__)


def serve_socket(warehouse: LocalWarehouse, path: Path) -> SocketServer:
    """Answer on a socket until it is closed; a stale socket file is replaced (the caller owns the warehouse's lock)."""
    return SocketServer(warehouse, path)


class SocketServer:
    """Accepts connections in a thread of its own, one more thread for each; a closed connection rolls back and cancels."""

    def __init__(self, warehouse: LocalWarehouse, path: Path) -> None:
        """Bind, restrict to the owner, and start accepting."""
        self._warehouse, self._path = warehouse, path
        self._places = threading.BoundedSemaphore(_CONNECTIONS_MAX)
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX)
        bind_short(self._socket, path)
        path.chmod(0o600)
        self._socket.listen(_CONNECTIONS_MAX)
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, name="warehouse-socket", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering and remove the socket file."""
        self._path.unlink(missing_ok=True)
        for connection in (self._socket, *tuple(self._open)):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                _log.debug("socket already down")
            connection.close()
        self._thread.join(timeout=5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            if not self._places.acquire(blocking=False):
                connection.close()
                continue
            self._open.add(connection)
            threading.Thread(target=self._converse, args=(connection,), name="warehouse-guest", daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        try:
            while True:
                head, rows = wire.receive(connection)
                self._answer(connection, head, rows)
        except (EOFError, OSError):
            _log.debug("a guest of the warehouse has left")
        finally:
            self._open.discard(connection)
            connection.close()
            self._places.release()

    def _answer(self, connection: socket.socket, head: dict[str, Any], rows: pa.Table | None) -> None:
        del rows
        try:
            if head["op"] == "query":
                with _cancel_when_gone(connection) as cancel:
                    found = self._warehouse.query_text(head["sql"], wire.unpack_params(head["params"]), timeout_s=head["timeout_s"], cancel=cancel)
                wire.send(connection, {}, found)
            elif head["op"] == "follow":
                self._follow(connection, head)
            elif head["op"] == "version":
                wire.send(connection, {"version": self._warehouse.version()})
            elif head["op"] == "changes":
                wire.send(connection, {**self._warehouse.changes(int(head["since"])).json(), "owner": self._warehouse.owner()})
            elif head["op"] == "begin":
                self._transact(connection)
            elif head["op"] == "snapshot":
                self._show(connection)
            else:
                raise Broken(f"The owner does not know '{head['op']}'.")
        except (EOFError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the guest must hear of it
            wire.send(connection, wire.pack_error(error))

    def _follow(self, connection: socket.socket, head: dict[str, Any]) -> None:
        """Answer a statement beside a run."""
        run, params = Run.of(head["run"], wire.unpack_params(head["values"])), wire.unpack_params(head["params"])
        with _cancel_when_gone(connection) as cancel:
            found = self._warehouse.follow_text(run, head["sql"], params, timeout_s=head["timeout_s"], cancel=cancel)
        wire.send(connection, {}, found)

    def _transact(self, connection: socket.socket) -> None:
        """Serve one transaction; leaving without a commit rolls it back."""
        with self._warehouse.transaction() as transaction:
            wire.send(connection, {})
            while True:
                head, rows = wire.receive(connection)
                if head["op"] == "commit":
                    break
                try:
                    step: Callable[..., Any] = _STEPS[head["op"]]
                    result = step(transaction, head, rows)
                except Exception as error:  # noqa: BLE001 - the guest decides what to do about it
                    wire.send(connection, wire.pack_error(error))
                    continue
                wire.send(connection, {"count": result} if isinstance(result, int) else {}, None if isinstance(result, int) else result)
        wire.send(connection, {})

    def _show(self, connection: socket.socket) -> None:
        """Serve one moment: queries, and tables row group by row group, until the guest says that it is done."""
        with self._warehouse.snapshot() as moment:
            wire.send(connection, {})
            while True:
                head, _ = wire.receive(connection)
                if head["op"] == "done":
                    break
                if head["op"] == "query":
                    wire.send(connection, {}, moment.query_text(head["sql"]))
                    continue
                pieces = moment.stream_text(head["sql"]) if head["op"] == "stream" else moment.rows(head["table"])
                for batch in pieces:
                    wire.send(connection, {"more": True}, pa.Table.from_batches([batch]))
                wire.send(connection, {"more": False})
        wire.send(connection, {})


def _append(transaction: LocalTransaction, head: dict[str, Any], rows: pa.Table) -> int:
    return transaction.append(head["table"], rows, wire.unpack_params(head["params"]), bulk=head["bulk"])


def _stage(transaction: LocalTransaction, head: dict[str, Any], rows: pa.Table) -> int:
    transaction.stage(head["name"], rows)
    return 0


def _execute(transaction: LocalTransaction, head: dict[str, Any], _: pa.Table | None) -> int:
    return transaction.execute_text(head["sql"], wire.unpack_params(head["params"]))


def _query(transaction: LocalTransaction, head: dict[str, Any], _: pa.Table | None) -> pa.Table:
    return transaction.query_text(head["sql"], wire.unpack_params(head["params"]))


_STEPS: dict[str, Callable[..., Any]] = {"append": _append, "stage": _stage, "execute": _execute, "query": _query}


class _cancel_when_gone:  # noqa: N801 - it reads as a verb in its with statement
    """Cancel a query when its asker hangs up; the asker sends nothing while it waits, so that a readable socket means it has left."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._done, self.cancel = connection, threading.Event(), Cancel()

    def __enter__(self) -> Cancel:
        self._thread = threading.Thread(target=self._watch, name="warehouse-guest-watch", daemon=True)
        self._thread.start()
        return self.cancel

    def __exit__(self, *_: object) -> None:
        self._done.set()

    def _watch(self) -> None:
        while not self._done.wait(0.25):
            try:
                if self._connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b"":
                    self.cancel.cancel()
                    return
            except BlockingIOError:
                continue
            except OSError:
                self.cancel.cancel()
                return


def bind_short(server: socket.socket, path: Path) -> None:
    """Bind to a path that may be longer than the 108 bytes of a socket address, by way of its open folder."""
    import os  # noqa: PLC0415 - only this function needs it

    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        server.bind(f"/proc/self/fd/{folder}/{path.name}" if len(str(path)) > 100 else str(path))
    finally:
        os.close(folder)
