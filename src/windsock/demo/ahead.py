"""Work ahead: one thread simulates the next chunk while another loads the last one."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import TypeVar

Item = TypeVar("Item")
_WAIT_S = 0.2


class _End:
    """What ends the queue, with the error that ended the work, if any."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def ahead(items: Iterator[Item], most: int = 1) -> Iterator[Item]:
    """Yield the same items in the same order, made by a thread that is at most ``most`` items ahead.

    An error of the thread is raised here; when the reader stops early, so does the thread.
    """
    line: queue.Queue[Item | _End] = queue.Queue(maxsize=most)
    stop = threading.Event()
    thread = threading.Thread(target=_work, args=(items, line, stop), name="demo-ahead", daemon=True)
    thread.start()
    try:
        while not isinstance(item := line.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stop.set()
        thread.join()


def _work(items: Iterator[Item], line: queue.Queue[Item | _End], stop: threading.Event) -> None:
    error: BaseException | None = None
    try:
        for item in items:
            _put(item, line, stop)
            if stop.is_set():
                return
    except BaseException as raised:  # noqa: BLE001 - raised again by the reader
        error = raised
    _put(_End(error), line, stop)


def _put(item: Item | _End, line: queue.Queue[Item | _End], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            line.put(item, timeout=_WAIT_S)
        except queue.Full:
            continue
        return
