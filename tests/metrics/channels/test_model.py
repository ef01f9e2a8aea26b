"""What a channel leaves and what a shift is worth: the worked case, and sums that hold for any figures."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.kernel.errors import InvalidInput
from windsock.metrics.channels.assume import from_json, to_json
from windsock.metrics.channels.model import Assumptions, Figures, Shift, ratio, shift_value, total

D = Decimal
WORKED = Shift(moved=D(50), value=D(800), rate_from=D("0.15"), rate_to=D("0.04"), incentive=D(10), also=D(220))
amounts = st.decimals(min_value=0, max_value=10**6, places=2, allow_nan=False)
rates = st.decimals(min_value=0, max_value=1, places=3, allow_nan=False)


def test_the_worked_case():
    found = shift_value(WORKED)
    assert (found.saved, found.incentives, found.net) == (D(4400), D(2700), D(1700))
    assert (found.counted_movers_only, found.counted_all_moved) == (D(3900), D(21060))


@given(st.builds(Shift, amounts, amounts, rates, rates, amounts, amounts, amounts))
def test_careless_counting_is_never_below_what_is_true_when_direct_is_cheaper(shift):
    found = shift_value(shift)
    assert found.net == found.saved + found.repeat - found.incentives
    assert found.counted_movers_only >= found.net
    if shift.rate_from >= shift.rate_to:
        assert found.counted_all_moved >= found.net - D("0.02")


@given(st.lists(st.builds(Figures, st.integers(0, 10**6), *[amounts] * 8), max_size=6))
def test_margins_of_channels_sum_to_the_whole(rows):
    whole = total(rows)
    assert whole.margin == sum((row.margin for row in rows), D(0))
    assert whole.revenue - whole.cost == whole.margin


def test_nothing_divides_by_nothing():
    assert ratio(D(1), D(0)) is None
    assert ratio(D(1), D(4)) == D("0.25")


def test_assumptions_go_there_and_back():
    plain = to_json(Assumptions())
    assert to_json(from_json(plain)) == plain
    assert from_json({"move_rate": {"member": "0.5"}}).move_rate["buys_direct"] == D("0.10")


@pytest.mark.parametrize(
    "given_json",
    [
        {"incentive": "-1"},
        {"incentive": "NaN"},
        {"incentive": "much"},
        {"move_rate": {"member": "1.5"}},
        {"move_rate": {"nobody": "0.1"}},
        {"move_rate": {"unknown": "0.1"}},
        {"service_cost": [1]},
        {"direct_cost_rate": "2"},
    ],
)
def test_bad_assumptions_are_refused(given_json):
    with pytest.raises(InvalidInput):
        from_json(given_json)
