"""Another DuckDB file, opened for reading only, cut off from everything else."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb

from windsock.kernel.errors import InvalidInput
from windsock.sources.databases.model import BATCH, Place, Stream

_CONFIG: dict[str, Any] = {
    "threads": 2,
    "memory_limit": "1GB",
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}


class DuckDb:
    """A file of DuckDB."""

    dialect = "duckdb"

    @contextmanager
    def stream(self, place: Place, statement: str) -> Generator[Stream]:
        """Run one SELECT."""
        try:
            with closing(duckdb.connect(place.database, read_only=True, config=_CONFIG)) as connection:
                cursor = connection.execute(statement)
                yield Stream([str(column[0]) for column in cursor.description or ()], _batches(cursor))
        except duckdb.Error as error:
            raise InvalidInput("DuckDB does not answer the query.", where=Path(place.database).name, fix=str(error)[:300]) from error


def _batches(cursor: duckdb.DuckDBPyConnection) -> Iterator[Sequence[Sequence[Any]]]:
    while rows := cursor.fetchmany(BATCH):
        yield rows


MEMBER = DuckDb()
