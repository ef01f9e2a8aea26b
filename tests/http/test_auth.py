"""Who may pass: every route with every role, the cookie, anti-forgery, the Host header, tokens."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI

from tests.http.make import BASE, Client, bearer, member
from windsock.governance import needs
from windsock.governance.issue import list_tokens, revoke_token
from windsock.governance.model import PERMISSIONS, ROLE_NAMES, ROLES, SYSTEM, Role
from windsock.http import create_app, describe
from windsock.http.auth import doors
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import Broken
from windsock.rooms import ROOMS, Room
from windsock.workspace import Workspace

DOORS = doors(route for room in ROOMS for router in room.routers() for route in router.routes)
ENDING = {("DELETE", "/api/session")}


def _fill(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "0", path)


@pytest.mark.parametrize("role", [*ROLE_NAMES, None])
def test_every_route_opens_for_exactly_the_roles_that_hold_its_permission(stander: Client, standing: FastAPI, role: Role | None) -> None:
    client = stander
    headers = {} if role is None else bearer(standing.state.workspace, role)
    held = frozenset() if role is None else ROLES[role]
    for door in DOORS:
        for method in sorted(door.route.methods or ()):
            body = {"json": {}} if method in ("POST", "PUT", "PATCH") else {}
            answer = client.request(method, _fill(door.route.path), headers=headers, **body)
            name = f"{method} {door.route.path} needs {door.permission}, asked as {role}: {answer.status_code} {answer.text[:200]}"
            code = answer.json()["error"]["code"] if answer.status_code in (401, 403) else ""
            if door.permission == "public":
                assert code in ("", "link_refused", "wrong_password"), name
            elif role is None:
                assert (answer.status_code, code) == (401, "not_signed_in"), name
            elif door.permission in held:
                assert code not in ("not_signed_in", "not_allowed"), name
            else:
                assert (answer.status_code, code) == (403, "not_allowed"), name


def test_a_route_without_a_permission_stops_the_start(workspace: Workspace) -> None:
    router = APIRouter()

    @router.get("/api/forgotten")
    def forgotten() -> None: ...

    with pytest.raises(Broken, match="forgotten"):
        create_app(workspace, rooms=(Room("x", routers=lambda: (router,)),))


def test_an_unknown_permission_stops_the_import() -> None:
    with pytest.raises(Broken):
        needs("metrics.raed")
    assert needs("metrics.read") == {"x-permission": "metrics.read"}


@pytest.mark.slow
def test_the_description_names_every_permission_and_operation_once() -> None:
    import json

    paths: dict[str, Any] = json.loads(describe())["paths"]
    operations = [operation for methods in paths.values() for operation in methods.values()]
    assert {operation["x-permission"] for operation in operations} <= set(PERMISSIONS)
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert describe() == describe()


def test_the_cookie_is_for_the_server_only(client: Client, workspace: Workspace) -> None:
    answer = client.sign_in(member(workspace))
    cookie = answer.headers["set-cookie"].lower()
    assert "windsock_session=" in cookie
    assert {"httponly", "samesite=lax", "path=/", "max-age=43200"} <= {part.strip() for part in cookie.split(";")}
    assert "secure" not in cookie
    assert answer.headers["cache-control"] == "no-store"


def test_behind_https_the_cookie_is_secure(home: Any, clock: FixedClock) -> None:
    from windsock.workspace import open_workspace

    with open_workspace(home, own=True, clock=clock, http={"secure_cookies": True}) as secure:
        client = Client(create_app(secure))
        assert "; secure" in client.sign_in(member(secure)).headers["set-cookie"].lower()


def test_a_change_needs_the_sessions_own_token(client: Client, workspace: Workspace) -> None:
    client.sign_in(member(workspace))
    good = client.headers.pop("X-Windsock-CSRF")
    for wrong in ({}, {"X-Windsock-CSRF": ""}, {"X-Windsock-CSRF": good[:-1] + "x"}):
        answer = client.request("PATCH", "/api/session", json={"language": "zh"}, headers=wrong)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf_failed")
    assert client.get("/api/session").json()["user"]["language"] == "en"
    answer = client.request("PATCH", "/api/session", json={"language": "zh"}, headers={"X-Windsock-CSRF": good})
    assert (answer.status_code, answer.json()["user"]["language"]) == (200, "zh")
    assert client.get("/api/session").json()["user"]["language"] == "zh"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": BASE, "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_change_from_another_sites_page_is_refused(client: Client, workspace: Workspace, headers: dict[str, str]) -> None:
    email = member(workspace)
    client.sign_in(email)
    for method, path, body in (("PATCH", "/api/session", {"theme": "dark"}), ("POST", "/api/session", {"email": email, "password": "x"})):
        answer = client.request(method, path, json=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_origin")


def test_our_own_page_may_change_and_a_token_needs_no_anti_forgery(client: Client, workspace: Workspace) -> None:
    client.sign_in(member(workspace))
    ours = {"Origin": BASE, "Sec-Fetch-Site": "same-origin"}
    assert client.request("PATCH", "/api/session", json={"theme": "dark"}, headers=ours).status_code == 200
    made = {"name": "Li", "email": "li@desk.example", "password": "tail wind and rain", "role": "viewer", "language": "zh"}
    by_token = Client(client.app).post("/api/members", made, headers=bearer(workspace, "admin"))
    assert by_token.status_code == 201


def test_a_wrong_bearer_is_not_saved_by_a_good_cookie(client: Client, workspace: Workspace) -> None:
    client.sign_in(member(workspace))
    for value in ("Bearer nonsense", "Bearer wsk_unknown", "Basic d2luZA==", "Bearer", "Bearer wsk_\u00e9"):
        answer = client.get("/api/session", headers={"Authorization": value.encode("latin-1")})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_stops_when_it_is_revoked_or_expires(client: Client, workspace: Workspace, clock: FixedClock) -> None:
    from windsock.governance.issue import issue_token

    lasting, ended = bearer(workspace, "viewer"), issue_token(workspace, SYSTEM, "week", "viewer", 7)[0]
    week = {"Authorization": f"Bearer {ended}"}
    body = client.get("/api/session", headers=week).json()
    assert (body["user"]["role"], body["csrf"]) == ("viewer", "")
    clock.advance(days=7)
    assert client.get("/api/session", headers=week).status_code == 401
    assert client.get("/api/session", headers=lasting).status_code == 200
    revoke_token(workspace, SYSTEM, next(token.id for token in list_tokens(workspace) if token.name == "viewer token"))
    assert client.get("/api/session", headers=lasting).status_code == 401


def test_a_token_has_no_password_and_no_preferences(client: Client, workspace: Workspace) -> None:
    headers = bearer(workspace, "viewer")
    assert client.request("PATCH", "/api/session", json={"theme": "dark"}, headers=headers).status_code == 404
    changed = client.post("/api/session/password", {"current": "x", "new": "a long new password"}, headers=headers)
    assert changed.status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost:80:80", "", "127.0.0.1@evil.example", "[::1", "localhost."])
def test_another_host_name_is_refused(stander: Client, host: str) -> None:
    answer = stander.get("/api/state", headers={"Host": host})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_host")


@pytest.mark.parametrize("host", ["127.0.0.1", "LOCALHOST:8900", "[::1]:8900"])
def test_our_own_names_are_served(stander: Client, host: str) -> None:
    assert stander.get("/api/state", headers={"Host": host}).status_code == 200


def test_a_role_that_changes_counts_at_once(app: FastAPI, workspace: Workspace) -> None:
    admin, other = Client(app), Client(app)
    admin.sign_in(member(workspace))
    other.sign_in(member(workspace, "lead"))
    assert other.get("/api/audit").status_code == 200
    lead = next(row for row in admin.get("/api/members").json()["members"] if row["role"] == "lead")
    assert admin.request("PATCH", f"/api/members/{lead['id']}", json={"role": "viewer"}).status_code == 200
    assert other.get("/api/audit").status_code == 403
    assert admin.request("PATCH", f"/api/members/{lead['id']}", json={"state": "disabled"}).status_code == 200
    assert other.get("/api/session").status_code == 401
