"""Arrow columns out of what was read event by event: JSON texts of some rows, properties that have a column, tables of the load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.tracking.coded import CODED, plain
from windsock.tracking.event_columns import COLUMNS
from windsock.tracking.wire.columns import PROMOTED, json_text, number, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Part = tuple[pa.Table, Sequence[int]]
    """Rows, and the place of each among all."""

_ENCODER = msgspec.json.Encoder(order="sorted")
_MONEY = COLUMNS.field("price").type
_from_buffers: Any = getattr(pa.Array, "from_buffers")  # noqa: B009 - its types are not told
_UNWRITTEN = (msgspec.EncodeError, UnicodeEncodeError, OverflowError, TypeError, RecursionError)
_AT_ONCE = 2_000
_NEW_LINE = 10
_PLAIN = frozenset({str, type(None)})
_WHOLE = frozenset({int, type(None)})
_WHOLE_MOST = 10**11
_CURRENCY = 3
_CENTS_OF_CENT, _DIGITS = 10_000, 4


def jsons(places: Sequence[int], values: Sequence[Any], count: int) -> pa.Array:
    """Return JSON texts with sorted names, as of ``json_text``, for ``count`` rows; NULL where there is no value.

    Args:
        places: rows that have a value, ascending.
        values: theirs.
        count: how many rows there are.
    """
    if not places:
        return pa.nulls(count, pa.string())
    try:
        lines = _lines(values)
    except _UNWRITTEN:
        return scattered(places, pa.array([json_text(value) for value in values], pa.string()), count)
    # JSON has no bare line break, so that each ends one text.
    signs = np.frombuffer(lines, np.uint8)
    lengths, there = np.zeros(count, np.int64), np.zeros(count, np.bool_)
    lengths[places], there[places] = np.diff(np.flatnonzero(signs == _NEW_LINE), prepend=-1) - 1, True
    offsets = np.zeros(count + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    valid = None if len(places) == count else pa.py_buffer(np.packbits(there, bitorder="little"))
    return _from_buffers(pa.string(), count, [valid, pa.py_buffer(offsets), pa.py_buffer(signs[signs != _NEW_LINE])])


def _lines(values: Sequence[Any]) -> bytes:
    """Write values as lines of JSON; so many at a time that others, who answer requests, don't wait long for the interpreter."""
    if len(values) <= _AT_ONCE:
        return _ENCODER.encode_lines(values)
    return b"".join(_ENCODER.encode_lines(values[start : start + _AT_ONCE]) for start in range(0, len(values), _AT_ONCE))


def json_texts(values: Sequence[Any]) -> list[bytes]:
    """Return ``json_text`` of each value, in bytes."""
    try:
        return _lines(values).split(b"\n")[: len(values)]
    except _UNWRITTEN:
        return [json_text(value).encode() for value in values]


def promoted(properties: Sequence[dict[str, Any]]) -> tuple[dict[str, pa.Array], list[Any]]:
    """Take what has a column of its own out of the properties of events, name by name; what does not fit its column stays.

    Returns:
        The columns in which there is a value; and the prices as they were given.
    """
    columns: dict[str, pa.Array] = {}
    prices: list[Any] = []
    there: set[str] = set()
    for start in range(0, len(properties), _AT_ONCE):
        there |= PROMOTED.intersection(set[str]().union(*properties[start : start + _AT_ONCE]))
    for name in there:
        values = [inside.pop(name, None) for inside in properties]
        if name == "price":
            prices = values
            columns[name] = _prices(values, properties)
        else:
            columns[name] = _texts(name, values, properties)
    return {name: column for name, column in columns.items() if column.null_count < len(column)}, prices


