"""Tables of two by two against published figures and against sums of whole numbers."""

from __future__ import annotations

from fractions import Fraction
from math import comb, exp, isclose, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.analyses.model.association import Z_95, TwoByTwo, false_discovery, wilson, written_chance


def exact_fisher(table: TwoByTwo) -> Fraction:
    """The chance by whole numbers: no rounding, no shortcut."""
    row, column, total = table.with_fact, table.both + table.outcome_only, table.total
    weights = {k: comb(row, k) * comb(total - row, column - k) for k in range(max(0, row + column - total), min(row, column) + 1)}
    return Fraction(sum(weight for weight in weights.values() if weight <= weights[table.both]), sum(weights.values()))


counts = st.integers(0, 40)


@given(both=counts, fact_only=counts, outcome_only=counts, neither=counts)
def test_fisher_is_the_sum_of_whole_numbers(both: int, fact_only: int, outcome_only: int, neither: int):
    table = TwoByTwo(both, fact_only, outcome_only, neither)
    assert isclose(table.fisher(), float(exact_fisher(table)), rel_tol=1e-9)


@pytest.mark.parametrize(
    ("table", "chance"),
    [
        (TwoByTwo(3, 1, 1, 3), Fraction(34, 70)),  # the lady tasting tea (Fisher, The Design of Experiments, 1935), told two-sided
        (TwoByTwo(1, 9, 11, 3), Fraction(0)),
        (TwoByTwo(0, 0, 5, 5), Fraction(1)),
    ],
)
def test_known_chances(table: TwoByTwo, chance: Fraction):
    known = chance or exact_fisher(table)
    assert isclose(table.fisher(), float(known), rel_tol=1e-9)
    if not chance:
        assert f"{table.fisher():.9f}" == "0.002759456"  # studying by sex, the example of many textbooks


@pytest.mark.slow
def test_large_tables_keep_their_digits():
    table = TwoByTwo(520, 480, 4_900, 5_100)
    assert isclose(table.fisher(), float(exact_fisher(table)), rel_tol=1e-8)
    assert TwoByTwo(100_000, 0, 0, 100_000).fisher() == 0.0
    assert written_chance(0.0) == "<1e-300"


@pytest.mark.parametrize(
    ("one", "two", "gap"),
    [
        ((56, 70), (48, 80), ("0.2000", "0.0524", "0.3339")),
        ((9, 10), (3, 10), ("0.6000", "0.1705", "0.8090")),
        ((10, 10), (0, 20), ("1.0000", "0.6791", "1.0000")),
        ((10, 10), (0, 10), ("1.0000", "0.6075", "1.0000")),
        ((0, 10), (0, 20), ("0.0000", "-0.1611", "0.2775")),
    ],
)
def test_newcombes_own_examples(one: tuple[int, int], two: tuple[int, int], gap: tuple[str, ...]):
    """Method 10 in table II of Newcombe 1998."""
    found = TwoByTwo(one[0], one[1] - one[0], two[0], two[1] - two[0]).difference()
    assert found is not None
    assert tuple(f"{part:.4f}" for part in found) == gap


def test_a_rate_of_nobody_has_no_difference():
    assert TwoByTwo(0, 0, 3, 4).difference() is None
    assert TwoByTwo(3, 4, 0, 0).difference() is None
    assert wilson(0, 10)[1] == 0.0
    assert wilson(10, 10)[2] == 1.0


def test_odds_have_half_a_unit_more_in_each_cell():
    odds, low, high = TwoByTwo(10, 0, 0, 10).odds_ratio()
    assert isclose(odds, 441.0)
    wide = Z_95 * (2 / 10.5 + 2 / 0.5) ** 0.5
    assert isclose(low, exp(log(441) - wide))
    assert isclose(high, exp(log(441) + wide))


def test_false_discoveries_of_benjamini_and_hochberg():
    """Their fifteen chances of 1995: at 5 % the first four are discoveries."""
    chances = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    found = false_discovery(chances)
    assert sum(share <= 0.05 for share in found) == 4
    assert isclose(found[3], 0.0095 * 15 / 4)
    assert false_discovery([]) == []


@given(st.lists(st.floats(0, 1), max_size=12))
def test_a_share_of_false_discoveries_is_the_least_threshold(chances: list[float]):
    """By the rule itself: at a threshold, all up to the last p(j) <= threshold j / m are discoveries."""
    for index, share in enumerate(false_discovery(chances)):
        assert share >= chances[index] * (1 - 1e-12)
        able = [p * len(chances) / sum(other <= p for other in chances) for p in chances if p >= chances[index]]
        assert isclose(share, min(1.0, *able), rel_tol=1e-12)
