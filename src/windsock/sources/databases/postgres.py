"""PostgreSQL: a read-only transaction with a time limit, its rows fetched batch by batch."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from windsock.kernel.errors import InvalidInput
from windsock.sources.databases.model import BATCH, CONNECT_S, STATEMENT_S, Place, Stream


class Postgres:
    """A database of PostgreSQL."""

    dialect = "postgres"

    @contextmanager
    def stream(self, place: Place, statement: str) -> Generator[Stream]:
        """Run one SELECT."""
        try:
            psycopg: Any = import_module("psycopg")
        except ImportError:
            raise InvalidInput("The driver for PostgreSQL is not installed.", where="postgres", fix="Install windsock[postgres].") from None
        options = f"-c default_transaction_read_only=on -c statement_timeout={STATEMENT_S * 1000} -c timezone=UTC"
        try:
            with psycopg.connect(
                host=place.host or None, port=place.port or None, dbname=place.database, user=place.user or None, password=place.password or None,
                connect_timeout=CONNECT_S, options=options, application_name="windsock",
            ) as connection:  # fmt: skip
                connection.read_only = True
                # A cursor with a name stays on the server; its columns are told with the first batch.
                with connection.cursor(name="windsock") as cursor:
                    cursor.itersize = BATCH
                    cursor.execute(statement)
                    yield Stream([column.name for column in cursor.description or ()], _batches(cursor))
        except psycopg.Error as error:
            raise InvalidInput("PostgreSQL does not answer the query.", where=place.host or place.database, fix=_first_line(error)) from None


def _batches(cursor: Any) -> Iterator[Sequence[Sequence[Any]]]:  # noqa: ANN401 - the driver's own type
    while rows := cursor.fetchmany(BATCH):
        yield rows


def _first_line(error: Exception) -> str:
    """Return what the server says, without the line that could repeat a password."""
    return (str(error).strip().splitlines() or ["It gave no reason."])[0][:300]


MEMBER = Postgres()
