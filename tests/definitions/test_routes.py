"""Definitions over HTTP."""

from __future__ import annotations

import pytest

from tests.http.make import Client, bearer
from windsock import definitions
from windsock.definitions import Change
from windsock.governance import SYSTEM
from windsock.http import create_app
from windsock.workspace import Workspace


@pytest.fixture
def client(workspace: Workspace) -> Client:
    return Client(create_app(workspace))


def test_they_are_listed_shown_and_compared(workspace: Workspace, client: Client):
    change = Change(SYSTEM, "because", workspace.clock.now_ms())
    with workspace.records.write() as session:
        definitions.save_draft(session, change, "metric", "revenue", {"over": "a"}, base_version=0)
        definitions.activate(session, change, "metric", "revenue", 1)
        definitions.save_draft(session, change, "metric", "revenue", {"over": "b", "unit": "money"}, base_version=1)
        definitions.save_draft(session, change, "plan", "events-2026.1", {}, base_version=0)
    viewer = bearer(workspace, "viewer")

    def ask(path: str):
        return client.get(f"/api/definitions{path}", headers=viewer)

    assert [(one["kind"], one["name"], one["version"]) for one in ask("").json()["definitions"]] == [
        ("metric", "revenue", 1),
        ("plan", "events-2026.1", 1),
    ]
    assert [one["name"] for one in ask("?kind=plan").json()["definitions"]] == ["events-2026.1"]
    one = ask("/metric/revenue").json()
    assert (one["version"], one["state"], one["body"], one["approver"]) == (1, "active", {"over": "a"}, "system")
    assert ask("/metric/revenue?version=2").json()["state"] == "draft"
    page = ask("/metric/revenue/history?limit=1").json()
    assert [one["version"] for one in page["definitions"]] == [2]
    assert [one["version"] for one in ask(f"/metric/revenue/history?cursor={page['next_cursor']}").json()["definitions"]] == [1]
    assert ask("/metric/revenue/diff?old=1&new=2").json() == {
        "changes": [{"path": "/over", "op": "changed", "old": "a", "new": "b"}, {"path": "/unit", "op": "added", "old": None, "new": "money"}],
        "complete": True,
    }
    assert client.get("/api/definitions").status_code == 401
    for path in ("/metric/none", "/metric/revenue?version=9", "/metric/revenue/diff?old=1&new=9", "/metric/none/history"):
        assert ask(path).status_code == 404, path
    for path in ("/Metric/x", "?kind=BAD", "?limit=201", "/metric/revenue/history?cursor=x", "/metric/revenue/diff?old=1"):
        assert 400 <= ask(path).status_code < 500, path
        assert ask(path).json()["error"]["message"]
