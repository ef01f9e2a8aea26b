"""Sessions over HTTP: each cell, entry, exit and bin is its list; the proof is of the same sessions; names that nobody may see stay masked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.analyses.kind_door import DOORS, MINUTE, PERIOD, KindDoor, T, audited, check_personal, check_refused, needed, opened
from tests.conditions.world import World
from windsock.analyses.sessions.routes import router
from windsock.workspace import Workspace

DEFINITION: dict[str, Any] = {
    "sessions": "Visits",
    "events": "*",
    "breakdown": "device",
    "trend": "day",
    "by": "provider",
    "top": 2,
    "period": PERIOD,
}
WAYS = {1: "search detail pay", 2: "search detail", 3: "search", 4: "pay search", 5: "detail"}


@pytest.fixture(scope="module")
def seeded(_template: Path) -> Iterator[Workspace]:
    world = World()
    for did, way in WAYS.items():
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        for number, event in enumerate(way.split()):
            own = {"provider": "anna@gull.example" if event == "pay" else None, "device": {1: "app", 2: "app", 3: "bob@gull.example"}.get(did)}
            world.event(did, T + number * 40 * MINUTE if did == 4 else T + number * MINUTE, event, **own)
    world.event(5, T + 285 * MINUTE, "search")  # a quarter of an hour before the moment of asking
    with opened(_template, world) as workspace:
        yield workspace


def test_every_figure_is_its_list(seeded: Workspace):
    door = KindDoor(seeded, router, DEFINITION)
    told = door.post().json()
    total = told["total"]
    assert (total["sessions"], total["people"], total["bounces"], total["still_open"]) == (7, 5, 5, 1)
    assert [note["code"] for note in told["notes"]] == ["still_open"]
    moment = {"asked_ms": told["asked_ms"]}
    cells = [("total", None, total)] + [(cell["kind"], cell.get("value"), cell) for cell in told["breakdown"]]
    cells += [("bucket", cell["bucket"], cell) for cell in told["trend"]]
    for kind, value, cell in cells:
        at = moment | {"cell": kind, "value": value}
        assert door.total(**at) == cell["sessions"]
        assert door.total(**at, only="bounces") == cell["bounces"]
    assert door.total(**moment, only="open") == total["still_open"]
    assert [door.total(**moment, bin=number) for number in (1, 5, 12)] == [total["bins"][number] for number in (0, 4, 11)]
    for name, end in (("entries", "entry"), ("exits", "exit")):
        assert sum(edge["sessions"] for edge in told[name]) == total["sessions"]
        for edge in told[name]:
            if not edge["other"]:
                assert door.total(**moment, **{end: {"name": edge["name"], "value": edge["value"]}}) == edge["sessions"]


def test_pages_names_and_the_proof(seeded: Workspace):
    lead = KindDoor(seeded, router, DEFINITION, "lead")
    first = lead.post("/people", limit=2).json()
    assert (first["total"], first["of_people"], first["next"], [one["person"] for one in first["people"]]) == (7, 5, "2", [1, 2])
    assert "user15555" not in first["people"][0]["name"]
    assert "user15555" in KindDoor(seeded, router, DEFINITION).post("/people").json()["people"][0]["name"]
    lines = lead.post("/explain", person=4).json()["lines"]
    assert [line["why"] for line in lines] == ["first", "event", "bounce", "gap", "event", "bounce"]
    assert "40 minutes after the event before it, gap 30 minutes" in lines[3]["en"]
    assert lead.post("/explain", person=99).json()["lines"][0]["why"] == "nothing"
    assert lead.post("/explain", {"who": {"did": "pay"}}, person=3).json()["lines"][0]["why"] == "not_asked"


def test_values_that_could_name_somebody_are_masked(seeded: Workspace):
    lead, admin = (KindDoor(seeded, router, DEFINITION | {"top": 9}, role) for role in ("lead", "admin"))
    told = lead.post().json()
    assert [edge["masked"] for edge in told["exits"] if edge["name"] == "pay"] == [True]
    assert sum(cell["masked"] for cell in told["breakdown"]) == 1
    texts = [lead.post().text, lead.post("/people").text, lead.post("/explain", person=1).text, lead.post("/export").text]
    texts.append(lead.post("/export", what="people").text)
    assert not any("gull.example" in text for text in texts)
    assert "anna@gull" in admin.post().text
    assert admin.total(exit={"name": "pay", "value": "anna@gull.example"}) == 2


def test_files_are_audited(seeded: Workspace):
    before = len(audited(seeded))
    door = KindDoor(seeded, router, DEFINITION)
    assert {row["cut"] for row in door.file()} == {"total", "value", "none", "bucket", "entry", "exit"}
    assert len(door.file(what="people", only="bounces")) == 5
    assert audited(seeded)[before:] == ["analyses.exported", "analyses.exported"]


def test_a_name_never_stored_is_noted(seeded: Workspace):
    told = KindDoor(seeded, router, DEFINITION).post(more={"events": ["search", "serach"]}).json()
    assert "serach" in told["notes"][0]["zh"]


def test_who_may_what(seeded: Workspace):
    assert needed(router) == DOORS
    check_personal(seeded, router, DEFINITION, [{"by": "properties.email"}, {"breakdown": "properties.email"}, {"campaign": "properties.email"}])


def test_what_is_wrong_is_said(seeded: Workspace):
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("", {"definition": DEFINITION | {"gap": "2 days"}}), ("/people", {"bin": 0}), ("/people", {"bin": 99}), ("/people", {"cell": "other"}),
        ("/people", {"cell": "value"}), ("/people", {"cell": "bucket", "value": "soon"}), ("/people", {"entry": {"colour": "red"}}),
        ("/people", {"only": "long"}), ("/people", {"exit": {"name": "a" * 5_000}}),
    ]  # fmt: skip
    door = KindDoor(seeded, router, DEFINITION)
    check_refused(door, wrong)
    plain = {key: value for key, value in DEFINITION.items() if key not in ("breakdown", "trend")}
    check_refused(KindDoor(seeded, router, plain), [("/people", {"cell": "none"}), ("/people", {"cell": "bucket", "value": "2026-01-01"})])
    assert door.ask("GET", f"{router.prefix}/schema").json()["title"] == "Sessions"
