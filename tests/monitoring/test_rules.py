"""Rules on figures a person can check, and the tail of the beta-binomial against scipy's."""

from __future__ import annotations

import doctest
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom

from tests.monitoring.make import QUARTER, body
from windsock.monitoring import unusual, worth
from windsock.monitoring.alerts import model as alerts
from windsock.monitoring.monitors import model as monitors
from windsock.monitoring.monitors.model import monitor_from
from windsock.monitoring.rules import VERDICTS, Figures, judge_rule

NAN = float("nan")
DAILY = monitors.DAY_MS


def said(rule: dict[str, Any], values: list[float], first: int = 0, volumes: list[float] | None = None, **more: Any) -> str:
    """Return the verdicts of one series, a letter each."""
    step = more.pop("step", QUARTER)
    every = {QUARTER: "15m", DAILY: "1d"}[step]
    monitor = monitor_from(body(rule=rule, every=every, quiet="1d", **more))
    figures = Figures(0, step, np.array([values]), None if volumes is None else np.array([volumes]), "count" if volumes is None else "ratio")
    judged = judge_rule(monitor, figures, first)
    return " ".join(VERDICTS[code] for code in judged.verdicts[0])


@pytest.mark.parametrize("module", [unusual, worth, alerts, monitors])
def test_the_examples_hold(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


def test_a_threshold_has_a_hysteresis() -> None:
    rule = {"kind": "threshold", "below": 0.8, "recover": 0.9}
    assert said(rule, [0.95, 0.79, 0.85, 0.9, NAN]) == "clear breach between clear missing"
    assert said({"kind": "threshold", "above": 5}, [5, 5.1]) == "clear breach"


def test_a_threshold_needs_its_volume() -> None:
    assert said({"kind": "threshold", "below": 0.8}, [0.5, 0.5], volumes=[9, 10], minimum=10) == "thin breach"


def test_a_change_is_against_the_same_time_before() -> None:
    rule = {"kind": "change", "against": "day", "drop": 0.5, "recover": 0.2}
    values = [100.0] * 96 + [50, 49, 79, 80]
    assert said(rule, values, 96) == "between breach between clear"
    assert said(rule, [NAN] * 96 + [1, 2], 96) == "thin thin"
    assert said({"kind": "change", "against": "week", "rise": 1}, [10.0] * 7 + [20, 21], 7, step=DAILY) == "clear breach"
    assert said(rule, [9.0] * 96 + [1], 96, minimum=10) == "thin"


def test_no_data_is_nothing_or_zero() -> None:
    assert said({"kind": "no_data"}, [1, 0, NAN, 2]) == "clear breach breach clear"


def test_a_ratio_counts_its_cases() -> None:
    rule = {"kind": "ratio", "toward": "down", "sure": 6}
    usual = [0.95] * 96
    volumes = [50.0] * 96
    assert said(rule, [*usual, 0.5], 96, [*volumes, 50.0]) == "breach"
    assert said(rule, [*usual, 0.5], 96, [*volumes, 4.0]) == "clear"
    assert said(rule, [*usual, 1.0], 96, [*volumes, 50.0]) == "clear"
    assert said(rule | {"toward": "up"}, [*usual, 0.5], 96, [*volumes, 50.0]) == "clear"
    assert said(rule | {"at_least": 0.46}, [*usual, 0.5], 96, [*volumes, 50.0]) == "clear"
    assert said(rule, [NAN] * 96 + [0.5], 96, [0.0] * 96 + [50.0]) == "thin"


def test_a_ratio_in_between_is_neither() -> None:
    rule = {"kind": "ratio", "toward": "down", "sure": 6}
    assert said(rule, [0.95] * 96 + [0.76], 96, [50.0] * 97) == "between"


@given(st.integers(0, 60), st.integers(1, 60), st.floats(0.02, 0.98), st.floats(10, 400))
def test_the_tail_is_that_of_the_beta_binomial(hits: int, cases: int, rate: float, known: float) -> None:
    hits = min(hits, cases)
    found = unusual.tail(*(np.array([float(one)]) for one in (hits, cases, rate, known)))[0]
    below = hits <= cases * rate
    high, low = rate * known, (1 - rate) * known
    chance = betabinom.cdf(hits, cases, high, low) if below else betabinom.cdf(cases - hits, cases, low, high)
    assert 10.0**-found == pytest.approx(chance, rel=1e-5)


def test_the_smallest_drop_is_the_smallest() -> None:
    for cases in (10, 40, 200):
        drop = unusual.smallest_drop(cases, 0.95, 6.0)
        assert drop is not None
        for number, shown in ((round(cases * (0.95 - drop)), True), (round(cases * (0.95 - drop)) + 1, False)):
            score = unusual.tail(*(np.array([float(one)]) for one in (number, cases, 0.95, unusual.KNOWN_MOST)))[0]
            assert (score >= 6) == shown


def test_bands_follow_the_time_of_day_and_use_nothing_of_the_point_itself() -> None:
    random = np.random.default_rng(7)
    shape = 100 + 80 * np.sin(np.arange(20 * 96) * 2 * np.pi / 96)
    values = random.poisson(shape, (3, shape.size)).astype(float)
    values[1, -5:] = 0
    monitor = monitor_from(body(rule={"kind": "anomaly", "toward": "down", "dial": 0.01}, by=["provider"]))
    figures = Figures(0, QUARTER, values, None, "count")
    judged = judge_rule(monitor, figures, shape.size - 96)
    words = np.array(VERDICTS)[judged.verdicts]
    assert (words[1, -5:] == "breach").all()
    assert (words[[0, 2]] != "breach").all()
    values[:, -1] = 1e6
    again = judge_rule(monitor, Figures(0, QUARTER, values, None, "count"), shape.size - 96)
    assert np.array_equal(judged.expected, again.expected, equal_nan=True)
    assert (np.array(VERDICTS)[again.verdicts][:, -1] != "breach").all()  # upwards is not its way
    band = judge_rule(monitor_from(body(rule={"kind": "band", "toward": "up"})), Figures(0, QUARTER, values, None, "count"), shape.size - 1)
    assert (np.array(VERDICTS)[band.verdicts] == "breach").all()
