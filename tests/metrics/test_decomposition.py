"""The parts of a change sum to the change, whatever the numbers: worked cases first, then every sign, zero and gap."""

from __future__ import annotations

from decimal import Decimal, localcontext
from itertools import permutations
from math import prod
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.kernel.errors import InvalidInput
from windsock.kernel.money import half_up
from windsock.metrics.model.decomposition import (
    RATIO_STEP,
    Key,
    Level,
    Share,
    explain_product,
    lmdi,
    round_parts,
    rounded_change,
    shapley,
    split_ratio,
    split_sum,
)

D = Decimal
BEFORE = [D(100_000), D("0.020"), D(800), D("0.10")]
AFTER = [D(110_000), D("0.018"), D(850), D("0.11")]
NOISE = D("1E-40")

numbers = st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, places=4)
counts = st.integers(0, 10**6).map(D)
names = st.sampled_from(["web", "app", "ota", None])


def tenths(parts):
    return [half_up(part, D("0.1")) for part in parts]


def test_the_worked_case_by_shapley():
    parts = shapley(BEFORE, AFTER)
    assert sum(parts) == D(25_130)
    assert tenths(parts) == [D("16444.2"), D("-18222.5"), D("10464.2"), D("16444.2")]


def test_the_worked_case_by_lmdi():
    parts = lmdi(BEFORE, AFTER)
    assert half_up(sum(parts, D(0)), D("1E-30")) == D(25_130)
    assert tenths(parts) == [D("16418.1"), D("-18149.4"), D("10443.2"), D("16418.1")]


def test_the_worked_case_sums_to_the_cent():
    cents = round_parts(D(25_130), shapley(BEFORE, AFTER))
    assert sum(cents) == D("25130.00")
    assert all(cent == half_up(cent) for cent in cents)


def test_the_worked_case_of_rate_and_mix():
    before: dict[Key, Share] = {("mobile",): Share(D(18), D(600)), ("desktop",): Share(D(4), D(400))}
    after: dict[Key, Share] = {("mobile",): Share(D("12.8"), D(400)), ("desktop",): Share(D("7.2"), D(600))}
    split = split_ratio(before, after)
    assert split is not None
    assert (split.before, split.after) == (D("0.022"), D("0.02"))
    assert (split.rate, split.mix) == (D("0.002"), D("-0.004"))
    assert [part.mix for part in split.parts] == [D("-0.002"), D("-0.002")]
    assert all(part.rate > 0 for part in split.parts), "every part improved and the whole fell"


def test_lmdi_says_what_to_use_for_a_zero():
    with pytest.raises(InvalidInput, match="above zero"):
        lmdi([D(0), D(1)], [D(1), D(1)])
    assert lmdi([D(2), D(3)], [D(3), D(2)])[0] > 0


@pytest.mark.parametrize("factors", [[], [D(1)] * 7, [D("NaN")], [D("1E50")]])
def test_a_product_is_bounded(factors):
    with pytest.raises(InvalidInput):
        shapley(factors, factors)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=6))
def test_parts_sum_to_the_whole_for_any_numbers(pairs):
    before, after = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    with localcontext() as context:
        context.prec = 150
        whole = prod(after, start=D(1)) - prod(before, start=D(1))
        assert abs(sum(shapley(before, after), D(0)) - whole) < NOISE


@given(st.lists(st.tuples(numbers, numbers), min_size=2, max_size=4), st.data())
def test_the_order_of_the_factors_does_not_matter(pairs, data):
    order = data.draw(st.sampled_from(list(permutations(range(len(pairs))))))
    straight = shapley([p[0] for p in pairs], [p[1] for p in pairs])
    turned = shapley([pairs[i][0] for i in order], [pairs[i][1] for i in order])
    assert all(abs(straight[i] - turned[place]) < NOISE for place, i in enumerate(order))


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=4), st.integers(-1000, 1000))
def test_scaling_one_factor_scales_every_part(pairs, scale):
    before, after = [p[0] for p in pairs], [p[1] for p in pairs]
    scaled = shapley([before[0] * scale, *before[1:]], [after[0] * scale, *after[1:]])
    with localcontext() as context:
        context.prec = 150
        assert all(abs(big - part * scale) < NOISE for big, part in zip(scaled, shapley(before, after), strict=True))


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5))
def test_a_factor_that_did_not_move_has_no_part(pairs):
    parts = shapley([D(5), *(p[0] for p in pairs)], [D(5), *(p[1] for p in pairs)])
    assert parts[0] == 0


