"""Retention over HTTP: the number of each cell is that of its list and of the proofs; who may not see people sees none."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pyarrow as pa
import pytest
from sqlalchemy import text

from tests.analyses.door import Opened
from tests.conditions.world import World
from windsock.analyses import read_retention
from windsock.analyses.asking.asked import asking
from windsock.analyses.retention import asked as ask
from windsock.analyses.retention import routes
from windsock.governance import ROLES, Actor
from windsock.kernel.errors import NotAllowed
from windsock.rooms import plug
from windsock.warehouse import schema
from windsock.workspace import Workspace

T = 1_767_229_200_000
"""2026-01-01 09:00 in Shanghai."""
HOUR, DAY = 3_600_000, 86_400_000
DEFINITION: dict[str, Any] = {
    "retention": "Back to pay", "start": "search", "return": "pay", "cells": 3, "period": {"from": "2025-12-02", "to": "2025-12-04"},
    "breakdown": "device", "measure": {"sum": "price"},
}  # fmt: skip
BASE = "/api/analyses/retention"


def stored(workspace: Workspace, world: World) -> None:
    """Put a world into a workspace."""
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    plug()
    world = World()
    for did, begun, paid in ((1, 0, 1), (2, 0, 0), (3, 0, None), (4, 1, 3), (5, 1, 1), (1, 2, None)):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T - 60 * DAY, known_from_ms=0)
        world.event(did, T + (begun - 30) * DAY, "search", device="=cmd" if did == 1 else None if did == 5 else "app", route="PVG-NRT")
        if paid is not None:
            world.event(did, T + (paid - 30) * DAY + HOUR, "pay", price=12, route="PVG-NRT")
    stored(workspace, world)
    return workspace


class Door(Opened):
    """Retention's router, opened as a role."""

    def __init__(self, workspace: Workspace, role: Any = "admin", name: str = "mem_1") -> None:
        super().__init__(workspace, routes.router, role, name)

    def post(self, path: str = "", **body: object) -> httpx.Response:
        return self.ask("POST", BASE + path, {"definition": DEFINITION, **body})


def _rows(told: Any) -> list[tuple[dict[str, Any], Any]]:
    """Return each row of an answer, with how its people are asked for."""
    rows: list[tuple[dict[str, Any], Any]] = [({"row": "total"}, told["total"])]
    rows += [({"row": "cohort", "value": row["cohort"]}, row) for row in told["cohorts"]]
    return rows + [({"row": row["kind"], "value": row["value"]}, row) for row in told["breakdown"]]


def test_the_answer_and_everybody_behind_each_cell(seeded: Workspace):
    door = Door(seeded)
    told = door.post().json()
    assert [(row["cohort"], row["size"], [cell["returned"] for cell in row["cells"]]) for row in told["cohorts"]] == [
        ("2025-12-02", 3, [1, 1, 0]), ("2025-12-03", 2, [1, 0, 1]), ("2025-12-04", 1, [0, 0, 0]),
    ]  # fmt: skip
    assert [(row["kind"], row["value"], row["shown"], row["size"]) for row in told["breakdown"]] == [
        ("value", "app", "app", 3), ("value", "=cmd", "=cmd", 2), ("none", None, None, 1),
    ]  # fmt: skip
    assert (told["total"]["cells"][0]["rate"], told["total"]["cells"][0]["measure"], told["people"]) == ("0.333333", "24", 5)
    for place, row in _rows(told):
        assert door.post("/people", asked_ms=told["asked_ms"], **place).json()["total"] == row["size"]
        for number, cell in enumerate(row["cells"]):
            back = door.post("/people", cell=number, asked_ms=told["asked_ms"], **place).json()
            assert (back["total"], all(one["returned"] for one in back["people"])) == (cell["returned"], True)
            lost = door.post("/people", cell=number, lost=True, asked_ms=told["asked_ms"], **place).json()
            assert (lost["total"], [one["returned"] for one in lost["people"]]) == (cell["judged"] - cell["returned"], [None] * lost["total"])
    proven = {person: door.post("/explain", person=person).json()["cohorts"] for person in range(1, 6)}
    for row in told["cohorts"]:
        for number, cell in enumerate(row["cells"]):
            why = [one["cells"][number]["why"] for found in proven.values() for one in found if one["cohort"] == row["cohort"]]
            assert (len(why), why.count("returned")) == (row["size"], cell["returned"])


def test_a_cell_that_is_not_over_is_blank_and_has_no_list(workspace: Workspace):
    plug()
    world, now = World(), workspace.clock.now_ms()
    world.event(1, now - HOUR, "search")
    stored(workspace, world)
    body: dict[str, Any] = {"definition": {"start": "search", "cells": 2, "period": {"past": "2 hours"}}}
    door = Door(workspace)
    told = door.ask("POST", BASE, body).json()
    assert [cell["returned"] for cell in told["cohorts"][-1]["cells"]] == [None, None]
    asked = {**body, "row": "cohort", "value": told["cohorts"][-1]["cohort"], "cell": 0}
    refused = door.ask("POST", f"{BASE}/people", asked)
    assert (refused.status_code, refused.json()["error"]["where"]) == (422, "cell")


def test_pages_names_and_the_proof_of_one_cohort(seeded: Workspace):
    lead = Door(seeded, "lead")
    first = lead.post("/people", limit=2).json()
    assert (first["total"], [one["person"] for one in first["people"]], first["next"]) == (6, [1, 1], "2")
    assert "user15555" not in first["people"][0]["name"]
    assert [one["person"] for one in lead.post("/people", limit=2, cursor="2").json()["people"]] == [2, 3]
    assert "user15555" in Door(seeded).post("/people").json()["people"][0]["name"]
    proof = lead.post("/explain", person=1, cohort="2025-12-04").json()
    assert [(one["cohort"], [cell["why"] for cell in one["cells"]]) for one in proof["cohorts"]] == [("2025-12-04", ["never"] * 3)]
    assert "未返回" in proof["cohorts"][0]["cells"][0]["zh"]
    assert lead.post("/explain", person=9).json()["nobody"]["why"] == "no_start"


