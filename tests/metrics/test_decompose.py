"""The tree and the parts of a change, asked of a small shop whose figures can be checked by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from click.testing import CliRunner

from tests.http.make import Client, bearer
from windsock.cli.main import main
from windsock.http import create_app
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.kernel.period import Period
from windsock.metrics import MetricQuery, answer, catalogue
from windsock.metrics import decompose as verb
from windsock.metrics.decompose import Decomposition, decompose
from windsock.metrics.model.predicate import Predicate
from windsock.metrics.tree import Tree, revenue_tree, spark_span

D = Decimal
MARCH = Period(dt.date(2025, 3, 1), dt.date(2025, 3, 31))
APRIL = Period(dt.date(2025, 4, 1), dt.date(2025, 4, 30))
MAY = dt.datetime(2025, 5, 1)  # noqa: DTZ001 - the shop gives it its zone
M, A = dt.date(2025, 3, 10), dt.date(2025, 4, 10)


@pytest.fixture
def trading(shop):
    """March: 10 visitors, 2 direct orders, 1 by an agency; April: 20 visitors, 3 direct, 2 by an agency, one channel gone and one new."""
    shop.visits(M, 10)
    shop.visits(A, 15, device="mobile")
    shop.visits(A, 5, "app", first=16, device="desktop")
    shop.order(M, "web", "100.00", device="desktop", property="Sea")
    shop.order(M, "web", "300.00", device="desktop", property="Hill")
    shop.order(M, "ota_a", "200.00", take="0.15", sold_as="agency", property="Sea")
    shop.order(A, "web", "120.00", device="mobile", property="Sea")
    shop.order(A, "web", "330.00", device="mobile", property="Hill")
    shop.order(A, "app", "90.05", device="desktop")
    shop.order(A, "agent", "400.00", take="0.1", sold_as="agency", property="Sea")
    shop.order(A, "agent", "100.00", take="0.1", sold_as="agency", property="Hill")
    shop.source("bookings", "orders", MAY)
    shop.source("site", "events", MAY)
    shop.save()
    return shop.workspace


def nodes_of(tree: Tree):
    found = {node["id"]: node for node in tree.json()["nodes"]}
    for name in {node["parent"] for node in found.values()} - {None}:
        children = [D(node["contribution"]) for node in found.values() if node["parent"] == name]
        assert sum(children) == D(found[name]["contribution"]), name
    return found


def parts_of(found: Decomposition, by: str):
    told = found.json()
    assert told["sums"] is True
    assert sum(D(part["change"]) for part in told["parts"]) == D(told["change"])
    return {part[by]: part for part in told["parts"]}


def test_the_tree_of_two_months(trading):
    tree = revenue_tree(trading, MARCH, APRIL)
    told, nodes = tree.json(), nodes_of(tree)
    assert (nodes["revenue"]["from"], nodes["revenue"]["to"]) == ("430.00", "590.05")
    assert nodes["revenue"]["contribution"] == nodes["revenue"]["change"] == "160.05"
    assert (nodes["tracked"]["from"], nodes["tracked"]["to"]) == ("400.00", "540.05")
    assert (nodes["tracked.uv"]["from"], nodes["tracked.uv"]["to"], nodes["tracked.uv"]["contribution"]) == (10, 20, "333.35")
    assert (nodes["tracked.conversion"]["from"], nodes["tracked.conversion"]["to"]) == ("0.2", "0.15")
    assert nodes["tracked.average_order_value"]["from"] == "200.00"
    assert (nodes["untracked.orders"]["to"], nodes["untracked.take_rate"]["from"], nodes["untracked.take_rate"]["to"]) == (2, "0.15", "0.1")
    assert (told["currency"], told["clock"], told["complete_until"]) == ("CNY", None, "2025-04-30T16:00:00+00:00")
    assert nodes["untracked.orders"]["where"] == [{"field": "tracked", "op": "=", "value": False}]
    assert nodes["tracked.uv"]["where"] == []
    bridge = told["waterfall"]
    assert [step["kind"] for step in bridge] == ["start", *["part"] * 7, "end"]
    assert sum(D(step["amount"]) for step in bridge[:-1]) == D(bridge[-1]["amount"])
    assert told["sentences"][0]["en"] == "Revenue rose 37.2 %: +160.05 CNY"


def test_every_node_of_the_tree_is_the_metric_of_the_library(trading):
    nodes = nodes_of(revenue_tree(trading, MARCH, APRIL))
    for node in nodes.values():
        where = tuple(Predicate(given["field"], given["op"], given["value"]) for given in node["where"])
        for side, period in (("from", MARCH), ("to", APRIL)):
            (row,) = answer(trading, MetricQuery(metrics=(node["metric"],), period=period, where=where)).json()["rows"]
            assert D(row[node["metric"]]) == D(node[side]), node["id"]


def test_sparks_follow_the_length_of_the_period(trading):
    months = revenue_tree(trading, MARCH, Period(dt.date(2024, 5, 1), dt.date(2025, 4, 30)))
    spark = next(node for node in months.json()["nodes"] if node["id"] == "tracked.conversion")
    assert spark["spark"] == [{"period": "2025-03-01", "value": "0.2"}, {"period": "2025-04-01", "value": "0.15"}]
    days = revenue_tree(trading, MARCH, APRIL).json()["nodes"][0]["spark"]
    assert days == [{"period": "2025-04-10", "value": "590.05"}]


def test_a_quarter_has_weekly_sparks():
    quarter = Period(dt.date(2025, 1, 1), dt.date(2025, 3, 31))
    assert spark_span(quarter, 0) == ("week", Period(dt.date(2025, 1, 6), dt.date(2025, 3, 31)))
    assert spark_span(quarter, 6) == ("week", Period(dt.date(2025, 1, 5), dt.date(2025, 3, 31)))


def test_a_filter_that_visits_do_not_know_leaves_them_out(trading):
    nodes = nodes_of(revenue_tree(trading, MARCH, APRIL, where=[Predicate("sold_as", "=", "own")]))
    assert nodes["tracked.orders"]["collapsed"] is True
    assert nodes["tracked.orders"]["missing"]["en"].startswith("Visits can't be filtered like this, so ")
    assert "无" not in nodes["tracked.orders"]["missing"]["zh"]
    assert nodes["untracked"]["missing"]["en"].startswith("No other channel")


def test_visits_have_no_arrival_date(trading):
    nodes = nodes_of(revenue_tree(trading, MARCH, APRIL, "arrival"))
    assert nodes["tracked.orders"]["missing"]["en"].startswith("Visits have no arrival date")


def test_a_wrong_filter_or_clock_is_the_askers(trading):
    with pytest.raises(InvalidInput):
        revenue_tree(trading, MARCH, APRIL, where=[Predicate("colour", "=", "red")])
    with pytest.raises(InvalidInput):
        revenue_tree(trading, MARCH, APRIL, "tea-time")


@pytest.fixture
def stays(shop):
    """A hotel's file: no payments, no visits, agencies and a desk."""
    shop.order(M, "ota_a", "200.00", take=None, arrival_date=A)
    shop.order(M, "ota_a", "250.00", take=None, arrival_date=M)
    shop.order(A, "agent", "90.00", take=None, arrival_date=A, cancelled=True, stay_amount="0.00")
    shop.source("hotel", "orders", MAY, payment_known=False)
    shop.save()
    return shop.workspace


