"""Read a database's rows as chunks of texts, like those of a file, and note up to where they go."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from windsock.kernel import registry
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.sources.databases.model import ROWS_MAX, Ask, Place, Stream, as_text, cursor_of
from windsock.sources.databases.select import statement_of
from windsock.sources.reading import Chunk, chunk_of, header


class Database(Protocol):
    """A kind of database: a member of the family ``databases``."""

    dialect: str

    def stream(self, place: Place, statement: str) -> AbstractContextManager[Stream]:
        """Run one SELECT."""
        ...


@cache
def databases() -> dict[str, Database]:
    """Return the kinds of databases by name."""
    import windsock.sources.databases  # noqa: PLC0415 - the package is complete only after this module is

    return registry.members(windsock.sources.databases, "databases")


def database(kind: str) -> Database:
    """Return a kind of database.

    Raises:
        InvalidInput: there is none of that name.
    """
    found = databases().get(kind)
    if found is None:
        raise InvalidInput(f"There is no kind of database '{kind[:40]}'.", where="kind", fix=f"Use one of: {', '.join(sorted(databases()))}.")
    return found


@dataclass
class Reading:
    """Rows that are being read.

    Attributes:
        chunks: the rows; the first chunk is empty and tells the columns.
        cursor: the largest value of the cursor's column so far, as ``cursor_of`` writes it; None where there is none.
        rows: how many rows were read.
    """

    chunks: Iterator[Chunk] = field(default_factory=lambda: iter(()))
    cursor: str | None = None
    rows: int = 0


@contextmanager
def open_query(place: Place, ask: Ask, *, cursor: str | None = None, most: int = ROWS_MAX, cut: bool = False) -> Generator[Reading]:
    """Read a table or SELECT.

    Args:
        place: the database.
        ask: what.
        cursor: up to where it was read before.
        most: most rows. With a cursor's column the next turn goes on where this one ended; without one more rows are an error.
        cut: more rows are none: a look at the first is all that is wanted.

    Raises:
        InvalidInput: the query is none, or the database does not answer it.
        TooLarge: more rows than the bound.
    """
    kind = database(place.kind)
    statement = statement_of(ask, kind.dialect, cursor, most if cut or ask.cursor_column else most + 1)
    reading = Reading(cursor=cursor)
    with kind.stream(place, statement) as stream:
        names = header(stream.names, "query")
        at = _place_of(ask.cursor_column, names)
        reading.chunks = _chunks(reading, stream, names, at, (most, cut))
        yield reading


def _place_of(column: str, names: list[str]) -> int | None:
    if not column:
        return None
    if column not in names:
        raise InvalidInput(f"The query has no column '{column[:80]}'.", where="cursor_column", fix=f"It has: {', '.join(names[:12])}.")
    return names.index(column)


def _chunks(reading: Reading, stream: Stream, names: list[str], at: int | None, bounds: tuple[int, bool]) -> Iterator[Chunk]:
    yield chunk_of(names, [], [])
    before = reading.cursor
    for batch in stream.batches:
        first = reading.rows + 1
        reading.rows += len(batch)
        if at is None and reading.rows > bounds[0] and not bounds[1]:
            raise TooLarge(f"The query gives more than {bounds[0]:,} rows.", where="query", fix="Name a cursor column, so that it is read in turns.")
        if at is not None:
            told = [row[at] for row in batch if row[at] is not None]
            reading.cursor = cursor_of(told[-1]) if told else reading.cursor
        rows = [[as_text(value) for value in row] for row in batch]
        yield chunk_of(names, rows, range(first, first + len(rows)))
    if at is not None and reading.rows >= bounds[0] and reading.cursor == before and not bounds[1]:
        raise TooLarge(
            f"More than {bounds[0]:,} rows have one value of the cursor.", where="cursor_column", fix="Use a column that tells them apart."
        )
