"""The rules of restatement by hand: when a day is closed, DST too; what a change is; which cause is which."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.metrics.restate.company import ms
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period
from windsock.metrics.restate.model import CAUSES_MAX, Change, Seen, causes_of, check_asked, closes_ms, settled

D = dt.date(2026, 1, 5)
NINE = dt.time(9)


@pytest.mark.parametrize(
    ("day", "lag", "today_at", "zone", "closed"),
    [
        ("2026-01-05", 0, "09:00", "Asia/Shanghai", "2026-01-06T09:00"),
        ("2026-01-05", 8, "09:00", "Asia/Shanghai", "2026-01-06T09:00"),
        ("2026-01-05", 24, "09:00", "Asia/Shanghai", "2026-01-07T00:00"),
        ("2026-01-05", 48, "08:45", "Asia/Shanghai", "2026-01-08T00:00"),
        ("2026-03-29", 0, "08:45", "Europe/Berlin", "2026-03-30T08:45"),
        ("2026-03-28", 24, "08:45", "Europe/Berlin", "2026-03-30T01:00"),
        ("2026-03-28", 3, "02:30", "Europe/Berlin", "2026-03-29T04:00"),
        ("2026-10-24", 24, "08:45", "Europe/Berlin", "2026-10-25T23:00"),
        ("2026-10-25", 24, "08:45", "Europe/Berlin", "2026-10-27T00:00"),
    ],
)
def test_a_day_is_closed_by_its_lag_and_never_before_it_was_told(day: str, lag: int, today_at: str, zone: str, closed: str):
    assert closes_ms(dt.date.fromisoformat(day), lag, dt.time.fromisoformat(today_at), zone) == ms(closed, zone)


def test_a_change_is_told_with_its_difference_and_share():
    one = Change("revenue", 1, Decimal("200.00"), Decimal("250.00"))
    assert (one.restated, one.difference, one.share) == (True, Decimal("50.00"), Decimal("0.25"))
    assert Change("revenue", 1, Decimal(-3), Decimal(-2)).share == Decimal("0.333333")
    assert not Change("orders", 1, 2, 2).restated
    assert Change("orders", 1, 0, 2).share is None
    gone = Change("adr", 1, Decimal(3), None)
    assert (gone.restated, gone.difference, gone.share) == (True, None, None)
    assert (settled(None, adds=True), settled(None, adds=False), settled(3, adds=True)) == (0, None, 3)


def seen(how: str, at: int = 5, rows: int = 1, **given: object) -> Seen:
    base = {"day": D, "how": how, "source": "s", "batch_id": None, "system": False, "rows": rows, "first_ms": at, "last_ms": at}
    return Seen(**(base | given))  # pyright: ignore[reportArgumentType]


def test_causes_by_hand():
    found = causes_of(
        [
            seen("batch", 10, 9, batch_id="b1"),
            seen("batch", 11, 8, batch_id="b2", system=True),
            seen("undo", 20, 3, batch_id="b3"),
            seen("restored", 20, 7, batch_id="b0"),
            seen("restored", 40, 6, batch_id="b9"),
            seen("late", 30, 5),
            seen("late", 31, 4),
            seen("taken", 50, 3, batch_id="b4"),
            seen("place", 51, 2),
            seen("merge", 60, 1, source=""),
        ]
    )[D]
    assert [(one.kind, one.batch_id, one.rows, one.exact) for one in found] == [
        ("import", "b1", 9, True),
        ("feed", "b2", 8, True),
        ("undo", "b3", 7, True),
        ("correction", "b9", 6, True),
        ("late", None, 5, True),
        ("undo", "b4", 3, False),
        ("correction", None, 2, False),
        ("merge", None, 1, True),
    ]
    late = next(one for one in found if one.kind == "late")
    assert (late.first_ms, late.last_ms) == (30, 31)


def test_many_causes_are_counted_together():
    found = causes_of([seen("batch", place, 100 - place, batch_id=f"b{place}") for place in range(30)])[D]
    assert len(found) == CAUSES_MAX + 1
    assert (found[-1].batch_id, found[-1].rows) == (None, sum(100 - place for place in range(20, 30)))


def test_what_is_too_much_is_refused():
    day = dt.date(2026, 1, 1)
    check_asked(Period(day, day + dt.timedelta(days=61)), ["revenue"])
    for period, names, where in (
        (Period(day, day + dt.timedelta(days=62)), ["revenue"], "from / to"),
        (Period(day, day), [], "metrics"),
        (Period(day, day), [str(n) for n in range(13)], "metrics"),
        (Period(day, day), ["uv", "uv"], "metrics"),
    ):
        with pytest.raises(InvalidInput) as refused:
            check_asked(period, names)
        assert refused.value.where == where
