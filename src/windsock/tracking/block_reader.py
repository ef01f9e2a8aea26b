"""Read the blocks of an inbox: all that is needed to open them, and nothing that writes."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from windsock.kernel.errors import Broken
from windsock.kernel.seal import unshut
from windsock.tracking import inbox_sql as sql
from windsock.tracking.body import UNREADABLE, Block, Body, unpack

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

READ_MOST_BYTES = 64 << 20
"""Bytes of bodies after which reading stops: events may be large, and what is read waits in memory while it is loaded."""


class BlockReader:
    """Reads blocks over a connection."""

    def __init__(self, connection: sqlite3.Connection, day_purpose_key: bytes) -> None:
        """Take a connection to the inbox's file, and the key with which the keys of its days are sealed."""
        self._connection, self._day_purpose_key = connection, day_purpose_key
        self._keys: dict[str, bytes] = {}

    def forget_keys(self) -> None:
        """Forget the keys of days: one that was destroyed must not be anywhere."""
        self._keys.clear()

    def waiting(self, after: int) -> int:
        """Return how many events stand after a block: 0 only if there is none; of a long inbox those of its next thousands of blocks."""
        return self._connection.execute(sql.WAITING_EVENTS, (after,)).fetchone()[0]

    def read(self, after: int, most_events: int) -> list[Block]:
        """Return the blocks after a number in order: until there are ``most_events`` events or 64 MB, and at least one block if there is any."""
        blocks: list[Block] = []
        left, held = most_events, 0
        with contextlib.closing(self._connection.execute(sql.BLOCKS_AFTER, (after,))) as rows:
            for seq, day, events, blob in rows:
                if blocks and events > left:
                    break
                blocks.append(Block(seq, self._open(seq, day, blob)))
                left -= events
                held += sum(len(body.data) for body in blocks[-1].bodies)
                if left <= 0 or held >= READ_MOST_BYTES:
                    break
        return blocks

    def _open(self, seq: int, day: str, blob: bytes) -> tuple[Body, ...]:
        try:
            return tuple(unpack(unshut(self._key(day), blob)))
        except (Broken, msgspec.DecodeError, pa.ArrowException, ValueError):
            # A stream can't stop at a block that is damaged: what is still known of it goes on, as so many events that were not read.
            return tuple(Body(source, "public", "segment", UNREADABLE, minute, "", events, "", b"") for source, minute, events in self._counts(seq))

    def _counts(self, seq: int) -> Iterator[tuple[str, int, int]]:
        yield from self._connection.execute(sql.COUNTS_OF, (seq,))

    def _key(self, day: str) -> bytes:
        if day not in self._keys:
            found = self._connection.execute(sql.DAY_KEY, (day,)).fetchone()
            if found is None:
                raise Broken(f"The key of {day} was destroyed.", where="inbox")
            self._keys = {day: unshut(self._day_purpose_key, found[0])}
        return self._keys[day]
