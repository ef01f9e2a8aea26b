"""Take, distribution cost, overbooking and the state of a source, case by case."""

from __future__ import annotations

import doctest
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.catalog import DEFAULT_CHANNELS, WORDS, distribution_cost, overbooked, source_state, take
from windsock.catalog.model import CHANNEL_GROUPS, GOODS_KINDS, SOURCE_STATES, Channel, unknown_channel

HOUR = 3_600_000
money = st.decimals("-100000", "100000", places=2)


def test_the_examples_in_the_rules_hold() -> None:
    import windsock.catalog.model as rules

    assert doctest.testmod(rules).failed == 0


@pytest.mark.parametrize(
    ("amount", "sold_as", "rate", "fee", "ours"),
    [
        ("980.00", "own", None, None, "980.0000"),
        ("980.00", "own", "0.1", "5", "980.0000"),
        ("600.00", "agency", "0.12", "3.00", "75.0000"),
        ("600.00", "agency", None, "3.00", "3.0000"),
        ("600.00", "agency", "0.12", None, "72.0000"),
        ("0.03", "agency", "0.005", None, "0.0002"),
        ("-600.00", "agency", "0.12", None, "-72.0000"),
        ("600.00", "agency", None, None, None),
    ],
)
def test_take(amount: str, sold_as: str, rate: str | None, fee: str | None, ours: str | None) -> None:
    found = take(Decimal(amount), sold_as, Decimal(rate) if rate else None, Decimal(fee) if fee else None)
    assert found == (Decimal(ours) if ours else None)


@given(money)
def test_what_is_ours_and_what_is_the_suppliers_is_the_whole(amount: Decimal) -> None:
    assert take(amount, "agency", Decimal("0.25"), None) + take(amount, "agency", Decimal("0.75"), None) == amount  # type: ignore[operator]


def test_what_it_costs_to_be_sold_is_no_take() -> None:
    ota = Channel("x", "X", "X", "ota", tracked=False, commission_rate=Decimal("0.1"), fee_per_segment=Decimal(5), payment_fee_rate=Decimal("0.006"))
    assert distribution_cost(Decimal("1000.00"), 2, ota) == Decimal("116.0000")
    assert distribution_cost(Decimal("1000.00"), 2, unknown_channel("x")) == 0
    assert take(Decimal("1000.00"), "own", None, None) == Decimal(1000)


def test_overbooking_is_told() -> None:
    assert [overbooked(75, 72), overbooked(72, 72), overbooked(10, 72), overbooked(None, 72), overbooked(3, None)] == [3, 0, 0, 0, 0]


def test_a_source_is_late_after_its_lag_and_silent_after_three() -> None:
    assert [source_state(0, hours * HOUR, 2 * HOUR) for hours in (1, 2, 3, 6, 7)] == ["ok", "ok", "late", "late", "silent"]
    assert source_state(None, 0, 2 * HOUR) == "silent"


def test_the_channels_of_a_new_workspace() -> None:
    assert [channel.channel for channel in DEFAULT_CHANNELS] == ["web", "app", "mini_program", "call_centre", "ota_a", "ota_b", "agent", "corporate"]
    assert {channel.channel for channel in DEFAULT_CHANNELS if channel.tracked} == {"web", "app", "mini_program"}
    assert {channel.group for channel in DEFAULT_CHANNELS} < set(CHANNEL_GROUPS)


def test_every_word_of_the_catalogue_is_told_in_two_languages() -> None:
    assert {part: set(words) for part, words in WORDS.items()} == {
        "goods_kinds": set(GOODS_KINDS),
        "channel_groups": set(CHANNEL_GROUPS),
        "source_states": set(SOURCE_STATES),
    }
    assert all(word["en"] and word["zh"] for words in WORDS.values() for word in words.values())
