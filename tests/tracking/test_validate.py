"""Events are held against the plan as a slow reading of each property says, and what can't be JSON hurts nobody."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tracking import make
from windsock.kernel.errors import InvalidInput
from windsock.tracking.model.plan import Plan, builtin_plan, parse_plan
from windsock.tracking.validate import violations
from windsock.warehouse import LocalWarehouse

BODY = {
    "events": {
        "search": {
            "properties": {
                "pax": {"type": "integer", "required": True, "min": 1, "max": "9"},
                "cabin": {"type": "text", "enum": ["Y", "C", '说"明']},
                "a/b~c": {"type": "decimal"},
                "departure_date": "date",
                "route": {"type": "text", "required": True, "pattern": "[A-Z]{3}-[A-Z]{3}"},
                "first": "boolean",
            }
        },
        "it's new": {"title": {"en": "New"}, "properties": {}},
    },
    "modes": {"unknown_property": "flag", "out_of_range": "quarantine"},
    "sources": {"app": {"wrong_type": "quarantine", "unknown_event": "allow", "missing_property": "allow"}},
}
PLAN = parse_plan(BODY)


def broken(warehouse: LocalWarehouse, plan: Plan, rows: list[dict[str, Any]], **more: Any) -> set[tuple[int, str, str, bool]]:
    with warehouse.transaction() as tx:
        events = make.table([make.event(**row) for row in rows])
        tx.stage("stage_events", events.append_column("rn", pa.array(range(len(rows)), pa.int64())))
        found = violations(tx, plan, **more)
    assert found.schema.names == ["rn", "rule", "field", "apart"]
    return {tuple(row.values()) for row in found.to_pylist()}


def test_each_rule_is_seen_where_it_is_broken(warehouse: LocalWarehouse) -> None:
    good = {"event": "search", "route": "PEK-SHA"}
    rows = [
        {**good, "properties": json.dumps({"pax": 2, "cabin": "Y", "a/b~c": 1.5, "departure_date": "2026-02-03T00:00:00Z", "first": True})},
        {**good, "properties": json.dumps({"pax": "2", "cabin": 7, "a/b~c": "x", "departure_date": "soon", "first": 1})},
        {**good, "properties": json.dumps({"pax": 10, "cabin": "Z"})},
        {"event": "search", "route": "Peking", "properties": '{"pax": 0, "cabin": "说\\"明", "more": [1]}'},
        {"event": "search", "properties": None},
        {"event": "it's new"},
        {"event": "teleported", "properties": '{"a": 1}'},
        {"event": "", "properties": '{"a": 1}'},
        {**good, "properties": '{"pax": nonsense'},
        {"event": "search", "properties": '{"route": "AAA-BBB", "pax": 3.0}'},
    ]
    wrong = {(1, "wrong_type", field, False) for field in ("pax", "cabin", "a/b~c", "departure_date", "first")}
    assert broken(warehouse, PLAN, rows) == wrong | {
        (2, "out_of_range", "pax", True), (2, "out_of_range", "cabin", True), (3, "out_of_range", "pax", True), (3, "out_of_range", "route", True),
        (3, "unknown_property", "more", False), (4, "missing_property", "pax", False), (4, "missing_property", "route", False),
        (6, "unknown_event", "event", False), (8, "missing_property", "pax", False),
    }  # fmt: skip


def test_a_source_may_have_modes_of_its_own_and_an_import_keeps_the_unknown_apart(warehouse: LocalWarehouse) -> None:
    rows = [{"event": "search", "route": "A", "properties": '{"pax": "x"}'}, {"event": "teleported"}, {"event": "search"}]
    assert broken(warehouse, PLAN, rows, source="app") == {(0, "wrong_type", "pax", True), (0, "out_of_range", "route", True)}
    assert broken(warehouse, builtin_plan(), rows, trust="import") >= {(1, "unknown_event", "event", True)}
    assert broken(warehouse, builtin_plan(), rows, trust="public") >= {(1, "unknown_event", "event", False)}


def test_what_the_catalogue_needs_is_needed_in_every_mode(warehouse: LocalWarehouse) -> None:
    plan = parse_plan({"events": {"share": {"needs": ["to"]}}, "modes": {"missing_property": "allow"}})
    rows = [{"event": "share"}, {"event": "share", "properties": '{"to": "x"}'}, {"event": "order_placed"}]
    assert broken(warehouse, plan, rows) == {(0, "missing_property", "to", True), (2, "missing_property", "order_ref", True)}


values = st.one_of(
    st.none(), st.booleans(), st.integers(-20, 20), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=5),
    st.sampled_from(["2026-02-03", "Y", "2026-13-01", "true", "5", [1], {"a": 1}]),
)  # fmt: skip


def slow(row: dict[str, Any]) -> set[tuple[str, str]]:
    """Say it again property by property."""
    found: set[tuple[str, str]] = set()
    for name, rule in PLAN.events["search"].properties.items():
        value, kind = row.get(name), rule.type
        if name in {"route", "property"}:
            continue
        if value is None:
            found |= {("missing_property", name)} if rule.required else set()
            continue
        number = isinstance(value, int | float) and not isinstance(value, bool)
        right = {
            "text": isinstance(value, str),
            "integer": number and float(value).is_integer(),
            "decimal": number,
            "boolean": isinstance(value, bool),
            "date": isinstance(value, str) and value[:10] == "2026-02-03",
        }[kind]
        if not right:
            found.add(("wrong_type", name))
        elif (rule.enum is not None and value not in rule.enum) or (
            number and ((rule.least is not None and Decimal(str(value)) < rule.least) or (rule.most is not None and Decimal(str(value)) > rule.most))
        ):
            found.add(("out_of_range", name))
    return found | {("unknown_property", name) for name in row if name not in PLAN.events["search"].properties}


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(st.sampled_from(["pax", "cabin", "a/b~c", "departure_date", "first", "nights", "new one"]), values), max_size=8))
def test_the_fast_pass_says_what_the_slow_one_says(warehouse: LocalWarehouse, rows: list[dict[str, Any]]) -> None:
    given_ = [{"event": "search", "route": "AAA-BBB", "properties": json.dumps(row)} for row in rows]
    found = {(rn, rule, field) for rn, rule, field, _ in broken(warehouse, PLAN, given_)}
    assert found == {(rn, *one) for rn, row in enumerate(rows) for one in slow(row)}


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"colour": 1}, "colour"),
        ({"modes": {"wrong_type": "shout"}}, "modes.wrong_type"),
        ({"modes": {"nope": "flag"}}, "modes.nope"),
        ({"events": {"x": {"properties": {"y": {"type": "list"}}}}}, "events.x.properties.y.type"),
        ({"events": {"x": {"properties": {"y": {"type": "integer", "min": "low"}}}}}, "events.x.properties.y.min"),
        ({"events": {"x": {"properties": {"y": {"type": "text", "pattern": "(?=a)"}}}}}, "events.x.properties.y.pattern"),
        ({"events": {"x": {"who": "anybody"}}}, "events.x.who"),
        ({"events": {"x": 5}}, "events.x"),
        ({"events": {"x": {"properties": {"y": {"type": "text", "enum": [1]}}}}}, "events.x.properties.y.enum"),
        ({"sources": {"app": {"wrong_type": 1}}}, "sources.app.wrong_type"),
    ],
)
def test_a_plan_that_can_not_be_says_where(body: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_plan(body)
    assert caught.value.where == where


def test_a_plan_comes_back_from_its_own_body_and_may_not_loosen_the_catalogue() -> None:
    assert parse_plan(PLAN.body()).body() == PLAN.body()
    plan = parse_plan({"events": {"order_placed": {"who": "client", "activity": True, "aliases": ["Order Completed", "search"]}}})
    assert (plan.events["order_placed"].who, plan.events["order_placed"].activity, plan.events["order_placed"].needs) == (
        "server",
        False,
        ("order_ref",),
    )
    assert plan.aliases == {"Order Completed": "order_placed"}


def test_a_large_chunk_and_a_small_one_say_the_same(warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    from windsock.tracking import validate

    rows = [{"event": name, "properties": '{"pax": "two", "results": 1.5}'} for name in ("search", "list_view", "page_view", "login")]
    small = broken(warehouse, builtin_plan(), rows)
    monkeypatch.setattr(validate, "_LARGE", 1)
    assert broken(warehouse, builtin_plan(), rows) == small
    assert {(rn, field) for rn, _, field, _ in small} == {(0, "pax"), (0, "results"), (1, "results")}
    assert broken(warehouse, builtin_plan(), [{"event": "nothing agreed"}]) == {(0, "unknown_event", "event", False)}
