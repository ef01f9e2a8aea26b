"""Intervals over HTTP: each bin of each cell is its list; the proof is of the same pairs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.analyses.kind_door import DOORS, MINUTE, PERIOD, KindDoor, T, audited, check_personal, check_refused, needed, opened
from tests.conditions.world import World
from windsock.analyses.interval.routes import router
from windsock.workspace import Workspace

DEFINITION: dict[str, Any] = {
    "interval": "Search to pay", "from": "search", "to": "pay", "window": "2 hours", "bins": ["10 minutes", "1 hour"], "period": PERIOD,
    "breakdown": "device", "trend": "day",
}  # fmt: skip
GAPS = {1: 5, 2: 30, 3: 90, 4: 130, 5: None, 6: 60}


@pytest.fixture(scope="module")
def seeded(_template: Path) -> Iterator[Workspace]:
    world = World()
    for did, gap in GAPS.items():
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        world.event(did, T, "search", device={1: "app", 2: "app", 3: "anna@gull.example"}.get(did), properties='{"email": "a@b.example"}')
        if gap is not None:
            world.event(did, T + gap * MINUTE, "pay", properties='{"email": "a@b.example"}')
    with opened(_template, world) as workspace:
        yield workspace


def test_every_bin_of_every_cell_is_its_list(seeded: Workspace):
    door = KindDoor(seeded, router, DEFINITION)
    told = door.post().json()
    assert [(cell["kind"], cell["value"], cell["bins"]) for cell in told["breakdown"]] == [
        ("value", "app", [1, 1, 0]),
        ("value", "anna@gull.example", [0, 0, 1]),
        ("none", None, [0, 0, 1]),
    ]
    assert (told["total"]["bins"], told["total"]["times"]["median_ms"], told["field"]) == ([1, 1, 2], 30 * MINUTE, "device")
    assert told["bins"] == [{"from_ms": low * MINUTE, "below_ms": high and high * MINUTE} for low, high in ((0, 10), (10, 60), (60, None))]
    cells = [("total", None, told["total"])]
    cells += [(cell["kind"], cell["value"], cell) for cell in told["breakdown"]]
    cells += [("bucket", cell["bucket"], cell) for cell in told["trend"]]
    for kind, value, cell in cells:
        where = {"cell": kind, "value": value, "asked_ms": told["asked_ms"]}
        assert door.total(**where) == cell["intervals"] == cell["times"]["count"]
        assert [door.total(bin=number + 1, **where) for number in range(3)] == cell["bins"]


def test_pages_names_and_the_proof(seeded: Workspace):
    lead = KindDoor(seeded, router, DEFINITION, "lead")
    first = lead.post("/people", limit=2).json()
    assert (first["total"], first["of_people"], first["next"], [one["length_ms"] for one in first["people"]]) == (
        4, 4, "2", [5 * MINUTE, 30 * MINUTE],
    )  # fmt: skip
    assert "user15555" not in first["people"][0]["name"]
    assert [one["person"] for one in lead.post("/people", limit=2, cursor="2").json()["people"]] == [3, 6]
    whys = {person: [line["why"] for line in lead.post("/explain", person=person).json()["lines"]] for person in (1, 4, 5, 99)}
    assert whys == {1: ["counted"], 4: ["passed", "too_long"], 5: ["open"], 99: ["nothing"]}
    assert "窗口 2 小时" in lead.post("/explain", person=4).json()["lines"][1]["zh"]


def test_values_that_could_name_somebody_are_masked(seeded: Workspace):
    lead, admin = (KindDoor(seeded, router, DEFINITION, role) for role in ("lead", "admin"))
    answer = lead.post()
    assert [cell["masked"] for cell in answer.json()["breakdown"]] == [False, True, False]
    texts = [answer.text, lead.post("/people").text, lead.post("/export").text, lead.post("/export", what="people").text]
    assert not any("anna@gull" in text for text in texts)
    assert all("anna@gull" in admin.post(path).text for path in ("", "/people", "/export"))


def test_files_are_audited(seeded: Workspace):
    before = len(audited(seeded))
    door = KindDoor(seeded, router, DEFINITION)
    assert [row["intervals"] for row in door.file()] == ["4", "2", "1", "1", "4"]
    assert len(door.file(what="people", bin=3)) == 2
    assert audited(seeded)[before:] == ["analyses.exported", "analyses.exported"]


def test_who_may_what(seeded: Workspace):
    assert needed(router) == DOORS
    check_personal(seeded, router, DEFINITION, [{"breakdown": "properties.email"}, {"same": "properties.email"}])


def test_what_is_wrong_is_said(seeded: Workspace):
    plain = {key: value for key, value in DEFINITION.items() if key not in ("breakdown", "trend")}
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("", {"definition": DEFINITION | {"window": "0 minutes"}}), ("", {"definition": DEFINITION | {"bins": ["2 hours", "1 hour"]}}),
        ("/people", {"bin": 4}), ("/people", {"bin": 0}), ("/people", {"cell": "value"}), ("/people", {"cell": "bucket", "value": "never"}),
        ("/people", {"cell": "other"}), ("/people", {"cell": "none", "definition": plain}),
        ("/people", {"cell": "bucket", "value": "2026-01-01", "definition": plain}),
    ]  # fmt: skip
    door = KindDoor(seeded, router, DEFINITION)
    check_refused(door, wrong)
    assert door.ask("GET", f"{router.prefix}/schema").json()["title"] == "Interval"
    assert "serach" in door.post(more={"from": "serach"}).json()["notes"][0]["en"]
