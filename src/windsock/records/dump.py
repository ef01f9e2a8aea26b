"""Take all records out as plain values and put them back, the same on both databases: for backups, and for moving from one to the other."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Integer, LargeBinary, MetaData, Table, func, insert, select, text

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from windsock.records.engine import Records

_AT_ONCE = 1_000
_REVISION = "alembic_version"


def dump(records: Records) -> Iterator[tuple[str, Iterator[str]]]:
    """Yield each table's name and its rows as JSON lines in the order of the primary key, all of one moment.

    Tables come in an order in which they can be put back; each table's rows must be read before the next is asked for.
    """
    with records.read() as session:
        connection = session.connection()
        for table in _tables(connection):
            yield table.name, _lines(connection, table)


def load(records: Records, table_name: str, lines: Iterable[str]) -> int:
    """Put rows back into an empty table; returns how many.

    Raises:
        KeyError: there is no such table, or a row has a column that it lacks.
    """
    count = 0
    with records.write() as session:
        connection = session.connection()
        table = {one.name: one for one in _tables(connection)}[table_name]
        binary = [column.name for column in table.columns if isinstance(column.type, LargeBinary)]
        part: list[dict[str, Any]] = []
        for line in lines:
            row = cast("dict[str, Any]", json.loads(line))
            part.append(row | {name: base64.b64decode(row[name]) for name in binary if row[name] is not None})
            if len(part) == _AT_ONCE:
                connection.execute(insert(table), part)
                count, part = count + len(part), []
        if part:
            connection.execute(insert(table), part)
            count += len(part)
        _count_on(connection, table)
    return count


def checksum_of_lines(lines: Iterable[str]) -> str:
    """Return the checksum of a table's lines: their number and the SHA-256 of all."""
    digest, count = hashlib.sha256(), 0
    for line in lines:
        digest.update(line.encode())
        digest.update(b"\n")
        count += 1
    return f"{count}:{digest.hexdigest()}"


def _tables(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != _REVISION]


def _lines(connection: Connection, table: Table) -> Iterator[str]:
    statement = select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(statement).mappings():
        yield json.dumps(dict(row), ensure_ascii=False, sort_keys=True, default=_plain)


def _plain(value: object) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL's counters go on after the rows that were put back; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        if isinstance(column.type, Integer):
            counter = connection.execute(text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table.name, "c": column.name}).scalar()
            last = connection.execute(select(func.max(column))).scalar()
            if counter is not None and last is not None:
                connection.execute(text("SELECT setval(CAST(:s AS regclass), :n)"), {"s": counter, "n": int(last)})
