"""Root causes of a change of amounts, whose noise goes by the amount: which elements' leaves share a deviation of their own.

A leaf's deviation is ``(real - expected) / max(real, expected)``, from -1 (gone) to 1 (new). Without a cause it is normal around 0 with the
spread of the side that is not hurt; within a cause it is normal around the cause's own deviation. A set of causes is as good as the leaves'
logarithm of likelihood under it, less what naming the causes costs (as in minimum description length). The search adds the element that
explains the most leaves and holds no part that is plainly as expected, until nothing is worth its name, and then takes out what the others
have made needless.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from windsock.monitoring.root_cause.cuboids import Cuboid
from windsock.monitoring.root_cause.model import Flags, Floats, Ints, added

NAME = 3.0
"""What naming one more cause costs beside the choice of its element."""
LEAST = 0.05
"""A deviation below it is not told."""
FLOOR = 0.004
"""The least spread: forecasts are never better."""
OWN_SPREAD = 0.05
OWN_WEIGHT = 3.0
OWN_MOST = 0.13
"""The spread within a cause: what is supposed before leaves tell, how many leaves that supposition counts for, and the most that is one deviation."""
ODD = 0.05
"""The share of a cause's leaves that may do something else, as another cause holds them too."""
CORE = 4.0
"""Standard deviations within which a leaf is explained."""
UNEXPLAINED = 2.0
"""What a leaf costs that a cause holds and does not explain."""
ROUNDS = 40
TRIED = 6
_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
_LOG_2 = math.log(2.0)


@dataclass(frozen=True)
class Found:
    """A cause: its cuboid and element, the deviation of its leaves and their spread around it."""

    cuboid: int
    element: int
    deviation: float
    spread: float


@dataclass(frozen=True, eq=False)
class Fit:
    """What a search ends with.

    Attributes:
        found: the causes.
        evidence: of each, by how much the others alone are less likely.
        owner: (leaves,) the place of the cause that a leaf goes by; -1 for none.
        noise: (leaves,) spread of a leaf's deviation without a cause.
    """

    found: tuple[Found, ...]
    evidence: tuple[float, ...]
    owner: Ints
    noise: Floats


@dataclass(frozen=True, eq=False)
class _Stats:
    """Of the leaves of one cuboid that wait to be explained: which, their elements, and each element's count, deviation and spread."""

    rows: Ints
    ids: Ints
    counts: Ints
    middle: Floats
    spread: Floats


@dataclass(frozen=True, eq=False)
class _Candidate:
    score: float
    found: Found


def search(codes: Ints, sizes: tuple[int, ...], cubes: list[Cuboid], real: Floats, predict: Floats) -> Fit:
    """Return the causes among leaves of which none is zero on both sides.

    Args:
        codes: (leaves, dimensions).
        sizes: values of each dimension.
        cubes: the cuboids to look in, the whole first.
        real: (leaves,) what came.
        predict: (leaves,) what was expected.
    """
    looked = _Search(codes, sizes, cubes, real, predict)
    return looked.pruned(looked.forward())


def noise_of(deviation: Floats, top: Floats, rounding: Floats) -> Floats:
    """Return each leaf's spread without a cause: one for all amounts, more for small ones where the data say so, and what rounding adds.

    The spread is that of the side (above or below) with the smaller one: causes mostly go one way, and the other side is clean.
    """
    firm = rounding < 0.02
    if not firm.any():
        firm = np.ones(len(top), np.bool_)
    whole = max(_spread(deviation[firm]), FLOOR)
    variance = np.full(len(top), whole**2)
    if np.count_nonzero(firm) >= 400:
        order = np.flatnonzero(firm)[np.argsort(top[firm], kind="stable")]
        parts = np.array_split(order, 8)
        spreads = np.array([max(_spread(deviation[part]), FLOOR) for part in parts])
        if spreads[:2].mean() > 1.6 * spreads[-4:].mean():
            by_size = 1 / np.array([np.median(top[part]) for part in parts])
            base = float(spreads[-4:].min() ** 2)
            more = float(np.median(np.maximum(spreads**2 - base, 0) / by_size))
            variance = base + more / top
    return np.sqrt(variance + rounding**2)


def _spread(deviation: Floats) -> float:
    """Return the smaller spread of the two sides, by their third quartile (1.1503 standard deviations of a half normal)."""
    sides = (deviation[deviation > 0], -deviation[deviation < 0])
    enough = [side for side in sides if len(side) >= max(30, 0.02 * len(deviation))]
    if enough:
        return min(float(np.quantile(side, 0.75)) for side in enough) / 1.1503
    return float(np.median(np.abs(deviation))) / 0.6745


