"""Bulk load: everything that answers read, from one moment of our own engine into another, table by table and day by day, each compared.

What is there already and equal is passed over, so that a move that was stopped goes on where it was. Identity goes along as it is now: ids, and
which of them were merged. Nothing is ever moved row by row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from windsock.kernel.errors import Broken, Cancelled
from windsock.warehouse import schema
from windsock.warehouse.engines import digest
from windsock.warehouse.pieces import Moved
from windsock.warehouse.statement import statement

if TYPE_CHECKING:
    from windsock.warehouse.engines.links import Link
    from windsock.warehouse.face import Cancel, Snapshot
    from windsock.warehouse.schema import Table

_PIECE = 1_000_000
"""Rows of a table without days that are read and written at once."""


def move(snapshot: Snapshot, link: Link, folder: Path, moved_ms: int, *, told: Callable[[Moved], None], cancel: Cancel | None = None) -> list[Moved]:
    """Move everything to another engine; from the end of the move on it answers.

    Args:
        snapshot: our own engine, held still.
        link: the other one.
        folder: where files lie meanwhile; a day of events, or a piece of another table, at a time.
        moved_ms: the moment of the snapshot.
        told: called after each piece.
        cancel: a switch that stops between pieces; what was moved stays and is passed over next time.

    Raises:
        Broken: a piece is not the same on the other side after it was written.
        Cancelled: the switch was used.
    """
    found: list[Moved] = []
    for table in schema.TABLES:
        if table.name in digest.LEFT_BEHIND:
            continue
        link.make(table)
        for day in _days(snapshot, link, table):
            if cancel is not None and cancel.cancelled:
                raise Cancelled("The move was stopped.", fix="Start it again: what is there and equal is passed over.")
            found.append(_piece(snapshot, link, table, day, folder))
            told(found[-1])
    link.stamp(moved_ms)
    return found


def _days(snapshot: Snapshot, link: Link, table: Table) -> list[dt.date | None]:
    """Return the days of a table on either side; one None for a table without days."""
    if not digest.dated(table):
        return [None]
    rows = snapshot.query(statement(f'SELECT DISTINCT dt FROM "{table.name}"')).to_pylist()  # noqa: S608 - a name of the schema
    days = {row["dt"] for row in rows}
    if None in days:
        raise Broken(f"Rows of {table.name} have no day.", where=table.name)
    return sorted(days | set(link.days(table)))


def _piece(snapshot: Snapshot, link: Link, table: Table, day: dt.date | None, folder: Path) -> Moved:
    wanted = digest.digest_of(snapshot.query(statement(digest.ours(table, day))).to_pylist()[0])
    rows = int(wanted.partition(":")[0])
    if link.digest(table, day) == wanted:
        return Moved(table.name, day, rows, written=False)
    file = folder / f"{table.name}.parquet"
    try:
        _write(snapshot, table, day, file)
        link.put(table, day, file)
    finally:
        file.unlink(missing_ok=True)
    got = link.digest(table, day)
    if got != wanted:
        place = table.name if day is None else f"{table.name} of {day}"
        raise Broken(f"{place} is not the same on {link.name}: {wanted} here, {got} there.", where=place, fix="Start the move again.")
    return Moved(table.name, day, rows, written=True)


def _write(snapshot: Snapshot, table: Table, day: dt.date | None, file: Path) -> None:
    texts = list(_selects(snapshot, table, day))
    rows = snapshot.query(statement(texts[0]))
    with pq.ParquetWriter(file, rows.schema, compression="zstd") as writer:
        writer.write_table(rows)
        for text in texts[1:]:
            writer.write_table(snapshot.query(statement(text)))


def _selects(snapshot: Snapshot, table: Table, day: dt.date | None) -> Iterator[str]:
    """Yield the SELECTs that together give the rows: of a day one; of a table without days by ranges of its first number."""
    columns = digest.exported(table)
    if day is not None:
        order = " ORDER BY did, ts_ms" if table.name == "event" else ""
        yield f"SELECT {columns} FROM \"{table.name}\" WHERE dt = CAST('{day.isoformat()}' AS DATE){order}"  # noqa: S608 - names of the schema
        return
    key = next((name for name, kind in table.columns if kind == "BIGINT"), None)
    count = snapshot.query(statement(f'SELECT COUNT(*) AS n FROM "{table.name}"')).to_pylist()[0]["n"]  # noqa: S608 - as above
    pieces = 1 if key is None else max(1, -(-count // _PIECE))
    for piece in range(pieces):
        part = "" if pieces == 1 else f' WHERE ABS(COALESCE("{key}", 0) % {pieces}) = {piece}'
        yield f'SELECT {columns} FROM "{table.name}"{part}'  # noqa: S608 - as above
