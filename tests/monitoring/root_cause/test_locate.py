"""Causes are found where they were put, whatever the order, the names and the unit; sums are those of a slow count."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.monitoring.root_cause import oracle
from tests.monitoring.root_cause.world import Element, World, amounts, keys, ratio
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.monitoring.root_cause import amounts as amounts_search
from windsock.monitoring.root_cause import ratios as ratios_search
from windsock.monitoring.root_cause.cuboids import cuboids, depth_for
from windsock.monitoring.root_cause.locate import against_all, locate, rest_of
from windsock.monitoring.root_cause.model import DEPTH, LEAVES_MAX, Kind, Leaves, leaves_of

SEEDS = st.integers(0, 10_000)


def found(world: World, kind: Kind) -> list[Element]:
    return [dict(cause.element) for cause in locate(world.leaves, kind).causes]


def mainly(world: World, kind: Kind) -> list[Element]:
    """Causes but for what noise may add: one with a hundredth of the evidence."""
    causes = locate(world.leaves, kind).causes
    return [dict(cause.element) for cause in causes if cause.evidence > 0.01 * max(other.evidence for other in causes) + 8]


@st.composite
def places(draw: st.DrawFn) -> Element:
    """One or two dimensions of a grid of 6 x 4 x 20 x 6."""
    names = draw(st.lists(st.sampled_from(["channel", "device", "route", "product"]), min_size=1, max_size=2, unique=True))
    sizes = {"channel": 6, "device": 4, "route": 20, "product": 6}
    return {name: f"{name[0]}{draw(st.integers(0, sizes[name] - 1))}" for name in names}


@settings(max_examples=25, deadline=None)
@given(SEEDS, places(), st.sampled_from([0.0, 0.3, 0.6, 1.6, 3.0]), st.sampled_from([0.0, 0.03, 0.1]))
def test_one_cause_of_amounts_is_found(seed: int, element: Element, left: float, noise: float):
    world = amounts(seed, causes=(element,), left=left, noise=noise)
    assert mainly(world, "additive") == [element]


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.sampled_from([{"device": "d1"}, {"channel": "c2"}, {"channel": "c0", "device": "d2"}]), st.sampled_from([0.2, 0.5, 1.8]))
def test_one_cause_of_a_ratio_is_found(seed: int, element: Element, left: float):
    assert mainly(ratio(seed, causes=(element,), left=left), "ratio") == [element]


@pytest.mark.parametrize("depth", [3, 4])
def test_a_cause_of_three_or_four_dimensions_is_found(depth: int):
    element = dict(list({"channel": "c1", "device": "d2", "product": "p3", "route": "r7"}.items())[:depth])
    assert found(amounts(5, causes=(element,), left=0.2, noise=0.03), "additive") == [element]


def test_several_causes_are_found_that_overlap_and_differ():
    world = amounts(8, causes=({"channel": "c1"}, {"route": "r3", "product": "p2"}, {"device": "d0", "route": "r9"}), left=0.5)
    held = world.leaves.inside({"route": "r3", "product": "p2"})
    world.leaves.real[held] *= 0.3
    assert keys(found(world, "additive")) == keys(world.causes)


DEVICES: tuple[Element, ...] = ({"device": "d1"}, {"device": "d2"}, {"device": "d3"})
PAIRS: tuple[Element, ...] = tuple({"channel": "c2", **one} for one in DEVICES)


@pytest.mark.parametrize("causes", [DEVICES, PAIRS], ids=["devices", "devices of a channel"])
@pytest.mark.parametrize("seed", range(2))
def test_siblings_are_told_and_not_their_parent_whose_other_part_is_well(causes: tuple[Element, ...], seed: int):
    assert keys(found(amounts(seed, causes=causes, noise=0.1), "additive")) == keys(causes)


@pytest.mark.parametrize(("seed", "left"), [(2, 0.75), (5, 0.75), (3, 0.8)])
def test_most_of_a_ratio_may_be_hurt_and_it_is_not_the_rest_that_rose(seed: int, left: float):
    world = ratio(seed, (6, 4, 20, 6), DEVICES, left)
    assert keys(found(world, "ratio")) == keys(DEVICES)


def test_a_cause_inside_a_cause_is_told_where_it_is_much_worse():
    world = amounts(6, causes=({"channel": "c1"},), left=0.8, noise=0.03)
    held = world.leaves.inside({"channel": "c1", "route": "r3"})
    world.leaves.real[held] *= 0.2
    assert keys(found(world, "additive")) == keys([{"channel": "c1"}, {"channel": "c1", "route": "r3"}])


def test_what_the_others_explain_is_taken_out_in_the_end():
    leaves = amounts(7, causes=({"channel": "c1"},)).leaves
    cubes = list(cuboids(leaves.codes, leaves.sizes, 4))
    looked = amounts_search._Search(leaves.codes, leaves.sizes, cubes, leaves.real, leaves.predict)
    (one,) = looked.forward()
    place = next(at for at, cube in enumerate(cubes) if cube.dims == (0, 1))
    inside = int(cubes[place].ids[np.flatnonzero(cubes[one.cuboid].ids == one.element)[0]])
    needless = replace(one, cuboid=place, element=inside)
    assert looked.pruned([one, needless]).found == (one,)
    assert looked.pruned([needless, one]).found == (one,)


@pytest.mark.parametrize("kind", ["additive", "ratio"])
def test_without_a_cause_none_is_named(kind: Kind):
    worlds = [amounts(seed, noise=0.12) if kind == "additive" else ratio(seed) for seed in range(20)]
    named = [found(world, kind) for world in worlds]
    assert sum(map(len, named)) <= 1, named  # a false alarm in twenty sets of thousands of elements is what the price of a name allows


@pytest.mark.parametrize("kind", ["additive", "ratio"])
@pytest.mark.parametrize("seed", range(3))
def test_order_and_names_change_nothing(kind: Kind, seed: int):
    causes = ({"channel": "c1", "device": "d2"}, {"device": "d0", "channel": "c3"})
    world = amounts(seed, causes=causes) if kind == "additive" else ratio(seed, causes=causes, left=0.3)
    leaves, rng = world.leaves, np.random.default_rng(seed)
    before = locate(leaves, kind)
    rows = rng.permutation(len(leaves))
    columns = rng.permutation(len(leaves.dims))
    values = {
        leaves.dims[place]: [f"x{hash((place, int(leaves.codes[row, place]))) % 997}-{leaves.codes[row, place]}" for row in rows] for place in columns
    }
    names = {
        f"{name[0]}{code}": value
        for name in leaves.dims
        for code, value in zip(leaves.codes[rows, leaves.dims.index(name)], values[name], strict=True)
    }
    figures = {"real": leaves.real[rows], "predict": leaves.predict[rows]}
    if leaves.visits_real is not None and leaves.visits_predict is not None:
        figures |= {"visits_real": leaves.visits_real[rows], "visits_predict": leaves.visits_predict[rows]}
    after = locate(leaves_of(values, figures, kind), kind)
    assert keys([{name: names[value] for name, value in cause.element.items()} for cause in before.causes]) == keys(
        [dict(cause.element) for cause in after.causes]
    )
    assert [cause.change for cause in after.causes] == pytest.approx([cause.change for cause in before.causes])
    assert [cause.evidence for cause in after.causes] == pytest.approx([cause.evidence for cause in before.causes])


@pytest.mark.parametrize("scale", [1 / 3, 100.0, 1e6])
def test_the_unit_of_amounts_changes_nothing(scale: float):
    world = amounts(3, causes=({"channel": "c1"}, {"route": "r3"}))
    before = locate(world.leaves, "additive")
    after = locate(replace(world.leaves, real=world.leaves.real * scale, predict=world.leaves.predict * scale), "additive")
    assert [cause.element for cause in after.causes] == [cause.element for cause in before.causes]
    assert [cause.change for cause in after.causes] == pytest.approx([cause.change * scale for cause in before.causes])
    assert [cause.evidence for cause in after.causes] == pytest.approx([cause.evidence for cause in before.causes])


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.sampled_from(["additive", "ratio"]))
def test_the_parts_sum_to_the_whole(seed: int, kind: Kind):
    causes = ({"channel": "c1"}, {"device": "d0", "route": "r3"}, {"route": "r3"})
    world = amounts(seed, causes=causes) if kind == "additive" else ratio(seed, causes=causes)
    told = locate(world.leaves, kind)
    assert math.fsum([*(cause.change for cause in told.all), told.rest]) == pytest.approx(told.real - told.expected)
    assert told.real == pytest.approx(float(world.leaves.real.sum()))
    if kind == "additive":
        assert told.expected == pytest.approx(float(world.leaves.predict.sum()))
        assert told.mix == 0
    else:
        visits = world.leaves.visits_real
        assert visits is not None
        assert told.after * visits.sum() - told.before * visits.sum() == pytest.approx(told.change + told.mix)


@pytest.mark.parametrize("kind", ["additive", "ratio"])
def test_what_a_cause_explains_is_absorbed_and_nothing_else(kind: Kind):
    hurt: tuple[Element, ...] = ({"channel": "c1", "device": "d2"},)
    world = amounts(4, causes=hurt) if kind == "additive" else ratio(4, causes=hurt)
    told = locate(world.leaves, kind)
    assert keys([dict(cause.element) for cause in told.causes]) == keys(hurt)
    for cut in ({}, {"channel": "c1"}, {"device": "d2"}, {"channel": "c1", "device": "d2"}, {"channel": "c1", "device": "d2", "route": "r3"}):
        assert rest_of(world.leaves, told, cut).normal, cut
    # What the cause holds is expected as it came, and what it does not hold is off by as much as is said.
    assert rest_of(world.leaves, told, hurt[0]).deviations == pytest.approx(0, abs=1e-6)
    off = [rest_of(world.leaves, told, {"route": route, "device": device}).deviations for route in world.leaves.labels[2] for device in ("d0", "d1")]
    assert 0.5 < np.std(off) < 1.5
    world.leaves.real[world.leaves.inside({"route": "r4"})] *= 0.6
    left = rest_of(world.leaves, told, {"route": "r4"})
    assert not left.normal
    assert left.deviations < 0
    with pytest.raises(InvalidInput, match="tier"):
        rest_of(world.leaves, told, {"tier": "gold"})
    assert rest_of(world.leaves, told, {"route": "nowhere"}).deviations == 0


@pytest.mark.parametrize("seed", range(4))
def test_ratios_weigh_elements_as_a_slow_count_does(seed: int):
    world = ratio(seed, sizes=(3, 2, 4), causes=({"channel": "c1", "device": "d1"},), left=0.6)
    leaves = world.leaves
    assert leaves.visits_real is not None
    assert leaves.visits_predict is not None
    expected = leaves.visits_real * ratios_search.rates(leaves.codes, leaves.sizes, leaves.predict, leaves.visits_predict)
    cubes = list(cuboids(leaves.codes, leaves.sizes, 3))
    looked = ratios_search._Search(cubes, leaves.real, expected, 1.25)
    slow = {
        tuple(sorted(element.items())): oracle.ratio_gain(leaves, expected.tolist(), rows, oracle.name_cost(leaves, element, 3), 1.25)
        for element, rows in oracle.elements(leaves, 3)
    }
    place = looked._best(expected, None)
    assert place is not None
    row = int(np.flatnonzero(cubes[place[0]].ids == place[1])[0])
    best = {leaves.dims[at]: leaves.labels[at][int(leaves.codes[row, at])] for at in cubes[place[0]].dims}
    assert tuple(sorted(best.items())) == max(slow, key=lambda key: slow[key])
    assert looked.worth([place]) == pytest.approx(max(slow.values()))


@pytest.mark.parametrize("seed", range(4))
def test_amounts_weigh_causes_as_a_slow_count_does(seed: int):
    world = amounts(seed, sizes=(3, 2, 4, 3), causes=({"channel": "c1", "device": "d1"},))
    leaves = world.leaves
    cubes = list(cuboids(leaves.codes, leaves.sizes, 4))
    looked = amounts_search._Search(leaves.codes, leaves.sizes, cubes, leaves.real, leaves.predict)
    deviations = looked.deviation.tolist()
    for place, cube in enumerate(cubes):
        stats = looked._stats(place)
        for element in np.flatnonzero(cube.counts):
            rows = np.flatnonzero(cube.ids == element)
            assert (stats.middle[element], stats.spread[element]) == pytest.approx(oracle.amount_stats([deviations[row] for row in rows]))
    fit = looked.pruned(looked.forward())
    causes = [
        (dict(name), one.deviation, one.spread)
        for one in fit.found
        for name in [_element(leaves, cubes[one.cuboid].ids == one.element, cubes[one.cuboid].dims)]
    ]
    assert causes
    noise, rounding = looked.noise.tolist(), looked.rounding.tolist()
    whole = oracle.amount_worth(leaves, noise, causes, rounding, 4)
    for place, evidence in enumerate(fit.evidence):
        without = oracle.amount_worth(leaves, noise, causes[:place] + causes[place + 1 :], rounding, 4)
        assert evidence == pytest.approx(whole - without)


def _element(leaves: Leaves, held: np.ndarray, dims: tuple[int, ...]) -> Element:
    row = int(np.flatnonzero(held)[0])
    return {leaves.dims[at]: leaves.labels[at][int(leaves.codes[row, at])] for at in dims}


def test_small_amounts_may_be_noisier():
    rng = np.random.default_rng(1)
    top = np.exp(rng.uniform(0, 8, 4000))
    deviation = rng.normal(0, np.sqrt(0.03**2 + 0.5 / top))
    noise = amounts_search.noise_of(deviation, top, np.zeros(4000))
    for low, high in ((1, 20), (20, 400), (400, 3000)):
        part = (top > low) & (top < high)
        assert noise[part].mean() == pytest.approx(deviation[part].std(), rel=0.35)


def test_a_rate_that_went_the_other_way_everywhere_is_mix():
    rows = {"device": ["m", "m", "d", "d"], "city": ["a", "b", "a", "b"]}
    visits, due = [20_000, 20_000, 30_000, 30_000], [30_000, 30_000, 20_000, 20_000]
    columns = {"real": [600, 680, 400, 320], "predict": [850, 950, 230, 170], "visits_real": visits, "visits_predict": due}
    leaves = leaves_of(rows, {name: np.array(column, np.float64) for name, column in columns.items()}, "ratio")
    told = locate(leaves, "ratio")
    assert against_all(leaves) == "device" == told.mixed_by
    assert told.causes == ()
    assert told.after < told.before
    assert told.change > 0 > told.mix


def test_bounds_and_nonsense_are_refused():
    fine = {"real": np.ones(2), "predict": np.ones(2)}
    with pytest.raises(InvalidInput, match="no column of a dimension"):
        leaves_of({}, fine, "additive")
    with pytest.raises(InvalidInput, match="no row"):
        leaves_of({"a": []}, {"real": np.ones(0), "predict": np.ones(0)}, "additive")
    with pytest.raises(TooLarge, match="250,000"):
        leaves_of({"a": []}, {"real": np.ones(LEAVES_MAX + 1), "predict": np.ones(1)}, "additive")
    with pytest.raises(TooLarge, match="13 dimensions"):
        leaves_of({f"d{place}": ["x", "y"] for place in range(13)}, fine, "additive")
    for bad in (-1.0, math.nan, math.inf, 1e16):
        with pytest.raises(InvalidInput, match="row 2"):
            leaves_of({"a": ["x", "y"]}, {"real": np.array([1, bad]), "predict": np.ones(2)}, "additive")
    with pytest.raises(InvalidInput, match="visits"):
        locate(leaves_of({"a": ["x", "y"]}, fine, "additive"), "ratio")
    with pytest.raises(InvalidInput, match="kind"):
        locate(leaves_of({"a": ["x", "y"]}, fine, "additive"), "money")  # pyright: ignore[reportArgumentType] - what a caller may do


def test_rows_of_one_leaf_are_added_up():
    leaves = leaves_of({"a": ["x", "y", "x"]}, {"real": np.array([1.0, 2, 3]), "predict": np.array([1.0, 1, 1])}, "additive")
    assert leaves.real.tolist() == [4, 2]
    assert leaves.predict.tolist() == [2, 1]


def test_work_is_bounded_by_combining_fewer_dimensions():
    for leaves in (10, 2_880, 50_000, LEAVES_MAX):
        for dims in range(1, 13):
            depth = depth_for(leaves, dims)
            assert 1 <= depth <= min(DEPTH, dims)
            assert depth == 1 or leaves * sum(math.comb(dims, size) for size in range(depth + 1)) <= 12_000_000


def test_of_what_nearly_always_succeeds_the_failures_tell():
    """30 payments with 18 that went through are 2 standard deviations of a count below 28, but 12 failures are ten times those expected."""
    dims = {"provider": [*"aaabbbccc"], "device": ["android", "desktop", "ios"] * 3}
    visits = np.array([8.0, 6, 5, 2, 2, 3, 30, 3, 19])
    orders = np.array([7.0, 6, 5, 2, 2, 2, 18, 3, 19])
    due_visits = np.array([9.7, 5.7, 8.3, 6.3, 5, 1, 28.3, 3.7, 17.3])
    due = due_visits * 0.955
    leaves = leaves_of(dims, {"real": orders, "predict": due, "visits_real": visits, "visits_predict": due_visits}, "ratio")
    located = locate(leaves, "ratio")
    assert [dict(cause.element) for cause in located.causes] == [{"provider": "c", "device": "android"}]
    assert located.causes[0].change == pytest.approx(-10.7, abs=0.7)
    assert located.real == pytest.approx(orders.sum())
    assert sum(cause.change for cause in located.all) + located.rest == pytest.approx(located.change)
    assert abs(rest_of(leaves, located, {"provider": "c"}).deviations) < 2


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_nothing_is_said_of_failures_that_vary_by_chance(seed: int):
    random = np.random.default_rng(seed)
    visits = random.poisson(30, 60).astype(float)
    columns = {"a": [f"a{at % 6}" for at in range(60)], "b": [f"b{at // 6}" for at in range(60)]}
    orders = random.binomial(visits.astype(int), 0.95).astype(float)
    told = {"real": orders, "predict": np.full(60, 28.5), "visits_real": visits, "visits_predict": np.full(60, 30.0)}
    assert [cause for cause in locate(leaves_of(columns, told, "ratio"), "ratio").causes if cause.evidence > 5] == []
