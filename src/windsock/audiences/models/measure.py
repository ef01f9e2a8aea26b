"""How well a score ranks and how true it is: AUC with its interval, lift, Brier, calibration, drift. Rules only.

The interval of a difference of two AUCs is DeLong's, DeLong and Clarke-Pearson (Biometrics 1988), summed over the rows of each person
(Obuchowski, Biometrics 1997), as the same person stands in several cuts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # pyright: ignore[reportMissingTypeStubs] - it ships none

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Z95 = 1.959963984540054
TENTH = 0.1
_EMPTY = 1e-4
"""A share of nobody, so that its logarithm is a number."""


@dataclass(frozen=True)
class Cut:
    """What was said at one origin and what came: keys of people or bookings, labels, the model's score and the baseline's, each (rows,)."""

    key: Ints
    hit: Flags
    model: Floats
    baseline: Floats


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval of 95 %."""

    value: float
    low: float
    high: float


def placements(score: Floats, hit: Flags) -> tuple[float, Floats]:
    """Return the AUC, and how much each row moves it: placements of DeLong, less their mean, over the number of their side; (rows,).

    Raises:
        ValueError: all or nobody is hit.
    """
    hits, misses = int(hit.sum()), int((~hit).sum())
    if not hits or not misses:
        raise ValueError("an AUC needs both sides")
    ranks = _ranks(score)
    among = np.empty(len(score))
    among[hit] = (ranks[hit] - _ranks(score[hit])) / misses
    among[~hit] = 1 - (ranks[~hit] - _ranks(score[~hit])) / hits
    area = float(among[hit].mean())
    return area, (among - area) / np.where(hit, hits, misses)


def difference(cuts: Sequence[Cut]) -> tuple[Estimate, Estimate, Estimate]:
    """Return the AUC of the model, of the baseline, and their difference: means over the cuts, each with its interval."""
    moved: tuple[list[Floats], list[Floats]] = ([], [])
    areas: tuple[list[float], list[float]] = ([], [])
    for cut in cuts:
        for side, score in enumerate((cut.model, cut.baseline)):
            area, move = placements(score, cut.hit)
            areas[side].append(area)
            moved[side].append(move / len(cuts))
    _, person = np.unique(np.concatenate([cut.key for cut in cuts]), return_inverse=True)
    model, baseline = (np.concatenate(side) for side in moved)
    ours, theirs = (float(np.mean(side)) for side in areas)
    return _around(ours, model, person), _around(theirs, baseline, person), _around(ours - theirs, model - baseline, person)


def lift(score: Floats, hit: Flags, share: float = TENTH) -> float:
    """Return how many times as often the best share is hit as all are; those who stand together at the edge count by their part.

    >>> lift(np.array([9.0, 1, 2, 3, 4, 5, 6, 7, 8, 0]), np.array([True, False, False, False, False, True, False, False, False, False]))
    5.0
    """
    wanted = max(1.0, share * len(score))
    edge = np.sort(score)[::-1][int(np.ceil(wanted)) - 1]
    above, at = score > edge, score == edge
    found = hit[above].sum() + hit[at].mean() * (wanted - above.sum())
    return float(found / wanted / hit.mean())


def brier(said: Floats, hit: Flags) -> float:
    """Return the mean square of what was said less what came."""
    return float(np.mean((said - hit) ** 2))


def deciles(said: Floats, hit: Flags) -> list[dict[str, float]]:
    """Return what was said and what came, by tenths of what was said, the least first."""
    order = np.argsort(said, kind="stable")
    return [{"rows": len(part), "said": float(said[part].mean()), "came": float(hit[part].mean())} for part in np.array_split(order, 10) if len(part)]


def gains(score: Floats, hit: Flags) -> list[float]:
    """Return which share of the hits is among the best tenth, two tenths, and so on to all."""
    return [float(min(1.0, lift(score, hit, part / 10) * part / 10)) for part in range(1, 11)]


def drift(before: Floats, now: Floats) -> float:
    """Return the population stability index of a column by tenths of what it was; over 0.25 it is another one. Nothing is a tenth too."""
    edges = np.unique(np.quantile(before[~np.isnan(before)], np.arange(0.1, 1, 0.1))) if (~np.isnan(before)).any() else np.zeros(1)
    was, has = (_shares(column, edges) for column in (before, now))
    return float(np.sum((has - was) * np.log(has / was)))


def _shares(column: Floats, edges: Floats) -> Floats:
    nothing = np.isnan(column)
    places = np.where(nothing, len(edges) + 1, np.searchsorted(edges, np.where(nothing, 0.0, column), side="left"))
    return np.maximum(np.bincount(places, minlength=len(edges) + 2) / max(1, len(column)), _EMPTY)


def _around(value: float, moves: Floats, person: Ints) -> Estimate:
    spread = Z95 * float(np.sqrt(np.sum(np.bincount(person, moves) ** 2)))
    return Estimate(value, value - spread, value + spread)


def _ranks(score: Floats) -> Floats:
    return np.asarray(cast("Any", stats).rankdata(score), np.float64)
