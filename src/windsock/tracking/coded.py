"""Columns of texts that come as codes into a dictionary: what is asked of each value is asked once of each distinct one.

A file of history holds most of its columns so, and neither the search for personal data nor the check of JSON needs to see the same text
twice. A column that came as plain texts is taken as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

CODED = frozenset(
    {
        "event", "channel", "device", "platform", "route", "property", "item_id", "currency", "order_ref", "provider", "outcome", "country",
        "app_version", "properties", "user_agent", "consent", "context",
    }
)  # fmt: skip
"""Columns of events that the load takes as codes; all others it makes plain."""


def is_coded(column: pa.ChunkedArray | pa.Array) -> bool:
    """Say whether a column comes as codes of texts."""
    return pa.types.is_dictionary(column.type) and column.type.value_type == pa.string()


def whole(column: pa.ChunkedArray | pa.Array) -> Any:  # noqa: ANN401 - an array of any type
    """Return a column in one piece; one that is so already is not copied."""
    if isinstance(column, pa.Array):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    return (column.unify_dictionaries() if is_coded(column) else column).combine_chunks()


def plain(column: pa.ChunkedArray | pa.Array) -> Any:  # noqa: ANN401 - an array of any type
    """Return a column in one piece, with its values and not their codes."""
    one = whole(column)
    return one.cast(pa.string()) if is_coded(one) else one


def codes_of(column: pa.ChunkedArray | pa.Array) -> tuple[NDArray[np.int64], pa.Array]:
    """Return the code of each row, which is the number of values where there is none, and the values by code."""
    one = whole(column)
    coded = one if is_coded(one) else one.dictionary_encode()
    indices = coded.indices
    codes = indices.fill_null(0) if indices.null_count else indices
    found = codes.to_numpy(zero_copy_only=False).astype(np.int64)
    if indices.null_count:
        found[pc.is_null(indices).to_numpy(zero_copy_only=False)] = len(coded.dictionary)
    return found, coded.dictionary


def by_value(column: pa.ChunkedArray | pa.Array, asked: Callable[[Any], pa.Array]) -> pa.Array:
    """Return what a function says of the values, each distinct one asked once where they come as codes; NULL where there is none."""
    one = whole(column)
    return asked(one.dictionary).take(one.indices) if is_coded(one) else asked(one)


def places(numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what ``np.unique`` does with the inverse: distinct numbers and the place of each among them; near numbers are not sorted.

    >>> [part.tolist() for part in places(np.array([7, 5, 7]))]
    [[5, 7], [1, 0, 1]]
    """
    if not len(numbers):
        return numbers, np.zeros(0, np.int64)
    least = int(numbers.min())
    span = int(numbers.max()) - least + 1
    if span > max(2 * len(numbers), 1_000):
        found, inverse = np.unique(numbers, return_inverse=True)
        return found, inverse
    shifted = numbers - least
    there = np.zeros(span, np.bool_)
    there[shifted] = True
    values = np.flatnonzero(there)
    if len(values) == 1:
        return values + least, np.zeros(len(numbers), np.int64)
    place = np.cumsum(there) - 1
    return values + least, place[shifted]
