"""The command as it is typed: the counts, the people, the proof; and what is wrong is said."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.conditions.world import World
from windsock.analyses.commands import COMMANDS
from windsock.kernel.errors import InvalidInput, TooLarge, UserError
from windsock.workspace import Workspace

T = 1_767_229_200_000
"""2026-01-01 09:00 in Shanghai."""
MINUTE = 60_000
FUNNEL = "steps: [search, pay]\nwindow: 30 minutes\nperiod: {from: 2026-01-01, to: 2026-01-01}\nbreakdown: device\ntrend: day\n"


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    world = World()
    for did, gap in ((1, 30), (2, 31), (3, None)):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        world.event(did, T, "search", device="=cmd" if did == 1 else "app")
        if gap is not None:
            world.event(did, T + gap * MINUTE, "pay")
    with workspace.warehouse.transaction() as tx:
        import pyarrow as pa

        from windsock.warehouse import schema

        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    workspace.close = lambda: None
    return workspace


def _run(workspace: Workspace, tmp_path: Path, *given: str, written: str = FUNNEL) -> Result:
    path = tmp_path / "funnel.yaml"
    path.write_text(written, encoding="utf-8")
    command = COMMANDS[0].commands["funnel"]
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


def test_counts(seeded: Workspace, tmp_path: Path):
    told = _json(_run(seeded, tmp_path, "--format", "json"))
    assert [step["count"] for step in told["total"]["steps"]] == [3, 1]
    assert told["total"]["steps"][1]["of_first"] == "0.333333"
    assert [(cell["kind"], cell.get("value")) for cell in told["breakdown"]] == [("value", "app"), ("value", "=cmd")]
    assert [cell["bucket"] for cell in told["trend"]] == ["2026-01-01"]
    table = _run(seeded, tmp_path)
    assert "33.33 %" in table.stdout
    rows = list(csv.DictReader(io.StringIO(_run(seeded, tmp_path, "--format", "csv").stdout)))
    assert [row["count"] for row in rows if row["cut"] == "total"] == ["3", "1"]
    assert "'=cmd" in {row["value"] for row in rows}  # no spreadsheet shall run it


def test_people_and_proof(seeded: Workspace, tmp_path: Path):
    told = _json(_run(seeded, tmp_path, "--format", "json", "--people", "--step", "search", "--dropped", "--limit", "1"))
    assert (told["total"], [row["person"] for row in told["people"]], told["next_cursor"]) == (2, [2], 1)
    assert "user25555" not in json.dumps(told)  # ids are masked
    proof = _json(_run(seeded, tmp_path, "--format", "json", "--explain-person", "login:user25555"))
    assert [step["why"] for step in proof["steps"]] == ["counted", "late"]
    assert proof["steps"][1]["en"].startswith("2. pay: not counted: 31 minutes after step 1, window 30 minutes; pay at ")
    assert (
        _run(seeded, tmp_path, "--explain-person", "3").stdout.splitlines()[1] == "2. pay: not counted: no such event in the time that was looked at"
    )


@pytest.mark.parametrize("given", [("--explain-person", "login:nobody"), ("--explain-person", "9" * 40), ("--people", "--step", "9")])
def test_what_does_not_exist_is_said(seeded: Workspace, tmp_path: Path, given: tuple[str, ...]):
    assert isinstance(_run(seeded, tmp_path, *given).exception, UserError)


def test_a_name_that_was_never_stored_is_noted(seeded: Workspace, tmp_path: Path):
    assert "'serach'" in _run(seeded, tmp_path, written=FUNNEL.replace("search", "serach")).stderr


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("steps: [", InvalidInput),
        ("[]", InvalidInput),
        ("steps: [a, b]", InvalidInput),
        (FUNNEL.replace("30 minutes", "0 minutes"), InvalidInput),
        (FUNNEL.replace("[search, pay]", json.dumps(["a"] * 50)), InvalidInput),
        (FUNNEL + "color: red\n", InvalidInput),
        (FUNNEL.replace("2026-01-01, to", "2020-01-01, to"), InvalidInput),
        (FUNNEL.replace("{from: 2026-01-01, to: 2026-01-01}", "{from: 2026-01-01}"), InvalidInput),
        (FUNNEL.replace("breakdown: device", "breakdown: {field: devise}"), InvalidInput),
        (FUNNEL.replace("breakdown: device", "breakdown: {field: device, step: 3}"), InvalidInput),
        (FUNNEL + "order: unordered\ncount: entries\n", InvalidInput),
        (("a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
         "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\nsteps: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]"), InvalidInput),
        ("x" * 1_000_001, TooLarge),
    ],
)  # fmt: skip
def test_a_definition_that_is_wrong_is_refused(seeded: Workspace, tmp_path: Path, written: str, fault: type[Exception]):
    result = _run(seeded, tmp_path, written=written)
    assert isinstance(result.exception, fault)
    assert result.exception.where  # type: ignore[attr-defined]
