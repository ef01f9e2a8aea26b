"""A stream is stepped until it is stopped, and begins again after an error."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from windsock.jobs import Stream
from windsock.rooms import Room
from windsock.worker import Streams
from windsock.workspace import Workspace


def test_a_stream_outlives_an_error_and_stops_when_told(workspace: Workspace, monkeypatch):
    monkeypatch.setattr("windsock.worker.streams._PAUSE_AFTER_ERROR_S", 0.01)
    steps, closed, enough = [], [], threading.Event()

    @contextmanager
    def opened(_workspace: Workspace) -> Iterator[Callable[[], bool]]:
        def step() -> bool:
            steps.append(len(steps))
            if len(steps) == 2:
                raise RuntimeError("the disk went away")
            if len(steps) >= 5:
                enough.set()
            return len(steps) < 5

        try:
            yield step
        finally:
            closed.append(len(steps))

    running = Streams(workspace, [Room("tracking", streams=lambda: (Stream("tracking.load", opened),))])
    running.start()
    running.start()
    assert enough.wait(5)
    assert running.stop()
    assert closed[0] == 2
    assert len(closed) == 2