def levels(*values: tuple[object, object]) -> list[Level]:
    tags = ("uv", "conversion", "average_order_value", "take_rate")[-len(values) :]
    return [Level(tag, None if a is None else D(str(a)), None if b is None else D(str(b))) for tag, (a, b) in zip(tags, values, strict=True)]


def test_a_whole_product_keeps_its_factors():
    found = explain_product(levels((100_000, 110_000), (2000, 1980), (1_600_000, 1_683_000), (160_000, 185_130)))
    assert [f.factors for f in found] == [("uv",), ("conversion",), ("average_order_value",), ("take_rate",)]
    assert tenths([f.part for f in found]) == [D("16444.2"), D("-18222.5"), D("10464.2"), D("16444.2")]
    assert [f.before for f in found] == BEFORE
    assert not any(f.collapsed for f in found)


@pytest.mark.parametrize("missing", [(None, None), (None, 110_000), (100_000, 0), (0, 0)])
def test_without_visits_the_product_is_orders_by_value_by_take(missing):
    found = explain_product(levels(missing, (2000, 1980), (1_600_000, 1_683_000), (160_000, 185_130)))
    assert [f.factors for f in found] == [("uv", "conversion"), ("average_order_value",), ("take_rate",)]
    assert (found[0].before, found[0].after, found[0].collapsed) == (D(2000), D(1980), True)
    assert half_up(sum((f.part for f in found), D(0)), D("1E-30")) == D(25_130)


def test_no_orders_in_a_period_joins_all_that_needs_them():
    found = explain_product(levels((100, 120), (0, 3), (0, 900), (50, 90)))
    assert [f.factors for f in found] == [("uv",), ("conversion", "average_order_value", "take_rate")]


def test_a_product_of_zero_is_not_divided():
    found = explain_product(levels((100, 120), (3, 3), (900, 900), (90, 0)))
    assert [(f.factors, f.part) for f in found] == [(("uv", "conversion", "average_order_value", "take_rate"), D(-90))]


def test_an_unknown_product_is_refused():
    with pytest.raises(InvalidInput, match="not known"):
        explain_product(levels((1, 2), (3, None)))
    with pytest.raises(InvalidInput, match="not known"):
        explain_product([])


maybe = st.one_of(st.none(), st.just(D(0)), numbers)


@given(st.lists(st.tuples(maybe, maybe), max_size=4), numbers, numbers)
def test_collapsing_keeps_the_sum_and_every_factor(values, before, after):
    given_levels = [*(Level(f"f{i}", a, b) for i, (a, b) in enumerate(values)), Level("last", before, after)]
    found = explain_product(given_levels)
    assert [name for f in found for name in f.factors] == [level.factor for level in given_levels]
    cents = round_parts(rounded_change(before, after), [f.part for f in found])
    assert half_up(before) + sum(cents, D(0)) == half_up(after)
    assert all(f.before and f.after for f in found) or len(found) == 1, "a factor of zero is never left standing"


cells = st.dictionaries(st.tuples(names), st.one_of(st.none(), numbers), max_size=4)


@given(cells, cells)
def test_the_parts_of_a_sum_are_exact(before, after):
    parts = split_sum(before, after)
    assert sum((part.change for part in parts), D(0)) == sum((v or D(0) for v in after.values()), D(0)) - sum(
        (v or D(0) for v in before.values()), D(0)
    )
    assert {part.key for part in parts} == before.keys() | after.keys()
    assert [abs(part.change) for part in parts] == sorted((abs(part.change) for part in parts), reverse=True)


CELLS_BEFORE: dict[Key, Decimal | None] = {("web",): D(10), (None,): D(5)}
CELLS_AFTER: dict[Key, Decimal | None] = {("web",): D(12), (None,): D(1)}


def test_no_value_is_a_part_of_its_own():
    parts = split_sum(CELLS_BEFORE, CELLS_AFTER)
    assert [(part.key, part.change) for part in parts] == [((None,), D(-4)), (("web",), D(2))]


shares = st.dictionaries(st.tuples(names), st.builds(Share, numbers, numbers), min_size=1, max_size=4)


@given(shares, shares)
def test_rate_and_mix_sum_to_the_change_for_any_numbers(before, after):
    split = split_ratio(before, after)
    if split is None:
        assert 0 in {sum(share.denominator for share in side.values()) for side in (before, after)}
        return
    with localcontext() as context:
        # Parts of opposite signs may be so large beside their sum that 28 digits don't hold it.
        context.prec = 100
        assert split.rate + split.mix == split.after - split.before
        assert sum((part.change for part in split.parts), D(0)) == split.after - split.before


