"""The doors: a segment is saved, counted, seen, explained and retired over HTTP and from a terminal, each by who may."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from click.testing import CliRunner

from tests.analyses.door import Opened
from tests.conditions.world import DAY, T0, World
from windsock.audiences.segments import plug
from windsock.audiences.segments.routes import router
from windsock.cli.main import main
from windsock.governance import ROLES
from windsock.kernel.clock import FixedClock
from windsock.warehouse import schema
from windsock.workspace import Workspace

plug()
LOOKS = {"segment": "looks", "condition": {"all": [{"did": "a"}, {"has_id": "login"}]}}


@pytest.fixture
def door(workspace: Workspace, clock: FixedClock) -> Opened:
    clock.ms = T0 + DAY
    world = World()
    for did in range(1, 5):
        world.add("identity", did=did, namespace="login" if did < 4 else "email", id=f"user{did}", first_ms=T0, known_from_ms=T0)
        world.event(did, T0 + did, "a", known_from_ms=T0)
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    return Opened(workspace, router)


def ok(door: Opened, method: str, path: str, given: object = None) -> Any:
    answer = door.ask(method, path, given)
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


def test_a_segment_lives_over_http(door: Opened) -> None:
    saved = ok(door, "POST", "/api/segments", {"body": LOOKS, "reason": "to write to"})
    assert (saved["people"], saved["state"], saved["sentence"]["en"]) == (3, "active", "did a and with an id of the kind login")
    ok(door, "POST", "/api/segments", {"body": {"segment": "outer", "condition": {"segment": "looks"}}, "reason": "inside"})
    items = ok(door, "GET", "/api/segments")["items"]
    assert [(one["name"], one["people"], one["used_by"]) for one in items] == [("looks", 3, ["outer"]), ("outer", 3, [])]
    page = ok(door, "GET", "/api/segments/looks/members?limit=2")
    assert (page["total"], len(page["people"]), page["next"]) == (3, 2, "2")
    assert len(ok(door, "GET", "/api/segments/looks/members?cursor=2")["people"]) == 1
    told = ok(door, "POST", "/api/segments/preview", {"condition": LOOKS["condition"]})
    assert (told["people"], [(one["alone"], one["without"]) for one in told["kills"]]) == (3, [(4, 3), (3, 4)])
    seen = ok(door, "POST", "/api/segments/why", {"person": 4, "segment": "looks"})
    assert (seen["met"], [leaf["met"] for leaf in seen["leaves"]]) == (False, [True, False])
    assert ok(door, "GET", "/api/segments/overlap?segments=looks,outer")["parts"] == [{"segments": ["looks", "outer"], "people": 3}]
    assert ok(door, "GET", "/api/segments/looks/reachable")["ways"] == [{"namespace": "login", "people": 3}]
    assert [one["kind"] for one in ok(door, "GET", "/api/segments/looks/history")["runs"]] == ["full"]
    assert door.ask("POST", "/api/segments/looks/retire", {"reason": "x"}).status_code == 409
    ok(door, "POST", "/api/segments/outer/retire", {"reason": "done"})
    assert [one["name"] for one in ok(door, "GET", "/api/segments")["items"]] == ["looks"]


def test_a_list_is_uploaded_over_http(door: Opened) -> None:
    ok(door, "POST", "/api/segments", {"body": {"segment": "guests", "kind": "list"}, "reason": "partners"})
    done = ok(door, "POST", "/api/segments/guests/uploads", {"text": "user1\nnull\nuser9\n", "namespace": "login"})
    assert (done["ids"], done["unknown"], done["rejected"], done["rejections"][0]["line"]) == (2, 1, 1, 2)
    assert ok(door, "GET", "/api/segments/guests")["people"] == 1
    assert len(ok(door, "GET", "/api/segments/guests/uploads")["uploads"]) == 1
    assert ok(door, "POST", "/api/segments/guests/uploads/undo")["state"] == "undone"
    assert ok(door, "GET", "/api/segments/guests")["people"] == 0


@pytest.mark.parametrize(
    ("method", "path", "given", "status"),
    [
        ("GET", "/api/segments/none", None, 404),
        ("GET", "/api/segments/none/members", None, 404),
        ("POST", "/api/segments/preview", {"condition": {"did": "a", "times": {"op": "<", "value": 0}}}, 400),
        ("POST", "/api/segments/preview", {"condition": {"segment": "none"}}, 400),
        ("POST", "/api/segments/why", {"person": 1}, 400),
        ("GET", "/api/segments/overlap?segments=a", None, 400),
        ("POST", "/api/segments", {"body": {"segment": "x"}, "reason": "r"}, 400),
    ],
)
def test_what_is_wrong_is_said(door: Opened, method: str, path: str, given: Any, status: int) -> None:
    assert door.ask(method, path, given).status_code in (status, 422)


def test_an_analyst_drafts_and_a_viewer_changes_nothing(door: Opened) -> None:
    analyst, viewer = (Opened(door.app.state.workspace, router, role) for role in ("analyst", "viewer"))
    assert "definitions.approve" not in ROLES["analyst"]
    saved = ok(analyst, "POST", "/api/segments", {"body": LOOKS, "reason": "try"})
    assert (saved["state"], saved["people"]) == ("draft", None)
    assert viewer.ask("POST", "/api/segments", {"body": LOOKS, "reason": "try"}).status_code == 403


def test_the_command_line_saves_counts_and_explains(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "looks.yaml"
    file.write_text(json.dumps(LOOKS))

    def run(*words: str) -> str:
        done = CliRunner().invoke(main, ["segment", *words, "--home", str(home)])
        assert done.exit_code == 0, done.output
        return done.output

    assert "looks: version 1 is active, 0 people." in run("save", str(file))
    assert json.loads(run("list", "--format", "json"))[0]["segment"] == "looks"
    assert run("count", "looks", "--kills", "--format", "csv").splitlines()[0] == "condition,people,without"
    assert "judged" in run("run", "--full")
