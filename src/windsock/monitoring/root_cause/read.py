"""Leaves from a file: one row per leaf, a column for each dimension and one for each figure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.kernel.errors import InvalidInput
from windsock.monitoring.root_cause.model import LEAVES_MAX, Floats, Kind, Leaves, check_size, leaves_of
from windsock.sources import LINE_COLUMN, RAW_COLUMN, Options, open_file

BYTES_MAX = 500_000_000
FIGURES: dict[Kind, dict[str, str]] = {
    "additive": {"real": "real", "predict": "predict"},
    "ratio": {"real": "orders_real", "predict": "orders_predict", "visits_real": "visits_real", "visits_predict": "visits_predict"},
}
"""The column of each figure; every other column is a dimension."""


def read_leaves(path: Path, kind: Kind, dims: tuple[str, ...] = ()) -> Leaves:
    """Return the leaves of a file.

    Args:
        path: CSV, plain or compressed, or another format that files are read in.
        kind: which figures to look for.
        dims: the columns that are dimensions; all that are no figures by default.

    Raises:
        NotFound: there is no such file.
        InvalidInput: a column is missing, or a figure is no number from 0 to 1e15.
        TooLarge: more rows or dimensions than are searched.
    """
    rows = _rows(path)
    names = rows.column_names
    figures = FIGURES[kind]
    missing = [name for name in (*figures.values(), *dims) if name not in names]
    if missing:
        raise InvalidInput(
            f"There is no column '{missing[0][:60]}'.",
            where=path.name,
            fix=f"A file of kind {kind} has {', '.join(figures.values())}, and a column for each dimension. It has: {', '.join(names)[:300]}.",
        )
    both = next((name for name in dims if name in figures.values()), None)
    if both is not None:
        raise InvalidInput(f"'{both}' is a figure, not a dimension.", where="--dimension")
    chosen = dims or tuple(name for name in names if name not in figures.values())
    check_size(rows.num_rows, len(chosen))
    numbers = {name: _numbers(rows, column, path.name) for name, column in figures.items()}
    return leaves_of({name: rows.column(name).to_pylist() for name in chosen}, numbers, kind)


def _rows(path: Path) -> pa.Table:
    _, chunks = open_file(path, Options(bytes_max=BYTES_MAX))
    parts: list[pa.Table] = []
    count = 0
    for chunk in chunks:
        if chunk.rejections:
            first = chunk.rejections[0]
            raise InvalidInput(f"Line {first.line} can't be read: {first.reason}", where=path.name, fix="Mend the line, or take it out.")
        parts.append(chunk.rows)
        count += chunk.rows.num_rows
        if count > LEAVES_MAX:
            check_size(count, 1)
    whole = pa.concat_tables(parts, promote_options="permissive").drop_columns([RAW_COLUMN] if RAW_COLUMN in parts[0].column_names else [])
    return whole.drop_columns([LINE_COLUMN]) if LINE_COLUMN in whole.column_names else whole


def _numbers(rows: pa.Table, column: str, where: str) -> Floats:
    texts = pc.utf8_trim_whitespace(rows.column(column).cast(pa.string()))
    try:
        found = texts.cast(pa.float64())
    except pa.ArrowInvalid:
        found = None
    if found is None or found.null_count:
        row, text = next((at, text) for at, text in enumerate(texts.to_pylist()) if not _is_number(text))
        raise InvalidInput(
            f"'{column}' of row {row + 1} is '{str(text or '')[:40]}', which is no number.", where=where, fix="Write it plainly, like 1234.5."
        )
    return np.asarray(found.to_numpy(), np.float64)


def _is_number(text: str | None) -> bool:
    try:
        float(text or "")
    except ValueError:
        return False
    return "_" not in (text or "")
