"""Periods are civil dates, both included; days of daylight saving have 23 or 25 hours; weeks start where the workspace says."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.kernel.clock import FixedClock, iso, local_date, start_of_day_ms
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period, bucket_start, parse_date, parse_period

HOUR_MS = 3_600_000


def test_a_period_counts_both_ends_and_the_one_before_touches_it() -> None:
    march = parse_period("2026-03-01:2026-03-31", "test")
    assert (march.days, str(march), str(march.previous())) == (31, "2026-03-01:2026-03-31", "2026-01-29:2026-02-28")
    assert parse_period("2026-03-05", "test") == Period(dt.date(2026, 3, 5), dt.date(2026, 3, 5))


@pytest.mark.parametrize("given_text", ["2026-3-1", "2026-02-30", "yesterday", "", "2026-03-02:2026-03-01", "20260301", "2026-03-01:"])
def test_what_is_no_period_says_how_to_write_one(given_text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_period(given_text, "--from")
    assert caught.value.fix


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        ("2026-03-29", "Europe/Lisbon", 23),
        ("2026-10-25", "Europe/Lisbon", 25),
        ("2026-03-29", "Asia/Shanghai", 24),
        ("2026-10-04", "Australia/Lord_Howe", 23.5),
    ],
)
def test_a_day_has_the_hours_of_its_zone(day: str, zone: str, hours: float) -> None:
    low, high = parse_period(day, "test").bounds_ms(zone)
    assert high - low == hours * HOUR_MS
    assert local_date(low, zone) == parse_date(day, "test")
    assert local_date(high - 1, zone) == parse_date(day, "test")


@given(st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1)), st.integers(0, 6))
def test_a_bucket_holds_its_day(day: dt.date, week_start: int) -> None:
    week = bucket_start(day, "week", week_start)
    assert week <= day < week + dt.timedelta(days=7)
    assert week.weekday() == week_start
    assert bucket_start(day, "quarter").month in (1, 4, 7, 10)
    assert bucket_start(day, "year") <= bucket_start(day, "quarter") <= bucket_start(day, "month") <= bucket_start(day, "day") == day


def test_clocks_stand_still_until_moved() -> None:
    clock = FixedClock(start_of_day_ms(dt.date(2026, 1, 1), "Asia/Shanghai"))
    clock.advance(days=1, seconds=1)
    assert iso(clock.now_ms(), "Asia/Shanghai") == "2026-01-02T00:00:01+08:00"
