"""Bulk load: everything that answers read, from one moment of our own engine into another, table by table and day by day, each compared.

What is there already and equal is passed over, so that a move that was stopped goes on where it was. Identity goes along as it is now: ids, and
which of them were merged. Nothing is ever moved row by row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from windsock.kernel.errors import Broken, Cancelled
from windsock.warehouse import changes, schema
from windsock.warehouse.engines import digest
from windsock.warehouse.pieces import Moment, Moved
from windsock.warehouse.statement import statement

if TYPE_CHECKING:
    from windsock.warehouse.engines.links import Link
    from windsock.warehouse.face import Cancel, Snapshot
    from windsock.warehouse.schema import Table

_PIECE = 1_000_000
"""Rows of a table without days that are read and written at once."""


def move(moment: Moment, link: Link, *, told: Callable[[Moved], None], cancel: Cancel | None = None) -> list[Moved]:
    """Move everything to another engine; from the end of the move on it answers.

    Args:
        moment: our own engine, held still.
        link: the other one.
        told: called after each piece.
        cancel: a switch that stops between pieces; what was moved stays and is passed over next time.

    Raises:
        Broken: a piece is not the same on the other side after its table was written.
        Cancelled: the switch was used.
    """
    found: list[Moved] = []
    for table in schema.TABLES:
        if table.name in digest.LEFT_BEHIND:
            continue
        link.make(table)
        some = moment.days if table.name == changes.EVENTS else None
        if some is not None and not some:
            continue
        wanted = _digests(moment.snapshot, table, some)
        there = link.digests(table, some)
        for day in sorted({*wanted, *there}, key=lambda one: one or dt.date.min):
            if cancel is not None and cancel.cancelled:
                raise Cancelled("The move was stopped.", fix="Start it again: what is there and equal is passed over.")
            differs = wanted.get(day) != there.get(day)
            if differs:
                _put(moment, link, table, day, wanted.get(day, "nothing"))
            found.append(Moved(table.name, day, int(wanted.get(day, "0").partition(":")[0]), written=differs))
            told(found[-1])
        _check(link, table, wanted, [piece.day for piece in found if piece.table == table.name and piece.written])
    link.stamp(moment.at_ms)
    return found


def _digests(snapshot: Snapshot, table: Table, days: Sequence[dt.date] | None) -> dict[dt.date | None, str]:
    """Return our own digests of a table: by day, or one under None."""
    wanted = digest.digests_of(snapshot.query(statement(digest.ours(table, days))).to_pylist())
    if digest.dated(table) and None in wanted:
        raise Broken(f"Rows of {table.name} have no day.", where=table.name)
    return wanted


def _put(moment: Moment, link: Link, table: Table, day: dt.date | None, wanted: str) -> None:
    file = moment.folder / f"{table.name}.parquet"
    try:
        _write(moment.snapshot, table, day, file)
        link.put(table, day, file, f"{table.name} {day} {wanted}")
    finally:
        file.unlink(missing_ok=True)


def _check(link: Link, table: Table, wanted: dict[dt.date | None, str], written: list[dt.date | None]) -> None:
    """Compare what was written; all of a table at once, as an engine reads many days nearly as fast as one."""
    if not written:
        return
    days = [day for day in written if day is not None]
    got = link.digests(table, days or None)
    for day in written:
        if got.get(day) != wanted.get(day):
            place = table.name if day is None else f"{table.name} of {day}"
            here, other = wanted.get(day, "nothing"), got.get(day, "nothing")
            raise Broken(f"{place} is not the same on {link.name}: {here} here, {other} there.", where=place, fix="Start the move again.")


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
