"""Signing in and out, the first admin, members, the throttle."""

from __future__ import annotations

import asyncio

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from tests.http.make import PASSWORD, Client, bearer, member
from windsock.governance import new_admin_link, passwords
from windsock.governance.model import SYSTEM
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import Conflict
from windsock.workspace import Workspace

FIRST = {"name": "Ada", "email": "Ada@Desk.example", "password": "wind from the west", "language": "zh"}


def test_the_first_run_makes_an_admin_once(client: Client, workspace: Workspace) -> None:
    assert client.get("/api/state").json()["first_run"] is True
    link = new_admin_link(workspace, SYSTEM)
    answer = client.post("/api/setup", FIRST | {"link": link})
    body = answer.json()
    assert answer.status_code == 200, body
    assert (body["user"]["role"], body["user"]["email"], body["user"]["language"]) == ("admin", "ada@desk.example", "zh")
    assert "members.manage" in body["user"]["permissions"]
    assert body["workspace"] == {
        "name": "Gull",
        "timezone": "Asia/Shanghai",
        "currency": "CNY",
        "language": "en",
        "week_start": 0,
        "good_colour": "red",
    }
    assert client.get("/api/session").json() == body
    assert client.get("/api/state").json()["first_run"] is False
    again = client.post("/api/setup", FIRST | {"link": link, "email": "eve@desk.example"})
    assert (again.status_code, again.json()["error"]["code"]) == (403, "link_refused")
    with pytest.raises(Conflict):
        new_admin_link(workspace, SYSTEM)


def test_twenty_posts_at_once_make_one_admin(app: FastAPI, workspace: Workspace) -> None:
    link = new_admin_link(workspace, SYSTEM)

    async def rush() -> list[int]:
        clients = [Client(app) for _ in range(20)]
        bodies = [FIRST | {"link": link, "email": f"a{number}@desk.example"} for number in range(20)]
        sent = [client.send("POST", "/api/setup", json=body) for client, body in zip(clients, bodies, strict=True)]
        return [answer.status_code for answer in await asyncio.gather(*sent)]

    codes = asyncio.run(rush())
    assert sorted(codes) == [200] + [403] * 19
    with workspace.records.read() as session:
        assert session.scalar(text("SELECT count(*) FROM member")) == 1


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("password", "short", "password"),
        ("password", "ada@desk.example!", "password"),
        ("email", "no address", "email"),
        ("name", " ", "name"),
        ("language", "fr", "body.language"),
    ],
)
def test_a_wrong_field_leaves_the_link_working(client: Client, workspace: Workspace, field: str, value: str, where: str) -> None:
    link = new_admin_link(workspace, SYSTEM)
    answer = client.post("/api/setup", FIRST | {"link": link, field: value})
    assert (answer.status_code, answer.json()["error"]["where"]) == (422, where)
    assert client.post("/api/setup", FIRST | {"link": link}).status_code == 200


def test_a_link_ends_after_a_day_and_a_newer_one_ends_the_older(client: Client, workspace: Workspace, clock: FixedClock) -> None:
    older, link = new_admin_link(workspace, SYSTEM), new_admin_link(workspace, SYSTEM)
    for wrong in (older, "", "x" * 300, "\u00e9", link + "x"):
        assert client.post("/api/setup", FIRST | {"link": wrong}).status_code == 403 + 19 * (len(wrong) > 300)
    clock.advance(days=1)
    assert client.post("/api/setup", FIRST | {"link": link}).status_code == 403


def test_no_secret_is_kept(client: Client, workspace: Workspace) -> None:
    link = new_admin_link(workspace, SYSTEM)
    client.post("/api/setup", FIRST | {"link": link})
    token = bearer(workspace, "viewer")["Authorization"].removeprefix("Bearer ")
    secrets = [link, token, FIRST["password"], client.cookies["windsock_session"]]
    with workspace.records.engine.connect() as connection:
        tables = [row[0] for row in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))]
        kept = "".join(str(connection.execute(text(f"SELECT * FROM {name}")).all()) for name in tables)
    assert "ada@desk.example" in kept
    assert not [secret for secret in secrets if secret in kept]


