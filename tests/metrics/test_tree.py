"""The revenue tree: its shape, its sums to the cent, and what it says of what is missing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.kernel.money import half_up
from windsock.metrics.model.definition import Words
from windsock.metrics.model.tree import BranchValues, Node, TreeValues, build_tree, leaves, value_of

D = Decimal
TRACKED = (BranchValues(D(100_000), D(2000), D(1_600_000), D(160_000)), BranchValues(D(110_000), D(1980), D(1_683_000), D(185_130)))
OTHERS = (BranchValues(None, D(500), D(400_000), D("40000.005")), BranchValues(None, D(450), D(390_000), D("35000.00")))


def by_id(nodes: list[Node]) -> dict[str, Node]:
    return {node.id: node for node in nodes}


def sums_hold(nodes: list[Node]) -> None:
    for parent in nodes:
        children = [node.contribution for node in nodes if node.parent == parent.id]
        if children:
            assert sum(children, D(0)) == parent.contribution, parent.id
    root = nodes[0]
    assert root.before is not None
    assert root.after is not None
    assert half_up(root.before) + sum((leaf.contribution for leaf in nodes if leaf.operator == "leaf"), D(0)) == half_up(root.after)


def test_the_worked_case_is_the_tracked_branch():
    nodes = by_id(build_tree(TreeValues(TRACKED[0]), TreeValues(TRACKED[1])))
    parts = [nodes[f"tracked.{name}"].contribution for name in ("uv", "conversion", "average_order_value", "take_rate")]
    assert parts == [D("16444.17"), D("-18222.50"), D("10464.17"), D("16444.16")]
    assert nodes["revenue"].contribution == nodes["tracked"].contribution == D("25130.00")
    assert nodes["tracked.conversion"].before == D("0.02")
    assert nodes["tracked"].operator == "product"


def test_two_branches_sum_to_revenue():
    nodes = build_tree(TreeValues(TRACKED[0], OTHERS[0]), TreeValues(TRACKED[1], OTHERS[1]))
    assert [node.id for node in nodes] == [
        "revenue",
        "tracked",
        "tracked.uv",
        "tracked.conversion",
        "tracked.average_order_value",
        "tracked.take_rate",
        "untracked",
        "untracked.orders",
        "untracked.average_order_value",
        "untracked.take_rate",
    ]
    assert not any(node.missing or node.collapsed for node in nodes)
    sums_hold(nodes)


def test_without_visits_the_tracked_branch_says_so():
    without = [BranchValues(None, value.orders, value.booked_amount, value.revenue) for value in TRACKED]
    nodes = build_tree(TreeValues(without[0]), TreeValues(without[1]))
    orders = by_id(nodes)["tracked.orders"]
    assert (orders.collapsed, orders.metric, orders.before, orders.after, orders.unit) == (True, "orders", D(2000), D(1980), "count")
    assert orders.missing is not None
    assert orders.missing.en == "No visits are recorded in either period, so unique visitors (UV) and conversion are taken together."
    assert orders.missing.zh == "两期均没有访问数据，故将独立访客（UV）和转化率合并计算。"
    assert "tracked.uv" not in by_id(nodes)
    sums_hold(nodes)


def test_a_branch_without_anything_is_left_out_with_words():
    nodes = build_tree(TreeValues(untracked=OTHERS[0]), TreeValues(untracked=OTHERS[1]))
    tracked = by_id(nodes)["tracked"]
    assert (tracked.before, tracked.after, tracked.contribution) == (None, None, 0)
    assert tracked.missing is not None
    assert "no visits" in tracked.missing.en
    assert "访问数据" in tracked.missing.zh
    assert tracked not in leaves(nodes)
    assert by_id(nodes)["revenue"].contribution == D("-5000.01")
    sums_hold(nodes)


@pytest.mark.parametrize(
    ("after", "ids"),
    [
        (BranchValues(D(0), D(10), D(900), D(90)), ["tracked.orders", "tracked.average_order_value", "tracked.take_rate"]),
        (BranchValues(D(50), D(0), D(0), D(-20)), ["tracked.uv", "tracked.revenue_per_visitor"]),
        (BranchValues(D(50), D(3), D(0), D(20)), ["tracked.uv", "tracked.conversion", "tracked.revenue_per_order"]),
        (BranchValues(None, D(0), D(0), D(5)), []),
        (BranchValues(D(50), D(3), D(90), D(0)), []),
        (BranchValues(None, D(3), None, D(8)), ["tracked.orders", "tracked.revenue_per_order"]),
    ],
)
def test_what_is_missing_or_zero_joins_its_neighbour(after, ids):
    nodes = build_tree(TreeValues(TRACKED[0]), TreeValues(after))
    assert [node.id for node in nodes if node.parent == "tracked"] == ids
    tracked = by_id(nodes)["tracked"]
    joined = [node for node in nodes if node.collapsed]
    assert joined
    assert all(node.missing and "second period" in node.missing.en and node.missing.zh.startswith("后一期没有") for node in joined)
    assert (tracked.operator == "leaf") == (not ids)
    sums_hold(nodes)


def test_the_first_period_can_be_the_empty_one():
    nodes = build_tree(TreeValues(BranchValues(D(9))), TreeValues(TRACKED[1]))
    assert by_id(nodes)["tracked"].missing is not None
    assert "in the first period" in by_id(nodes)["tracked"].missing.en  # pyright: ignore[reportOptionalMemberAccess] - checked above
    assert by_id(nodes)["tracked"].contribution == D("185130.00")


maybe_count = st.one_of(st.none(), st.integers(0, 10**6).map(D))
maybe_money = st.one_of(st.none(), st.just(D(0)), st.decimals(-(10**9), 10**9, places=4))
branches = st.builds(BranchValues, maybe_count, maybe_count, maybe_money, maybe_money)
others = st.builds(BranchValues, st.none(), maybe_count, maybe_money, maybe_money)
values = st.builds(TreeValues, branches, others)


@given(values, values)
def test_children_sum_to_their_parent_for_any_numbers(before, after):
    nodes = build_tree(before, after)
    sums_hold(nodes)
    assert all(node.contribution == half_up(node.contribution) for node in nodes)
    assert len({node.id for node in nodes}) == len(nodes)
    positions = [node.id for node in nodes]
    assert all(node.parent is None or positions.index(node.parent) < at for at, node in enumerate(nodes))


@given(values, values)
def test_a_nodes_value_can_be_read_of_any_period(before, after):
    for node in build_tree(before, after):
        if node.before is not None and node.after is not None:
            assert (value_of(node, before), value_of(node, after)) == (node.before, node.after)


def test_a_value_without_a_base_is_missing():
    conversion = by_id(build_tree(TreeValues(TRACKED[0]), TreeValues(TRACKED[1])))["tracked.conversion"]
    assert value_of(conversion, TreeValues(BranchValues(D(0), D(3)))) is None
    assert value_of(conversion, TreeValues(BranchValues(D(5), None))) is None


def test_a_better_word_for_missing_visits_is_used():
    words = Words("Visits have no arrival date", "访问没有到店日期")
    without = [TreeValues(BranchValues(None, value.orders, value.booked_amount, value.revenue)) for value in TRACKED]
    missing = by_id(build_tree(without[0], without[1], words))["tracked.orders"].missing
    assert missing == Words(
        "Visits have no arrival date, so unique visitors (UV) and conversion are taken together.",
        "访问没有到店日期，故将独立访客（UV）和转化率合并计算。",
    )
