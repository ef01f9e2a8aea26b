"""The inbox: what was accepted, on disk before it is answered, kept sealed until it is loaded and its days are over.

A *block* is what one commit wrote: the bodies of all requests that waited for it, packed, compressed and sealed with the key of the
day. The key of a day lies beside, sealed with the workspace's secret; once it is destroyed nobody can read that day's bodies.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

from windsock.kernel.errors import Broken
from windsock.tracking import inbox_sql as sql
from windsock.tracking.block_reader import BlockReader
from windsock.tracking.body import DAY_PURPOSE, UNREADABLE, Block, Body
from windsock.tracking.inbox_writer import Full, GroupWriter, Unwritable
from windsock.workspace import INBOX_FILE

if TYPE_CHECKING:
    import sqlite3

    from windsock.kernel.seal import Seal
    from windsock.workspace import Workspace

__all__ = ["FILE", "UNREADABLE", "Block", "Body", "Full", "Inbox", "Unwritable", "open_inbox"]

FILE = INBOX_FILE
COUNTS_MOST = 100_000


class Inbox(BlockReader):
    """The inbox of a workspace; opened for writing by the door, for reading by whatever loads it.

    Attributes:
        name: id of this inbox, under which the warehouse keeps how far it was loaded.
    """

    def __init__(self, connection: sqlite3.Connection, name: str, seal: Seal, writer: GroupWriter | None) -> None:
        """Wrap what ``open_inbox`` opened."""
        super().__init__(connection, seal.key(DAY_PURPOSE))
        self.name = name
        self._writer = writer

    async def put(self, body: Body) -> None:
        """Return when the body is on disk.

        Raises:
            Full: too much waits for the disk or for the loader; says when to try again.
            Unwritable: the disk refused; nothing was kept.
            Broken: the inbox was opened for reading, or is closed.
        """
        if self._writer is None:
            raise Broken("The inbox was opened for reading.", where="Inbox.put()")
        loop = asyncio.get_running_loop()
        kept = loop.create_future()
        self._writer.offer(body, loop, kept)
        await kept

    def room(self, protocol: str, more: int = 0) -> float:
        """Return 0 when so many bytes more would be taken now, else in how many seconds it is worth asking again."""
        return self._writer.room(protocol, more) if self._writer is not None else 0.0

    def mark_drained(self, seq: int) -> None:
        """Note that everything up to a block is in the warehouse; safe to repeat, and never goes back."""
        self._connection.execute(sql.MARK, (seq,))

    def drained(self) -> int:
        """Return the last number that was marked; the warehouse's offset is the truth and may be ahead of it."""
        found = self._connection.execute(sql.DRAINED).fetchone()
        return found[0] if found else 0

    def in_flight(self, after: int) -> list[tuple[str, int, int]]:
        """Return (source, minute received, events) of the blocks after a number: accepted, not loaded yet; 100,000 rows at most."""
        return self._connection.execute(sql.IN_FLIGHT, (after, COUNTS_MOST)).fetchall()

    def range(self) -> tuple[int, int]:
        """Return the numbers of the first and the last block that are kept; (0, 0) when there is none."""
        return self._connection.execute(sql.RANGE).fetchone()

    def between(self, from_ms: int, to_ms: int) -> tuple[int, int]:
        """Return the numbers of the first and the last block with bodies received in [from, to); (0, 0) when there is none."""
        return self._connection.execute(sql.BETWEEN, (from_ms, to_ms)).fetchone()

    def expire(self, now_ms: int, days: int = 7) -> int:
        """Destroy the keys and blocks of days that are over and loaded.

        Args:
            now_ms: the moment.
            days: for how many days bodies are kept; a UTC day goes as a whole once its first moment is that old.

        Returns:
            How many blocks went. What is not marked as drained stays, however old.
        """
        last = (dt.datetime.fromtimestamp(now_ms / 1000, dt.UTC).date() - dt.timedelta(days=days)).isoformat()
        drained, gone = self.drained(), 0
        for day, newest in self._connection.execute(sql.OLD_DAYS, (last,)).fetchall():
            if newest <= drained:
                # The key first: from here on the bodies are unreadable, whatever happens next.
                self._connection.execute(sql.DROP_KEY, (day,))
                gone += self._drop_blocks(day)
        for (day,) in self._connection.execute(sql.OLD_KEYS, (last,)).fetchall():
            self._connection.execute(sql.DROP_KEY, (day,))
        if gone:
            self.forget_keys()
            self._connection.execute("PRAGMA incremental_vacuum").fetchall()
            # The log of the file holds the key's page until it is emptied.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return gone

    def _drop_blocks(self, day: str) -> int:
        gone = 0
        while seqs := self._connection.execute(sql.SOME_OF_DAY, (day,)).fetchall():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany(sql.DROP_BLOCK, seqs)
                self._connection.executemany(sql.DROP_COUNTS, seqs)
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            gone += len(seqs)
        return gone

    def close(self) -> None:
        """Write what waits, then close; a second call does nothing."""
        if self._writer is not None:
            self._writer.close()
        self._connection.close()


def open_inbox(workspace: Workspace, *, write: bool) -> Inbox:
    """Open the inbox in a workspace's folder, making its file when it is missing.

    Args:
        workspace: the open workspace.
        write: it shall take bodies, for which it has a thread; reading needs none and may happen beside, in any process.

    Raises:
        sqlite3.Error: the file can't be opened.
    """
    path = workspace.home / FILE
    connection = sql.connect(path, durable=False)
    try:
        connection.execute(sql.SET_NAME, (workspace.ids.new("inb"),))
        name = connection.execute(sql.NAME).fetchone()[0]
        writer = GroupWriter(path, workspace.seal, workspace.clock, workspace.settings.intake) if write else None
    except BaseException:
        connection.close()
        raise
    return Inbox(connection, name, workspace.seal, writer)
