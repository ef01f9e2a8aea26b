"""Find the clusters of people: scale the features, choose how many, group, and see whether other seeds and half of the people find the same.

The people come in the order of their figures, so that neither numbers of people nor the order of intake have a say in what chance draws.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from windsock.analyses.clusters.kmeans import adjusted_rand, kmeans, nearest, silhouette
from windsock.analyses.clusters.model import AUTO_MOST, K_LEAST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

FIT_MOST = 10_000
"""Centres are found on so many people; everybody is then put to the nearest."""
SHAPED_ON = 1_000
"""The silhouette is of so many of them."""
RESTARTS, RESTARTS_AGAIN = 5, 2
SEEDS = HALVES = 5
STABLE = 0.8
"""From this mean adjusted Rand index on, among seeds and among halves, clusters are said to hold."""
SKEWED = 1.0


@dataclass(frozen=True)
class Scale:
    """How a feature is told on one scale with others: its logarithm where that is asked or it is skewed; then less its mean, by its deviation."""

    log: bool
    mean: float
    deviation: float

    def applied(self, values: Floats) -> Floats:
        """Return values on the scale; all 0 where everybody has the same."""
        told = _log(values) if self.log else values
        return np.zeros(len(values)) if self.deviation == 0 else (told - self.mean) / self.deviation


@dataclass(frozen=True)
class Fit:
    """Clusters: scales, centres on them by size, labels of everybody, how well each k stood apart, and how far the groups hold.

    ``silhouettes`` has (k, value); it is empty where k was given and for one cluster. ``explained`` is the share of all squares between clusters.
    """

    scales: tuple[Scale, ...]
    centres: Floats
    points: Floats
    labels: Ints
    silhouettes: tuple[tuple[int, float], ...]
    by_seed: float | None
    by_half: float | None
    explained: float
    fitted: int

    @property
    def stable(self) -> bool:
        """Whether the clusters hold."""
        return self.by_seed is not None and self.by_half is not None and min(self.by_seed, self.by_half) >= STABLE


def _log(values: Floats) -> Floats:
    """Return log(1 + x), and of a negative amount the same of its size, negative."""
    return np.sign(values) * np.log1p(np.abs(values))


def scale_of(values: Floats, log: bool | None) -> Scale:  # noqa: FBT001 - three things to say
    """Return a feature's scale; without a word from people it is logarithmic where nothing is negative and the skewness is above 1."""
    if log is None:
        spread = float(values.std())
        skewness = 0.0 if spread == 0 else float((((values - values.mean()) / spread) ** 3).mean())
        log = bool(values.min() >= 0) and skewness > SKEWED
    told = _log(values) if log else values
    flat = bool(told.min() == told.max())
    return Scale(log, float(told.mean()), 0.0 if flat else float(told.std()))


def fit(values: Floats, logs: tuple[bool | None, ...], k: int | None, seed: int, check: Callable[[], None]) -> Fit:
    """Return the clusters of people.

    Args:
        values: a row for each of the people, in an order that their figures alone decide; a column for each feature.
        logs: for each feature whether its scale is logarithmic; None: by its skewness.
        k: how many clusters; None: 2 to 8, as many as stand apart best.
        seed: what chance is drawn from.
        check: called between runs; raises where the asker has gone.
    """
    scales = tuple(scale_of(values[:, column], log) for column, log in enumerate(logs))
    points = np.asfortranarray(np.column_stack([scale.applied(values[:, column]) for column, scale in enumerate(scales)]))
    chance = np.random.default_rng(seed)
    sample = points if len(points) <= FIT_MOST else np.asfortranarray(points[_some(len(points), FIT_MOST, chance)])
    different = len(np.unique(sample, axis=0))
    told: list[tuple[int, float]] = []
    if different < K_LEAST:
        centres = sample.mean(axis=0)[None, :]
    elif k is not None:
        centres = kmeans(sample, min(k, different), RESTARTS, chance)[0]
    else:
        shaped = _some(len(sample), SHAPED_ON, chance) if len(sample) > SHAPED_ON else np.arange(len(sample))
        tried: list[tuple[float, Floats]] = []
        for number in range(K_LEAST, min(AUTO_MOST, different) + 1):
            check()
            found, labels, _ = kmeans(sample, number, RESTARTS, chance)
            told.append((number, silhouette(sample[shaped], labels[shaped])))
            tried.append((told[-1][1], found))
        centres = max(tried, key=lambda one: one[0])[1]
    centres = _by_size(points, centres)
    labels = nearest(points, centres)
    seeds, halves = _again(sample, centres, chance, check)
    whole = float(((points - points.mean(axis=0)) ** 2).sum())
    inside = float(((points - centres[labels]) ** 2).sum())
    return Fit(scales, centres, points, labels, tuple(told), seeds, halves, 1 - inside / whole if whole else 0.0, len(sample))


def _some(count: int, most: int, chance: np.random.Generator) -> Ints:
    """Return the places of so many at random, in order."""
    return np.sort(np.argsort(chance.random(count), kind="stable")[:most]).astype(np.int64)


def _by_size(points: Floats, centres: Floats) -> Floats:
    """Return centres from the largest cluster to the smallest; of equal ones by their place. One to which nobody belongs is left out."""
    sizes = np.bincount(nearest(points, centres), minlength=len(centres))
    order = sorted(range(len(centres)), key=lambda number: (-int(sizes[number]), centres[number].tolist()))
    return centres[[number for number in order if sizes[number]]]


def _again(sample: Floats, centres: Floats, chance: np.random.Generator, check: Callable[[], None]) -> tuple[float | None, float | None]:
    """Return the mean adjusted Rand index with other seeds, and with centres that half of the people give."""
    k = len(centres)
    if k < K_LEAST:
        return None, None
    own = nearest(sample, centres)
    seeds: list[float] = []
    halves: list[float] = []
    for _ in range(SEEDS):
        check()
        seeds.append(adjusted_rand(own, kmeans(sample, k, RESTARTS_AGAIN, chance)[1]))
    for _ in range(HALVES):
        check()
        half = np.asfortranarray(sample[_some(len(sample), max(k, len(sample) // 2), chance)])
        halves.append(adjusted_rand(own, nearest(sample, kmeans(half, k, RESTARTS_AGAIN, chance)[0])))
    return sum(seeds) / len(seeds), sum(halves) / len(halves)
