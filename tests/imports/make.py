"""Small factories for the tests of imports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlglot import parse_one

from windsock.governance import cli_actor
from windsock.imports.known import kind
from windsock.imports.model import BatchReport
from windsock.imports.run import ImportJob, run_import
from windsock.sources import RowMapping, kind_of, read_mapping
from windsock.workspace import Workspace


def ask(workspace: Workspace, sql: str) -> list[dict[str, Any]]:
    """Run a fixed SELECT and return its rows."""
    return workspace.warehouse.query(parse_one(sql, read="duckdb")).to_pylist()


def mapping(text: str) -> RowMapping:
    """Read a mapping of whatever kind it says."""
    return read_mapping(text, "m.yaml", kind(kind_of(text, "m.yaml")).form)


def bring(workspace: Workspace, path: Path, text: str, *lines: str, **given: Any) -> BatchReport:
    """Write a file of lines and import it."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return run_import(workspace, ImportJob(path, mapping(text), cli_actor(), **given))
