"""The scan against its slow form, on cases a person can check, and its promise: no more false alarms than the dial says."""

from __future__ import annotations

import doctest
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.monitoring.make import body
from tests.monitoring.scan_oracle import Slow
from windsock.kernel.errors import InvalidInput
from windsock.monitoring import scan as scanning
from windsock.monitoring.detectors.model import Panel, Unit
from windsock.monitoring.monitors.model import monitor_from
from windsock.monitoring.rules import VERDICTS, Figures, judge_rule
from windsock.monitoring.scan import Known, ladder, scan

DAY, HALF, HOUR = 86_400_000, 43_200_000, 3_600_000


def world(unit: Unit, step: int, seed: int, level: float, wander: float) -> Panel:
    """Return three series: one from the start, one that begins later, one that is mostly empty."""
    random = np.random.default_rng(seed)
    points = 70 if step == DAY else 80
    usual = level * random.gamma(1 / max(wander, 1e-3), max(wander, 1e-3), (3, points))
    usual[2] *= 0.05
    values = random.poisson(usual).astype(float)
    volumes = None
    if unit == "ratio":
        volumes = values
        values = np.divide(random.binomial(values.astype(int), 0.3), volumes, out=np.full_like(volumes, np.nan), where=volumes > 0)
        volumes[1, :9] = 0.0
        values[1, :9] = np.nan
        values = np.where(volumes > 0, values, 0.0)
    elif unit == "amount":
        values = values * 1.7
        values[1, :9] = np.nan
        values[2, random.random(points) < 0.2] = np.nan
    else:
        values[1, :9] = 0.0
    return Panel(0, step, values, volumes, unit)


@given(
    st.sampled_from(["count", "ratio", "amount"]), st.sampled_from([HALF, DAY]), st.integers(0, 2**32 - 1),
    st.sampled_from([0.5, 8.0, 400.0]), st.sampled_from([0.0, 0.05, 0.6]), st.sampled_from(["", "left out", "excused"]),
)  # fmt: skip
def test_it_says_what_the_slow_form_says(unit: Unit, step: int, seed: int, level: float, wander: float, days: str) -> None:
    panel = world(unit, step, seed, level, wander)
    flags = np.random.default_rng(seed).random(panel.values.shape) < 0.1
    known = {"": Known(), "left out": Known(left_out=flags), "excused": Known(excused=flags)}[days]
    slow, longest, first = Slow(panel, known.left_out, known.excused), 7 if step == DAY else 2, panel.values.shape[1] - 3
    found = scan(panel, first, longest, 4.0, known=known)
    lost = math.log10(len(ladder(longest)))
    for row in range(3):
        for column in range(3):
            said = [slow.says(row, first + column, length) for length in ladder(longest)]
            for side in ("down", "up"):
                best = max(getattr(one, side) for one in said)
                assert getattr(found, side)[row, column] == pytest.approx(max(best - lost, 0.0), rel=1e-6, abs=1e-6), (row, column, side)
            expected = found.expected[row, column]
            assert (None if math.isnan(expected) else expected) == (said[0].usual and pytest.approx(said[0].usual)), (row, column)
            window = said[ladder(longest).index(int(found.steps_down[row, column]))]
            assert found.value_down[row, column] == pytest.approx(window.value, nan_ok=True)


def judged(values: list[float], every: str, **rule: Any) -> list[str]:
    """Return the verdicts of the last seven points of one series of counts."""
    monitor = monitor_from(body(every=every, rule={"kind": "anomaly", **rule}, by=[]))
    figures = Figures(0, monitor.every_ms, np.array([values]), None, "count")
    found = judge_rule(monitor, figures, len(values) - 7)
    return [VERDICTS[code] for code in found.verdicts[0]]


def test_a_slow_loss_is_seen_in_the_sum_of_days_and_no_day_shows_it() -> None:
    """100 a day, then 82: of a single day a chance of 1 in 30 (Poisson); of seven days 574 instead of 700, 1 in a million."""
    values = [100.0] * 56 + [82.0] * 7
    assert judged(values, "1d", toward="down", dial=0.01) == ["clear", "between", "between", "breach", "breach", "breach", "breach"]
    assert judged(values, "1d", toward="down", dial=0.01, longest="1d") == ["clear"] * 7
    assert judged(values, "1d", toward="up", dial=0.01) == ["clear"] * 7
    assert judged(values, "1d", toward="down", dial=0.01, at_least=0.2) == ["clear"] * 7


def test_amounts_that_are_always_the_same_have_no_spread_to_judge_by() -> None:
    """What rounding leaves of one price beside itself is no spread: it made twice the price after weeks of it the surest of changes."""
    prices = np.arange(1, 200, dtype=np.float64) * 1.7
    values = np.repeat(prices[:, None], 63, axis=1)
    values[:, -1] *= 2
    found = scan(Panel(0, DAY, values, None, "amount"), 60, 7, 4.0, known=Known())
    assert not found.up.any()
    assert not found.down.any()


