"""Look for a change over several windows at once: a jump shows in the last step, a slow loss only in the sum of days. Rules only.

The last 1, 2, 4, 8 ... steps are each held against the same steps of the days before (steps of a day: of the weeks before).
What wanders from day to day is measured, not supposed: with phi the variance of those earlier sums over that of pure chance (Poisson, binomial), a
count is held against the negative binomial of that variance, a ratio against a binomial of phi times fewer cases and, in its rarer outcome, against
the negative binomial, whichever says less (overdispersion; McCullagh and Nelder, Generalized Linear Models, 2nd edition, 4.5 and 6.2). Amounts are
held against the spread of the earlier means by Student's t. The surest window counts, as one of so many (Bonferroni). To look at windows of all
lengths up to a longest is the window-limited generalised likelihood ratio test of Lai (1995).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special  # pyright: ignore[reportMissingTypeStubs] - it ships none

from windsock.monitoring.detectors.model import Flags, Floats, Panel

Ints = NDArray[np.int64]
DAY_MS = 86_400_000
LEAST_DAYS, LEAST_WEEKS = 4, 2
"""So many earlier windows at least, or nothing is said."""
DAYS, WEEKS = 28, 8
"""By so many earlier ones a window is judged where nothing else is asked for."""
WIDER = 2.0
"""On a known day the spread is so many times wider: no convention, a choice of ours, until days of a kind are many enough to be learned from."""
SHRUNK_BY = 30.0
"""A rate is drawn to that of all series together as if by so many cases of it."""
PRIOR_CASES, PRIOR_PHI = 5.0, 1.0
"""What is supposed of phi before anything is seen: pure chance, as sure as from so many windows."""
SCORE_MOST = 300.0
SKEWED = 4.0
"""From this (mean / spread) squared on an amount is taken for skewed: below it may as well go under 0."""
SAME = 1e-10
"""Amounts whose squares are so near to each other are the same: what is left of their difference is rounding, and no spread to judge by."""
_LOG10 = np.log(10.0)


@dataclass(frozen=True)
class Known:
    """What is known of days, each (series, points): ``left_out`` is nothing to judge others by, on what is ``excused`` the spread is wider."""

    left_out: Flags | None = None
    excused: Flags | None = None


@dataclass(frozen=True)
class Scan:
    """What is said of each point asked for, (series, points).

    Attributes:
        expected: of the step itself; NaN where nothing is known.
        low: below it the step by itself is unlikely, by the level asked for.
        high: above it, as well.
        down: -log10 of the chance of so little, in the surest window.
        up: -log10 of the chance of so much.
        steps_down: the surest window's length.
        steps_up: that of ``up``.
        value_down: the mean (of a ratio: the rate) over the surest window; ``usual_down`` what was to be expected there.
        usual_down: see ``value_down``.
        value_up: as well. usual_up: as well.
        usual_up: as well.
    """

    expected: Floats
    low: Floats
    high: Floats
    down: Floats
    up: Floats
    steps_down: Ints
    steps_up: Ints
    value_down: Floats
    usual_down: Floats
    value_up: Floats
    usual_up: Floats


_Pair = tuple[Floats, Floats]
_Past4 = tuple[Floats, Floats, Floats, Floats]


@dataclass(frozen=True)
class _Window:
    """One length: what came, what was to be expected, and how likely less and more are (-log10), each (points, series)."""

    value: Floats
    usual: Floats
    down: Floats
    up: Floats
    phi: Floats
    cases: Floats


def ladder(longest: int) -> list[int]:
    """Return the lengths that are looked at: 1, 2, 4 ... and the longest.

    >>> ladder(1), ladder(7), ladder(96)
    ([1], [1, 2, 4, 7], [1, 2, 4, 8, 16, 32, 64, 96])
    """
    return sorted({*(1 << power for power in range(longest.bit_length()) if 1 << power <= longest), longest})


def scan(panel: Panel, first: int, longest: int, level: float, usual_days: int | None = None, known: Known | None = None) -> Scan:
    """Look at each point from ``first`` on, by the points before it alone.

    Args:
        panel: series on one grid, of single steps.
        first: the first point asked for.
        longest: the longest window in steps: a day at most, of daily steps a week, so that no window is held against itself.
        level: of the bounds: -log10 of the chance that is called unlikely.
        usual_days: by how many days before a point is judged; 28, of daily steps 56, by default.
        known: what is known of the days.
    """
    past = _Past(panel, first, longest, usual_days, known or Known())
    lengths = ladder(longest)
    windows = [past.window(length) for length in lengths]
    down, up = (np.stack([getattr(one, side) for one in windows]) for side in ("down", "up"))
    best_down, best_up = down.argmax(axis=0), up.argmax(axis=0)
    lost = np.log10(len(lengths))
    chosen = np.array(lengths, dtype=np.int64)
    values, usuals = np.stack([one.value for one in windows]), np.stack([one.usual for one in windows])
    low, high = past.bounds(windows[0], level)
    return Scan(
        windows[0].usual.T, low.T, high.T,
        np.maximum(down.max(axis=0) - lost, 0.0).T, np.maximum(up.max(axis=0) - lost, 0.0).T,
        chosen[best_down].T, chosen[best_up].T,
        _taken(values, best_down).T, _taken(usuals, best_down).T, _taken(values, best_up).T, _taken(usuals, best_up).T,
    )  # fmt: skip


def _taken(stacked: Floats, best: Ints) -> Floats:
    return np.take_along_axis(stacked, best[None], axis=0)[0]


class _Sums:
    """Sums of windows of some figure, (points, series): what is asked for is all series at some points.

    Single steps where no longer window is asked for, as a running sum takes the room of the figure once more.
    """

    def __init__(self, figure: Floats | Flags, longest: int) -> None:
        self.single = longest == 1
        if self.single:
            self.total: Floats = figure.T.astype(np.float64, copy=False)
            return
        self.total = np.zeros((figure.shape[1] + 1, figure.shape[0]))
        np.cumsum(figure.T, axis=0, out=self.total[1:])

    def ending(self, ends: Ints, length: int) -> Floats:
        """Return the sums of windows by the points after their last ones; before the first point there is nothing."""
        if self.single:
            return np.where((ends > 0)[:, None], self.total[np.maximum(ends - 1, 0)], 0.0)
        return self.total[np.maximum(ends, 0)] - self.total[np.maximum(ends - length, 0)]


class _Past:
    """Sums of any window of a panel, and of the same window in the days before."""

    def __init__(self, panel: Panel, first: int, longest: int, usual_days: int | None, known: Known) -> None:
        self.unit, self.first, self.points = panel.unit, first, panel.values.shape[1]
        self.daily = panel.step_ms == DAY_MS
        self.lag = 7 if self.daily else DAY_MS // panel.step_ms
        self.least = LEAST_WEEKS if self.daily else LEAST_DAYS
        usual = usual_days or (7 * WEEKS if self.daily else DAYS)
        self.times = max(self.least, usual // 7 if self.daily else usual)
        there = ~np.isnan(panel.values)
        whole = bool(there.all())
        values = panel.values if whole else np.where(there, panel.values, 0.0)
        volumes = np.nan_to_num(panel.volumes) if panel.volumes is not None and panel.unit == "ratio" else None
        cases = there if volumes is None else volumes
        out = None if known.left_out is None else known.left_out.astype(np.bool_)
        if panel.unit == "count" and not whole:
            out = ~there if out is None else out | ~there
        self.hits = _Sums(values if volumes is None else values * volumes, longest)
        self.cases = None if panel.unit == "count" else _Sums(cases, longest)
        self.out = None if out is None else _Sums(out, longest)
        self.excused = None if known.excused is None else _Sums(known.excused, longest)
        alive = values != 0 if panel.unit == "count" else cases > 0
        self.begins: Ints = np.where(alive.any(axis=1), alive.argmax(axis=1), self.points)
        self.weights = self._weekdays(values) if panel.unit == "count" and not self.daily else None

    def _weekdays(self, values: Floats) -> Floats | None:
        """Return how the day of a point compares with the day so many days before it (modulo a week), by all series together: (7, points).

        A day is the 24 hours around the same time of day, its size the mean of the same weekday of the last four weeks; None where too short.
        """
        total = np.concatenate([[0.0], np.cumsum(values.sum(axis=0))])
        at, half = np.arange(self.first, self.points, dtype=np.int64), self.lag // 2
        sizes = np.zeros((7, len(at)))
        begins = int(self.begins.min(initial=self.points))
        for back in range(7):
            sums, times = np.zeros(len(at)), np.zeros(len(at))
            for shift in range(back or 7, 29, 7):
                middle = at - shift * self.lag
                kept = middle - half >= begins
                sums += np.where(kept, total[np.maximum(middle + half, 0)] - total[np.maximum(middle - half, 0)], 0.0)
                times += kept
            sizes[back] = np.where(times >= LEAST_WEEKS, sums / np.maximum(times, 1.0), 0.0)
        sure = (sizes > 0).all(axis=0)
        return np.where(sure, sizes[0] / np.where(sure, sizes, 1.0), 1.0)

    def _day(self, shift: int) -> Floats | float:
        """Return what a count so many lags before is multiplied by to be one of its point's own day."""
        return 1.0 if self.weights is None else self.weights[shift % 7][:, None]

    def _at(self, sums: _Sums | None, length: int, shift: int) -> Floats:
        if sums is None:
            return np.zeros((1, 1))
        return sums.ending(np.arange(self.first + 1, self.points + 1, dtype=np.int64) - shift * self.lag, length)

    def window(self, length: int) -> _Window:
        """Return what one length says."""
        hits, cases = self._at(self.hits, length, 0), self._at(self.cases, length, 0)
        starts = np.arange(self.first + 1, self.points + 1, dtype=np.int64) - length
        count, one, two, base = (np.zeros(hits.shape) for _ in range(4))
        for shift in range(1, self.times + 1):
            kept = starts[:, None] - shift * self.lag >= self.begins[None, :]
            if self.out is not None:
                kept &= self._at(self.out, length, shift) == 0
            if not kept.any():
                continue
            number, of = self._at(self.hits, length, shift), self._at(self.cases, length, shift)
            if self.unit == "count":
                number = number * self._day(shift)
                square = number**2
            else:
                kept &= of > 0
                over = np.where(kept, of, 1.0)
                number, square = (number, number**2 / over) if self.unit == "ratio" else (number / over, (number / over) ** 2)
            count += kept
            one += np.where(kept, number, 0.0)
            two += np.where(kept, square, 0.0)
            if self.cases is not None:
                base += np.where(kept, of, 0.0)
        wider = 1.0 if self.excused is None else np.where(self._at(self.excused, length, 0) > 0, WIDER, 1.0)
        judge = {"count": self._count, "ratio": self._ratio, "amount": self._amount}[self.unit]
        return judge(length, (hits, cases), (count, one, two, base), wider)

    def _count(self, length: int, now: _Pair, past: _Past4, wider: Floats | float) -> _Window:
        (hits, cases), (count, one, two, _) = now, past
        known = count >= self.least
        times = np.maximum(count, 1.0)
        # Half an event more than was seen: what never happened may happen once.
        mean = (one + 0.5) / times
        phi = _spread(np.maximum(two - one**2 / times, 0.0) / mean, count)
        phi = phi * (1.0 + 1.0 / times) * wider**2
        below, above = _wandering(hits, mean, phi)
        return _window(hits / length, np.where(known, mean / length, np.nan), below, above, (phi, cases, known))

    def _ratio(self, length: int, now: _Pair, past: _Past4, wider: Floats | float) -> _Window:
        del length
        (hits, cases), (count, one, two, base) = now, past
        known = (count >= self.least) & (base > 0) & (cases > 0)
        pool = one.sum(axis=1, keepdims=True) / np.maximum(base.sum(axis=1, keepdims=True), 1.0)
        rate = np.clip((one + SHRUNK_BY * pool + 0.5) / (base + SHRUNK_BY + 1.0), 1e-9, 1 - 1e-9)
        # The sum of (hits - rate x cases)^2 / cases over the earlier windows, without a second walk over them.
        off = np.maximum(two - 2 * rate * one + rate**2 * base, 0.0)
        phi = _spread(off / (rate * (1.0 - rate)), count)
        phi = phi * (1.0 + cases / np.maximum(base, 1.0)) * wider**2
        seen, number = hits / phi, cases / phi
        share = np.divide(hits, cases, out=np.zeros_like(hits), where=cases > 0)
        below = np.where(share < rate, special.betainc(np.maximum(number - seen, 1e-9), seen + 1.0, 1.0 - rate), 1.0)
        above = np.where(share > rate, special.betainc(np.maximum(seen, 1e-9), np.maximum(number - seen, 0.0) + 1.0, rate), 1.0)
        # The rarer outcome, where it wanders more than chance, has a longer tail than a binomial of fewer cases: the greater chance counts.
        scarce = np.minimum(rate, 1.0 - rate)
        fewer, more = _wandering(np.where(rate < 0.5, hits, cases - hits), cases * scarce, np.maximum((1.0 - scarce) * phi, 1.0 + 1e-6))
        below = np.maximum(below, np.where(rate < 0.5, fewer, more))
        above = np.maximum(above, np.where(rate < 0.5, more, fewer))
        return _window(np.where(cases > 0, share, np.nan), np.where(known, rate, np.nan), below, above, (phi, cases, known))

    def _amount(self, length: int, now: _Pair, past: _Past4, wider: Floats | float) -> _Window:
        del length
        (hits, cases), (count, one, two, _) = now, past
        known = (count > self.least) & (cases > 0)
        times = np.maximum(count, 1.0)
        mean = one / times
        squares = two - one**2 / times
        squares = np.where(squares > SAME * two, squares, 0.0)
        spread = np.sqrt(squares / np.maximum(count - 1.0, 1.0) * (1.0 + 1.0 / times)) * wider
        value = np.divide(hits, cases, out=np.full_like(hits, np.nan), where=cases > 0)
        off = np.divide(value - mean, spread, out=np.zeros_like(mean), where=spread > 0)
        off = np.nan_to_num(off)
        freedom = np.maximum(count - 1.0, 1.0)
        below: Floats = np.asarray(special.stdtr(freedom, off), np.float64)
        above: Floats = np.asarray(special.stdtr(freedom, -off), np.float64)
        # What is well above 0 is skewed as sums of money are: a gamma of the same mean and spread, where its tail is longer.
        shape = np.divide(mean**2, spread**2, out=np.zeros_like(mean), where=spread > 0)
        skewed = (mean > 0) & (shape >= SKEWED) & (value >= 0)
        at = np.where(skewed, np.nan_to_num(value) / np.where(skewed, mean, 1.0) * shape, 0.0)
        shape = np.where(skewed, shape, 1.0)
        below = np.where(skewed, np.maximum(below, special.gammainc(shape, at)), below)
        above = np.where(skewed, np.maximum(above, special.gammaincc(shape, at)), above)
        return _window(value, np.where(known, mean, np.nan), below, above, (spread, cases, known))

    def bounds(self, step: _Window, level: float) -> tuple[Floats, Floats]:
        """Return where a single step becomes unlikely."""
        chance, usual = 10.0**-level, step.usual
        with np.errstate(invalid="ignore"):
            if self.unit == "count":
                size = usual / (step.phi - 1.0)
                low, high = (special.nbdtrik(one, size, 1.0 / step.phi) for one in (chance, 1.0 - chance))
                return np.maximum(np.nan_to_num(low), 0.0), np.where(np.isnan(high), usual, high) + 1.0
            if self.unit == "ratio":
                number = np.maximum(step.cases / step.phi, 1.0)
                low, high = (special.bdtrik(one, number, usual) / number for one in (chance, 1.0 - chance))
                return np.clip(np.nan_to_num(low), 0.0, 1.0), np.clip(np.where(np.isnan(high), 1.0, high), 0.0, 1.0)
            far = -float(special.stdtrit(max(self.times - 1, 1), chance))
            return usual - far * step.phi, usual + far * step.phi


