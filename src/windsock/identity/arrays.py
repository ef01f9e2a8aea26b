"""Sets of numbers as sorted arrays.

NumPy's own ``unique`` hashes where nothing else is asked for, which takes seconds on the dense numbers of a large ledger; sorting does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


def distinct(numbers: Ints) -> Ints:
    """Return each number once, sorted.

    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    ordered = np.sort(numbers)
    if len(ordered) < 2:
        return ordered
    first = np.empty(len(ordered), np.bool_)
    first[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def both(one: Ints, other: Ints) -> Ints:
    """Return the numbers of either, each once, sorted."""
    return distinct(np.concatenate([one, other]))


def within(numbers: Ints, known: Ints) -> NDArray[np.bool_]:
    """Say which numbers are among others that are sorted, each once."""
    if not len(known):
        return np.zeros(len(numbers), np.bool_)
    places = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
    return known[places] == numbers
