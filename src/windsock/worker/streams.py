"""Step the rooms' streams while a workspace is served: one thread each, in the process that owns the workspace."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import structlog

from windsock.rooms import ROOMS, Room

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from windsock.jobs import Stream
    from windsock.workspace import Workspace

_log = structlog.get_logger(__name__)

_PAUSE_S = 0.1
_PAUSE_AFTER_ERROR_S = 2.0


class Streams:
    """The threads that step the streams of some rooms."""

    def __init__(self, workspace: Workspace, rooms: Iterable[Room] = ROOMS) -> None:
        """Make them, not started yet."""
        self._workspace = workspace
        self._streams: list[Stream] = [stream for room in rooms for stream in room.streams()]
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start a thread for each stream; a second call does nothing."""
        if not self._threads:
            self._threads = [threading.Thread(target=self._run, args=(one,), name=f"stream-{one.name}", daemon=True) for one in self._streams]
            for thread in self._threads:
                thread.start()

    def stop(self, *, grace_s: float = 10.0) -> bool:
        """Let each finish its step; returns whether all did within the grace."""
        self._stopping.set()
        last = time.monotonic() + grace_s
        for thread in self._threads:
            thread.join(max(0.0, last - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self, stream: Stream) -> None:
        while not self._stopping.is_set():
            try:
                with stream.open(self._workspace) as step:
                    self._step(step)
            except Exception:  # noqa: BLE001 - a stream outlives every error: what it could not move is still there
                _log.exception("a stream stumbled", stream=stream.name)
                self._stopping.wait(_PAUSE_AFTER_ERROR_S)

    def _step(self, step: Callable[[], bool]) -> None:
        while not self._stopping.is_set():
            if not step():
                self._stopping.wait(_PAUSE_S)
