"""How strongly two yes-or-no facts go together: counts of a two-by-two table, intervals, exact tests, and false discoveries among many.

A table counts units: with and without a fact, and of each those with and without an outcome. All figures are of the table alone; none of them
says that the fact causes the outcome.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Z_95 = 1.959963984540054
"""The 97.5 % point of the normal distribution: intervals are of 95 %."""
TIES = 1e-7
"""Tables whose chance is this much larger than the seen one's, relatively, count as equally unlikely: their sums are of floating numbers."""


@dataclass(frozen=True)
class TwoByTwo:
    """Units with a fact (``both`` of them have the outcome, ``fact_only`` not) and without it (``outcome_only``, ``neither``)."""

    both: int
    fact_only: int
    outcome_only: int
    neither: int

    @property
    def with_fact(self) -> int:
        """Units with the fact."""
        return self.both + self.fact_only

    @property
    def without_fact(self) -> int:
        """Units without the fact."""
        return self.outcome_only + self.neither

    @property
    def total(self) -> int:
        """All units."""
        return self.with_fact + self.without_fact

    def difference(self) -> tuple[float, float, float] | None:
        """Return the rate with the fact less the rate without it, and its interval of 95 %; None where one of the rates has no units.

        The interval is Newcombe's hybrid of two Wilson intervals (Statistics in Medicine 17, 1998, p. 873, method 10).
        """
        if not self.with_fact or not self.without_fact:
            return None
        one, low_one, high_one = wilson(self.both, self.with_fact)
        two, low_two, high_two = wilson(self.outcome_only, self.without_fact)
        gap = one - two
        return gap, gap - math.hypot(one - low_one, high_two - two), gap + math.hypot(high_one - one, two - low_two)

    def odds_ratio(self) -> tuple[float, float, float]:
        """Return the odds ratio and its interval of 95 %.

        Half a unit is added to each cell (Haldane 1956, Anscombe 1956), so that an empty cell has a figure; the interval is the normal one of its
        logarithm (Woolf 1955), whose variance is the sum of one over each cell.
        """
        cells = [count + 0.5 for count in (self.both, self.fact_only, self.outcome_only, self.neither)]
        log = math.log(cells[0]) - math.log(cells[1]) - math.log(cells[2]) + math.log(cells[3])
        wide = Z_95 * math.sqrt(sum(1 / cell for cell in cells))
        return math.exp(log), math.exp(log - wide), math.exp(log + wide)

    def fisher(self) -> float:
        """Return the two-sided chance of Fisher's exact test: of all tables with these margins, those as unlikely as this one or more so.

        The chances are built from the ratio of neighbours, p(k+1) / p(k) = (r-k)(c-k) / ((k+1)(n-r-c+k+1)), so that no factorial is needed;
        0.0 where it is below what a float can hold.
        """
        row, column = self.with_fact, self.both + self.outcome_only
        low, high = max(0, row + column - self.total), min(row, column)
        k = np.arange(low, high, dtype=np.float64)
        ratios = np.log((row - k) * (column - k)) - np.log((k + 1) * (self.total - row - column + k + 1))
        logs = np.concatenate(([0.0], np.cumsum(ratios)))
        chances = np.exp(logs - logs.max())
        as_unlikely = logs <= logs[self.both - low] + TIES
        return min(1.0, float(chances[as_unlikely].sum() / chances.sum()))


def wilson(hits: int, units: int) -> tuple[float, float, float]:
    """Return a rate and its interval of 95 % by Wilson's score (Journal of the American Statistical Association 22, 1927, p. 209).

    >>> [round(part, 4) for part in wilson(56, 70)]
    [0.8, 0.6918, 0.8769]
    """
    rate, square = hits / units, Z_95 * Z_95
    middle = (rate + square / (2 * units)) / (1 + square / units)
    wide = Z_95 * math.sqrt(rate * (1 - rate) / units + square / (4 * units * units)) / (1 + square / units)
    # At the ends the rounding of the two parts would leave a trace beside 0 or 1.
    return rate, 0.0 if hits == 0 else middle - wide, 1.0 if hits == units else middle + wide


def false_discovery(chances: Sequence[float], tests: int | None = None) -> list[float]:
    """Return for each test the least share of false discoveries at which it would be one, over all tests that were made.

    Benjamini and Hochberg (Journal of the Royal Statistical Society B 57, 1995, p. 289): q(i) = min over j >= i of p(j) m / j, with p in order.
    ``tests`` is how many were made where not all of their chances are given: the others count as 1.

    >>> false_discovery([0.01, 0.04, 0.03])
    [0.03, 0.04, 0.04]
    """
    made = len(chances) if tests is None else tests
    order = sorted(range(len(chances)), key=lambda index: chances[index])
    found, least = [1.0] * len(chances), 1.0
    for place in range(len(order) - 1, -1, -1):
        least = min(least, chances[order[place]] * made / (place + 1))
        found[order[place]] = least
    return found


def written_chance(chance: float) -> str:
    """Return a chance as text, to four significant digits; what no float can hold is told as less than the least.

    >>> written_chance(0.00275945), written_chance(0.0)
    ('0.002759', '<1e-300')
    """
    return "<1e-300" if chance < 1e-300 else f"{chance:.4g}"
