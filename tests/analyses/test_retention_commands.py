"""The command as it is typed: the rates, the people, the proof."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pyarrow as pa
import pytest
import yaml
from click.testing import CliRunner, Result

from tests.conditions.world import World
from windsock.analyses import retention_schema
from windsock.analyses.commands import COMMANDS
from windsock.kernel.errors import InvalidInput, UserError
from windsock.warehouse import schema
from windsock.workspace import Workspace

T = 1_767_229_200_000
"""2026-01-01 09:00 in Shanghai."""
DAY = 86_400_000
WRITTEN = "start: search\nreturn: pay\ncells: 3\nperiod: {from: 2026-01-01, to: 2026-01-02}\nbreakdown: device\nmeasure: {sum: price}\n"


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    world = World()
    for did, gap in ((1, 1), (2, 0), (3, None)):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T - DAY, known_from_ms=0)
        world.event(did, T - 30 * DAY, "search", device="=cmd" if did == 1 else "app")
        if gap is not None:
            world.event(did, T + (gap - 30) * DAY, "pay", price=12)
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    workspace.close = lambda: None
    return workspace


def run(name: str, workspace: Workspace, tmp_path: Path, *given: str, written: str) -> Result:
    """Run a command of analyses on a workspace."""
    path = tmp_path / "asked.yaml"
    path.write_text(written, encoding="utf-8")
    command = COMMANDS[0].commands[name]
    callback = command.callback
    assert callback is not None
    command.callback = lambda **options: callback(lambda **_: workspace, **options)
    try:
        return CliRunner().invoke(command, [str(path), *given], catch_exceptions=True)
    finally:
        command.callback = callback


def _run(workspace: Workspace, tmp_path: Path, *given: str, written: str = WRITTEN.replace("2026-01-0", "2025-12-0")) -> Result:
    return run("retention", workspace, tmp_path, *given, written=written)


def _json(result: Result) -> Any:
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def test_rates(seeded: Workspace, tmp_path: Path):
    told = _json(_run(seeded, tmp_path, "--format", "json"))
    assert [(row["cohort"], row["size"]) for row in told["cohorts"]] == [("2025-12-01", 0), ("2025-12-02", 3)]
    assert [cell["returned"] for cell in told["total"]["cells"]] == [1, 1, 0]
    assert [cell["measure"] for cell in told["total"]["cells"]] == ["12", "12", "0"]
    assert told["total"]["cells"][0]["per_member"] == "4.000000"
    assert [(row["kind"], row["value"]) for row in told["breakdown"]] == [("value", "app"), ("value", "=cmd")]
    assert told["cells"] == ["day 0", "day 1", "day 2"]
    table = _run(seeded, tmp_path).stdout
    assert "33.33 %" in table
    assert "3 people in 3 memberships" in table
    rows = list(csv.DictReader(io.StringIO(_run(seeded, tmp_path, "--format", "csv").stdout)))
    assert [row["returned"] for row in rows if row["cut"] == "total"] == ["1", "1", "0"]
    assert "'=cmd" in {row["value"] for row in rows}  # no spreadsheet shall run it


def test_people_and_proof(seeded: Workspace, tmp_path: Path):
    told = _json(_run(seeded, tmp_path, "--format", "json", "--people", "--cohort", "2025-12-02", "--cell", "0", "--lost", "--limit", "1"))
    assert (told["total"], [row["person"] for row in told["people"]], told["next_cursor"]) == (2, [1], 1)
    assert "user15555" not in json.dumps(told)  # ids are masked
    kept = _json(_run(seeded, tmp_path, "--format", "json", "--people", "--cell", "1"))
    assert [(row["person"], row["started"], row["returned"]) for row in kept["people"]] == [
        (1, "2025-12-02T09:00:00+08:00", "2025-12-03T09:00:00+08:00")
    ]
    assert "2025-12-03" in _run(seeded, tmp_path, "--people", "--cell", "1").stdout
    assert _run(seeded, tmp_path, "--format", "csv", "--people", "--cell", "1").stdout.splitlines()[1].startswith("1,")
    cut = {("--value", "=cmd"): [1], ("--value", "app"): [2, 3], ("--no-value",): []}
    for given, people in cut.items():
        assert [row["person"] for row in _json(_run(seeded, tmp_path, "--format", "json", "--people", *given))["people"]] == people
    proof = _json(_run(seeded, tmp_path, "--format", "json", "--explain-person", "login:user15555"))
    assert [cell["why"] for cell in proof["cohorts"][0]["cells"]] == ["no_return", "returned", "no_return"]
    assert "returned: pay at 2025-12-03T09:00:00.000+08:00" in _run(seeded, tmp_path, "--explain-person", "1", "--cohort", "2025-12-02").stdout
    assert _run(seeded, tmp_path, "--format", "csv", "--explain-person", "3").stdout.splitlines()[1].startswith("2025-12-02,0,day 0,never,")


def test_what_does_not_exist_is_said(seeded: Workspace, tmp_path: Path):
    for given in (
        ("--explain-person", "login:nobody"),
        ("--people", "--cell", "9"),
        ("--people", "--lost"),
        ("--people", "--value", "app", "--no-value"),
        ("--people", "--cohort", "today"),
    ):
        assert isinstance(_run(seeded, tmp_path, *given).exception, UserError), given


def test_people_of_a_value_need_a_breakdown(seeded: Workspace, tmp_path: Path):
    written = WRITTEN.replace("breakdown: device\n", "")
    assert isinstance(_run(seeded, tmp_path, "--people", "--value", "app", written=written).exception, InvalidInput)


def test_names_that_were_never_stored_are_noted_and_a_wrong_definition_is_refused(seeded: Workspace, tmp_path: Path):
    assert "'serach'" in _run(seeded, tmp_path, written=WRITTEN.replace("search", "serach")).stderr
    assert isinstance(_run(seeded, tmp_path, written="start: [").exception, InvalidInput)
    assert isinstance(_run(seeded, tmp_path, written="[]").exception, InvalidInput)


def test_the_schema_allows_what_is_read():
    validator = jsonschema_rs.validator_for(retention_schema())
    written = yaml.safe_load(WRITTEN.replace("2026-01-01", "'2026-01-01'").replace("2026-01-02", "'2026-01-02'"))
    validator.validate(written)
    assert not validator.is_valid(written | {"colour": "red"})
