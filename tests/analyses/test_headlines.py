"""One figure and one sentence for an analysis of any kind: the answer's own, for any period, masked, and the same on a tile of a dashboard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from tests.analyses.door import Opened
from tests.conditions.world import World
from windsock.analyses import headline, saved
from windsock.analyses.headlines import flows, routes, tile
from windsock.analyses.headlines.ask import WAYS
from windsock.analyses.headlines.model import at_period
from windsock.analyses.kinds import NAMED
from windsock.analyses.recipes.library import shipped
from windsock.analyses.recipes.model import read_recipe
from windsock.analyses.recipes.run import run_recipe
from windsock.demo.build import build_demo, make_home
from windsock.demo.model import Plan
from windsock.governance import ROLES, Actor
from windsock.governance.model import SYSTEM
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import InvalidInput, NotAllowed, NotFound
from windsock.kernel.period import Period, parse_period
from windsock.metrics import TileAsked
from windsock.metrics.dashboards.fill import fill
from windsock.metrics.dashboards.model import Panel, panel_from
from windsock.metrics.dashboards.workbook import workbook
from windsock.rooms import plug, plug_metrics
from windsock.warehouse import schema
from windsock.workspace import Workspace, open_workspace

T = 1_767_229_200_000
"""2026-01-01 09:00 in Shanghai."""
HOUR, DAY = 3_600_000, 86_400_000
SPAN, BEFORE = Period(dt.date(2025, 12, 2), dt.date(2025, 12, 4)), Period(dt.date(2025, 11, 29), dt.date(2025, 12, 1))
FUNNEL: dict[str, Any] = {
    "funnel": "Search to pay", "steps": ["search", "pay"], "window": "1 day", "trend": "day", "period": {"last": 7, "unit": "day"},
}  # fmt: skip
BACK: dict[str, Any] = {"retention": "Back to pay", "start": "search", "return": "pay", "cells": 3}
TREND: dict[str, Any] = {"trend": "Sold", "series": [{"name": "payers", "event": "pay", "measure": "people"}], "grain": "day", "compare": "previous"}
ASK = "/api/analyses/headline"


def _actor(role: Any = "analyst", name: str = "mem_1") -> Actor:
    return Actor(name, name, role, ROLES[role], "session")


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    """Four people search on 2 and 3 December; three of them pay within a day, one of those a day later; one payer in the period before."""
    plug()
    plug_metrics()
    world = World()
    for did, begun, paid in ((1, 0, 0), (2, 0, 0), (3, 0, None), (4, 1, 2)):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T - 60 * DAY, known_from_ms=0)
        world.event(did, T + (begun - 30) * DAY, "search", device="bob@gull.example" if did == 4 else "ada@gull.example")
        if paid is not None:
            world.event(did, T + (paid - 30) * DAY + HOUR, "pay", price=12)
    world.event(1, T - 32 * DAY, "pay", price=12)
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    return workspace


def test_every_kind_that_can_be_saved_has_a_headline():
    assert set(WAYS) == set(NAMED)


def test_a_funnel_comes_down_to_who_came_through(seeded: Workspace):
    found = headline(seeded, SYSTEM, "funnel", FUNNEL, SPAN)
    told = found.headline
    # Person 4 paid 25 hours after the search: beyond the window.
    assert (told.value, told.unit) == (Decimal("0.500000"), "ratio")
    assert told.sentence.en == "2 of 4 people came from search to pay: 50.0%."
    assert told.sentence.zh == "4 人从 search 开始，2 人到达 pay：50.0%。"
    assert [(point.bucket, point.value) for point in told.course] == [("2025-12-02", Decimal("0.666667")), ("2025-12-03", Decimal(0))]
    assert found.answer["total"]["steps"][1]["of_first"] == "0.500000"
    assert found.definition["period"] == {"from": "2025-12-02", "to": "2025-12-04"}
    assert FUNNEL["period"] == {"last": 7, "unit": "day"}


def test_a_trend_stands_beside_the_period_before(seeded: Workspace):
    told = headline(seeded, SYSTEM, "trend", TREND, SPAN).headline
    assert (told.value, told.unit, told.title.en) == (Decimal(3), "count", "payers")
    assert told.sentence.en == "payers: 3 in the period (before: 1, +200.0%)."
    assert [point.value for point in told.course] == [2, 0, 1]


def test_retention_is_told_of_the_cell_after_the_start(seeded: Workspace):
    told = headline(seeded, SYSTEM, "retention", BACK, SPAN).headline
    assert told.value == Decimal("0.250000")
    assert told.title.zh == "留存率，第 1 天"
    assert told.sentence.en == "Of 4 members, 25.0% of those whose time is over came back in day 1."
    young = headline(seeded, SYSTEM, "retention", BACK, Period(dt.date(2026, 1, 1), dt.date(2026, 1, 1))).headline
    assert young.value is None
    assert "- of those" in young.sentence.en


def test_the_lowest_value_needs_enough_starts():
    def cell(name: str, starts: int, rate: str) -> dict[str, Any]:
        return {"kind": "value", "values": [name], "steps": [{"count": starts, "of_first": "1"}, {"count": 0, "of_first": rate}]}

    total = {"steps": [{"count": 100, "of_first": "1"}, {"count": 50, "of_first": "0.5"}]}
    told = {"count": "people", "order": "ordered", "steps": ["a", "b"], "total": total, "trend": []}
    few = flows.of_funnel({**told, "breakdown": [cell("x", 60, "0.6"), cell("y", 29, "0.1"), cell("z", 30, "0.5")]})
    assert "lowest at z: 50.0% of 30" in few.sentence.en
    assert "lowest" not in flows.of_funnel({**told, "breakdown": [cell("x", 60, "0.6"), cell("y", 29, "0.1")]}).sentence.en


def test_a_period_takes_the_place_of_the_one_of_the_funnel_inside():
    given = {"funnel": {"steps": ["a", "b"], "period": {"last": 1}}}
    assert at_period("correlation", given, SPAN) == {"funnel": {"steps": ["a", "b"], "period": {"from": "2025-12-02", "to": "2025-12-04"}}}
    assert at_period("trend", {"x": 1}, None) == {"x": 1}


def test_the_door_asks_any_kind(seeded: Workspace):
    door = Opened(seeded, routes.router, role="viewer")
    told = door.ask("POST", ASK, {"kind": "trend", "definition": TREND, "from": "2025-12-02", "to": "2025-12-04"}).json()
    assert (told["kind"], told["name"], told["value"], told["unit"], told["answer"]) == ("trend", "Sold", "3", "count", None)
    whole = door.ask("POST", ASK, {"kind": "trend", "definition": told["definition"], "answer": True}).json()
    assert whole["answer"]["total"]["series"][0]["total"] == "3"
    wrong: list[dict[str, Any]] = [
        {"kind": "weather", "definition": {}},
        {"kind": "trend", "definition": TREND},
        {"kind": "trend", "definition": TREND, "from": "2025-12-02"},
        {"kind": "trend", "definition": TREND, "from": "2025-12-04", "to": "2025-12-02"},
    ]
    for body in wrong:
        assert door.ask("POST", ASK, body).status_code == 422, body
    personal = {"kind": "funnel", "definition": FUNNEL | {"breakdown": "properties.email"}}
    assert door.ask("POST", ASK, personal).status_code == 403
    assert Opened(seeded, routes.router).ask("POST", ASK, personal).status_code == 200


def _panel(name: str) -> Panel:
    return panel_from({"id": "p1", "kind": "analysis", "at": [0, 0, 4, 4], "analysis": name}, "panel")


def test_a_tile_has_the_number_of_its_analysis(seeded: Workspace):
    made = saved.save(seeded, _actor(), "funnel", FUNNEL).kept
    panel = _panel(made.id)
    assert panel_from(panel.json(), "panel") == panel
    filled = fill(seeded, [panel], dates=(SPAN.start, SPAN.end), asker=_actor("viewer"))
    told = filled.panels_json(seeded)[0]["tile"]
    asked = headline(seeded, _actor("viewer"), "funnel", FUNNEL, SPAN)
    assert (told["value"], told["unit"], told["name"]) == (str(asked.headline.value), "ratio", "Search to pay")
    assert told["before"] is None
    assert told["sentence"] == asked.headline.sentence.json()
    assert told["definition"] == asked.definition
    assert told["course"][0] == {"period": "2025-12-02", "value": "0.666667"}
    assert len(workbook(seeded, _actor("lead"), filled, "A board", "zh")) > 1_000


def test_a_tile_is_asked_once_until_something_is_written(seeded: Workspace, monkeypatch: pytest.MonkeyPatch):
    made = saved.save(seeded, _actor(), "trend", TREND | {"period": {"last": 7}}).kept
    asked: list[str] = []

    def counted(*given: Any, **more: Any) -> Any:
        asked.append(str(given[4]))
        return headline(*given, **more)

    monkeypatch.setattr(tile, "headline", counted)
    about = TileAsked(made.id, SPAN, BEFORE, _actor("viewer"))
    first = tile.tell_tile(seeded, about)
    assert (first.value, first.before) == ("3", "1")
    assert tile.tell_tile(seeded, about) == first
    assert asked == [str(SPAN), str(BEFORE)]
    # Who sees people in full has an answer of their own.
    tile.tell_tile(seeded, replace(about, asker=_actor("admin")))
    assert len(asked) == 4
    with seeded.warehouse.transaction() as tx:
        tx.append("event", _one_event())
    assert tile.tell_tile(seeded, about).value == "4"
    assert len(asked) == 6
    changed = saved.change(seeded, _actor(), made.id, TREND | {"period": {"last": 7}, "trend": "Paid"}, 1)
    assert tile.tell_tile(seeded, about).name == changed.kept.name == "Paid"


def _one_event() -> pa.Table:
    world = World()
    world.event(3, T - 29 * DAY, "pay", price=5)
    return pa.Table.from_pylist(world.rows["event"], schema=schema.BY_NAME["event"].arrow())


def test_a_tile_that_cannot_be_told_says_so_and_no_other_does(seeded: Workspace):
    made = saved.save(seeded, _actor(), "funnel", FUNNEL).kept
    gone = replace(_panel("ana_gone"), id="p2")
    number = panel_from({"id": "p3", "kind": "number", "at": [4, 0, 3, 3], "metrics": ["uv"]}, "panel")
    good, bad, metric = fill(seeded, [_panel(made.id), gone, number], dates=(SPAN.start, SPAN.end), asker=_actor()).asked
    assert good.tile is not None
    assert isinstance(bad.error, NotFound)
    assert metric.answer is not None
    then = fill(seeded, [_panel(made.id)], dates=(SPAN.start, SPAN.end), as_of_ms=T).asked[0]
    assert isinstance(then.error, InvalidInput)
    for wrong in (None, "", "a b", "x" * 41, 3):
        with pytest.raises(InvalidInput):
            panel_from({"id": "p1", "kind": "analysis", "at": [0, 0, 4, 4], "analysis": wrong}, "panel")


def test_nobody_in_particular_sees_nothing_of_a_person(seeded: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(flows, "FEW", 1)
    by_device = FUNNEL | {"breakdown": "device"}
    made = saved.save(seeded, _actor(), "funnel", by_device).kept
    assert "lowest at bob@gull.example: 0.0% of 1" in tile.tell_tile(seeded, TileAsked(made.id, SPAN, BEFORE, _actor("admin"))).sentence.en
    masked = tile.tell_tile(seeded, TileAsked(made.id, SPAN, BEFORE))
    assert "lowest at" in masked.sentence.en
    assert "bob@" not in str(masked)
    with seeded.records.write() as session:
        from windsock.analyses import store

        store.keep(session, replace(made, definition=FUNNEL | {"breakdown": "properties.email"}))
    with pytest.raises(NotAllowed):
        tile.tell_tile(seeded, TileAsked(made.id, SPAN, BEFORE))


@pytest.fixture(scope="module")
def gull(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    home: Path = tmp_path_factory.mktemp("gull") / "home"
    plan = Plan(people=500, days=14)
    make_home(home, plan)
    build_demo(home, plan, lambda *_: None)
    with open_workspace(home, own=True, clock=FixedClock(plan.now_ms)) as workspace:
        yield workspace


@pytest.mark.slow
@pytest.mark.parametrize("name", ["every_kind", *shipped()])
def test_each_kind_is_told_of_the_demo_company(gull: Workspace, name: str):
    written = Path(__file__).with_name("every_kind.yaml").read_text("utf-8")
    recipe = read_recipe(yaml.safe_load(written)) if name == "every_kind" else shipped()[name]
    ran = list(run_recipe(gull, SYSTEM, (recipe, parse_period("2026-10-18:2026-10-31", "period"))))
    assert [str(one.error) for one in ran if one.error is not None] == []
    for one in ran:
        assert one.answered is not None
        told = one.answered.headline
        assert told.value is not None, one.answered.kind
        assert told.sentence.en.endswith("."), told
        assert told.sentence.zh.endswith("。"), told
    if name == "every_kind":
        assert {one.ready.kind for one in ran} == set(NAMED)
