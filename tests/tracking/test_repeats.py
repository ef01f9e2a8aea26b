"""A double click is one event: within a load, across loads, told apart by what the rule says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import parse_one

from tests.conftest import START_MS
from tests.tracking.make import T0, event, table
from tests.tracking.test_drain import balance, body, drain_all, put, track
from windsock.governance import SYSTEM
from windsock.kernel.errors import InvalidInput
from windsock.tracking import load_events
from windsock.tracking.model import LoadReport
from windsock.tracking.model.cleaning import parse_cleaning
from windsock.tracking.plan.freeze import freeze, save_cleaning
from windsock.workspace import Workspace

RULE = {"field": "event", "do": "once", "value": "search", "within_s": 10, "by": ["route", "properties.date"]}
NOW = T0 + 3_600_000


def come(workspace: Workspace, *events: dict[str, Any], rule: dict[str, Any] | None = None, batch: str = "b") -> LoadReport:
    with workspace.warehouse.transaction() as tx:
        return load_events(tx, "web", batch, table(list(events)), NOW, cleaning=parse_cleaning({"rules": [rule or RULE]}))


def click(second: float, **more: Any) -> dict[str, Any]:
    plain = {"event": "search", "route": "SHA-PEK", "anonymous_id": "a1", "properties": '{"date": "2026-05-01"}'}
    at = T0 + round(second * 1000)
    return event(**{**plain, "message_id": f"m{second}", "client_ms": at, "received_ms": at, **more})


def kept(workspace: Workspace) -> list[int]:
    rows = workspace.warehouse.query(parse_one("SELECT (ts_ms - $t0) // 1000 AS s FROM event ORDER BY ts_ms", read="duckdb"), {"t0": T0}).to_pylist()
    return [row["s"] for row in rows]


def test_again_within_the_window_is_a_duplicate(workspace: Workspace):
    done = come(workspace, click(0), click(10), click(20), click(30.001))
    assert (done.received, done.stored, done.duplicate, done.quarantined) == (4, 2, 2, 0)
    assert kept(workspace) == [0, 30], "each is measured from the one before it, kept or not; the window's end belongs to it"


def test_what_differs_is_no_repeat(workspace: Workspace):
    others = [{"route": "SHA-CAN"}, {"properties": '{"date": "2026-05-02"}'}, {"anonymous_id": "a2"}, {"event": "page_view"}]
    assert come(workspace, click(0), *(click(1 + place, **other) for place, other in enumerate(others))).stored == 5
    nobody = {"anonymous_id": None, "user_id": None}
    assert come(workspace, click(100, **nobody), click(101, **nobody)).stored == 2, "who names nobody is never the same"


def test_it_is_known_across_loads(workspace: Workspace):
    assert come(workspace, click(0), batch="b1").stored == 1
    assert come(workspace, click(5), batch="b2").duplicate == 1
    assert come(workspace, click(14), batch="b3").duplicate == 1, "the one that was not kept counts as the time before"
    assert come(workspace, click(25), batch="b4").stored == 1


def test_any_event(workspace: Workspace):
    rule = {"field": "event", "do": "once", "value": "*", "within_s": 10}
    views = [click(place, event=name) for place, name in enumerate(["search", "page_view", "search", "page_view"])]
    assert come(workspace, *views, rule=rule).stored == 2


def test_a_field_that_is_no_text_is_refused(workspace: Workspace):
    with pytest.raises(InvalidInput, match="price"):
        come(workspace, click(0), rule={**RULE, "by": ["price"]})


@pytest.mark.parametrize("name", ["search", "*"])
def test_an_event_of_another_name_repeats_the_planned_one(workspace: Workspace, name: str):
    freeze(workspace, {"events": {"search": {"aliases": ["looked"]}}}, SYSTEM, "what the old app said")
    save_cleaning(workspace, {"rules": [{"field": "event", "do": "once", "value": name, "within_s": 10, "by": ["route"]}]}, SYSTEM, "double clicks")
    names = ("looked", "search", "looked", "page_view")
    put(workspace, body(*(track(number, event=name, timestamp=START_MS - 60_000 + number * 1000) for number, name in enumerate(names))))
    assert drain_all(workspace) == 1
    assert balance(workspace) == (4, 2, 2, 0)
    stored = workspace.warehouse.query(parse_one("SELECT event FROM event ORDER BY ts_ms", read="duckdb")).column("event")
    assert stored.to_pylist() == ["search", "page_view"]


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from("ab")), min_size=1, max_size=12, unique=True), st.integers(1, 4))
def test_in_order_any_batching_keeps_the_same(workspace: Workspace, clicks: list[tuple[int, str]], pieces: int):
    with workspace.warehouse.transaction() as tx:
        for name in ("event", "event_key", "event_once"):
            tx.execute(parse_one(f"DELETE FROM {name}", read="duckdb"))
    clicks = sorted(clicks)
    size = -(-len(clicks) // pieces)
    for start in range(0, len(clicks), size):
        come(workspace, *(click(second, anonymous_id=who, message_id=f"{who}{second}") for second, who in clicks[start : start + size]))
    last: dict[str, int] = {}
    expected: list[int] = []
    for second, who in clicks:
        if who not in last or second - last[who] > RULE["within_s"]:
            expected.append(second)
        last[who] = second
    assert kept(workspace) == expected
