"""How soon the best possible test would notice: the likelihood ratio that knows the cut, the start and both rates."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from windsock.demo.columns import Flags, Floats, Ints
from windsock.demo.model import ALPHA, DAY_MS

THRESHOLD = math.log(1 / ALPHA)
SURE = 1e-3


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


def poisson_ratio(counts: Floats, before: Floats | float, factor: float) -> Floats:
    """Return the log likelihood ratio of counts, for expected ones of ``before`` that became ``factor`` times as many (above 0)."""
    return counts * math.log(factor) - np.asarray(before) * (factor - 1)


def normal_ratio(values: Floats, before: float, shift: float, spread: float) -> Floats:
    """Return the log likelihood ratio of amounts (normal, or logs of amounts), for a mean that moved by ``shift``."""
    return shift * (values - before - shift / 2) / spread**2


def waiting_fires_at(since_ms: Ints, until_ms: Ints, usual: Callable[[Floats], Floats], start_ms: int, tick_ms: int, ticks: int) -> int | None:
    """Return the end of the first tick at which so many have waited so long that the ideal test fires, None if none does.

    Somebody who has waited ``t`` is ``1 / S(t)`` times likelier when nothing moves than as usual, S being the usual chance to wait longer;
    one who has been served tells nothing. The ratio of each is bounded by 1 / SURE, as no distribution is known to its very end.

    Args:
        since_ms: when each began to wait.
        until_ms: when each was served.
        usual: S, of seconds waited.
        start_ms: the start of the story.
        tick_ms: length of a tick.
        ticks: how many to look at.
    """
    for tick in range(1, ticks + 1):
        now = start_ms + tick * tick_ms
        waits = (since_ms >= start_ms) & (since_ms < now) & (until_ms > now)
        chance = np.maximum(usual((now - since_ms[waits]) / 1000), SURE)
        if float(-np.log(chance).sum()) >= THRESHOLD:
            return int(now)
    return None


@dataclass
class Pulse:
    """Counts of a story's ticks, and of the same ticks some days before, by which an ideal test knows what is usual.

    Attributes:
        times: how often one looks back, ``step_days`` further each time: at least the story's length, whole weeks where it is long.
        during: shape (ticks,); ``before`` the sum of the same ticks in the times before.
    """

    start_ms: int
    end_ms: int
    tick_ms: int
    times: int = 7
    step_days: int = 1
    during: Floats = field(init=False)
    before: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing seen."""
        ticks = -(-(self.end_ms - self.start_ms) // self.tick_ms)
        self.during, self.before = np.zeros(ticks), np.zeros(ticks)

    def see(self, at_ms: Ints) -> None:
        """Count instants."""
        ticks = len(self.during)
        for back in range(self.times + 1):
            moved = at_ms + back * self.step_days * DAY_MS
            inside = (moved[(moved >= self.start_ms) & (moved < self.end_ms)] - self.start_ms) // self.tick_ms
            counts = np.bincount(inside, minlength=ticks).astype(np.float64)
            if back:
                self.before += counts
            else:
                self.during += counts

    @property
    def usual(self) -> Floats:
        """The counts expected."""
        return self.before / self.times

    def fires_at(self, factor: float) -> int | None:
        """Return the end of the tick at which the test fires for counts that became ``factor`` times as many."""
        starts = self.start_ms + np.arange(len(self.during)) * self.tick_ms
        return fires_at(poisson_ratio(self.during, self.usual, factor), starts, self.start_ms, self.tick_ms)