def test_what_wanders_by_itself_is_no_news() -> None:
    """The same 82 after weeks that went up and down by a third by themselves."""
    values = ([70.0] * 7 + [130.0] * 7) * 4 + [82.0] * 7
    assert judged(values, "1d", toward="down", dial=0.01) == ["clear"] * 7


def test_a_jump_of_something_rare_is_seen_at_once() -> None:
    """One in ten days, then thirteen within an hour; and two, which may be chance."""
    rare = [1.0 if point % 240 == 5 else 0.0 for point in range(40 * 24)]
    assert judged([*rare, 13.0, *[0.0] * 6], "1h", toward="up", dial=0.01, longest="1h")[0] == "breach"
    assert judged([*rare, 2.0, *[0.0] * 6], "1h", toward="up", dial=0.01, longest="1h")[0] != "breach"


def test_weekdays_are_known_from_all_series_together() -> None:
    """Sundays have twice as many: what a Sunday has is no news, on a Monday it is."""
    week = [100.0] * 6 + [200.0]
    hours = [value / 24 for day in [*week * 6] for value in [day] * 24]
    sunday, monday = hours[:-24], hours
    assert judged([*sunday, *[200 / 24] * 7], "1h", toward="up", dial=1) == ["clear"] * 7
    assert judged([*monday, *[2 * 200 / 24] * 7], "1h", toward="up", dial=1)[-1] == "breach"


@pytest.mark.parametrize(("unit", "wander"), [("count", 0.0), ("count", 0.02), ("ratio", 0.02), ("amount", 0.02)])
def test_there_are_no_more_false_alarms_than_the_dial_says(unit: Unit, wander: float) -> None:
    """Three hundred series of a week of hours, nothing happening: one in a thousand judgements may be wrong, by windows of up to a day."""
    random = np.random.default_rng(11)
    series, days = 300, 36
    shape = 20 * (1.2 + np.sin(np.arange(24) / 24 * 2 * np.pi))
    days_own = random.gamma(1 / wander, wander, (series, days)) if wander else np.ones((series, days))
    usual = (days_own[:, :, None] * shape).reshape(series, -1)
    values, volumes = random.poisson(usual).astype(float), None
    if unit == "ratio":
        volumes = random.poisson(np.tile(shape * 5, (series, days))).astype(float)
        rate = np.clip(0.2 * np.repeat(days_own, 24, axis=1), 0, 1)
        values = random.binomial(volumes.astype(int), rate) / np.maximum(volumes, 1.0)
    elif unit == "amount":
        values = values * 3.5
    found = scan(Panel(0, HOUR, values, volumes, unit), values.shape[1] - 168, 24, 3.0)
    judgements = found.down.size
    for score in (found.down, found.up):
        # The points of a day share their windows and their day, so that they come in clumps: twice as many is beyond that.
        assert (score >= 3.0).sum() <= 2 * judgements * 1e-3


def test_the_future_is_not_known() -> None:
    panel = world("count", HALF, 3, 40.0, 0.1)
    before = scan(panel, 70, 2, 4.0)
    panel.values[:, 75:] = 900.0
    after = scan(panel, 70, 2, 4.0)
    for name in ("expected", "down", "up", "low", "high"):
        assert np.array_equal(getattr(before, name)[:, :5], getattr(after, name)[:, :5], equal_nan=True)


def test_the_bounds_are_where_a_step_becomes_unlikely() -> None:
    """Beyond a bound the step's own score is over the level, within it is not."""
    values = np.full((1, 30 * 24 + 1), 50.0)
    for level in (2.0, 5.0):
        flat = scan(Panel(0, HOUR, values, None, "count"), values.shape[1] - 1, 1, level)
        low, high = math.floor(flat.low[0, 0]), math.ceil(flat.high[0, 0])
        for value, score in ((low - 1, "down"), (high + 1, "up")):
            values[0, -1] = value
            assert getattr(scan(Panel(0, HOUR, values, None, "count"), values.shape[1] - 1, 1, level), score)[0, 0] >= level
        for value, score in ((low + 2, "down"), (high - 2, "up")):
            values[0, -1] = value
            assert getattr(scan(Panel(0, HOUR, values, None, "count"), values.shape[1] - 1, 1, level), score)[0, 0] < level


def test_the_ladder() -> None:
    assert doctest.testmod(scanning).failed == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [({"rule": {"kind": "anomaly", "longest": "2d"}}, "length of time"), ({"rule": {"kind": "anomaly", "longest": "20m"}}, "whole number"),
     ({"rule": {"kind": "anomaly"}, "over": "1h"}, "longer windows by itself"), ({"rule": {"kind": "band", "longest": "1h"}}, "no field"),
     ({"rule": {"kind": "anomaly", "usual_days": 3}}, "whole number")],
)  # fmt: skip
def test_what_can_not_be_scanned_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        monitor_from(body(every="15m", **change))