def test_a_start_is_no_return_after_itself(seeded: Workspace):
    again = {"definition": {key: value for key, value in DEFINITION.items() if key != "return"}}
    told = {person: Door(seeded).ask("POST", f"{BASE}/explain", {**again, "person": person}).json()["cohorts"][0] for person in (1, 2)}
    assert [(cell["why"], cell["event"] and cell["event"]["at"][:10]) for cell in told[1]["cells"]] == [
        ("returned", "2025-12-02"), ("no_return", "2025-12-04"), ("returned", "2025-12-04"),
    ]  # fmt: skip
    assert [cell["why"] for cell in told[2]["cells"]] == ["returned", "never", "never"]


def test_roles(seeded: Workspace):
    bodies = {"": 200, "/people": 200, "/explain": 200, "/export": 200}
    told = {path: needed for route in routes.router.routes for path, needed in [(route.path.removeprefix(BASE), route.openapi_extra)]}  # type: ignore[attr-defined]
    assert {path: told[path]["x-permission"] for path in bodies} == {
        "": "metrics.read", "/people": "people.see", "/explain": "people.see", "/export": "export",
    }  # fmt: skip
    viewer = ROLES["viewer"]
    assert "metrics.read" in viewer
    assert "people.see" not in viewer
    asked = asking(seeded, Actor("mem_9", "V", "viewer", viewer | {"export"}, "session"), read_retention, (DEFINITION, None))
    with pytest.raises(NotAllowed):
        ask.taken(asked, ask.Place())


def test_a_file_is_audited_and_no_spreadsheet_runs_it(seeded: Workspace):
    door = Door(seeded)
    for what, asked, count in (("counts", {}, 21), ("people", {"row": "value", "value": "=cmd"}, 2)):
        answer = door.post("/export", what=what, **asked)
        body = answer.content.decode("utf-8-sig")
        assert (answer.status_code, len(list(csv.DictReader(io.StringIO(body))))) == (200, count)
        assert "'=cmd" in body
    with seeded.records.read() as session:
        found = session.execute(text("SELECT action, subject FROM audit_entry ORDER BY 1")).all()
    assert [tuple(row) for row in found] == [("analyses.exported", "analysis:retention")] * 2


def test_personal_fields_are_for_who_sees_people_in_full(seeded: Workspace):
    lead, admin = Door(seeded, "lead"), Door(seeded)
    for more in (
        {"breakdown": "properties.email"}, {"same": "properties.email"}, {"measure": {"sum": "properties.phone"}},
        {"start": {"event": "search", "where": [{"field": "properties.email", "op": "=", "value": "a"}]}},
    ):  # fmt: skip
        body = {"definition": DEFINITION | more}
        assert lead.ask("POST", BASE, body).status_code == 403, more
        assert admin.ask("POST", BASE, body).status_code == 200, more


def test_values_that_could_name_somebody_are_masked(seeded: Workspace):
    world = World()
    for day, provider in ((0, "anna@gull.example"), (1, "bert@gull.example")):
        world.event(9, T + (day - 30) * DAY, "search", provider=provider)
        world.event(9, T + (day - 30) * DAY + HOUR, "pay", provider="carl@gull.example")
    stored(seeded, world)
    body = {"definition": DEFINITION | {"breakdown": "provider", "same": "provider"}}
    lead, admin = Door(seeded, "lead"), Door(seeded)
    row = lead.ask("POST", BASE, body).json()["breakdown"][0]
    assert (row["value"], row["shown"]) == (None, "a***@g***.example")
    for path, more in (("", {}), ("/people", {}), ("/export", {}), ("/export", {"what": "people"}), ("/explain", {"person": 9})):
        asked = body | more
        assert "@gull.example" not in lead.ask("POST", BASE + path, asked).text, path
        assert "@gull.example" in admin.ask("POST", BASE + path, asked).text, path


def test_a_name_never_stored_is_noted(seeded: Workspace):
    told = Door(seeded).ask("POST", BASE, {"definition": DEFINITION | {"return": "pya"}}).json()
    assert [(note["code"], "pya" in note["en"]) for note in told["notes"]] == [("never_stored", True)]
    assert Door(seeded, "viewer").ask("GET", f"{BASE}/schema").json()["title"] == "Retention"


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("", {"definition": {}}), ("", {"definition": DEFINITION | {"cells": 61}}), ("", {"definition": DEFINITION | {"colour": "red"}}),
    ("", {"asked_ms": 5}), ("", {"definition": DEFINITION | {"breakdown": "properties."}}),
    ("/people", {"cell": 3}), ("/people", {"cell": -1}), ("/people", {"lost": True}), ("/people", {"row": "other"}), ("/people", {"row": "value"}),
    ("/people", {"row": "cohort"}), ("/people", {"row": "cohort", "value": "today"}), ("/people", {"limit": 1_000}), ("/people", {"cursor": "x"}),
    ("/people", {"row": "none", "definition": {key: value for key, value in DEFINITION.items() if key != "breakdown"}}),
    ("/explain", {}), ("/explain", {"person": 1, "cohort": "never"}), ("/export", {"what": "names"}),
]  # fmt: skip


def test_what_is_wrong_is_said(seeded: Workspace):
    door = Door(seeded)
    for path, body in WRONG:
        answer = door.post(path, **body)
        assert answer.status_code == 422, (path, body)
        assert answer.json()["error"]["where"], (path, body)
