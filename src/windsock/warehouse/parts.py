"""Rows that came in bulk, in files of their own beside the table of events, until there is time to move them in.

The engine needs several times as long to put a row of events into its own file as it takes to write it into a Parquet file: each of the table's
columns is analysed and compressed, those without a value too. A part is such a file. Readers see one table: ``event`` is a view of the rows in
the engine's file (``event_row``) and of all parts. Parts become visible with the transaction that wrote them, are on disk before it commits, and
are moved into the engine's file piece by piece when nothing else is to be done, or all at once before events are changed or deleted.

A file that no commit knows (the process died) is removed at the next start; one that was moved in, as soon as nobody reads it any more.
"""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from windsock.warehouse import schema

if TYPE_CHECKING:
    import duckdb

    from windsock.warehouse.face import Value

PARTED = "event"
ROWS_OF = "event_row"
FOLDER = "parts"
PARTS_MOST = 400
"""Files that a query would have to open; more are moved in by the load that brings them."""
_GROUP = 122_880
_BOUNDED: Any = ["did", "ts_ms", "dt", "event", "client_ms"]
"""Columns by whose bounds queries leave groups of rows out."""
_CHANGES = re.compile(rf'^(\s*(?:UPDATE|DELETE FROM|INSERT INTO)\s+)"?{PARTED}"?(?=[\s(]|$)')
_CREATE = "CREATE TABLE IF NOT EXISTS warehouse_part (file VARCHAR NOT NULL, rows BIGINT NOT NULL, held VARCHAR NOT NULL, same VARCHAR NOT NULL)"


def physical(table: str) -> str:
    """Return the name of the table in the engine that holds a table's rows."""
    return ROWS_OF if table == PARTED else table


def on_rows(sql: str) -> str | None:
    """Return a statement that changes events as one that changes the rows in the engine's file; None for every other."""
    changed, found = _CHANGES.subn(rf"\1{ROWS_OF}", sql, count=1)
    return changed if found else None


def folder_of(warehouse: Path) -> Path:
    """Return where the parts of a warehouse's file lie."""
    return warehouse.parent / FOLDER


def prepare(cursor: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of a file of an earlier release ready for parts; before any table is created or widened."""
    cursor.execute(_CREATE)
    found = cursor.execute("SELECT table_type FROM information_schema.tables WHERE table_name = $name", {"name": PARTED}).fetchall()
    if found and found[0][0] == "BASE TABLE":
        cursor.execute(f"ALTER TABLE {PARTED} RENAME TO {ROWS_OF}")


def show(cursor: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make the view of all events anew, after its parts or its columns have changed."""
    columns = schema.BY_NAME[PARTED].columns
    selects = [f"SELECT {', '.join(name for name, _ in columns)} FROM {ROWS_OF}"]  # noqa: S608 - names of the schema
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for file, held, same in cursor.execute("SELECT file, held, same FROM warehouse_part ORDER BY file").fetchall():
        alike[held, same].append(file)
    for (held, same), files in alike.items():
        selects.append(_select(json.loads(held), json.loads(same), [folder / file for file in files]))
    cursor.execute(f"CREATE OR REPLACE VIEW {PARTED} AS {' UNION ALL '.join(selects)}")


def _select(held: list[str], same: dict[str, Value], files: list[Path]) -> str:
    """Return the SELECT of parts that hold the same columns and have the same constants beside them."""
    cells = [
        name if name in held else f"CAST({exp.convert(same.get(name)).sql('duckdb')} AS {kind}) AS {name}"
        for name, kind in schema.BY_NAME[PARTED].columns
    ]
    listed = ", ".join(exp.Literal.string(str(file)).sql("duckdb") for file in files)
    return f"SELECT {', '.join(cells)} FROM read_parquet([{listed}])"  # noqa: S608 - names of the schema, literals as SQLGlot prints them


def count(cursor: duckdb.DuckDBPyConnection) -> int:
    """Return how many parts there are."""
    return int(cursor.execute("SELECT COUNT(*) FROM warehouse_part").fetchall()[0][0])


def move_in(cursor: duckdb.DuckDBPyConnection, folder: Path, most: int | None = None) -> list[Path]:
    """Move parts into the engine's file, the first come first, at most so many; returns their files, which may go after the commit."""
    parts = cursor.execute("SELECT file, held, same FROM warehouse_part ORDER BY file LIMIT $most", {"most": most or PARTS_MOST * 2}).fetchall()
    names = ", ".join(schema.BY_NAME[PARTED].names)
    for file, held, same in parts:
        cursor.execute(f"INSERT INTO {ROWS_OF} ({names}) {_select(json.loads(held), json.loads(same), [folder / file])}")
        cursor.execute("DELETE FROM warehouse_part WHERE file = $file", {"file": file})
    if parts:
        show(cursor, folder)
    return [folder / file for file, _, _ in parts]


def remove_unknown(cursor: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Remove files that no commit knows; only while nobody else is at the warehouse."""
    if not folder.is_dir():
        return
    known = {str(file) for (file,) in cursor.execute("SELECT file FROM warehouse_part").fetchall()}
    for path in folder.iterdir():
        if path.name not in known:
            path.unlink()


def write(path: Path, rows: pa.Table) -> None:
    """Write a part and see it on disk.

    Raises:
        OSError: the disk refused it.
    """
    coded: Any = [field.name for field in rows.schema if pa.types.is_dictionary(field.type)]
    with path.open("xb") as file:
        # Texts that come as codes stay codes; a dictionary of the others would be given up half way, after it was paid for.
        pq.write_table(rows, file, compression="none", use_dictionary=coded, write_statistics=_BOUNDED, row_group_size=_GROUP)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """See the names in a folder on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