def test_without_payments_and_visits_the_tree_says_both(stays):
    tree = revenue_tree(stays, MARCH, APRIL)
    told, nodes = tree.json(), nodes_of(tree)
    assert told["clock"] == "arrival"
    assert {"tree_clock_arrival", "payment_unknown"} <= {note["code"] for note in told["notes"]}
    assert (nodes["revenue"]["from"], nodes["revenue"]["to"]) == ("250.00", "200.00")
    assert nodes["tracked"]["missing"] is not None
    assert "no visits are recorded" in nodes["tracked"]["missing"]["en"]
    assert (nodes["tracked"]["from"], nodes["tracked"]["contribution"]) == (None, "0.00")
    assert (nodes["untracked.orders"]["from"], nodes["untracked.orders"]["to"]) == (1, 2)
    parts = parts_of(decompose(stays, "revenue", MARCH, APRIL, "sales_channel"), "sales_channel")
    assert {name: part["change"] for name, part in parts.items()} == {"ota_a": "-50.00", "agent": "0.00"}


def test_direct_orders_without_visits_collapse(shop):
    shop.order(M, "web", "200.00", take=None)
    shop.order(A, "web", "150.00", take=None)
    shop.source("hotel", "orders", MAY, payment_known=False)
    shop.save()
    nodes = nodes_of(revenue_tree(shop.workspace, MARCH, APRIL))
    assert nodes["tracked.orders"]["collapsed"] is True
    assert nodes["tracked.orders"]["missing"]["en"].startswith("No visits are recorded in either period")


