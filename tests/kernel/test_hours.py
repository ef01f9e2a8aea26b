"""Civil hours against Python's own calendar: how many a day has, which comes twice, and which hour of another day stands beside it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from windsock.kernel.hours import HOUR_MS, beside, hour_ms, hour_name, hours_of, last_whole_hour, offsets
from windsock.kernel.period import Period, parse_period

MINUTE_MS = 60_000
ZONES = [
    "Asia/Shanghai", "Europe/Berlin", "America/New_York", "America/St_Johns", "America/Havana", "America/Sao_Paulo", "Australia/Lord_Howe",
    "Asia/Kolkata", "Asia/Kathmandu", "Asia/Gaza", "Asia/Pyongyang", "Pacific/Apia", "Africa/Casablanca", "UTC",
]  # fmt: skip


def names(day: str, zone: str) -> list[str]:
    return [hour_name(hour.start_ms, zone)[11:] for hour in hours_of(parse_period(day, "x"), zone)]


@pytest.mark.parametrize(
    ("zone", "day", "count", "shown"),
    [
        ("Asia/Shanghai", "2026-11-03", 24, ["14:00:00+08:00"]),
        ("Europe/Berlin", "2026-03-29", 23, ["01:00:00+01:00", "03:00:00+02:00"]),
        ("Europe/Berlin", "2026-10-25", 25, ["01:00:00+02:00", "02:00:00+02:00", "02:00:00+01:00", "03:00:00+01:00"]),
        ("America/New_York", "2026-11-01", 25, ["01:00:00-04:00", "01:00:00-05:00", "02:00:00-05:00"]),
        ("Asia/Kolkata", "2026-11-03", 24, ["00:00:00+05:30", "01:00:00+05:30"]),
        ("Australia/Lord_Howe", "2026-04-05", 25, ["01:00:00+11:00", "01:30:00+10:30", "02:00:00+10:30"]),
        ("Australia/Lord_Howe", "2026-10-04", 24, ["01:00:00+10:30", "02:30:00+11:00", "03:00:00+11:00"]),
        ("America/Sao_Paulo", "2018-11-04", 23, ["01:00:00-02:00", "02:00:00-02:00"]),  # midnight was skipped
        ("America/Sao_Paulo", "2018-02-17", 25, ["23:00:00-02:00", "23:00:00-03:00"]),  # and came twice for the evening
        ("America/Havana", "2025-11-02", 25, ["00:00:00-04:00", "00:00:00-05:00"]),
        ("Asia/Gaza", "2010-03-27", 24, ["00:00:00+02:00", "01:01:00+03:00", "02:00:00+03:00"]),  # 00 lasted one minute
        ("Pacific/Apia", "2011-12-30", 0, []),
    ],
)
def test_a_day_has_the_hours_that_were_lived(zone: str, day: str, count: int, shown: list[str]) -> None:
    found = names(day, zone)
    assert len(found) == count
    at = found.index(shown[0]) if shown else 0
    assert found[at : at + len(shown)] == shown


@given(st.sampled_from(ZONES), st.dates(dt.date(1995, 1, 1), dt.date(2037, 12, 1)), st.integers(0, 30), st.floats(0, 1, exclude_max=True))
@example("Australia/Lord_Howe", dt.date(2026, 4, 4), 2, 0.5)
@example("Asia/Pyongyang", dt.date(2015, 8, 14), 1, 0.5)
@example("Asia/Gaza", dt.date(2010, 3, 27), 0, 0.04)
def test_every_instant_lies_in_the_hour_that_the_clock_on_the_wall_shows(zone: str, day: dt.date, more: int, part: float) -> None:
    period = Period(day, day + dt.timedelta(days=more))
    low, high = period.bounds_ms(zone)
    hours = hours_of(period, zone)
    assert [hour.start_ms for hour in hours] == [low, *(hour.end_ms for hour in hours[:-1])]
    assert hours[-1].end_ms == high
    assert len({(hour.date, hour.hour, hour.turn) for hour in hours}) == len(hours)
    instant = low + int((high - low) * part)
    found = next(hour for hour in hours if hour.start_ms <= instant < hour.end_ms)
    first, last, here = (dt.datetime.fromtimestamp(ms / 1000, ZoneInfo(zone)) for ms in (found.start_ms, found.end_ms - 1, instant))
    assert {(moment.date(), moment.hour, moment.utcoffset()) for moment in (first, last, here)} == {(found.date, found.hour, here.utcoffset())}
    # It is the longest such stretch: with the instant before it, or the one after it, something is another.
    for other in (found.start_ms - 1, found.end_ms):
        moment = dt.datetime.fromtimestamp(other / 1000, ZoneInfo(zone))
        assert (moment.date(), moment.hour, moment.utcoffset()) != (found.date, found.hour, here.utcoffset())
    assert hour_ms(hour_name(found.start_ms, zone)) == found.start_ms


def test_offsets_are_found_to_the_second_also_on_a_short_day() -> None:
    low, high = parse_period("2026-03-29", "x").bounds_ms("Europe/Berlin")
    assert offsets(low, high, "Europe/Berlin") == ((low, HOUR_MS), (low + 2 * HOUR_MS, 2 * HOUR_MS))
    low, high = parse_period("2010-03-26:2010-03-28", "x").bounds_ms("Asia/Gaza")
    assert offsets(low, high, "Asia/Gaza")[1] == (low + 24 * HOUR_MS + MINUTE_MS, 3 * HOUR_MS)


def pairs(period: str, other: str, zone: str) -> list[tuple[str, str]]:
    found = beside(parse_period(period, "x"), parse_period(other, "x"), zone)
    return [(hour_name(now, zone)[11:13], hour_name(then, zone)[5:13]) for now, then in found.items()]


def test_hours_meet_by_the_clock_on_the_wall() -> None:
    twice = pairs("2026-10-25", "2026-10-18", "Europe/Berlin")
    assert (len(twice), twice[1:4]) == (25, [("01", "10-18T01"), ("02", "10-18T02"), ("02", "10-18T02")])
    after = pairs("2026-11-01", "2026-10-25", "Europe/Berlin")
    assert len(after) == 24
    first = beside(parse_period("2026-11-01", "x"), parse_period("2026-10-25", "x"), "Europe/Berlin")
    assert hour_name(first[hour_ms("2026-11-01T02:00:00+01:00")], "Europe/Berlin") == "2026-10-25T02:00:00+02:00"
    both = beside(parse_period("2026-10-25", "x"), parse_period("2025-10-26", "x"), "Europe/Berlin")
    assert hour_name(both[hour_ms("2026-10-25T02:00:00+01:00")], "Europe/Berlin") == "2025-10-26T02:00:00+01:00"
    skipped = [now for now, _ in pairs("2026-04-05", "2026-03-29", "Europe/Berlin")]
    assert ("02" in skipped, len(skipped)) == (False, 23)
    assert len(pairs("2026-03-29", "2026-03-22", "Europe/Berlin")) == 23
    assert pairs("2026-11-02:2026-11-03", "2026-10-26:2026-10-27", "Asia/Shanghai")[24] == ("00", "10-27T00")


def test_an_hour_is_whole_when_it_is_over_a_second_short_being_none() -> None:
    hours = hours_of(parse_period("2026-11-03", "x"), "Asia/Shanghai")
    at = hour_ms("2026-11-03T14:00:00+08:00")
    found = [last_whole_hour(hours, ms) for ms in (at, at - 1_000, at - 1_001, at + HOUR_MS - 1_001, hours[0].start_ms)]
    assert [None if hour is None else hour.hour for hour in found] == [13, 13, 12, 13, None]
