"""What was kept apart is seen in groups, mended by rule, replayed in its own minute, or discarded; and the balance holds all along."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlglot import parse_one

from tests.conftest import START_MS
from tests.http.make import Client, bearer
from tests.tracking import make
from windsock.governance import SYSTEM, Actor
from windsock.governance.model.permissions import ROLES
from windsock.http import create_app
from windsock.jobs import JobContext
from windsock.kernel.errors import Conflict, InvalidInput, NotFound
from windsock.tracking import load_events
from windsock.tracking.model.fix import Fix, cast_value
from windsock.tracking.plan.freeze import freeze
from windsock.tracking.plan.read import read_plan
from windsock.tracking.quarantine import replay, see
from windsock.workspace import Workspace

ANALYST = Actor("mem_9", "Ann", "analyst", ROLES["analyst"], "session")
MINUTE = 60_000


def load(workspace: Workspace, *rows: dict[str, Any], source: str = "site", trust: Any = "server") -> Any:
    with workspace.warehouse.transaction() as tx:
        return load_events(tx, source, "b1", make.table(list(rows)), START_MS, trust=trust, plan=read_plan(workspace), seal=workspace.seal)


def ask(workspace: Workspace, sql: str) -> list[dict[str, Any]]:
    return workspace.warehouse.query(parse_one(sql, read="duckdb")).to_pylist()


def balance(workspace: Workspace) -> list[tuple[int, ...]]:
    rows = ask(workspace, "SELECT minute_ms, received, stored, duplicate, quarantined FROM intake_balance ORDER BY 1")
    assert all(row["received"] == row["stored"] + row["duplicate"] + row["quarantined"] for row in rows)
    return [tuple((row["minute_ms"] - START_MS) // MINUTE if name == "minute_ms" else row[name] for name in row) for row in rows]


@pytest.fixture
def strict(workspace: Workspace) -> Workspace:
    """A workspace whose plan refuses what is not as agreed, with a number of refused events in two minutes."""
    body = {
        "events": {"search": {"properties": {"pax": {"type": "integer", "min": 1}, "mail": {"type": "text", "pii": True}}}},
        "modes": {"wrong_type": "quarantine", "out_of_range": "quarantine", "unknown_event": "quarantine"},
    }
    freeze(workspace, body, SYSTEM, "strict")
    rows = [
        make.event(
            message_id=f"m{n}", event="search", anonymous_id=f"visitor-{n:04}", received_ms=START_MS + n % 2 * MINUTE, client_ms=START_MS - 5,
            properties=json.dumps({"pax": str(n % 3), "mail": "anna@example.com", "note": "call 13812341234"}),
        )
        for n in range(6)
    ]  # fmt: skip
    odd = [make.event(message_id=f"o{n}", event="Searched", received_ms=START_MS, client_ms=START_MS - 5) for n in range(2)]
    report = load(workspace, *rows, *odd)
    assert report.reasons == {"wrong_type": 6, "unknown_event": 2}
    return workspace


def group_of(workspace: Workspace, reason: str) -> str:
    return next(one.id for one in see.groups(workspace.warehouse) if one.reason == reason)


def test_groups_name_what_is_wrong_where(strict: Workspace) -> None:
    found = see.groups(strict.warehouse)
    assert [(one.source, one.reason, one.field, one.event, one.count, one.total, one.fixable) for one in found] == [
        ("site", "wrong_type", "pax", "search", 6, 8, True), ("site", "unknown_event", "event", "Searched", 2, 8, True),
    ]  # fmt: skip
    assert (found[0].first_ms, found[0].last_ms) == (START_MS, START_MS + MINUTE)
    assert see.groups(strict.warehouse, "app") == []
    load(strict, make.event(event="order_placed", order_ref="o"), trust="public")
    assert not next(one for one in see.groups(strict.warehouse) if one.reason == "untrusted_event").fixable


def test_a_fix_is_tried_on_the_real_load_and_leaves_no_trace(strict: Workspace) -> None:
    before = balance(strict), ask(strict, "SELECT COUNT(*) AS n FROM event"), ask(strict, "SELECT COUNT(*) AS n FROM quarantine")
    tried = replay.try_fix(strict, group_of(strict, "wrong_type"), Fix("cast", "properties.pax", "integer"), SYSTEM)
    assert (tried.rows, tried.would_pass, len(tried.examples)) == (6, 4, 3), "two have no passengers, which is out of range"
    assert [(one.before["properties"]["pax"], one.after["properties"]["pax"], one.reason) for one in tried.examples] == [
        ("0", 0, "out_of_range"), ("1", 1, None), ("2", 2, None),
    ]  # fmt: skip
    assert (balance(strict), ask(strict, "SELECT COUNT(*) AS n FROM event"), ask(strict, "SELECT COUNT(*) AS n FROM quarantine")) == before


def test_replay_moves_events_in_their_original_minute(strict: Workspace) -> None:
    assert balance(strict) == [(0, 5, 0, 0, 5), (1, 3, 0, 0, 3)]
    done = replay.replay(strict, group_of(strict, "wrong_type"), Fix("cast", "properties.pax", "integer"), SYSTEM)
    assert (done.report.stored, done.report.quarantined, done.job) == (4, 2, None)
    assert balance(strict) == [(0, 5, 2, 0, 3), (1, 3, 2, 0, 1)]
    assert ask(strict, "SELECT received_ms - client_ms AS d, COUNT(*) AS n FROM event GROUP BY 1 ORDER BY 1") == [
        {"d": 5, "n": 2}, {"d": MINUTE + 5, "n": 2},
    ]  # fmt: skip
    states = {row["state"]: row["n"] for row in ask(strict, "SELECT state, COUNT(*) AS n FROM quarantine GROUP BY 1")}
    assert states == {"replayed": 6, "open": 4}, "what still breaks a rule stands apart anew, under its own reason"
    assert {one.reason: one.count for one in see.groups(strict.warehouse)} == {"out_of_range": 2, "unknown_event": 2}
    again = replay.replay(strict, group_of(strict, "out_of_range"), Fix("set", "properties.pax", "1"), SYSTEM)
    assert (again.report.stored, balance(strict)) == (2, [(0, 5, 3, 0, 2), (1, 3, 3, 0, 0)])
    named = replay.replay(strict, group_of(strict, "unknown_event"), Fix("rename_event", value="page_view"), SYSTEM)
    assert (named.report.stored, see.groups(strict.warehouse), balance(strict)[0]) == (2, [], (0, 5, 5, 0, 0))
    with pytest.raises(NotFound):
        replay.replay(strict, "0" * 16, Fix(), SYSTEM)
    with strict.records.read() as session:
        from windsock.governance.audit import read_audit

        told = [entry.action for entry in read_audit(session, 10, None, {}).items]
    assert told.count("tracking.quarantine_replayed") == 3


def test_what_was_stored_meanwhile_is_a_duplicate(strict: Workspace) -> None:
    load(strict, make.event(message_id="o0", event="page_view", received_ms=START_MS + 5 * MINUTE, client_ms=START_MS - 5))
    done = replay.replay(strict, group_of(strict, "unknown_event"), Fix("rename_event", value="page_view"), SYSTEM)
    assert (done.report.stored, done.report.duplicate) == (1, 1)
    assert balance(strict)[0] == (0, 5, 1, 1, 3)


def test_a_changed_plan_lets_them_pass_as_they_are(strict: Workspace) -> None:
    group = group_of(strict, "unknown_event")
    assert replay.try_fix(strict, group, Fix(), SYSTEM).would_pass == 0
    body = read_plan(strict).body()
    freeze(strict, {**body, "events": {**body["events"], "Searched": {"aliases": []}}}, SYSTEM, "known now")
    assert replay.replay(strict, group, Fix(), SYSTEM).report.stored == 2


def test_discarding_keeps_the_count_and_says_why(strict: Workspace) -> None:
    group = group_of(strict, "unknown_event")
    assert replay.discard(strict, group, "a test of the app team", SYSTEM) == 2
    assert balance(strict)[0] == (0, 5, 0, 0, 5)
    assert ask(strict, "SELECT DISTINCT state, note, decided_by FROM quarantine WHERE state <> 'open'") == [
        {"state": "discarded", "note": "a test of the app team", "decided_by": "system"}
    ]
    with pytest.raises((NotFound, Conflict)):
        replay.discard(strict, group, "again", SYSTEM)


def test_a_large_group_is_replayed_by_a_job_that_may_begin_again(strict: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "AT_ONCE_MOST", 2)
    group = group_of(strict, "wrong_type")
    done = replay.replay(strict, group, Fix("cast", "properties.pax", "integer"), ANALYST)
    assert done.job is not None
    assert replay.replay(strict, group, Fix("cast", "properties.pax", "integer"), ANALYST).job == done.job
    with strict.records.read() as session:
        from windsock import jobs

        payload = jobs.read(session, done.job).payload
    context = JobContext(payload, job_id=done.job)
    replay.run_job(strict, context)
    assert context.reported.done == 6
    assert balance(strict) == [(0, 5, 2, 0, 3), (1, 3, 2, 0, 1)]
    replay.run_job(strict, JobContext(payload, job_id=done.job))


def test_rows_are_paged_and_masked(strict: Workspace) -> None:
    group, plan = group_of(strict, "wrong_type"), read_plan(strict)
    first = see.rows(strict, group, ANALYST, plan, limit=4)
    rest = see.rows(strict, group, ANALYST, plan, limit=4, cursor=first.next_cursor)
    assert [len(first.items), len(rest.items), rest.next_cursor] == [4, 2, None]
    raw = first.items[0].raw
    assert (raw["anonymous_id"], raw["properties"]["mail"], raw["properties"]["note"]) == ("vi***05", "a***@e***.com", "call 138****1234")
    full = see.rows(strict, group, SYSTEM, plan, limit=1).items[0].raw
    assert (full["anonymous_id"], full["properties"]["mail"]) == ("visitor-0005", "anna@example.com")
    assert "message_id" in full
    assert "device" not in full


@pytest.mark.parametrize(
    ("fix", "wanted"),
    [
        (Fix("set", "channel", "app"), {"channel": "app"}), (Fix("set", "price", "12.5"), {"price": 12.5}),
        (Fix("set", "price", "much"), {"price": None}),
        (Fix("set", "bot", "yes"), {"bot": True}), (Fix("set", "client_ms", "5"), {"client_ms": 5}),
        (Fix("map_value", "device", values={"phone": "ios"}), {"device": "ios"}),
        (Fix("map_value", "device", values={"x": "y"}), {"device": "phone"}),
        (Fix("drop_property", "device"), {"device": None}), (Fix("drop_property", "properties.a"), {"properties": '{"b":"2"}'}),
        (Fix("drop_property", "properties.z"), {"properties": '{"a": 1, "b": "2"}'}),
        (Fix("cast", "properties.b", "integer"), {"properties": '{"a":1,"b":2}'}),
        (Fix("map_value", "properties.a", values={"1": "one"}), {"properties": '{"a":"one","b":"2"}'}),
        (Fix("set", "properties.c", "x"), {"properties": '{"a":1,"b":"2","c":"x"}'}),
        (Fix("cast", "properties.z", "text"), {"properties": '{"a": 1, "b": "2"}'}),
        (Fix("rename_event", value="login"), {"event": "login"}), (Fix(), {"event": "page_view"}),
    ],
)  # fmt: skip
def test_each_fix_does_what_it_says(workspace: Workspace, fix: Fix, wanted: dict[str, Any]) -> None:
    from windsock.tracking.load import COLUMNS
    from windsock.tracking.model.fix import check
    from windsock.tracking.quarantine.mend import mended

    row = mended(
        make.table([make.event(device="phone", properties='{"a": 1, "b": "2"}')]), check(fix, frozenset(COLUMNS.names)), read_plan(workspace)
    )
    found = row.to_pylist()[0]
    assert {name: float(found[name]) if name == "price" and found[name] is not None else found[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    "fix",
    [
        Fix("set", "channel"), Fix("set", value="x"), Fix("rename_event"), Fix("map_value", "device"), Fix("drop_property"),
        Fix("cast", "device", "list"),
        Fix("set", "received_ms", "1"), Fix("set", "nothing", "1"), Fix("none", "device"), Fix("cast", "properties.a"),
    ],
)  # fmt: skip
def test_a_fix_that_can_not_be_is_refused(strict: Workspace, fix: Fix) -> None:
    with pytest.raises(InvalidInput):
        replay.try_fix(strict, group_of(strict, "wrong_type"), fix, SYSTEM)


def test_casting_understands_how_people_write() -> None:
    assert [cast_value(one, "integer") for one in ("1,200", "3.0", True, "x", [1])] == [1200, 3, True, "x", [1]]
    assert [cast_value(one, "date") for one in ("20260203", "2026年2月3日", "2026-02-03T10:00:00Z", "3/2/26")] == ["2026-02-03"] * 3 + ["3/2/26"]
    assert [cast_value(one, "boolean") for one in ("是", "N", 1, 0, 2)] == [True, False, True, False, 2]


def test_the_doors_list_try_replay_and_discard(strict: Workspace) -> None:
    client = Client(create_app(strict))
    client.headers = bearer(strict, "analyst")
    listed = client.get("/api/quarantine").json()
    assert (listed["total"], [(one["reason_zh"], one["reason_en"]) for one in listed["groups"]][1]) == (
        8,
        ("事件不在目录中", "The event is not in the catalogue"),
    )
    group = listed["groups"][0]["id"]
    rows = client.get(f"/api/quarantine/rows?group={group}&limit=2").json()
    assert (len(rows["items"]), rows["items"][0]["trust"], rows["next"] is not None) == (2, "server", True)
    fix = {"do": "cast", "field": "properties.pax", "value": "integer"}
    assert client.post("/api/quarantine/try", {"group": group, "fix": fix}).json()["would_pass"] == 4
    assert client.post("/api/quarantine/replay", {"group": group, "fix": fix}).json() == {"stored": 4, "duplicate": 0, "quarantined": 2, "job": None}
    assert client.post("/api/quarantine/discard", {"group": listed["groups"][1]["id"], "note": "no"}).json() == {"discarded": 2, "job": None}
    assert client.post("/api/quarantine/try", {"group": group, "fix": fix}).status_code == 404
    assert client.post("/api/quarantine/replay", {"group": group, "fix": {"do": "burn"}}).status_code == 422
    client.headers = bearer(strict, "viewer")
    assert client.get("/api/quarantine").status_code == 200
    assert client.get(f"/api/quarantine/rows?group={group}").status_code == 403
    assert client.post("/api/quarantine/replay", {"group": group}).status_code == 403
