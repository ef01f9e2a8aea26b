"""Numbers and codes become Arrow columns, whole arrays at a time: exact money, texts of ids, words picked by code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Array = Any  # an Arrow array: pyarrow ships no types

NEVER = np.int64(-(2**62))
_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)


def mix(values: npt.NDArray[Any], salt: int) -> npt.NDArray[np.uint64]:
    """Return 64 well mixed bits for each value (splitmix64, a bijection): ids that tell nothing of their order."""
    word = values.astype(np.uint64) + np.uint64((salt * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & (2**64 - 1))
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


def _text(body: npt.NDArray[np.uint8], missing: Flags | None) -> Array:
    rows, width = body.shape
    offsets = (np.arange(rows + 1, dtype=np.int64) * width).astype(np.int32)
    column = pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(body)))
    if missing is None or not missing.any():
        return column
    return column.take(pa.array(np.arange(rows), mask=missing))


def hex_text(words: npt.NDArray[np.uint64], prefix: str = "", missing: Flags | None = None) -> Array:
    """Return ``prefix`` + 16 hex digits per word; NULL where missing."""
    nibbles = np.empty((len(words), 16), dtype=np.uint8)
    for place in range(16):
        nibbles[:, place] = _HEX[((words >> np.uint64(60 - 4 * place)) & np.uint64(15)).astype(np.intp)]
    return _text(_prefixed(prefix, nibbles), missing)


def digits(numbers: Ints, width: int, prefix: str = "", missing: Flags | None = None) -> Array:
    """Return ``prefix`` + the number in ``width`` digits with leading zeros; NULL where missing."""
    figures = np.empty((len(numbers), width), dtype=np.uint8)
    rest = np.asarray(numbers, dtype=np.int64).copy()
    for place in range(width - 1, -1, -1):
        figures[:, place] = 48 + rest % 10
        rest //= 10
    return _text(_prefixed(prefix, figures), missing)


def _prefixed(prefix: str, body: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    head = np.frombuffer(prefix.encode(), dtype=np.uint8)
    return np.concatenate([np.broadcast_to(head, (len(body), len(head))), body], axis=1)


def picked(codes: npt.NDArray[Any], words: Sequence[str | None]) -> Array:
    """Return the word of each code; NULL where the code is negative."""
    missing = codes < 0
    indices = pa.array(np.where(missing, 0, codes).astype(np.int32), mask=missing if missing.any() else None)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(words), type=pa.string())).cast(pa.string())


def constant(word: str | None, rows: int) -> Array:
    """Return one text for every row, or NULLs."""
    return pa.nulls(rows, pa.string()) if word is None else picked(np.zeros(rows, dtype=np.int64), [word])


def money(cents: Ints, missing: Flags | None = None) -> Array:
    """Return DECIMAL(18,4) of amounts in cents: exact, no float on the way."""
    words = np.empty((len(cents), 2), dtype=np.int64)
    words[:, 0] = np.asarray(cents, dtype=np.int64) * 100
    words[:, 1] = words[:, 0] >> 63
    return _decimal(words, pa.decimal128(18, 4), missing)


def stored_money(steps: Ints) -> Array:
    """Return DECIMAL(18,4) of amounts already in 0.0001 steps."""
    words = np.empty((len(steps), 2), dtype=np.int64)
    words[:, 0] = steps
    words[:, 1] = words[:, 0] >> 63
    return _decimal(words, pa.decimal128(18, 4), None)


def rate(millionths: Ints) -> Array:
    """Return DECIMAL(9,6) of rates given in millionths."""
    words = np.empty((len(millionths), 2), dtype=np.int64)
    words[:, 0] = millionths
    words[:, 1] = words[:, 0] >> 63
    return _decimal(words, pa.decimal128(9, 6), None)


def _decimal(words: Ints, kind: Any, missing: Flags | None) -> Array:  # noqa: ANN401 - pyarrow ships no types
    validity = None
    if missing is not None and missing.any():
        validity = pa.py_buffer(np.packbits(~missing, bitorder="little"))
    return pa.Decimal128Array.from_buffers(kind, len(words), [validity, pa.py_buffer(np.ascontiguousarray(words))])


def whole(values: npt.NDArray[Any], kind: Any = None, missing: Flags | None = None) -> Array:  # noqa: ANN401 - pyarrow ships no types
    """Return an integer column, BIGINT unless told; NULL where missing."""
    return pa.array(np.asarray(values, dtype=np.int64), mask=missing if missing is not None and missing.any() else None).cast(kind or pa.int64())


def moment(ms: Ints) -> Array:
    """Return instants in ms; NULL where they are ``NEVER``."""
    return whole(ms, missing=ms == NEVER)


def flags(values: Flags) -> Array:
    """Return a BOOLEAN column."""
    return pa.array(np.asarray(values, dtype=np.bool_))


def dates(ordinals: Ints, missing: Flags | None = None) -> Array:
    """Return civil dates from days since 1970-01-01; NULL where missing."""
    return pa.array(np.asarray(ordinals, dtype=np.int32), mask=missing if missing is not None and missing.any() else None).cast(pa.date32())
