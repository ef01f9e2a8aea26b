"""Seasonal-trend decomposition by loess, with values missing where they are missing.

After R. B. Cleveland, W. S. Cleveland, J. E. McRae and I. Terpenning, "STL: A Seasonal-Trend Decomposition Procedure Based on Loess", Journal of
Official Statistics 6 (1990), p. 3-73: an inner loop that smooths the values of each phase of the season (Monday by Monday), takes out of these what
is slow by a low-pass filter, and smooths what remains for the trend; an outer loop that gives buckets with a large rest less weight. Loess is
asked at every bucket, without the interpolation of the published programme. Of several seasons each is found in what the others leave, the shortest
first, twice (Bandara, Hyndman and Bergmeir 2021, "MSTL").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
INNER = 10
"""The published programme takes two; a steady season of a steep series is then still off by some of its slope."""
OUTER_ROBUST = 5
ROUNDS = 2


@dataclass(frozen=True)
class Spans:
    """How many neighbours loess looks at: values of one phase for the season, buckets for the trend and for the filter; each odd.

    ``season`` None is a steady one, the same in every period: the mean of each phase ("periodic" in the published programme),
    then of so many phases around it as ``smooth`` says (odd), round the end of the season to its start.

    Published defaults: trend the least odd number of at least 1.5 period / (1 - 1.5 / season), the filter's of at least the period.
    """

    season: int | None
    trend: int
    low: int
    smooth: int = 1


def spans_of(period: int, season: int | None) -> Spans:
    """Return the published defaults for a period and a season's span.

    >>> spans_of(7, 11), spans_of(12, 35)
    (Spans(season=11, trend=13, low=7), Spans(season=35, trend=19, low=13))
    >>> spans_of(7, None)
    Spans(season=None, trend=11, low=7)
    """
    return Spans(season, _odd(1.5 * period / (1 - (0 if season is None else 1.5 / season))), _odd(period))


def _odd(least: float) -> int:
    whole = int(np.ceil(least))
    return whole if whole % 2 else whole + 1


def loess(at: Floats, values: Floats, weights: Floats, span: int, wanted: Floats) -> Floats:
    """Return the local line through the ``span`` nearest values, at the wanted places.

    Weights fall with the distance by the tricube (1 - (d / D)^3)^3 times the given ones; values that are missing (NaN) count for nothing.
    Where fewer than ``span`` values are known all are taken, and D grows by half of what lacks, as in the published programme.

    Args:
        at: places in growing order.
        values: values there, NaN where missing.
        weights: from 0 to 1.
        span: how many neighbours.
        wanted: places at which the line is asked.
    """
    known = ~np.isnan(values)
    at, values, weights = at[known], values[known], weights[known]
    if not len(at):
        return np.full(len(wanted), np.nan)
    near = min(span, len(at))
    # The window of the nearest values: its left end moves on while the value beyond the right one is nearer.
    left = np.clip(np.searchsorted(at, wanted) - near, 0, len(at) - near)
    for _ in range(near + 1):
        further = left < len(at) - near
        beyond = np.minimum(left + near, len(at) - 1)
        moves = further & (at[beyond] - wanted < wanted - at[left])
        if not moves.any():
            break
        left = left + moves
    window = left[:, None] + np.arange(near)[None, :]
    x, y, w = at[window], values[window], weights[window]
    distance = np.abs(x - wanted[:, None])
    reach = distance.max(axis=1, keepdims=True) + max(0, (span - len(at)) // 2)
    share = np.divide(distance, reach, out=np.zeros_like(distance), where=reach > 0)
    w = w * np.where(share <= 0.001, 1.0, np.where(share >= 0.999, 0.0, (1 - share**3) ** 3))
    total = w.sum(axis=1, keepdims=True)
    # Where all weights are nothing the plain mean of the window stands in.
    w = np.divide(w, total, out=np.full_like(w, 1.0 / near), where=total > 0)
    middle = (w * x).sum(axis=1, keepdims=True)
    spread = (w * (x - middle) ** 2).sum(axis=1, keepdims=True)
    wide = np.sqrt(spread) > 0.001 * max(at[-1] - at[0], 1e-12)
    slope = np.divide(wanted[:, None] - middle, spread, out=np.zeros_like(spread), where=wide)
    return (w * (1 + slope * (x - middle)) * y).sum(axis=1)


def decompose(values: Floats, period: int, spans: Spans, *, robust: bool, inner: int = INNER, outer: int | None = None) -> tuple[Floats, Floats]:
    """Return season and trend of a series; both are known everywhere, the rest only where the value is.

    Args:
        values: one for each bucket, NaN where missing; every phase of the period must be known at least once.
        period: buckets until the season comes back.
        spans: neighbours.
        robust: whether buckets with a large rest weigh less.
        inner: rounds of the inner loop; with ``robust`` one is enough, as each outer round runs it again.
        outer: rounds of the outer loop.
    """
    count = len(values)
    places = np.arange(count, dtype=np.float64)
    weights = np.ones(count)
    trend = np.zeros(count)
    season = np.zeros(count)
    rounds = (OUTER_ROBUST if robust else 0) if outer is None else outer
    for turn in range(rounds + 1):
        for _ in range(inner):
            cycle = _phases(values - trend, weights, period, spans.season, spans.smooth)
            season = cycle[period:-period] - _low_pass(cycle, period, spans.low, places)
            trend = loess(places, values - season, weights, spans.trend, places)
        if turn < rounds:
            weights = _bisquare(values - season - trend, float(np.nanmax(np.abs(values))))
    return season, trend


def _phases(values: Floats, weights: Floats, period: int, span: int | None, smooth: int) -> Floats:
    """Return each phase's values smoothed along the years (or weeks), a period longer at both ends."""
    count = len(values)
    if span is None:
        means = np.array([_mean(values[phase::period], weights[phase::period]) for phase in range(period)])
        around = np.arange(-(smooth // 2), smooth // 2 + 1)
        steady = means[(np.arange(period)[:, None] + around) % period].mean(axis=1)
        return np.resize(steady, count + 2 * period)
    found = np.empty(count + 2 * period)
    for phase in range(period):
        mine = values[phase::period]
        at = np.arange(1, len(mine) + 1, dtype=np.float64)
        found[phase::period][: len(mine) + 2] = loess(at, mine, weights[phase::period], span, np.arange(0, len(mine) + 2, dtype=np.float64))
    return found


def _mean(values: Floats, weights: Floats) -> float:
    """Return the weighted mean of what is known; the plain one where all of it weighs nothing."""
    known = ~np.isnan(values)
    total = float(weights[known].sum())
    return float((weights[known] * values[known]).sum() / total) if total > 0 else float(values[known].mean())


def _low_pass(cycle: Floats, period: int, span: int, places: Floats) -> Floats:
    """Return what of the smoothed phases is slow: running means of a period, a period and three, and loess."""
    for size in (period, period, 3):
        cycle = np.convolve(cycle, np.full(size, 1.0 / size), mode="valid")
    return loess(places, cycle, np.ones(len(cycle)), span, places)


def _bisquare(rest: Floats, largest: float) -> Floats:
    """Return weights by the size of the rest: (1 - (|r| / 6 median |r|)^2)^2, nothing beyond; all 1 where rests are rounding of the values."""
    size = np.abs(rest)
    wide = 6 * float(np.nanmedian(size))
    share = np.where(np.isnan(size), 0.0, size)
    if wide <= 1e-9 * largest:
        return np.ones(len(rest))
    share = share / wide
    return np.where(share <= 0.001, 1.0, np.where(share >= 0.999, 0.0, (1 - share**2) ** 2))


def decompose_several(values: Floats, periods: Sequence[int], spans: Sequence[Spans], *, robust: bool) -> tuple[list[Floats], Floats]:
    """Return a season for each period, shortest first, and the trend.

    Args:
        values: one for each bucket, NaN where missing.
        periods: growing.
        spans: of each.
        robust: as above.
    """
    seasons = [np.zeros(len(values)) for _ in periods]
    trend = np.zeros(len(values))
    inner = 1 if robust else INNER
    for _ in range(ROUNDS if len(periods) > 1 else 1):
        for place, period in enumerate(periods):
            others = sum((season for other, season in enumerate(seasons) if other != place), np.zeros(len(values)))
            seasons[place], trend = decompose(values - others, period, spans[place], robust=robust, inner=inner)
    if not periods:
        places = np.arange(len(values), dtype=np.float64)
        trend = loess(places, values, np.ones(len(values)), _odd(len(values) / 4 + 4), places)
    return seasons, trend
