"""Below a node: its values with their money, one dimension inside another, terms, targets and the net view, asked of a small shop."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period
from windsock.metrics import MetricQuery, answer, target_port
from windsock.metrics.below import Below, open_below
from windsock.metrics.decompose import Asked, divide
from windsock.metrics.model.net import LEAVES
from windsock.metrics.net import net_tree
from windsock.metrics.tree import revenue_tree

D = Decimal
MARCH = Period(dt.date(2025, 3, 1), dt.date(2025, 3, 31))
APRIL = Period(dt.date(2025, 4, 1), dt.date(2025, 4, 30))
MAY = dt.datetime(2025, 5, 1)  # noqa: DTZ001 - the shop gives it its zone
M, A = dt.date(2025, 3, 10), dt.date(2025, 4, 10)


@pytest.fixture
def trading(shop):
    """Both months with visits, direct orders on two devices, agencies, marketing and a refund."""
    for index, row in enumerate(shop.rows["sales_channel"]):
        rates = {"commission_rate": "0.1", "fee_per_segment": "5"} if row["channel_group"] == "agency" else {"payment_fee_rate": "0.01"}
        shop.rows["sales_channel"][index] = row | rates
    shop.visits(M, 10)
    shop.visits(A, 15, device="mobile")
    shop.visits(A, 5, "app", first=16, device="desktop")
    shop.order(M, "web", "100.00", device="desktop", property="Sea", paid=True)
    shop.order(M, "web", "300.00", device="desktop", property="Hill", paid=True)
    shop.order(M, "ota_a", "200.00", property="Sea", paid=True)
    shop.order(A, "web", "120.00", device="mobile", property="Sea", paid=True)
    key = shop.order(A, "web", "330.00", device="mobile", property="Hill", paid=True)
    shop.order(A, "app", "90.05", device="desktop", property="Sea", paid=True)
    shop.order(A, "agent", "400.00", property="Sea", paid=True)
    refund = {"order_key": key, "line_no": 1, "posting_ref": "r", "kind": "refund", "at_date": A, "amount": "-30.00", "take_amount": "-30.00"}
    shop.rows["posting"].append(refund | {"currency": "CNY", "known_from_ms": 0})
    shop.rows["channel_cost"] = [
        {"date": M, "channel": "web", "kind": "ads", "amount": "40.00", "currency": "CNY", "source": "ads"},
        {"date": A, "channel": "web", "kind": "ads", "amount": "55.50", "currency": "CNY", "source": "ads"},
    ]
    shop.source("bookings", "orders", MAY)
    shop.source("site", "events", MAY)
    shop.save()
    return shop.workspace


def opened(workspace, tree, *below):
    return {node["id"]: node for node in open_below(workspace, tree, tree.json(), [Below(*one) for one in below], ())["nodes"]}


def children(nodes, parent):
    return [node for node in nodes.values() if node["parent"] == parent]


def test_children_of_an_opened_node_sum_to_it(trading):
    tree = revenue_tree(trading, MARCH, APRIL)
    nodes = opened(trading, tree, ("revenue", "sales_channel"), ("revenue/sales_channel=web", "property"), ("tracked.conversion", "device"))
    for name in ("revenue/sales_channel=web", "tracked.conversion"):
        assert sum(D(node["contribution"]) for node in children(nodes, name)) == D(nodes[name]["contribution"]), name
    by_channel = [node for node in children(nodes, "revenue") if node.get("by")]
    assert sum(D(node["contribution"]) for node in by_channel) == D(nodes["revenue"]["contribution"]) == D("310.05")
    assert nodes["revenue/sales_channel=web"]["where"] == [{"field": "sales_channel", "op": "=", "value": "web"}]
    assert nodes["revenue/sales_channel=ota_a"]["contribution"] == "-200.00"
    told = open_below(trading, tree, tree.json(), [Below("tracked.conversion", "device")], ())
    assert "divided_on_sessions" in {note["code"] for note in told["notes"]}


@pytest.mark.parametrize("below", [("nothing", "device"), ("revenue", "no_such"), ("revenue/sales_channel=web", "device")])
def test_what_cannot_be_opened_is_refused(trading, below):
    tree = revenue_tree(trading, MARCH, APRIL)
    with pytest.raises(InvalidInput):
        opened(trading, tree, below)


def test_not_more_than_six_nodes_are_open(trading):
    tree = revenue_tree(trading, MARCH, APRIL)
    with pytest.raises(InvalidInput, match="At most 6"):
        opened(trading, tree, *[("revenue", "device")] * 7)


def test_one_dimension_inside_another_sums_at_every_depth(trading):
    for metric in ("revenue", "orders", "conversion", "average_order_value", "uv"):
        found = divide(trading, Asked(metric, (MARCH, APRIL), ("device", "sales_channel"), nested=True))
        assert found.sums, metric
        told = found.json()
        assert told["by"] == ["device", "sales_channel"]
        assert any(part["inside"] for part in told["parts"]), metric
    revenue = divide(trading, Asked("revenue", (MARCH, APRIL), ("device", "sales_channel"), nested=True)).json()
    mobile = next(part for part in revenue["parts"] if part["device"] == "mobile")
    assert [(one["sales_channel"], one["change"]) for one in mobile["inside"]] == [("web", "420.00")]


def test_money_goes_to_the_parts_to_the_cent(trading):
    found = divide(trading, Asked("conversion", (MARCH, APRIL), ("device",), worth=D("-92.01")))
    assert sum(part.money or D(0) for part in found.parts) == D("-92.01")
    assert found.sentences[-1].amount in {part.money for part in found.parts}
    against = divide(trading, Asked("conversion", (MARCH, APRIL), ("device",), worth=D("92.00")))
    assert against.worth is None
    assert "money_not_divided" in {note.code for note in against.notes}


def test_the_tree_says_what_factors_do_together(trading):
    told = revenue_tree(trading, MARCH, APRIL).json()
    for branch in ("tracked", "untracked"):
        alone = [D(node["alone"]) for node in told["nodes"] if node["parent"] == branch and node["alone"] is not None]
        together = [D(one["amount"]) for one in told["interactions"] if one["branch"] == branch]
        contribution = next(node["contribution"] for node in told["nodes"] if node["id"] == branch)
        assert sum(alone) + sum(together) == D(contribution), branch
    assert (told["method"], revenue_tree(trading, MARCH, APRIL, method="lmdi").json()["method"]) == ("shapley", "lmdi")


def test_targets_stand_where_somebody_keeps_them(trading, monkeypatch):
    asked = []

    def look_up(workspace, metrics, period, where):
        asked.append((tuple(metrics), period, tuple(predicate.json()["value"] for predicate in where)))
        return {"revenue": D("700.00")} if not where else {}

    monkeypatch.setattr(target_port, "_plugged", [look_up])
    nodes = {node["id"]: node for node in revenue_tree(trading, MARCH, APRIL).json()["nodes"]}
    assert (nodes["revenue"]["target"], nodes["tracked"]["target"]) == ("700.00", None)
    assert (("revenue", "uv", "conversion"), APRIL, ()) in asked


def test_the_net_view_goes_down_to_the_margin(trading):
    tree = net_tree(trading, MARCH, APRIL)
    told = tree.json()
    nodes = {node["id"]: node for node in told["nodes"]}
    assert (nodes["gross_revenue"]["to"], nodes["refunded_revenue"]["to"], nodes["revenue"]["to"]) == ("940.05", "30.00", "910.05")
    # 10 % of 200 and of 400, 5 for each stay; 1 % of direct payments.
    assert (nodes["commission_cost"]["from"], nodes["commission_cost"]["to"], nodes["distribution_fee"]["to"]) == ("20.00", "40.00", "5.00")
    assert (nodes["payment_cost"]["from"], nodes["payment_cost"]["to"], nodes["marketing_cost"]["to"]) == ("4.00", "5.4005", "55.50")
    assert (nodes["commission_cost"]["contribution"], nodes["commission_cost"]["direction"]) == ("-20.00", "down")
    for name in ("channel_margin", "revenue", "distribution_cost"):
        assert sum(D(node["contribution"]) for node in children(nodes, name)) == D(nodes[name]["contribution"]), name
    steps = told["waterfall"]
    assert sum(D(step["amount"]) for step in steps[:-1]) == D(steps[-1]["amount"])
    for name in ("channel_margin", "revenue", "distribution_cost"):
        value = answer(trading, MetricQuery(metrics=(name,), period=APRIL)).rows[0][name]
        assert D(str(value)) == D(nodes[name]["to"]), name
    assert {"gross_revenue", "marketing_cost"} <= set(LEAVES)
    below = opened(trading, tree, ("commission_cost", "sales_channel"))
    assert below["commission_cost/sales_channel=agent"]["contribution"] == "-40.00"
    assert below["commission_cost/sales_channel=ota_a"]["contribution"] == "20.00"
