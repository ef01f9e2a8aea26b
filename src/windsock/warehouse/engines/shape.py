"""What an answer looks like: the columns and types that our own engine would give, so that nobody behind it can tell who was asked."""

from __future__ import annotations

import functools
import threading
from collections.abc import Mapping
from typing import cast

import duckdb
import pyarrow as pa

from windsock.kernel.errors import Fault
from windsock.warehouse import schema
from windsock.warehouse.face import Value

_LOCK = threading.Lock()


def shape_of(text: str, params: Mapping[str, Value]) -> pa.Schema:
    """Return the columns that our engine gives for a statement, by asking it of tables without rows.

    Raises:
        Fault: our engine refuses the statement itself.
    """
    with _LOCK, _empty().cursor() as cursor:
        try:
            return cursor.sql(text, params=dict(params)).to_arrow_table().schema
        except duckdb.Error as error:
            raise Fault("The engine refused a statement.", where=str(error).split("\n", 1)[0][:300]) from error


def shaped(rows: pa.Table, wanted: pa.Schema) -> pa.Table:
    """Return rows in the columns and types that are wanted, by place; nothing is rounded or cut on the way.

    Raises:
        Fault: a value does not fit.
    """
    if rows.num_columns != len(wanted):
        raise Fault("The engine gave other columns than were asked for.", where=f"{rows.num_columns} for {len(wanted)}")
    try:
        return pa.table([_column(rows.column(place), field.type) for place, field in enumerate(wanted)], schema=wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        raise Fault("The engine gave a value that does not fit its column.", where=str(error)[:300]) from error


def _column(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray | pa.Array:
    if column.type == kind:
        return column
    if pa.types.is_nested(kind):
        return pa.array([_nested(value, kind) for value in column.to_pylist()], kind)
    if pa.types.is_decimal(column.type) and not pa.types.is_decimal(kind):
        return pa.array([None if value is None else int(value) for value in column.to_pylist()]).cast(kind)
    return column.cast(kind)


def _nested(value: object, kind: pa.DataType) -> object:
    """Return a value of lists and rows with the names that are wanted; a list of nothing is NULL, as no aggregate of ours gives an empty one."""
    if value is None:
        return None
    if pa.types.is_list(kind):
        return [_nested(one, kind.value_type) for one in cast("list[object]", value)] or None
    if pa.types.is_struct(kind):
        inner = list(cast("dict[str, object]", value).values())
        return {kind.field(place).name: _nested(one, kind.field(place).type) for place, one in enumerate(inner)}
    return value


@functools.cache
def _empty() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config={"threads": 1, "python_enable_replacements": False, "enable_external_access": False})
    connection.execute("SET TimeZone = 'UTC'")
    for table in schema.TABLES:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in table.columns)
        connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
    return connection