def test_one_source_with_payments_keeps_every_metrics_own_clock(shop):
    shop.order(M, "ota_a", "200.00", take=None)
    shop.order(A, "web", "150.00")
    shop.source("hotel", "orders", MAY, payment_known=False)
    shop.source("bookings", "orders", MAY)
    shop.save()
    assert revenue_tree(shop.workspace, MARCH, APRIL).clock is None


def test_an_empty_workspace_has_an_empty_tree(shop):
    shop.save()
    nodes = nodes_of(revenue_tree(shop.workspace, MARCH, APRIL))
    assert list(nodes) == ["revenue", "tracked", "untracked"]
    assert nodes["revenue"]["contribution"] == "0.00"
    assert nodes["tracked"]["missing"]


def test_revenue_by_channel(trading):
    found = decompose(trading, "revenue", MARCH, APRIL, "sales_channel")
    parts = parts_of(found, "sales_channel")
    changes = {name: part["change"] for name, part in parts.items()}
    assert changes == {"web": "50.00", "app": "90.05", "ota_a": "-30.00", "agent": "50.00"}
    assert next(iter(parts)) == "app", "the largest first"
    assert (parts["web"]["share_from"], parts["web"]["rate"], parts["web"]["kind"]) == ("0.93023255814", None, "value")
    told = found.json()
    assert (told["from"]["value"], told["to"]["value"], told["change"], told["by"]) == ("430.00", "590.05", "160.05", "sales_channel")
    assert told["sentences"][1] == {"en": "App: +90.05 CNY", "zh": "手机应用：+90.05 元", "node": "app", "amount": "90.05"}


def test_no_value_is_a_part(trading):
    parts = parts_of(decompose(trading, "revenue", MARCH, APRIL, "property"), "property")
    assert parts[None]["change"] == "90.05"


def test_two_dimensions_at_once(trading):
    told = decompose(trading, "booked_amount", MARCH, APRIL, ["sales_channel", "property"]).json()
    assert told["by"] == ["sales_channel", "property"]
    assert {(part["sales_channel"], part["property"]): part["change"] for part in told["parts"]}["web", "Sea"] == "20.00"
    assert told["sums"] is True


def test_a_ratio_has_rate_and_mix(trading):
    found = decompose(trading, "average_order_value", MARCH, APRIL, "sales_channel")
    parts = parts_of(found, "sales_channel")
    assert (parts["web"]["from"], parts["web"]["to"], parts["web"]["share_from"]) == ("200.00", "225.00", "0.666666666667")
    assert parts["app"]["from"] is None
    assert D(parts["app"]["rate"]) == 0
    for part in parts.values():
        assert D(part["rate"]) + D(part["mix"]) == D(part["change"])
    (row,) = answer(trading, MetricQuery(metrics=("average_order_value",), period=APRIL)).rows
    assert D(found.json()["to"]["value"]) == row["average_order_value"]


def test_a_rate_over_people_is_divided_on_sessions(trading):
    found = decompose(trading, "conversion", MARCH, APRIL, "device")
    parts = parts_of(found, "device")
    assert found.notes[0].code == "divided_on_sessions"
    assert (parts["desktop"]["from"], parts["desktop"]["to"]) == ("0.2", "0.2")
    assert parts["mobile"]["share_to"] == "0.75"


def test_a_cut_that_sessions_do_not_know_counts_people(shop):
    for day, people in ((M, 4), (A, 5)):
        shop.visits(day, people)
        shop.rows["event"].extend(row | {"route": route} for row in shop.rows["event"][-2:] for route in ("X", "Y"))
        shop.order(day, "web", "100.00", route="X")
    shop.save()
    told = decompose(shop.workspace, "conversion", MARCH, APRIL, "route").json()
    assert told["notes"][0]["code"] == "people_in_several"
    assert (told["from"]["value"], told["to"]["value"], told["change"], told["sums"]) == ("0.25", "0.2", "-0.05", True)
    assert sum(D(part["change"]) for part in told["parts"]) == D("-0.05")
    assert {(part["route"], part["kind"]) for part in told["parts"]} == {("X", "value"), ("Y", "value"), (None, "value"), (None, "several")}


def test_people_in_several_cells_are_a_part_of_their_own(shop):
    shop.visits(M, 4)
    shop.visits(A, 4)
    shop.visits(A, 3, "app")
    shop.save()
    found = decompose(shop.workspace, "uv", MARCH, APRIL, "sales_channel")
    told = found.json()
    assert (told["from"]["value"], told["to"]["value"], told["change"]) == (4, 4, 0)
    assert [(part["sales_channel"], part["kind"], part["change"]) for part in told["parts"]] == [
        ("app", "value", 3),
        ("web", "value", 0),
        (None, "several", -3),
    ]
    assert told["sums"] is True


