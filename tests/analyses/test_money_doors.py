"""Lifetime value, RFM and the board of growth over HTTP: each figure is as many people as its list has; who may not see people does not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from tests.analyses.door import Opened
from tests.analyses.test_revenue import paid
from tests.conditions.world import DAY, HOUR, World
from windsock.analyses.aarrr.routes import router as aarrr
from windsock.analyses.revenue.routes import router as revenue
from windsock.analyses.rfm.routes import router as rfm
from windsock.kernel.clock import FixedClock
from windsock.rooms import plug
from windsock.warehouse import schema
from windsock.workspace import Workspace

T = 1_767_229_200_000
"""2026-01-01 09:00 in Shanghai."""
ROUTERS = {"revenue": revenue, "rfm": rfm, "aarrr": aarrr}
PERIOD = {"from": "2025-12-01", "to": "2025-12-31"}
DEFINITIONS: dict[str, dict[str, Any]] = {
    "revenue": {"period": PERIOD, "cohorts": "day", "cells": 3, "grain": "day"},
    "rfm": {"period": PERIOD},
    "aarrr": {"period": PERIOD, "breakdown": "device"},
}


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    plug()
    world = World()
    for did, device in ((1, "ios"), (2, "anna@gull.example"), (3, None)):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        world.event(did, T - 9 * DAY, "page_view", device=device)
        world.event(did, T - 9 * DAY + HOUR, "search", device=device)
        if did > 1:
            paid(world, did, dt.date(2025, 12, 24), f"{did}00", route="PEK-SHA", sales_channel="web")
    world.event(3, T - 7 * DAY, "page_view")
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    workspace.clock = FixedClock(T)
    return workspace


def _post(workspace: Workspace, kind: str, path: str = "", role: str = "admin", **body: Any) -> Any:
    return Opened(workspace, ROUTERS[kind], role).ask("POST", f"/api/analyses/{kind}{path}", {"definition": DEFINITIONS[kind], **body})


def test_a_lifetime_value_is_its_members(seeded: Workspace):
    told = _post(seeded, "revenue").json()
    cohort = next(row for row in told["cohorts"] if row["size"])
    assert (cohort["cohort"], cohort["size"], cohort["cells"][0]["value"], told["observed"]) == ("2025-12-24", 2, "500", True)
    page = _post(seeded, "revenue", "/people", cohort=cohort["cohort"], cell=0, limit=1, asked_ms=told["asked_ms"]).json()
    assert (page["total"], page["value"], page["people"][0]["value"], page["next"]) == (2, "500", "300", "1")
    assert _post(seeded, "revenue", "/explain", person=3).json()["amounts"][0]["why"] == "adds"
    assert "300" in _post(seeded, "revenue", "/export", what="people").text


def test_a_grid_is_its_buyers(seeded: Workspace):
    told = _post(seeded, "rfm").json()
    assert (told["total"]["people"], told["total"]["money"], len(told["cells"]), len(told["groups"])) == (2, "500", 25, 8)
    for one in [*told["cells"], *told["groups"]]:
        place = {"group": one["code"]} if "code" in one else {"recency": one["recency"], "frequency": one["frequency"]}
        if one["people"]:
            assert _post(seeded, "rfm", "/people", **place).json()["total"] == one["people"]
    assert _post(seeded, "rfm", "/explain", person=3).json()["buyer"]["money"] == "300"
    assert _post(seeded, "rfm", "/explain", person=1).json()["buyer"] is None


def test_a_board_is_its_people(seeded: Workspace):
    told = _post(seeded, "aarrr").json()
    assert [stage["people"] for stage in told["total"]["stages"]] == [3, 3, 1, 2, 0]
    assert [stage["share"] for stage in told["total"]["stages"]] == ["1", "0.333333", "1", "0", None]
    assert (told["goods"][0]["value"], told["goods"][0]["money"], told["places"][0]["buyers"]) == ("PEK-SHA", "500", 2)
    for row in (told["total"], *told["breakdown"], *told["people"]):
        for stage in row["stages"]:
            asked = {"stage": stage["stage"], "row": row["kind"], "value": row["value"]}
            page = _post(seeded, "aarrr", "/people", **asked).json()
            assert page["total"] == stage["people"]
            if stage["onward"] is not None:
                assert _post(seeded, "aarrr", "/people", lost=True, **asked).json()["total"] == stage["people"] - stage["onward"]
    proof = _post(seeded, "aarrr", "/explain", person=3).json()
    assert [stage["counted"] for stage in proof["stages"]] == [True, True, True, True, False]


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_who_sees_what(seeded: Workspace, kind: str):
    told = _post(seeded, kind, role="lead")
    assert told.status_code == 200
    assert "anna" not in told.text
    assert "anna" not in _post(seeded, kind, "/export", role="lead").text
    assert "user35555" not in _post(seeded, kind, "/people", role="lead").text
    definition = DEFINITIONS[kind] | {"who": {"trait": "email", "op": "=", "value": "a"}}
    assert _post(seeded, kind, role="lead", definition=definition).status_code == 403
    assert Opened(seeded, ROUTERS[kind], "admin").ask("GET", f"/api/analyses/{kind}/schema").json()["type"] == "object"


@pytest.mark.parametrize(
    ("kind", "path", "body"),
    [
        ("revenue", "", {"definition": {}}), ("revenue", "/people", {"cell": 3}), ("revenue", "/people", {"cohort": "today"}),
        ("rfm", "", {"definition": {"period": PERIOD, "cuts": 5}}), ("rfm", "/people", {"recency": 6}), ("rfm", "/people", {"group": "222"}),
        ("aarrr", "", {"definition": {"period": PERIOD, "stages": {"love": "a"}}}), ("aarrr", "/people", {"stage": "referral", "lost": True}),
        ("aarrr", "/people", {"row": "value"}), ("aarrr", "/export", {"what": "all"}), ("aarrr", "", {"asked_ms": 5}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(seeded: Workspace, kind: str, path: str, body: dict[str, Any]):
    answer = _post(seeded, kind, path, **body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["where"]
