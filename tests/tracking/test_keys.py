"""Sources that collect, their keys and snippets: the verbs and their addresses."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from tests.http.make import Client, bearer
from tests.tracking.doorway import doorway
from tests.tracking.make import event, table
from windsock.governance import cli_actor, verify_chain
from windsock.http import create_app
from windsock.kernel.errors import Conflict, InvalidInput, NotFound
from windsock.tracking import keys, load_events
from windsock.tracking.overview import read_overview
from windsock.tracking.snippets import signing_secret, snippets
from windsock.workspace import Workspace

ACTOR = cli_actor("ann")


@pytest.fixture
def app(workspace: Workspace) -> FastAPI:
    return create_app(workspace)


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app)


@pytest.fixture
def source(workspace: Workspace) -> Iterator[str]:
    return keys.create_source(workspace, ACTOR, "web", "Site", "web", "web").source  # pyright: ignore[reportReturnType]


def test_a_server_key_is_shown_once_and_kept_as_its_digest(workspace: Workspace, source: str):
    secret, key = keys.create_key(workspace, ACTOR, source, "  shop   server ", "server")
    assert secret.startswith("wss_")
    assert (key.secret, key.hint, key.name, key.created_by) == (None, secret[:8], "shop server", "ann")
    assert keys.list_keys(workspace) == [key]
    rows = sqlite3.connect(workspace.home / "records.sqlite").execute("SELECT secret, digest FROM write_key").fetchall()
    assert rows == [(None, hashlib.sha256(secret.encode()).hexdigest())]
    for path in workspace.home.glob("records.sqlite*"):
        assert secret.encode() not in path.read_bytes()


def test_a_public_key_is_kept_as_it_is(workspace: Workspace, source: str):
    secret, key = keys.create_key(workspace, ACTOR, source, "page", "public")
    assert secret.startswith("wsp_")
    assert key.secret == secret


def test_a_source_has_one_default_for_sensors_and_only_a_public_one(workspace: Workspace, source: str):
    _, first = keys.create_key(workspace, ACTOR, source, "a", "public", sensors_default=True)
    _, second = keys.create_key(workspace, ACTOR, source, "b", "public", sensors_default=True)
    assert {key.id: key.sensors_default for key in keys.list_keys(workspace)} == {first.id: False, second.id: True}
    with pytest.raises(InvalidInput):
        keys.create_key(workspace, ACTOR, source, "c", "server", sensors_default=True)
    keys.revoke_key(workspace, ACTOR, second.id)
    assert not any(key.sensors_default for key in keys.list_keys(workspace))


def test_what_cant_be_is_said(workspace: Workspace, source: str):
    with pytest.raises(Conflict):
        keys.create_source(workspace, ACTOR, source, "Again", "web")
    for code in ("", "A", "a b", "x" * 61, "é"):
        with pytest.raises(InvalidInput):
            keys.create_source(workspace, ACTOR, code, "Name", "web")
    for wrong in ({"name": " "}, {"name": "x" * 81}, {"kind": "oven"}):
        with pytest.raises(InvalidInput):
            keys.create_source(workspace, ACTOR, "shop", **{"name": "Shop", "kind": "web", **wrong})
    with pytest.raises(NotFound):
        keys.create_key(workspace, ACTOR, "nobody", "k", "public")
    with pytest.raises(InvalidInput):
        keys.create_key(workspace, ACTOR, source, "k", "golden")
    _, key = keys.create_key(workspace, ACTOR, source, "k", "public")
    keys.revoke_key(workspace, ACTOR, key.id)
    with pytest.raises(NotFound):
        keys.revoke_key(workspace, ACTOR, key.id)
    with pytest.raises(NotFound):
        keys.set_running(workspace, ACTOR, "nobody", running=False)


def test_every_change_is_audited(workspace: Workspace, source: str):
    _, key = keys.create_key(workspace, ACTOR, source, "k", "public")
    keys.set_running(workspace, ACTOR, source, running=False)
    keys.set_running(workspace, ACTOR, source, running=True)
    keys.revoke_key(workspace, ACTOR, key.id)
    rows = sqlite3.connect(workspace.home / "records.sqlite").execute("SELECT action, subject, detail FROM audit_entry ORDER BY seq").fetchall()
    assert [row[0] for row in rows] == ["source.created", "key.created", "source.stopped", "source.started", "key.revoked"]
    assert rows[1][1] == f"key:{key.id}"
    assert (key.secret or "?") not in str(rows)
    with workspace.records.read() as session:
        assert verify_chain(session).broken_at is None


def test_snippets_are_filled_in(workspace: Workspace, source: str):
    public, public_key = keys.create_key(workspace, ACTOR, source, "page", "public")
    _, server_key = keys.create_key(workspace, ACTOR, source, "shop", "server")
    found = {one.id: one for one in snippets(workspace, source, None, "https://events.example")}
    assert "<<" not in "".join(one.code for one in found.values())
    assert f'writeKey: "{public}", cdnURL: "https://events.example"' in found["segment-web"].code
    assert 'apiHost: "events.example/v1", protocol: "https"' in found["segment-web"].code
    assert f"https://events.example/sa?project=web&token={public}" in found["sensors-web"].code
    assert "YOUR_SERVER_KEY" in found["segment-python"].code
    assert all(one.title_zh and one.title_en and one.language for one in found.values())
    compile(found["segment-python"].code, "snippet", "exec")
    compile(found["sensors-python"].code, "snippet", "exec")
    chosen = {one.id: one for one in snippets(workspace, source, public_key.id, "https://events.example")}
    assert public in chosen["segment-python"].code
    assert "YOUR_SERVER_KEY" in snippets(workspace, source, server_key.id, "https://x")[4].code
    with pytest.raises(InvalidInput):
        snippets(workspace, source, "key_none", "https://x")
    with pytest.raises(NotFound):
        snippets(workspace, "nobody", None, "https://x")


def test_a_signature_by_the_snippet_is_the_one_that_is_checked(workspace: Workspace, source: str):
    code = next(one.code for one in snippets(workspace, source, None, "https://x") if one.id == "signed-id")
    scope: dict[str, object] = {"user_id": "u-1"}
    exec(compile(code, "snippet", "exec"), scope)  # noqa: S102 - the snippet itself is what is tested
    assert scope["signature"] == hmac.new(signing_secret(workspace, source).encode(), b"u-1", hashlib.sha256).hexdigest()


def test_the_overview_tells_what_is_on_its_way(workspace: Workspace):
    with doorway(workspace) as door:
        assert door.send(json={"batch": [{"event": "a"}] * 7}).status_code == 200
        (site,) = read_overview(workspace)
        assert (site.source.source, site.source.state, site.keys, site.in_flight, site.strip) == ("web", "silent", 2, 7, ())


def test_the_overview_has_the_last_hour_of_each_source(workspace: Workspace, source: str):
    now = workspace.clock.now_ms()
    with workspace.warehouse.transaction() as tx:
        load_events(tx, source, "b1", table([event(message_id=str(n), received_ms=now - n * 60_000) for n in range(90)]), now, trust="import")
    (site,) = read_overview(workspace)
    assert len(site.strip) == 60
    assert site.strip[-1].at_ms - site.strip[0].at_ms == 59 * 60_000
    assert site.source.balance is not None
    assert (sum(minute.received for minute in site.strip), site.source.balance.received) == (60, 90)
    assert site.last_ms == site.strip[-1].at_ms


def test_the_addresses(workspace: Workspace, client: Client):
    admin, viewer, analyst = (bearer(workspace, role) for role in ("admin", "viewer", "analyst"))
    new = {"source": "web", "name": "Site", "kind": "web", "channel": "web"}
    assert client.post("/api/sources", new, headers=viewer).status_code == 403
    made = client.post("/api/sources", new, headers=admin)
    assert made.status_code == 200
    assert {**made.json(), "created": None} == {**new, "created": None, "created_by": "admin token", "stopped": None}
    assert client.post("/api/sources", new, headers=admin).status_code == 409
    assert client.post("/api/sources", {**new, "source": "A B"}, headers=admin).status_code == 422
    key = {"source": "web", "name": "page", "kind": "public"}
    assert client.post("/api/keys", key, headers=analyst).status_code == 403
    answer = client.post("/api/keys", key, headers=admin).json()
    assert answer["secret"] == answer["key"]["secret"]
    server = client.post("/api/keys", {**key, "kind": "server"}, headers=admin).json()
    assert server["key"]["secret"] is None
    assert server["secret"].startswith(server["key"]["hint"])
    listed = client.get("/api/keys", params={"source": "web"}, headers=analyst).json()["items"]
    assert {one["id"] for one in listed} == {answer["key"]["id"], server["key"]["id"]}
    assert server["secret"] not in str(listed)
    shown = client.get("/api/sources", headers=viewer).json()["sources"]
    assert [(one["source"], one["collects"], one["keys"], one["in_flight"], one["strip"], one["bad_share"]) for one in shown] == [
        ("web", True, 2, 0, [], None)
    ]
    snippet = client.get("/api/sources/web/snippets", headers=admin).json()
    assert snippet["endpoint"] == "http://127.0.0.1:8900"
    assert answer["secret"] in snippet["items"][0]["code"]
    assert client.get("/api/sources/web/snippets", headers=analyst).status_code == 403  # it shows the secret that signs ids
    assert client.get("/api/sources/nobody/snippets", headers=admin).status_code == 404
    stopped = client.request("PUT", "/api/sources/web/running", json={"running": False}, headers=admin).json()
    assert stopped["stopped"] is not None
    assert client.request("DELETE", f"/api/keys/{server['key']['id']}", headers=admin).status_code == 204
    assert client.request("DELETE", f"/api/keys/{server['key']['id']}", headers=admin).status_code == 404


def test_the_application_hands_the_door_its_addresses_only(workspace: Workspace, client: Client):
    keys.create_source(workspace, ACTOR, "web", "Site", "web")
    public, _ = keys.create_key(workspace, ACTOR, "web", "page", "public")
    taken = client.post("/v1/track", {"event": "a", "writeKey": public}, headers={"Host": "any.example"})
    assert (taken.status_code, taken.content) == (200, b'{"success":true}')  # by any name it is reached
    assert "x-frame-options" not in taken.headers
    assert client.get("/health").json()["status"] == "ok"
    assert client.get("/api/sources").status_code == 401
