"""Internal traffic by network, from a real request to the stored event: the address is compared at the door and is nowhere afterwards."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest
from click.testing import CliRunner
from sqlglot import parse_one
from structlog.testing import capture_logs

from tests.conftest import START_MS
from tests.tracking.doorway import doorway, eventually, read_all
from tests.tracking.test_drain import ask, body, put, track
from tests.tracking.test_quarantine import group_of
from windsock.governance import ROLES, Actor, cli_actor
from windsock.kernel.clock import FixedClock
from windsock.tracking import live
from windsock.tracking.door import known_keys
from windsock.tracking.drain import drain_all
from windsock.tracking.internal import keep
from windsock.tracking.internal.commands import internal_group
from windsock.tracking.model.fix import Fix
from windsock.tracking.plan.read import read_internal
from windsock.tracking.quarantine import replay as replay_apart
from windsock.tracking.replay import replay
from windsock.workspace import Workspace, open_workspace

DAY = dt.datetime.fromtimestamp(START_MS / 1000 - 1, dt.UTC).date()
ADMIN = Actor("mem_1", "Ana", "admin", ROLES["admin"], "session")
STAFF, GUEST, TOLD = "203.0.113.77", "198.51.100.9", "203.0.113.99"
OFFICE = {"name": "office", "by": "network", "values": ["203.0.113.0/24", "2001:db8::/32"]}
LOOPBACK = {"name": "test farm", "by": "network", "values": ["127.0.0.0/8"]}


def put_in_force(workspace: Workspace, *rules: dict[str, Any]) -> None:
    keep.save_internal(workspace, {"rules": list(rules)}, ADMIN, "our own offices")


def event(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "track", "event": "search", "messageId": name, "anonymousId": name, "timestamp": START_MS - 1000, **more}


def via(*hops: str) -> dict[str, str]:
    return {"X-Forwarded-For": ", ".join(hops)}


def marks(workspace: Workspace) -> dict[str, str | None]:
    return {row["message_id"]: row["internal_by"] for row in ask(workspace, "SELECT message_id, internal_by FROM event")}


@pytest.fixture
def proxied(home: Path, clock: FixedClock) -> Iterator[Workspace]:
    """A workspace behind a proxy on this machine."""
    with open_workspace(home, own=True, clock=clock, intake={"trusted_proxies": ["127.0.0.0/8"]}) as opened:
        yield opened


def everything(workspace: Workspace) -> str:
    """Return all that is stored and shown: bodies, every table, every file as it is, what just arrived."""
    tables = ask(workspace, "SELECT table_name FROM information_schema.tables")
    rows = [ask(workspace, f"SELECT * FROM {table['table_name']}") for table in tables]
    assert sum(map(len, rows)) > len(rows)
    files = b"\n".join(path.read_bytes() for path in sorted(workspace.home.rglob("*")) if path.is_file())
    return f"{read_all(workspace)} {rows} {live.latest(workspace, None, None, 200)} {files.decode('latin-1')}"


def test_an_office_is_known_by_its_network_and_its_address_is_nowhere(proxied: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_keys, "REFRESH_S", 0.02)
    with capture_logs() as logs, doorway(proxied) as door:
        assert door.send(json={"batch": [event("before")]}, headers=via(STAFF)).status_code == 200
        put_in_force(proxied, OFFICE)
        read_anew = lambda: door.send(json={"batch": [event("early")]}, headers=via(STAFF)) and door.last().network == "office"  # noqa: E731
        assert eventually(read_anew), "the rules are read while the door is open"
        door.send(json={"batch": [event("staff")]}, headers=via(STAFF))
        for name, hops in {"guest": (GUEST,), "six": ("2001:db8::7",), "forged": (STAFF, GUEST), "odd": (STAFF, "unknown")}.items():
            assert door.send(json={"batch": [event(name)]}, headers=via(*hops)).status_code == 200
        door.send(json={"batch": [event("claims", context={"ip": TOLD})]}, headers=via(GUEST))
        door.send(json={"batch": [event("apart", event="")]}, headers=via(STAFF))
        door.http.get("/pixel/v1/track", params={"writeKey": door.public, "event": "search", "messageId": "pixel", "userId": "u"}, headers=via(STAFF))
        record = {"type": "track", "event": "search", "distinct_id": "sensors", "time": START_MS, "properties": {"$ip": GUEST}}
        door.http.post("/sa", params={"token": door.public}, json=record, headers=via(STAFF))
        server = [event("server"), event("told", context={"ip": TOLD}), event("elsewhere", context={"ip": GUEST}), event("bad", context={"ip": 7})]
        door.send(json={"batch": server}, auth=(door.server, ""), headers=via(STAFF))
        told = {**record, "distinct_id": "sensors told", "properties": {"$ip": TOLD}}
        door.http.post("/sa", params={"token": door.server}, json=told, headers=via(STAFF))
    drain_all(proxied)
    found = marks(proxied)
    sensors = {row["name"]: found.pop(row["name"]) for row in ask(proxied, "SELECT message_id AS name FROM event WHERE message_id LIKE 'sa-%'")}
    assert found.pop("early", "") in (None, "office")
    assert found == {
        "before": None, "staff": "office", "guest": None, "six": "office", "forged": None, "odd": None, "claims": None, "pixel": "office",
        "server": None, "told": "office", "elsewhere": None, "bad": None,
    }  # fmt: skip
    assert list(sensors.values()) == ["office", "office"]
    assert [json.loads(row["raw"])["network"] for row in ask(proxied, "SELECT raw FROM quarantine")] == ["office"]
    shown = everything(proxied) + repr(logs)
    assert "office" in shown
    assert STAFF not in shown
    stored = repr([ask(proxied, f"SELECT * FROM {table}") for table in ("event", "quarantine", "identity", "trait")])
    assert TOLD not in stored
    assert GUEST not in stored


def test_only_a_trusted_proxy_is_believed(workspace: Workspace) -> None:
    put_in_force(workspace, OFFICE, LOOPBACK)
    with doorway(workspace) as door:
        door.send(json={"batch": [event("forged")]}, headers=via(STAFF))
        door.send(json={"batch": [event("server", context={"ip": GUEST})]}, auth=(door.server, ""))
        assert [one.network for one in door.bodies()] == ["test farm", ""]
    drain_all(workspace)
    assert marks(workspace) == {"forged": "test farm", "server": None}


def test_marks_stay_while_the_rule_does_and_replays_say_the_same(workspace: Workspace) -> None:
    put_in_force(workspace, OFFICE)
    came = body(track(1), {**track(2), "event": ""}, trust="public")
    put(workspace, msgspec.structs.replace(came, network="office"), body(track(3), trust="public"))
    drain_all(workspace)
    assert marks(workspace) == {"m1": "office", "m3": None}
    assert [one.events for one in keep.preview(workspace, read_internal(workspace)[0]).rules] == [None], "nothing that is stored bears an address"
    with workspace.warehouse.transaction() as tx:
        for table in ("event", "event_key"):
            tx.execute(parse_one(f"DELETE FROM {table}"))
    put_in_force(workspace, {**OFFICE, "values": ["198.51.100.0/24"]})
    assert replay(workspace, cli_actor(), 0, START_MS * 2).report.stored == 2
    replay_apart.replay(workspace, group_of(workspace, "missing_event"), Fix("rename_event", value="page_view"), ADMIN)
    assert marks(workspace) == {"m1": "office", "m2": "office", "m3": None}, "what the door found is kept with the body, and with what is kept apart"
    put_in_force(workspace, {**OFFICE, "name": "another"})
    assert keep.change(workspace, read_internal(workspace)[0], DAY, DAY) == 2
    assert set(marks(workspace).values()) == {None}


def test_the_command_says_that_it_reaches_only_what_comes(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(json.dumps({"rules": [OFFICE]}))
    open_it = partial(contextlib.nullcontext, workspace)

    def said(name: str, *words: str) -> str:
        command = internal_group.commands[name]
        run = click.Command(name, params=command.params, callback=partial(command.callback, open_it) if command.callback else None)
        return CliRunner().invoke(run, list(words), catch_exceptions=False).output

    assert "office: known on arrival only; stored events bear no address" in said("preview", str(file))
    assert "mark what arrives from then on: addresses are not kept" in said("save", str(file), "--reason", "ours")
    assert "Rules by network are left out" in said("apply")