def test_signing_in_gives_a_new_session_and_ends_the_old(app: FastAPI, workspace: Workspace) -> None:
    email = member(workspace)
    victim = Client(app)
    victim.cookies.set("windsock_session", "planted-by-somebody", domain="127.0.0.1")
    victim.sign_in(email)
    first = victim.cookies["windsock_session"]
    assert first != "planted-by-somebody"
    thief = Client(app)
    thief.cookies.set("windsock_session", first, domain="127.0.0.1")
    assert thief.get("/api/session").status_code == 200
    victim.sign_in(email)
    assert victim.cookies["windsock_session"] != first
    assert thief.get("/api/session").status_code == 401


def test_a_session_ends_by_time_and_by_signing_out(app: FastAPI, workspace: Workspace, clock: FixedClock) -> None:
    email = member(workspace)
    here, there, late = Client(app), Client(app), Client(app)
    for client in (here, there, late):
        client.sign_in(email)
    cookie = here.cookies["windsock_session"]
    assert here.request("DELETE", "/api/session").status_code == 204
    here.cookies.set("windsock_session", cookie, domain="127.0.0.1")
    assert here.get("/api/session").status_code == 401
    assert there.get("/api/session").status_code == 200
    assert there.request("DELETE", "/api/session?everywhere=true").status_code == 204
    assert late.get("/api/session").status_code == 401
    late.sign_in(email)
    clock.advance(seconds=12 * 3600 - 1)
    assert late.get("/api/session").status_code == 200
    clock.advance(seconds=1)
    assert late.get("/api/session").status_code == 401


