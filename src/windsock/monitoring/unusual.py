"""How unlikely a ratio of counts is against its own usual rate, and how small a change can be seen at all.

The usual rate is that of the days before, drawn a little to the rate of all series together, as a small series knows its own rate badly. What is seen
is then beta-binomial: binomial with a rate that is itself known from so many cases only (power prior, at most ``KNOWN_MOST`` of them, so that a rate
may also wander). Gelman et al., Bayesian Data Analysis, 3rd edition, 2.4 and 5.3; Ibrahim and Chen 2000 for the power prior.
"""

from __future__ import annotations

import numpy as np
from scipy import special  # pyright: ignore[reportMissingTypeStubs] - it ships none

from windsock.monitoring.detectors.model import Floats

KNOWN_MOST = 400.0
SHRUNK_BY = 30.0
CASES_MOST = 4_000.0
"""Of a greater volume so many cases are looked at, at the same rate: surer than sure is not needed."""
SCORE_MOST = 300.0


def usual(values: Floats, volumes: Floats, first: int, window: int, days: int) -> tuple[Floats, Floats]:
    """Return the usual rate of each point from ``first`` on, and how many cases it is known from, each (series, points).

    Args:
        values: rates of windows, (series, points).
        volumes: their divisors, of the same shape.
        first: the first point.
        window: of how many points a value is made; none of its own is in the usual rate.
        days: over how many points before the window the usual rate is taken.
    """
    points = values.shape[1]
    cases = np.where(np.isnan(volumes), 0.0, volumes)
    hits = np.where(np.isnan(values), 0.0, values) * cases
    # A sum over windows counts each step `window` times.
    steps: list[Floats] = [_sums(one) / window for one in (hits, cases)]
    ends = np.maximum(np.arange(first - window + 1, points - window + 1, dtype=np.int64), 0)
    starts = np.maximum(ends - days, 0)
    own_hits, own_cases = (total[:, ends] - total[:, starts] for total in steps)
    all_hits, all_cases = own_hits.sum(axis=0), own_cases.sum(axis=0)
    together = np.divide(all_hits, all_cases, out=np.zeros_like(all_hits), where=all_cases > 0)
    rate = (own_hits + SHRUNK_BY * together) / (own_cases + SHRUNK_BY)
    # Half a case, as a rate of exactly 0 or 1 would make one case of the other sort impossible.
    rate = (rate * (own_cases + SHRUNK_BY) + 0.5) / (own_cases + SHRUNK_BY + 1.0)
    known = np.where(all_cases > 0, np.minimum(own_cases + SHRUNK_BY, KNOWN_MOST), 0.0)
    return rate, known


def _sums(values: Floats) -> Floats:
    """Return of each series the sums of its first 0, 1, 2 ... points."""
    return np.concatenate([np.zeros((values.shape[0], 1)), np.cumsum(values, axis=1)], axis=1)


def tail(hits: Floats, cases: Floats, rate: Floats, known: Floats) -> Floats:
    """Return -log10 of the probability of so many hits or fewer (below the rate) or so many or more (above it), each of shape (n,)."""
    scale = np.minimum(1.0, CASES_MOST / np.maximum(cases, 1.0))
    number, seen = np.rint(cases * scale), np.rint(hits * scale)
    below = seen <= number * rate
    # Count the side that is further from the middle as misses from 0 on.
    seen = np.where(below, seen, number - seen)
    chance = np.where(below, rate, 1.0 - rate)
    quads = zip(seen.tolist(), number.tolist(), chance.tolist(), known.tolist(), strict=True)
    found = np.array([_log_tail(*one) for one in quads], dtype=np.float64)
    return np.clip(-found / np.log(10.0), 0.0, SCORE_MOST)


def _log_tail(seen: float, number: float, chance: float, known: float) -> float:
    hits = np.arange(int(seen) + 1, dtype=np.float64)
    high, low = chance * known, (1.0 - chance) * known
    terms: Floats = np.asarray(
        special.gammaln(number + 1)
        - special.gammaln(hits + 1)
        - special.gammaln(number - hits + 1)
        + special.betaln(hits + high, number - hits + low)
        - special.betaln(high, low),
        dtype=np.float64,
    )
    return float(np.logaddexp.reduce(terms))


def smallest_drop(cases: float, rate: float, sure: float, known: float = KNOWN_MOST) -> float | None:
    """Return the smallest fall of a rate that a window of so many cases would show, in points of the rate; None where not even all of it would.

    >>> [smallest_drop(cases, 0.95, 6.0) for cases in (4, 30, 1000)]
    [None, 0.317, 0.081]
    """
    number = int(min(cases, CASES_MOST))
    least, most = -1, int(number * rate)
    while least < most:
        middle = (least + most + 1) // 2
        shown = tail(np.array([float(middle)]), np.array([float(number)]), np.array([rate]), np.array([known]))[0] >= sure if middle >= 0 else True
        least, most = (middle, most) if shown else (least, middle - 1)
    return None if least < 0 else round(rate - least / number, 3)
