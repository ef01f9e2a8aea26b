"""Occurrences of schedules: right across the change of clocks, once each, one for all that were missed."""

from __future__ import annotations

import datetime as dt
import threading
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.jobs.make import NOW
from windsock import jobs
from windsock.jobs.model import BACKOFF_MOST_MS, backoff_ms
from windsock.kernel.errors import Broken
from windsock.records import Records

DAY = 86_400_000
ZONES = ["UTC", "Asia/Shanghai", "Europe/Rome", "America/New_York", "Australia/Lord_Howe", "America/Santiago"]


def at(text: str, zone: str) -> int:
    return round(dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def daily(time: str = "08:45") -> jobs.Schedule:
    return jobs.Schedule("test.morning", "test.work", at_local=time)


def tick(records: Records, now: int, *schedules: jobs.Schedule, zone: str = "Europe/Rome") -> list[str]:
    return jobs.tick(records, schedules or (daily(),), zone, now)


def test_a_daily_time_is_local_on_both_sides_of_the_change():
    before = jobs.latest_occurrence(daily(), at("2026-03-28T12:00", "Europe/Rome"), "Europe/Rome")
    after = jobs.latest_occurrence(daily(), at("2026-03-29T12:00", "Europe/Rome"), "Europe/Rome")
    assert (before.label, after.label) == ("2026-03-28", "2026-03-29")
    assert after.ms - before.ms == 23 * 3_600_000


def test_a_skipped_time_comes_an_hour_later_and_a_repeated_one_the_first_time():
    skipped = jobs.latest_occurrence(daily("02:30"), at("2026-03-29T12:00", "Europe/Rome"), "Europe/Rome")
    assert skipped.ms == at("2026-03-29T03:30", "Europe/Rome")
    repeated = jobs.latest_occurrence(daily("02:30"), at("2026-10-25T12:00", "Europe/Rome"), "Europe/Rome")
    assert dt.datetime.fromtimestamp(repeated.ms / 1000, dt.UTC).isoformat() == "2026-10-25T00:30:00+00:00"


@given(st.integers(1_500_000_000_000, 2_000_000_000_000), st.sampled_from(ZONES), st.times())
def test_each_civil_date_has_one_occurrence_and_none_lies_ahead(now, zone, time):
    schedule = daily(f"{time:%H:%M}")
    found = jobs.latest_occurrence(schedule, now, zone)
    assert found.ms <= now
    assert now - found.ms < 25 * 3_600_000
    assert jobs.latest_occurrence(schedule, found.ms, zone) == found
    before = jobs.latest_occurrence(schedule, found.ms - 1, zone)
    assert dt.date.fromisoformat(found.label) - dt.date.fromisoformat(before.label) == dt.timedelta(days=1)


@given(st.integers(0, 2_000_000_000_000), st.integers(1, 100_000))
def test_intervals_are_counted_from_1970(now, every):
    found = jobs.latest_occurrence(jobs.Schedule("test.often", "test.work", every_s=every), now, "UTC")
    assert found.ms <= now < found.ms + every * 1000
    assert found.ms % (every * 1000) == 0


def test_a_new_schedule_starts_with_its_next_occurrence(records: Records):
    start = at("2026-01-01T12:00", "Europe/Rome")
    assert tick(records, start) == []
    assert tick(records, at("2026-01-02T08:44", "Europe/Rome")) == []
    first = tick(records, at("2026-01-02T08:45", "Europe/Rome"))
    assert len(first) == 1
    assert tick(records, at("2026-01-02T23:00", "Europe/Rome")) == []
    with records.read() as session:
        job = jobs.read(session, first[0])
    assert (job.kind, job.key, job.payload["occurrence"]) == ("test.work", "schedule:test.morning:2026-01-02", "2026-01-02")


def test_missed_occurrences_are_made_up_for_by_one(records: Records):
    tick(records, at("2026-01-01T12:00", "Europe/Rome"))
    assert len(tick(records, at("2026-01-09T12:00", "Europe/Rome"))) == 1
    assert tick(records, at("2026-01-09T13:00", "Europe/Rome")) == []
    assert len(tick(records, at("2026-01-10T13:00", "Europe/Rome"))) == 1


def test_a_clock_set_back_repeats_nothing_and_one_set_forward_is_mended(records: Records):
    tick(records, at("2026-01-01T12:00", "Europe/Rome"))
    (ran,) = tick(records, at("2026-01-02T09:00", "Europe/Rome"))
    assert tick(records, at("2026-01-02T08:00", "Europe/Rome")) in ([], [ran])
    assert tick(records, at("2026-01-02T09:30", "Europe/Rome")) in ([], [ran])
    (wrong,) = tick(records, at("2027-01-01T09:00", "Europe/Rome"))
    assert tick(records, at("2026-01-02T10:00", "Europe/Rome")) == []
    again = tick(records, at("2026-01-03T09:00", "Europe/Rome"))
    assert len(again) == 1
    assert again[0] not in (ran, wrong)


def test_an_occurrence_becomes_one_job_however_many_look(records: Records):
    schedules = [jobs.Schedule(f"test.often_{number}", "test.work", every_s=60) for number in range(5)]
    tick(records, NOW - 60_000, *schedules)
    asked: list[str] = []
    start = threading.Barrier(4)

    def look() -> None:
        start.wait()
        asked.extend(tick(records, NOW, *schedules))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(asked)) == 5
    with records.read() as session:
        assert len(jobs.read_page(session).items) == 5


@pytest.mark.parametrize("words", [{}, {"at_local": "8:45"}, {"at_local": "25:00"}, {"every_s": 0}, {"at_local": "08:45", "every_s": 5}])
def test_what_can_be_no_schedule_is_refused(words):
    with pytest.raises(Broken):
        jobs.Schedule("test.morning", "test.work", **words)


def test_names_and_attempts_are_checked():
    for make in (
        lambda: jobs.JobKind("Bad name", print),
        lambda: jobs.JobKind("test.work", print, attempts=0),
        lambda: jobs.Reaction("test.react", "Bad", print),
        lambda: jobs.Reaction("x" * 81, "test.happened", print),
    ):
        with pytest.raises(Broken):
            make()


@given(st.integers(1, 1000))
def test_rests_grow_to_an_hour(attempt):
    assert backoff_ms(attempt) <= backoff_ms(attempt + 1) <= BACKOFF_MOST_MS
    assert backoff_ms(1) == 5_000