def test_the_same_answer_for_unknown_disabled_and_wrong(app: FastAPI, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    member(workspace)
    gone = member(workspace, "viewer")
    with workspace.records.write() as session:
        session.execute(text("UPDATE member SET state = 'disabled' WHERE email = 'viewer@desk.example'"))
    checked: list[str | None] = []
    real = passwords.password_fits

    def spy(password: str, hashed: str | None) -> bool:
        checked.append(hashed)
        return real(password, hashed)

    monkeypatch.setattr(passwords, "password_fits", spy)
    tries = (("admin@desk.example", "wrong"), (gone, PASSWORD), ("nobody@desk.example", PASSWORD), ("no address", PASSWORD))
    bodies = []
    for number, (email, password) in enumerate(tries):
        answer = Client(app, address=(f"10.0.0.{number}", 1)).sign_in(email, password)
        assert answer.status_code == 401
        bodies.append({key: value for key, value in answer.json()["error"].items() if key != "request_id"})
    assert all(body == bodies[0] for body in bodies)
    # A password is checked each time, so that the time tells nothing.
    assert [hashed is not None for hashed in checked] == [True, True, False, False]


def test_too_many_failures_shut_the_door_for_this_pair_only(app: FastAPI, workspace: Workspace, clock: FixedClock) -> None:
    email = member(workspace)
    guesser = Client(app)
    codes = [guesser.sign_in(email, f"guess {number}").status_code for number in range(7)]
    assert codes == [401] * 5 + [429] * 2
    refused = guesser.sign_in(email)
    assert (refused.status_code, refused.headers["retry-after"], refused.json()["error"]["code"]) == (429, "15", "too_many")
    assert Client(app, address=("10.9.9.9", 1)).sign_in(email).status_code == 200
    clock.advance(seconds=15)
    assert guesser.sign_in(email, "guess again").status_code == 401
    assert guesser.sign_in(email).headers["retry-after"] == "30"
    clock.advance(seconds=30)
    assert guesser.sign_in(email).status_code == 200
    assert guesser.sign_in(email, "a slip").status_code == 401


def test_parallel_guesses_are_counted_before_they_are_checked(app: FastAPI, workspace: Workspace) -> None:
    email = member(workspace)

    async def rush() -> list[int]:
        sent = [Client(app).send("POST", "/api/session", json={"email": email, "password": f"guess {number}"}) for number in range(20)]
        return [answer.status_code for answer in await asyncio.gather(*sent)]

    codes = asyncio.run(rush())
    assert (codes.count(401), codes.count(429)) == (5, 15)


def test_one_address_can_not_try_many_people(app: FastAPI, workspace: Workspace) -> None:
    codes = [Client(app).sign_in(f"p{number}@desk.example", "guess").status_code for number in range(52)]
    assert codes == [401] * 50 + [429] * 2


def test_a_new_password_ends_the_other_sessions(app: FastAPI, workspace: Workspace) -> None:
    email = member(workspace)
    here, there = Client(app), Client(app)
    here.sign_in(email)
    there.sign_in(email)
    wrong = here.post("/api/session/password", {"current": "nonsense", "new": "a brand new runway"})
    assert (wrong.status_code, wrong.json()["error"]["where"]) == (422, "current")
    weak = here.post("/api/session/password", {"current": PASSWORD, "new": "pat"})
    assert (weak.status_code, weak.json()["error"]["where"]) == (422, "new")
    assert here.post("/api/session/password", {"current": PASSWORD, "new": "a brand new runway"}).status_code == 204
    assert (here.get("/api/session").status_code, there.get("/api/session").status_code) == (200, 401)
    assert Client(app).sign_in(email, "a brand new runway").status_code == 200


def test_members_are_made_listed_and_changed(app: FastAPI, workspace: Workspace) -> None:
    admin = Client(app)
    admin.sign_in(member(workspace))
    for number in range(3):
        body = {"name": f"M {number}", "email": f"m{number}@desk.example", "password": "over the hills", "role": "viewer", "language": "en"}
        assert admin.post("/api/members", body).status_code == 201
    twice = admin.post("/api/members", {"name": "M", "email": "M1@desk.example", "password": "over the hills", "role": "lead", "language": "en"})
    assert (twice.status_code, twice.json()["error"]["where"]) == (409, "email")
    page = admin.get("/api/members?limit=3").json()
    rest = admin.get("/api/members", params={"limit": 3, "cursor": page["next_cursor"]}).json()
    assert [row["email"][:2] for row in page["members"] + rest["members"]] == ["ad", "m0", "m1", "m2"]
    assert rest["next_cursor"] is None
    me, other = page["members"][0]["id"], page["members"][1]["id"]
    only = admin.request("PATCH", f"/api/members/{me}", json={"state": "disabled"})
    assert (only.status_code, only.json()["error"]["code"]) == (409, "conflict")
    assert admin.request("PATCH", f"/api/members/{other}", json={"role": "admin"}).json()["role"] == "admin"
    assert admin.request("PATCH", f"/api/members/{me}", json={"role": "viewer"}).status_code == 200
    assert admin.get("/api/members").status_code == 403


def test_a_reset_password_ends_every_session_of_that_member(app: FastAPI, workspace: Workspace) -> None:
    admin, other = Client(app), Client(app)
    admin.sign_in(member(workspace))
    email = member(workspace, "viewer")
    other.sign_in(email)
    target = next(row["id"] for row in admin.get("/api/members").json()["members"] if row["email"] == email)
    assert admin.post(f"/api/members/{target}/password", {"password": "pat"}).status_code == 422
    assert other.get("/api/session").status_code == 200
    assert admin.post(f"/api/members/{target}/password", {"password": "new wind new ways"}).status_code == 204
    assert other.get("/api/session").status_code == 401
    assert other.sign_in(email, "new wind new ways").status_code == 200
    assert admin.post("/api/members/mem_0/password", {"password": "new wind new ways"}).status_code == 404


def test_every_change_leaves_an_entry(app: FastAPI, workspace: Workspace) -> None:
    test_members_are_made_listed_and_changed(app, workspace)
    reader = Client(app)
    headers = bearer(workspace, "lead")
    entries = reader.get("/api/audit?limit=200", headers=headers).json()["entries"]
    actions = [entry["action"] for entry in reversed(entries)]
    assert actions == ["member.created", "session.opened", *["member.created"] * 3, "member.changed", "member.changed", "token.created"]
    assert reader.get("/api/audit/check", headers=headers).json() == {"whole": True, "entries": 8, "broken_at": None, "reason": ""}
    changed = reader.get("/api/audit", params={"action": "member.changed", "limit": 1}, headers=headers).json()
    assert changed["entries"][0]["detail"] == '{"after":{"role":"viewer","state":"active"},"before":{"role":"admin","state":"active"}}'
    assert changed["next_cursor"]


def test_sessions_of_a_member_are_bounded(app: FastAPI, workspace: Workspace, clock: FixedClock) -> None:
    email = member(workspace)
    clients = [Client(app) for _ in range(22)]
    for client in clients:
        client.sign_in(email)
        clock.advance(seconds=1)
    alive = [client.get("/api/session").status_code for client in clients]
    assert alive == [401] * 2 + [200] * 20


def test_a_member_who_is_disabled_aside_has_no_session(client: Client, workspace: Workspace) -> None:
    client.sign_in(member(workspace))
    with workspace.records.write() as session:
        session.execute(text("UPDATE member SET state = 'disabled'"))
    assert client.get("/api/session").status_code == 401
