"""Watch folders: a file that is put there and has stopped growing is imported and moved to ``done`` or ``failed``, with a report beside it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from windsock.governance.model import SYSTEM
from windsock.imports import saved
from windsock.imports import shapes as s
from windsock.imports.commit import note_of, progress_of
from windsock.imports.preview import as_file
from windsock.imports.run import ImportJob, run_import
from windsock.kernel.counted import counted
from windsock.kernel.errors import InvalidInput, UserError

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace

SETTLED_S = 5.0
LOOK_S = 1.0
FILES_MOST = 100
_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")


def root(workspace: Workspace) -> Path:
    """Return the folder below which the folders of feeds are."""
    given = workspace.settings.imports.watch
    return Path(given).expanduser() if given else workspace.home / "watch"


def shown(workspace: Workspace, name: str) -> Path:
    """Return the folder of a feed as people are told it: within the workspace, without the way there."""
    return root(workspace) / name if workspace.settings.imports.watch else Path("watch") / name


def folder_of(workspace: Workspace, name: str) -> Path:
    """Return the folder of a feed, and make it where it is not there.

    Raises:
        InvalidInput: it cannot be made.
    """
    path = root(workspace) / name
    try:
        for part in (path, path / "done", path / "failed"):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput("The watch folder cannot be made.", where="imports.watch", fix=f"Check its path and rights ({error}).") from error
    return path


def waiting(workspace: Workspace, name: str) -> list[Path]:
    """Return the files that wait in a folder, the oldest first; links, hidden and unfinished files do not count."""
    folder = root(workspace) / name
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if path.is_file() and not path.is_symlink() and not _skipped(path.name)]
    return sorted(found, key=lambda path: (path.stat().st_mtime, path.name))[:FILES_MOST]


def take_files(workspace: Workspace, context: JobContext, name: str, body: s.ScheduleRequest) -> tuple[str | None, str]:
    """Import the files that have stopped growing, one after the other; returns (the last batch, a line about it)."""
    batch: str | None = None
    done = failed = 0
    for path in _settled(workspace, name):
        context.check_cancelled()
        told = _take(workspace, context, path, body)
        failed, done = failed + bool(told.get("error")), done + (not told.get("error"))
        batch = told.get("batch_id") or batch
        _put_away(path, told)
    return batch, f"{counted(done, 'file')} taken, {failed} failed"


def _settled(workspace: Workspace, name: str) -> list[Path]:
    """Return the files whose size does not change between two looks, and that nobody has written to for a moment."""
    first = {path: path.stat() for path in waiting(workspace, name)}
    if not first:
        return []
    time.sleep(LOOK_S)
    settled: list[Path] = []
    for path, before in first.items():
        try:
            now = path.stat()
        except OSError:
            continue  # taken away meanwhile
        if (now.st_size, now.st_mtime_ns) == (before.st_size, before.st_mtime_ns) and time.time() - now.st_mtime >= SETTLED_S:
            settled.append(path)
    return settled


def _take(workspace: Workspace, context: JobContext, path: Path, body: s.ScheduleRequest) -> dict[str, Any]:
    try:
        mapping = saved.from_body(workspace, body.kind, body.mapping, source=body.source)
        job = ImportJob(path, as_file(path, path.name, mapping), SYSTEM, body.source)
        report = {**run_import(workspace, job, progress_of(context)).plain(), "error": None}
    except UserError as error:
        report = {"error": {"code": error.code, "what": error.what, "where": error.where, "fix": error.fix}}
    return {**report, "note": note_of(report)}


def _put_away(path: Path, told: dict[str, Any]) -> None:
    """Move a file to where it belongs, under a name that nothing there has, and lay its report beside it."""
    folder = path.parent / ("failed" if told.get("error") else "done")
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    target = folder / f"{stamp}-{path.name}"
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{stamp}-{number}-{path.name}"
    path.rename(target)
    target.with_name(f"{target.name}.report.json").write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _skipped(name: str) -> bool:
    return name.startswith((".", "~")) or name.lower().endswith(_UNFINISHED)
