"""Map a chunk of a file: good rows as fields of their kind, bad ones as rejections with line, column, reason and value."""

from __future__ import annotations

import json
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from windsock.sources.mapping.compile import Plan
from windsock.sources.mapping.targets import Form
from windsock.sources.model import LINE_COLUMN, RAW_COLUMN, Rejection
from windsock.sources.reading import Chunk
from windsock.warehouse import schema, transform

_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int32(),
    "long": pa.int64(),
    "money": schema.MONEY,
    "rate": schema.RATE,
    "date": pa.date32(),
    "boolean": pa.bool_(),
}


def columns_of(form: Form) -> pa.Schema:
    """Return the columns that rows of a kind have when they are mapped."""
    fields = [pa.field("source_line", pa.int64()), pa.field("row_id", pa.string())]
    for name, target in form.targets.items():
        if target.type != "instant":
            fields.append(pa.field(name, _TYPES[target.type]))
            continue
        stem = name.removesuffix("_at")
        fields.append(pa.field(f"{stem}_ms", pa.int64()))
        if target.dated:
            fields.append(pa.field(f"{stem}_date", pa.date32()))
    return pa.schema([*fields, pa.field("attributes", pa.string()), pa.field("row_hash", pa.string())])


def map_rows(plan: Plan, chunk: Chunk, wanted: pa.Schema) -> tuple[pa.Table, list[Rejection]]:
    """Return (rows with the wanted columns, what was kept apart); rows that the mapping leaves out are in neither."""
    rejections = list(chunk.rejections)
    if chunk.rows.num_rows == 0:
        return wanted.empty_table(), rejections
    rows = named(plan, chunk)
    found = transform(rows, plan.statement, _params(plan, plan.statement))
    if plan.selects:
        found = found.filter(found["kept"])
    good = found
    if found["bad"].null_count < found.num_rows:
        failed = found.filter(pc.is_valid(found["bad"]))
        good = found.filter(pc.is_null(found["bad"]))
        rejections += _rejected(plan, chunk, rows, failed)
    present = set(good.column_names)
    arrays = [good[field.name].cast(field.type) if field.name in present else pa.nulls(good.num_rows, field.type) for field in wanted]
    return pa.Table.from_arrays(arrays, schema=wanted), rejections


def try_rows(plan: Plan, chunk: Chunk) -> tuple[list[dict[str, Any]], dict[int, list[tuple[int, str]]]]:
    """Return (every row as far as it could be mapped, for each line all checks that failed with the value they saw); for a preview."""
    rows = named(plan, chunk)
    found = transform(rows, plan.statement, _params(plan, plan.statement))
    if plan.selects:
        found = found.filter(found["kept"])
    told = transform(rows, plan.failures, _params(plan, plan.failures)).to_pylist()
    failed = {
        row["source_line"]: [(number, row["seen"][place] or "") for place, number in enumerate(row["failed"]) if number is not None] for row in told
    }
    return sorted(found.to_pylist(), key=lambda row: row["source_line"]), failed


def named(plan: Plan, chunk: Chunk) -> pa.Table:
    """Return the rows of a file under the names that the plan reads."""
    return chunk.rows.rename_columns([LINE_COLUMN, *(f"c{place}" for place in range(len(plan.columns)))])


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
