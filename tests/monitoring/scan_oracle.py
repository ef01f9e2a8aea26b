"""The slow, obvious form of the scan: one series, one point, one window at a time, with the distributions by their names."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from windsock.monitoring.detectors.model import Flags, Panel

DAY = 86_400_000


@dataclass(frozen=True)
class Said:
    """Of a window: its value, the usual one (None: not known), and -log10 of the chance of so little and of so much."""

    value: float
    usual: float | None
    down: float
    up: float


class Slow:
    """Every earlier window is written out as a list."""

    def __init__(self, panel: Panel, left_out: Flags | None = None, excused: Flags | None = None) -> None:
        self.panel, self.left_out, self.excused = panel, left_out, excused
        self.daily = panel.step_ms == DAY
        self.lag = 7 if self.daily else DAY // panel.step_ms
        self.times, self.least = (8, 2) if self.daily else (28, 4)
        self.begins = [self._begin(row) for row in range(len(panel.values))]

    def _begin(self, row: int) -> int:
        unit, values, volumes = self.panel.unit, self.panel.values[row], self.panel.volumes
        for point, value in enumerate(values):
            alive = value != 0 if unit == "count" else volumes[row, point] > 0 if unit == "ratio" and volumes is not None else not math.isnan(value)
            if alive and not math.isnan(value):
                return point
        return len(values)

    def _window(self, row: int, end: int, length: int) -> tuple[float, float] | None:
        """Return hits and cases of the window that ends with a point; None where it is not to judge by."""
        points = range(end - length + 1, end + 1)
        if points[0] < self.begins[row]:
            return None
        if self.left_out is not None and any(self.left_out[row, point] for point in points):
            return None
        return self._sum(row, points)

    def _sum(self, row: int, points: range) -> tuple[float, float]:
        values, volumes = self.panel.values[row], self.panel.volumes
        if self.panel.unit == "ratio":
            assert volumes is not None
            return sum(values[point] * volumes[row, point] for point in points), sum(volumes[row, point] for point in points)
        there = [values[point] for point in points if not math.isnan(values[point])]
        return sum(there), float(len(there))

    def _weight(self, point: int, shift: int) -> float:
        """Return how the day of a point compares with the weekday of so many days before, by all series together."""
        if self.daily or self.panel.unit != "count":
            return 1.0
        sizes: list[float] = []
        half, first = self.lag // 2, min(self.begins)
        for back in range(7):
            found = list[float]()
            for days in range(back or 7, 29, 7):
                middle = point - days * self.lag
                if middle - half >= first:
                    found.append(float(self.panel.values[:, middle - half : middle + half].sum()))
            if len(found) < 2 or sum(found) <= 0:
                return 1.0
            sizes.append(sum(found) / len(found))
        return sizes[0] / sizes[shift % 7]

    def says(self, row: int, point: int, length: int) -> Said:
        """Return what one window says."""
        hits, cases = self._sum(row, range(point - length + 1, point + 1))
        wider = 1.0
        if self.excused is not None and any(self.excused[row, one] for one in range(point - length + 1, point + 1)):
            wider = 2.0
        past = list[tuple[float, float]]()
        for shift in range(1, self.times + 1):
            if (one := self._window(row, point - shift * self.lag, length)) is not None and (self.panel.unit == "count" or one[1] > 0):
                past.append((one[0] * self._weight(point, shift), one[1]))
        return {"count": self._count, "ratio": self._ratio, "amount": self._amount}[self.panel.unit]((hits, cases, length), past, wider, (row, point))

    def _count(self, now: tuple[float, float, int], past: list[tuple[float, float]], wider: float, at: tuple[int, int]) -> Said:
        del at
        hits, _, length = now
        if len(past) < self.least:
            return Said(hits / length, None, 0.0, 0.0)
        sums = [one for one, _ in past]
        mean = (sum(sums) + 0.5) / len(sums)
        phi = _phi(sum((one - sum(sums) / len(sums)) ** 2 for one in sums) / mean, len(sums)) * (1 + 1 / len(sums)) * wider**2
        down, up = _wandering(hits, mean, phi)
        return Said(hits / length, mean / length, _score(down), _score(up))

    def _ratio(self, now: tuple[float, float, int], past: list[tuple[float, float]], wider: float, at: tuple[int, int]) -> Said:
        hits, cases, length = now
        all_of = sum(of for _, of in past)
        if len(past) < self.least or all_of <= 0 or cases <= 0:
            return Said(hits / cases if cases else math.nan, None, 0.0, 0.0)
        pool = [self._kept(row, at[1], length) for row in range(len(self.panel.values))]
        together = sum(one for one, _ in pool) / max(sum(of for _, of in pool), 1.0)
        rate = min(max((sum(one for one, _ in past) + 30 * together + 0.5) / (all_of + 31), 1e-9), 1 - 1e-9)
        off = sum((one - rate * of) ** 2 / of for one, of in past)
        phi = _phi(off / (rate * (1 - rate)), len(past)) * (1 + cases / max(all_of, 1.0)) * wider**2
        seen, number, share = hits / phi, cases / phi, hits / cases
        down = float(stats.beta.cdf(1 - rate, max(number - seen, 1e-9), seen + 1)) if share < rate else 1.0
        up = float(stats.beta.cdf(rate, max(seen, 1e-9), max(number - seen, 0.0) + 1)) if share > rate else 1.0
        if rate < 0.5:
            fewer, more = _wandering(hits, cases * rate, max((1 - rate) * phi, 1 + 1e-6))
        else:
            more, fewer = _wandering(cases - hits, cases * (1 - rate), max(rate * phi, 1 + 1e-6))
        return Said(share, rate, _score(max(down, fewer)), _score(max(up, more)))

    def _kept(self, row: int, point: int, length: int) -> tuple[float, float]:
        windows = [self._window(row, point - shift * self.lag, length) for shift in range(1, self.times + 1)]
        there = [one for one in windows if one is not None and one[1] > 0]
        return sum(one for one, _ in there), sum(of for _, of in there)

    def _amount(self, now: tuple[float, float, int], past: list[tuple[float, float]], wider: float, at: tuple[int, int]) -> Said:
        del at
        hits, cases, _ = now
        value = hits / cases if cases else math.nan
        if len(past) <= self.least or not cases:
            return Said(value, None, 0.0, 0.0)
        means = [one / of for one, of in past]
        same = all(math.isclose(one, means[0], rel_tol=1e-9) for one in means)
        spread = 0.0 if same else float(np.std(means, ddof=1)) * math.sqrt(1 + 1 / len(means)) * wider
        off = (value - float(np.mean(means))) / spread if spread > 0 else 0.0
        freedom, mean = len(means) - 1, float(np.mean(means))
        down, up = float(stats.t.cdf(off, freedom)), float(stats.t.sf(off, freedom))
        if spread > 0 and mean > 0 and value >= 0 and (mean / spread) ** 2 >= 4:
            gamma = stats.gamma((mean / spread) ** 2, scale=spread**2 / mean)
            down, up = max(down, float(gamma.cdf(value))), max(up, float(gamma.sf(value)))
        return Said(value, mean, _score(down), _score(up))


def _phi(squares: float, count: int) -> float:
    freedom = count - 1
    return max((squares + 5.0) / (freedom + 5.0) * (1 + math.sqrt(2 / (freedom + 5.0))), 1.0)


def _wandering(seen: float, mean: float, phi: float) -> tuple[float, float]:
    """Return the chance of so few and of so many: P(X >= x) of a count that need not be whole, by the beta that the negative binomial is a sum of."""
    size = max(mean, 1e-9) / (phi - 1)
    below = float(stats.beta.cdf(1 / phi, size, seen + 1)) if seen < mean else 1.0
    return below, float(stats.beta.cdf(1 - 1 / phi, max(seen, 1e-9), size)) if seen > mean else 1.0


def _score(chance: float) -> float:
    return -math.log10(max(chance, 1e-300))
