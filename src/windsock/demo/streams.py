"""Named child streams of randomness: a new one (a story, a wart) never moves the draws of another."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from windsock.demo.columns import Floats, Ints


@dataclass(frozen=True)
class Streams:
    """The seed of a world, handing out generators by name and day."""

    seed: int

    def of(self, name: str, day: int = 0) -> np.random.Generator:
        """Return the generator of a name and day; the same each time."""
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, zlib.crc32(name.encode()), day + 100_000])))


def pick(draws: Floats, weights: Floats) -> Ints:
    """Return the index that each draw in [0, 1) falls on among weights.

    Args:
        draws: shape (n,).
        weights: shape (k,), or (n, k) with a row for each draw; they need not sum to 1.
    """
    sums: Floats = np.cumsum(weights, axis=-1)
    if sums.ndim == 1:
        return np.minimum(np.searchsorted(sums, draws * float(sums[-1]), side="right"), len(sums) - 1).astype(np.int64)
    return np.minimum((draws[:, None] * sums[:, -1:] >= sums).sum(axis=1), sums.shape[1] - 1).astype(np.int64)


def bell(draws: Floats, others: Floats) -> Floats:
    """Return standard normal values from two independent draws each."""
    return np.sqrt(-2.0 * np.log(np.maximum(draws, 1e-12))) * np.cos(2.0 * np.pi * others)
