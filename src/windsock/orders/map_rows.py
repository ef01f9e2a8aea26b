"""Map a chunk of a file: good rows as fields of order lines, bad ones as rejections with line, column, reason and value."""

from __future__ import annotations

import json
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from windsock.orders.compile_mapping import Plan
from windsock.orders.load import LINES
from windsock.sources import LINE_COLUMN, RAW_COLUMN, Chunk, Rejection
from windsock.warehouse import schema, transform

MAPPED: pa.Schema = pa.schema(
    [
        *(field for field in LINES if field.name not in ("line_no", "did", "payment_known", "paid")),
        pa.field("row_id", pa.string()),
        pa.field("paid_date", pa.date32()),
        pa.field("paid_amount", schema.MONEY),
        pa.field("refunded_date", pa.date32()),
        pa.field("refunded_amount", schema.MONEY),
        pa.field("provider", pa.string()),
        pa.field("customer", pa.string()),
    ]
)


def map_rows(plan: Plan, chunk: Chunk) -> tuple[pa.Table, list[Rejection]]:
    """Return (rows with the columns of ``MAPPED``, what was kept apart)."""
    rejections = list(chunk.rejections)
    if chunk.rows.num_rows == 0:
        return MAPPED.empty_table(), rejections
    rows = chunk.rows.rename_columns([LINE_COLUMN, *(f"c{place}" for place in range(len(plan.columns)))])
    found = transform(rows, plan.statement, _params(plan, plan.statement))
    good = found
    if found["bad"].null_count < found.num_rows:
        failed = found.filter(pc.is_valid(found["bad"]))
        good = found.filter(pc.is_null(found["bad"]))
        rejections += _rejected(plan, chunk, rows, failed)
    present = set(good.column_names)
    arrays = [good[field.name].cast(field.type) if field.name in present else pa.nulls(good.num_rows, field.type) for field in MAPPED]
    return pa.Table.from_arrays(arrays, schema=MAPPED), rejections


def _params(plan: Plan, statement: exp.Select) -> dict[str, Any]:
    used = {node.name for node in statement.find_all(exp.Placeholder)}
    return {name: value for name, value in plan.params.items() if name in used}


def _rejected(plan: Plan, chunk: Chunk, rows: pa.Table, failed: pa.Table) -> list[Rejection]:
    lines = failed["source_line"]
    chosen = pc.is_in(rows[LINE_COLUMN], value_set=lines.combine_chunks())
    values = transform(rows.filter(chosen), plan.values, _params(plan, plan.values)).to_pylist()
    value_of = {row["source_line"]: row["value"] or "" for row in values}
    raw_of = {row[LINE_COLUMN]: _raw(row) for row in chunk.rows.filter(chosen).to_pylist()}
    rejections: list[Rejection] = []
    pairs = zip(cast("list[int]", lines.to_pylist()), cast("list[int]", failed["bad"].to_pylist()), strict=True)
    for line, check in pairs:
        column, reason = plan.checks[check]
        rejections.append(Rejection(line, column, reason, value_of[line], raw_of[line]))
    return rejections


def _raw(row: dict[str, object]) -> str:
    if RAW_COLUMN in row:
        return str(row[RAW_COLUMN])
    return json.dumps({name: value for name, value in row.items() if name != LINE_COLUMN}, ensure_ascii=False)
