"""Worked cases of trends, and the command as it is typed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema_rs
import pyarrow as pa
import pytest
import yaml
from click.testing import CliRunner, Result

from tests.analyses.test_cases import PERIOD
from tests.conditions.world import HOUR, World
from windsock.analyses import ask_trend, explain_trend, read_trend, trend_schema
from windsock.analyses.trend.commands import trend
from windsock.conditions import Frame
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import UserError
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local, schema
from windsock.workspace import Workspace

SHANGHAI = "Asia/Shanghai"
CASES = yaml.safe_load((Path(__file__).parent / "trend_cases.yaml").read_text("utf-8"))
T = 1_767_229_200_000
"""2026-01-01 09:00 in Shanghai."""


def _ms(written: str, zone: str) -> int:
    moment = dt.datetime.fromisoformat(written if "-" in written else f"2026-03-10 {written}")
    return round((moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).timestamp() * 1000)


@pytest.fixture(scope="module", params=[False, pytest.param(True, marks=pytest.mark.nightly)], ids=["as told", "turned round"])
def every_case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWarehouse]:
    """All cases in one warehouse, each a source with people of its own; in the order that is told, or the other way round."""
    world = World()
    for place, case in enumerate(CASES):
        for did, pid in case.get("merged", []):
            world.add("alias", did=place * 100 + did, pid=place * 100 + pid, known_from_ms=0, known_to_ms=None)
        for person, at, event, *more in case["events"]:
            world.event(place * 100 + person, _ms(at, case.get("zone", SHANGHAI)), event, source=str(place), **(more[0] if more else {}))
    for rows in world.rows.values():
        rows[:] = rows[::-1] if request.param else rows
    warehouse = open_local(tmp_path_factory.mktemp("cases") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield warehouse
    warehouse.close()


def _told(line: dict[str, Any], letters: str, place: int | None) -> dict[str, Any]:
    def figure(drawn: dict[str, Any]) -> str | None:
        return drawn["total"] if place is None else drawn["points"][place]

    told = {letter: figure(drawn) for letter, drawn in zip(letters, line["series"], strict=False)}
    told |= {} if line["formula"] is None else {"formula": figure(line["formula"])}
    moving = line["series"][0].get("moving")
    return told | ({} if moving is None or place is None else {"moving": moving[place]})


@pytest.mark.parametrize("place", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_a_worked_case_of_trends(place: int, every_case: LocalWarehouse, request: pytest.FixtureRequest):
    case = CASES[place]
    zone, expect = case.get("zone", SHANGHAI), case["expect"]
    written = {"period": PERIOD, **case["ask"]}
    jsonschema_rs.validator_for(trend_schema()).validate(written)
    asked = read_trend(written | {"where": [{"field": "source", "value": str(place)}]})
    frame = Frame(_ms(case.get("now", "2026-03-20 00:00"), zone), zone)
    answer = ask_trend(every_case, asked, frame).json()
    assert _told(answer["total"], "ABCDEFGHIJ", None) == expect["total"]
    if "before" in expect:
        assert _told(answer["before"], "ABCDEFGHIJ", None) == expect["before"]
    at = {bucket["bucket"]: index for index, bucket in enumerate(answer["buckets"])}
    assert len(at) == expect.get("buckets", len(at))
    assert all(answer["buckets"][at[key]]["state"] == state for key, state in expect.get("states", {}).items())
    for key, figures in expect.get("points", {}).items():
        told = _told(answer["total"], "ABCDEFGHIJ", at[key])
        told |= {"before": answer["before"]["series"][0]["points"][at[key]]} if "before" in figures else {}
        assert {name: told[name] for name in figures} == figures
    if "turned round" in request.node.name:
        explain_trend(every_case, asked, frame, place * 100 + 1)  # which compares its events with the list of people


ASKED = """
trend: Look to book
series: [{event: search, measure: people}, order]
formula: B / A
breakdown: {field: device, top: 1}
compare: previous
period: {from: 2026-01-01, to: 2026-01-02}
"""


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    world = World()
    for did in (1, 2, 3):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        for place in range(did):
            world.event(did, T + place * 13 * HOUR, "search", device="=cmd" if did > 1 else "app")
    world.event(3, T + HOUR, "order")
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    workspace.close = lambda: None
    workspace.clock = FixedClock(T + 40 * HOUR)  # what is dated later does not count yet
    return workspace


def _run(workspace: Workspace, tmp_path: Path, *given: str, written: str = ASKED) -> Result:
    path = tmp_path / "trend.yaml"
    path.write_text(written, encoding="utf-8")
    command = trend
    callback = command.callback
    assert callback is not None
    command.callback = lambda **options: callback(lambda **_: workspace, **options)
    try:
        return CliRunner().invoke(command, [str(path), *given], catch_exceptions=True)
    finally:
        command.callback = callback


def _json(result: Result) -> Any:
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def test_figures_people_events_and_proof(seeded: Workspace, tmp_path: Path):
    answer = _json(_run(seeded, tmp_path, "--format", "json"))
    assert [drawn["total"] for drawn in answer["total"]["series"]] == ["3", "1"]
    assert answer["total"]["formula"]["total"] == "0.333333"
    assert answer["total"]["series"][0]["points"] == ["3", "1"]
    assert [(line["kind"], line.get("value"), line["series"][0]["total"]) for line in answer["breakdown"]] == [
        ("value", "=cmd", "2"), ("other", None, "1"), ("none", None, "0"),
    ]  # fmt: skip
    assert answer["before"]["series"][0]["total"] == "0"
    assert answer["before"]["formula"]["total"] is None
    table = _run(seeded, tmp_path).stdout
    assert "0.333333" in table
    assert "no sum of the rows above" in table
    rows = list(csv.DictReader(io.StringIO(_run(seeded, tmp_path, "--format", "csv").stdout)))
    assert [row["figure"] for row in rows if row["line"] == "total" and not row["bucket"]] == ["3", "1", "0.333333"]
    assert "'=cmd" in {row["value"] for row in rows}  # no spreadsheet shall run it
    behind = _json(_run(seeded, tmp_path, "--format", "json", "--people", "--value", "=cmd", "--limit", "1"))
    assert (behind["total"], [(row["person"], row["events"]) for row in behind["rows"]], behind["next_cursor"]) == (2, [(3, 3)], 1)
    assert "user35555" not in json.dumps(behind)  # ids are masked
    day = _json(_run(seeded, tmp_path, "--format", "json", "--events", "--series", "B", "--bucket", "2026-01-01"))
    assert [(row["person"], row["event"]) for row in day["rows"]] == [(3, "order")]
    assert len(list(csv.DictReader(io.StringIO(_run(seeded, tmp_path, "--events", "--format", "csv").stdout)))) == 6
    assert "3 people" in _run(seeded, tmp_path, "--people").stdout
    proof = _json(_run(seeded, tmp_path, "--format", "json", "--explain-person", "login:user35555"))
    assert (proof["counts"], [one["series"] for one in proof["events"]]) == ({"A": 3, "B": 1}, [["A"], ["B"], ["A"], ["A"]])
    assert _run(seeded, tmp_path, "--explain-person", "3").stdout.splitlines()[-1] == "In all: A 3, B 1"
    wrong = (
        ("--explain-person", "login:nobody"),
        ("--people", "--series", "C"),
        ("--people", "--bucket", "today"),
        ("--people", "--bucket", "2026-02-01"),
    )
    for one in wrong:
        assert isinstance(_run(seeded, tmp_path, *one).exception, UserError), one


def test_an_hour_is_named_with_its_offset(seeded: Workspace, tmp_path: Path):
    written = ASKED.replace("compare: previous", "grain: hour").replace("01-02}", "01-01}")
    found = _json(_run(seeded, tmp_path, "--format", "json", "--people", "--bucket", "2026-01-01T09:00:00+08:00", written=written))
    assert found["total"] == 3
    assert isinstance(_run(seeded, tmp_path, "--people", "--bucket", "nine", written=written).exception, UserError)
