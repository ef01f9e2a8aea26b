"""What may come is read from the stores as the slow telling reads it: dates with their bookings, limits with their paths, and whether it came."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from tests.metrics import make
from tests.monitoring.forecasters.oracles import chances
from tests.monitoring.make import DAY, HOUR, START, at, put, whole
from windsock.kernel.clock import start_of_day_ms
from windsock.monitoring.forecasters.ask_breach import watched
from windsock.monitoring.forecasters.ask_stock import dated
from windsock.monitoring.forecasters.keep import look_at_stock, look_hourly
from windsock.monitoring.forecasters.kept import Forewarning
from windsock.monitoring.forecasters.look import hourly_outcomes
from windsock.monitoring.forecasters.said import sentence
from windsock.monitoring.forecasters.store import page
from windsock.warehouse import statement
from windsock.workspace import Workspace

TODAY = dt.date(2026, 11, 1)
ZONE = "Asia/Shanghai"
SEATS = 10
Taken = dict[tuple[dt.date, int], int]


def fly(workspace: Workspace) -> Taken:
    """Sell a flight of 10 seats on each of 60 dates up to 5 days ahead: lines booked and given back, by date and days before travel."""
    chance, taken, lines, nights, stock = np.random.default_rng(4), Taken(), list[Any](), list[Any](), list[Any]()
    for number in range(-55, 6):
        date, sold = TODAY + number * dt.timedelta(days=1), 0
        for lead in range(12, max(0, number + 1) - 1, -1):
            for _ in range(int(chance.integers(0, 3))):
                booked, back = date - lead * dt.timedelta(days=1), int(chance.integers(0, lead + 1)) if chance.random() < 0.15 else None
                gone = back is not None and date - back * dt.timedelta(days=1) < TODAY
                key = len(lines) + 1
                lines.append({
                    "order_key": key, "line_no": 1, "kind": "flight", "goods_id": "f1", "booked_date": booked, "cancelled": gone,
                    "cancelled_ms": start_of_day_ms(date - (back or 0) * dt.timedelta(days=1), ZONE) + HOUR if gone else None,
                })  # fmt: skip
                nights.append({"order_key": key, "line_no": 1, "travel_date": date, "units": 1})
                taken[date, lead] = taken.get((date, lead), 0) + 1
                if gone and back is not None:
                    taken[date, back] = taken.get((date, back), 0) - 1
                sold += not gone
        stock.append({"goods_id": "f1", "travel_date": date, "capacity": SEATS, "sold": sold, "known_from_ms": 0, "hard": True})
    old = {"order_key": 9_999, "line_no": 1, "kind": "flight", "goods_id": "f0", "booked_date": TODAY - dt.timedelta(days=120)}
    goods = [{"goods_id": "f1", "kind": "flight", "route": "TAO-SHA", "name_en": "F1", "name_zh": "航班一"}]
    make.load(workspace, {"goods": goods, "stock_day": stock, "order_line": [*lines, old], "travel_day": nights})
    until = start_of_day_ms(TODAY, ZONE)
    row = {"source": "o", "kind": "orders", "name": "o", "complete_until_ms": until, "last_loaded_ms": until, "expected_lag_ms": HOUR}
    make.load(workspace, {"source": [row]})
    at(workspace, until + HOUR)
    return taken


def test_dates_are_judged_as_the_slow_telling_judges_them(workspace: Workspace) -> None:
    taken = fly(workspace)
    found = dated(workspace)
    assert [one.date for one in found] == [TODAY + number * dt.timedelta(days=1) for number in range(6)]

    def row(date: dt.date, sold: float) -> tuple[float, float, list[float]]:
        return float(SEATS), sold, [float(taken.get((date, lead), 0)) for lead in range(38)]

    def total(date: dt.date) -> float:
        return float(sum(units for (day, _), units in taken.items() if day == date))

    judged = 0
    for lead, one in enumerate(found):
        assert one.sold == total(one.date)
        if one.course is None:
            assert one.left <= 0
            continue
        former = [TODAY - back * dt.timedelta(days=1) for back in range(1, 56)]
        rows = [row(date, total(date)) for date in former]
        now = (float(SEATS), one.sold, float(sum(row(one.date, 0)[2][lead + 1 : lead + 8])))
        out, empty, _ = chances(rows, lead, now, one.course.floor)
        assert (one.course.sold_out, one.course.empty) == (pytest.approx(out), pytest.approx(empty))
        judged += 1
    assert judged >= 3


def test_a_date_that_sold_out_was_warned_of_rightly(workspace: Workspace) -> None:
    fly(workspace)
    look_at_stock(workspace)
    with workspace.records.read() as session:
        before = page(session, None, "sold_out", 50, None)
    assert before
    with workspace.warehouse.transaction() as tx:
        tx.execute(statement("UPDATE stock_day SET sold = 10 WHERE travel_date = $day"), {"day": dt.date.fromisoformat(before[0].what.about["date"])})
    look_at_stock(workspace)
    with workspace.records.read() as session:
        after = {one.id: one.outcome for one in page(session, None, "sold_out", 50, None)}
    assert after[before[0].id] == "hit"
    assert list(after.values()).count("hit") == 1


def test_an_oversold_date_is_told_and_was_so_or_was_not(workspace: Workspace) -> None:
    """Two dates are sold beyond their ten seats: one is mended before it flies, the other is not."""
    fly(workspace)
    for days in range(-60, 6):
        _sell(workspace, TODAY + dt.timedelta(days=days), SEATS)
    mended, kept = (TODAY + dt.timedelta(days=days) for days in (1, 2))
    _sell(workspace, mended, SEATS + 3)
    _sell(workspace, kept, SEATS + 1)
    look_at_stock(workspace)
    found = [(one.what.about["date"], one.what.about["over"], one.what.probability, one.state) for one in _oversold(workspace)]
    assert found == [(mended.isoformat(), 3.0, 1.0, "open"), (kept.isoformat(), 1.0, 1.0, "open")]
    assert all(one.told_ms for one in _oversold(workspace))
    assert sentence(_oversold(workspace)[0], ZONE, "en").endswith(": 3 more sold than there are (13 of 10)")
    _sell(workspace, mended, SEATS)
    look_at_stock(workspace)
    assert [(one.state, one.outcome) for one in _oversold(workspace)] == [("gone", None), ("open", None)]
    later = start_of_day_ms(TODAY + dt.timedelta(days=4), ZONE)
    with workspace.warehouse.transaction() as tx:
        tx.execute(statement("UPDATE source SET complete_until_ms = $until"), {"until": later})
    at(workspace, later)
    look_at_stock(workspace)
    assert [one.outcome for one in _oversold(workspace)] == ["false", "hit"]


def test_who_sells_two_seats_beyond_each_day_is_told_of_the_third(workspace: Workspace) -> None:
    fly(workspace)
    for days in range(-60, 6):
        _sell(workspace, TODAY + dt.timedelta(days=days), SEATS + (2 if days % 2 else 0))
    third = TODAY + dt.timedelta(days=2)
    _sell(workspace, third, SEATS + 3)
    look_at_stock(workspace)
    assert [(one.what.about["date"], one.what.about["usual_over"]) for one in _oversold(workspace)] == [(third.isoformat(), 2.0)]


def _sell(workspace: Workspace, day: dt.date, sold: int) -> None:
    with workspace.warehouse.transaction() as tx:
        tx.execute(statement("UPDATE stock_day SET sold = $sold WHERE travel_date = $day"), {"day": day, "sold": sold})


def _oversold(workspace: Workspace) -> list[Forewarning]:
    with workspace.records.read() as session:
        return sorted(page(session, None, "oversold", 50, None), key=lambda one: one.what.subject)


def searching(workspace: Workspace, days: int, until_hour: int) -> None:
    """Let 3 searches be made each hour, 1 on each second evening from 20 o'clock on."""
    rows: list[dict[str, Any]] = []
    for back in range(days, -1, -1):
        day = TODAY - back * dt.timedelta(days=1)
        for hour in range(24 if back else until_hour):
            ms = START - back * DAY + hour * HOUR
            rows += [
                {"did": 1, "ts_ms": ms + one, "dt": day, "event": "search", "channel": "web"} for one in range(1 if back % 2 and hour > 19 else 3)
            ]
    make.load(workspace, {"event": rows})
    whole(workspace, START + until_hour * HOUR)
    at(workspace, START + until_hour * HOUR)


