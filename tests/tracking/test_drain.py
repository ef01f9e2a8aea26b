"""The inbox is moved into the warehouse as a whole or not at all, in order, once, and nothing stops it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from click.testing import CliRunner
from sqlglot import parse_one

from tests.conftest import START_MS
from windsock.cli.main import main
from windsock.governance import cli_actor
from windsock.identity import erase as identity_erase
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import Busy, Fault, InvalidInput
from windsock.tracking import drain, live
from windsock.tracking import erase as tracking_erase
from windsock.tracking.ahead import SIGNING
from windsock.tracking.body import Body
from windsock.tracking.drain import Drain, drain_all, read_offset
from windsock.tracking.inbox import Inbox, open_inbox
from windsock.tracking.keys import create_source
from windsock.tracking.load import load_events
from windsock.tracking.replay import replay
from windsock.tracking.wire import signature_of
from windsock.workspace import Workspace, open_workspace

DAY_MS = 86_400_000


def put(workspace: Workspace, *bodies: Body) -> None:
    """Accept bodies, one block each."""
    inbox = open_inbox(workspace, write=True)
    try:
        for body in bodies:
            asyncio.run(inbox.put(body))
    finally:
        inbox.close()


def body(*events: Any, source: str = "web", trust: Any = "server", received_ms: int = START_MS) -> Body:
    return Body(source, trust, "segment", "batch", received_ms, "Mozilla/5.0", len(events), "key", json.dumps({"batch": events}).encode())


def track(number: int, **more: Any) -> dict[str, Any]:
    event = {"type": "track", "event": "search", "messageId": f"m{number}", "anonymousId": "a1", "timestamp": START_MS - 1000 + number}
    return {**event, "properties": {"route": "SHA-PEK"}, **more}


def ask(workspace: Workspace, sql: str) -> list[dict[str, Any]]:
    return workspace.warehouse.query(parse_one(sql, read="duckdb")).to_pylist()


def balance(workspace: Workspace, source: str = "web") -> tuple[int, int, int, int]:
    rows = ask(workspace, f"SELECT * FROM intake_balance WHERE source = '{source}'")
    names = ("received", "stored", "duplicate", "quarantined")
    return tuple(sum(row[name] for row in rows) for name in names)  # type: ignore[return-value] - four names


def test_what_was_accepted_is_stored_once_and_the_offset_goes_with_it(workspace: Workspace):
    put(workspace, body(track(1), track(2)), body(track(2), track(3)), body(track(4), source="app", trust="public"))
    assert drain_all(workspace) == 1
    assert sorted(row["message_id"] for row in ask(workspace, "SELECT message_id FROM event")) == ["m1", "m2", "m3", "m4"]
    assert (balance(workspace), balance(workspace, "app")) == ((4, 3, 1, 0), (1, 1, 0, 0))
    assert {row["source"]: row["trust"] for row in ask(workspace, "SELECT source, trust FROM event")} == {"web": "server", "app": "public"}
    inbox = open_inbox(workspace, write=False)
    assert (read_offset(workspace, inbox.name), inbox.drained(), inbox.in_flight(3)) == (3, 3, [])
    inbox.close()
    assert drain_all(workspace) == 0


def test_a_batch_is_bounded(workspace: Workspace):
    put(workspace, *(body(*(track(block * 10 + number) for number in range(2))) for block in range(4)))
    inbox = open_inbox(workspace, write=False)
    one = Drain(workspace, inbox)
    one.ahead.most = 3
    assert [one.step() for _ in range(5)] == [True, True, True, True, False]
    assert balance(workspace) == (8, 8, 0, 0)
    inbox.close()


def test_a_load_that_dies_leaves_nothing_and_is_done_again(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    put(workspace, body(track(1)), body(track(2)))
    places: list[str] = []

    def die(place: str) -> None:
        places.append(place)
        if len(places) <= 2 and place == "drain.before_commit":
            raise Busy("Died.")

    monkeypatch.setattr(drain, "reach", die)
    inbox = open_inbox(workspace, write=False)
    step = Drain(workspace, inbox).step
    with pytest.raises(Busy):
        step()
    assert (ask(workspace, "SELECT * FROM event"), balance(workspace), read_offset(workspace, inbox.name)) == ([], (0, 0, 0, 0), 0)
    assert step()
    assert balance(workspace) == (2, 2, 0, 0)
    assert places[-4:] == ["drain.before_load", "drain.before_commit", "drain.after_commit", "drain.before_mark"]
    inbox.close()


def test_a_commit_that_was_not_marked_is_not_loaded_twice(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    put(workspace, body(track(1)))

    def die(place: str) -> None:
        if place == "drain.before_mark":
            raise Busy("Died.")

    with monkeypatch.context() as patched:
        patched.setattr(drain, "reach", die)
        with pytest.raises(Busy):
            drain_all(workspace)
    inbox = open_inbox(workspace, write=False)
    assert (inbox.drained(), read_offset(workspace, inbox.name)) == (0, 1)
    assert drain_all(workspace) == 0
    assert (inbox.drained(), balance(workspace)) == (1, (1, 1, 0, 0))
    inbox.close()


def _poisonous(*names: str) -> Callable[..., Any]:
    """A load that fails on some events, as a fault of ours would."""

    def load(tx: Any, source: str, batch_id: str, events: Any, now_ms: int, **how: Any) -> Any:
        if pc.any(pc.is_in(events.column("message_id"), value_set=pa.array(names))).as_py():
            raise Fault("The engine refused a statement.", where="poison")
        return load_events(tx, source, batch_id, events, now_ms, **how)

    return load


@pytest.mark.parametrize("poison", [("m3",), ("m0", "m9"), tuple(f"m{number}" for number in range(10))])
def test_poison_is_found_kept_apart_and_stops_nobody(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, poison: tuple[str, ...]):
    put(workspace, body(*(track(number) for number in range(10))), body(track(20), source="app"))
    monkeypatch.setattr(drain, "load_events", _poisonous(*poison))
    assert drain_all(workspace) == 1
    assert (balance(workspace), balance(workspace, "app")) == ((10, 10 - len(poison), 0, len(poison)), (1, 1, 0, 0))
    kept = ask(workspace, "SELECT reason, raw->>'properties' AS said FROM quarantine")
    assert {row["reason"] for row in kept} == {"undecodable"}
    told = [json.loads(row["said"]) for row in kept]
    assert all("The engine refused" in one["error"] for one in told)
    assert sorted(json.loads(one["raw"])["message_id"] for one in told) == sorted(poison)
    assert not {row["message_id"] for row in ask(workspace, "SELECT message_id FROM event")} & set(poison)


def test_when_nothing_can_be_loaded_the_events_are_not_at_fault(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    put(workspace, body(track(1)))

    def broken(*_: Any, **__: Any) -> Any:
        raise Fault("The engine refused a statement.")

    with monkeypatch.context() as patched:
        patched.setattr(drain, "load_events", broken)
        with pytest.raises(Fault):
            drain_all(workspace)
    assert ask(workspace, "SELECT * FROM quarantine") == []
    assert drain_all(workspace) == 1
    assert balance(workspace) == (1, 1, 0, 0)


def test_any_bytes_are_counted_and_never_stop_the_stream(workspace: Workspace):
    odd = [Body("web", "public", protocol, kind, START_MS, "", 1, "key", data) for protocol in ("segment", "sensors") for kind, data in _odd()]
    put(workspace, *odd)
    drain_all(workspace)
    received, stored, duplicate, quarantined = balance(workspace)
    assert (received, stored, duplicate) == (len(odd), 0, 0)
    assert quarantined == received


def _odd() -> Iterable[tuple[str, bytes]]:
    yield from (("batch", b"7"), ("one", b'"x"'), ("list", b"{}"), ("broken", b"???"), ("broken", b"aGVsbG8="), ("track", b"\xff\xfe"), ("p", b"[]"))
    yield "nonsense", b"null"


def test_what_is_touched_is_announced_at_once_for_all_batches(workspace: Workspace, clock: FixedClock):
    put(workspace, body(track(1), track(2)), body(track(3), source="app"))
    drain_all(workspace)
    from windsock.jobs import store

    with workspace.records.read() as session:
        facts = {row.payload["source"]: row.payload for row in store.waiting_facts(session, clock.now_ms(), 100) if row.name == drain.LOADED}
    assert facts["web"] == {"source": "web", "stored": 2, "duplicate": 0, "quarantined": 0, "first_ms": START_MS - 999, "last_ms": START_MS - 998}
    assert facts["app"]["stored"] == 1


def test_the_channel_of_a_source_and_a_signed_id_are_known(workspace: Workspace):
    create_source(workspace, cli_actor(), "shop", "Shop", "web", "app")
    proof = signature_of(workspace.seal.hash(SIGNING, "shop"), "u1")
    claim = {"type": "identify", "userId": "u1", "anonymousId": "a1", "messageId": "i1", "timestamp": START_MS}
    put(workspace, body(track(1), {**claim, "context": {"userIdSignature": proof}}, source="shop", trust="public"))
    drain_all(workspace)
    assert {row["channel"] for row in ask(workspace, "SELECT channel FROM event WHERE source = 'shop'")} == {"app"}
    assert [row["kind"] for row in ask(workspace, "SELECT kind FROM identity_edge")] == ["login"]


def test_raw_days_go_once_a_day(workspace: Workspace, clock: FixedClock):
    put(workspace, body(track(1)))
    drain_all(workspace)
    clock.advance(days=9)
    put(workspace, body(track(2), received_ms=clock.now_ms()))
    drain_all(workspace)
    inbox = open_inbox(workspace, write=False)
    assert inbox.range() == (2, 2)
    inbox.close()


# --- replay


def test_a_replay_finds_everything_there(workspace: Workspace):
    put(workspace, body(track(1), track(2), 17), body(track(3), source="app"))
    drain_all(workspace)
    done = replay(workspace, cli_actor(), START_MS - DAY_MS, START_MS + DAY_MS)
    assert (done.report.received, done.report.duplicate, done.report.stored, done.apart, done.unreadable) == (3, 3, 0, 1, 0)
    assert len(ask(workspace, "SELECT * FROM event")) == 3
    assert len(ask(workspace, "SELECT * FROM quarantine")) == 1
    received, stored, duplicate, quarantined = balance(workspace)
    assert received == stored + duplicate + quarantined


def test_a_replay_brings_back_what_was_lost(workspace: Workspace):
    put(workspace, body(track(1), track(2)), body(track(3), source="app"))
    drain_all(workspace)
    with workspace.warehouse.transaction() as tx:
        for table in ("event", "event_key"):
            tx.execute(parse_one(f"DELETE FROM {table}", read="duckdb"))
    assert replay(workspace, cli_actor(), START_MS, START_MS + 1, source="app").report.stored == 1
    assert replay(workspace, cli_actor(), START_MS, START_MS + 1).report.stored == 2
    assert replay(workspace, cli_actor(), START_MS + 1, START_MS + 2).blocks == 0
    with pytest.raises(InvalidInput):
        replay(workspace, cli_actor(), START_MS, START_MS)


def test_what_was_erased_stays_away(workspace: Workspace):
    told = {
        "type": "identify",
        "anonymousId": "visitor-gone",
        "userId": "member-gone",
        "messageId": "i1",
        "timestamp": START_MS,
        "traits": {"name": "李雷"},
    }
    put(workspace, body(told, track(1, anonymousId="visitor-gone", properties={"note": "李雷"}), track(2)))
    drain_all(workspace)
    gone = [row["did"] for row in ask(workspace, "SELECT did FROM identity WHERE id LIKE '%-gone'")]
    assert len(gone) == 2
    for eraser in (tracking_erase.ERASER, identity_erase.ERASER):
        eraser.erase(workspace, gone)
    done = replay(workspace, cli_actor(), START_MS, START_MS + 1)
    assert (done.report.stored, done.report.duplicate, done.report.reasons) == (0, 1, {"suppressed": 2})
    for table in ("event", "quarantine", "identity", "trait", "identity_edge"):
        assert not [row for row in ask(workspace, f"SELECT * FROM {table}") if "-gone" in str(row) or "李雷" in str(row)], table


def test_the_command_says_what_came_of_it(home: Path):
    with open_workspace(home, own=True, clock=FixedClock(START_MS)) as workspace:
        put(workspace, body(track(1), track(2)))
        drain_all(workspace)
    run = CliRunner()
    done = run.invoke(main, ["replay", "--home", str(home), "--from", "2026-01-01", "--to", "2026-01-02", "--format", "json"])
    assert (done.exit_code, json.loads(done.output)["duplicate"], json.loads(done.output)["stored"]) == (0, 2, 0)
    wrong = run.invoke(main, ["replay", "--home", str(home), "--from", "soon", "--to", "2026-01-02"])
    assert wrong.exit_code == 2


# --- live


def test_what_arrives_is_seen_with_what_became_of_it(workspace: Workspace):
    put(workspace, body(track(1), track(1), {"type": "track"}, track(2, anonymousId="somebody-long")))
    drain_all(workspace)
    found = live.latest(workspace, "web", None, 50)
    assert sorted((one.event or "", one.state) for one in found) == [("", "quarantined"), *[("search", "duplicate")], *[("search", "stored")] * 2]
    assert {one.who for one in found if one.state == "stored"} == {"anon ***", "anon so***ng"}
    assert [one.reason for one in found if one.state == "quarantined"] == ["missing_event"]
    assert all(one.properties["route"] == "SHA-PEK" for one in found if one.event), "what has a column of its own is shown like the rest"
    assert live.latest(workspace, "app", None, 50) == []


def test_going_on_shows_each_arrival_once(workspace: Workspace):
    from windsock.tracking.live.recent import cursor_of

    put(workspace, body(*(track(number) for number in range(7))))
    drain_all(workspace)
    start = f"{START_MS - 1}-"
    seen: list[str] = []
    for _ in range(5):
        page = live.latest(workspace, None, start, 3)
        seen += [one.id for one in page]
        start = cursor_of(page[-1]) if page else start
    assert len(seen) == len(set(seen)) == 7
    with pytest.raises(InvalidInput):
        live.latest(workspace, None, "yesterday", 3)


def test_an_inbox_is_read_by_two_at_once(workspace: Workspace):
    put(workspace, body(track(1)))
    one, other = (open_inbox(workspace, write=False) for _ in range(2))
    assert [block.seq for inbox in (one, other) for block in inbox.read(0, 10)] == [1, 1]
    for inbox in (one, other):
        assert isinstance(inbox, Inbox)
        inbox.close()
