"""What factors do alone and together: every term, and their fair division, which is Shapley's."""

from __future__ import annotations

from decimal import Decimal
from math import prod

from hypothesis import given
from hypothesis import strategies as st

from windsock.kernel.money import half_up
from windsock.metrics.model.decomposition import lmdi_where_positive, shapley
from windsock.metrics.model.interactions import dividends, terms_of
from windsock.metrics.model.tree import BranchValues, TreeValues, build_tree

D = Decimal
BEFORE = [D(100_000), D("0.020"), D(800), D("0.10")]
AFTER = [D(110_000), D("0.018"), D(850), D("0.11")]
numbers = st.decimals(min_value=-1000, max_value=1000, allow_nan=False, places=2)


def test_one_at_a_time_leaves_870():
    terms = dividends(BEFORE, AFTER)
    alone = [terms[i,] for i in range(4)]
    assert alone == [16_000, -16_000, 10_000, 16_000]
    assert D(25_130) - sum(alone) == -870 == sum(term for chosen, term in terms.items() if len(chosen) > 1)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5))
def test_terms_sum_to_the_change_and_divide_into_shapley(pairs):
    before, after = [one for one, _ in pairs], [two for _, two in pairs]
    terms = dividends(before, after)
    assert sum(terms.values(), D(0)) == prod(after, start=D(1)) - prod(before, start=D(1))
    for i, part in enumerate(shapley(before, after)):
        fair = sum((term / len(chosen) for chosen, term in terms.items() if i in chosen), D(0))
        assert abs(fair - part) < D("1E-9")


def tree(before: BranchValues, after: BranchValues, method=shapley):
    return build_tree(TreeValues(before, BranchValues()), TreeValues(after, BranchValues()), method=method)


SOLD = (
    BranchValues(D(100_000), D(2000), D(1_600_000), D(160_000)),
    BranchValues(D(110_000), D(1980), D(1_683_000), D(185_130)),
)


def test_the_terms_of_a_tree_sum_to_its_branch():
    nodes = tree(*SOLD)
    terms = terms_of(nodes)
    assert terms.alone["tracked.uv"] == D("16000.00")
    assert sum(terms.alone.values(), D(0)) + sum((one.amount for one in terms.together), D(0)) == D("25130.00")
    assert ("tracked.uv", "tracked.conversion") in {one.nodes for one in terms.together}
    assert [abs(one.amount) for one in terms.together] == sorted((abs(one.amount) for one in terms.together), reverse=True)


def test_a_branch_without_parts_has_no_terms():
    assert terms_of(tree(BranchValues(), BranchValues(None, D(1), D(5), D(5)))).together == ()


def test_the_tree_by_the_logarithmic_mean():
    parts = {node.id: node.contribution for node in tree(*SOLD, method=lmdi_where_positive)}
    tenths = [half_up(parts[f"tracked.{name}"], D("0.1")) for name in ("uv", "conversion", "average_order_value", "take_rate")]
    assert tenths == [D("16418.1"), D("-18149.4"), D("10443.2"), D("16418.1")]
    assert parts["tracked"] == D("25130.00")


def test_where_something_is_not_positive_shapley_stands_in():
    after = BranchValues(D(110_000), D(1980), D(1_683_000), D(-50))
    assert [node.contribution for node in tree(SOLD[0], after, lmdi_where_positive)] == [node.contribution for node in tree(SOLD[0], after)]
