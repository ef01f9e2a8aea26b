"""One dimension inside another: parts sum to what they stand in, and Simpson's cases are known as such."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from windsock.metrics.model.decomposition import Key, Share, split_ratio
from windsock.metrics.model.nested import is_simpson, nest_ratio, worth_of

D = Decimal
WORKED: tuple[dict[Key, Share], dict[Key, Share]] = (
    {("mobile",): Share(D(18), D(600)), ("desktop",): Share(D(4), D(400))},
    {("mobile",): Share(D("12.8"), D(400)), ("desktop",): Share(D("7.2"), D(600))},
)
"""science 3.12: shares .6/.4 -> .4/.6, ratios .030/.010 -> .032/.012."""


def test_the_worked_case_of_rate_and_mix():
    split = split_ratio(*WORKED)
    assert split is not None
    assert (split.before, split.after, split.rate, split.mix) == (D("0.022"), D("0.020"), D("0.002"), D("-0.004"))
    assert [part.mix for part in split.parts] == [D("-0.002")] * 2
    assert is_simpson(split)


def test_a_fall_of_all_is_no_simpson():
    split = split_ratio(WORKED[1], {key: Share(share.numerator / 2, share.denominator) for key, share in WORKED[1].items()})
    assert split is not None
    assert not is_simpson(split)


def test_one_part_that_moves_with_the_whole_is_no_simpson():
    after: dict[Key, Share] = {**WORKED[1], ("desktop",): Share(D(3), D(600))}
    split = split_ratio(WORKED[0], after)
    assert split is not None
    assert not is_simpson(split)


def test_a_part_that_came_says_nothing_of_its_own():
    split = split_ratio({("a",): Share(D(5), D(10))}, {("a",): Share(D(6), D(10)), ("b",): Share(D(0), D(90))})
    assert split is not None
    assert split.after < split.before
    assert not is_simpson(split)


cells = st.dictionaries(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["x", "y", None])),
    st.builds(lambda top, bottom: Share(D(top), D(bottom)), st.integers(0, 500), st.integers(0, 1000)),
    min_size=1,
)


def folded(given_cells):
    found = {}
    for key, share in given_cells.items():
        old = found.get(key[:1], Share(D(0), D(0)))
        found[key[:1]] = Share(old.numerator + share.numerator, old.denominator + share.denominator)
    return found


@given(cells, cells)
def test_inside_sums_to_the_rate_it_stands_in(before, after):
    nested = nest_ratio([(folded(before), folded(after)), (before, after)])
    if nested is None:
        return
    split, parts = nested
    assert sum((part.change for part in parts), D(0)) == split.after - split.before
    for part in parts:
        if part.inside:
            assert sum((one.change for one in part.inside), D(0)) == part.rate
            assert {one.key[:1] for one in part.inside} == {part.key}


def test_inside_a_value_stands_its_own_rate_and_mix():
    before: dict[Key, Share] = {("app", "ios"): Share(D(30), D(300)), ("app", "android"): Share(D(10), D(200)), ("web", "pc"): Share(D(10), D(500))}
    after: dict[Key, Share] = {("app", "ios"): Share(D(10), D(100)), ("app", "android"): Share(D(20), D(400)), ("web", "pc"): Share(D(10), D(500))}
    nested = nest_ratio([(folded(before), folded(after)), (before, after)])
    assert nested is not None
    parts = {part.key: part for part in nested[1]}
    app = parts["app",]
    # 0.08 -> 0.06 on half of the visits: all of it is the shift from iOS (10 %) to Android (5 %), neither of which changed.
    assert (app.before, app.after, app.rate, app.mix) == (D("0.08"), D("0.06"), D("-0.01"), D(0))
    assert sum(one.rate for one in app.inside) == 0
    assert sum(one.mix for one in app.inside) == D("-0.01")
    assert parts["web",].change == 0


def test_money_follows_the_parts_to_the_cent():
    assert worth_of([D("-0.001"), D("-0.002")], D("-0.003"), D("-100.00")) == [D("-33.33"), D("-66.67")]
    assert worth_of([D("0.001"), D("-0.001")], D(0), D(5)) is None
