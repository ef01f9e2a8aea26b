"""Buckets and dimensions of time against Python's own calendar: at the edges of days, in zones with and without summer time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlglot import exp, parse_one

from tests.metrics import make
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period, bucket_start, parse_period
from windsock.metrics import MetricQuery, answer
from windsock.metrics.facts_shape import ClockColumn
from windsock.metrics.model.calendar import fiscal_quarter, fiscal_year, holidays
from windsock.metrics.time_buckets import bucket_sql, offsets
from windsock.metrics.time_dimensions import TimeFrame, time_sql
from windsock.workspace import Workspace

ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "UTC"]
MS = ClockColumn("x.ms", "ms")
NAMES = ("date", "week", "month", "quarter", "year", "hour", "weekday", "day_type", "holiday", "fiscal_year", "fiscal_quarter")


def asked(workspace: Workspace, instants: list[int], columns: dict[str, exp.Expr]) -> list[dict[str, object]]:
    values = ", ".join(f"({instant})" for instant in instants)
    select = exp.select("x.ms", *[exp.alias_(column, name, quoted=True) for name, column in columns.items()])
    return workspace.warehouse.query(select.from_(parse_one(f"SELECT 1 FROM (VALUES {values}) AS x(ms)").args["from_"].this)).to_pylist()


def expected(moment: dt.datetime, fiscal: int) -> dict[str, object]:
    day = moment.date()
    off = [holiday.code for holiday in holidays(day.year) if holiday.public and holiday.start <= day <= holiday.end]
    kind = "holiday" if off else "weekend" if day.isoweekday() > 5 else "weekday"
    buckets = {grain: bucket_start(day, grain) for grain in ("week", "month", "quarter", "year")}
    return {
        "date": day, **buckets, "hour": moment.hour, "weekday": day.isoweekday(), "day_type": kind, "holiday": off[0] if off else None,
        "fiscal_year": fiscal_year(day, fiscal), "fiscal_quarter": f"{fiscal_year(day, fiscal)}-Q{fiscal_quarter(day, fiscal)}",
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("fiscal", [1, 4])
def test_every_dimension_of_time_is_what_the_clock_on_the_wall_says(workspace: Workspace, zone: str, fiscal: int) -> None:
    """Half hours of a year with the minutes around midnight and around both changes of summer time."""
    period = parse_period("2025-12-20:2026-12-20", "x")
    low, high = period.bounds_ms(zone)
    instants = list(range(low, high, 1_800_000 * 7))
    for at, _ in offsets(period, zone):
        instants += [at + step for step in (-3_600_001, -1, 0, 1, 3_599_999, 3_600_000)]
    for day in ("2026-01-01", "2026-02-16", "2026-03-29", "2026-10-25", "2026-11-01"):
        start, _ = parse_period(day, "x").bounds_ms(zone)
        instants += [start - 1, start, start + 1]
    instants = [instant for instant in instants if low <= instant < high]
    frame = TimeFrame(period, zone, 0, fiscal)
    for row in asked(workspace, instants, {name: time_sql(name, MS, frame) for name in NAMES}):
        moment = dt.datetime.fromtimestamp(int(str(row.pop("ms"))) / 1000, ZoneInfo(zone))
        assert row == expected(moment, fiscal), moment


@pytest.mark.parametrize(("zone", "day", "hours"), [
    ("Europe/Berlin", "2026-03-29", 23), ("Europe/Berlin", "2026-10-25", 25), ("America/New_York", "2026-03-08", 23),
    ("America/New_York", "2026-11-01", 25), ("Asia/Shanghai", "2026-03-29", 24), ("Australia/Lord_Howe", "2026-04-05", 24.5),
])  # fmt: skip
def test_a_day_has_its_hours(workspace: Workspace, zone: str, day: str, hours: float) -> None:
    period = parse_period(day, "x")
    low, high = period.bounds_ms(zone)
    assert high - low == hours * 3_600_000
    around = Period(period.start - dt.timedelta(days=2), period.end + dt.timedelta(days=2))
    quarter = 900_000
    instants = list(range(low - 4 * quarter, high + 4 * quarter, quarter))
    found = Counter(row["d"] for row in asked(workspace, instants, {"d": bucket_sql(MS, "day", around, zone, 0)}))
    assert found[period.start] == hours * 4
    assert sum(found.values()) == hours * 4 + 8


@given(st.integers(0, 6), st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)))
@example(6, dt.date(2026, 3, 1))
def test_weeks_start_when_they_should(start: int, day: dt.date) -> None:
    monday = bucket_start(day, "week", start)
    assert monday.weekday() == start
    assert 0 <= (day - monday).days < 7


def test_days_end_at_midnight_in_the_zone_of_the_site(workspace: Workspace) -> None:
    """Shanghai is eight hours ahead: 15:59:59 UTC is still today, 16:00 UTC is tomorrow."""
    rows = [
        {"did": 1, "ts_ms": int(dt.datetime(2026, 3, 1, 15, 59, 59, 999000, tzinfo=dt.UTC).timestamp() * 1000), "dt": dt.date(2026, 3, 1)},
        {"did": 2, "ts_ms": int(dt.datetime(2026, 3, 1, 16, tzinfo=dt.UTC).timestamp() * 1000), "dt": dt.date(2026, 3, 1)},
        {"did": 3, "ts_ms": int(dt.datetime(2026, 2, 28, 16, tzinfo=dt.UTC).timestamp() * 1000), "dt": dt.date(2026, 2, 28)},
    ]
    make.load(workspace, {"event": [row | {"event": "page_view"} for row in rows]})
    query = MetricQuery(metrics=("page_views",), period=parse_period("2026-03-01:2026-03-02", "x"), grain="day", with_total=True)
    found = answer(workspace, query)
    assert [(row["period"], row["page_views"]) for row in found.rows] == [("2026-03-01", 2), ("2026-03-02", 1)]
    assert found.total == {"page_views": 3}
    hours = answer(workspace, MetricQuery(metrics=("page_views",), period=query.period, by=("date", "hour")))
    assert [(row["date"], row["hour"]) for row in hours.rows] == [("2026-03-01", 0), ("2026-03-01", 23), ("2026-03-02", 0)]


def test_a_clock_of_dates_has_no_hours(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput, match="knows dates, not hours"):
        answer(workspace, MetricQuery(metrics=("booked_amount",), period=parse_period("2026-03-01", "x"), by=("hour",)))
