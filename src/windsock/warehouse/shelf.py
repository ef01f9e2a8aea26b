"""Where parts lie: who writes them, who still reads them, and when their files may go."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from windsock.warehouse import parts

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    import pyarrow as pa

    from windsock.warehouse.face import Value

_WAITING_MOST = 1
"""Parts that wait for the thread that writes them: each is a chunk of a load in memory."""


class Shelf:
    """The folder of parts of one warehouse; safe to use from many threads."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; it is made with the first part."""
        self.folder = folder
        self.count = 0
        self._lock = threading.Lock()
        self._since: dict[object, float] = {}
        self._retired: list[tuple[float, Path]] = []

    def arrange(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """At the start, while nobody else is at the warehouse: remove what no commit knows, and make the view."""
        parts.remove_unknown(cursor, self.folder)
        parts.show(cursor, self.folder)
        self.count = parts.count(cursor)

    @contextmanager
    def reading(self) -> Generator[None]:
        """Keep every file of this moment for the length of the block."""
        reader = object()
        with self._lock:
            self._since[reader] = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                del self._since[reader]

    @contextmanager
    def writing(self) -> Generator[Writing]:
        """Give what a transaction needs; it is committed inside the block."""
        writing = Writing(self.folder)
        try:
            yield writing
        except BaseException:
            writing.give_up()
            raise
        finally:
            writing.end()
        if writing.left is not None:
            self.count = writing.left
        now = time.monotonic()
        with self._lock:
            self._retired.extend((now, path) for path in writing.moved)

    def sweep(self) -> None:
        """Remove files that were moved in and that nobody reads any more."""
        if not self._retired:
            return
        with self._lock:
            oldest = min(self._since.values(), default=float("inf"))
            gone = [path for at, path in self._retired if at < oldest]
            self._retired = [(at, path) for at, path in self._retired if at >= oldest]
        for path in gone:
            path.unlink(missing_ok=True)


class Writing:
    """A transaction's parts: those that it writes, in a thread beside it, and those that it moves in."""

    def __init__(self, folder: Path) -> None:
        """Begin without any."""
        self.moved: list[Path] = []
        self.left: int | None = None
        self._folder = folder
        self._files: list[tuple[Path, int, list[str], Mapping[str, Value]]] = []
        self._written: list[Path] = []
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: list[Future[None]] = []
        self._may_be_committed = False

    def add(self, rows: pa.Table, same: Mapping[str, Value]) -> None:
        """Write rows into a file of their own; ``same`` is kept beside it.

        Raises:
            OSError: the disk refused an earlier one.
        """
        if self._thread is None:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="warehouse-part")
        while len(self._waiting) > _WAITING_MOST:
            self._waiting.pop(0).result()
        path = self._folder / f"{time.time_ns():020d}-{len(self._files):04d}.parquet"
        self._files.append((path, rows.num_rows, rows.column_names, dict(same)))
        self._waiting.append(self._thread.submit(parts.write, path, rows))

    def finish(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """See that all is on disk, and make it seen with the commit, which is to follow at once.

        Raises:
            OSError: the disk refused something.
        """
        self._lay_down(cursor)
        self._may_be_committed = True

    def move_in(self, cursor: duckdb.DuckDBPyConnection, most: int | None = None) -> bool:
        """Move parts into the engine's file; returns whether there were any."""
        moved = parts.move_in(cursor, self._folder, most)
        self.moved += moved
        if moved:
            self.left = parts.count(cursor)
        return bool(moved)

    def rewritten(self, cursor: duckdb.DuckDBPyConnection, sql: str) -> str:
        """Return a statement as the engine is to run it: before events are changed, all of them are brought into its file."""
        changed = parts.on_rows(sql)
        if changed is None:
            return sql
        self._lay_down(cursor)
        self.move_in(cursor)
        return changed

    def give_up(self) -> None:
        """Remove what was written, as the transaction is rolled back; what a commit may know after all is left to the next start."""
        self.end()
        if not self._may_be_committed:
            for path in (*self._written, *(path for path, *_ in self._files)):
                path.unlink(missing_ok=True)

    def end(self) -> None:
        """Let the thread that writes go, once what it is at is done."""
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)

    def _lay_down(self, cursor: duckdb.DuckDBPyConnection) -> None:
        while self._waiting:
            self._waiting.pop(0).result()
        if not self._files:
            return
        for path, rows, held, same in self._files:
            row = {"file": path.name, "rows": rows, "held": json.dumps(held), "same": json.dumps(same, sort_keys=True)}
            cursor.execute("INSERT INTO warehouse_part VALUES ($file, $rows, $held, $same)", row)
        self._written += [path for path, *_ in self._files]
        self._files = []
        parts.sync(self._folder)
        parts.show(cursor, self._folder)
        self.left = parts.count(cursor)
        if self.left > parts.PARTS_MOST:
            self.move_in(cursor)