def test_orders_with_lines_in_several_cells_keep_the_ratio_whole(shop):
    key = shop.order(M, "web", "100.00", room_type="A")
    shop.rows["order_line"].append(shop.rows["order_line"][0] | {"line_no": 2, "room_type": "B", "booked_amount": "40.00"})
    shop.order(A, "web", "90.00", room_type="A")
    shop.save()
    assert key == 1
    told = decompose(shop.workspace, "average_order_value", MARCH, APRIL, "room_type").json()
    assert (told["from"]["value"], told["to"]["value"]) == ("140.00", "90.00")
    assert {part["kind"] for part in told["parts"]} == {"value", "several"}
    assert told["sums"] is True
    assert sum(D(part["change"]) for part in told["parts"]) == -50


def test_nothing_to_divide_by_is_said(trading):
    told = decompose(trading, "adr", Period(dt.date(2020, 1, 1), dt.date(2020, 1, 31)), APRIL, "property").json()
    assert (told["change"], told["parts"], told["from"]["value"]) == (None, [], None)
    assert "nothing_to_divide_by" in {note["code"] for note in told["notes"]}


def test_sums_of_other_metrics_count_what_is_absent_as_nothing(trading):
    parts = parts_of(decompose(trading, "orders_cancelled", MARCH, APRIL, "sales_channel"), "sales_channel")
    assert {part["change"] for part in parts.values()} == {0}


@pytest.mark.parametrize(("metric", "by"), [("gold", "sales_channel"), ("revenue", "colour"), ("revenue", []), ("revenue", ["property"] * 4)])
def test_bad_questions_have_clear_answers(trading, metric, by):
    with pytest.raises(InvalidInput):
        decompose(trading, metric, MARCH, APRIL, by)


PERCENTILES = [name for name, metric in catalogue().metrics.items() if metric.additivity == "none"]


@pytest.mark.parametrize("metric", PERCENTILES)
@pytest.mark.parametrize("by", ["date", ["date", "weekday"]])
def test_a_percentile_is_not_divided(trading, metric, by):
    with pytest.raises(InvalidInput) as refused:
        decompose(trading, metric, MARCH, APRIL, by)
    assert f"'{metric}' is a percentile" in refused.value.what
    assert refused.value.where == "metric"
    assert f"windsock query {metric} --by" in refused.value.fix


def test_what_is_made_of_a_percentile_is_not_divided_either():
    shipped = catalogue()
    minutes = {**shipped.bodies["conversion"], "name": "minutes_to_pay", "expression": "time_to_pay / orders"}
    with pytest.raises(InvalidInput, match="made of 'time_to_pay', a percentile"):
        verb._formula("minutes_to_pay", shipped.changed({"minutes_to_pay": minutes}), set())


def test_the_doors_say_so_as_well(trading):
    asked = {"metric": "time_to_pay", "by": "weekday", "from": "2025-03-01:2025-03-31", "to": "2025-04-01:2025-04-30"}
    refused = Client(create_app(trading)).post("/api/metrics/decompose", json=asked, headers=bearer(trading, "viewer"))
    error = refused.json()["error"]
    assert (refused.status_code, error["where"]) == (422, "metric")
    assert "is a percentile" in error["message"]
    assert "windsock query" in error["fix"]


def test_the_command_says_so_as_well(home):
    said = CliRunner().invoke(
        main, ["decompose", "time_to_pay", "--by", "weekday", "--from", "2025-03-01:2025-03-31", "--to", "2025-04-01:2025-04-30", "--home", str(home)]
    )
    assert said.exit_code == 2
    assert "is a percentile" in said.output + said.stderr
    assert "windsock query time_to_pay --by" in said.output + said.stderr


def test_lists_are_bounded_and_still_sum(trading, monkeypatch):
    monkeypatch.setattr(verb, "PARTS_MAX", 2)
    told = decompose(trading, "revenue", MARCH, APRIL, "sales_channel").json()
    assert [part["kind"] for part in told["parts"]] == ["value", "other"]
    assert told["parts"][1]["change"] == "70.00"
    assert told["sums"] is True
    ratio = decompose(trading, "take_rate", MARCH, APRIL, "sales_channel").json()
    assert (ratio["parts"][1]["kind"], ratio["parts"][1]["from"], ratio["sums"]) == ("other", None, True)
    monkeypatch.setattr(verb, "VALUES_MAX", 1)
    with pytest.raises(TooLarge):
        decompose(trading, "revenue", MARCH, APRIL, "sales_channel")
