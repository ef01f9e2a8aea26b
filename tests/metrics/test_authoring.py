"""Metrics that people define: drafted, certified, asked for, rolled back, deleted; never under what stands on them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.metrics.conftest import Shop
from tests.metrics.test_authoring_model import made
from windsock import definitions
from windsock.governance import SYSTEM, Actor
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from windsock.kernel.period import Period
from windsock.metrics import MetricQuery, answer
from windsock.metrics.authoring.keep import Saying, certify, delete, discard, roll_back, save
from windsock.metrics.authoring.lineage import lineage
from windsock.metrics.authoring.preview import preview
from windsock.metrics.authoring.show import compare, drafts, sheet
from windsock.metrics.catalogue import catalogue, catalogue_of
from windsock.metrics.model.definition import Words
from windsock.metrics.store import InForce, put_in_force
from windsock.metrics.uses import Use, plug_uses
from windsock.workspace import Workspace

WHY = Saying(SYSTEM, "because")
DAY = dt.date(2025, 12, 20)
SPAN = Period(dt.date(2025, 12, 1), dt.date(2025, 12, 31))


def big(where: str = "booked_value >= 100", **given: Any) -> dict[str, Any]:
    body = made("", name="big_orders", unit="count", additivity="additive", **given)
    del body["expression"]
    return body | {"measures": [{"fact": "order_line", "aggregate": "count", "where": where, "clocks": ["booking", "arrival"]}]}


def put(workspace: Workspace, body: dict[str, Any], base: int = 0) -> int:
    one = save(workspace, WHY, body, base)
    certify(workspace, WHY, {one.name: one.version})
    return one.version


def value(workspace: Workspace, name: str, as_of_ms: int | None = None) -> Any:
    return answer(workspace, MetricQuery(metrics=(name,), period=SPAN, as_of_ms=as_of_ms)).rows[0][name]


@pytest.fixture
def sold(shop: Shop) -> Workspace:
    for amount in ("50", "100", "300"):
        shop.order(DAY, "web", amount)
    shop.save()
    return shop.workspace


def test_a_draft_is_asked_for_only_once_certified(sold: Workspace):
    first = save(sold, WHY, big(), 0)
    assert (first.version, first.state, [one.name for one in drafts(sold)]) == (1, "draft", ["big_orders"])
    with pytest.raises(InvalidInput, match="There is no metric 'big_orders'"):
        value(sold, "big_orders")
    assert sheet(sold, "big_orders").state == "draft"
    certify(sold, WHY, {"big_orders": 1})
    assert value(sold, "big_orders") == 2
    share = made("big_orders / orders", name="big_share")
    put(sold, share)
    assert f"{value(sold, 'big_share'):.3f}" == "0.667"
    shown = sheet(sold, "big_orders")
    assert (shown.state, shown.version, shown.made, shown.draft) == ("certified", 1, ("big_share",), None)
    steps = [(step.depth, step.kind, step.name) for step in lineage(catalogue_of(sold), "big_share")]
    assert steps[:3] == [(0, "metric", "big_share"), (1, "metric", "big_orders"), (2, "measure", "order_line")]


def test_the_preview_computes_what_is_not_in_force(sold: Workspace):
    found = preview(sold, big("booked_value > 100"), SPAN, by="sales_channel")
    assert found.whole.rows[0]["big_orders"] == 1
    assert sum(int(row["big_orders"] or 0) for row in found.days.rows) == 1
    assert found.cells is not None
    assert found.cells.rows == [{"sales_channel": "web", "big_orders": 1}]
    with pytest.raises(InvalidInput, match="'nights' is a number"):
        preview(sold, big("nights = 'three'"))
    with pytest.raises(InvalidInput, match="Only numbers can be added up"):
        preview(sold, big() | {"unit": "number", "measures": [{"fact": "order_line", "aggregate": "sum", "value": "country", "clocks": ["booking"]}]})
    with pytest.raises(InvalidInput, match="at most 400 days"):
        preview(sold, big(), Period(dt.date(2020, 1, 1), DAY))


def test_a_question_as_of_a_time_meets_the_definition_of_that_time(sold: Workspace, clock: FixedClock):
    put(sold, big())
    clock.advance(days=1)
    noon = clock.now_ms()
    clock.advance(days=1)
    put(sold, big("booked_value >= 300"), 1)
    assert (value(sold, "big_orders"), value(sold, "big_orders", noon)) == (1, 2)
    clock.advance(days=1)
    back = roll_back(sold, WHY, "big_orders", to_version=1, base_version=2)
    assert (back.version, back.state, value(sold, "big_orders")) == (3, "active", 2)
    changes = compare(sold, "big_orders", 1, 2).changes
    assert [(one.path, one.old, one.new) for one in changes] == [("/measures/0/where", "booked_value >= 100", "booked_value >= 300")]
    assert [one.state for one in sheet(sold, "big_orders").versions] == ["active", "retired", "retired"]


def test_nothing_is_deleted_under_what_stands_on_it(sold: Workspace):
    put(sold, big())
    put(sold, made("big_orders / orders", name="big_share"))
    with pytest.raises(Conflict, match="used by metric big_share"):
        delete(sold, WHY, "big_orders")
    plug_uses("dashboard", lambda _session, names: [Use(name, "dashboard", "d1", Words("Sales", "销售")) for name in names if name == "big_share"])
    try:
        with pytest.raises(Conflict, match="dashboard Sales"):
            delete(sold, WHY, "big_share")
    finally:
        plug_uses("dashboard", lambda _session, _names: ())
    delete(sold, WHY, "big_share")
    delete(sold, WHY, "big_orders")
    assert catalogue_of(sold).metrics.keys() == catalogue().metrics.keys()
    assert sheet(sold, "big_orders").state == "deleted"
    with pytest.raises(NotFound):
        delete(sold, WHY, "big_orders")
    with pytest.raises(InvalidInput, match="is shipped"):
        delete(sold, WHY, "revenue")


def test_a_shipped_metric_is_overridden_and_comes_back(sold: Workspace):
    body = dict(catalogue().bodies["orders"]) | {"owner": "somebody else"}
    put(sold, body)
    assert (catalogue_of(sold).get("orders").owner, catalogue_of(sold).state("orders")) == ("somebody else", "certified")
    assert [one.path for one in compare(sold, "orders", 0, 1).changes] == ["/owner"]
    delete(sold, WHY, "orders")
    assert catalogue_of(sold).get("orders") == catalogue().get("orders")


def test_two_changes_each_right_alone_are_not_wrong_together(sold: Workspace):
    put(sold, made("orders + orders", name="aa", unit="count", additivity="additive"))
    put(sold, made("aa + orders", name="bb", unit="count", additivity="additive"))
    with pytest.raises(InvalidInput, match="made of itself"):
        save(sold, WHY, made("bb + orders", name="aa", unit="count", additivity="additive"), 1)


def test_a_draft_of_a_draft_waits_for_it(sold: Workspace):
    save(sold, WHY, big(), 0)
    with pytest.raises(InvalidInput, match="There is no metric 'big_orders'"):
        save(sold, WHY, made("big_orders / orders", name="big_share"), 0)
    discard(sold, WHY, "big_orders", 1)
    assert drafts(sold) == ()
    with pytest.raises(Conflict, match="not a draft"):
        discard(sold, WHY, "big_orders", 1)


def test_who_may_not_does_not(sold: Workspace):
    viewer = Saying(Actor("v", "v", "viewer", frozenset({"metrics.read"}), "session"), "because")
    with pytest.raises(NotAllowed):
        save(sold, viewer, big(), 0)
    save(sold, WHY, big(), 0)
    with pytest.raises(NotAllowed):
        certify(sold, viewer, {"big_orders": 1})
    with pytest.raises(Conflict, match="You saw version 0"):
        save(sold, WHY, big("booked_value > 1"), 0)
    assert "big_orders" not in catalogue_of(sold).metrics


def test_a_metric_that_broke_takes_only_its_own_with_it(sold: Workspace):
    put(sold, big())
    put(sold, made("big_orders / orders", name="big_share"))
    put(sold, made("orders + orders", name="twice", unit="count", additivity="additive"))
    body = big("gone = 1")
    with sold.records.write() as session:
        # As it is when a later programme no longer knows a field: nobody could save this today.
        change = WHY.at(sold)
        definitions.save_draft(session, change, "metric", "big_orders", body, base_version=1)
        one = definitions.activate(session, change, "metric", "big_orders", 2)
        put_in_force(session, InForce("big_orders", 2, one.sha256), change.now_ms)
    library = catalogue_of(sold)
    assert (set(library.broken), "twice" in library.metrics) == ({"big_orders", "big_share"}, True)
    with pytest.raises(InvalidInput, match="can't be used: 'gone' is no field"):
        library.get("big_orders")
    assert "gone" in str(sheet(sold, "big_orders").problem)
    assert value(sold, "twice") == 6
    put(sold, big(), 2)
    assert value(sold, "big_share") is not None
