"""The HTTP door: the answer, the people and the proof are those of the command line; who may not see people does not; what is saved comes back."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from typing import Any

import httpx
import pyarrow as pa
import pytest

from tests.analyses.door import Opened
from tests.conditions.world import World
from windsock.analyses import asked as ask
from windsock.analyses import read_funnel, routes
from windsock.analyses.asking.asked import asking
from windsock.analyses.asking.routes import run
from windsock.governance import ROLES, Actor
from windsock.kernel.errors import Cancelled, NotAllowed
from windsock.rooms import plug
from windsock.warehouse import Cancel, schema
from windsock.workspace import Workspace

T = 1_767_229_200_000
"""2026-01-01 09:00 in Shanghai."""
MINUTE = 60_000
DEFINITION: dict[str, Any] = {
    "funnel": "Search to pay", "steps": ["search", "pay"], "window": "30 minutes", "period": {"from": "2026-01-01", "to": "2026-01-01"},
    "breakdown": {"field": ["device", "provider"]}, "trend": "day",
}  # fmt: skip
PEOPLE, SAVED = "/api/analyses/funnel/people", "/api/analyses/saved"


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    plug()
    world = World()
    for did, gap in ((1, 30), (2, 31), (3, None)):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        world.event(did, T, "search", device="=cmd" if did == 1 else "app", provider=None, properties='{"email": "a@b.example", "cart": "c"}')
        if gap is not None:
            world.event(did, T + gap * MINUTE, "pay", properties='{"email": "a@b.example", "cart": "c"}')
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    return workspace


class Door(Opened):
    """The funnel's router, opened as a role."""

    def __init__(self, workspace: Workspace, role: Any = "admin", name: str = "mem_1") -> None:
        super().__init__(workspace, routes.router, role, name)

    def post(self, path: str, **body: object) -> httpx.Response:
        return self.ask("POST", path, {"definition": DEFINITION, **body})


def _count(told: Any, step: int) -> int:
    return told["steps"][step]["count"]


def test_the_answer_and_everybody_behind_each_cell(seeded: Workspace):
    door = Door(seeded)
    told = door.post("/api/analyses/funnel").json()
    assert [(step["count"], step["dropped"]) for step in told["total"]["steps"]] == [(3, 2), (1, None)]
    assert [(cell["kind"], cell["values"], _count(cell, 0)) for cell in told["breakdown"]] == [
        ("value", ["app", None], 2),
        ("value", ["=cmd", None], 1),
    ]
    assert told["notes"] == []
    cells = [("total", None, told["total"])]
    cells += [("value", cell["value"], cell) for cell in told["breakdown"]]
    cells += [("bucket", cell["bucket"], cell) for cell in told["trend"]]
    for kind, value, cell in cells:
        for step in (0, 1):
            asked = {"step": step + 1, "cell": kind, "value": value, "asked_ms": told["asked_ms"]}
            assert door.post(PEOPLE, **asked).json()["total"] == _count(cell, step)
        assert door.post(PEOPLE, step=1, dropped=True, cell=kind, value=value).json()["total"] == cell["steps"][0]["dropped"]


def test_pages_of_people_names_and_the_proof(seeded: Workspace):
    lead = Door(seeded, "lead")
    first = lead.post(PEOPLE, limit=2).json()
    assert (first["total"], [one["person"] for one in first["people"]], first["next"]) == (3, [1, 2], "2")
    assert "user15555" not in first["people"][0]["name"]
    assert [one["person"] for one in lead.post(PEOPLE, limit=2, cursor="2").json()["people"]] == [3]
    assert "user15555" in Door(seeded).post(PEOPLE).json()["people"][0]["name"]
    proof = lead.post("/api/analyses/funnel/explain", person=2).json()
    assert [step["why"] for step in proof["steps"]] == ["counted", "late"]
    assert "31 分钟" in proof["steps"][1]["zh"]


