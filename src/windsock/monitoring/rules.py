"""Judge points by a monitor's rule: figures in, what was to be expected and a verdict for each point out. The same for a tick and for history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from windsock.monitoring.detectors.model import Flags, Floats, Panel, Unit
from windsock.monitoring.model import Verdict
from windsock.monitoring.monitors.model import DAY_MS
from windsock.monitoring.scan import Known, scan
from windsock.monitoring.unusual import tail, usual

if TYPE_CHECKING:
    from windsock.monitoring.monitors.model import Monitor, Rule

VERDICTS: tuple[Verdict, ...] = ("clear", "between", "breach", "missing", "thin", "incomplete", "error")
CLEAR, BETWEEN, BREACH, MISSING, THIN, INCOMPLETE, ERROR = range(7)
Codes = NDArray[np.int8]
LEAST_FAR = 1.3
"""-log10 of the chance that is unlikely at the least, however many false alarms are accepted: one in twenty."""
WEEK_MS = 7 * DAY_MS


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
class Longer:
    """The windows that a verdict rests on where those are longer than a step: how many steps, and the mean value and the usual one over them."""

    steps: NDArray[np.int64]
    values: Floats
    usual: Floats


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
    longer: Longer | None = None


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
    longer: Longer | None = None


def judge_rule(monitor: Monitor, figures: Figures, first: int, known: Known | None = None) -> Judged:
    """Judge the points from ``first`` on; those before it are what they are judged by.

    Args:
        monitor: its rule, volumes and window.
        figures: series with their history.
        first: the first point to judge.
        known: what is known of days, for the rules that judge by what is usual.
    """
    rule, values = monitor.rule, figures.values[:, first:]
    found = _RULES[rule.kind](rule, figures, first, known or Known())
    verdicts = np.full(values.shape, BETWEEN, dtype=np.int8)
    verdicts[found.clear] = CLEAR
    verdicts[found.breach] = BREACH
    verdicts[~found.known] = THIN
    volumes = None if figures.volumes is None else figures.volumes[:, first:]
    if rule.kind != "no_data":
        weight = volumes if volumes is not None else np.maximum(np.nan_to_num(found.expected), np.abs(np.nan_to_num(values)))
        verdicts[np.nan_to_num(weight) < monitor.minimum] = THIN
        verdicts[np.isnan(values)] = MISSING
    return Judged(values, found.expected, found.low, found.high, found.score, verdicts, volumes, found.longer)


def _threshold(rule: Rule, figures: Figures, first: int, known_days: Known) -> _Draft:
    del known_days
    values = figures.values[:, first:]
    low = np.full(values.shape, -np.inf if rule.below is None else rule.below)
    high = np.full(values.shape, np.inf if rule.above is None else rule.above)
    breach = (values < low) | (values > high)
    clear = ~breach
    if rule.recover is not None:
        clear = values >= rule.recover if rule.below is not None else values <= rule.recover
    nearest = np.where(values < low, low, np.where(values > high, high, values))
    return _Draft(nearest, breach, clear & ~breach, low, high, np.zeros(values.shape), np.ones(values.shape, dtype=np.bool_))


def _change(rule: Rule, figures: Figures, first: int, known_days: Known) -> _Draft:
    del known_days
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


def _ratio(rule: Rule, figures: Figures, first: int, known_days: Known) -> _Draft:
    """Judge a ratio of counts by the tail of the beta-binomial of its own usual rate: few cases can't say much, whatever their rate is."""
    del known_days
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


def _no_data(rule: Rule, figures: Figures, first: int, known_days: Known) -> _Draft:
    del rule, known_days
    values = figures.values[:, first:]
    silent = np.isnan(values) | (values == 0)
    none = np.full(values.shape, np.nan)
    return _Draft(none, silent, ~silent, none, none, np.zeros(values.shape), np.ones(values.shape, dtype=np.bool_))


def _band(rule: Rule, figures: Figures, first: int, known_days: Known) -> _Draft:
    """A step by itself, against the same step of earlier days."""
    return _scanned(rule, figures, first, known_days, 1)


def _anomaly(rule: Rule, figures: Figures, first: int, known_days: Known) -> _Draft:
    """Steps and longer windows, the surest counts."""
    return _scanned(rule, figures, first, known_days, max(1, figures.lag(rule.longest_ms)))


def _scanned(rule: Rule, figures: Figures, first: int, known_days: Known, longest: int) -> _Draft:
    values = figures.values[:, first:]
    # So many judgements a week, and so many of them may be wrong.
    far = float(np.log10(max(1, values.shape[0]) * max(1.0, WEEK_MS / figures.step_ms) / rule.dial))
    far = max(far, LEAST_FAR)
    panel = Panel(figures.start_ms, figures.step_ms, figures.values, figures.volumes, figures.unit)
    found = scan(panel, first, longest, far, rule.usual_days, known_days)
    down, up = (np.full(values.shape, rule.toward in (way, "both")) for way in ("down", "up"))
    up &= ~down | (found.up > found.down)
    down &= ~up
    score = np.where(up, found.up, np.where(down, found.down, 0.0))
    steps = np.where(up, found.steps_up, found.steps_down)
    value = np.where(up, found.value_up, found.value_down)
    usual_value = np.where(up, found.usual_up, found.usual_down)
    off = np.abs(value - usual_value)
    with np.errstate(invalid="ignore"):
        enough = off >= rule.at_least * (1.0 if figures.unit == "ratio" else np.abs(usual_value))
    known = ~np.isnan(found.expected) & ~np.isnan(values)
    breach = (score >= far) & enough & known
    # Well again where it is no longer so unlikely: half as sure, so that what is at the edge does not flap.
    clear = ~breach & ((score < far / 2) | ~enough)
    return _Draft(found.expected, breach, clear, found.low, found.high, score, known, Longer(steps, value, usual_value))


_RULES: dict[str, Callable[[Rule, Figures, int, Known], _Draft]] = {
    "threshold": _threshold,
    "change": _change,
    "ratio": _ratio,
    "no_data": _no_data,
    "band": _band,
    "anomaly": _anomaly,
}
