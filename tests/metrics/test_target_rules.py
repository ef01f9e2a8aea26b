"""The rules of targets: names of periods, values, the weekday-shaped pace, scores; worked cases, and a slow oracle beside the quick rule."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period, bucket_start
from windsock.metrics.targets.model import pace, score, target

D = Decimal
NOVEMBER = Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
DATES = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))


@given(DATES, st.sampled_from(target.GRAINS), st.integers(0, 6))
def test_the_name_of_a_period_is_read_back(day, grain, week_start):
    start = bucket_start(day, grain, week_start if grain == "week" else 0)
    assert target.parse_name(target.period_name(grain, start), "period", week_start) == (grain, start)
    assert day in {start + dt.timedelta(days=n) for n in range(target.period_of(grain, start).days)}


@pytest.mark.parametrize("name", ["", "2026", "2026-13", "2026-W54", "2026-Q5", "2026-02-30", "W47", "2026-11-20T08", "२०२६-११", "2025-W53"])
def test_what_names_no_period_is_refused(name):
    with pytest.raises(InvalidInput, match="period"):
        target.parse_name(name, "period")


@pytest.mark.parametrize(("text", "value"), [("100", "100"), (" 1,284,000.5 ", "1284000.5"), ("3.1%", "0.031"), (".5", "0.5"), ("12 %", "0.12")])
def test_values_as_people_write_them(text, value):
    assert target.parse_value(text, "value") == D(value)


@pytest.mark.parametrize("text", ["", "0", "-1", "1e9", "1,2,3", "nan", "inf", "12,34", "1.1234567", "9" * 19, "１００", "=1+1"])
def test_what_is_no_value_is_refused(text):
    with pytest.raises(InvalidInput):
        target.parse_value(text, "value")


def test_the_weekdays_shape_the_pace():
    # Weekdays bring 100, Saturdays and Sundays 40: weights 1.2069 and 0.4828, mean 1.
    days = [dt.date(2026, 9, 6) + dt.timedelta(days=n) for n in range(56)]
    shape = pace.weekday_shape({day: D(40) if day.weekday() >= 5 else D(100) for day in days})
    assert shape is not None
    assert sum(shape) == pytest.approx(7)
    assert round(shape[5] / shape[0], 9) == D("0.4")
    # November 2026 has 21 weekdays and 9 weekend days: 21 x 100 + 9 x 40 = 2,460; up to Sunday 15th 10 x 100 + 5 x 40 = 1,200.
    share = pace.share_done(shape, NOVEMBER, dt.date(2026, 11, 15))
    assert round(share, 10) == round(D(1200) / D(2460), 10)
    found = pace.pace_of_sum(D(2460), D(1080), NOVEMBER, dt.date(2026, 11, 15), shape)
    told = [one and round(one, 6) for one in (found.expected, found.ratio, found.projected)]
    assert (told, found.needed) == ([1200, D("0.9"), 2214], D(1380) / 15)
    assert found.basis == "weekday"


def test_with_too_little_history_days_count_the_same():
    few = {dt.date(2026, 10, 31) - dt.timedelta(days=n): D(5) for n in range(27)}
    assert pace.weekday_shape(few) is None
    found = pace.pace_of_sum(D(300), D(150), NOVEMBER, dt.date(2026, 11, 15), None)
    assert (found.share, found.expected, found.ratio, found.projected, found.needed, found.basis) == (D("0.5"), 150, 1, 300, 10, "even")
    assert pace.weekday_shape({day: D(-1) for day in few} | {dt.date(2026, 1, 1): D(-1)}) is None


@given(
    DATES,
    st.integers(0, 120),
    st.integers(-3, 130),
    st.lists(st.integers(0, 50), min_size=7, max_size=7).filter(any),
)
def test_the_share_is_the_sum_over_the_days(start, length, done, weights):
    shape = tuple(D(weight) for weight in weights)
    period = Period(start, start + dt.timedelta(days=length))
    until = start + dt.timedelta(days=done)
    each = {start + dt.timedelta(days=n): shape[(start + dt.timedelta(days=n)).weekday()] for n in range(period.days)}
    whole = sum(each.values())
    slow = sum(weight for day, weight in each.items() if day <= until) / whole if whole else D(0)
    assert pace.share_done(shape, period, until) == slow


def test_before_the_first_day_nothing_is_due():
    found = pace.pace_of_sum(D(300), None, NOVEMBER, None, None)
    assert (found.share, found.expected, found.ratio, found.projected, found.needed) == (0, 0, None, None, None)


def test_people_follow_the_period_before():
    # 600 of 1,000 people had come by then last month; 330 are here now.
    found = pace.pace_of_people(D(500), D(330), D(600), D(1000))
    assert (found.share, found.expected, found.ratio, found.projected, found.basis) == (D("0.6"), 300, D("1.1"), 550, "before")
    assert pace.pace_of_people(D(500), D(330), None, D(1000)) == pace.NO_PACE


def test_a_ratio_is_measured_as_it_is():
    found = pace.pace_of_ratio(D("0.04"), D("0.03"))
    assert (found.expected, found.ratio, found.projected, found.basis) == (D("0.04"), D("0.75"), D("0.03"), "level")


def test_days_without_rows_after_the_first_brought_nothing():
    days = {dt.date(2026, 10, 25): D(7)}
    found = pace.history_of(days, NOVEMBER, dt.date(2026, 11, 3))
    assert (len(found), sum(found.values()), max(found)) == (7, 7, dt.date(2026, 10, 31))


@pytest.mark.parametrize(
    ("direction", "actual", "points", "state"),
    [
        ("up", "100", "100.0", "met"),
        ("up", "95", "95.0", "near"),
        ("up", "94.9", "94.9", "missed"),
        ("up", "-10", "0.0", "missed"),
        ("up", "130", "120.0", "met"),
        ("down", "80", "120.0", "met"),
        ("down", "110", "90.0", "missed"),
        ("down", "300", "0.0", "missed"),
        ("none", "97", "97.0", "near"),
        ("none", "103", "97.0", "near"),
    ],
)
def test_scores(direction, actual, points, state):
    found = score.score(direction, D(100), D(actual))
    assert (str(found.score), found.state) == (points, state)


def test_an_owners_score_is_the_mean_by_weight_of_what_counts():
    def mark(value, weight, *, counts=True):
        return score.Mark(score.score("up", D(100), None if value is None else D(value)), weight, counts)

    found = score.owner_score([mark(110, 1), mark(80, 3), mark(None, 5), mark(0, 9, counts=False)])
    assert (found.score, found.counted, found.met, found.missed, found.unknown, found.aside) == (D("87.5"), 2, 1, 1, 1, 1)
    assert score.owner_score([mark(None, 1)]).score is None
