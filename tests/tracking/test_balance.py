"""The balance adds up per minute, hour and civil day, counts what is in flight once, and is reckoned against the rows themselves."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import parse_one

from tests.conftest import START_MS
from tests.tracking import make
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.tracking import balance, load_events
from windsock.tracking.body import Body
from windsock.tracking.inbox import open_inbox
from windsock.workspace import Workspace

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def load(workspace: Workspace, *rows: dict[str, Any], source: str = "site") -> None:
    with workspace.warehouse.transaction() as tx:
        load_events(tx, source, "b1", make.table(list(rows)), START_MS, trust="server")


def events(*received: int, name: str = "page_view") -> list[dict[str, Any]]:
    return [make.event(message_id=f"{name}{ms}", event=name, received_ms=ms, client_ms=ms) for ms in received]


def flying(workspace: Workspace, *bodies: Body) -> None:
    async def put() -> None:
        for body in bodies:
            await inbox.put(body)

    inbox = open_inbox(workspace, write=True)
    try:
        asyncio.run(put())
    finally:
        inbox.close()


def body(received_ms: int, count: int, source: str = "site") -> Body:
    return Body(source, "public", "segment", "batch", received_ms, "", count, "k", json.dumps({"batch": []}).encode())


def test_every_count_is_in_its_bucket_and_in_flight_is_beside(workspace: Workspace) -> None:
    load(workspace, *events(START_MS, START_MS + 5, START_MS + MINUTE), *events(START_MS + 5), make.event(event="order_placed", received_ms=START_MS))
    load(workspace, *events(START_MS + HOUR), source="app")
    flying(workspace, body(START_MS + HOUR, 3), body(START_MS + HOUR + 1, 4), body(START_MS, 2, "till"))
    with workspace.warehouse.transaction() as tx:
        tx.append("inbox_offset", pa.table({"inbox": [open_name(workspace)], "seq": [0], "loaded_ms": [0]}))
    found = balance.read_balance(workspace, START_MS - DAY, START_MS + DAY, "minute")
    assert [(row.source, row.at_ms - START_MS, row.received, row.stored, row.duplicate, row.quarantined, row.in_flight) for row in found.rows] == [
        ("app", HOUR, 1, 1, 0, 0, 0), ("site", HOUR, 0, 0, 0, 0, 7), ("site", MINUTE, 1, 1, 0, 0, 0), ("site", 0, 4, 2, 1, 1, 0),
        ("till", 0, 0, 0, 0, 0, 2),
    ]  # fmt: skip
    assert (found.holds, found.totals.received, found.totals.in_flight) == (True, 6, 9)
    assert [row.source for row in balance.read_balance(workspace, START_MS, START_MS + DAY, "day", "app").rows] == ["app"]
    with workspace.warehouse.transaction() as tx:
        tx.execute(parse_one("UPDATE inbox_offset SET seq = 1", read="duckdb"))
    assert balance.read_balance(workspace, START_MS, START_MS + DAY, "day").totals.in_flight == 6


def open_name(workspace: Workspace) -> str:
    inbox = open_inbox(workspace, write=False)
    try:
        return inbox.name
    finally:
        inbox.close()


def test_a_balance_that_does_not_hold_says_so(workspace: Workspace) -> None:
    load(workspace, *events(START_MS))
    with workspace.warehouse.transaction() as tx:
        tx.execute(parse_one("UPDATE intake_balance SET stored = 0", read="duckdb"))
    found = balance.read_balance(workspace, START_MS, START_MS + DAY, "hour")
    assert (found.holds, found.rows[0].holds) == (False, False)
    assert [one.holds for one in balance.reckon(workspace.warehouse)] == [False]


def test_the_rows_themselves_are_counted(workspace: Workspace) -> None:
    load(workspace, *events(START_MS, START_MS + 1), make.event(event="order_placed", received_ms=START_MS))
    assert balance.reckon(workspace.warehouse) == [balance.Reckoning("site", 2, 2, 1, 1)]
    with workspace.warehouse.transaction() as tx:
        tx.execute(parse_one("DELETE FROM event WHERE ts_ms = (SELECT MIN(ts_ms) FROM event)", read="duckdb"))
    assert not balance.reckon(workspace.warehouse)[0].holds


@given(
    st.sampled_from(["Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    st.integers(0, 800 * 24 * 60),
)
def test_a_minute_lies_in_the_bucket_of_its_clock(zone: str, minute: int) -> None:
    at = START_MS + minute * MINUTE
    steps = balance._offsets(START_MS - DAY, START_MS + 801 * DAY, zone)
    local = dt.datetime.fromtimestamp(at / 1000, ZoneInfo(zone))
    day = balance._start(balance._place(at, "day", steps), "day", zone)
    assert dt.datetime.fromtimestamp(day / 1000, ZoneInfo(zone)).date() == local.date()
    assert 0 <= at - day < 25 * HOUR
    if zone != "Australia/Lord_Howe":
        hour = balance._start(balance._place(at, "hour", steps), "hour", zone)
        assert dt.datetime.fromtimestamp(hour / 1000, ZoneInfo(zone)) == local.replace(minute=0)
    text = parse_one(f"SELECT {balance._place_sql('day', steps)} AS place", read="duckdb").sql("duckdb")
    assert "minute_ms" in text


def test_a_day_of_23_hours_is_a_day(workspace: Workspace) -> None:
    spring = round(dt.datetime(2026, 3, 29, tzinfo=ZoneInfo("Europe/Berlin")).timestamp() * 1000)
    load(workspace, *events(*(spring + hour * HOUR for hour in range(-2, 26))))
    object.__setattr__(workspace.settings.workspace, "timezone", "Europe/Berlin")
    found = balance.read_balance(workspace, spring - 10 * DAY, spring + 10 * DAY, "day")
    counts = Counter({dt.datetime.fromtimestamp(row.at_ms / 1000, ZoneInfo("Europe/Berlin")).day: row.received for row in found.rows})
    assert counts == {28: 2, 29: 23, 30: 3}


def test_spans_are_read_as_people_write_them(workspace: Workspace) -> None:
    assert balance.parse_span(workspace, None, None) == (START_MS + 1 - DAY, START_MS + 1)
    assert balance.parse_span(workspace, "2026-01-01", "2026-01-02") == (START_MS - 8 * HOUR, START_MS + 40 * HOUR)
    assert balance.parse_span(workspace, "2026-01-01T08:00:00", "2026-01-01T01:00:00Z") == (START_MS, START_MS + HOUR)
    for start, end in (("x", None), ("2026-01-02", "2026-01-01"), ("2020-01-01", "2026-01-01"), (None, "2026-13-01")):
        with pytest.raises(InvalidInput):
            balance.parse_span(workspace, start, end)


def test_too_many_rows_are_refused_with_advice(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    load(workspace, *events(*(START_MS + n * MINUTE for n in range(5))))
    monkeypatch.setattr(balance, "ROWS_MOST", 3)
    with pytest.raises(TooLarge):
        balance.read_balance(workspace, START_MS, START_MS + DAY, "minute")
