"""How a day will end, and how likely below a target: the usual rest of such a weekday, moved by the day so far, with the errors of the same forecast.

Nothing is assumed of how figures are spread: the forecast of today is made for each of the last eight weeks' days too, from what was known then, and
what really came over what was forecast is what may come today. The probability is the share of those that end below, never quite 0 or 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
WEEK = 7
WEEKS, LEAST_WEEKS = 8, 4
ERRORS, LEAST_ERRORS = 56, 20
INTERVAL = 0.8


@dataclass(frozen=True)
class Ahead:
    """How a day will end.

    Attributes:
        probability: that it ends below its target.
        expected: how it ends in the middle of what may come.
        low: four of five days end between it and ``high``.
        high: see ``low``.
        needed: what is still to come for the target; 0 where it is reached.
        days: how many former days say so.
    """

    probability: float
    expected: float
    low: float
    high: float
    needed: float
    days: int


def rest_of(done: Floats, rest: Floats, at: int, now: float) -> float | None:
    """Return the rest of a day as it is forecast: that of the same weekday before, moved by how the day went so far against how it usually goes.

    ``level = (now + half a usual day) / (usual until now + half a usual day)``: an early hour says little, an evening nearly all.

    Args:
        done: of each day, oldest first, what was there at this time.
        rest: of each day what came after it.
        at: the place of the day; days before it alone are looked at.
        now: what is there on the day itself.

    Returns:
        None where there are fewer than four such weekdays.

    >>> done, rest = np.full(28, 40.0), np.full(28, 60.0)
    >>> rest_of(done, rest, 28, 40.0), rest_of(done, rest, 28, 22.0), rest_of(done, rest, 27, 40.0)
    (60.0, 48.0, None)
    """
    before = [at - WEEK * number for number in range(1, WEEKS + 1) if at - WEEK * number >= 0]
    if len(before) < LEAST_WEEKS:
        return None
    usual, after = float(np.mean(done[before])), float(np.mean(rest[before]))
    half = (usual + after) / 2
    return after * (now + half) / (usual + half) if usual + half > 0 else 0.0


def errors_of(done: Floats, rest: Floats) -> list[float]:
    """Return of the last 56 days what came over what would have been forecast; a day of which nothing was forecast is passed over."""
    found: list[float] = []
    for at in range(max(0, len(done) - ERRORS), len(done)):
        forecast = rest_of(done, rest, at, float(done[at]))
        if forecast is not None and forecast > 0:
            found.append(float(rest[at]) / forecast)
    return found


def ahead(done: Floats, rest: Floats, now: float, target: float) -> Ahead | None:
    """Return how a day will end against a target that is to be reached.

    Args:
        done: of each former day, oldest first and without a gap, what was there at this time; the last is yesterday.
        rest: of each what came after it.
        now: what is there today.
        target: what is to be reached.

    Returns:
        None where former days are too few to say anything: less than four of the weekday, or twenty in all.
    """
    forecast, errors = rest_of(done, rest, len(done), now), errors_of(done, rest)
    if forecast is None or len(errors) < LEAST_ERRORS:
        return None
    ends = sorted(now + forecast * error for error in errors)
    below = sum(end < target for end in ends)
    # A figure that can't fall and is there already is there; otherwise half a day for what never happened.
    probability = 0.0 if now >= target else (below + 0.5) / (len(ends) + 1)
    tail = (1 - INTERVAL) / 2
    low, middle, high = (quantile(ends, share) for share in (tail, 0.5, 1 - tail))
    return Ahead(probability, middle, low, high, max(0.0, target - now), len(ends))


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value that a share of what comes next lies below: of n values the k-th stands for k / (n + 1).

    >>> quantile([1.0, 2.0, 3.0], 0.5), quantile([1.0, 2.0, 3.0], 0.375), quantile([1.0, 2.0], 0.01)
    (2.0, 1.5, 1.0)
    """
    place = share * (len(ordered) + 1) - 1
    lower = min(max(math.floor(place), 0), len(ordered) - 1)
    upper = min(max(math.ceil(place), 0), len(ordered) - 1)
    return ordered[lower] + (ordered[upper] - ordered[lower]) * max(0.0, place - lower)