def test_huge_parts_of_opposite_signs_sum_to_a_small_change():
    before: dict[Key, Share] = {("app",): Share(D("1e9"), D("1e9")), ("web",): Share(D("-1e9"), D("-999999999.9999"))}
    after: dict[Key, Share] = {("app",): Share(D(3), D(1)), ("web",): Share(D(1), D(1))}
    split = split_ratio(before, after)
    assert split is not None
    with localcontext() as context:
        context.prec = 100
        assert split.rate + split.mix == split.after - split.before


@given(st.lists(st.tuples(counts, counts.filter(bool), counts, counts.filter(bool)), min_size=1, max_size=4))
def test_rate_and_mix_follow_their_formula(rows):
    before: dict[Key, Share] = {(str(i),): Share(row[0], row[1]) for i, row in enumerate(rows)}
    after: dict[Key, Share] = {(str(i),): Share(row[2], row[3]) for i, row in enumerate(rows)}
    split = split_ratio(before, after)
    assert split is not None
    middle = (split.before + split.after) / 2
    for part in split.parts:
        assert part.before is not None
        assert part.after is not None
        rate = (part.weight_before + part.weight_after) / 2 * (part.after - part.before)
        mix = (part.weight_after - part.weight_before) * ((part.before + part.after) / 2 - middle)
        size = max(abs(part.before), abs(part.after), abs(middle), D(1))
        assert abs(part.rate - rate) < size * D("1E-10")
        assert abs(part.mix - mix) < size * D("1E-10")


def test_a_value_of_one_period_only_is_all_mix():
    before: dict[Key, Share] = {("web",): Share(D(20), D(1000))}
    after: dict[Key, Share] = {("web",): Share(D(20), D(1000)), ("app",): Share(D(40), D(1000))}
    split = split_ratio(before, after)
    assert split is not None
    new = next(part for part in split.parts if part.key == ("app",))
    assert (new.before, new.rate) == (None, 0)
    assert split.after - split.before == D("0.01")
    assert split.mix == D("0.01"), "web's own ratio did not move"


def test_a_numerator_without_a_denominator_is_not_lost():
    before: dict[Key, Share] = {("web",): Share(D(10), D(100)), ("late",): Share(D(5), D(0))}
    after: dict[Key, Share] = {("web",): Share(D(10), D(100))}
    split = split_ratio(before, after)
    assert split is not None
    assert split.after - split.before == D("-0.05")
    assert next(part for part in split.parts if part.key == ("late",)).mix == D("-0.05")


def test_nothing_to_divide_by_gives_no_split():
    assert split_ratio({}, {("web",): Share(D(1), D(1))}) is None


def test_ratios_are_given_in_steps():
    split = split_ratio({("a",): Share(D(1), D(3))}, {("a",): Share(D(2), D(3))})
    assert split is not None
    assert split.parts[0].rate == split.after - split.before == D("0.333333333334")
    assert D("1E-12") == RATIO_STEP


PAGE = (Path(__file__).parents[2] / "docs/concepts/decomposition.md").read_text("utf-8")


def table(first: str) -> list[list[str]]:
    """The rows of the page's table that starts with a word, the whole last."""
    lines = [line for line in PAGE.split(f"| {first} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:] if line.startswith("|")]
    return [[cell.strip().strip("*") for cell in line.strip("|").split("|")] for line in lines]


def test_the_table_of_factors_in_the_documentation_holds():
    *factors, whole = table("factor")
    before, after = [D(row[1]) for row in factors], [D(row[2]) for row in factors]
    assert (prod(before), prod(after)) == (D(whole[1]), D(whole[2]))
    assert [f"{part}" for part in tenths(shapley(before, after))] == [row[3] for row in factors]
    assert [f"{part}" for part in tenths(lmdi(before, after))] == [row[4] for row in factors]
    assert f"{tenths([D(whole[2]) - D(whole[1])])[0]}" == whole[3] == whole[4]
    singly = [prod(before) / old * (new - old) for old, new in zip(before, after, strict=True)]
    assert sum(singly) - (D(whole[2]) - D(whole[1])) == D(870), "what the page says one-at-a-time leaves"


def test_the_table_of_rate_and_mix_in_the_documentation_holds():
    *rows, whole = table("device")
    before: dict[Key, Share] = {(row[0],): Share(D(row[1]) * D(row[3]), D(row[1])) for row in rows}
    after: dict[Key, Share] = {(row[0],): Share(D(row[2]) * D(row[4]), D(row[2])) for row in rows}
    split = split_ratio(before, after)
    assert split is not None
    assert (split.before, split.after, split.rate, split.mix) == tuple(D(cell) for cell in whole[3:])
    found = {part.key[0]: (part.rate, part.mix) for part in split.parts}
    assert found == {row[0]: (D(row[5]), D(row[6])) for row in rows}
