"""Grow a small honest tree from bins, and say how steady its first split is.

A split is the one that takes most from the sum of squares (for rates that is the Gini index), as in Breiman, Friedman, Olshen and Stone,
"Classification and Regression Trees" (1984); the bins of a category are put in the order of their means before they are cut, which finds the
best of all ways to part them (their theorem 4.5). It is made where its gain is beyond chance: a chi-square of one degree above the 5 % bound,
divided by the number of ways that there are to cut (Bonferroni; of k categories 2^(k-1) - 1). Honest estimates from another half: Athey and
Imbens (PNAS 113, 2016, p. 7353).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
RESAMPLES = 40
ERROR = 0.05


@dataclass(frozen=True)
class Feature:
    """Bins of a driver: a code for each person, how many codes there are, and whether their order means something (0 is: not known)."""

    codes: Codes
    count: int
    ordered: bool


@dataclass(frozen=True)
class Split:
    """A split: which feature, which codes go left, its gain of the sum of squares."""

    feature: int
    left: frozenset[int]
    gain: float


@dataclass(frozen=True)
class Leaf:
    """A leaf: the way to it as (feature, codes), and who is in it."""

    way: tuple[tuple[int, frozenset[int]], ...]
    inside: Flags


def in_structure(persons: Codes, seed: int) -> Flags:
    """Return whose half decides the structure, by a hash (splitmix64, Steele, Lea and Flood 2014) of the person and the seed."""
    with np.errstate(over="ignore"):
        mixed = persons.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15) * np.uint64(seed + 1)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> np.uint64(31))
    return (mixed & np.uint64(1)) == 0


def grow(features: Sequence[Feature], y: Floats, structure: Flags, *, depth: int, least: int) -> list[Leaf]:
    """Return the leaves from left to right, the side of the smaller mean first.

    Args:
        features: bins of each driver.
        y: what is driven.
        structure: who decides the splits; of all others only their number counts, so that each leaf can be estimated.
        depth: how many splits one after another.
        least: people of each half in a leaf.
    """
    return list(_grown(features, y, structure, Leaf((), np.ones(len(y), dtype=np.bool_)), depth, least))


def _grown(features: Sequence[Feature], y: Floats, structure: Flags, leaf: Leaf, depth: int, least: int) -> Iterator[Leaf]:
    split = best_split(features, y, structure, leaf.inside, least) if depth else None
    if split is None:
        yield leaf
        return
    feature = features[split.feature]
    left = np.isin(feature.codes, sorted(split.left)) & leaf.inside
    right = leaf.inside & ~left
    others = frozenset(range(feature.count)) - split.left
    sides = [Leaf((*leaf.way, (split.feature, codes)), inside) for codes, inside in ((split.left, left), (others, right))]
    for side in sorted(sides, key=lambda side: float(y[side.inside & structure].mean())):
        yield from _grown(features, y, structure, side, depth - 1, least)


def best_split(features: Sequence[Feature], y: Floats, structure: Flags, inside: Flags, least: int, weights: Floats | None = None) -> Split | None:
    """Return the split with the largest gain that is beyond chance; None where there is none.

    Args:
        features: bins of each driver.
        y: what is driven.
        structure: who decides.
        inside: who is looked at.
        least: people of each half on each side.
        weights: how often each person counts, for resampling; once each by default.
    """
    mine, other = inside & structure, inside & ~structure
    if int(mine.sum()) < 2 * least:
        return None
    w = np.ones(len(y))[mine] if weights is None else weights[mine]
    values = y[mine]
    total, mean = float(w.sum()), float(np.average(values, weights=w)) if w.sum() else 0.0
    squares = float((w * (values - mean) ** 2).sum())
    if squares <= 0:
        return None
    best, cuts = Split(-1, frozenset(), 0.0), 0
    for place, feature in enumerate(features):
        n: Floats = np.bincount(feature.codes[mine], weights=w, minlength=feature.count).astype(np.float64)
        s: Floats = np.bincount(feature.codes[mine], weights=w * (values - mean), minlength=feature.count).astype(np.float64)
        rest = np.bincount(feature.codes[other], minlength=feature.count)
        for order in _orders(feature, n, s, rest):
            sides = np.cumsum(n[order])[:-1], np.cumsum(s[order])[:-1]
            others = np.cumsum(rest[order])[:-1]
            able = (sides[0] >= least) & (total - sides[0] >= least) & (others >= least) & (rest.sum() - others >= least)
            # Of categories the best of all ways to part them is found, not only of those that are cut.
            cuts += int(able.sum()) if feature.ordered else 2 ** (len(order) - 1) - 1
            if not able.any():
                continue
            # With the mean taken away both sides' sums are opposite: gain = s^2 / n_left + s^2 / n_right.
            gains = np.where(able, sides[1] ** 2 * (1 / np.maximum(sides[0], 1) + 1 / np.maximum(total - sides[0], 1)), 0.0)
            at = int(gains.argmax())
            if gains[at] > best.gain * (1 + 1e-12):
                best = Split(place, frozenset(int(code) for code in order[: at + 1]), float(gains[at]))
    if best.feature < 0:
        return None
    bound = NormalDist().inv_cdf(1 - ERROR / cuts / 2) ** 2
    within = max(squares - best.gain, 0.0) / max(total - 2, 1)
    return best if best.gain > bound * within else None


def _orders(feature: Feature, n: Floats, s: Floats, rest: Codes) -> Iterator[Codes]:
    """Yield the orders of codes that are cut: of categories by their means; of numbers as they are, what is not known at either end."""
    known = np.flatnonzero((n > 0) | (rest > 0))
    if not feature.ordered:
        means = np.divide(s, n, out=np.zeros_like(s), where=n > 0)
        yield known[np.lexsort((known, means[known]))]
        return
    yield known
    if len(known) and known[0] == 0:
        yield np.roll(known, -1)


def steadiness(features: Sequence[Feature], y: Floats, structure: Flags, least: int, seed: int) -> list[Split | None]:
    """Return the first split of each resampled half: every person counts as often as a Poisson draw of mean 1 says (Oza's online bootstrap)."""
    draws = np.random.default_rng(seed)
    inside = np.ones(len(y), dtype=np.bool_)
    found: list[Split | None] = []
    for _ in range(RESAMPLES):
        weights = draws.poisson(1.0, len(y)).astype(np.float64)
        found.append(best_split(features, y, structure, inside, least, weights))
    return found
