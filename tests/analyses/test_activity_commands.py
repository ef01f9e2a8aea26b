"""The commands as they are typed: stickiness and the life cycle, their people, their proof."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from click.testing import Result

from tests.analyses.test_retention_commands import run, seeded
from windsock.analyses import activity_schema
from windsock.kernel.errors import UserError
from windsock.workspace import Workspace

__all__ = ["seeded"]
WRITTEN = "event: [search, pay]\nperiod: {from: 2025-12-01, to: 2025-12-14}\n"


def _json(result: Result) -> Any:
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def test_stickiness(seeded: Workspace, tmp_path: Path):
    def ask(*given: str) -> Result:
        return run("stickiness", seeded, tmp_path, *given, written=WRITTEN)

    told = _json(ask("--format", "json"))
    first, second = told["buckets"]
    assert ([one["people"] for one in first["by_days"][:3]], first["person_days"], first["people"]) == ([2, 1, 0], 4, 3)
    assert (first["average_days"], first["ratio"], second["people"], second["ratio"]) == ("1.333333", "0.190476", 0, None)
    assert [(day["dau"], day["wau"], day["mau"]) for day in told["days"][:4]] == [(0, 0, 0), (3, 3, 3), (1, 3, 3), (0, 3, 3)]
    assert told["days"][2]["dau_wau"] == "0.333333"
    assert "33.33 %" in ask().stdout
    rows = list(csv.DictReader(io.StringIO(ask("--format", "csv").stdout)))
    assert [(row["people"], row["at_least"]) for row in rows if row["cut"] == "bucket"][:2] == [("2", "3"), ("1", "1")]
    people = _json(ask("--format", "json", "--people", "--bucket", "2025-12-03", "--days", "2"))
    assert (people["total"], people["people"][0]["person"], people["people"][0]["first"]) == (1, 1, "2025-12-02T09:00:00+08:00")
    assert _json(ask("--format", "json", "--people", "--day", "2025-12-03", "--window", "7"))["total"] == 3
    assert ask("--format", "csv", "--people", "--day", "2025-12-03").stdout.splitlines()[0] == "person,name,days,first"
    assert "3 in all" in ask("--people", "--bucket", "2025-12-01").stdout
    assert "2025-12-01: active on 2 of 7 days" in ask("--format", "csv", "--explain-person", "1").stdout
    assert [one["day"] for one in _json(ask("--format", "json", "--explain-person", "1"))["buckets"][0]["active"]] == ["2025-12-02", "2025-12-03"]


def test_lifecycle(seeded: Workspace, tmp_path: Path):
    def ask(*given: str) -> Result:
        return run("lifecycle", seeded, tmp_path, *given, written=WRITTEN + "by: day\n")

    told = _json(ask("--format", "json"))
    figures = [[one[name] for name in ("active", "new", "returning", "resurrected", "dormant")] for one in told["buckets"][:4]]
    assert figures == [[0, 0, 0, 0, 0], [3, 3, 0, 0, 0], [1, 0, 1, 0, 2], [0, 0, 0, 0, 1]]
    assert "2025-12-02" in ask().stdout
    rows = list(csv.DictReader(io.StringIO(ask("--format", "csv").stdout)))
    assert [row["dormant"] for row in rows[:4]] == ["0", "0", "2", "1"]
    people = _json(ask("--format", "json", "--people", "--bucket", "2025-12-03", "--state", "dormant", "--limit", "1"))
    assert (people["total"], people["people"][0]["person"], people["next_cursor"]) == (2, 2, 1)
    assert people["people"][0]["before"] == "2025-12-02T09:00:00+08:00"
    assert "2025-12-03: returning: pay at" in ask("--explain-person", "login:user15555", "--format", "csv").stdout


def test_what_does_not_exist_is_said(seeded: Workspace, tmp_path: Path):
    for name, *given in (
        ("stickiness", "--people"),
        ("stickiness", "--people", "--bucket", "2025-12-01", "--day", "2025-12-01"),
        ("stickiness", "--people", "--day", "2025-01-01"),
        ("lifecycle", "--people"),
        ("lifecycle", "--people", "--bucket", "2024-01-01"),
        ("lifecycle", "--people", "--bucket", "monday"),
        ("lifecycle", "--explain-person", "login:nobody"),
    ):
        assert isinstance(run(name, seeded, tmp_path, *given, written=WRITTEN).exception, UserError), given


@pytest.mark.parametrize("kind", ["stickiness", "lifecycle"])
def test_the_schema_allows_what_is_read(kind: Any):
    validator = jsonschema_rs.validator_for(activity_schema(kind))
    written = {"event": {"event": "*"}, "period": {"last": 3, "unit": "weeks"}, "by": "week"}
    validator.validate(written)
    assert not validator.is_valid(written | {"breakdown": "device"})
