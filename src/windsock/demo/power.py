"""How soon the best possible test would notice: the likelihood ratio that knows the cut, the start and both rates."""

from __future__ import annotations

import math

import numpy as np

from windsock.demo.columns import Flags, Floats, Ints
from windsock.demo.model import ALPHA

THRESHOLD = math.log(1 / ALPHA)


def fires_at(ratio: Floats, at_ms: Ints, start_ms: int, tick_ms: int) -> int | None:
    """Return the end of the first tick by which the summed log likelihood ratio reaches log(1 / alpha), None if it never does.

    Under "nothing happened" the ratio is a martingale of mean 1, so that it ever gets there with a chance of at most alpha (Ville).

    Args:
        ratio: log likelihood ratio of each observation.
        at_ms: when each was seen, in any order.
        start_ms: the start of the story, from which ticks are counted.
        tick_ms: length of a tick.
    """
    if not len(ratio):
        return None
    tick = (at_ms - start_ms) // tick_ms
    order = np.argsort(tick, kind="stable")
    sums, ticks = np.cumsum(ratio[order]), tick[order]
    last = np.append(ticks[1:] != ticks[:-1], True)
    over = np.flatnonzero(last & (sums >= THRESHOLD))
    return int(start_ms + (ticks[over[0]] + 1) * tick_ms) if len(over) else None


def bernoulli_ratio(worked: Flags, before: Floats | float, during: Floats | float) -> Floats:
    """Return the log likelihood ratio of single outcomes, for a chance that fell from ``before`` to ``during``."""
    return np.where(worked, np.log(during) - np.log(before), np.log1p(-np.asarray(during)) - np.log1p(-np.asarray(before)))


def binomial_ratio(hits: Floats, trials: Floats, before: float, during: float) -> Floats:
    """Return the log likelihood ratio of counts."""
    return hits * math.log(during / before) + (trials - hits) * math.log((1 - during) / (1 - before))


def z_of_shares(hits: int, trials: int, other_hits: int, other_trials: int) -> float:
    """Return the z value of the difference of two shares (unpooled)."""
    if not trials or not other_trials:
        return 0.0
    one, other = hits / trials, other_hits / other_trials
    spread = math.sqrt(max(one * (1 - one) / trials + other * (1 - other) / other_trials, 1e-12))
    return (one - other) / spread
