"""Targets, assessments and promises over HTTP: who may, what is refused and how, and that nothing is half-written."""

from __future__ import annotations

import json

import pytest

from tests.http.make import bearer

TARGET = {"metric": "revenue", "period": "2026-01", "value": "1000"}
PROMISE = {"text": "Look into it", "owner": "lead", "due": "2026-01-05", "made_on": "2026-01-01"}


def test_a_target_is_set_changed_listed_and_removed(client, workspace):
    lead = bearer(workspace, "lead")
    made = client.request("PUT", "/api/targets", json=TARGET, headers=lead)
    assert made.status_code == 200, made.text
    assert (made.json()["value"], made.json()["revision"], made.json()["owner"]) == ("1000.00", 1, "operations lead")
    assert client.request("PUT", "/api/targets", json=TARGET | {"value": "5"}, headers=lead).status_code == 409
    changed = client.request("PUT", "/api/targets", json=TARGET | {"value": "1,200", "revision": 1}, headers=lead)
    assert (changed.json()["id"], changed.json()["value"]) == (made.json()["id"], "1200.00")
    (item,) = client.get("/api/targets?period=2026-01", headers=lead).json()["items"]
    assert (item["value"], item["stage"], item["actual"], item["explanation"]["zh"]) == ("1200.00", "coming", None, "收入：尚无可衡量的数据。")
    assert client.get("/api/targets?on=2025-12-31", headers=lead).json()["items"] == []
    assert client.get("/api/assessment?period=2026-01", headers=lead).json()["owners"][0]["score"] is None
    assert client.request("DELETE", f"/api/targets/{item['id']}", headers=lead).status_code == 204
    assert client.request("DELETE", f"/api/targets/{item['id']}", headers=lead).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        TARGET | {"period": "soon"},
        TARGET | {"value": "-1"},
        TARGET | {"metric": "no_such"},
        TARGET | {"dimension": "colour", "member": "red"},
        TARGET | {"dimension": "sales_channel", "member": "\ud800"},
        TARGET | {"note": "a\0b"},
        TARGET | {"weight": 0},
        TARGET | {"unknown": 1},
        {},
    ],
)
def test_what_is_no_target_is_refused_and_nothing_is_kept(client, workspace, body):
    lead = bearer(workspace, "lead")
    # A lone surrogate travels only as an escape.
    sent = client.request("PUT", "/api/targets", content=json.dumps(body), headers=lead | {"content-type": "application/json"})
    assert sent.status_code in (400, 422), sent.text
    assert sent.json()["error"]["message"]
    assert client.get("/api/targets?period=2026-01", headers=lead).json()["items"] == []


def test_a_file_is_looked_at_and_kept_whole_or_not(client, workspace):
    lead = bearer(workspace, "lead")
    bad = client.post("/api/targets/import", {"text": "metric,period,value\nrevenue,2026-01,1\nrevenue,2026-99,1\n", "dry_run": False}, headers=lead)
    assert (bad.json()["kept"], [fault["line"] for fault in bad.json()["faults"]]) == (False, [3])
    assert client.get("/api/targets?period=2026-01", headers=lead).json()["items"] == []
    good = client.post("/api/targets/import", {"text": "metric,period,value\nrevenue,2026-01,1\n", "dry_run": False}, headers=lead)
    assert (good.json()["kept"], good.json()["added"]) == (True, 1)
    assert "revenue,2026-01,1" in client.get("/api/targets/export", headers=lead).text
    assert client.post("/api/targets/import", {"text": "no header", "dry_run": True}, headers=lead).status_code in (400, 422)


@pytest.mark.parametrize(
    "query", ["cursor=x", "cursor=WyJ0Il0", "limit=0", "limit=201", "on=soon", "on=2026-01-01&period=2026-01", "period=2026-W99"]
)
def test_a_list_asked_for_wrongly_is_refused(client, workspace, query):
    answer = client.get(f"/api/targets?{query}", headers=bearer(workspace, "viewer"))
    assert answer.status_code in (400, 422)
    assert answer.json()["error"]["message"]


def test_who_may_what(client, workspace):
    viewer, analyst = bearer(workspace, "viewer"), bearer(workspace, "analyst")
    assert client.get("/api/targets", headers=viewer).status_code == 200
    assert client.request("PUT", "/api/targets", json=TARGET, headers=viewer).status_code == 403
    assert client.request("PUT", "/api/targets", json=TARGET, headers=analyst).status_code == 403
    assert client.post("/api/promises", PROMISE, headers=viewer).status_code == 403
    assert client.post("/api/promises", PROMISE, headers=analyst).status_code == 201
    assert client.get("/api/targets").status_code == 401


def test_a_promise_over_http(client, workspace):
    lead = bearer(workspace, "lead")
    made = client.post("/api/promises", PROMISE | {"metric": "revenue"}, headers=lead).json()
    moved = client.request("PUT", f"/api/promises/{made['id']}", json=_said(due="2026-01-09", revision=1), headers=lead).json()
    assert (moved["due"], moved["revision"]) == ("2026-01-09", 2)
    assert client.post(f"/api/promises/{made['id']}/state", {"state": "done", "revision": 1}, headers=lead).status_code == 409
    done = client.post(f"/api/promises/{made['id']}/state", {"state": "done", "outcome": "Mended", "revision": 2}, headers=lead).json()
    assert (done["state"], done["outcome"], bool(done["closed_at"])) == ("done", "Mended", True)
    listed = client.get("/api/promises?limit=1", headers=lead).json()
    assert ([one["id"] for one in listed["items"]], listed["open"], listed["next"]) == ([made["id"]], 0, None)
    assert client.post("/api/promises/promise_none/state", {"state": "done", "revision": 1}, headers=lead).status_code == 404
    for wrong in ({"due": "2025-01-01"}, {"text": " "}, {"text": "a\0b"}, {"metric": "no_such"}, {"due": "soon"}):
        assert client.post("/api/promises", PROMISE | wrong, headers=lead).status_code in (400, 422)


def _said(**changed):
    return {name: PROMISE[name] for name in ("text", "owner", "due")} | changed
