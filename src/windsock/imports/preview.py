"""What the first rows of a file become, and what is wrong with which cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from windsock.imports import saved, uploads
from windsock.imports import shapes as s
from windsock.imports.sniff import first_rows, how_written
from windsock.imports.words import reason_zh
from windsock.kernel import money
from windsock.kernel.clock import iso
from windsock.sources import LINE_COLUMN, RAW_COLUMN, Chunk, Plan, RowMapping, compile_mapping, try_rows

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

ROWS = 100
CELL_MAX = 300
_EMPTY = "this must not be empty"
_INNER = ("source_line", "row_id", "row_hash", "bad", "kept")


def preview_upload(workspace: Workspace, actor: Actor, upload_id: str, body: s.PreviewRequest) -> s.PreviewAnswer:
    """Map the first 100 rows of an upload.

    Raises:
        NotFound, Conflict: there is no such upload, or bytes are missing.
        InvalidInput: the mapping does not fit the file.
    """
    upload, path = uploads.whole(workspace, actor, upload_id)
    mapping = saved.from_body(workspace, body.kind, body.mapping)
    return preview_chunks(first_of(path, upload.name, mapping), mapping, workspace.zone)


def as_file(path: Path, name: str, mapping: RowMapping) -> RowMapping:
    """Return a mapping whose file is read as this one is written: a mapping may leave the format and encoding to the file."""
    shape = mapping.shape
    if shape.format:
        return mapping
    found = how_written(path, name, shape.sheet)
    encoding = found.encoding if shape.encoding == "utf-8" else shape.encoding
    return replace(mapping, shape=replace(shape, format=found.format, encoding=encoding))


def first_of(path: Path, name: str, mapping: RowMapping) -> list[Chunk]:
    """Return the first rows of a file, read as its mapping says."""
    shaped = as_file(path, name, mapping)
    return first_rows(path, shaped.shape, ROWS, columns=tuple(column.name for column in shaped.columns))


def preview_chunks(chunks: Sequence[Chunk], mapping: RowMapping, zone: str) -> s.PreviewAnswer:
    """Map some rows and say what is wrong with them."""
    names = [name for name in chunks[0].rows.column_names if name != LINE_COLUMN]
    plan = compile_mapping(mapping, names, zone)
    shown = [name for name in names if name != RAW_COLUMN]
    rows: list[s.PreviewRow] = []
    for chunk in chunks:
        rows += [_broken(bad.line, bad.reason, bad.raw) for bad in chunk.rejections]
        if chunk.rows.num_rows:
            mapped, failed = try_rows(plan, chunk)
            cells = {row[LINE_COLUMN]: row for row in chunk.rows.to_pylist()}
            rows += [_row(plan, mapping, shown, cells[row["source_line"]], row, failed.get(row["source_line"], []), zone) for row in mapped]
    rows.sort(key=lambda row: row.line)
    bad = sum(1 for row in rows if row.errors)
    return s.PreviewAnswer(columns=shown, rows=rows[:ROWS], good=len(rows) - bad, bad=bad)


def _broken(line: int, reason: str, raw: str) -> s.PreviewRow:
    error = s.CellError(column="", value=raw[:CELL_MAX], reason_zh=reason_zh(reason), reason_en=reason)
    return s.PreviewRow(line=line, cells=[], mapped={}, errors=[error])


def _row(  # noqa: PLR0913, PLR0917 - a row with all that belongs to it
    plan: Plan,
    mapping: RowMapping,
    shown: Sequence[str],
    cells: Mapping[str, Any],
    mapped: Mapping[str, Any],
    failed: Sequence[tuple[int, str]],
    zone: str,
) -> s.PreviewRow:
    errors: dict[str, s.CellError] = {}
    blamed = {plan.checks[number][0] for number, _ in failed}
    for number, value in failed:
        blame, reason = plan.checks[number]
        behind = plan.sees.get(blame, frozenset[str]()) if blame in mapping.form.targets and blame not in shown else frozenset({blame})
        if reason == _EMPTY and behind & blamed:
            continue  # its column could not be read: that was said already
        column = next(iter(behind)) if len(behind) == 1 else blame
        errors.setdefault(column, s.CellError(column=column, value=value[:CELL_MAX], reason_zh=reason_zh(reason), reason_en=reason))
    texts = [None if cells[name] is None else str(cells[name])[:CELL_MAX] for name in shown]
    plain = {name: _plain(name, value, zone) for name, value in mapped.items() if name not in _INNER and value is not None}
    return s.PreviewRow(line=int(mapped["source_line"]), cells=texts, mapped=dict(_named(plain)), errors=list(errors.values()))


def _named(plain: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return instants under the name of their field, and leave out the civil dates that go with them."""
    stems = {name.removesuffix("_ms") for name in plain if name.endswith("_ms")}
    return {
        (f"{name.removesuffix('_ms')}_at" if name.endswith("_ms") and name != "at_ms" else "at" if name == "at_ms" else name): value
        for name, value in plain.items()
        if not (name.endswith("_date") and name.removesuffix("_date") in stems)
    }


def _plain(name: str, value: Any, zone: str) -> Any:  # noqa: ANN401 - a mapped value, as JSON
    if name.endswith("_ms"):
        return iso(value, zone)
    if isinstance(value, Decimal):
        return money.text(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value
