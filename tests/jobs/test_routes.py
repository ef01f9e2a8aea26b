"""Background work over HTTP: seen by who may see it, stopped by who may stop it, on the audit trail."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from tests.http.make import Client, bearer
from tests.jobs.make import ask, see
from windsock.http import create_app
from windsock.workspace import Workspace


@pytest.fixture
def app(workspace: Workspace) -> FastAPI:
    return create_app(workspace)


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app)


def test_jobs_are_listed_and_shown(workspace: Workspace, client: Client):
    made = [ask(workspace.records, now_ms=workspace.clock.now_ms() + number) for number in range(3)]
    viewer = bearer(workspace, "viewer")
    first = client.get("/api/jobs?limit=2&state=queued", headers=viewer).json()
    assert [job["id"] for job in first["jobs"]] == made[:0:-1]
    rest = client.get("/api/jobs", params={"limit": 2, "state": "queued", "cursor": first["next_cursor"]}, headers=viewer).json()
    assert ([job["id"] for job in rest["jobs"]], rest["next_cursor"]) == (made[:1], None)
    one = client.get(f"/api/jobs/{made[0]}", headers=viewer).json()
    assert (one["id"], one["state"], one["created"], one["started"]) == (made[0], "queued", "2026-01-01T00:00:00+00:00", None)
    assert client.get("/api/jobs").status_code == 401
    for path in (
        "/api/jobs/job_0",
        "/api/jobs/nonsense",
        "/api/jobs?limit=0",
        "/api/jobs?state=lost",
        "/api/jobs?cursor=x",
        f"/api/jobs?kind={'k' * 81}",
    ):
        answer = client.get(path, headers=viewer)
        assert 400 <= answer.status_code < 500, path
        assert answer.json()["error"]["message"]


def test_a_job_is_cancelled_once_and_audited(workspace: Workspace, client: Client):
    job_id = ask(workspace.records)
    assert client.post(f"/api/jobs/{job_id}/cancel", headers=bearer(workspace, "viewer")).status_code == 403
    assert see(workspace.records, job_id).state == "queued"
    analyst = bearer(workspace, "analyst")
    assert client.post(f"/api/jobs/{job_id}/cancel", headers=analyst).json()["state"] == "cancelled"
    assert client.post(f"/api/jobs/{job_id}/cancel", headers=analyst).status_code == 409
    assert client.post("/api/jobs/job_0/cancel", headers=analyst).status_code == 404
    with workspace.records.read() as session:
        rows = session.execute(text("SELECT subject, via FROM audit_entry WHERE action = 'jobs.cancelled'")).all()
    assert [tuple(row) for row in rows] == [(job_id, "token")]
