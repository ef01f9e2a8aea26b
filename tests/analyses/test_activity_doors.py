"""Stickiness and the life cycle over HTTP: each figure is the number of its list and of the proofs; who may not see people sees none."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.analyses.door import Opened
from tests.analyses.test_retention_doors import DAY, HOUR, T, stored
from tests.conditions.world import World
from windsock.analyses.activity import routes
from windsock.governance import ROLES
from windsock.rooms import plug
from windsock.workspace import Workspace

BASE = "/api/analyses"
DEFINITION: dict[str, Any] = {"event": ["search", "pay"], "period": {"from": "2025-12-01", "to": "2025-12-14"}}
STATES = ("new", "returning", "resurrected", "dormant")


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    plug()
    world = World()
    for did, days in ((1, (0, 1, 7)), (2, (0, 9)), (3, (0,)), (4, (-20, 8))):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T - 60 * DAY, known_from_ms=0)
        for day in days:
            world.event(did, T + (day - 30) * DAY, "search")
            world.event(did, T + (day - 30) * DAY + HOUR, "pay")
    stored(workspace, world)
    return workspace


class Door(Opened):
    """The router of both, opened as a role."""

    def __init__(self, workspace: Workspace, role: Any = "admin", name: str = "mem_1") -> None:
        super().__init__(workspace, routes.router, role, name)

    def post(self, path: str, definition: object = DEFINITION, **body: object) -> httpx.Response:
        return self.ask("POST", f"{BASE}/{path}", {"definition": definition, **body})

    def told(self, path: str, **body: object) -> Any:
        answer = self.post(path, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()


def test_people_behind_each_bar_of_stickiness(seeded: Workspace):
    door = Door(seeded)
    told = door.told("stickiness")
    assert [[one["people"] for one in bucket["by_days"][:2]] for bucket in told["buckets"]] == [[2, 1], [3, 0]]
    for bucket in told["buckets"]:
        place: dict[str, Any] = {"bucket": bucket["bucket"], "asked_ms": told["asked_ms"]}
        assert door.told("stickiness/people", **place)["total"] == bucket["people"]
        for one in bucket["by_days"]:
            behind = door.told("stickiness/people", days=one["days"], **place)
            assert (behind["total"], {row["days"] for row in behind["people"]} <= {one["days"]}) == (one["people"], True)
            assert door.told("stickiness/people", days=one["days"], at_least=True, **place)["total"] == one["at_least"]
    for day in told["days"]:
        for window, name in ((1, "dau"), (7, "wau"), (30, "mau")):
            assert door.told("stickiness/people", day=day["day"], window=window, asked_ms=told["asked_ms"])["total"] == day[name]
    proven = [door.told("stickiness/explain", person=person)["buckets"] for person in range(1, 5)]
    for bucket in told["buckets"]:
        days = [one["days"] for found in proven for one in found if one["bucket"] == bucket["bucket"]]
        assert [days.count(number) for number in (1, 2)] == [one["people"] for one in bucket["by_days"][:2]]
    first = proven[0][0]
    assert (first["en"], first["zh"]) == ("active on 2 of 7 days", "7 天中活跃 2 天")
    assert next((one["day"], one["en"][:21]) for one in first["active"]) == ("2025-12-02", "active: first search ")


def test_people_behind_each_part_of_the_life_cycle(seeded: Workspace):
    door = Door(seeded)
    told = door.told("lifecycle")
    assert [[bucket[name] for name in ("active", *STATES)] for bucket in told["buckets"]] == [[3, 3, 0, 0, 0], [3, 0, 2, 1, 1]]
    proven = {person: door.told("lifecycle/explain", person=person)["buckets"] for person in range(1, 5)}
    for bucket in told["buckets"]:
        for state in ("active", *STATES):
            behind = door.told("lifecycle/people", bucket=bucket["bucket"], state=state, asked_ms=told["asked_ms"])
            assert behind["total"] == bucket[state]
            for row in behind["people"]:
                mine = [one["why"] for one in proven[row["person"]] if one["bucket"] == bucket["bucket"]]
                assert mine == [row["state"]]
    assert "沉默" in proven[3][-1]["zh"]


def test_dormant_people_of_a_bucket_that_is_not_over_are_no_list(workspace: Workspace):
    plug()
    world, now = World(), workspace.clock.now_ms()
    world.event(1, now - DAY, "search")
    stored(workspace, world)
    door, definition = Door(workspace), {"event": "search", "by": "day", "period": {"last": 2, "unit": "day"}}
    last = door.post("lifecycle", definition).json()["buckets"][-1]
    assert (last["over"], last["dormant"]) == (False, None)
    refused = door.post("lifecycle/people", definition, bucket=last["bucket"], state="dormant")
    assert (refused.status_code, refused.json()["error"]["where"]) == (422, "bucket")


def test_pages_and_names(seeded: Workspace):
    lead = Door(seeded, "lead")
    for path, place in (("stickiness/people", {"bucket": "2025-12-03"}), ("lifecycle/people", {"bucket": "2025-12-01", "state": "new"})):
        first = lead.told(path, limit=2, **place)
        assert (first["total"], [one["person"] for one in first["people"]], first["next"]) == (3, [1, 2], "2")
        assert "user15555" not in str(first)
        assert [one["person"] for one in lead.told(path, limit=2, cursor="2", **place)["people"]] == [3]
        assert "user15555" in str(Door(seeded).told(path, **place))


def test_roles():
    told = {route.path.removeprefix(f"{BASE}/"): route.openapi_extra["x-permission"] for route in routes.router.routes}  # type: ignore[attr-defined]
    for kind in ("stickiness", "lifecycle"):
        assert {path: told[f"{kind}{path}"] for path in ("", "/schema", "/people", "/explain", "/export")} == {
            "": "metrics.read", "/schema": "metrics.read", "/people": "people.see", "/explain": "people.see", "/export": "export",
        }  # fmt: skip
    assert "people.see" not in ROLES["viewer"]


def test_files_are_audited(seeded: Workspace):
    door = Door(seeded)
    counted = (("stickiness", {}, 56), ("stickiness", {"bucket": "2025-12-01"}, 3), ("lifecycle", {}, 2), ("lifecycle", {"bucket": "2025-12-08"}, 3))
    for kind, place, count in counted:
        answer = door.post(f"{kind}/export", what="people" if place else "counts", **place)
        assert len(list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))) == count, (kind, place)
    with seeded.records.read() as session:
        found = session.execute(text("SELECT action, subject FROM audit_entry ORDER BY seq")).all()
    assert [tuple(row) for row in found] == [("analyses.exported", f"analysis:{kind}") for kind, _, _ in counted]


def test_personal_fields_are_for_who_sees_people_in_full(seeded: Workspace):
    definition = DEFINITION | {"where": [{"field": "properties.email", "op": "=", "value": "a"}]}
    for kind in ("stickiness", "lifecycle"):
        assert Door(seeded, "lead").post(kind, definition).status_code == 403
        assert Door(seeded).post(kind, definition).status_code == 200


def test_a_name_never_stored_is_noted(seeded: Workspace):
    for kind in ("stickiness", "lifecycle"):
        told = Door(seeded).post(kind, DEFINITION | {"event": "serach"}).json()
        assert [note["code"] for note in told["notes"]] == ["never_stored"]
        assert Door(seeded, "viewer").ask("GET", f"{BASE}/{kind}/schema").json()["title"] == kind.capitalize()


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("stickiness", {"definition": {}}), ("lifecycle", {"definition": {}}), ("stickiness", {"definition": DEFINITION | {"by": "day"}}),
    ("lifecycle", {"definition": DEFINITION | {"breakdown": "device"}}), ("stickiness", {"asked_ms": 5}),
    ("stickiness/people", {}), ("stickiness/people", {"bucket": "2025-12-01", "day": "2025-12-01"}), ("stickiness/people", {"bucket": "x"}),
    ("stickiness/people", {"day": "2025-11-01"}), ("stickiness/people", {"day": "2025-12-01", "window": 14}),
    ("stickiness/people", {"bucket": "2025-12-01", "days": 32}), ("lifecycle/people", {}), ("lifecycle/people", {"bucket": "monday"}),
    ("lifecycle/people", {"bucket": "2024-01-01"}), ("lifecycle/people", {"bucket": "2025-12-01", "state": "gone"}),
    ("lifecycle/export", {"what": "people"}), ("lifecycle/explain", {}),
]  # fmt: skip


def test_what_is_wrong_is_said(seeded: Workspace):
    door = Door(seeded)
    for path, body in WRONG:
        answer = door.post(path, **body)
        assert answer.status_code == 422, (path, body)
        assert answer.json()["error"]["where"], (path, body)
