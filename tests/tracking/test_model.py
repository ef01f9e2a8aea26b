"""The rules of events, case by case."""

from __future__ import annotations

import doctest
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.kernel.errors import Broken
from windsock.tracking import COLUMNS, activity_events, allowed, catalogue, makes_visitor, model, sessions
from windsock.tracking.model import LoadReport, intake

BUILT_IN = {
    "app_start",
    "page_view",
    "screen_view",
    "search",
    "list_view",
    "detail_view",
    "passengers_added",
    "ancillary_view",
    "ancillary_added",
    "checkout",
    "payment_attempted",
    "payment_succeeded",
    "payment_failed",
    "order_placed",
    "ticket_issued",
    "flight_check_in",
    "order_changed",
    "refund_requested",
    "login",
    "daily_check_in",
    "share",
    "read",
    "invite",
    "comment",
    "like",
    "favourite",
    "review",
    "nps_answered",
    "identify",
    "group",
    "alias",
    "sign_up",
    "goods_update",
    "price_checked",
    "coupon_issued",
    "coupon_redeemed",
    "complaint",
    "error_shown",
    "system_step",
}
HOUR = 3_600_000


def test_the_catalogue_holds_every_event_in_two_languages() -> None:
    assert set(catalogue()) == BUILT_IN
    for kind in catalogue().values():
        assert kind.en
        assert kind.zh
        assert kind.means_en.endswith(".")
        assert kind.means_zh.endswith("。")
        assert set(kind.needs) <= set(COLUMNS.names)


def test_a_broken_catalogue_is_noticed() -> None:
    entry = {"en": "X", "zh": "X", "means": {"en": "X", "zh": "X"}, "who": "client", "properties": {"size": "number"}}
    with pytest.raises(Broken, match="not well formed"):
        model._kind("x", entry)
    with pytest.raises(Broken, match="not well formed"):
        model._kind("x", {**entry, "properties": {}, "who": "anybody"})


@pytest.mark.parametrize(
    ("event", "marks", "did", "counts"),
    [
        ("page_view", "", 1, True),
        ("screen_view", "", 1, True),
        ("app_start", "", 1, True),
        ("page_view", "bot", 1, False),
        ("page_view", "internal", 1, False),
        ("page_view", "", None, False),
        ("order_placed", "", 1, False),
        ("search", "", 1, False),
    ],
)
def test_who_makes_a_visitor(event: str, marks: str, did: int | None, counts: object) -> None:
    assert makes_visitor(event, bot=marks == "bot", internal=marks == "internal", did=did) is counts


def test_activity_is_seeing_something() -> None:
    assert set(activity_events()) == {"page_view", "screen_view", "app_start"}


@pytest.mark.parametrize("event", ["order_placed", "payment_succeeded", "payment_failed", "ticket_issued", "order_changed"])
def test_money_and_orders_come_from_servers(event: str) -> None:
    assert not allowed("public", event)
    assert allowed("server", event)
    assert allowed("import", event)


def test_an_unknown_event_is_believed_from_nobody() -> None:
    assert not allowed("server", "teleported")


def test_the_examples_in_the_rules_hold() -> None:
    assert doctest.testmod(model).failed == 0
    assert doctest.testmod(intake).failed == 0


@given(st.lists(st.integers(0, 10 * HOUR), max_size=30))
def test_a_session_ends_after_half_an_hour_of_nothing(times: list[int]) -> None:
    numbers = sessions(times)
    pairs = sorted(zip(times, numbers, strict=True))
    for (before, one), (after, other) in pairwise(pairs):
        assert other - one == (1 if after - before > HOUR // 2 else 0)
    assert not pairs or pairs[0][1] == 0


def test_reports_add_up() -> None:
    one = LoadReport(3, 1, 1, 1, {"a": 1}, 5, 9, 2)
    other = LoadReport(2, 1, 0, 1, {"b": 1}, 1, 7)
    assert one.plus(other) == LoadReport(5, 2, 1, 2, {"a": 1, "b": 1}, 1, 9, 2)
    assert LoadReport(0, 0, 0, 0).plus(other) == other
