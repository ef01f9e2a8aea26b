"""How surprising each point of a series is, by its own history: four looks at it, each calibrated on what it saw before.

Each look is a distance from what was to be expected: of the point itself, of its last hour and of its last six hours from the same time of earlier
days, and of the point from the last day. A distance becomes a probability by the distances seen before: their share that is at least as large, and
beyond their 95th percentile an exponential tail with their mean excess (Pickands 1975, with shape 0). The looks see much the same, so the sum of
their -log10 p counts as that of 3.2 tests would: ``score = sum / 3.2``. What was said just before is no news: a score counts only above a memory
that keeps 98.5 % of itself from point to point. An alarm is a score of at least log10(points a week / dial).

Counts are looked at as 2 sqrt(x + 3/8), whose noise is 1 for every level (Anscombe 1948), ratios as 2 asin(sqrt(p)) sqrt(n) (Freeman and Tukey 1950);
no distance of either is more surprising than that noise allows. So what hardly ever happens may happen twice without an alarm.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass

import numpy as np

from windsock.monitoring.detectors.model import Flags, Floats, Unit

DAY_S, HOUR_S, WEEK_S = 86_400, 3_600, 604_800
DAYS, WEEKS, NEAR_S = 14, 8, 1_800
NEIGHBOURS = 13
"""So many points of an earlier day at most stand for the same time of it."""
LEAST = 50
"""Below so many distances nothing is said."""
KEPT = 20_000
TAIL, TAIL_MOST = 0.05, 400
TESTS = 3.2
MEMORY = 0.985
SCORE_MOST = 50.0
DIAL = 1.0
"""Expected false alarms a week."""
_CHUNK = 4_000


@dataclass(frozen=True)
class Course:
    """What is said of each point of a series; arrays of (points,).

    Attributes:
        expected: what was to be expected; NaN where nothing can be said yet.
        low: below it the point alone would be an alarm.
        high: above it, as well.
        score: how surprising the point is beside what was said just before; 0 where it is no news.
        alarm: whether it is told.
    """

    expected: Floats
    low: Floats
    high: Floats
    score: Floats
    alarm: Flags


def surprises(values: Floats, step_s: float, unit: Unit, dial: float = DIAL, volumes: Floats | None = None) -> Course:
    """Return what is said of each point by what came before it.

    Args:
        values: (points,) on an even grid; NaN where nothing was measured.
        step_s: seconds from one point to the next.
        unit: which noise to expect.
        dial: expected false alarms a week.
        volumes: (points,) what a ratio is divided by.
    """
    seen = _levelled(values, unit)
    usual, lately = _usual(seen, step_s), _lately(seen, step_s)
    base = np.where(np.isnan(usual), lately, usual)
    # Not from `base`: distances from the last day, while no earlier day is known, are others than those after, and would hide them for weeks.
    off = seen - usual
    noise = _noise(unit, volumes, len(values))
    least = math.log10(max(WEEK_S / step_s / dial, 1.0))
    total, limits = np.zeros(len(values)), list[Floats]()
    widths = [_width(HOUR_S, step_s, 3), _width(6 * HOUR_S, step_s, 4)]
    looks = [(np.abs(off), noise), *((np.abs(_mean(off, width)), noise / math.sqrt(width)) for width in widths), (np.abs(seen - lately), noise)]
    for distance, spread in looks:
        found, limit = calibrated(distance, spread, least)
        total += found
        limits.append(limit)
    reach = np.where(np.isnan(usual), limits[-1], limits[0])
    score = news(np.minimum(total / TESTS, SCORE_MOST))
    low, high = (_plain(base + way * reach, unit) for way in (-1, 1))
    return Course(_plain(base, unit), low, high, score, score >= least)


def calibrated(distances: Floats, noise: Floats, least: float = 3.0) -> tuple[Floats, Floats]:
    """Return of each distance -log10 of the probability of one at least as large, by those before it, and which distance would have ``least``.

    Args:
        distances: (points,) at least 0; NaN says nothing and is not remembered.
        noise: (points,) the standard deviation below which nothing is surprising; 0 where it is not known.
        least: the score the second answer is about.
    """
    history: list[float] = []
    order: list[float] = []
    scores, limits, far = np.zeros(len(distances)), np.full(len(distances), np.nan), _distance_of(least)
    tail, due = _Tail(0.0, 1.0, 0.0), LEAST
    for at, distance in enumerate(distances.tolist()):
        if math.isnan(distance):
            continue
        count = len(history)
        if count >= due or (count == KEPT and at % (KEPT // 2_000) == 0):
            # The tail changes slowly: it is looked at anew when half a thousandth more is known.
            tail, due = _tail(history), count + 1 + count // 2_000
        if count >= LEAST:
            scores[at] = min(_score(history, distance, tail), _by_noise(distance, float(noise[at])))
            limits[at] = max(tail.edge + tail.excess * math.log(10) * (least + math.log10(tail.share)), far * float(noise[at]))
        insort(history, distance)
        order.append(distance)
        if len(order) > KEPT:
            del history[bisect_left(history, order[-KEPT - 1])]
    return scores, limits


@dataclass(frozen=True)
class _Tail:
    """Beyond which distance the tail begins, which share lies in it, and by how much on average."""

    edge: float
    share: float
    excess: float


def _tail(history: list[float]) -> _Tail:
    count = len(history)
    first = max(int((1 - TAIL) * count), count - TAIL_MOST)
    return _Tail(history[first], (count - first) / count, sum(history[first:]) / (count - first) - history[first])


def news(scores: Floats) -> Floats:
    """Return the scores that stand above the memory of those before: it keeps 98.5 % of itself from point to point."""
    memory = 0.0
    told = np.zeros(len(scores))
    for at, score in enumerate(scores.tolist()):
        if score > memory:
            told[at] = memory = score
        memory *= MEMORY
    return told


def _score(history: list[float], distance: float, tail: _Tail) -> float:
    count = len(history)
    if distance <= tail.edge:
        return -math.log10((count - bisect_left(history, distance) + 1) / (count + 1))
    if tail.excess <= 0:
        # All beyond the edge is the edge itself: a distance above it was never seen.
        return -math.log10((count - bisect_right(history, distance) + 1) / (count + 1))
    return min(-math.log10(tail.share) + (distance - tail.edge) / tail.excess / math.log(10), SCORE_MOST)


def _by_noise(distance: float, noise: float) -> float:
    """Return -log10 of the two-sided normal probability of a distance."""
    if noise <= 0:
        return SCORE_MOST
    probability = math.erfc(distance / noise / math.sqrt(2))
    return SCORE_MOST if probability < 10**-SCORE_MOST else -math.log10(probability)


def _distance_of(score: float) -> float:
    """Return how many standard deviations have a score, by bisection.

    >>> round(_distance_of(-math.log10(0.05)), 2)
    1.96
    """
    low, high = 0.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _by_noise(middle, 1.0) < score else (low, middle)
    return high


def _levelled(values: Floats, unit: Unit) -> Floats:
    if unit == "count":
        return 2 * np.sqrt(np.maximum(values, 0) + 0.375)
    return 2 * np.arcsin(np.sqrt(np.clip(values, 0, 1))) if unit == "ratio" else values


def _plain(levels: Floats, unit: Unit) -> Floats:
    """Return figures of levels."""
    if unit == "count":
        return np.maximum((np.maximum(levels, 0) / 2) ** 2 - 0.375, 0)
    return np.sin(np.clip(levels / 2, 0, math.pi / 2)) ** 2 if unit == "ratio" else levels


def _noise(unit: Unit, volumes: Floats | None, points: int) -> Floats:
    if unit == "count":
        return np.ones(points)
    if unit == "ratio" and volumes is not None:
        return 1 / np.sqrt(np.maximum(np.nan_to_num(volumes), 0.25))
    return np.zeros(points)


def _width(seconds: int, step_s: float, least: int) -> int:
    return max(round(seconds / step_s), least)


def _usual(seen: Floats, step_s: float) -> Floats:
    """Return the median of the same time of the last 14 days, half an hour around; of steps of a quarter of a day and more, of 8 weeks."""
    period, times, near = round(DAY_S / step_s), DAYS, int(NEAR_S // step_s)
    if period < 4:
        period, times, near = max(round(WEEK_S / step_s), 1), WEEKS, 0
    stride = max(1, (2 * near + 1) // NEIGHBOURS)
    back = [turn * period + shift for turn in range(1, times + 1) for shift in range(-near, near + 1, stride)]
    return _median(seen, np.array([one for one in back if one > 0], dtype=np.int64))


def _lately(seen: Floats, step_s: float) -> Floats:
    """Return the median of the last day, of ten points at least."""
    day = max(round(DAY_S / step_s), 10)
    return _median(seen, np.arange(1, day + 1, max(1, day // 60), dtype=np.int64))


def _median(seen: Floats, back: np.ndarray) -> Floats:
    """Return the median of the points so many steps back; NaN where fewer than three are known."""
    result = np.full(len(seen), np.nan)
    for start in range(0, len(seen), _CHUNK):
        places = np.arange(start, min(len(seen), start + _CHUNK))[:, None] - back[None, :]
        there = np.where(places >= 0, seen[np.maximum(places, 0)], np.nan)
        known = np.sum(~np.isnan(there), axis=1) >= 3
        result[start : start + len(there)][known] = np.nanmedian(there[known], axis=1)
    return result


def _mean(off: Floats, width: int) -> Floats:
    """Return the mean of the last points; one that is not known counts as expected."""
    result = np.full(len(off), np.nan)
    if len(off) >= width:
        total = np.concatenate([[0.0], np.cumsum(np.nan_to_num(off))])
        result[width - 1 :] = (total[width:] - total[:-width]) / width
    return np.where(np.isnan(off), np.nan, result)
