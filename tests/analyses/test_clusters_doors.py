"""Clusters by command and over HTTP: worked figures, each cluster is its list, names stay masked, and what is wrong is refused."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from rich.table import Table

from tests.analyses.kind_door import DOORS, MINUTE, PERIOD, KindDoor, T, audited, check_personal, check_refused, needed, opened
from tests.analyses.test_cases import _ms
from tests.analyses.test_revenue import paid
from tests.conditions.world import World
from windsock.analyses import MoneyFrame, ask_clusters, clusters_schema, explain_clusters, read_clusters
from windsock.analyses.clusters.commands import clusters
from windsock.analyses.clusters.routes import router
from windsock.analyses.clusters.terminal import clusters_tables
from windsock.conditions import Frame
from windsock.kernel.errors import InvalidInput, UserError
from windsock.warehouse import LocalWarehouse
from windsock.workspace import Workspace

CASES = yaml.safe_load((Path(__file__).parent / "clusters_cases.yaml").read_text("utf-8"))
ZONE = "Asia/Shanghai"
FEATURES: list[dict[str, Any]] = [{"measure": "times", "event": "search", "as": "searches"}, {"measure": "times", "event": "pay"}]
DEFINITION: dict[str, Any] = {"clusters": "Kinds", "features": FEATURES, "k": 2, "period": PERIOD}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_worked_case_of_figures(case: dict[str, Any], warehouse: LocalWarehouse):
    world = World()
    for did, pid in case.get("merged", []):
        world.add("alias", did=did, pid=pid, known_from_ms=0, known_to_ms=None)
    for person, at, event, *more in case["events"]:
        own = {key: Decimal(str(value)) if key == "price" else value for key, value in more[0].items()} if more else {}
        world.event(person, _ms(at, ZONE), event, **own)
    for person, day, amount in case.get("orders", []):
        paid(world, person, dt.date.fromisoformat(day), amount)
    world.save(warehouse)
    asked = read_clusters({"features": case["features"], "period": {"from": "2026-03-08", "to": "2026-03-12"}})
    found = ask_clusters(warehouse, asked, MoneyFrame(Frame(_ms("2026-03-20 00:00", ZONE), ZONE), "CNY")).figures
    assert dict(zip(found.persons.tolist(), found.values.tolist(), strict=True)) == case["expect"]


def test_money_is_told_with_its_currency(warehouse: LocalWarehouse):
    world = World()
    for person, amount in ((1, "100"), (2, "300"), (3, "350")):
        paid(world, person, dt.date(2026, 3, 8), amount)
    world.save(warehouse)
    asked = read_clusters({"features": [{"measure": "orders"}, {"measure": "money"}], "period": {"from": "2026-03-08", "to": "2026-03-12"}})
    proof = explain_clusters(warehouse, asked, MoneyFrame(Frame(_ms("2026-03-20 00:00", ZONE), ZONE), "CNY"), 1)
    assert proof.lines("en")[0].startswith("orders: 1, as everybody")
    assert proof.lines("en")[1].startswith("money: 100 CNY; all people: median 300 CNY, mean 250.00 CNY; ")
    assert proof.lines("zh")[1].startswith("金额：100 CNY；全体中位数 300 CNY，均值 250.00 CNY；")
    tables = [table for table in clusters_tables(proof.answer, "en") if isinstance(table, Table)]
    assert list(tables[1].columns[0].cells) == ["orders", "money, CNY"]


@pytest.fixture(scope="module")
def seeded(_template: Path) -> Iterator[Workspace]:
    world = World()
    for did in range(1, 13):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        for number in range(9 if did > 4 else 1):
            world.event(did, T + number * MINUTE, "search" if did > 4 else "pay", properties='{"email": "a@b.example"}')
        world.event(did, T + 30 * MINUTE, "search", properties='{"email": "a@b.example"}')
    with opened(_template, world) as workspace:
        yield workspace


def test_every_cluster_is_its_list(seeded: Workspace):
    door = KindDoor(seeded, router, DEFINITION)
    told = door.post().json()
    assert ([one["people"] for one in told["clusters"]], told["people"], told["stability"]["stable"], told["notes"]) == ([8, 4], 12, True, [])
    assert told["clusters"][0]["title"] == {"en": "many searches, pay never", "zh": "searches多、无pay"}
    assert [one["median"] for one in told["clusters"][0]["features"]] == ["10", "0"]
    moment = {"asked_ms": told["asked_ms"]}
    assert [door.total(**moment, cluster=one["number"]) for one in told["clusters"]] == [8, 4]
    assert door.total(**moment) == 12
    lead = KindDoor(seeded, router, DEFINITION, "lead")
    first = lead.post("/people", cluster=2, limit=3).json()
    assert (first["total"], first["next"], [one["values"] for one in first["people"]]) == (4, "3", [["1", "1"]] * 3)
    assert "user15555" not in first["people"][0]["name"]
    assert [line["why"] for line in lead.post("/explain", person=1).json()["lines"]] == ["feature", "feature", "nearest", "farther"]
    assert lead.post("/explain", person=99).json()["lines"][0]["why"] == "nothing"


def test_files_are_audited(seeded: Workspace):
    before = len(audited(seeded))
    door = KindDoor(seeded, router, DEFINITION)
    rows = door.file()
    assert [(row["cluster"], row["feature"], row["people"]) for row in rows][::2] == [
        ("1", "searches", "8"),
        ("2", "searches", "4"),
        ("all", "searches", "12"),
    ]
    assert [row["searches"] for row in door.file(what="people", cluster=2)] == ["1"] * 4
    assert audited(seeded)[before:] == ["analyses.exported", "analyses.exported"]


def test_who_may_what(seeded: Workspace):
    assert needed(router) == DOORS
    named = {"measure": "distinct", "event": "*", "of": "properties.email"}
    check_personal(seeded, router, DEFINITION, [{"features": [*FEATURES, named]}])


def test_what_is_wrong_is_said(seeded: Workspace):
    door = KindDoor(seeded, router, DEFINITION)
    wrong = [("", {"definition": DEFINITION | {"k": 13}}), ("/people", {"cluster": 0}), ("/people", {"cluster": 3}), ("/people", {"cluster": 99})]
    check_refused(door, wrong)
    assert door.ask("GET", f"{router.prefix}/schema").json()["title"] == "Clusters"
    assert "serach" in door.post(more={"features": [*FEATURES, {"measure": "times", "event": "serach"}]}).json()["notes"][0]["en"]


def _run(workspace: Workspace, tmp_path: Path, *given: str) -> Result:
    path = tmp_path / "clusters.yaml"
    path.write_text(yaml.safe_dump(DEFINITION), encoding="utf-8")
    callback, close = clusters.callback, workspace.close
    assert callback is not None
    clusters.callback, workspace.close = (lambda **options: callback(lambda **_: workspace, **options)), lambda: None
    try:
        return CliRunner().invoke(clusters, [str(path), *given], catch_exceptions=True)
    finally:
        clusters.callback, workspace.close = callback, close


def test_the_command_in_every_form(seeded: Workspace, tmp_path: Path):
    told = json.loads(_run(seeded, tmp_path, "--format", "json").stdout)
    assert [one["people"] for one in told["clusters"]] == [8, 4]
    table = _run(seeded, tmp_path).stdout
    assert "66.67 %" in table
    assert "find the same groups" in table
    assert len(list(csv.DictReader(io.StringIO(_run(seeded, tmp_path, "--format", "csv").stdout)))) == 6
    assert "4 people" in _run(seeded, tmp_path, "--people", "--cluster", "2").stdout
    proof = json.loads(_run(seeded, tmp_path, "--explain-person", "login:user15555", "--format", "json").stdout)
    assert (proof["cluster"], [one["value"] for one in proof["features"]]) == (2, ["1", "1"])
    assert "distance,2,0" in _run(seeded, tmp_path, "--explain-person", "1", "--format", "csv").stdout
    assert isinstance(_run(seeded, tmp_path, "--people", "--cluster", "9").exception, UserError)


@pytest.mark.parametrize(
    "wrong",
    [
        {"features": []}, {"features": FEATURES[:1]}, {"features": FEATURES * 7}, {"features": [FEATURES[0], FEATURES[0]]}, {"k": 1}, {"k": 13},
        {"k": "many"}, {"color": "red"}, {"money": "stolen"}, {"features": [*FEATURES, {"event": "search"}]},
        {"features": [*FEATURES, {"measure": "times"}]}, {"features": [*FEATURES, {"measure": "sum", "event": "pay"}]},
        {"features": [*FEATURES, {"measure": "days", "event": "pay", "of": "price"}]},
        {"features": [*FEATURES, {"measure": "orders", "event": "pay"}]},
        {"features": [*FEATURES, {"measure": "min", "event": "pay", "of": "price"}]}, {"features": [*FEATURES, {"measure": "orders", "log": "yes"}]},
    ],
)  # fmt: skip
def test_clusters_that_are_wrong_are_refused(wrong: dict[str, Any]):
    with pytest.raises(InvalidInput) as caught:
        read_clusters(DEFINITION | wrong)
    assert caught.value.where.startswith("clusters")


def test_clusters_that_cannot_be_asked_are_refused(warehouse: LocalWarehouse):
    for wrong in (
        {"features": [*FEATURES, {"measure": "sum", "event": "pay", "of": "route"}]}, {"period": {"from": "2026-03-01"}},
        {"features": [*FEATURES, {"measure": "distinct", "event": "pay", "of": "colour"}]}, {"where": [{"field": "price", "value": "much"}]},
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as caught:
            ask_clusters(warehouse, read_clusters(DEFINITION | wrong), MoneyFrame(Frame(T, ZONE), "CNY"))
        assert caught.value.where


def test_the_schema_of_clusters_names_every_key():
    assert {"clusters", "features", "k", "money", "period", "where", "who", "internal", "name"} == set(clusters_schema()["properties"])
