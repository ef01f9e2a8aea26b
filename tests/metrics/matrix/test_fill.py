"""The matrix: judged by hand, fed by what was measured, never the one over the other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.governance import cli_actor
from windsock.kernel.errors import Conflict, InvalidInput
from windsock.metrics.matrix.fill import judge, matrix, record
from windsock.metrics.matrix.model import GOALS, MODULES, Effect, Judgement, check_judgement, pool

D = Decimal
PLACE = ("price", "conversion")
LIN = cli_actor("Lin")


def effect(ref: str = "exp-1", value: str = "0.04", low: str | None = "0.02", high: str | None = "0.06") -> Effect:
    return Effect("experiment", ref, D(value), None if low is None else D(low), None if high is None else D(high), "2026-01-01", "2026-01-31")


def cell(workspace, place=PLACE):
    return next(one for one in matrix(workspace)["cells"] if (one["module"], one["goal"]) == place)


def test_every_place_is_there_from_the_start(workspace):
    told = matrix(workspace)
    assert len(told["cells"]) == len(MODULES) * len(GOALS) == 56
    assert all(one["judgement"] is None and one["measured"] is None and one["version"] == 0 for one in told["cells"])


def test_a_judgement_is_kept_with_its_version(workspace):
    judge(workspace, LIN, PLACE, Judgement("up", 2, 1, "  cheaper converts  "), 0)
    found = cell(workspace)
    assert (found["version"], found["judgement"]["note"], found["changed_by"]) == (1, "cheaper converts", LIN.name)
    with pytest.raises(Conflict):
        judge(workspace, LIN, PLACE, Judgement("down", 1, 1, ""), 0)
    assert judge(workspace, LIN, PLACE, Judgement("mixed", 1, 0, ""), 1)["version"] == 2


def test_what_was_measured_stands_beside(workspace):
    judge(workspace, LIN, PLACE, Judgement("down", 1, 1, ""), 0)
    assert record(workspace, LIN, PLACE, effect())
    assert record(workspace, LIN, PLACE, effect("exp-2", "0", "-0.04", "0.04"))
    assert not record(workspace, LIN, PLACE, effect()), "the same source corrects its own"
    found = cell(workspace)
    assert found["judgement"]["direction"] == "down"
    assert (found["measured"]["effect"], found["measured"]["direction"], found["measured"]["count"]) == ("0.032000", "up", 2)
    assert len(found["effects"]) == 2


@pytest.mark.parametrize("place", [("magic", "uv"), ("price", "luck")])
def test_an_unknown_place_is_refused(workspace, place):
    with pytest.raises(InvalidInput):
        judge(workspace, LIN, place, Judgement("up", 1, 1, ""), 0)
    with pytest.raises(InvalidInput):
        record(workspace, LIN, place, effect())


@pytest.mark.parametrize(
    "given_one", [Judgement("up", 0, 1, ""), Judgement("none", 1, 1, ""), Judgement("up", 4, 1, ""), Judgement("up", 1, 1, "x" * 501)]
)
def test_a_judgement_out_of_bounds_is_refused(given_one):
    with pytest.raises(InvalidInput):
        check_judgement(given_one)


@pytest.mark.parametrize("wrong", [effect(low=None), effect(value="0.5"), Effect("other", "x", D(0), None, None, "2026-02-01", "2026-01-01")])
def test_an_effect_that_contradicts_itself_is_refused(workspace, wrong):
    with pytest.raises(InvalidInput):
        record(workspace, LIN, PLACE, wrong)


def test_effects_without_interval_are_only_counted():
    assert pool([effect(low=None, high=None)]) is None
    found = pool([effect(), effect("b", "9", None, None)])
    assert found is not None
    assert (found.effect, found.count, found.total) == (D("0.04"), 1, 2)


@given(st.lists(st.tuples(st.integers(-100, 100), st.integers(1, 50)), min_size=1, max_size=8))
def test_together_lies_between_and_is_surer(pairs):
    effects = [effect(str(i), f"{value / 100}", f"{(value - reach) / 100}", f"{(value + reach) / 100}") for i, (value, reach) in enumerate(pairs)]
    found = pool(effects)
    assert found is not None
    assert min(one.effect for one in effects) - D("1E-5") <= found.effect <= max(one.effect for one in effects) + D("1E-5")
    assert found.high - found.low <= min(D(2 * reach) / 100 for _, reach in pairs) + D("1E-5")
