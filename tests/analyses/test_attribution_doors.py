"""Attribution over HTTP: each row is its list; credits and costs add up; costs are those of the house's metric."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.analyses.kind_door import DOORS, MINUTE, PERIOD, KindDoor, T, audited, check_personal, check_refused, needed, opened
from tests.analyses.test_retention_commands import run
from tests.conditions.world import World
from windsock.analyses.attribution.routes import router
from windsock.workspace import Workspace

DEFINITION: dict[str, Any] = {
    "attribution": "Who earned it?", "conversion": "pay", "touches": "search", "by": "sales_channel", "value": "price", "period": PERIOD,
    "models": ["first", "linear", "markov"],
}  # fmt: skip
WAYS: dict[int, list[str | None]] = {1: ["web", "app"], 2: ["web"], 3: [], 4: [None], 5: ["ota", "ota", "web"]}
COSTS = {"web": "30", "app": "12.5", "kiosk": "7.5"}


@pytest.fixture(scope="module")
def seeded(_template: Path) -> Iterator[Workspace]:
    world = World()
    for did, way in WAYS.items():
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        for number, channel in enumerate(way):
            world.event(did, T + number * MINUTE, "search", channel=channel, provider="anna@gull.example", properties='{"email": "a@b.example"}')
        world.event(did, T + 60 * MINUTE, "pay", price=100, properties='{"email": "a@b.example", "phone": 1}')
    for day in (1, 9):
        for channel, amount in COSTS.items():
            kind = {"kind": "ads", "amount": Decimal(amount), "currency": "CNY", "source": "s"}
            world.add("channel_cost", date=dt.date(2026, 1, day), channel=channel, **kind)
    with opened(_template, world) as workspace:
        yield workspace


def test_every_row_is_its_list_and_every_model_adds_up(seeded: Workspace):
    door = KindDoor(seeded, router, DEFINITION)
    told = door.post().json()
    rows = [(row["kind"], row["value"], row["conversions"]) for row in told["rows"]]
    assert rows == [("value", "web", 3), ("value", "app", 1), ("value", "ota", 1), ("missing", None, 1), ("untouched", None, 1)]
    for row in told["rows"]:
        assert door.total(kind=row["kind"], value=row["value"], asked_ms=told["asked_ms"]) == row["conversions"]
    assert door.total(asked_ms=told["asked_ms"]) == told["conversions"] == 5
    for model in told["models"]:
        assert sum(Decimal(row["credits"][model]["conversions"]) for row in told["rows"]) == 5
        assert sum(Decimal(row["credits"][model]["value"]) for row in told["rows"]) == Decimal(told["value"]) == 500
    assert {one["value"] for one in told["markov"]["removal"]} == {"web", "app", "ota", None}


def test_costs_are_those_of_the_period_and_add_up(seeded: Workspace):
    told = KindDoor(seeded, router, DEFINITION).post().json()
    cost = told["cost"]
    assert (cost["total"], cost["currency"], cost["cpa"], cost["roas"]) == ("50.00", "CNY", "10.00", "10.000000")
    assert (cost["elsewhere"], cost["elsewhere_values"]) == ("7.50", ["kiosk"])
    assert sum(Decimal(row["cost"] or 0) for row in told["rows"]) + Decimal(cost["elsewhere"]) == 50
    web, app = told["rows"][0], told["rows"][1]
    assert (web["cost"], web["credits"]["first"]["cpa"], web["credits"]["first"]["roas"]) == ("30.00", "15.00", "6.666667")
    assert (app["credits"]["first"]["cpa"], app["credits"]["first"]["roas"]) == (None, "0.000000")
    assert (told["rows"][2]["cost"], told["rows"][2]["credits"]["first"]["cpa"]) == (None, None)


def test_values_beyond_the_top_cost_together(seeded: Workspace):
    told = KindDoor(seeded, router, DEFINITION).post(more={"top": 1}).json()
    assert [(row["kind"], row["cost"]) for row in told["rows"]] == [("value", "30.00"), ("other", "12.50"), ("missing", None), ("untouched", None)]


def test_no_cost_where_none_is_known(seeded: Workspace):
    door = KindDoor(seeded, router, DEFINITION)
    assert door.post(more={"by": "provider"}).json()["cost"] is None
    assert door.post(more={"period": {"from": "2026-01-02", "to": "2026-01-02"}}).json()["cost"] is None
    plain = door.post(more={"value": None}).json()
    assert (plain["value"], plain["cost"]["roas"], plain["rows"][0]["credits"]["first"]["roas"]) == (None, None, None)


def test_the_command_says_the_same(seeded: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(seeded, "close", lambda: None)
    told = json.loads(run("attribution", seeded, tmp_path, "--format", "json", written=json.dumps(DEFINITION)).stdout)
    door = KindDoor(seeded, router, DEFINITION).post().json()
    assert told["cost"] == door["cost"]
    assert [(row.get("cost"), row["credits"]) for row in told["rows"]] == [(row["cost"], row["credits"]) for row in door["rows"]]
    shown = run("attribution", seeded, tmp_path, written=json.dumps(DEFINITION)).stdout
    assert "cost of a credited conversion, CNY" in shown


def test_pages_names_and_the_proof(seeded: Workspace):
    lead = KindDoor(seeded, router, DEFINITION, "lead")
    first = lead.post("/people", limit=2).json()
    assert (first["total"], first["next"], [one["person"] for one in first["people"]]) == (5, "2", [1, 2])
    assert [touch["value"] for touch in first["people"][0]["touches"]] == ["web", "app"]
    assert "user15555" not in first["people"][0]["name"]
    assert [one["person"] for one in lead.post("/people", limit=2, cursor="2").json()["people"]] == [3, 4]
    assert [line["why"] for line in lead.post("/explain", person=1).json()["lines"]] == ["conversion", "credited", "credited"]
    assert [line["why"] for line in lead.post("/explain", person=3).json()["lines"]] == ["conversion", "untouched"]
    assert lead.post("/explain", person=99).json()["lines"][0]["why"] == "nothing"
    assert "首次 1" in lead.post("/explain", person=1).json()["lines"][1]["zh"]


def test_values_that_could_name_somebody_are_masked(seeded: Workspace):
    lead, admin = (KindDoor(seeded, router, DEFINITION | {"by": "provider"}, role) for role in ("lead", "admin"))
    answer = lead.post()
    assert [row["masked"] for row in answer.json()["rows"]] == [True, False]
    texts = [answer.text, lead.post("/people").text, lead.post("/explain", person=1).text, lead.post("/export").text]
    texts.append(lead.post("/export", what="people").text)
    assert not any("anna@gull" in text for text in texts)
    assert all("anna@gull" in admin.post(path).text for path in ("", "/people", "/export"))
    assert "anna@gull" in admin.post("/explain", person=1).text


def test_files_are_audited(seeded: Workspace):
    before = len(audited(seeded))
    door = KindDoor(seeded, router, DEFINITION)
    counts = door.file()
    assert (len(counts), counts[0]["cost"], counts[0]["cpa"], counts[0]["roas"]) == (15, "30.0000", "15.0000", "6.666667")
    assert [row["person"] for row in door.file(what="people", kind="value", value="web")] == ["1", "2", "5"]
    assert audited(seeded)[before:] == ["analyses.exported", "analyses.exported"]


def test_who_may_what(seeded: Workspace):
    assert needed(router) == DOORS
    check_personal(seeded, router, DEFINITION, [{"by": "properties.email"}, {"value": "properties.phone"}, {"same": "properties.email"}])


def test_what_is_wrong_is_said(seeded: Workspace):
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("", {"definition": DEFINITION | {"models": ["best"]}}), ("", {"definition": DEFINITION | {"breakdown": "device"}}),
        ("/people", {"kind": "other"}), ("/people", {"kind": "value"}), ("/people", {"kind": "value", "value": "a" * 5_000}),
    ]  # fmt: skip
    door = KindDoor(seeded, router, DEFINITION)
    check_refused(door, wrong)
    assert door.ask("GET", f"{router.prefix}/schema").json()["title"] == "Attribution"
    assert "serach" in door.post(more={"touches": "serach"}).json()["notes"][0]["en"]
