"""The calendar against known dates and against the moon; fiscal years; and which earlier period a period meets."""

from __future__ import annotations

import datetime as dt
import doctest
import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period, parse_period
from windsock.metrics import compare, dimensions
from windsock.metrics.compare import COMPARES, comparison
from windsock.metrics.model import calendar
from windsock.metrics.model.calendar import FIRST_YEAR, LAST_YEAR, fiscal_quarter, fiscal_year, holidays, holidays_within, lunar_day, months

NEW_YEARS = [
    "2010-02-14", "2011-02-03", "2012-01-23", "2013-02-10", "2014-01-31", "2015-02-19", "2016-02-08", "2017-01-28", "2018-02-16", "2019-02-05",
    "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13",
    "2030-02-03",
]  # fmt: skip
KNOWN = {
    "qingming": ["2015-04-05", "2016-04-04", "2017-04-04", "2020-04-04", "2023-04-05", "2024-04-04", "2025-04-04", "2026-04-05"],
    "dragon_boat": ["2017-05-30", "2018-06-18", "2019-06-07", "2020-06-25", "2021-06-14", "2023-06-22", "2024-06-10", "2025-05-31", "2026-06-19"],
    "mid_autumn": ["2017-10-04", "2018-09-24", "2019-09-13", "2020-10-01", "2021-09-21", "2023-09-29", "2024-09-17", "2025-10-06", "2026-09-25"],
    "lantern": ["2023-02-05", "2024-02-24", "2025-02-12", "2026-03-03"],
    "qixi": ["2023-08-22", "2024-08-10", "2025-08-29"],
    "double_ninth": ["2023-10-23", "2024-10-11", "2025-10-29"],
}


def new_moon(lunation: int) -> dt.datetime:
    """Return the instant (UTC, to some minutes) of a new moon: Meeus, Astronomical Algorithms, chapter 49; lunation 0 is 6 January 2000."""
    t = lunation / 1236.85
    jde = 2451550.09766 + 29.530588861 * lunation + 0.00015437 * t * t
    e = 1 - 0.002516 * t
    sun, moon, node = (
        math.radians(angle % 360)
        for angle in (
            2.5534 + 29.1053567 * lunation,
            201.5643 + 385.81693528 * lunation + 0.0107582 * t * t,
            160.7108 + 390.67050284 * lunation - 0.0016118 * t * t,
        )
    )
    sin = math.sin
    jde += (
        -0.4072 * sin(moon) + 0.17241 * e * sin(sun) + 0.01608 * sin(2 * moon) + 0.01039 * sin(2 * node) + 0.00739 * e * sin(moon - sun)
        - 0.00514 * e * sin(moon + sun) + 0.00208 * e * e * sin(2 * sun) - 0.00111 * sin(moon - 2 * node) - 0.00057 * sin(moon + 2 * node)
        + 0.00056 * e * sin(2 * moon + sun) - 0.00042 * sin(3 * moon) + 0.00042 * e * sin(sun + 2 * node) + 0.00038 * e * sin(sun - 2 * node)
        - 0.00024 * e * sin(2 * moon - sun)
    )  # fmt: skip
    return dt.datetime(2000, 1, 1, 12, tzinfo=dt.UTC) + dt.timedelta(days=jde - 2451545.0, seconds=-70)


def test_new_years_are_those_of_almanacs() -> None:
    assert [str(lunar_day(year, 1, 1)) for year in range(FIRST_YEAR, LAST_YEAR + 1)] == NEW_YEARS


@pytest.mark.parametrize("code", KNOWN)
def test_festivals_are_those_of_almanacs(code: str) -> None:
    for day in KNOWN[code]:
        found = next(holiday for holiday in holidays(int(day[:4])) if holiday.code == code)
        assert str(found.start) == day


def test_every_month_begins_with_a_new_moon_in_beijing() -> None:
    beijing = dt.timezone(dt.timedelta(hours=8))
    starts = [start for year in range(FIRST_YEAR, LAST_YEAR + 1) for _, _, start in months(year)]
    moons = {new_moon(lunation).astimezone(beijing).date() for lunation in range(110, 400)}
    assert set(starts) <= moons
    assert all((after - before).days in {29, 30} for before, after in itertools.pairwise(starts))


