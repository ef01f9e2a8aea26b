"""Run an import of any kind: read, map, load, register; all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from windsock.imports.model import BatchReport
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class ImportJob:
    """What to import."""

    path: Path
    kind: str
    mapping: str
    actor: Actor
    source: str = ""
    dry_run: bool = False
    replaces: str = ""


def run_import(workspace: Workspace, job: ImportJob, progress: Progress | None = None) -> BatchReport:
    """Import a file."""
    raise InvalidInput("Not built yet.", where=job.kind)
