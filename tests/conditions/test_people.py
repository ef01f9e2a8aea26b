"""Who meets a condition: the compiled statement against a slow, obvious telling, over a crowd that is full of edges."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conditions.oracle import Oracle
from tests.conditions.world import DAY, HOUR, MANY, NAMES, T0, ZONE, World, crowd, orders_and_traits
from windsock.conditions import Frame, people_of, sentence
from windsock.conditions.model import read_condition
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local

NOW = T0 + 3 * DAY + 5 * HOUR


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalWarehouse, World]]:
    world = crowd(20261101)
    orders_and_traits(world, 7)
    warehouse = open_local(tmp_path_factory.mktemp("people") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield warehouse, world
    warehouse.close()


names = st.one_of(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), min_size=1, max_size=3), st.just("*"))
lengths = st.sampled_from(["1 hour", "3 hours", "1 ms", "24 hours", "6 hours", "2 days"])
ops = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
tests = st.one_of(
    st.fixed_dictionaries({"field": st.just("route"), "op": st.sampled_from(["=", "!=", ">="]), "value": st.sampled_from(["r1", "r2"])}),
    st.fixed_dictionaries({"field": st.just("price"), "op": ops, "value": st.sampled_from([5, 7.5, 50])}),
    st.fixed_dictionaries({"field": st.just("properties.n"), "op": ops, "value": st.sampled_from([3, 10, "10"])}),
    st.fixed_dictionaries({"field": st.just("properties.s"), "op": st.sampled_from(["=", "!=", "contains"]), "value": st.sampled_from(["one", "T"])}),
    st.fixed_dictionaries({"field": st.just("sales_channel"), "op": st.sampled_from(["is null", "is not null"])}),
    st.fixed_dictionaries({"field": st.just("route"), "op": st.sampled_from(["in", "not in"]), "value": st.just(["r1", "r9"])}),
)
wheres = st.lists(tests, max_size=2)
periods = st.sampled_from(
    [
        None, {"last": 1, "unit": "day"}, {"last": 3, "unit": "days"}, {"previous": 1, "unit": "day"}, {"previous": 2, "unit": "week"},
        {"past": "53 hours"}, {"past": "1 day"}, {"from": "2026-11-01", "to": "2026-11-01"}, {"from": "2026-11-02"}, {"to": "2026-11-03"},
        {"previous": 1, "unit": "month"}, {"last": 1, "unit": "week"},
    ]
)  # fmt: skip


def bounds(*values: float) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({"op": ops, "value": st.sampled_from(values)})


@st.composite
def sequences(draw: st.DrawFn) -> dict[str, Any]:
    """Any chain that is allowed: same events in several steps, own windows, exclusions, a held field, steps that may be left out."""
    count = draw(st.integers(2, 4))
    optional = draw(st.booleans()) and count > 2
    own = None if draw(st.booleans()) else draw(lengths)
    steps: list[dict[str, Any]] = []
    for index in range(count):
        step: dict[str, Any] = {"name": f"s{index}", "event": draw(names), "where": draw(st.lists(tests, max_size=1))}
        if index and (own if optional else draw(st.booleans())):
            step["within"] = own or draw(lengths)
        if index and optional and draw(st.booleans()):
            step["optional"] = True
        steps.append(step)
    without: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(0, 2))):
        one: dict[str, Any] = {"event": draw(names), "where": draw(st.lists(tests, max_size=1))}
        if not optional:
            after = draw(st.integers(0, count - 2))
            one |= {"after": f"s{after}", "before": f"s{draw(st.integers(after + 1, count - 1))}"}
        without.append(one)
    more: dict[str, Any] = {"same": "route"} if draw(st.booleans()) else {}
    more |= {"period": draw(periods)} if draw(st.booleans()) else {}
    return {"sequence": steps, "within": draw(lengths), "without": without, "strict": draw(st.booleans()) and draw(st.booleans()), **more}


leaves = st.one_of(
    st.fixed_dictionaries({"did": names, "where": wheres, "times": st.one_of(st.integers(1, 3), bounds(0, 1, 2)), "period": periods}),
    st.fixed_dictionaries({"did": names, "times": st.integers(1, 3), "period": periods, "same": st.just("route")}),
    st.fixed_dictionaries({"did": names, "times": st.integers(1, 3), "within": lengths}),
    st.fixed_dictionaries({"did": names, "times": st.integers(2, 3), "within": lengths, "same": st.sampled_from(["route", "properties.s"])}),
    st.fixed_dictionaries({"did_not": names, "where": wheres, "period": periods}),
    st.fixed_dictionaries({"measure": st.just("days"), "event": names, "is": bounds(0, 1, 2), "period": periods}),
    st.fixed_dictionaries({"measure": st.just("distinct"), "of": st.sampled_from(["route", "price"]), "event": names, "is": bounds(0, 1, 2)}),
    st.fixed_dictionaries(
        {
            "measure": st.sampled_from(["sum", "min", "max", "average"]), "of": st.sampled_from(["price", "properties.n"]), "event": names,
            "is": bounds(0, 5, 7.5, 12.5), "period": periods,
        }
    ),
    sequences(),
    st.fixed_dictionaries({"first": names, "is": wheres, "during": periods, "period": periods}),
    st.fixed_dictionaries({"last": names, "where": wheres, "is": wheres}),
    st.fixed_dictionaries({"trait": st.just("tier"), "op": st.sampled_from(["=", "!=", "in"]), "value": st.just(["gold", "silver"])}).map(
        lambda one: one if one["op"] == "in" else one | {"value": "gold"}
    ),
    st.fixed_dictionaries({"trait": st.just("seats"), "op": ops, "value": st.sampled_from([2, 2.5, -1, "2"])}),
    st.fixed_dictionaries({"trait": st.just("tier"), "op": st.sampled_from(["is null", "is not null"])}),
    st.fixed_dictionaries({"has_id": st.sampled_from(["member", "login", "email"])}),
    st.fixed_dictionaries({"orders": st.just("count"), "is": bounds(0, 1, 2), "period": periods, "clock": st.sampled_from(["booked", "paid"])}),
    st.fixed_dictionaries({"orders": st.just("sum"), "currency": st.just("CNY"), "is": bounds(0, 10, 99.6)}),
)  # fmt: skip
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=4,
)
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


def _agree(stage: tuple[LocalWarehouse, World], written: dict[str, Any], as_of_ms: int | None) -> None:
    warehouse, world = stage
    condition = read_condition(written)
    found = people_of(warehouse, condition, Frame(NOW, ZONE, as_of_ms=as_of_ms), limit=10_000)
    expected = sorted(Oracle(world, NOW, ZONE, as_of_ms).who(condition))
    assert list(found.persons) == expected
    assert found.total == len(expected)
    assert sentence(condition, "en")
    assert sentence(condition, "zh")


@settings(max_examples=25, deadline=None, suppress_health_check=EASY)
@given(written=conditions, as_of_ms=st.sampled_from([None, None, T0 + DAY - 1, T0 + DAY, T0 + 2 * DAY, T0 + 3 * DAY]))
def test_the_statement_gives_whom_the_telling_names(stage: tuple[LocalWarehouse, World], written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=80 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=conditions, as_of_ms=st.sampled_from([None, None, T0 + DAY, T0 + 2 * DAY, T0 + 3 * DAY]))
def test_many_conditions_agree(stage: tuple[LocalWarehouse, World], written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=40 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=sequences())
def test_many_sequences_agree(stage: tuple[LocalWarehouse, World], written: dict[str, Any]):
    _agree(stage, written, None)


def test_sums_of_amounts_that_are_all_equal(tmp_path: Path):
    """An engine that knows of a column that it has one value only must not take its sums for known."""
    world = World()
    for did in (1, 2, 3):
        for number in range(did):
            world.event(did, T0 + number * HOUR, "order", price=Decimal("7.5"))
            world.add(
                "orders", order_key=did * 10 + number, did=did, source="shop", order_ref=f"o{did}{number}", state="paid", currency="CNY",
                booked_ms=T0, booked_amount=Decimal("7.5"), known_from_ms=0,
            )  # fmt: skip
    warehouse = open_local(tmp_path / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    for asked in ({"measure": "sum", "of": "price", "event": "order"}, {"orders": "sum", "currency": "CNY"}):
        for op, value, persons in ((">=", 10, (2, 3)), ("<", 10, (1,)), ("<=", 7.5, (1,)), (">", 100, ()), ("=", 22.5, (3,))):
            condition = read_condition(asked | {"is": {"op": op, "value": value}})
            assert people_of(warehouse, condition, Frame(NOW, ZONE)).persons == persons, (asked, op, value)
    warehouse.close()
