"""Every combination of up to four dimensions, with the element of each leaf in it as an integer, so that sums are one pass."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from windsock.monitoring.root_cause.model import DEPTH, Ints

WORK_MAX = 12_000_000
"""Most leaves times combinations; above it fewer dimensions are combined."""


@dataclass(frozen=True, eq=False)
class Cuboid:
    """One combination of dimensions.

    Attributes:
        dims: places of the dimensions, ascending; none of them for the whole.
        ids: (leaves,) the element that a leaf lies in.
        counts: (elements,) leaves of each; 0 for a combination of values that is not there.
        choices: logarithm of how many elements one could name instead: those of the cuboid, times the cuboids of as many dimensions.
    """

    dims: tuple[int, ...]
    ids: Ints
    counts: Ints
    choices: float


def depth_for(leaves: int, dims: int) -> int:
    """Return how many dimensions can be combined within the bound of work.

    >>> depth_for(2880, 4), depth_for(250_000, 12)
    (4, 1)
    """
    depth, cuboids = 0, 1
    while depth < min(DEPTH, dims) and (depth == 0 or (cuboids + math.comb(dims, depth + 1)) * leaves <= WORK_MAX):
        depth += 1
        cuboids += math.comb(dims, depth)
    return depth


def cuboids(codes: Ints, sizes: tuple[int, ...], depth: int) -> Iterator[Cuboid]:
    """Yield every cuboid up to a depth, the whole first.

    Args:
        codes: (leaves, dimensions).
        sizes: how many values each dimension has.
        depth: most dimensions of one.
    """
    leaves, dims = codes.shape
    for size in range(depth + 1):
        for chosen in combinations(range(dims), size):
            ids, space = np.zeros(leaves, np.int64), 1
            for place in chosen:
                ids = ids * sizes[place] + codes[:, place]
                space *= sizes[place]
                if space > 4 * leaves + 1_000:
                    known, ids = np.unique(ids, return_inverse=True)
                    space = len(known)
            counts = np.bincount(ids, minlength=space)
            yield Cuboid(chosen, ids, counts, math.log(math.comb(dims, size)) + math.log(np.count_nonzero(counts)))