def rounding_of(real: Floats, predict: Floats, top: Floats) -> Floats:
    """Return what rounding of the figures adds to each leaf's deviation; the unit is the smallest step between figures, where there are many."""
    steps = np.unique(np.concatenate((real, predict)))
    unit = float(np.diff(steps).min()) if len(steps) >= 200 else 0.0
    return unit / math.sqrt(6) / top


def _normal(values: Floats, middle: Floats | float, spread: Floats) -> Floats:
    return -0.5 * ((values - middle) / spread) ** 2 - np.log(spread) - _HALF_LOG_2PI


class _Search:
    """The leaves, what explains each of them so far, and which are still to be explained."""

    def __init__(self, codes: Ints, sizes: tuple[int, ...], cubes: list[Cuboid], real: Floats, predict: Floats) -> None:
        top = np.maximum(real, predict)
        self.codes, self.sizes, self.cubes = codes, sizes, cubes
        self.deviation: Floats = (real - predict) / top
        self.rounding = rounding_of(real, predict, top)
        self.noise = noise_of(self.deviation, top, self.rounding)
        self.null = _normal(self.deviation, 0.0, self.noise)
        self.least = -(math.log(max(len(top), 2)) + NAME + 1.0) - _LOG_2  # a leaf alone could be named for as much
        self.base = self.null.copy()
        self.waiting: Flags = np.ones(len(top), np.bool_)
        self.covered: Flags = np.zeros(len(top), np.bool_)
        self.odd_share = min(0.5, max(0.02, float(np.mean(np.abs(self.deviation) > 3 * self.noise))))
        self._settle()
        by_size = np.argsort(self.deviation, kind="stable")
        self.orders = [by_size[np.argsort(cube.ids[by_size], kind="stable")] for cube in cubes]
        self.covers: list[Flags] = []
        self.refused: list[Flags] = [np.zeros(len(cube.counts), np.bool_) for cube in cubes]

    def _settle(self) -> None:
        """Keep what a leaf is compared with: no less likely than a name of its own, and as one of many that a cause may explain."""
        self.floored = np.maximum(self.base, self.least)
        self.mixed = np.logaddexp(math.log(1 - self.odd_share) + self.base, math.log(self.odd_share / 2))

    def forward(self) -> list[Found]:
        """Add causes while one is worth its name."""
        found: list[Found] = []
        while len(found) < ROUNDS:
            candidates = sorted((one for place in range(len(self.cubes)) for one in self._candidates(place)), key=lambda one: -one.score)
            first = next((one.found for one in candidates if self._known(one.found, found) or self._whole(one.found)), None)
            if first is None and not candidates:
                break
            if first is not None and self._known(first, found):
                # An element that is told already: a part of it may be much worse; else its leaves just differ among themselves.
                inside = next((one.found for one in candidates if self._holds(first, one.found) and self._whole(one.found)), None)
                if inside is None:
                    self.waiting &= ~self._held(first)
                first = inside
            if first is not None:
                found.append(first)
                self._explain(first)
        return found

    def _known(self, one: Found, found: list[Found]) -> bool:
        return any((one.cuboid, one.element) == (other.cuboid, other.element) for other in found)

    def _holds(self, one: Found, other: Found) -> bool:
        """Say whether one element lies inside another and holds nearly all that is not explained in it."""
        outer, inner = self._held(one), self._held(other)
        inside = one.cuboid != other.cuboid and not bool((inner & ~outer).any())
        return inside and bool(np.count_nonzero(inner & self.waiting) >= 0.8 * np.count_nonzero(outer & self.waiting))

    def pruned(self, found: list[Found]) -> Fit:
        """Take out causes that the others make needless, and say what each that stays is worth."""
        fits = {one: np.where(self._held(one), np.maximum(self._within(one)[0], self.least), -np.inf) for one in found}
        kept = list(found)
        while True:
            whole = self._worth(kept, fits)
            without = [self._worth([other for other in kept if other is not one], fits) for one in kept]
            if not kept or max(without) < whole:
                break
            kept.pop(int(np.argmax(without)))
        stack = np.stack([fits[one] for one in kept]) if kept else np.zeros((0, len(self.base)))
        owner = np.where(np.isfinite(stack).any(axis=0), stack.argmax(axis=0), -1) if kept else np.full(len(self.base), -1)
        return Fit(tuple(kept), tuple(whole - one for one in without), owner.astype(np.int64), self.noise)

    def _worth(self, found: list[Found], fits: dict[Found, Floats]) -> float:
        best = np.full(len(self.base), -np.inf)
        cost = 0.0
        for one in found:
            best = np.maximum(best, fits[one])
            cube = self.cubes[one.cuboid]
            cost += cube.choices + NAME + math.log(cube.counts[one.element])
        return float(np.where(np.isfinite(best), best, np.maximum(self.null, self.least)).sum()) - cost

    def _stats(self, place: int) -> _Stats:
        """Return each element's median, mean around it and spread, over leaves that wait."""
        order, count = self.orders[place], len(self.cubes[place].counts)
        rows = order[self.waiting[order]]
        ids, values = self.cubes[place].ids[rows], self.deviation[rows]
        counts = np.bincount(ids, minlength=count)
        starts = np.cumsum(counts) - counts
        there = counts > 0
        median = np.zeros(count)
        median[there] = (values[(starts + (counts - 1) // 2)[there]] + values[(starts + counts // 2)[there]]) / 2
        near = (np.abs(values - median[ids]) < 0.3).astype(np.float64)
        weight = added(ids, near, count)
        middle = np.where(weight > 0, added(ids, near * values, count) / np.maximum(weight, 1), median)
        squares = added(ids, near * (values - middle[ids]) ** 2, count)
        spread = np.minimum(np.sqrt((squares + OWN_WEIGHT * OWN_SPREAD**2) / (weight + OWN_WEIGHT)), OWN_MOST)
        return _Stats(rows, ids, counts, middle, spread)

    def _candidates(self, place: int) -> list[_Candidate]:
        """Return the few elements of a cuboid that explain the most, of those that are worth their name."""
        cube, stats = self.cubes[place], self._stats(place)
        if not len(stats.rows):
            return []
        fit, core = self._likely(stats.rows, stats.middle[stats.ids], stats.spread[stats.ids])
        worth = fit - self.floored[stats.rows]
        worth = np.where(core, worth, np.minimum(worth, -UNEXPLAINED))
        gains = added(stats.ids, worth, len(cube.counts)) - cube.choices - NAME - np.log(np.maximum(stats.counts, 1))
        good = (gains > 0) & (np.abs(stats.middle) > LEAST) & ~self.refused[place]
        if not good.any():
            return []
        # Leaves count alike here, however far they are: else a large element of which a part is far would win over that part.
        plain = fit - self.mixed[stats.rows]
        scores = added(stats.ids, np.where(core, plain, np.minimum(plain, 0.0)), len(cube.counts)) - math.log(len(cube.counts))
        scores[~good] = -np.inf
        best = np.argsort(-scores, kind="stable")[:TRIED]
        return [
            _Candidate(float(scores[one]), Found(place, int(one), float(stats.middle[one]), float(stats.spread[one]))) for one in best if good[one]
        ]

    def _likely(self, rows: Ints, middle: Floats | float, spread: Floats | float) -> tuple[Floats, Flags]:
        """Return leaves' likelihood around a deviation, and whether they are explained by it."""
        values = self.deviation[rows]
        wide = np.sqrt(np.square(spread) + self.rounding[rows] ** 2)
        fit = np.logaddexp(math.log(1 - ODD) + _normal(values, middle, wide), math.log(ODD / 2))
        return fit, np.abs(values - middle) < CORE * wide

    def _within(self, one: Found) -> tuple[Floats, Flags]:
        return self._likely(np.arange(len(self.base)), one.deviation, one.spread)

    def _held(self, one: Found) -> Flags:
        return self.cubes[one.cuboid].ids == one.element

    def _whole(self, one: Found) -> bool:
        """Say whether every part of an element takes part in its deviation; if not it is no cause, now and later."""
        held = self._held(one)
        rows = np.flatnonzero(held & self.waiting)
        if 2 * len(rows) < np.count_nonzero(held) and any(bool(cover[held].all()) for cover in self.covers):
            self.refused[one.cuboid][one.element] = True  # most of it does what a cause around it does
            return False
        against = self._likely(rows, one.deviation, one.spread)[0] - np.maximum(self.null[rows], -CORE - _LOG_2)
        for place, size in enumerate(self.sizes):
            if place not in self.cubes[one.cuboid].dims and added(self.codes[rows, place], against, size).min() < -CORE - math.log(size):
                self.refused[one.cuboid][one.element] = True
                return False
        return True

    def _explain(self, one: Found) -> None:
        """Take what a cause explains from what waits; a cause inside it must then differ from it by more than its spread."""
        held = self._held(one)
        fit = np.maximum(self._within(one)[0], _normal(self.deviation, one.deviation, np.sqrt(OWN_MOST**2 + self.rounding**2)))
        self.base = np.where(held, np.where(self.covered, np.maximum(self.base, fit), fit), self.base)
        self.covered |= held
        self.covers.append(held)
        reach = CORE * np.maximum(np.sqrt(one.spread**2 + self.rounding**2), OWN_SPREAD)
        self._settle()
        self.waiting &= ~(held & (np.abs(self.deviation - one.deviation) < reach))
