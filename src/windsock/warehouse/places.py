"""Places for statements: a bounded number for whatever may take long, and one more for statements over the few tables that stay small.

A page's list of sources, batches or channels is answered in milliseconds, but not if it first waits for two analyses of ten seconds each. What
grows with customers (events, orders, ids) never gets the place aside, however little of it a statement wants: a statement is judged by the tables
it names (``Table.few``), and one that names another table, or none, waits its turn.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Generator
from contextlib import contextmanager

from windsock.kernel.errors import Busy
from windsock.warehouse import schema

_NAME = re.compile(r"\w+")
_FEW = frozenset(table.name for table in schema.TABLES if table.few)
_MANY = frozenset(table.name for table in schema.TABLES if not table.few) | {"event_row"}


def is_small(sql: str) -> bool:
    """Say whether a statement reads small tables only. A column or a text that is called as a large table counts as that table: it waits."""
    words = frozenset(_NAME.findall(sql.lower()))
    return not words.isdisjoint(_FEW) and words.isdisjoint(_MANY)


class Places:
    """So many statements run at once, and one more that reads small tables."""

    def __init__(self, many: int) -> None:
        """Begin with all places free."""
        self._many = many
        self._common, self._aside = threading.BoundedSemaphore(many), threading.BoundedSemaphore(1)

    @contextmanager
    def taken(self, sql: str, wait_s: float) -> Generator[None]:
        """Wait for a place for a statement's text, at most so many seconds, and hold it.

        Raises:
            Busy: none was free within the wait.
        """
        place = self._small(wait_s) if is_small(sql) else self._common if self._common.acquire(timeout=wait_s) else None
        if place is None:
            raise Busy("All query places are taken.", fix="Try again in a moment.")
        try:
            yield
        finally:
            place.release()

    def _small(self, wait_s: float) -> threading.BoundedSemaphore | None:
        """Take whichever place is free, or wait for the one aside: what holds it is done soon."""
        for place in (self._aside, self._common):
            if place.acquire(blocking=False):
                return place
        return self._aside if self._aside.acquire(timeout=wait_s) else None

    def close(self, wait_s: float) -> None:
        """Take every place for good, once what runs has ended; each is waited for so many seconds at most."""
        for place in (self._aside, *(self._common for _ in range(self._many))):
            place.acquire(timeout=wait_s)
