"""Distributions over HTTP: each bin is its list, of the period and of each bucket; the proof adds up to the figure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.analyses.kind_door import DOORS, MINUTE, PERIOD, KindDoor, T, audited, check_personal, check_refused, needed, opened
from tests.conditions.world import World
from windsock.analyses.distribution.routes import router
from windsock.workspace import Workspace

DEFINITION: dict[str, Any] = {"distribution": "How often they search", "event": "search", "bins": [2, 4], "period": PERIOD, "trend": "day"}
TIMES = {1: 1, 2: 2, 3: 3, 4: 5}


@pytest.fixture(scope="module")
def seeded(_template: Path) -> Iterator[Workspace]:
    world = World()
    for did, times in TIMES.items():
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        for number in range(times):
            world.event(did, T + number * MINUTE, "search", price=Decimal("10.5") * did, properties='{"email": "a@b.example", "phone": 5}')
    with opened(_template, world) as workspace:
        yield workspace


def test_every_bin_is_its_list(seeded: Workspace):
    door = KindDoor(seeded, router, DEFINITION)
    told = door.post().json()
    assert (told["total"]["bins"], told["total"]["median"], told["total"]["mean"]) == ([1, 2, 1], "2", "2.75")
    assert told["bins"] == [{"from": "1", "below": "2"}, {"from": "2", "below": "4"}, {"from": "4", "below": None}]
    for bucket, cell in ((None, told["total"]), *((cell["bucket"], cell) for cell in told["trend"])):
        where = {"bucket": bucket, "asked_ms": told["asked_ms"]}
        assert door.total(**where) == cell["people"]
        assert [door.total(bin=number + 1, **where) for number in range(3)] == cell["bins"]


def test_sums_are_exact(seeded: Workspace):
    told = KindDoor(seeded, router, DEFINITION).post(more={"of": "sum", "field": "price", "bins": [50, 100]}).json()
    assert (told["total"]["least"], told["total"]["most"], told["total"]["bins"], told["field"]) == ("10.5", "210", [2, 1, 1], "price")


def test_pages_names_and_the_proof(seeded: Workspace):
    lead = KindDoor(seeded, router, DEFINITION, "lead")
    first = lead.post("/people", limit=2).json()
    assert (first["total"], first["next"], [(one["person"], one["figure"]) for one in first["people"]]) == (4, "2", [(4, "5"), (3, "3")])
    assert "user45555" not in first["people"][0]["name"]
    assert [one["person"] for one in lead.post("/people", limit=2, cursor="2").json()["people"]] == [2, 1]
    assert [line["why"] for line in lead.post("/explain", person=2).json()["lines"]] == ["adds", "adds", "bin"]
    assert [line["why"] for line in lead.post("/explain", {"of": "days"}, person=2).json()["lines"]] == ["adds", "same_days", "bin"]
    assert lead.post("/explain", person=2).json()["lines"][2]["zh"] == "数值 2：第 2 组"
    assert lead.post("/explain", person=99).json()["lines"][0]["why"] == "nothing"


def test_files_are_audited(seeded: Workspace):
    before = len(audited(seeded))
    door = KindDoor(seeded, router, DEFINITION)
    assert [row["people"] for row in door.file()] == ["4", "4"]
    assert [row["person"] for row in door.file(what="people", bin=2)] == ["3", "2"]
    assert audited(seeded)[before:] == ["analyses.exported", "analyses.exported"]


def test_who_may_what(seeded: Workspace):
    assert needed(router) == DOORS
    check_personal(seeded, router, DEFINITION, [{"of": "sum", "field": "properties.phone"}])


def test_what_is_wrong_is_said(seeded: Workspace):
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("", {"definition": DEFINITION | {"of": "sum"}}), ("", {"definition": DEFINITION | {"bins": [4, 2]}}),
        ("", {"definition": DEFINITION | {"breakdown": "device"}}), ("/people", {"bin": 4}), ("/people", {"bin": 0}),
        ("/people", {"bucket": "never"}), ("/people", {"bucket": "2026-01-01", "definition": DEFINITION | {"trend": None}}),
    ]  # fmt: skip
    door = KindDoor(seeded, router, DEFINITION)
    check_refused(door, wrong)
    assert door.ask("GET", f"{router.prefix}/schema").json()["title"] == "Distribution"
    assert "serach" in door.post(more={"event": "serach"}).json()["notes"][0]["en"]
