"""The one writer of the inbox: everything that waits is written by one commit, and whoever waited is told afterwards."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from windsock.kernel.errors import Broken, Busy, TooMany
from windsock.kernel.seal import new_key, shut
from windsock.tracking import inbox_sql as sql
from windsock.tracking.body import DAY_PURPOSE, Body, pack
from windsock.tracking.crash_points import reach

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from windsock.kernel.clock import Clock
    from windsock.kernel.seal import Seal
    from windsock.kernel.settings import IntakeSettings

    Waiting = tuple[Body, asyncio.AbstractEventLoop, asyncio.Future[None]]

_log = structlog.get_logger(__name__)

GROUP_MOST_BYTES = 8 << 20
MINUTE_MS = 60_000
_LOOK_S = 0.2
_CLOSE_S = 30.0
_DISK_RETRY_S = 5
_MEMORY_RETRY_S = 1


class Full(TooMany):
    """Too much waits already; ``retry_after_s`` says when to try again."""

    code = "inbox_full"


class Unwritable(Busy):
    """The disk refused; nothing was kept."""

    code = "inbox_unwritable"


class GroupWriter:
    """A thread that writes what waits, group by group.

    Two bounds hold: bytes that wait in memory for the disk, and bytes on disk that wait for the loader. A share of both is kept for
    the Sensors protocol, whose clients lose events when they are refused.
    """

    def __init__(self, path: Path, seal: Seal, clock: Clock, settings: IntakeSettings) -> None:
        """Open the file and start the thread.

        Raises:
            sqlite3.Error: the file can't be opened.
        """
        self._path, self._seal, self._clock = path, seal, clock
        shared = 1 - settings.sensors_share
        self._memory = {"segment": int(settings.waiting_max_bytes * shared), "sensors": settings.waiting_max_bytes}
        self._disk = {"segment": int(settings.inbox_max_bytes * shared), "sensors": settings.inbox_max_bytes}
        self._most_events = settings.batch_events
        self._lock, self._wake = threading.Lock(), threading.Event()
        self._waiting: deque[Waiting] = deque()
        self._held = 0
        self._undrained: deque[tuple[int, int]] = deque()
        self._on_disk, self._looked, self._drained = 0, 0.0, 0
        self._day, self._key = "", b""
        self._closing, self._failing = False, False
        self._connection: sqlite3.Connection | None = None
        self._open()
        self._thread = threading.Thread(target=self._run, name="inbox-writer", daemon=True)
        self._thread.start()

    def room(self, protocol: str, more: int = 0) -> float:
        """Return 0 when so many bytes more would be taken now, else in how many seconds it is worth asking again."""
        if self._on_disk > self._disk[protocol]:
            return _DISK_RETRY_S
        # What nothing else waits beside is always taken, so that a bound below the largest body refuses nobody for ever.
        return _MEMORY_RETRY_S if self._held and self._held + more > self._memory[protocol] else 0.0

    def offer(self, body: Body, loop: asyncio.AbstractEventLoop, kept: asyncio.Future[None]) -> None:
        """Queue a body; ``kept`` is resolved once it is on disk, or fails with ``Unwritable``.

        Raises:
            Full: a bound is reached.
            Broken: the inbox is closed.
        """
        wait_s = self.room(body.protocol, len(body.data))
        if wait_s:
            raise Full("Too many events wait to be stored.", retry_after_s=int(wait_s), fix="Send them again later.")
        with self._lock:
            if self._closing:
                raise Broken("The inbox is closed.", where="inbox")
            self._held += len(body.data)
            self._waiting.append((body, loop, kept))
        self._wake.set()

    def close(self) -> None:
        """Write what waits and stop."""
        with self._lock:
            self._closing = True
        self._wake.set()
        self._thread.join(_CLOSE_S)

    def _run(self) -> None:
        while True:
            woken = self._wake.wait(_LOOK_S)
            self._wake.clear()
            while group := self._take():
                error = self._write(group)
                self._settle(group, error)
                self._tell_state(error)
            if self._closing and not self._waiting:
                break
            if not woken:
                self._watch()
        if self._connection is not None:
            self._connection.close()

    def _take(self) -> list[Waiting]:
        """Take what waits in order, up to the bounds of a block; a larger body makes a block of its own."""
        group: list[Waiting] = []
        size = events = 0
        with self._lock:
            while self._waiting:
                body = self._waiting[0][0]
                if group and (size + len(body.data) > GROUP_MOST_BYTES or events + body.events > self._most_events):
                    break
                group.append(self._waiting.popleft())
                size += len(body.data)
                events += body.events
        return group

    def _write(self, group: list[Waiting]) -> Unwritable | None:
        try:
            self._commit([body for body, _, _ in group])
        except Exception as error:  # noqa: BLE001 - whatever went wrong, nobody may be told that it is kept, and the next group is tried
            self._drop_connection()
            return Unwritable(f"The events could not be stored: {type(error).__name__}: {error}.", where="inbox", fix="Send them again later.")
        return None

    def _tell_state(self, error: Unwritable | None) -> None:
        """Log once that it fails, and once that it works again. A full disk refuses logs as well: that must not stop the writer."""
        if (error is not None) == self._failing:
            return
        self._failing = error is not None
        with suppress(Exception):
            if error is not None:
                _log.error("the inbox can't be written", reason=error.what)
            else:
                _log.warning("the inbox can be written again")

    def _commit(self, bodies: list[Body]) -> None:
        connection = self._connection or self._open()
        first_ms, last_ms = min(body.received_ms for body in bodies), max(body.received_ms for body in bodies)
        counts: dict[tuple[str, int], int] = {}
        for body in bodies:
            place = (body.source, body.received_ms // MINUTE_MS * MINUTE_MS)
            counts[place] = counts.get(place, 0) + body.events
        day = dt.datetime.fromtimestamp(self._clock.now_ms() / 1000, dt.UTC).date().isoformat()
        packed = pack(bodies)
        connection.execute("BEGIN IMMEDIATE")
        blob = shut(self._key_of(connection, day), packed)
        added = connection.execute(sql.ADD_BLOCK, (day, first_ms, last_ms, sum(counts.values()), len(blob), blob))
        seq = added.lastrowid or 0
        connection.executemany(sql.ADD_COUNT, [(seq, source, minute, events) for (source, minute), events in counts.items()])
        reach("accept.before_commit")
        connection.execute("COMMIT")
        reach("accept.after_commit")
        self._undrained.append((seq, len(blob)))
        self._on_disk += len(blob)
        self._watch()

    def _key_of(self, connection: sqlite3.Connection, day: str) -> bytes:
        """Return the key of a day, read in the transaction that writes with it: it may have been made by another or destroyed meanwhile."""
        found = connection.execute(sql.DAY_KEY, (day,)).fetchone()
        if found is None:
            key = new_key()
            connection.execute(sql.ADD_DAY_KEY, (day, self._seal.shut(DAY_PURPOSE, key)))
            # Kept only once it is committed with its first block: until then it is read again.
            self._day = ""
            return key
        if day != self._day:
            self._day, self._key = day, self._seal.open(DAY_PURPOSE, found[0])
        return self._key

    def _settle(self, group: list[Waiting], error: Unwritable | None) -> None:
        loops: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
        for _, loop, kept in group:
            loops.setdefault(loop, []).append(kept)
        with self._lock:
            self._held -= sum(len(body.data) for body, _, _ in group)
        for loop, waiting in loops.items():
            with suppress(RuntimeError):  # its loop has ended: nobody waits any more
                loop.call_soon_threadsafe(_tell, waiting, error)

    def _watch(self) -> None:
        """See how far the loader came, a few times a second."""
        now = time.monotonic()
        if now - self._looked < _LOOK_S or self._connection is None:
            return
        self._looked = now
        try:
            found = self._connection.execute(sql.DRAINED).fetchone()
        except sqlite3.Error:
            return
        self._drained = found[0] if found else 0
        while self._undrained and self._undrained[0][0] <= self._drained:
            self._on_disk -= self._undrained.popleft()[1]

    def _open(self) -> sqlite3.Connection:
        connection = sql.connect(self._path, durable=True)
        found = connection.execute(sql.DRAINED).fetchone()
        self._drained = found[0] if found else 0
        self._undrained = deque(connection.execute(sql.WAITING, (self._drained,)))
        self._on_disk = sum(size for _, size in self._undrained)
        self._connection = connection
        return connection

    def _drop_connection(self) -> None:
        # After a failed sync nobody knows what the file holds: a new connection reads it anew.
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None


def _tell(waiting: list[asyncio.Future[None]], error: Unwritable | None) -> None:
    for kept in waiting:
        if kept.done():
            continue
        if error is None:
            kept.set_result(None)
        else:
            kept.set_exception(error)
