"""Answers that are kept: each is what its question gets when it is asked anew for that moment, whatever was written; and little is asked anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.analyses.kind_door import MINUTE, KindDoor, T, opened
from tests.analyses.test_revenue import paid
from tests.conditions.world import DAY, World
from windsock.analyses import routes as funnel
from windsock.analyses.aarrr import routes as aarrr
from windsock.analyses.activity import routes as activity
from windsock.analyses.basket import routes as basket
from windsock.analyses.correlation import routes as correlation
from windsock.analyses.distribution import routes as distribution
from windsock.analyses.drivers import routes as drivers
from windsock.analyses.interval import routes as interval
from windsock.analyses.paths import routes as paths
from windsock.analyses.retention import routes as retention
from windsock.analyses.revenue import routes as revenue
from windsock.analyses.rfm import routes as rfm
from windsock.analyses.sessions import routes as sessions
from windsock.analyses.trend import routes as trend
from windsock.kernel.clock import FixedClock
from windsock.metrics.kept import forget_answers
from windsock.warehouse import schema, statement
from windsock.workspace import Workspace

NOW = T + 5 * 60 * MINUTE
PERIOD = {"from": "2025-12-28", "to": "2026-01-01"}
STEPS = ["look", "pay"]
KINDS: dict[str, tuple[Any, dict[str, Any]]] = {
    "funnel": (funnel, {"steps": STEPS, "window": "1 days", "breakdown": "device"}),
    "retention": (retention, {"start": "look", "cells": 3}),
    "stickiness": (activity, {"event": "look"}),
    "lifecycle": (activity, {"event": "look"}),
    "paths": (paths, {"events": STEPS, "start": "look"}),
    "interval": (interval, {"from": "look", "to": "pay", "window": "1 days"}),
    "distribution": (distribution, {"event": "look"}),
    "trend": (trend, {"series": [{"event": "look"}]}),
    "trend of people": (trend, {"series": [{"event": "look", "measure": "people"}]}),
    "correlation": (correlation, {"funnel": {"steps": STEPS, "window": "1 days", "period": PERIOD}, "at": ["device"], "least": 1}),
    "drivers": (drivers, {"start": "look", "target": {"did": "pay", "within": "1 days"}, "by": ["device"], "least": 10}),
    "basket": (basket, {"event": "look", "items": "device", "in": "person", "least": 1}),
    "aarrr": (aarrr, {"stages": {"acquisition": "look", "activation": "look", "retention": "look", "referral": "pay"}}),
    "sessions": (sessions, {"events": "*"}),
    "revenue": (revenue, {"cohorts": "day", "grain": "day", "cells": 3}),
    "rfm": (rfm, {}),
}  # fmt: skip

FEW = ("distribution", "revenue")
"""Asked in every run; the others among the slow ones."""


def _world() -> World:
    world = World()
    for did in range(1, 9):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        for day in range(did % 4 + 1):
            at = T - day * DAY + did * MINUTE
            world.event(did, at, "look", device="ios" if did % 2 else "anna@gull.example")
            if (did + day) % 3 == 0:
                world.event(did, at + 5 * MINUTE, "pay", device="ios")
        if did > 4:
            paid(world, did, dt.date(2025, 12, 26 + did % 5), f"{did}00", route="PEK-SHA")
    return world


@pytest.fixture
def shop(_template: Path) -> Iterator[Workspace]:
    with opened(_template, _world()) as workspace:
        workspace.clock = FixedClock(NOW)
        yield workspace


def _door(workspace: Workspace, kind: str, role: str = "admin") -> KindDoor:
    routes, definition = KINDS[kind]
    door = KindDoor(workspace, routes.router, definition | ({} if "funnel" in definition else {"period": PERIOD}), role)
    door.prefix = f"/api/analyses/{kind.partition(' ')[0]}"
    return door


def _told(door: KindDoor, **body: Any) -> dict[str, Any]:
    answer = door.post(**body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _later(workspace: Workspace, ms: int) -> None:
    workspace.clock = FixedClock(workspace.clock.now_ms() + ms)


def _add(workspace: Workspace, world: World) -> None:
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))


def _event(did: int, t: int) -> Callable[[Workspace], None]:
    def write(workspace: Workspace) -> None:
        world = World()
        world.event(did, t, "look", device="web", key_hi=t, key_lo=did)
        _add(workspace, world)

    return write


def _merge(did: int, pid: int) -> Callable[[Workspace], None]:
    def write(workspace: Workspace) -> None:
        world = World()
        world.add("alias", did=did, pid=pid, known_from_ms=0, known_to_ms=None)
        _add(workspace, world)

    return write


def _order(workspace: Workspace) -> None:
    world = World()
    world.rows["order_line"] = []
    paid(world, 5, dt.date(2025, 12, 30), "77")
    for rows in world.rows.values():
        for row in rows:
            row["order_key"] = 900
    _add(workspace, world)


def _erase(workspace: Workspace) -> None:
    with workspace.warehouse.transaction() as tx:
        tx.execute(statement("DELETE FROM event WHERE did = 6"))
        tx.execute(statement("DELETE FROM posting WHERE order_key = 1"))


WRITES: dict[str, Callable[[Workspace], None]] = {
    "nothing": lambda _workspace: None,
    "an event in its days": _event(2, T - DAY + 40 * MINUTE),
    "an event of long ago": _event(2, T - 200 * DAY),
    "an event of long ago by a new person": _event(77, T - 3 * DAY),
    "a merge": _merge(3, 2),
    "a merge of nobody here": _merge(901, 900),
    "an order": _order,
    "an erasure": _erase,
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", [kind if kind in FEW else pytest.param(kind, marks=pytest.mark.slow) for kind in KINDS])
def test_an_answer_is_that_of_its_moment_whatever_was_written(shop: Workspace, kind: str):
    door = _door(shop, kind)
    before = _told(door)
    kept: dict[str, bool] = {}
    for name, write in WRITES.items():
        write(shop)
        _later(shop, MINUTE // 2)
        told = _told(door)
        kept[name] = told["asked_ms"] == before["asked_ms"]
        assert told == _told(door, asked_ms=told["asked_ms"]), name
        before = told
    assert kept["nothing"]
    assert not kept["an erasure"]
    of_orders = kind in ("revenue", "rfm")
    assert kept["an order"] is (kind != "aarrr" and not of_orders)
    assert kept["an event in its days"] is of_orders
    assert kept["a merge"] is (kind == "trend")  # of which only events are asked here, whosever they are


@pytest.mark.parametrize(
    "kind",
    [
        "funnel",
        *(
            pytest.param(kind, marks=pytest.mark.slow)
            for kind in ("paths", "interval", "distribution", "trend", "trend of people", "correlation", "basket")
        ),
    ],
)
def test_a_write_elsewhere_leaves_it(shop: Workspace, kind: str):
    door = _door(shop, kind)
    first = _told(door)["asked_ms"]
    for write in (_event(2, T - 200 * DAY), _merge(901, 900)):
        write(shop)
        _later(shop, MINUTE)
        assert _told(door)["asked_ms"] == first


def test_it_is_not_asked_again_but_after_some_minutes_and_on_another_day(shop: Workspace, monkeypatch: pytest.MonkeyPatch):
    door = _door(shop, "funnel")
    first = _told(door)
    asked: list[object] = []
    query = shop.warehouse.query

    def counted(*args: Any, **more: Any) -> pa.Table:
        asked.append(args)
        return query(*args, **more)

    monkeypatch.setattr(shop.warehouse, "query", counted)
    _later(shop, 9 * MINUTE)
    assert (_told(door), asked) == (first, [])
    _later(shop, 2 * MINUTE)
    assert _told(door)["asked_ms"] == first["asked_ms"] + 11 * MINUTE
    midnight = T + 15 * 60 * MINUTE
    shop.clock = FixedClock(midnight - MINUTE)
    evening = _told(door)
    shop.clock = FixedClock(midnight + MINUTE)
    assert _told(door)["asked_ms"] == evening["asked_ms"] + 2 * MINUTE


def test_nobody_gets_what_another_may_see(shop: Workspace):
    assert "anna" in str(_told(_door(shop, "funnel")))
    assert "anna" not in str(_told(_door(shop, "funnel", "lead")))
    assert "anna" not in str(_told(_door(shop, "funnel", "viewer")))
    personal = {"where": [{"field": "properties.email", "op": "=", "value": "a"}]}
    assert _door(shop, "funnel").post(more=personal).status_code == 200
    assert _door(shop, "funnel", "lead").post(more=personal).status_code == 403


def test_kinds_and_definitions_and_noted_names_stay_apart(shop: Workspace):
    stickiness, lifecycle = _told(_door(shop, "stickiness")), _told(_door(shop, "lifecycle"))
    assert stickiness.keys() != lifecycle.keys()
    door = _door(shop, "funnel")
    assert len(_told(door, more={"steps": ["look", "look", "pay"]})["steps"]) == 3 != len(_told(door)["steps"])
    never = {"steps": ["look", "new"]}
    assert _told(door, more=never)["notes"]
    world = World()
    world.event(1, T - 100 * DAY, "new", key_hi=9, key_lo=9)
    _add(shop, world)
    assert not _told(door, more=never)["notes"]


def test_who_starts_anew_has_nothing(shop: Workspace):
    door = _door(shop, "rfm")
    first = _told(door)["asked_ms"]
    _later(shop, MINUTE)
    forget_answers(shop.warehouse)
    assert _told(door)["asked_ms"] == first + MINUTE