def test_the_proof_of_the_entry_that_was_clicked(seeded: Workspace):
    world = World()
    for gap, event in ((0, "search"), (60, "search"), (70, "pay")):
        world.event(9, T + gap * MINUTE + (7 if gap else 0), event, provider=None)
    with seeded.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    entries = {"definition": DEFINITION | {"count": "entries"}, "person": 9}
    door = Door(seeded)

    def why(**more: object) -> list[str]:
        return [step["why"] for step in door.ask("POST", "/api/analyses/funnel/explain", entries | more).json()["steps"]]

    assert why() == why(start_ms=T) == ["counted", "late"]
    assert why(start_ms=T + 60 * MINUTE + 7) == ["counted", "counted"]
    listed = door.ask("POST", PEOPLE, {"definition": entries["definition"], "step": 2}).json()["people"]
    assert [(row["person"], row["start_ms"]) for row in listed] == [(1, T), (9, T + 60 * MINUTE + 7)]
    counted = door.post("/api/analyses/funnel/explain", person=9, start_ms=T + 60 * MINUTE + 7).json()
    assert counted == door.post("/api/analyses/funnel/explain", person=9).json()
    assert door.ask("POST", "/api/analyses/funnel/explain", entries | {"start_ms": T + 1}).status_code == 422


def test_a_file_is_audited_and_no_spreadsheet_runs_it(seeded: Workspace):
    door = Door(seeded)
    for what, asked in (("counts", {}), ("people", {"step": 2})):
        answer = door.post("/api/analyses/funnel/export", what=what, **asked)
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert len(rows) == (8 if what == "counts" else 1)
    with seeded.records.read() as session:
        from sqlalchemy import text

        found = session.execute(text("SELECT action FROM audit_entry ORDER BY 1")).scalars().all()
    assert found == ["analyses.exported", "analyses.exported"]


def test_who_may_not_see_people_takes_none_home(seeded: Workspace):
    viewer = Actor("mem_9", "V", "viewer", ROLES["viewer"] | {"export"}, "session")
    asked = asking(seeded, viewer, read_funnel, (DEFINITION, None))
    with pytest.raises(NotAllowed):
        ask.taken(asked, ask.Place())


def test_personal_fields_are_for_who_sees_people_in_full(seeded: Workspace):
    lead, admin = Door(seeded, "lead"), Door(seeded)
    for more in (
        {"breakdown": "properties.email"}, {"same": "properties.email"}, {"where": [{"field": "properties.email", "op": "=", "value": "a"}]},
        {"who": {"not": {"trait": "email", "op": "=", "value": "a@b.example"}}}, {"breakdown": {"field": ["device", "properties.passport_no"]}},
    ):  # fmt: skip
        body = {"definition": DEFINITION | more}
        refused = lead.ask("POST", "/api/analyses/funnel", body)
        assert (refused.status_code, refused.json()["error"]["fix"]) == (403, "Ask by another field."), more
        assert admin.ask("POST", "/api/analyses/funnel", body).status_code == 200, more


def test_values_that_could_name_somebody_are_masked(seeded: Workspace):
    world = World()
    world.event(9, T, "search", provider="anna@gull.example")
    with seeded.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    for fields in ("provider", ["device", "provider"]):
        body = {"definition": DEFINITION | {"breakdown": {"field": fields}}}
        lead, admin = Door(seeded, "lead"), Door(seeded)
        told = lead.ask("POST", "/api/analyses/funnel", body)
        assert "anna@gull" not in told.text
        assert any(cell["value"] is None and cell["values"][-1].endswith(".example") for cell in told.json()["breakdown"] if cell["kind"] == "value")
        assert "anna@gull" not in lead.ask("POST", "/api/analyses/funnel/export", body).text
        assert "anna@gull" in admin.ask("POST", "/api/analyses/funnel", body).text


def test_what_is_known(seeded: Workspace):
    told = Door(seeded, "viewer").ask("GET", "/api/analyses/known").json()
    assert [(one["name"], one["volume"]) for one in told["events"]] == [("search", 3), ("pay", 2)]
    names = {one["name"] for one in told["fields"]}
    assert {"device", "provider", "properties.cart"} <= names
    assert "properties.email" not in names
    assert (told["orders"], {one["name"]: one["title"]["zh"] for one in told["line_fields"]}["cabin"]) == (None, "舱位")
    assert "email" not in told["traits"]
    values = Door(seeded, "viewer").ask("GET", "/api/analyses/values?field=device").json()["values"]
    assert values[:2] == ["app", "=cmd"] or set(values) >= {"app", "=cmd"}
    assert Door(seeded).ask("GET", "/api/analyses/values?field=properties.email").status_code == 422
    assert Door(seeded).ask("GET", "/api/analyses/funnel/schema").json()["title"] == "Funnel"


