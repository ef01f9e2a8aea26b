"""Trends over HTTP: each figure is as many people or events as its list has; who may not see people does not."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from tests.analyses.door import Opened
from tests.conditions.world import World
from windsock.analyses.trend.routes import router
from windsock.rooms import plug
from windsock.warehouse import schema
from windsock.workspace import Workspace

T = 1_767_229_200_000
"""2026-01-01 09:00 in Shanghai."""
DAY = 86_400_000
TREND = "/api/analyses/trend"
DEFINITION: dict[str, Any] = {
    "trend": "Searches", "series": [{"event": "search", "measure": "people"}, "search", {"event": "pay", "measure": "sum", "of": "price"}],
    "formula": "C / A", "period": {"from": "2025-12-31", "to": "2026-01-01"}, "breakdown": ["device"], "compare": "previous",
}  # fmt: skip


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    plug()
    world = World()
    for did, device in ((1, "ios"), (2, "anna@gull.example"), (3, None)):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        world.event(did, T - 3 * DAY, "search", device="ios")
        world.event(did, T - DAY, "search", device=device)
        if did < 3:
            world.event(did, T - DAY + did, "pay", device=device, price=5)
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    return workspace


def _post(workspace: Workspace, path: str = "", role: str = "admin", **body: Any) -> Any:
    return Opened(workspace, router, role).ask("POST", TREND + path, {"definition": DEFINITION, **body})


def test_each_figure_is_its_list(seeded: Workspace):
    told = _post(seeded).json()
    assert [drawn["total"] for drawn in told["total"]["series"]] == ["3", "3", "10"]
    assert told["total"]["formula"]["total"] == "3.333333"
    assert [bucket["state"] for bucket in told["buckets"]] == ["whole", "open"]
    assert (told["before"]["from"], told["before"]["series"][0]["total"]) == ("2025-12-29", "3")
    lines = [("total", None, told["total"]), *((line["kind"], line["value"], line) for line in told["breakdown"])]
    for kind, value, line in lines:
        for bucket, place in ((None, None), *((bucket["bucket"], place) for place, bucket in enumerate(told["buckets"]))):
            asked = {"line": kind, "value": value, "bucket": bucket, "asked_ms": told["asked_ms"]}
            people, events, _ = (drawn["total"] if place is None else drawn["points"][place] for drawn in line["series"])
            assert _post(seeded, "/people", **asked).json()["total"] == int(people)
            assert _post(seeded, "/events", series="B", **asked).json()["total"] == int(events)
    assert _post(seeded, "/people", before=True).json()["total"] == 3
    paid = _post(seeded, "/events", series="C", limit=1).json()
    assert (paid["total"], paid["people"][0]["number"], paid["next"]) == (2, "5", "1")
    proof = _post(seeded, "/explain", person=1).json()
    assert proof["counts"] == {"A": 1, "B": 1, "C": 1}
    assert len(proof["zh"]) == len(proof["en"]) == 3


def test_who_sees_what(seeded: Workspace):
    told = _post(seeded, role="lead").json()
    masked = [line for line in told["breakdown"] if line["kind"] == "value" and line["value"] is None]
    assert len(masked) == 1
    assert "anna" not in str(told)
    assert "anna" in str(_post(seeded).json())
    assert "user15555" not in _post(seeded, "/people", role="lead").text
    assert "anna" not in _post(seeded, "/export", role="lead").text
    assert _post(seeded, "/export", role="lead", what="events").status_code == 200
    assert _post(seeded, role="lead", definition=DEFINITION | {"breakdown": "properties.email"}).status_code == 403


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {"definition": {}}), ("", {"definition": DEFINITION | {"formula": "C / Z"}}), ("", {"definition": DEFINITION | {"series": ["a"] * 11}}),
        ("", {"definition": DEFINITION | {"grain": "hour", "period": {"last": 300, "unit": "day"}}}), ("", {"asked_ms": 5}),
        ("/people", {"series": "Z"}), ("/people", {"line": "value"}), ("/people", {"line": "other"}), ("/people", {"bucket": "never"}),
        ("/people", {"bucket": "2020-01-01"}), ("/events", {"limit": 1_000}), ("/export", {"what": "all"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(seeded: Workspace, path: str, body: dict[str, Any]):
    answer = _post(seeded, path, **body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["where"]
