"""The command as it is typed: the credits, the conversions, the proof."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema_rs
import pyarrow as pa
import pytest
import yaml

from tests.analyses.test_retention_commands import run
from tests.conditions.world import World
from windsock.analyses.attribution.schema import attribution_schema
from windsock.kernel.errors import InvalidInput, UserError
from windsock.warehouse import schema
from windsock.workspace import Workspace

T = 1_764_637_200_000
"""2025-12-02 09:00 in Shanghai."""
HOUR = 3_600_000
WRITTEN = """attribution: Which channel earned payments?
conversion: pay
touches: search
by: sales_channel
look_back: 7 days
direct: [=direct]
value: price
period: {from: '2025-12-01', to: '2025-12-03'}
"""


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    """Ada touches three channels and pays, Bo pays without a touch, Cy touches and does not pay."""
    world = World()
    for did in (1, 2, 3):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=0, known_from_ms=0)
    for hours, channel in ((-200, "web"), (-48, "web"), (-24, "ota"), (-1, "=direct")):
        world.event(1, T + hours * HOUR, "search", channel=channel)
    world.event(1, T, "pay", price=100)
    world.event(2, T, "pay", price=10)
    world.event(3, T, "search", channel="ota")
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    workspace.close = lambda: None
    return workspace


def test_credits(seeded: Workspace, tmp_path: Path):
    told = json.loads(run("attribution", seeded, tmp_path, "--format", "json", written=WRITTEN).stdout)
    assert (told["conversions"], told["people"], told["value"]) == (2, 2, "110.000000")
    rows = {row.get("value", row["kind"]): {model: credit["value"] for model, credit in row["credits"].items()} for row in told["rows"]}
    assert [(rows[name]["first"], rows[name]["last"], rows[name]["last_non_direct"], rows[name]["linear"]) for name in ("web", "ota", "=direct")] == [
        ("100.000000", "0.000000", "0.000000", "33.333333"),
        ("0.000000", "0.000000", "100.000000", "33.333333"),
        ("0.000000", "100.000000", "0.000000", "33.333334"),
    ]
    assert [rows[name]["position"] for name in ("web", "ota", "=direct")] == ["40.000000", "20.000000", "40.000000"]
    assert set(rows["untouched"].values()) == {"10.000000"}
    table = run("attribution", seeded, tmp_path, written=WRITTEN).stdout
    assert "(no touch)" in table
    assert "hold a group out" in table
    listed = list(csv.DictReader(io.StringIO(run("attribution", seeded, tmp_path, "--format", "csv", written=WRITTEN).stdout)))
    assert "'=direct" in {row["value"] for row in listed}  # no spreadsheet shall run it


def test_people_and_proof(seeded: Workspace, tmp_path: Path):
    told = json.loads(run("attribution", seeded, tmp_path, "--format", "json", "--people", "--value", "ota", written=WRITTEN).stdout)
    assert [(row["person"], row["worth"], [touch["value"] for touch in row["touches"]]) for row in told["rows"]] == [
        (1, "100.000000", ["web", "ota", "=direct"])
    ]
    assert "user15555" not in json.dumps(told)  # ids are masked
    assert run("attribution", seeded, tmp_path, "--format", "csv", "--people", "--untouched", written=WRITTEN).stdout.splitlines()[1].startswith("2,")
    assert "web > ota" in run("attribution", seeded, tmp_path, "--people", written=WRITTEN).stdout
    lines = run("attribution", seeded, tmp_path, "--explain-person", "login:user15555", written=WRITTEN).stdout.splitlines()
    assert lines[0].startswith("1. pay at 2025-12-02T09:00:00.000+08:00")
    assert lines[1].startswith("   not credited, web: search at 2025-11-24T01:00:00.000+08:00, 8 days 8 hours before, look-back 7 days")
    assert lines[2].startswith("   web: search at 2025-11-30T09:00:00.000+08:00, 2 days before; first 1, linear 0.3333, by position 0.4")
    assert "nobody" in run("attribution", seeded, tmp_path, "--explain-person", "2", written=WRITTEN).stdout
    assert "No conversion" in run("attribution", seeded, tmp_path, "--explain-person", "3", written=WRITTEN).stdout
    proof = run("attribution", seeded, tmp_path, "--explain-person", "1", "--format", "csv", written=WRITTEN).stdout
    assert "pay,2025-12-02T09:00:00.000+08:00,search" in proof


@pytest.mark.parametrize("given", [("--explain-person", "login:nobody"), ("--people", "--value", "web", "--untouched")])
def test_what_does_not_exist_is_said(seeded: Workspace, tmp_path: Path, given: tuple[str, ...]):
    assert isinstance(run("attribution", seeded, tmp_path, *given, written=WRITTEN).exception, UserError)


def test_names_that_were_never_stored_are_noted_and_a_wrong_definition_is_refused(seeded: Workspace, tmp_path: Path):
    assert "'serach'" in run("attribution", seeded, tmp_path, written=WRITTEN.replace("search", "serach")).stderr
    assert isinstance(run("attribution", seeded, tmp_path, written="conversion: [").exception, InvalidInput)


def test_the_schema_allows_what_is_read():
    validator = jsonschema_rs.validator_for(attribution_schema())
    written = yaml.safe_load(WRITTEN)
    validator.validate(written)
    assert not validator.is_valid(written | {"colour": "red"})