def test_a_name_never_stored_is_noted(seeded: Workspace):
    told = Door(seeded).ask("POST", "/api/analyses/funnel", {"definition": DEFINITION | {"steps": ["serach", "pay"]}}).json()
    assert [note["code"] for note in told["notes"]] == ["never_stored"]
    assert "serach" in told["notes"][0]["zh"]


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("", {"definition": {}}), ("", {"definition": DEFINITION | {"window": "0 minutes"}}), ("", {"definition": DEFINITION | {"steps": ["a"] * 50}}),
    ("", {"definition": DEFINITION | {"colour": "red"}}), ("", {"asked_ms": 5}), ("", {"asked_ms": 2**53}),
    ("", {"definition": DEFINITION | {"breakdown": {"field": ["device"] * 4}}}), ("", {"definition": DEFINITION | {"breakdown": {"field": []}}}),
    ("/people", {"step": 3}), ("/people", {"step": 2, "dropped": True}), ("/people", {"cell": "other"}), ("/people", {"cell": "value"}),
    ("/people", {"cell": "bucket", "value": "never"}), ("/people", {"cursor": "x"}), ("/people", {"limit": 1_000}),
    ("/explain", {"person": 1, "definition": DEFINITION | {"order": "unordered"}}),
]  # fmt: skip


def test_what_is_wrong_is_said(seeded: Workspace):
    door = Door(seeded)
    for path, body in WRONG:
        answer = door.post(f"/api/analyses/funnel{path}", **body)
        assert answer.status_code == 422, (path, body)
        assert answer.json()["error"]["where"], (path, body)


def test_saved_changed_and_deleted(seeded: Workspace):
    ada, bob, viewer = Door(seeded, "analyst", "mem_1"), Door(seeded, "analyst", "mem_2"), Door(seeded, "viewer", "mem_3")
    made = ada.post(SAVED)
    one = made.json()
    assert (made.status_code, one["name"], one["version"], one["definition"]) == (201, "Search to pay", 1, DEFINITION)
    assert [(item["mine"], item["may_edit"]) for item in bob.ask("GET", SAVED).json()["items"]] == [(False, False)]
    assert viewer.ask("GET", SAVED).json()["items"][0]["definition"] == DEFINITION
    place = f"{SAVED}/{one['id']}"
    wider = {"definition": DEFINITION | {"window": "2 hours", "name": "Wider"}, "base_version": 1}
    assert bob.ask("PUT", place, wider).status_code == 403
    assert ada.ask("PUT", place, wider).json()["name"] == "Wider"
    assert ada.ask("PUT", place, wider).status_code == 409
    assert ada.ask("PUT", place, wider | {"definition": {"steps": []}, "base_version": 2}).status_code == 422
    secret = {"definition": DEFINITION | {"who": {"trait": "email", "op": "=", "value": "a@b.example"}}, "base_version": 2}
    assert [Door(seeded).ask("PUT", place, secret).status_code, Door(seeded).post(SAVED, definition=secret["definition"]).status_code] == [422, 422]
    assert "a@b.example" not in viewer.ask("GET", SAVED).text  # whoever may not see people in full sees it nowhere
    assert bob.ask("DELETE", place).status_code == 403
    assert Door(seeded, "admin", "mem_4").ask("DELETE", place).status_code == 204
    assert ada.ask("DELETE", place).status_code == 404
    assert ada.ask("GET", SAVED).json()["items"] == []


def test_each_kind_is_saved_apart(seeded: Workspace):
    door, period = Door(seeded, "analyst"), {"last": 7, "unit": "day"}
    back = {"retention": "Back", "start": "search", "return": "search", "grain": "day", "period": period}
    assert door.post(SAVED, kind="retention", definition=back).json()["name"] == "Back"
    assert door.post(SAVED, kind="lifecycle", definition={"event": "search", "by": "day", "period": period}).status_code == 201
    assert [one["name"] for one in door.ask("GET", f"{SAVED}?kind=retention").json()["items"]] == ["Back"]
    assert door.ask("GET", SAVED).json()["items"] == []
    assert [door.post(SAVED, kind=kind, definition=back).status_code for kind in ("funnel", "weather", "lifecycle")] == [422, 422, 422]


def test_a_question_whose_asker_has_gone_is_stopped():
    class Gone:
        async def is_disconnected(self) -> bool:
            return True

    def work(cancel: Cancel) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            if cancel.cancelled:
                raise Cancelled("The query was cancelled.")
            time.sleep(0.01)

    with pytest.raises(Cancelled):
        asyncio.run(run(Gone(), work))  # type: ignore[arg-type]
