"""The same figures element by element and leaf by leaf, in plain Python: slow and obvious."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from itertools import combinations

from windsock.monitoring.root_cause.model import Leaves


def elements(leaves: Leaves, depth: int) -> Iterator[tuple[dict[str, str], list[int]]]:
    """Yield every element that holds a leaf, with its leaves."""
    for size in range(depth + 1):
        for dims in combinations(range(len(leaves.dims)), size):
            held: dict[tuple[int, ...], list[int]] = {}
            for row in range(len(leaves)):
                held.setdefault(tuple(int(leaves.codes[row, place]) for place in dims), []).append(row)
            for key, rows in held.items():
                yield {leaves.dims[place]: leaves.labels[place][code] for place, code in zip(dims, key, strict=True)}, rows


def name_cost(leaves: Leaves, element: dict[str, str], depth: int) -> float:
    """Logarithm of how many elements of the same dimensions there are, times the choices of so many dimensions; and 3."""
    alike = sum(1 for other, _ in elements(leaves, depth) if other.keys() == element.keys())
    return math.log(alike) + math.log(math.comb(len(leaves.dims), len(element))) + 3.0


def ratio_gain(leaves: Leaves, expected: list[float], rows: list[int], cost: float, spread: float) -> float:
    """Half the deviance of orders by the spread, less the cost."""
    came = math.fsum(float(leaves.real[row]) for row in rows)
    due = math.fsum(expected[row] for row in rows)
    if abs(came - due) < 0.05 * due:
        return -math.inf
    return ((came * math.log(came / due) if came else 0.0) - (came - due)) / spread - cost


def amount_stats(deviations: list[float]) -> tuple[float, float]:
    """The mean of the leaves within 0.3 of the median, and their spread with three leaves of spread 0.05 added, at most 0.13."""
    median = statistics.median(deviations)
    near = [value for value in deviations if abs(value - median) < 0.3]
    middle = math.fsum(near) / len(near) if near else median
    squares = math.fsum((value - middle) ** 2 for value in near)
    return middle, min(math.sqrt((squares + 3 * 0.05**2) / (len(near) + 3)), 0.13)


def density(value: float, middle: float, spread: float) -> float:
    return math.exp(-0.5 * ((value - middle) / spread) ** 2) / (spread * math.sqrt(2 * math.pi))


def amount_worth(leaves: Leaves, noise: list[float], causes: list[tuple[dict[str, str], float, float]], rounding: list[float], depth: int) -> float:
    """Logarithm of likelihood of all leaves under causes (element, deviation, spread), less what their names cost."""
    least = -(math.log(max(len(leaves), 2)) + 4.0) - math.log(2)
    whole = 0.0
    for row in range(len(leaves)):
        real, predict = float(leaves.real[row]), float(leaves.predict[row])
        value = (real - predict) / max(real, predict)
        values = {name: leaves.labels[place][int(leaves.codes[row, place])] for place, name in enumerate(leaves.dims)}
        mine = [(middle, spread) for element, middle, spread in causes if element.items() <= values.items()]
        if mine:
            best = max(0.95 * density(value, middle, math.hypot(spread, rounding[row])) + 0.05 / 2 for middle, spread in mine)
        else:
            best = density(value, 0.0, noise[row])
        whole += max(math.log(best) if best > 0 else -math.inf, least)
    for element, _, _ in causes:
        rows = next(rows for other, rows in elements(leaves, depth) if other == element)
        whole -= name_cost(leaves, element, depth) + math.log(len(rows))
    return whole
