"""Root causes of a change of a ratio of counts, as orders by visits: which elements' orders are not what their visits should have brought.

A leaf's expected rate is the predicted one, drawn towards what its values have in common where few visits stand behind it. Orders are Poisson
around visits times that rate, with a spread that the data show (forecasts have noise too); an element's evidence is half its deviance, less
what naming it costs. Causes are added one after the other, then each is looked for again given the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from windsock.monitoring.root_cause.cuboids import Cuboid
from windsock.monitoring.root_cause.model import Floats, Ints, added

NAME = 3.0
"""What naming one more cause costs beside the choice of its element."""
LEAST = 0.05
"""A deviation of less than this share is not told."""
DRAWN = 20.0
"""Visits that the rate of a leaf's values counts for beside its own."""
SPREAD_LEAST = 1.25
"""A forecast that is the mean of four periods has a quarter of the noise of one, beside that of what came."""
SPREAD_MOST = 3.0
AGAIN = 0.8
"""How much of the first spread may be left before the causes are looked for again with less of it."""
ROUNDS = 12
Place = tuple[int, int]
"""A cuboid and an element of it."""


@dataclass(frozen=True, eq=False)
class Fit:
    """What a search ends with.

    Attributes:
        found: the causes.
        evidence: of each, by how much the others alone are less likely.
        expected: (leaves,) orders expected without a cause.
        fitted: (leaves,) orders expected with them.
        steps: what each cause adds to the expected orders, in turn.
        spread: variance of a count by its mean.
    """

    found: tuple[Place, ...]
    evidence: tuple[float, ...]
    expected: Floats
    fitted: Floats
    steps: tuple[float, ...]
    spread: float


def search(cubes: list[Cuboid], orders: Floats, expected: Floats) -> Fit:
    """Return the causes.

    The spread is first taken from pairs of dimensions, where causes widen it; where the causes then found leave less, they are looked for again.

    Args:
        cubes: the cuboids to look in, the whole first.
        orders: (leaves,) what came.
        expected: (leaves,) what was to be expected of the visits that came.
    """
    spread = _spread(cubes, orders, expected)
    looked = _Search(cubes, orders, expected, spread)
    found = looked.found()
    left = _spread(cubes, orders, looked.fitted(found)[0])
    if left < AGAIN * spread:
        looked = _Search(cubes, orders, expected, left)
        found = looked.found()
    whole = looked.worth(found)
    evidence = tuple(whole - looked.worth([other for other in found if other != one]) for one in found)
    fitted, steps = looked.fitted(found)
    return Fit(tuple(found), evidence, expected, fitted, tuple(steps), looked.spread)


def rates(codes: Ints, sizes: tuple[int, ...], orders: Floats, visits: Floats) -> Floats:
    """Return each leaf's expected rate: its own, drawn towards the product of what its values have in common.

    Args:
        codes: (leaves, dimensions).
        sizes: values of each dimension.
        orders: (leaves,) as predicted.
        visits: (leaves,) as predicted.
    """
    total = float(visits.sum())
    rate = np.full(len(orders), float(orders.sum()) / total if total else 0.0)
    for _ in range(3):
        for place, size in enumerate(sizes):
            value = codes[:, place]
            there = added(value, orders, size)
            product = added(value, visits * rate, size)
            rate = rate * ((there + 5.0) / (product + 5.0))[value]
    return (orders + DRAWN * rate) / (visits + DRAWN)


def _spread(cubes: list[Cuboid], orders: Floats, expected: Floats) -> float:
    """Return the variance of counts by their mean: the median of squared residuals by that of a chi square with one degree of freedom."""
    most = max(len(cube.dims) for cube in cubes)
    squares: list[Floats] = []
    for cube in cubes:
        if len(cube.dims) == min(2, most):
            due = added(cube.ids, expected, len(cube.counts))
            came = added(cube.ids, orders, len(cube.counts))
            enough = due > 10
            squares.append((came[enough] - due[enough]) ** 2 / due[enough])
    whole = np.concatenate(squares)
    return min(max(SPREAD_LEAST, float(np.median(whole)) / 0.455), SPREAD_MOST) if len(whole) >= 8 else SPREAD_LEAST


