"""Check rows of the catalogue before they are written: each fault says row, column and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from windsock.catalog.model import CHANNEL_GROUPS, GOODS_KINDS, SOLD_AS
from windsock.kernel.errors import InvalidInput
from windsock.warehouse import schema

if TYPE_CHECKING:
    from decimal import Decimal

_WIDE = 19  # decimal digits that hold any 64-bit whole number


@dataclass(frozen=True)
class Shape:
    """What a table of the catalogue demands of its rows.

    Attributes:
        key: columns that name a row; none may be NULL, together they occur once.
        required: further columns that may not be NULL.
        rates: columns within 0..1.
        positive: columns > 0 or NULL.
        not_negative: columns >= 0 or NULL.
        words: columns with a fixed set of values.
        defaults: values of columns that are NULL or absent.
    """

    key: tuple[str, ...]
    required: tuple[str, ...] = ()
    rates: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    not_negative: tuple[str, ...] = ()
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    defaults: tuple[tuple[str, bool | Decimal | str], ...] = ()


SHAPES: dict[str, Shape] = {
    "sales_channel": Shape(
        key=("channel",),
        required=("channel_group", "tracked"),
        rates=("commission_rate", "payment_fee_rate"),
        not_negative=("fee_per_segment",),
        words=(("channel_group", CHANNEL_GROUPS),),
    ),
    "supplier": Shape(key=("supplier",), rates=("take_rate",)),
    "goods": Shape(
        key=("goods_id",), required=("kind",), not_negative=("capacity",), words=(("kind", GOODS_KINDS), ("sold_as", SOLD_AS))
    ),
    "stock_day": Shape(key=("goods_id", "travel_date"), positive=("price",), not_negative=("capacity", "sold"), defaults=(("hard", True),)),
    "channel_cost": Shape(
        key=("date", "channel", "kind", "source"), required=("amount", "currency"), defaults=(("source", ""), ("kind", "marketing"))
    ),
    "competitor_price": Shape(
        key=("seen_date", "competitor", "route", "property", "travel_date"), positive=("price", "own_price"),
        defaults=(("route", ""), ("property", "")),
    ),
    "market_figure": Shape(key=("date", "figure", "market", "source"), required=("value",), defaults=(("market", ""), ("source", ""))),
    "exchange_rate": Shape(key=("currency", "date"), required=("rate",), positive=("rate",), defaults=(("source", ""),)),
}  # fmt: skip


def checked(table: str, rows: pa.Table) -> pa.Table:
    """Return rows with all columns of the table, in its types, checked.

    Args:
        table: a table of ``SHAPES``.
        rows: some or all of its columns; what is absent becomes NULL or its default.

    Raises:
        InvalidInput: an unknown column, a wrong type, a missing or repeated key, a value out of its bounds.
    """
    shape, wanted = SHAPES[table], schema.BY_NAME[table].arrow()
    unknown = [name for name in rows.column_names if name not in wanted.names]
    if unknown:
        raise InvalidInput(f"'{unknown[0]}' is no column of {table}.", where=f"{table}.{unknown[0]}", fix=f"Columns: {', '.join(wanted.names)}.")
    columns: dict[str, pa.ChunkedArray | pa.Array] = {}
    for field in wanted:
        columns[field.name] = _typed(table, rows, field)
    for name, default in shape.defaults:
        columns[name] = pc.fill_null(columns[name], pa.scalar(default, wanted.field(name).type))
    whole = pa.table(columns, schema=wanted)
    _check_values(table, shape, whole)
    _check_unique(table, shape.key, whole)
    return whole


def _typed(table: str, rows: pa.Table, field: pa.Field) -> pa.ChunkedArray | pa.Array:
    if field.name not in rows.column_names:
        return pa.nulls(rows.num_rows, field.type)
    column = rows.column(field.name)
    try:
        if pa.types.is_integer(column.type) and pa.types.is_decimal(field.type):
            column = column.cast(pa.decimal128(_WIDE + field.type.scale, field.type.scale))
        return column.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        raise InvalidInput(
            f"Column '{field.name}' of {table} can't be read as {field.type}.", where=f"{table}.{field.name}", fix=str(error)[:200]
        ) from error


def _check_values(table: str, shape: Shape, rows: pa.Table) -> None:
    for name in (*shape.key, *shape.required):
        _refuse(table, name, pc.is_null(rows.column(name)), "is empty", "Every row needs a value here.")
    for name in shape.rates:
        column = rows.column(name)
        out = pc.or_(pc.less(column, pa.scalar(0, pa.int64())), pc.greater(column, pa.scalar(1, pa.int64())))
        _refuse(table, name, out, "is no share between 0 and 1", "Write 8 % as 0.08.")
    for name in shape.positive:
        _refuse(table, name, pc.less_equal(rows.column(name), pa.scalar(0, pa.int64())), "is not above 0", "Leave a price out when it isn't known.")
    for name in shape.not_negative:
        _refuse(table, name, pc.less(rows.column(name), pa.scalar(0, pa.int64())), "is below 0", "Use 0 or more.")
    for name, words in shape.words:
        column = rows.column(name)
        wrong = pc.and_(pc.is_valid(column), pc.invert(pc.is_in(column, pa.array(words, pa.string()))))
        _refuse(table, name, wrong, "is not one of the known words", f"Use one of: {', '.join(words)}.")


def _refuse(table: str, name: str, wrong: pa.ChunkedArray | pa.Array, what: str, fix: str) -> None:
    place = pc.index(pc.fill_null(wrong, fill_value=False), pa.scalar(value=True)).as_py()
    if place >= 0:
        raise InvalidInput(f"'{name}' {what}.", where=f"{table} row {place + 1}, column {name}", fix=fix)


def _check_unique(table: str, key: Sequence[str], rows: pa.Table) -> None:
    counted = rows.select(list(key)).group_by(list(key)).aggregate([([], "count_all")])
    if counted.num_rows < rows.num_rows:
        repeated = counted.filter(pc.greater(counted.column("count_all"), 1)).slice(0, 1).to_pylist()[0]
        name = ", ".join(f"{column}={repeated[column]}" for column in key)
        raise InvalidInput(f"{table} has {repeated['count_all']} rows for {name}.", where=f"{table} ({', '.join(key)})", fix="Keep one row of each.")
