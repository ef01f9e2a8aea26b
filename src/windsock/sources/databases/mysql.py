"""MySQL and MariaDB: a read-only transaction with a time limit, its rows fetched batch by batch."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from importlib import import_module
from typing import Any

from windsock.kernel.errors import InvalidInput
from windsock.sources.databases.model import BATCH, CONNECT_S, STATEMENT_S, Place, Stream

OPENING = ("SET SESSION TRANSACTION READ ONLY", "SET SESSION time_zone = '+00:00'", "START TRANSACTION READ ONLY")


class Mysql:
    """A database of MySQL."""

    dialect = "mysql"

    @contextmanager
    def stream(self, place: Place, statement: str) -> Generator[Stream]:
        """Run one SELECT."""
        try:
            driver: Any = import_module("pymysql")
            cursors: Any = import_module("pymysql.cursors")
        except ImportError:
            raise InvalidInput("The driver for MySQL is not installed.", where="mysql", fix="Install windsock[mysql].") from None
        given: dict[str, Any] = {
            "host": place.host or "127.0.0.1",
            "port": place.port or 3306,
            "database": place.database,
            "user": place.user or None,
            "password": place.password,
            "charset": "utf8mb4",
            "connect_timeout": CONNECT_S,
            "read_timeout": STATEMENT_S,
            "local_infile": False,
            "cursorclass": cursors.SSCursor,
        }
        try:
            with closing(driver.connect(**given)) as connection, connection.cursor() as cursor:
                for step in OPENING:
                    cursor.execute(step)
                cursor.execute(statement)
                yield Stream([str(column[0]) for column in cursor.description or ()], _batches(cursor))
        except (driver.MySQLError, OSError) as error:
            raise InvalidInput("MySQL does not answer the query.", where=place.host or place.database, fix=str(error)[:300]) from None


def _batches(cursor: Any) -> Iterator[Sequence[Sequence[Any]]]:  # noqa: ANN401 - the driver's own type
    while rows := cursor.fetchmany(BATCH):
        yield rows


MEMBER = Mysql()
