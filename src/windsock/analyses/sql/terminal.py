"""How an answer of a statement is told: as JSON, as CSV, as a table."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from rich.table import Table

from windsock.analyses.shown import csv_text
from windsock.governance import safe_cell

if TYPE_CHECKING:
    from windsock.analyses.sql.run import Ran

_EXACT = 2**53
_TEXT_MOST = 2_000
_SHOWN = 200


def kind_of(given: pa.DataType) -> str:
    """Return what kind of values a column has: number, text, date, time, boolean."""
    if pa.types.is_boolean(given):
        return "boolean"
    if pa.types.is_integer(given) or pa.types.is_floating(given) or pa.types.is_decimal(given):
        return "number"
    if pa.types.is_date(given):
        return "date"
    return "time" if pa.types.is_timestamp(given) else "text"


def cell(value: object) -> Any:  # noqa: ANN401 - what JSON has
    """Return a value as it travels: numbers that a float does not hold exactly as text, NaN and infinities as nothing."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if -_EXACT < value < _EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return _text(value)[:_TEXT_MOST]


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds" if value.microsecond else "seconds")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def answer_json(ran: Ran) -> dict[str, Any]:
    """Return an answer as it travels."""
    columns = [{"name": field.name, "kind": kind_of(field.type)} for field in ran.rows.schema]
    cells = [[cell(value) for value in column.to_pylist()] for column in ran.rows.columns]
    return {
        "columns": columns,
        "rows": [list(row) for row in zip(*cells, strict=True)],
        "cut": ran.cut,
        "ms": ran.ms,
        "age_s": round(ran.age_s),
        "printed": ran.printed,
        "views": list(ran.views),
    }


def answer_csv(ran: Ran) -> str:
    """Return the rows as CSV, texts safe from formulas."""
    told = answer_json(ran)
    rows = ([safe_cell(one) if isinstance(one, str) and kind["kind"] == "text" else "" if one is None else one
             for one, kind in zip(row, told["columns"], strict=True)] for row in told["rows"])  # fmt: skip
    return csv_text([safe_cell(one["name"]) for one in told["columns"]], rows)


def answer_table(ran: Ran) -> Table:
    """Return the rows for a screen, the first 200."""
    told = answer_json(ran)
    table = Table()
    for column in told["columns"]:
        table.add_column(column["name"], justify="right" if column["kind"] == "number" else "left")
    for row in told["rows"][:_SHOWN]:
        table.add_row(*("" if one is None else str(one) for one in row))
    return table


def answer_note(ran: Ran) -> str:
    """Return what is to be known about the rows, in one line."""
    rows = ran.rows.num_rows
    shown = f", the first {_SHOWN} are shown" if rows > _SHOWN else ""
    cut = "; there were more, cut here" if ran.cut else ""
    age = f"; data up to {round(ran.age_s)} s old" if ran.age_s >= 1 else ""
    return f"{rows:,} rows{shown}{cut}, {ran.ms / 1000:.1f} s{age}"
