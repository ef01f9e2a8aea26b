"""API tokens through the door: made, listed page by page, shown once, revoked, written down; and what roles may do."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from tests.http.make import Client, bearer, member
from windsock.governance.issue import issue_token
from windsock.governance.model import PERMISSIONS, PUBLIC, ROLES, SYSTEM, Actor
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import NotAllowed
from windsock.workspace import Workspace


@pytest.fixture
def admin(app: FastAPI, workspace: Workspace) -> Client:
    client = Client(app)
    client.sign_in(member(workspace))
    return client


def test_a_token_is_shown_once_works_and_is_revoked(admin: Client, app: FastAPI, clock: FixedClock) -> None:
    made = admin.post("/api/tokens", {"name": "Nightly report", "role": "viewer", "expires_days": 30})
    assert made.status_code == 201
    secret, token = made.json()["secret"], made.json()["token"]
    assert (token["state"], token["role"], token["created_by"], token["used"]) == ("works", "viewer", "Pat admin", None)
    assert secret.startswith(token["hint"])
    assert len(secret) > len(token["hint"]) + 20
    program = {"Authorization": f"Bearer {secret}"}
    assert Client(app).get("/api/session", headers=program).json()["user"]["role"] == "viewer"
    (listed,) = admin.get("/api/tokens").json()["items"]
    assert listed["used"] is not None
    assert secret not in str(listed)
    assert admin.request("DELETE", f"/api/tokens/{token['id']}").status_code == 204
    assert Client(app).get("/api/session", headers=program).status_code == 401
    assert admin.get("/api/tokens").json()["items"][0]["state"] == "revoked"
    assert admin.request("DELETE", f"/api/tokens/{token['id']}").status_code == 404
    entries = admin.get("/api/audit", params={"subject": f"token:{token['id']}"}).json()["entries"]
    assert [entry["action"] for entry in entries] == ["token.revoked", "token.created"]
    assert secret not in str(entries)


def test_tokens_come_in_pages_the_newest_first(admin: Client, clock: FixedClock) -> None:
    for number in range(5):
        assert admin.post("/api/tokens", {"name": f"T{number}", "role": "analyst"}).status_code == 201
        if number % 2:
            clock.advance(days=0.001)
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        page = admin.get("/api/tokens", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [row["name"] for row in page["items"]]
        cursor = page["next"]
    assert cursor is None
    assert sorted(seen) == ["T0", "T1", "T2", "T3", "T4"]
    assert (seen[0], set(seen[1:3])) == ("T4", {"T2", "T3"})
    assert admin.get("/api/tokens", params={"cursor": "nonsense"}).status_code == 422


def test_an_expired_token_says_so(app: FastAPI, workspace: Workspace, clock: FixedClock) -> None:
    client, keeper = Client(app), bearer(workspace, "admin")
    client.post("/api/tokens", {"name": "Week", "role": "viewer", "expires_days": 7}, headers=keeper)

    def state() -> str:
        return next(row["state"] for row in client.get("/api/tokens", headers=keeper).json()["items"] if row["name"] == "Week")

    clock.advance(days=6)
    assert state() == "works"
    clock.advance(days=1)
    assert state() == "expired"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"name": "", "role": "viewer"}, "name"),
        ({"name": "x", "role": "owner"}, "role"),
        ({"name": "x", "role": "viewer", "expires_days": 0}, "expires_days"),
        ({"name": "x", "role": "viewer", "expires_days": 4000}, "expires_days"),
        ({"name": "x", "role": "viewer", "secret": "mine"}, "secret"),
    ],
)
def test_a_wrong_token_is_refused_by_its_field(admin: Client, body: dict[str, object], where: str) -> None:
    answer = admin.post("/api/tokens", body)
    assert answer.status_code == 422
    assert where in answer.json()["error"]["where"]
    assert admin.get("/api/tokens").json()["items"] == []


def test_only_admins_see_and_make_tokens(app: FastAPI, workspace: Workspace) -> None:
    for role in ("lead", "analyst", "viewer"):
        headers = bearer(workspace, role)
        assert Client(app).get("/api/tokens", headers=headers).status_code == 403
        assert Client(app).post("/api/tokens", {"name": "x", "role": "viewer"}, headers=headers).status_code == 403
        assert Client(app).request("DELETE", "/api/tokens/tok_1", headers=headers).status_code == 403


def test_nobody_makes_a_token_that_may_do_more(workspace: Workspace) -> None:
    maker = Actor("mem_1", "Keeper", "viewer", ROLES["viewer"] | {"tokens.manage"}, "session")
    with pytest.raises(NotAllowed, match="more than you may"):
        issue_token(workspace, maker, "up", "admin", None)
    assert issue_token(workspace, maker, "same", "viewer", None)[1].role == "viewer"
    assert issue_token(workspace, SYSTEM, "any", "admin", None)[1].role == "admin"


def test_roles_and_rights_are_told_to_every_member(app: FastAPI, workspace: Workspace) -> None:
    body = Client(app).get("/api/roles", headers=bearer(workspace, "viewer")).json()
    assert {row["role"]: set(row["permissions"]) for row in body["roles"]} == {role: set(held) for role, held in ROLES.items()}
    assert [row["permission"] for row in body["permissions"]] == [name for name in PERMISSIONS if name != PUBLIC]
    assert Client(app).get("/api/roles").status_code == 401
