"""One golden data set for every engine: all worked cases of the analyses, a crowd full of edges, what the metrics' examples stand on, odd texts.

And what is asked of it, by family. The answers are our own engine's, which the tests of the rooms hold against slow tellings.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import yaml

from tests.analyses.test_cases import PERIOD
from tests.analyses.test_cases import _ms as _at_day
from tests.conditions.world import DAY, T0, ZONE, World, crowd, orders_and_traits
from tests.metrics.make import full_row
from windsock.analyses import (
    Wanted,
    ask_distribution,
    ask_funnel,
    ask_interval,
    ask_lifecycle,
    ask_paths,
    ask_retention,
    ask_stickiness,
    people_behind,
    read_activity,
    read_distribution,
    read_funnel,
    read_interval,
    read_paths,
    read_retention,
)
from windsock.analyses.attribution.ask import ask_attribution
from windsock.analyses.attribution.model import read_attribution
from windsock.conditions import Frame, people_of
from windsock.conditions.model import read_condition
from windsock.kernel.errors import NotAvailable
from windsock.kernel.period import parse_period
from windsock.metrics import MetricQuery, answer, catalogue
from windsock.warehouse import Value, schema
from windsock.warehouse.engines import MovedWarehouse
from windsock.workspace import Workspace

NOW = T0 + 3 * DAY + 5 * 3_600_000
SHANGHAI = "Asia/Shanghai"
PEOPLE = 250
"""The crowd: a case each of every definition that is asked of all of them."""
_CASES = Path(__file__).parents[1] / "analyses"
FILES = {
    "funnels": "cases.yaml", "retention": "retention_cases.yaml", "activity": "activity_cases.yaml", "intervals": "interval_cases.yaml",
    "distributions": "distribution_cases.yaml", "paths": "paths_cases.yaml",
}  # fmt: skip
ODD = ["it's", 'say "so"', "back\\slash", "tab\tand\nline", "", "上海", "{p0}", ":p0", "$p0", "%s"]
"""Texts that a statement could mistake for something of its own."""


@dataclass(frozen=True)
class Case:
    """Something that is asked: in which family, by which name, and how."""

    family: str
    name: str
    ask: Callable[[Workspace], object]


def cases_of(family: str) -> list[dict[str, Any]]:
    return yaml.safe_load((_CASES / FILES[family]).read_text("utf-8"))


def fill(workspace: Workspace) -> None:
    """Put the golden data into a workspace."""
    world = crowd(20261105, people=PEOPLE)
    orders_and_traits(world, 11, PEOPLE)
    for place, family in enumerate(FILES):
        for number, case in enumerate(cases_of(family)):
            _add_case(world, case, f"{family} {number}", 100_000 * (place + 1) + 100 * number)
    for number, text in enumerate(ODD):
        world.event(
            900_000 + number, T0, "odd", route=text, channel="web", properties=_json(s=text, n="1.50", empty=None, list=[1, 2], deep={"a": 1})
        )
    world.save(workspace.warehouse)  # type: ignore[arg-type]
    _add_examples(workspace)


def _ms(written: str, zone: str) -> int:
    return round(dt.datetime.fromisoformat(written).timestamp() * 1000) if "T" in written else _at_day(written, zone)


def _json(**values: object) -> str:
    return json.dumps(values, ensure_ascii=False)


def _add_case(world: World, case: Mapping[str, Any], source: str, base: int) -> None:
    zone = case.get("zone", SHANGHAI)
    for did, pid, *since in case.get("merged", []):
        world.add("alias", did=base + did, pid=base + pid, known_from_ms=_ms(since[0], zone) if since else 0, known_to_ms=None)
    for key, (person, at, event, *more) in enumerate(case["events"]):
        world.event(base + person, _ms(at, zone), event, **{"key_hi": key, "key_lo": 0, "source": source} | (more[0] if more else {}))


def _add_examples(workspace: Workspace) -> None:
    """The rows of the examples of all metrics, side by side: keys that meet are joined alike by every engine."""
    zone = ZoneInfo(SHANGHAI)
    with workspace.warehouse.transaction() as tx:
        for metric in catalogue().metrics.values():
            for table, rows in ((metric.example or {}).get("rows") or {}).items() if metric.measures else ():
                wanted = schema.BY_NAME[table].arrow()
                full = [full_row(row, wanted, zone) for row in rows]
                tx.append(table, pa.Table.from_pylist(full, schema=wanted))


def every_case() -> list[Case]:
    """Return all that is asked, by family."""
    found = [_worked(family, number, case) for family in FILES for number, case in enumerate(cases_of(family))]
    return [*found, *_conditions(), *_attributions(), *_odd(), *_metrics()]


def _worked(family: str, number: int, case: dict[str, Any]) -> Case:
    zone = case.get("zone", SHANGHAI)
    frame = Frame(_ms(case.get("now", "2026-03-20 00:00"), zone), zone, as_of_ms=_ms(case["as_of"], zone) if "as_of" in case else None)
    here = [*case["ask"].get("where", []), {"field": "source", "value": f"{family} {number}"}]
    asked = {"period": PERIOD, **case["ask"], "where": here}
    return Case(family, case["name"], lambda workspace: _ask(family, case, asked, workspace, frame))


def _ask(family: str, case: dict[str, Any], asked: dict[str, Any], workspace: Workspace, frame: Frame) -> object:
    facts = workspace.warehouse
    if family == "funnels":
        funnel = read_funnel(asked)
        people_behind(facts, funnel, frame, Wanted(len(funnel.chain.steps) - 1))
        return ask_funnel(facts, funnel, frame)
    if family == "activity":
        activity = read_activity(asked, case["kind"])
        return (ask_stickiness if case["kind"] == "stickiness" else ask_lifecycle)(facts, activity, frame)
    if family == "retention":
        return ask_retention(facts, read_retention(asked), frame)
    if family == "intervals":
        return ask_interval(facts, read_interval(asked), frame)
    return ask_distribution(facts, read_distribution(asked), frame) if family == "distributions" else ask_paths(facts, read_paths(asked), frame)


_WHO: dict[str, dict[str, Any]] = {
    "did, so often, in a period": {"did": "a", "times": 2, "period": {"last": 3, "unit": "days"}},
    "did not": {"did_not": "x", "where": [{"field": "price", "op": ">", "value": 5}]},
    "not in, where the value may be missing": {"did": "*", "where": [{"field": "route", "op": "not in", "value": ["r1", "r9"]}]},
    "a property compared as a number": {"did": "*", "where": [{"field": "properties.n", "op": ">=", "value": 3}]},
    "a property that contains": {"did": "*", "where": [{"field": "properties.s", "op": "contains", "value": "T"}]},
    "within a time": {"did": ["a", "b"], "times": 2, "within": "3 hours"},
    "so often of one value": {"did": "*", "times": 2, "same": "route", "within": "6 hours"},
    "days": {"measure": "days", "event": "*", "is": {"op": ">", "value": 1}},
    "different values": {"measure": "distinct", "of": "price", "event": "*", "is": {"op": ">=", "value": 2}},
    "a sum": {"measure": "sum", "of": "price", "event": "*", "is": {"op": ">", "value": 12.5}},
    "an average": {"measure": "average", "of": "properties.n", "event": "*", "is": {"op": "<=", "value": 7.5}},
    "the first was such": {"first": "a", "is": [{"field": "route", "op": "=", "value": "r1"}]},
    "a sequence with a break": {"sequence": ["a", "b", "c"], "within": "1 day", "without": [{"event": "x"}]},
    "a sequence of one route": {"sequence": ["a", "b"], "within": "6 hours", "same": "route"},
    "the same event in two steps": {"sequence": ["a", "a", "b"], "within": "2 days"},
    "an id of a kind": {"has_id": "member"},
    "orders": {"orders": "count", "is": {"op": ">=", "value": 2}},
    "money of orders": {"orders": "sum", "currency": "CNY", "is": {"op": ">", "value": 99.6}},
    "what was said of them": {"trait": "tier", "op": "=", "value": "gold"},
    "all, any, not": {"all": [{"did": "a"}, {"any": [{"did": "b"}, {"not": {"did": "c"}}]}]},
}


def _conditions() -> list[Case]:
    def case(name: str, written: dict[str, Any], as_of_ms: int | None = None) -> Case:
        frame = Frame(NOW, ZONE, as_of_ms=as_of_ms)
        return Case("conditions", name, lambda workspace: people_of(workspace.warehouse, read_condition(written), frame, limit=10_000))

    return [*(case(name, one) for name, one in _WHO.items()), case("as it was known then", {"did": "a"}, T0 + DAY)]


def _attributions() -> list[Case]:
    asked = read_attribution(
        {"conversion": "b", "touches": ["a", "c"], "by": "sales_channel", "look_back": "2 days", "period": {"from": "2026-10-30", "to": "2026-11-04"}}
    )
    return [Case("attribution", "all models", lambda workspace: ask_attribution(workspace.warehouse, asked, Frame(NOW, ZONE)))]


def _odd() -> list[Case]:
    """Values that look like something else go in and come out as they are."""
    frame = Frame(T0 + DAY, ZONE)

    def case(text: str, field: str) -> Case:
        written = {"did": "odd", "where": [{"field": field, "op": "=", "value": text}]}
        return Case("values", f"{field} {text!r}", lambda workspace: people_of(workspace.warehouse, read_condition(written), frame))

    found = [case(text, field) for text in ODD for field in ("route", "properties.s")]
    cut = read_funnel(
        {
            "steps": ["odd", "a"],
            "window": "1 day",
            "breakdown": {"field": ["route", "properties.s", "properties.deep"], "step": 1},
            "period": {"from": "2026-10-30", "to": "2026-11-02"},
        }
    )
    return [*found, Case("values", "three fields cut together", lambda workspace: ask_funnel(workspace.warehouse, cut, frame))]


def _metrics() -> list[Case]:
    """Every metric of the library that measures something, over the time of its example."""
    found: list[Case] = []
    for name, metric in catalogue().metrics.items():
        if metric.measures and metric.example is not None:
            query = MetricQuery(metrics=(name,), period=parse_period(metric.example["period"], name), grain="day")
            found.append(Case("metrics", name, lambda workspace, query=query: answer(workspace, query)))
    by = MetricQuery(metrics=("uv", "orders", "buyers"), period=parse_period("2026-01-01:2026-03-31", "period"), by=("sales_channel",), grain="week")
    return [*found, Case("metrics", "three by channel and week", lambda workspace: answer(workspace, by))]


@dataclass(frozen=True)
class Put:
    """A statement as it was put, with its values and what our own engine answered."""

    statement: Any
    params: Mapping[str, Value]
    rows: pa.Table


class Recorder:
    """A warehouse that writes down what it is asked; it follows no chains beside the engine, as no other engine does."""

    follows = False

    def __init__(self, inner: Any) -> None:
        self._inner, self.put = inner, list[Put]()

    def query(self, statement: Any, params: Mapping[str, Value] | None = None, **more: Any) -> pa.Table:
        rows = self._inner.query(statement, params, **more)
        self.put.append(Put(statement.copy() if hasattr(statement, "copy") else statement, dict(params or {}), rows))
        return rows

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def statements_of(case: Case, workspace: Workspace) -> list[Put]:
    """Return what a case asks of our own engine."""
    recorder = Recorder(workspace.warehouse)
    case.ask(replace(workspace, warehouse=recorder))
    return recorder.put


def outcome(case: Case, golden: Workspace, moved: MovedWarehouse) -> str:
    """Return "equal", or why it was refused.

    Raises:
        AssertionError: another number, or nothing was asked at all.
    """
    asked = statements_of(case, golden)
    assert asked, case.name
    for put in asked:
        try:
            found = moved.query(put.statement, put.params)
        except NotAvailable as refused:
            return refused.what
        assert found.schema == put.rows.schema, case.name
        assert rows_of(found) == rows_of(put.rows), case.name
    return "equal"


def rows_of(table: pa.Table) -> list[tuple[Any, ...]]:
    """Return rows to compare, in an order of their own."""

    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return tuple(plain(one) for one in value)
        return tuple((key, plain(one)) for key, one in value.items()) if isinstance(value, dict) else value

    found = [tuple(plain(value) for value in row.values()) for row in table.to_pylist()]
    return sorted(found, key=lambda row: tuple((value is None, str(value)) for value in row))
