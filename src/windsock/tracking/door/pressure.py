"""What happens when more arrives than can be kept: Segment's clients are told to come back, Sensors' clients are made to wait.

The SDKs of Segment keep what is answered 429 and send it again; some of Sensors' die on any error and lose all that follows. So their
requests wait, unread, until there is room: the sender's own connection holds the data.
"""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

from windsock.tracking.body import Body
from windsock.tracking.door.asgi import Refused
from windsock.tracking.inbox import Full, Unwritable

WAITING_MOST = 2_000
DISK_RETRY_S = 5
_DISK_PATIENCE_S = 20.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.02, 0.5


class Sink(Protocol):
    """What takes bodies: the inbox."""

    async def put(self, body: Body) -> None:
        """Return when the body is kept."""
        ...

    def room(self, protocol: str, more: int = 0) -> float:
        """Return 0 when so many bytes more would be taken now, else in how many seconds it is worth asking again."""
        ...

    def close(self) -> None:
        """Keep what waits, then stop."""
        ...


class Pressure:
    """Keeps bodies in a sink, and counts who waits for room."""

    def __init__(self, sink: Sink) -> None:
        """Stand before a sink."""
        self.sink = sink
        self._waiting = 0

    def check_room(self, more: int) -> None:
        """Refuse a Segment request before it is read when there is no room for it.

        Raises:
            Refused: 429, with the seconds to wait.
        """
        wait_s = self.sink.room("segment", more)
        if wait_s:
            raise _full(round(wait_s))

    async def keep(self, body: Body) -> None:
        """Keep a body of Segment.

        Raises:
            Refused: 429 when there is no room, 503 when the disk refuses.
        """
        try:
            await self.sink.put(body)
        except Full as error:
            raise _full(error.retry_after_s) from None
        except Unwritable:
            raise _unwritable() from None

    async def wait_for_room(self) -> None:
        """Wait until a body of Sensors Data can be taken; before it is read.

        Raises:
            Refused: 503, thousands wait already.
        """
        if not self.sink.room("sensors"):
            return
        if self._waiting >= WAITING_MOST:
            raise _unwritable()
        self._waiting += 1
        try:
            pause_s = _FIRST_PAUSE_S
            while self.sink.room("sensors"):
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
        finally:
            self._waiting -= 1

    async def keep_patiently(self, body: Body) -> None:
        """Keep a body of Sensors Data, however long there is no room, and 20 seconds long if the disk refuses.

        Raises:
            Refused: 503, the disk refused all the while.
        """
        pause_s, until = _FIRST_PAUSE_S, time.monotonic() + _DISK_PATIENCE_S
        while True:
            try:
                await self.sink.put(body)
            except Full:
                until = time.monotonic() + _DISK_PATIENCE_S
            except Unwritable:
                if time.monotonic() > until:
                    raise _unwritable() from None
            else:
                return
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)


def _full(retry_s: int) -> Refused:
    return Refused(429, "too_many_events", "Too many events wait to be stored. Nothing of this request was kept; send it again.", retry_s=retry_s)


def _unwritable() -> Refused:
    return Refused(503, "unavailable", "The events could not be stored. Nothing of this request was kept; send it again.", retry_s=DISK_RETRY_S)
