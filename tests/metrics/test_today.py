"""The 09:00 page: five figures, the band, why, what is late; frozen once, with what changed since beside it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from windsock.jobs import JobContext
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period
from windsock.metrics import MetricQuery, answer
from windsock.metrics.jobs import JOB_KINDS, SCHEDULES
from windsock.metrics.queries import source_marks
from windsock.metrics.standup.today import compose, freeze, today
from windsock.metrics.store import Frozen, keep_snapshot, read_snapshot

D = Decimal
TODAY = dt.date(2026, 1, 1)
YESTERDAY = dt.date(2025, 12, 31)
SEVEN = dt.datetime(2026, 1, 1, 7)  # noqa: DTZ001 - the shop gives it its zone
HOUR_MS = 3_600_000


@pytest.fixture
def trading(shop):
    """120 days of trade: 10 visitors and 1 direct order of 100 a day, an agency order of 200; yesterday 8 visitors and 2 orders."""
    for back in range(1, 121):
        day = TODAY - dt.timedelta(days=back)
        shop.order(day, "web", "100.00" if back % 7 else "110.00")
        shop.order(day, "agent", "200.00", take="0.1", sold_as="agency")
        if back <= 40:
            shop.visits(day, 8 if back == 1 else 10)
    shop.order(YESTERDAY, "app", "50.00")
    shop.source("bookings", "orders", SEVEN)
    shop.source("site", "events", SEVEN - dt.timedelta(hours=20))
    shop.save()
    return shop.workspace


def card_of(page, name):
    return next(card for card in page["cards"] if card["metric"] == name)


def test_the_five_cards_of_yesterday(trading):
    page = today(trading).json()
    assert page["date"] == "2025-12-31"
    assert [card["metric"] for card in page["cards"]] == ["revenue", "uv", "conversion", "average_order_value", "take_rate"]
    revenue = card_of(page, "revenue")
    assert (revenue["value"], revenue["previous"], revenue["same_weekday"]) == ("170.00", "120.00", "120.00")
    assert (revenue["change_rate"], revenue["direction"], revenue["complete"], revenue["unit"]) == ("0.416666666667", "up", True, "money")
    assert len(revenue["spark"]) == 28
    assert revenue["spark"][-1] == {"period": "2025-12-31", "value": "170.00"}
    assert (card_of(page, "uv")["value"], card_of(page, "uv")["complete"]) == (8, False)
    assert (card_of(page, "conversion")["value"], card_of(page, "conversion")["complete"]) == ("0.25", False)
    assert card_of(page, "average_order_value")["value"] == "116.666666666667"
    assert card_of(page, "take_rate")["title"]["zh"]


def test_every_card_is_the_metric_of_the_library(trading):
    page = today(trading).json()
    asked = tuple(card["metric"] for card in page["cards"])
    as_of_ms = trading.clock.now_ms()
    (row,) = answer(trading, MetricQuery(metrics=asked, period=Period(YESTERDAY, YESTERDAY), as_of_ms=as_of_ms)).json()["rows"]
    assert {card["metric"]: D(card["value"]) for card in page["cards"]} == {name: D(row[name]) for name in asked}


def test_the_band_line_and_why(trading):
    page = today(trading).json()
    points = page["band"]["points"]
    assert (len(points), points[0]["period"], points[-1]["period"]) == (56, "2025-11-06", "2025-12-31")
    assert points[-1] == {"period": "2025-12-31", "value": "170.00", "low": "120.00", "high": "120.00", "expected": "120.00", "partial": False}
    assert all(point["expected"] is not None for point in points)
    why = page["why"]
    assert (why["from"]["start"], why["to"]["start"]) == ("2025-12-24", "2025-12-31")
    assert sum(D(step["amount"]) for step in why["waterfall"][:-1]) == D(why["waterfall"][-1]["amount"]) == 170
    assert why["sentences"][0]["zh"] == "收入上升 41.7%：+50.00 元"


def test_late_sources_are_told(trading):
    late = {row["source"]: row for row in today(trading).json()["late"]}
    assert (late["bookings"]["state"], late["bookings"]["lag_ms"]) == ("ok", HOUR_MS)
    assert (late["site"]["lag_ms"], late["site"]["complete_until"]) == (21 * HOUR_MS, "2025-12-31T11:00:00+08:00")
    assert late["site"]["note"]["en"] == "Complete until 2025-12-31 11:00."


def test_the_page_is_frozen_and_shows_what_changed_since(trading, shop, clock):
    first = today(trading).json()
    assert first["changed_since"] == []
    clock.advance(seconds=3600)
    shop.known_from_ms = clock.now_ms()
    shop.order(YESTERDAY, "web", "30.00")
    shop.save()
    later = today(trading).json()
    assert later["snapshot"] == first["snapshot"]
    assert later["cards"] == first["cards"]
    changed = {row["metric"]: (row["at_snapshot"], row["now"]) for row in later["changed_since"]}
    assert changed["revenue"] == ("170.00", "200.00")
    assert changed["conversion"] == ("0.25", "0.375")
    assert "uv" not in changed


def test_a_frozen_page_is_the_same_question_as_of_its_snapshot(trading, shop, clock):
    page = today(trading)
    assert page.frozen is not None
    clock.advance(seconds=60)
    shop.known_from_ms = clock.now_ms()
    shop.order(YESTERDAY, "web", "30.00")
    shop.save()
    found = answer(trading, MetricQuery(metrics=("revenue",), period=Period(YESTERDAY, YESTERDAY), as_of_ms=page.frozen.as_of_ms))
    assert found.json()["rows"][0]["revenue"] == card_of(page.json(), "revenue")["value"]


def test_a_page_holds_only_what_was_known_by_then(trading, shop, clock):
    then, marks = clock.now_ms(), source_marks(trading.warehouse)
    clock.advance(seconds=60)
    shop.known_from_ms = clock.now_ms()
    shop.order(YESTERDAY, "web", "30.00")
    shop.save()
    assert compose(trading, marks, YESTERDAY, then)["values"]["revenue"] == "170.00"
    assert compose(trading, marks, YESTERDAY, clock.now_ms())["values"]["revenue"] == "200.00"


def test_few_statements_make_a_page(trading, counted):
    counted()
    today(trading)
    assert counted() <= 8
    today(trading)
    assert counted() <= 2, "a frozen page asks nothing while nothing was loaded"


def test_the_job_freezes_yesterday_once(trading, clock):
    (kind,) = JOB_KINDS
    kind.run(trading, JobContext({}))
    with trading.records.read() as session:
        first = read_snapshot(session, "2025-12-31")
    assert first is not None
    clock.advance(seconds=60)
    kind.run(trading, JobContext({}))
    again = freeze(trading)
    assert again == first
    assert (SCHEDULES[0].kind, SCHEDULES[0].at_local) == ("metrics.snapshot", "08:45")


def test_whoever_freezes_first_wins(trading):
    with trading.records.write() as session:
        one = keep_snapshot(session, Frozen("a", "2025-12-01", 1, {"x": 1}), 1)
        two = keep_snapshot(session, Frozen("b", "2025-12-01", 2, {"x": 2}), 2)
    assert one == two == Frozen("a", "2025-12-01", 1, {"x": 1})


def test_before_a_quarter_to_nine_the_last_frozen_day_is_shown(trading, clock):
    before = YESTERDAY - dt.timedelta(days=1)
    freeze(trading, before)
    assert today(trading).date == before
    clock.advance(seconds=46 * 60)
    assert today(trading).date == YESTERDAY


def test_a_day_that_is_not_over_is_not_frozen(trading):
    page = today(trading, TODAY)
    assert page.frozen is None
    assert page.json()["snapshot"] is None
    assert card_of(page.json(), "revenue")["value"] is None
    with pytest.raises(InvalidInput, match="has not come yet"):
        today(trading, TODAY + dt.timedelta(days=1))


def test_old_data_opens_at_its_last_day(shop):
    for back in range(60):
        shop.order(dt.date(2017, 8, 31) - dt.timedelta(days=back), "ota_a", "80.00", take=None)
    shop.source("hotel", "orders", dt.datetime(2017, 9, 14), payment_known=False)  # noqa: DTZ001 - the shop gives it its zone
    shop.save()
    page = today(shop.workspace).json()
    assert page["date"] == "2017-08-31"
    assert card_of(page, "revenue")["value"] == "80.00"
    assert (card_of(page, "uv")["value"], card_of(page, "conversion")["value"]) == (None, None)
    assert "tree_clock_arrival" in {note["code"] for note in page["notes"]}
    assert page["late"][0]["state"] == "silent"


def test_a_day_without_any_order_is_shown_as_such(shop):
    for back in range(2, 40):
        shop.order(TODAY - dt.timedelta(days=back), "web", "10.00")
        shop.visits(TODAY - dt.timedelta(days=back), 5)
    shop.visits(YESTERDAY, 4)
    shop.source("bookings", "orders", SEVEN)
    shop.source("site", "events", SEVEN)
    shop.save()
    page = today(shop.workspace).json()
    assert page["date"] == "2025-12-31"
    assert {card["metric"]: card["value"] for card in page["cards"]} == {
        "revenue": "0.00",
        "uv": 4,
        "conversion": "0",
        "average_order_value": None,
        "take_rate": None,
    }
    assert page["why"]["sentences"][0]["en"] == "Revenue fell 100 %: −10.00 CNY"
    shop.order(TODAY, "web", "10.00")
    shop.save()
    assert today(shop.workspace).json()["changed_since"] == []


def test_a_day_without_any_visit_is_zero_and_a_source_without_data_is_silent(shop):
    for back in range(1, 10):
        shop.order(TODAY - dt.timedelta(days=back), "web", "10.00")
    shop.visits(TODAY - dt.timedelta(days=3), 5)
    shop.source("bookings", "orders", SEVEN)
    shop.source("site", "events", SEVEN)
    shop.rows["source"].append({"source": "app", "kind": "stock", "name": "app", "complete_until_ms": None, "payment_known": None})
    shop.save()
    page = today(shop.workspace).json()
    assert (card_of(page, "uv")["value"], card_of(page, "conversion")["value"]) == (0, None)
    assert [point["value"] for point in card_of(page, "uv")["spark"][-4:]] == [None, 5, 0, 0]
    assert {row["source"]: row["state"] for row in page["late"]} == {"bookings": "ok", "site": "ok", "app": "silent"}


def test_few_statements_make_a_page_without_payments(shop, counted):
    test_old_data_opens_at_its_last_day(shop)
    assert counted() <= 8
    today(shop.workspace)
    assert counted() <= 2


def test_an_empty_workspace_has_an_empty_page(shop):
    shop.save()
    page = today(shop.workspace)
    told = page.json()
    assert page.frozen is None
    assert {card["value"] for card in told["cards"]} == {None}
    assert (told["why"], told["late"], told["changed_since"]) == (None, [], [])
    assert freeze(shop.workspace) is None


def test_days_before_the_data_are_unknown_and_quiet_days_are_zero(shop):
    for back in (1, 2, 4, 30):
        shop.order(TODAY - dt.timedelta(days=back), "web", "10.00")
    shop.source("bookings", "orders", SEVEN)
    shop.save()
    points = {point["period"]: point["value"] for point in today(shop.workspace).json()["band"]["points"]}
    assert (points["2025-12-31"], points["2025-12-29"], points["2025-12-02"], points["2025-12-01"]) == ("10.00", "0.00", "10.00", None)