def _texts(name: str, values: list[Any], properties: Sequence[dict[str, Any]]) -> pa.Array:
    if not set(map(type, values)) <= _PLAIN:
        for place, value in enumerate(values):
            if isinstance(value, dict | list):
                properties[place][name], values[place] = value, None
            elif type(value) is not str:
                values[place] = text_of(value)
    column = pa.array(values, pa.string())
    if pc.any(pc.equal(column, "")).as_py():
        column = pa.array([value or None for value in values], pa.string())
    if name != "currency":
        return column
    known = column.dictionary_encode()
    return coded(name, [text.upper() if len(text) == _CURRENCY else text for text in known.dictionary.to_pylist()], known.indices)


def _prices(values: Sequence[Any], properties: Sequence[dict[str, Any]]) -> pa.Array:
    if set(map(type, values)) <= _WHOLE and all(-_WHOLE_MOST < value < _WHOLE_MOST for value in values if value is not None):
        return moneys(pc.multiply(pa.array(values, pa.int64()), _CENTS_OF_CENT))
    scaled: list[int | None] = []
    for place, value in enumerate(values):
        price, exact = number(value)
        if not exact:
            properties[place]["price"] = value
        if type(price) is int:
            scaled.append(price * _CENTS_OF_CENT)
        elif price is None:
            scaled.append(None)
        else:
            scaled.append(round(price * _CENTS_OF_CENT) if type(price) is float else int(price.scaleb(_DIGITS)))  # type: ignore[union-attr]
    return moneys(pa.array(scaled, pa.int64()))


def moneys(parts: pa.Array) -> pa.Array:
    """Return ten-thousandths as amounts."""
    words = np.empty((len(parts), 2), np.int64)
    words[:, 0] = parts.fill_null(0).to_numpy()
    words[:, 1] = words[:, 0] >> 63
    valid = None if not parts.null_count else pa.py_buffer(np.packbits(parts.is_valid().to_numpy(zero_copy_only=False), bitorder="little"))
    return _from_buffers(_MONEY, len(parts), [valid, pa.py_buffer(words)])


def scattered(places: Sequence[int], values: pa.Array, count: int) -> pa.Array:
    """Return a column of ``count`` rows with values at some places, NULL at the others."""
    if len(places) == count:
        return values
    index = np.full(count, -1, np.int64)
    index[places] = np.arange(len(places))
    return values.take(pa.array(index, mask=index < 0))


def coded(name: str, values: Sequence[str | None], chosen: pa.Array) -> pa.Array:
    """Return a column of few texts: as codes of distinct texts where the load takes it so, else as texts.

    Args:
        name: of the column.
        values: the texts, maybe some of them twice.
        chosen: for each row the place of its text.
    """
    once = pa.array(values, pa.string())
    if name not in CODED or once.null_count == len(once):
        return once.take(chosen)
    known = once.dictionary_encode()
    return pa.DictionaryArray.from_arrays(known.indices.take(chosen), known.dictionary)


def first_of(values: pa.Array, others: pa.Array) -> pa.Array:
    """Return values and, where there is none, others."""
    return values if not values.null_count else pc.coalesce(plain(values), plain(others))


def table_of(count: int, columns: Mapping[str, pa.Array | Sequence[Any]]) -> pa.Table:
    """Return columns (arrays, or values of Python) as a table of ``COLUMNS``, some of them as codes; a column that is not given is NULL."""
    arrays: list[pa.Array] = []
    for field in COLUMNS:
        given = columns.get(field.name)
        if given is None:
            arrays.append(pa.nulls(count, field.type))
        else:
            arrays.append(given if isinstance(given, pa.Array) else pa.array(given, field.type))
    return pa.table(arrays, names=COLUMNS.names)


def in_order(parts: Sequence[Part]) -> pa.Table:
    """Return the rows of all parts in the order of their places."""
    if not parts:
        return COLUMNS.empty_table()
    if len(parts) == 1:
        return parts[0][0]
    order = np.argsort(np.concatenate([np.asarray(places, np.int64) for _, places in parts]), kind="stable")
    return pa.concat_tables([table.cast(COLUMNS) for table, _ in parts]).take(pa.array(order)).combine_chunks()
