"""SQLite: a file, opened for reading only."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from windsock.kernel.errors import InvalidInput
from windsock.sources.databases.model import BATCH, Place, Stream

_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


class Sqlite:
    """A file of SQLite."""

    dialect = "sqlite"

    @contextmanager
    def stream(self, place: Place, statement: str) -> Generator[Stream]:
        """Run one SELECT."""
        uri = f"file:{quote(str(Path(place.database).absolute()))}?mode=ro"
        try:
            with closing(sqlite3.connect(uri, uri=True, timeout=30)) as connection:
                connection.execute("PRAGMA query_only = 1")
                # SQLite itself asks before each step of a statement: nothing but reading gets through.
                connection.set_authorizer(_allow)
                cursor = connection.execute(statement)
                yield Stream([column[0] for column in cursor.description or ()], _batches(cursor))
        except sqlite3.Error as error:
            raise InvalidInput("SQLite does not answer the query.", where=Path(place.database).name, fix=str(error)[:300]) from error


def _allow(action: int, *_: object) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _batches(cursor: sqlite3.Cursor) -> Iterator[Sequence[Sequence[Any]]]:
    while rows := cursor.fetchmany(BATCH):
        yield rows


MEMBER = Sqlite()
