"""Judge points by a monitor's rule: figures in, what was to be expected and a verdict for each point out. The same for a tick and for history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from windsock.monitoring.detectors.model import Bands, Flags, Floats, Panel, Unit
from windsock.monitoring.model import Verdict
from windsock.monitoring.monitors.model import DAY_MS
from windsock.monitoring.unusual import tail, usual

if TYPE_CHECKING:
    from windsock.monitoring.monitors.model import Monitor, Rule

VERDICTS: tuple[Verdict, ...] = ("clear", "between", "breach", "missing", "thin", "incomplete", "error")
CLEAR, BETWEEN, BREACH, MISSING, THIN, INCOMPLETE, ERROR = range(7)
Codes = NDArray[np.int8]
Judge = Callable[[Panel, float, int], Bands]


@dataclass(frozen=True)
class Figures:
    """What a rule looks at: series on one grid, values of windows that end with each point.

    Attributes:
        start_ms: the first point's beginning, ms UTC.
        step_ms: from one point to the next.
        values: (series, points); NaN where nothing was measured.
        volumes: (series, points): what a ratio is divided by; None where the metric is no ratio of a count.
        unit: which noise to expect.
        window: of how many steps a value is made.
    """

    start_ms: int
    step_ms: int
    values: Floats
    volumes: Floats | None
    unit: Unit
    window: int = 1

    def lag(self, length_ms: int) -> int:
        """Return so long a time in points."""
        return length_ms // self.step_ms


@dataclass(frozen=True)
class Judged:
    """What a rule says of the last points, each (series, points looked at); NaN where there is nothing to say."""

    values: Floats
    expected: Floats
    low: Floats
    high: Floats
    score: Floats
    verdicts: Codes
    volumes: Floats | None = None


@dataclass
class _Draft:
    """What a rule found before volumes and missing points are looked at."""

    expected: Floats
    breach: Flags
    clear: Flags
    low: Floats
    high: Floats
    score: Floats
    known: Flags = field(default_factory=lambda: np.zeros((0, 0), dtype=np.bool_))


def judge_rule(monitor: Monitor, figures: Figures, first: int, judge: Judge) -> Judged:
    """Judge the points from ``first`` on; those before it are what they are judged by.

    Args:
        monitor: its rule, volumes and window.
        figures: series with their history.
        first: the first point to judge.
        judge: the bands of a panel by a dial from a point on, for the rules that ask for them.
    """
    rule, values = monitor.rule, figures.values[:, first:]
    found = _RULES[rule.kind](rule, figures, first, judge)
    verdicts = np.full(values.shape, BETWEEN, dtype=np.int8)
    verdicts[found.clear] = CLEAR
    verdicts[found.breach] = BREACH
    verdicts[~found.known] = THIN
    volumes = None if figures.volumes is None else figures.volumes[:, first:]
    if rule.kind != "no_data":
        weight = volumes if volumes is not None else np.maximum(np.nan_to_num(found.expected), np.abs(np.nan_to_num(values)))
        verdicts[np.nan_to_num(weight) < monitor.minimum] = THIN
        verdicts[np.isnan(values)] = MISSING
    return Judged(values, found.expected, found.low, found.high, found.score, verdicts, volumes)


def _threshold(rule: Rule, figures: Figures, first: int, judge: Judge) -> _Draft:
    del judge
    values = figures.values[:, first:]
    low = np.full(values.shape, -np.inf if rule.below is None else rule.below)
    high = np.full(values.shape, np.inf if rule.above is None else rule.above)
    breach = (values < low) | (values > high)
    clear = ~breach
    if rule.recover is not None:
        clear = values >= rule.recover if rule.below is not None else values <= rule.recover
    nearest = np.where(values < low, low, np.where(values > high, high, values))
    return _Draft(nearest, breach, clear & ~breach, low, high, np.zeros(values.shape), np.ones(values.shape, dtype=np.bool_))


def _change(rule: Rule, figures: Figures, first: int, judge: Judge) -> _Draft:
    del judge
    values, lag = figures.values[:, first:], figures.lag(DAY_MS if rule.against == "day" else 7 * DAY_MS)
    expected = np.full(values.shape, np.nan)
    points = figures.values.shape[1]
    start = max(first, lag)
    if start < points:
        expected[:, start - first :] = figures.values[:, start - lag : points - lag]
    known = ~np.isnan(expected) & (expected > 0)
    low = expected * (1 - rule.drop) if rule.drop is not None else np.full(values.shape, -np.inf)
    high = expected * (1 + rule.rise) if rule.rise is not None else np.full(values.shape, np.inf)
    breach = (values < low) | (values > high)
    clear = ~breach
    if rule.recover is not None:
        clear = values >= expected * (1 - rule.recover) if rule.drop is not None else values <= expected * (1 + rule.recover)
    return _Draft(expected, breach & known, clear & ~breach, low, high, np.zeros(values.shape), known)


def _ratio(rule: Rule, figures: Figures, first: int, judge: Judge) -> _Draft:
    """Judge a ratio of counts by the tail of the beta-binomial of its own usual rate: few cases can't say much, whatever their rate is."""
    del judge
    values = figures.values[:, first:]
    if figures.volumes is None:
        shape = values.shape
        empty = np.full(shape, np.nan)
        return _Draft(
            empty, np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_), empty, empty, np.zeros(shape), np.zeros(shape, np.bool_)
        )
    volumes = figures.volumes[:, first:]
    rate, cases = usual(figures.values, figures.volumes, first, figures.window, figures.lag(rule.usual_days * DAY_MS))
    far_down, far_up = values < rate - rule.at_least, values > rate + rule.at_least
    looked = {"down": far_down, "up": far_up, "both": far_down | far_up}[rule.toward] & (cases > 0) & (volumes > 0)
    score = np.zeros(values.shape)
    at = np.nonzero(looked)
    score[at] = tail(np.rint(values[at] * volumes[at]), volumes[at], rate[at], cases[at])
    breach = looked & (score >= rule.sure)
    # Well again where it is no longer so unlikely: half as sure, so that a rate at the edge does not flap.
    clear = ~looked | (score < rule.sure / 2)
    return _Draft(rate, breach, clear & ~breach, rate, rate, score, cases > 0)


