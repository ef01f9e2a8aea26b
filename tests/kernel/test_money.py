"""Money is exact: no digit dropped, halves go up, parts sum to the whole."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.kernel.money import CENT, allocate, half_up, text


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("1234.5600", "1234.56"), ("7", "7.00"), ("0.1250", "0.125"), ("-0.5", "-0.50"), ("1E+3", "1000.00"), ("25996260.4100", "25996260.41")],
)
def test_text_is_plain_and_exact(amount: str, shown: str) -> None:
    assert text(Decimal(amount)) == shown
    assert Decimal(shown) == Decimal(amount)


@pytest.mark.parametrize(("amount", "rounded"), [("0.125", "0.13"), ("0.135", "0.14"), ("-2.345", "-2.35"), ("0.994999", "0.99"), ("1e20", "1e20")])
def test_halves_go_away_from_zero(amount: str, rounded: str) -> None:
    assert half_up(Decimal(amount)) == Decimal(rounded)


def test_the_last_cent_goes_to_the_largest_remainder_and_to_the_earlier_of_equals() -> None:
    assert allocate(Decimal("10.00"), [Decimal(10) / 3] * 3) == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]
    assert allocate(Decimal("0.03"), [Decimal("0.004"), Decimal("0.008"), Decimal("0.018")]) == [Decimal("0.00"), Decimal("0.01"), Decimal("0.02")]
    assert allocate(Decimal("-0.02"), [Decimal("-0.015"), Decimal("-0.005")]) == [Decimal("-0.01"), Decimal("-0.01")]
    assert allocate(Decimal(0), []) == []


@given(st.lists(st.decimals(-10_000, 10_000, places=6), min_size=1, max_size=12))
def test_parts_sum_to_the_whole_and_stay_within_a_cent_of_their_share(shares: list[Decimal]) -> None:
    total = half_up(sum(shares, Decimal(0)))
    parts = allocate(total, shares)
    assert sum(parts, Decimal(0)) == total
    assert all(abs(part - share) <= CENT for part, share in zip(parts, shares, strict=True))
