"""Bring records into the form that is compared: one column per field, written one way, with what the blocks need beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from windsock.identity.matching.comparisons import DERIVED
from windsock.identity.matching.model import written
from windsock.kernel.errors import InvalidInput


def prepared(rows: pa.Table, id_column: str, fields: Mapping[str, str]) -> pa.Table:
    """Return ``unique_id`` and one column per field (text, NULL where it says nothing), and the columns of the blocks.

    Args:
        rows: as read, all text.
        id_column: names each record.
        fields: field -> column, of ``model.recognise``.

    Raises:
        InvalidInput: a record has no id, or two have the same.
    """
    ids = pc.utf8_trim_whitespace(rows.column(id_column).cast(pa.string()).combine_chunks())
    if ids.null_count or pc.any(pc.equal(ids, "")).as_py():
        raise InvalidInput("A record has no id.", where=id_column, fix="Give the column that names each record: --id COLUMN.")
    if pc.count_distinct(ids).as_py() != len(ids):
        raise InvalidInput("Two records have the same id.", where=id_column, fix="Give a column whose values are distinct.")
    columns = {"unique_id": ids}
    for name, column in fields.items():
        columns[name] = _each(rows.column(column), written(name))
    if "number" in columns:
        number = columns.pop("number")
        street = columns.get("street", pa.nulls(len(ids), pa.string()))
        # With null_handling="skip" Arrow 26 leaves a row out when both are NULL: the result is shorter than its inputs.
        joined = pc.utf8_trim_whitespace(pc.binary_join_element_wise(pc.fill_null(number, ""), pc.fill_null(street, ""), " "))
        columns["street"] = pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)
    for name, (of, made) in DERIVED.items():
        if of in columns:
            columns[name] = _each(columns[of], made)
    return pa.table({name: values for name, values in columns.items() if name == "unique_id" or values.null_count < len(values)})


def _each(values: pa.Array | pa.ChunkedArray, change: Callable[[str], str | None]) -> pa.Array:
    """Apply a function to each distinct value."""
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    encoded = whole.cast(pa.string()).dictionary_encode()
    changed = pa.array([(change(text) or None) if text.strip() else None for text in encoded.dictionary.to_pylist()], pa.string())
    return changed.take(encoded.indices)
