"""The band: the formula on known numbers, its history rules, and how often it holds on plain noise."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.metrics.model.band import BandPoint, DayValue, band, interval

D = Decimal
DAY = dt.date(2026, 3, 2)
HISTORY = [100, 104, 96, 110, 90, 102, 98, 101]


def weeks(values, day=DAY, today=None):
    """The same weekday before ``day``, newest first, and the day itself."""
    return [DayValue(day - dt.timedelta(weeks=i), None if v is None else D(v)) for i, v in enumerate([today, *values])]


def only(series, **given_) -> BandPoint:
    (point,) = band(series, DAY, **given_)
    return point


def test_the_formula_on_known_numbers():
    # median 100.5; deviations .5 3.5 4.5 9.5 10.5 1.5 2.5 .5 -> median 3; 3 * 1.4826 * 3 * sqrt(9/8) = 14.153
    point = only(weeks(HISTORY, today=130))
    assert (point.expected, point.value, point.partial) == (D("100.50"), D(130), False)
    assert (point.low, point.high) == (D("86.35"), D("114.65"))


def test_one_odd_week_barely_moves_it():
    calm, odd = only(weeks(HISTORY)), only(weeks([100_000, *HISTORY[1:]]))
    assert calm.expected is not None
    assert odd.expected is not None
    assert abs(odd.expected - calm.expected) < 2


@pytest.mark.parametrize(("known", "has_band"), [(3, False), (4, True)])
def test_too_little_history_gives_no_band(known, has_band):
    point = only(weeks([*HISTORY[:known], *[None] * (8 - known)], today=5))
    assert (point.expected is not None, point.low is not None) == (has_band, has_band)
    assert point.value == 5


def test_missing_is_not_zero():
    assert only(weeks([100, None, 100, None, 100, None, 100, None])).expected == 100


def test_holidays_are_no_history_and_have_no_band():
    free = DAY - dt.timedelta(weeks=1)
    series = weeks([9_999, *HISTORY[1:]])
    assert only(series, holidays={free}).expected == D("101.00")
    assert only(series, holidays={DAY}).expected is None


def test_equal_weeks_fall_back_to_the_mean_deviation():
    low, middle, high = interval(np.array([10.0, 10, 10, 10, 10, 10, 10, 18]))
    assert middle == 10
    assert high - middle == pytest.approx(3 * 1.2533 * 1 * (9 / 8) ** 0.5)
    assert low == middle - (high - middle)
    assert interval(np.array([10.0] * 8)) == (10, 10, 10)


def test_what_was_never_negative_is_not_expected_to_be():
    assert interval(np.array([0.0, 0, 50, 0, 200, 10, 0, 90]))[0] == 0
    assert interval(np.array([-5.0, 0, 50, 0, 200, 10, 0, 90]))[0] < 0


def test_partial_days_are_marked_and_are_no_history():
    until = DAY - dt.timedelta(weeks=1, days=1)
    series = [*weeks([1, *HISTORY[1:]], today=7), DayValue(DAY + dt.timedelta(weeks=1), D(3))]
    points = band(series, DAY - dt.timedelta(weeks=1), complete_until=until)
    assert [(point.value, point.partial) for point in points] == [(1, True), (7, True), (3, True)]
    assert points[1].expected == D("101.00"), "the partial week before is left out"


def test_the_band_has_no_more_digits_than_asked():
    point = only(weeks(HISTORY), quantum=D(1))
    assert (point.low, point.expected, point.high) == (86, 100, 115)


def test_it_holds_about_94_days_in_100_on_plain_noise():
    draws = np.random.default_rng(1).normal(1000, 50, (4000, 9))
    held = np.mean([low <= row[8] <= high for row in draws for low, _, high in [interval(row[:8])]])
    assert 0.925 < held < 0.955


@given(st.lists(st.integers(0, 10**9), min_size=4, max_size=8), st.integers(1, 1000))
def test_scaling_and_order(values, scale):
    low, middle, high = interval(np.array(values, dtype=np.float64))
    assert low <= middle <= high
    assert interval(np.array(values[::-1], dtype=np.float64)) == pytest.approx((low, middle, high))
    assert interval(np.array(values, dtype=np.float64) * scale) == pytest.approx((low * scale, middle * scale, high * scale))