def _no_data(rule: Rule, figures: Figures, first: int, judge: Judge) -> _Draft:
    del rule, judge
    values = figures.values[:, first:]
    silent = np.isnan(values) | (values == 0)
    none = np.full(values.shape, np.nan)
    return _Draft(none, silent, ~silent, none, none, np.zeros(values.shape), np.ones(values.shape, dtype=np.bool_))


def _band(rule: Rule, figures: Figures, first: int, judge: Judge) -> _Draft:
    bands, values = _bands(rule, figures, first, judge), figures.values[:, first:]
    outside = _toward(rule, values < bands.low, values > bands.high)
    known = ~np.isnan(bands.expected)
    return _Draft(bands.expected, outside & known, ~outside & known, bands.low, bands.high, bands.score, known)


def _anomaly(rule: Rule, figures: Figures, first: int, judge: Judge) -> _Draft:
    """A breach begins with the detector's alarm, and lasts as long as the value stays outside of its band: an alarm is told once only."""
    bands, values = _bands(rule, figures, first, judge), figures.values[:, first:]
    down, up = values < bands.low, values > bands.high
    outside, known = _toward(rule, down, up), ~np.isnan(bands.expected)
    breach = bands.alarm & _toward(rule, values < bands.expected, values > bands.expected) & known
    for point in range(1, values.shape[1]):
        breach[:, point] |= breach[:, point - 1] & outside[:, point]
    return _Draft(bands.expected, breach, ~outside & known & ~breach, bands.low, bands.high, bands.score, known)


def _toward(rule: Rule, down: Flags, up: Flags) -> Flags:
    return {"down": down, "up": up, "both": down | up}[rule.toward]


def _bands(rule: Rule, figures: Figures, first: int, judge: Judge) -> Bands:
    panel = Panel(figures.start_ms, figures.step_ms, figures.values, figures.volumes, figures.unit)
    return judge(panel, rule.dial, first)


_RULES: dict[str, Callable[[Rule, Figures, int, Judge], _Draft]] = {
    "threshold": _threshold,
    "change": _change,
    "ratio": _ratio,
    "no_data": _no_data,
    "band": _band,
    "anomaly": _anomaly,
}
