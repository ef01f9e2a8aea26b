"""Sources say until when they are whole; what a person did is handed over and forgotten."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from sqlglot import parse_one

from tests.http.make import Client
from tests.tracking.make import T0, event, table
from windsock.catalog import touch_source
from windsock.kernel.clock import FixedClock
from windsock.tracking import load_events, read_sources
from windsock.tracking.erase import ERASER
from windsock.tracking.routes import router
from windsock.warehouse import Warehouse
from windsock.workspace import Workspace

HOUR = 3_600_000


def ask(warehouse: Warehouse, sql: str) -> list[dict[str, Any]]:
    return warehouse.query(parse_one(sql, read="duckdb")).to_pylist()


def fill(workspace: Workspace) -> None:
    with workspace.warehouse.transaction() as tx:
        old = event(message_id="m0", received_ms=T0 - 48 * HOUR, client_ms=T0 - 48 * HOUR)
        load_events(tx, "site", "b1", table([old, event(), event(), event(event="nope", user_id="GA1", anonymous_id=None)]), T0 + HOUR)
        touch_source(tx, "shop", "orders", "The shop", T0 - 30 * HOUR, payment_known=True, now_ms=T0)
        touch_source(tx, "partner", "orders", "", None, payment_known=None, now_ms=T0)
        touch_source(tx, "legacy", "orders", "", T0 - 400 * HOUR, payment_known=False, now_ms=T0, expected_lag_ms=HOUR)


def test_sources_say_how_they_do(workspace: Workspace) -> None:
    assert read_sources(workspace.warehouse, T0) == []
    fill(workspace)
    found = {source.source: source for source in read_sources(workspace.warehouse, T0 + HOUR)}
    assert {name: source.state for name, source in found.items()} == {"site": "ok", "shop": "late", "partner": "silent", "legacy": "silent"}
    assert (found["shop"].lag_ms, found["shop"].name, found["partner"].name, found["partner"].lag_ms) == (31 * HOUR, "The shop", "partner", None)
    assert found["shop"].balance is None
    balance = found["site"].balance
    assert balance is not None
    assert (balance.received, balance.stored, balance.duplicate, balance.quarantined, balance.holds) == (3, 1, 1, 1, True), "the last day only"


def test_the_door_tells_the_same(workspace: Workspace, clock: FixedClock) -> None:
    fill(workspace)
    clock.ms = T0 + HOUR
    app = FastAPI()
    app.state.workspace = workspace
    app.include_router(router)
    answer = Client(app).get("/api/sources").json()
    site = next(source for source in answer["sources"] if source["source"] == "site")
    assert (site["complete_until"], site["state"], site["lag_ms"]) == ("2026-01-01T08:00:00+08:00", "ok", HOUR - 200)
    assert site["balance"] == {"until": "2026-01-01T08:01:00+08:00", "received": 3, "stored": 1, "duplicate": 1, "quarantined": 1, "holds": True}
    assert [source["balance"] for source in answer["sources"] if source["source"] != "site"] == [None, None, None]


def test_every_source_route_names_its_permission() -> None:
    named = {(min(route.methods), route.path): route.openapi_extra["x-permission"] for route in router.routes}  # type: ignore[attr-defined] - API routes
    assert {door for door, right in named.items() if right == "sources.read"} == {("GET", "/api/sources"), ("GET", "/api/keys")}
    assert {right for door, right in named.items() if door[0] != "GET"} == {"sources.manage"}
    assert named["GET", "/api/sources/{source}/snippets"] == "sources.manage", "they show the source's signing secret"


def test_what_a_person_did_is_handed_over_and_forgotten(workspace: Workspace) -> None:
    with workspace.warehouse.transaction() as tx:
        mine = event(message_id="m1", user_id="GA1", order_ref="o1", properties='{"email": "anna@example.com"}')
        refused = event(event="nope", user_id="GA1", anonymous_id=None)
        other = event(message_id="m2", anonymous_id="anon-2", order_ref="o2", properties='{"a": 1}')
        load_events(tx, "site", "b1", table([mine, refused, other, event(event="nope", anonymous_id="anon-2")]), T0)
    given = ERASER.export(workspace, [1, 3])
    assert {name: len(rows) for name, rows in given.items()} == {"event": 1, "quarantine": 1, "device_clock": 0}
    assert ERASER.erase(workspace, [1, 3]) == 2
    rows = ask(workspace.warehouse, "SELECT did, order_ref, properties FROM event ORDER BY did")
    assert rows == [{"did": 1, "order_ref": None, "properties": None}, {"did": 2, "order_ref": "o2", "properties": '{"a": 1}'}]
    assert [row["raw"] for row in ask(workspace.warehouse, "SELECT raw FROM quarantine") if "GA1" in row["raw"]] == []