def _spread(squares: Floats, count: Floats) -> Floats:
    """Return phi: what was measured, drawn to pure chance by a few windows, one standard error more, and never less than pure chance."""
    freedom = np.maximum(count - 1.0, 0.0)
    phi = (squares + PRIOR_CASES * PRIOR_PHI) / (freedom + PRIOR_CASES)
    return np.maximum(phi * (1.0 + np.sqrt(2.0 / (freedom + PRIOR_CASES))), 1.0)


def _wandering(seen: Floats, mean: Floats, phi: Floats) -> tuple[Floats, Floats]:
    """Return the chance of so few and of so many of a count with a mean and phi times its variance by chance: negative binomial."""
    size, sure = np.maximum(mean, 1e-9) / (phi - 1.0), 1.0 / phi
    below = np.where(seen < mean, special.betainc(size, seen + 1.0, sure), 1.0)
    above = np.where(seen > mean, special.betainc(np.maximum(seen, 1e-9), size, 1.0 - sure), 1.0)
    return below, above


def _window(value: Floats, usual: Floats, below: Floats, above: Floats, more: tuple[Floats, Floats, Flags]) -> _Window:
    phi, cases, known = more
    scores = [np.where(known, np.clip(-np.log(np.maximum(one, 1e-300)) / _LOG10, 0.0, SCORE_MOST), 0.0) for one in (below, above)]
    return _Window(value, usual, scores[0], scores[1], phi, cases)
