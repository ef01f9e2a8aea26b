"""What is not understood is refused with its place and its cure; what is read, the schema allows."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from tests.conditions.test_people import conditions
from tests.house.tree import ROOT
from windsock.conditions import Frame, Plan, condition_schema, condition_statement, sentence
from windsock.conditions.model import Span, read_condition
from windsock.conditions.model.read import DEPTH_MOST
from windsock.kernel.errors import InvalidInput

STEPS = ["a", "b"]
DEEP: dict[str, Any] = {"did": "a"}
for _ in range(DEPTH_MOST + 1):
    DEEP = {"not": DEEP}
WIDE: Any = [{"did": "a"}] * 20
for _ in range(6):
    WIDE = [{"all": WIDE}] * 20


@pytest.mark.parametrize(
    ("written", "where", "fix"),
    [
        ("search", "condition", "{name: value"),
        ({}, "condition", "Write one of"),
        ({"did": "a", "did_not": "b"}, "condition", "Write one of"),
        ({"did": "a", "perod": {"last": 1}}, "condition", "Did you mean 'period'?"),
        ({"did": ""}, "condition.did", "characters"),
        ({"did": ["a"] * 51}, "condition.did", "1 to 50"),
        ({"did": "a", "times": {"op": "~", "value": 1}}, "condition.times.op", "Write one of"),
        ({"did": "a", "times": {"op": "=", "value": "1"}}, "condition.times.value", ""),
        ({"did": "a", "times": float("nan")}, "condition.times", "15 digits"),
        ({"did": "a", "within": "0 minutes"}, "condition.within", "1 millisecond"),
        ({"did": "a", "within": "soon"}, "condition.within", "30 minutes"),
        ({"did": "a", "within": "9999 days"}, "condition.within", "3,660 days"),
        ({"did": "a", "same": "route", "times": {"op": "<", "value": 2}}, "condition.times", "from 1 to"),
        ({"did": "a", "period": {}}, "condition.period", "last: 7"),
        ({"did": "a", "period": {"last": 0}}, "condition.period.last", ""),
        ({"did": "a", "period": {"last": 1, "unit": "moon"}}, "condition.period.unit", "Write one of"),
        ({"did": "a", "period": {"from": "2026-02-30"}}, "condition.period.from", "YYYY-MM-DD"),
        ({"did": "a", "period": {"from": "2026-02-02", "to": "2026-02-01"}}, "condition.period", "Swap"),
        ({"did": "a", "where": [{"field": "route", "op": "like", "value": "x"}]}, "condition.did.where[0].op", "Write one of"),
        ({"did": "a", "where": [{"field": "route", "value": {"x": 1}}]}, "condition.did.where[0].value", "Write a text"),
        ({"did": "a", "where": [{"field": "route", "op": "in", "value": ["a", 1]}]}, "condition.did.where[0].value", "all as texts"),
        ({"did": "a", "where": [{"field": "route", "op": "in", "value": ["a"] * 1001}]}, "condition.did.where[0].value", "1 to 1000"),
        ({"did": "a", "where": [{"field": "route", "value": "x" * 501}]}, "condition.did.where[0].value", ""),
        ({"measure": "sum", "event": "a", "is": 1}, "condition.of", "Write of:"),
        ({"measure": "days", "of": "price", "is": 1}, "condition.of", "Take 'of' out"),
        ({"measure": "sum", "of": "price"}, "condition", "Write is:"),
        ({"sequence": ["a"], "within": "1 h"}, "condition.sequence", "2 to 12"),
        ({"sequence": ["a"] * 50, "within": "1 h"}, "condition.sequence", "2 to 12"),
        ({"sequence": STEPS}, "condition", "Write within:"),
        ({"sequence": [{"event": "a", "optional": True}, "b"], "within": "1 h"}, "condition.sequence", "Take 'optional'"),
        ({"sequence": STEPS, "within": "1 h", "without": [{"event": "c", "after": "z"}]}, "condition.sequence.without[0].after", "a, b"),
        ({"sequence": STEPS, "within": "1 h", "without": [{"event": "c", "after": "b"}]}, "condition.sequence.without[0]", "Swap"),
        ({"sequence": [{"event": "a", "name": "x"}, {"event": "b", "name": "x"}], "within": "1 h"}, "condition.sequence", "name of its own"),
        ({"sequence": ["a"] * 12, "within": "1 h"}, "condition.sequence", "fewer"),
        (
            {"sequence": ["a", {"event": "b", "optional": True}, {"event": "c", "within": "1 min"}], "within": "1 h"},
            "condition.sequence",
            "same 'within'",
        ),
        ({"first": "a"}, "condition", "Write is:"),
        ({"has_id": "shoe_size"}, "condition.has_id", "Write one of"),
        ({"orders": "sum", "is": 1}, "condition.currency", "CNY"),
        ({"orders": "sum", "is": 1, "currency": "yuan"}, "condition.currency", "ISO 4217"),
        ({"trait": "tier", "op": "=", "value": None}, "condition.value", "Write a text"),
        (DEEP, "condition" + ".not" * (DEPTH_MOST + 1), "levels"),
        ({"any": [{"did": "a"}] * 21}, "condition.any", "1 to 20"),
        ({"all": [{"any": [{"did": "a"}] * 20}] * 3}, "condition", "40 at most"),
        ({"all": WIDE}, "condition", "Write less"),
    ],
)
def test_what_is_wrong_is_refused(written: Any, where: str, fix: str):
    with pytest.raises(InvalidInput) as caught:
        read_condition(written)
    assert caught.value.where == where
    assert fix in caught.value.fix


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        ({"did": "a", "where": [{"field": "rout", "value": "x"}]}, "route"),
        ({"did": "a", "where": [{"field": "properties.a'b", "value": "x"}]}, ""),
        ({"did": "a", "where": [{"field": "price", "value": "dear"}]}, ""),
        ({"did": "a", "where": [{"field": "session_id", "value": 1.5}]}, ""),
        ({"measure": "sum", "of": "route", "is": 1}, "price"),
        ({"orders": "count", "where": [{"field": "member", "value": "yes"}]}, ""),
        ({"orders": "count", "where": [{"field": "route", "value": "x"}]}, "Known"),
    ],
)
def test_what_cannot_be_compiled_is_refused(written: Any, fix: str):
    with pytest.raises(InvalidInput) as caught:
        condition_statement(Plan(Frame(0, "UTC")), read_condition(written))
    assert caught.value.where.startswith("condition")
    assert fix in caught.value.fix


def test_values_are_bound_and_never_printed():
    evil = "x'; DROP TABLE event; --"
    plan = Plan(Frame(0, "UTC"))
    written = {"all": [{"did": evil, "where": [{"field": "route", "value": evil}]}, {"trait": evil, "op": "=", "value": evil}]}
    text = condition_statement(plan, read_condition(written)).sql(dialect="duckdb")
    assert "DROP" not in text
    assert list(plan.params.values.values()).count(evil) == 4


@settings(max_examples=40, deadline=None)
@given(written=conditions)
def test_the_schema_allows_what_is_read(written: dict[str, Any]):
    import jsonschema_rs  # comes with the tests of the interface

    read_condition(written)
    plain = {key: value for key, value in written.items() if value is not None}
    jsonschema_rs.validator_for(condition_schema()).validate(_without_none(plain))


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(one) for key, one in value.items() if one is not None}
    return [_without_none(one) for one in value] if isinstance(value, list) else value


def test_spans_on_days_of_23_and_25_hours():
    noon = 1_793_563_200_000  # 2026-11-01 12:00 in Los Angeles, a day of 25 hours
    low, high = Span("last", count=1).bounds_ms(noon, "America/Los_Angeles")
    assert (high or 0) - (low or 0) == 13 * 3_600_000 + 1
    low, high = Span("previous", count=1).bounds_ms(noon + 86_400_000, "America/Los_Angeles")
    assert (high or 0) - (low or 0) == 25 * 3_600_000


def test_a_condition_is_told_in_both_languages():
    written = {
        "all": [{"did": "search", "times": 3, "same": "route", "within": "7 days"}, {"did_not": "order_placed", "period": {"past": "24 hours"}}]
    }
    told = read_condition(written)
    assert sentence(told, "en") == "did search at least 3 times with the same route within 7 days and never did order_placed in the past 1 day"
    assert sentence(told, "zh") == "在相同的航线上在7 天之内做“搜索”至少 3 次，并且过去1 天内没有做过“下单”"


def test_the_page_tells_its_example_as_we_do():
    page = (ROOT / "docs/concepts/conditions.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.*?)```\n\n(.*?)\n\n", page, re.DOTALL)
    assert found is not None
    assert sentence(read_condition(yaml.safe_load(found[1])), "en") == " ".join(found[2].split())
