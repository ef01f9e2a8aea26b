"""What a statement may take, and how the engine's errors are worded, so that no other room needs to know the engine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from windsock.kernel.errors import Busy, Cancelled, Fault, QueryTimeout

if TYPE_CHECKING:
    from windsock.warehouse.face import Cancel

_SHORTER = "Ask for a shorter period or fewer dimensions."


@contextmanager
def still(cursor: duckdb.DuckDBPyConnection) -> Generator[int]:
    """Hold one moment still for a cursor, and tell its version."""
    cursor.execute("BEGIN TRANSACTION READ ONLY")
    try:
        yield int(cursor.execute("SELECT version FROM warehouse_meta").fetchall()[0][0])  # the moment is that of the first statement
    finally:
        cursor.execute("ROLLBACK")


@contextmanager
def limited(cursor: duckdb.DuckDBPyConnection, limit_s: float, cancel: Cancel | None) -> Generator[Callable[[], None]]:
    """Interrupt the cursor at the time limit or when somebody cancels, and word the interruption; gives what raises it between statements."""
    late = threading.Event()
    over = f"The query ran over its limit of {limit_s:g} s."

    def check() -> None:
        if cancel is not None:
            cancel.check()
        if late.is_set():
            raise QueryTimeout(over, fix=_SHORTER)

    def out_of_time() -> None:
        late.set()
        cursor.interrupt()

    timer = threading.Timer(limit_s, out_of_time)
    timer.daemon = True
    timer.start()
    interrupt = cursor.interrupt  # one object: the engine makes another one each time it is named, and equal to none
    if cancel is not None:
        cancel.on_cancel(interrupt)
    try:
        if cancel is not None and cancel.cancelled:
            raise Cancelled("The query was cancelled before it began.")
        yield check
    except (duckdb.Error, pa.ArrowException) as error:
        try:
            check()
        except (Cancelled, QueryTimeout) as stopped:
            raise stopped from error
        raise worded_error(error) from error
    finally:
        timer.cancel()
        if cancel is not None:
            cancel.forget(interrupt)


@contextmanager
def worded() -> Generator[None]:
    """Turn the engine's errors into ours."""
    try:
        yield
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise worded_error(error) from error


def worded_error(error: Exception) -> Fault:
    """Return an error of the engine, of Arrow or of the disk as ours."""
    if isinstance(error, OSError):
        place = ": ".join(str(part) for part in (error.filename, error.strerror) if part)
        return Fault("The disk refused a file of the warehouse; nothing of it was stored.", where=place, fix="Make room on the disk, then try again.")
    if isinstance(error, duckdb.OutOfMemoryException):
        return Busy("The query needs more memory than the warehouse may use.", fix="Ask for less, or raise warehouse.memory_limit.")
    return Fault("The engine refused a statement.", where=str(error).split("\n", 1)[0][:300])
