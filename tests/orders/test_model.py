"""The rules of an order's life: states by their own clocks, postings that never restate a day, split, exchange, void, partial refund."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.kernel.errors import InvalidInput
from windsock.orders.model import (
    STATES,
    AirOrder,
    LoadReport,
    Posting,
    StateAt,
    Ticket,
    current_state,
    exchange,
    merge_states,
    net_paid,
    refund,
    split,
    take_of,
    void,
)

MAY, JUNE = dt.date(2026, 5, 1), dt.date(2026, 6, 1)
ENTRIES = st.lists(st.builds(StateAt, st.sampled_from(STATES), st.integers(0, 50)), max_size=12)


def order(paid: str = "900", pax: int = 3) -> AirOrder:
    tickets = tuple(Ticket(f"T{n}", n, 1) for n in range(1, pax + 1))
    return AirOrder("A1", tuple(range(1, pax + 1)), tickets, (Posting("p1", 1, "payment", MAY, Decimal(paid), Decimal(paid)),))


@given(ENTRIES, st.randoms())
def test_states_do_not_depend_on_the_order_of_arrival(entries, random):
    shuffled = list(entries)
    random.shuffle(shuffled)
    cut = random.randint(0, len(shuffled))
    whole = merge_states([], entries)
    assert merge_states(merge_states([], shuffled[:cut]), shuffled[cut:]) == whole
    assert merge_states(whole, entries) == whole
    assert current_state(whole) == current_state(merge_states([], shuffled))


def test_states_are_decided_by_their_clocks():
    late = [StateAt("cancelled", 40), StateAt("created", 10), StateAt("paid", 20)]
    assert current_state(late) == "cancelled"
    assert current_state(late, as_of_ms=25) == "paid"
    assert current_state(late, as_of_ms=5) is None
    assert current_state([StateAt("created", 10), StateAt("paid", 10), StateAt("ticketed", 10)]) == "ticketed"
    assert current_state([StateAt("created", 10), StateAt("cancelled", 9)]) == "cancelled"


def test_own_goods_are_all_ours_and_agency_goods_by_agreement():
    assert take_of(Decimal("99.99"), "own", Decimal("0.1"), None) == Decimal("99.9900")
    assert take_of(Decimal(200), "agency", Decimal("0.105"), Decimal(3)) == Decimal("24.0000")
    assert take_of(Decimal(2), "agency", Decimal("0.1"), Decimal(3)) == Decimal(2)
    with pytest.raises(InvalidInput):
        take_of(Decimal(1), "lent", None, None)


def test_a_partial_refund_leaves_the_payment_on_its_day():
    paid = (Posting("p1", 1, "payment", MAY, Decimal(1000), Decimal(125)),)
    once = refund(paid, 1, Decimal(400), JUNE, "r1")
    assert once[0] == paid[0]
    assert (once[1].at_date, once[1].amount, once[1].take_amount) == (JUNE, Decimal(-400), Decimal("-50.0000"))
    rest = refund(once, 1, Decimal(600), JUNE, "r2")
    assert net_paid(rest) == (Decimal(0), Decimal(0))
    for amount in (Decimal(0), Decimal(-1), Decimal(601)):
        with pytest.raises(InvalidInput):
            refund(once, 1, amount, JUNE, "r3")


@given(st.integers(1, 10_000_000), st.integers(1, 9), st.integers(1, 8))
def test_a_split_moves_money_and_changes_no_total(steps, pax, leaving):
    if leaving >= pax:
        return
    whole = order(str(Decimal(steps) / 10_000), pax)
    old, new = split(whole, whole.pax[:leaving], "A2", JUNE)
    both = (*old.postings, *new.postings)
    assert net_paid(both) == net_paid(whole.postings)
    assert sum(p.amount for p in both if p.at_date == MAY) == net_paid(whole.postings)[0]
    assert sum((p.amount for p in both if p.at_date == JUNE), Decimal(0)) == 0
    assert set(old.pax) | set(new.pax) == set(whole.pax)
    assert {t.pax_no for t in new.tickets} == set(new.pax)
    assert new.split_from == "A1"


def test_a_split_by_hand():
    old, new = split(order("100"), [3], "A2", JUNE)
    assert [(p.amount, p.at_date) for p in old.postings] == [(Decimal(100), MAY), (Decimal("-33.3333"), JUNE)]
    assert [(p.amount, p.kind) for p in new.postings] == [(Decimal("33.3333"), "payment")]
    for leaving in ([], [1, 2, 3], [9]):
        with pytest.raises(InvalidInput):
            split(order(), leaving, "A2", JUNE)


def test_an_exchange_posts_the_difference_only():
    dearer = exchange(order(), "T1", Ticket("N1", 1, 1), Decimal(50), JUNE)
    assert [t.status for t in dearer.tickets] == ["exchanged", "open", "open", "open"]
    assert dearer.tickets[0].exchanged_for == "N1"
    assert net_paid(dearer.postings)[0] == Decimal(950)
    assert dearer.postings[0] == order().postings[0]
    cheaper = exchange(order(), "T1", Ticket("N1", 1, 1), Decimal(-20), JUNE)
    assert cheaper.postings[-1].kind == "refund"
    assert len(exchange(order(), "T1", Ticket("N1", 1, 1), Decimal(0), JUNE).postings) == 1
    with pytest.raises(InvalidInput):
        exchange(dearer, "T1", Ticket("N2", 1, 1), Decimal(1), JUNE)


def test_a_void_gives_everything_back():
    voided = void(order(), "T2", Decimal(300), JUNE)
    assert [t.status for t in voided.tickets] == ["open", "void", "open"]
    assert net_paid(voided.postings)[0] == Decimal(600)
    with pytest.raises(InvalidInput):
        void(voided, "T2", Decimal(300), JUNE)


def test_reports_add_up():
    both = LoadReport(1, 2, 3, 4, {"a": 1}).plus(LoadReport(1, 1, 1, 1, {"a": 2, "b": 1}))
    assert both == LoadReport(2, 3, 4, 5, {"a": 3, "b": 1})
