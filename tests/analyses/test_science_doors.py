"""The HTTP doors of correlations and baskets: the numbers of the command line, masked for who may not see people."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
import yaml

from tests.analyses.door import Opened
from tests.analyses.test_basket import WRITTEN as BASKET
from tests.analyses.test_basket import seeded as booked  # noqa: F401 - a fixture
from tests.analyses.test_correlation import WRITTEN as CORRELATION
from tests.analyses.test_correlation import seeded  # noqa: F401 - a fixture
from windsock.analyses.basket import routes as basket_routes
from windsock.analyses.correlation import routes as correlation_routes
from windsock.analyses.kinds import name_of
from windsock.rooms import plug
from windsock.workspace import Workspace

PLACE = "/api/analyses/correlation"
ASKED: dict[str, Any] = {"definition": yaml.safe_load(CORRELATION)}
BOOKED: dict[str, Any] = {"definition": yaml.safe_load(BASKET)}


def _rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_a_correlation_over_http(seeded: Workspace):  # noqa: F811 - the fixture
    plug()
    door = Opened(seeded, correlation_routes.router)
    told = door.ask("POST", PLACE, ASKED).json()
    assert (told["attempts"], told["more"][0]["value"], told["less"][0]["value"]) == (12, "=a", "error")
    assert told["more"][0]["with"] == {"count": 6, "converted": 5, "rate": "0.833333"}
    cell = {**ASKED, "kind": 1, "value": "=a", "asked_ms": told["asked_ms"]}
    page = door.ask("POST", f"{PLACE}/people", {**cell, "only": "dropped"}).json()
    assert ([one["person"] for one in page["people"]], page["total"], page["next"]) == ([6], 1, None)
    assert door.ask("POST", f"{PLACE}/people", {**cell, "without": True, "limit": 4}).json()["next"] == "4"
    proof = door.ask("POST", f"{PLACE}/explain", {**ASKED, "person": 9}).json()
    assert proof["en"][0].startswith("1. order at 2025-12-02")
    taken = door.ask("POST", f"{PLACE}/export", {**cell, "what": "people"})
    assert [row["person"] for row in _rows(taken.content)] == ["1", "2", "3", "4", "5", "6"]
    assert _rows(door.ask("POST", f"{PLACE}/export", ASKED).content)[0]["value"] == "'=a"
    assert "correlation" in str(door.ask("GET", f"{PLACE}/schema").json())
    assert door.ask("POST", PLACE, {"definition": {"color": "red"}}).status_code == 422
    assert door.ask("POST", f"{PLACE}/people", {**ASKED, "kind": 9, "value": "x"}).status_code == 422


def test_who_may_not_see_people_sees_no_value_that_could_name_them(seeded: Workspace):  # noqa: F811 - as above
    plug()
    door = Opened(seeded, correlation_routes.router, role="viewer")
    personal = ASKED["definition"] | {"traits": ["email"]}
    assert door.ask("POST", PLACE, {"definition": personal}).status_code == 403
    assert door.ask("POST", f"{PLACE}/export", {**ASKED, "what": "people"}).status_code == 403
    assert door.ask("POST", PLACE, ASKED).status_code == 200


def test_baskets_over_http(booked: Workspace):  # noqa: F811 - the fixture
    plug()
    door = Opened(booked, basket_routes.router)
    told = door.ask("POST", "/api/analyses/basket", BOOKED).json()
    assert (told["baskets"], told["in"], told["pairs"][0]["lift"]) == (8, "order", "0.914286")
    pair = {**BOOKED, "one": "bag", "other": "=flight", "asked_ms": told["asked_ms"]}
    page = door.ask("POST", "/api/analyses/basket/people", {**pair, "limit": 3}).json()
    assert ([row["basket"] for row in page["baskets"]], page["total"], page["next"]) == (["R1", "R2", "R3"], 4, "3")
    every = door.ask("POST", "/api/analyses/basket/people", BOOKED).json()
    assert every["baskets"][-1]["person"] is not None
    assert None in [row["person"] for row in every["baskets"]]
    assert door.ask("POST", "/api/analyses/basket/explain", {**BOOKED, "person": 1}).json()["en"][0].startswith("order R1")
    assert len(_rows(door.ask("POST", "/api/analyses/basket/export", {**pair, "what": "people"}).content)) == 4
    assert _rows(door.ask("POST", "/api/analyses/basket/export", BOOKED).content)[0]["one"] == "'=flight"
    assert "basket" in str(door.ask("GET", "/api/analyses/basket/schema").json())
    assert door.ask("POST", "/api/analyses/basket/people", {**BOOKED, "one": "bag"}).status_code == 422


@pytest.mark.parametrize(
    ("kind", "written", "name"), [("correlation", CORRELATION, "What goes with paying?"), ("basket", BASKET, "What is booked together?")]
)
def test_they_can_be_saved(kind: str, written: str, name: str):
    assert name_of(kind, yaml.safe_load(written)) == name
