"""Where a line ends, by cases that can be worked by hand, by simulation, and by what must hold of any."""

from __future__ import annotations

import doctest
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.monitoring.launches import model
from windsock.monitoring.launches.model import Direction, dispersion_of, less_than, rate_ahead, stands, total_ahead

SHARES = st.floats(0.001, 0.999)
CASES = st.integers(0, 5_000)


def test_the_examples_hold() -> None:
    assert doctest.testmod(model).failed == 0


def test_what_is_still_to_come_is_negative_binomial() -> None:
    # Added up one by one: X of NB(n + 1/2, r) with P(x) = C(x + n - 1/2, x) r^(n + 1/2) (1 - r)^x.
    cases, ramp = 4, 0.3
    exact = [
        math.exp(math.lgamma(x + cases + 0.5) - math.lgamma(cases + 0.5) - math.lgamma(x + 1)) * ramp ** (cases + 0.5) * (1 - ramp) ** x
        for x in range(40)
    ]
    for rest in (1, 5, 12, 40):
        assert less_than(rest, cases, ramp) == pytest.approx(sum(exact[:rest]))


def test_a_rate_ends_as_the_slow_telling_does() -> None:
    """Forty of 100 are there with a fifth of the ramp over: rates and further cases are drawn, and the end is looked at."""
    drawn = np.random.default_rng(7)
    rates = drawn.beta(40.5, 60.5, 200_000)
    ends = (40 + drawn.binomial(400, rates)) / 500
    told = rate_ahead(40, 100, 0.2, 0.42, "at_least")
    assert told.probability == pytest.approx(float(np.mean(ends >= 0.42)), abs=0.01)
    assert (told.low, told.high) == pytest.approx(tuple(np.quantile(ends, [0.1, 0.9])), abs=0.003)


@settings(max_examples=40)
@given(CASES, SHARES, st.floats(0.5, 20), st.lists(st.floats(1, 1e5), min_size=2, max_size=2))
def test_a_higher_line_is_less_likely_reached_and_more_likely_kept_below(now: int, ramp: float, spread: float, lines: list[float]) -> None:
    low, high = sorted(lines)
    at_least, at_most = ([total_ahead(now, ramp, line, way, spread) for line in (low, high)] for way in _WAYS)
    assert at_least[0].probability >= at_least[1].probability - 1e-12
    assert at_most[0].probability <= at_most[1].probability + 1e-12
    for one in (*at_least, *at_most):
        assert 0 <= one.probability <= 1
        assert now - 1e-6 <= one.low <= one.expected <= one.high


@settings(max_examples=40)
@given(st.integers(1, 5_000), SHARES, st.floats(0, 1), st.lists(st.floats(0.01, 0.99), min_size=2, max_size=2))
def test_a_higher_rate_is_less_likely_reached(of: int, ramp: float, share: float, lines: list[float]) -> None:
    low, high = sorted(lines)
    cases = round(of * share)
    first, second = (rate_ahead(cases, of, ramp, line, "at_least").probability for line in (low, high))
    assert 0 <= second <= first + 1e-9 <= 1 + 1e-9


_WAYS: tuple[Direction, Direction] = ("at_least", "at_most")


def test_at_the_end_nothing_is_open_any_more() -> None:
    assert [total_ahead(now, 1.0, 100, "at_least", 1.0).probability for now in (99, 100)] == [0.0, 1.0]
    assert [total_ahead(now, 1.0, 100, "at_most", 1.0).probability for now in (100, 101)] == [1.0, 0.0]
    assert [rate_ahead(cases, 100, 1.0, 0.5, "at_least").probability for cases in (49, 50)] == [0.0, 1.0]


def test_figures_that_vary_more_say_less() -> None:
    calm, wild = (total_ahead(300, 0.5, 500, "at_least", spread) for spread in (1.0, 12.0))
    assert calm.probability > wild.probability > 0.5
    assert wild.high - wild.low > 3 * (calm.high - calm.low)
    ramp = np.full(24, 1 / 48)
    bursts = np.tile([0.0, 0.0, 60.0, 60.0], 6)
    assert dispersion_of(bursts, ramp, counted=True) == pytest.approx((12 * 60 * 12 / 11 + 6) / 18)
    # Amounts have no unit of their own until something came; then one case is as large as what comes at once.
    assert dispersion_of(np.zeros(24), ramp, counted=False) is None
    assert dispersion_of(bursts * 100, ramp, counted=False) == pytest.approx(6000 * 12 / 11)


def test_a_standing_goes_back_later_than_it_came() -> None:
    seen, now = [], "on_track"
    for probability in (0.6, 0.49, 0.6, 0.66, 0.09, 0.19, 0.21, 0.66):
        now = stands(probability, now)
        seen.append(now)
    assert seen == ["on_track", "at_risk", "at_risk", "on_track", "off_track", "off_track", "at_risk", "on_track"]


def test_the_cases_of_the_documentation() -> None:
    half = total_ahead(40, 0.5, 100, "at_least", 1.0)
    assert (round(half.probability, 3), round(half.expected), round(half.low), round(half.high)) == (0.025, 80, 69, 92)
    spread = [total_ahead(48, 0.5, 100, "at_least", one) for one in (1.0, 3.0)]
    assert [(round(one.probability, 2), round(one.low), round(one.high)) for one in spread] == [(0.36, 84, 109), (0.44, 77, 120)]
    rate = rate_ahead(75, 100, 0.25, 0.8, "at_least")
    assert (round(rate.probability, 3), round(rate.low, 3), round(rate.high, 3)) == (0.075, 0.699, 0.795)