def test_a_limit_that_is_passed_each_second_evening_is_as_likely_tonight(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    put(workspace, name="searching", metric="searches", by=[], every="1h", rule={"kind": "threshold", "below": 1.6}, worth=None, owner="web")
    searching(workspace, 57, 18)
    (one,) = [one for one in watched(workspace) if one.monitor.name == "searching"]
    assert one.passing is not None
    assert (one.value, one.passed, one.until_ms) == (3.0, False, START + 24 * HOUR)
    assert 0.3 < one.passing.probability < 0.7
    # By eight no former day fell within two hours.
    (later,) = [one for one in watched(workspace, 2) if one.monitor.name == "searching"]
    assert later.passing is not None
    assert later.passing.probability < 0.05
    # Kept, it is no more than a warning until it comes; then it was a hit.
    monkeypatch.setattr("windsock.monitoring.forecasters.keep.LIKELY", 0.3)
    assert look_hourly(workspace).new == 1
    with workspace.records.read() as session:
        (kept,) = page(session, None, "breach", 50, None)
    assert hourly_outcomes(workspace, [kept]) == {}
    make.load(workspace, {"event": [{"did": 1, "ts_ms": START + 18 * HOUR, "dt": TODAY, "event": "search", "channel": "web"}]})
    whole(workspace, START + 19 * HOUR)
    at(workspace, START + 19 * HOUR)
    assert hourly_outcomes(workspace, [kept]) == {kept.id: "hit"}