def _part(came: Floats, due: Floats) -> Floats:
    """Return the part of half a deviance that goes by what is due."""
    return came * np.log(np.maximum(due, 1e-12)) - due


class _Search:
    """The counts, and the sums of each element that do not change while causes are tried."""

    def __init__(self, cubes: list[Cuboid], orders: Floats, expected: Floats, spread: float) -> None:
        self.cubes, self.orders, self.expected, self.spread = cubes, orders, expected, spread
        sizes = [len(cube.counts) for cube in cubes]
        self.starts: Ints = np.asarray(np.cumsum(sizes) - sizes, np.int64)
        # One row of elements for all cuboids: sums of each are then one pass.
        self.ids: Ints = np.concatenate([cube.ids + start for cube, start in zip(cubes, self.starts, strict=True)])
        self.came: Floats = added(self.ids, np.tile(orders, len(cubes)), sum(sizes))
        self.known = self.came * np.log(np.where(self.came > 0, self.came, 1.0)) - self.came
        self.names: Floats = np.repeat([cube.choices + NAME for cube in cubes], sizes)

    def found(self) -> list[Place]:
        """Add causes while one is worth its name; then look for each again given the others, and for all again without it."""
        found = self._forward(None)
        whole = self.worth(found)
        for _ in range(ROUNDS):
            better = self._better(found, whole)
            if better is None:
                break
            found, whole = better
        return found

    def _forward(self, without: Place | None) -> list[Place]:
        found: list[Place] = []
        while len(found) < ROUNDS:
            one = self._best(self.fitted(found)[0], without)
            if one is None or one in found:
                break
            found.append(one)
        return found

    def _better(self, found: list[Place], whole: float) -> tuple[list[Place], float] | None:
        for one in found:
            others = [other for other in found if other != one]
            again = self._best(self.fitted(others)[0], None)
            for tried in ([*others, again] if again is not None and again not in others else others, self._forward(one)):
                worth = self.worth(tried)
                if worth > whole + 1e-9:
                    return tried, worth
        return None

    def _best(self, due: Floats, without: Place | None) -> Place | None:
        """Return the element with the most evidence against what is due; one may be left out."""
        sums = added(self.ids, np.tile(due, len(self.cubes)), len(self.came))
        gains = (self.known - _part(self.came, sums)) / self.spread - self.names
        gains[np.abs(self.came - sums) < LEAST * np.maximum(sums, 1e-9)] = -np.inf
        if without is not None:
            gains[self.starts[without[0]] + without[1]] = -np.inf
        at = int(gains.argmax())
        if gains[at] <= 0:
            return None
        place = int(np.searchsorted(self.starts, at, side="right")) - 1
        return place, at - int(self.starts[place])

    def fitted(self, found: list[Place]) -> tuple[Floats, list[float]]:
        """Return the expected orders with causes, each scaled to what came in it, and what each adds in its turn."""
        due = self.expected.copy()
        steps: list[float] = []
        for place, element in found:
            held = self.cubes[place].ids == element
            before = float(due[held].sum())
            came = float(self.came[self.starts[place] + element])
            due[held] *= came / before if before else 0.0
            steps.append(came - before)
        return due, steps

    def worth(self, found: list[Place]) -> float:
        """Return the logarithm of likelihood above that without causes, less what their names cost."""
        due = self.fitted(found)[0]
        gain = float((self.orders * np.log(np.maximum(due, 1e-12) / np.maximum(self.expected, 1e-12)) - (due - self.expected)).sum())
        return gain / self.spread - sum(self.cubes[place].choices + NAME for place, _ in found)
