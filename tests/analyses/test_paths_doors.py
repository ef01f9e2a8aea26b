"""Paths over HTTP: each node, link and exit is its list; the proof is of the same paths; names that nobody may see stay masked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.analyses.kind_door import DOORS, MINUTE, PERIOD, KindDoor, T, audited, check_personal, check_refused, needed, opened
from tests.conditions.world import World
from windsock.analyses.paths.routes import router
from windsock.workspace import Workspace

DEFINITION: dict[str, Any] = {"paths": "From search", "events": ["search", "detail", "pay"], "start": "search", "top": 2, "period": PERIOD}
WAYS = {1: "search detail pay", 2: "search detail", 3: "search pay pay", 4: "search other", 5: "detail", 6: "search detail search"}


@pytest.fixture(scope="module")
def seeded(_template: Path) -> Iterator[Workspace]:
    world = World()
    for did, way in WAYS.items():
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        for number, event in enumerate(way.split()):
            world.event(did, T + number * MINUTE, event, provider="anna@gull.example" if event == "pay" else None, device="=cmd")
    with opened(_template, world) as workspace:
        yield workspace


def _node(told: dict[str, Any], key: str) -> dict[str, Any]:
    return next({"name": node["name"], "value": node["value"]} for node in told["nodes"] if node["id"] == key)


def test_every_figure_is_its_list(seeded: Workspace):
    door = KindDoor(seeded, router, DEFINITION)
    told = door.post().json()
    assert (told["total"], told["counted_from"]) == ({"paths": 5, "people": 5, "still_open": 0}, "start")
    sizes = [(node["step"], node["name"], node["paths"], node["exits"]["paths"]) for node in told["nodes"]]
    assert sizes == [(1, "search", 5, 1), (2, "detail", 3, 1), (2, "pay", 1, 1), (3, "pay", 1, 1), (3, "search", 1, 1)]
    moment = {"asked_ms": told["asked_ms"]}
    assert door.total(**moment) == told["total"]["paths"]
    for node in told["nodes"]:
        at = {"step": node["step"], "node": _node(told, node["id"])}
        assert door.total(**moment, **at) == node["paths"]
        assert door.total(**moment, **at, exits=True) == node["exits"]["paths"]
    for link in told["links"]:
        at = {"step": int(link["source"][0]), "node": _node(told, link["source"]), "onto": _node(told, link["target"])}
        assert door.total(**moment, **at) == link["paths"]


def test_others_have_a_list_of_their_own(seeded: Workspace):
    door = KindDoor(seeded, router, DEFINITION | {"top": 1})
    other = next(node for node in door.post().json()["nodes"] if node["other"] and node["step"] == 2)
    assert door.total(step=2, node={"name": None}) == other["paths"] == 1
    assert door.total(step=2, node={"name": "detail"}, onto={"name": None}) == 1


def test_steps_counted_back_from_an_end(seeded: Workspace):
    door = KindDoor(seeded, router, {key: value for key, value in DEFINITION.items() if key != "start"} | {"end": "pay"})
    told = door.post().json()
    assert told["counted_from"] == "end"
    assert [(node["name"], node["paths"]) for node in told["nodes"] if node["step"] < 3] == [("pay", 2), ("detail", 1), ("search", 1)]
    assert door.total(step=2, node={"name": "search"}, exits=True) == 1
    assert all(int(link["source"][0]) == int(link["target"][0]) + 1 for link in told["links"])


def test_pages_names_and_the_proof(seeded: Workspace):
    lead = KindDoor(seeded, router, DEFINITION, "lead")
    first = lead.post("/people", limit=2).json()
    assert (first["total"], first["of_people"], first["next"], [one["person"] for one in first["people"]]) == (5, 5, "2", [1, 2])
    assert [step["name"] for step in first["people"][0]["steps"]] == ["search", "detail", "pay"]
    assert "user15555" not in first["people"][0]["name"]
    assert "user15555" in KindDoor(seeded, router, DEFINITION).post("/people").json()["people"][0]["name"]
    assert [one["person"] for one in lead.post("/people", limit=2, cursor="2").json()["people"]] == [3, 4]
    lines = lead.post("/explain", person=3).json()["lines"]
    assert [line["why"] for line in lines] == ["counted", "step", "step", "repeated"]
    assert lines[1]["zh"].startswith("1. search")
    assert [line["why"] for line in lead.post("/explain", person=5).json()["lines"]] == ["no_anchor", "not_counted"]
    assert lead.post("/explain", person=99).json()["lines"][0]["why"] == "nothing"


def test_values_that_could_name_somebody_are_masked(seeded: Workspace):
    lead, admin = (KindDoor(seeded, router, DEFINITION | {"by": {"field": "provider", "event": "pay"}}, role) for role in ("lead", "admin"))
    answer = lead.post()
    assert [node["masked"] for node in answer.json()["nodes"] if node["name"] == "pay"] == [True, True]
    texts = [answer.text, lead.post("/people").text, lead.post("/explain", person=1).text, lead.post("/export").text]
    texts.append(lead.post("/export", what="people").text)
    assert not any("anna@gull" in text for text in texts)
    assert "anna@gull" in admin.post().text
    assert not any(node["masked"] for node in admin.post().json()["nodes"])
    assert "anna@gull" in admin.post("/explain", person=1).text
    assert admin.total(step=3, node={"name": "pay", "value": "anna@gull.example"}) == 1


def test_files_are_audited(seeded: Workspace):
    before = len(audited(seeded))
    door = KindDoor(seeded, router, DEFINITION)
    assert {row["kind"] for row in door.file()} == {"node", "exit", "link"}
    assert len(door.file(what="people", step=1, node={"name": "search"}, exits=True)) == 1
    assert audited(seeded)[before:] == ["analyses.exported", "analyses.exported"]


def test_a_name_never_stored_is_noted(seeded: Workspace):
    told = KindDoor(seeded, router, DEFINITION).post(more={"events": ["search", "serach"]}).json()
    assert "serach" in told["notes"][0]["zh"]


def test_who_may_what(seeded: Workspace):
    assert needed(router) == DOORS
    check_personal(seeded, router, DEFINITION, [{"by": "properties.email"}])


def test_what_is_wrong_is_said(seeded: Workspace):
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("", {"definition": DEFINITION | {"end": "pay"}}), ("", {"definition": DEFINITION | {"steps": 21}}),
        ("/people", {"step": 6}), ("/people", {"step": 0}), ("/people", {"exits": True, "onto": {"name": "pay"}}),
        ("/people", {"step": 5, "onto": {"name": "pay"}}), ("/people", {"node": {"name": "a" * 5_000}}), ("/people", {"node": {"colour": "red"}}),
    ]  # fmt: skip
    door = KindDoor(seeded, router, DEFINITION)
    check_refused(door, wrong)
    assert door.ask("GET", f"{router.prefix}/schema").json()["title"] == "Paths"