def test_years_join_without_a_gap_and_leap_months_are_where_they_were() -> None:
    for year in range(FIRST_YEAR, LAST_YEAR):
        assert (lunar_day(year + 1, 1, 1) - months(year)[-1][2]).days in {29, 30}
    leaps = {year: number for year in range(FIRST_YEAR, LAST_YEAR + 1) for number, leap, _ in months(year) if leap}
    assert leaps == {2012: 4, 2014: 9, 2017: 6, 2020: 4, 2023: 2, 2025: 6, 2028: 5}


def test_the_calendar_says_where_it_ends() -> None:
    with pytest.raises(InvalidInput, match="holds 2010 to 2030"):
        lunar_day(2031, 1, 1)
    assert holidays_within(parse_period("2031-01-01:2031-12-31", "x")) == ()
    assert [holiday.code for holiday in holidays_within(parse_period("2026-02-16:2026-02-16", "x"))] == ["spring_festival"]
    assert holidays_within(parse_period("2026-11-11", "x")) == ()
    assert [holiday.code for holiday in holidays_within(parse_period("2026-11-11", "x"), public=False)] == ["double_eleven"]


@given(st.dates(dt.date(2000, 1, 1), dt.date(2050, 12, 31)), st.integers(1, 12))
def test_a_fiscal_year_has_twelve_months_and_ends_in_its_name(day: dt.date, first: int) -> None:
    year, quarter = fiscal_year(day, first), fiscal_quarter(day, first)
    start = dt.date(year - (1 if first > 1 else 0), first, 1)
    end = dt.date(start.year + 1, first, 1) - dt.timedelta(days=1)
    assert start <= day <= end
    assert end.year == year
    assert quarter == ((day.year - start.year) * 12 + day.month - start.month) // 3 + 1


@pytest.mark.parametrize(
    ("period", "how", "expected"),
    [
        ("2026-03-18", "previous", "2026-03-17:2026-03-17"),
        ("2026-03-18", "same_weekday", "2026-03-11:2026-03-11"),
        ("2026-03-16:2026-03-22", "same_weekday", "2026-03-09:2026-03-15"),
        ("2026-03-16:2026-03-25", "same_weekday", "2026-03-02:2026-03-11"),
        ("2026-03-01:2026-03-31", "previous", "2026-02-01:2026-02-28"),
        ("2026-03-01:2026-03-31", "last_year", "2025-03-01:2025-03-31"),
        ("2024-02-01:2024-02-29", "last_year", "2023-02-01:2023-02-28"),
        ("2026-03-18", "last_year", "2025-03-19:2025-03-19"),
        ("2026-02-17", "last_year", "2025-02-18:2025-02-18"),
        ("2026-02-17", "last_year_holiday", "2025-01-29:2025-01-29"),
        ("2026-02-01:2026-02-28", "last_year_holiday", "2025-01-13:2025-02-09"),
        ("2026-10-01:2026-10-07", "last_year_holiday", "2025-10-01:2025-10-07"),
        ("2026-06-19", "last_year_holiday", "2025-05-31:2025-05-31"),
        ("2026-03-18", "last_year_holiday", "2025-03-19:2025-03-19"),
        ("2026-01-01:2026-12-31", "last_year_holiday", "2025-01-01:2025-12-31"),
        ("2033-02-01:2033-02-07", "last_year_holiday", "2032-02-03:2032-02-09"),
    ],
)
def test_like_meets_like(period: str, how: str, expected: str) -> None:
    assert str(comparison(parse_period(period, "x"), how)) == expected  # pyright: ignore[reportArgumentType] - a word of the table


@given(st.dates(dt.date(2012, 1, 1), dt.date(2029, 12, 1)), st.integers(0, 40), st.sampled_from(COMPARES))
def test_a_comparison_is_earlier(start: dt.date, days: int, how: str) -> None:
    period = Period(start, start + dt.timedelta(days=days))
    other = comparison(period, how)  # pyright: ignore[reportArgumentType] - one of them
    assert other.end < period.start
    if how in {"same_weekday", "previous"} and period.start.day != 1:
        assert other.days == period.days
    if how == "same_weekday":
        assert other.start.weekday() == period.start.weekday()


def test_an_unknown_comparison_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no comparison"):
        comparison(parse_period("2026-03-18", "x"), "last_moon")  # pyright: ignore[reportArgumentType] - on purpose


def test_the_examples_in_the_rules_hold() -> None:
    for module in (calendar, compare, dimensions):
        assert doctest.testmod(module).failed == 0
