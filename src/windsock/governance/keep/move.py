"""Move the facts of a workspace to another engine, which then answers; noted in the audit trail."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from windsock.governance.audit import audit
from windsock.warehouse import Moment, Moved, move_elsewhere

if TYPE_CHECKING:
    from windsock.governance.model import Actor
    from windsock.warehouse import Cancel
    from windsock.workspace import Workspace

_PREFIX = "move-"


def move_facts(
    workspace: Workspace,
    actor: Actor,
    to: Literal["clickhouse", "spark"],
    told: Callable[[Moved], None],
    cancel: Cancel | None = None,
    days: Sequence[dt.date] | None = None,
) -> list[Moved]:
    """Move all facts that answers read, as they are at one moment, and compare each table and day.

    Args:
        workspace: opened on its own engine.
        actor: who moves.
        to: where; ``[clickhouse]`` or ``[spark]`` of the settings says where that is.
        told: called after each table, or day of one.
        cancel: a switch that stops between two pieces.
        days: the only ones of which events may have changed since the last move; None: any.

    Returns:
        Each piece, with its rows and whether it had to be written.

    Raises:
        NotAvailable: the engine, or its library, is not there.
        Broken: a piece differs after it was written.
        Cancelled: the switch was used.
    """
    with _folder(workspace.home) as folder, workspace.warehouse.snapshot() as snapshot:
        moved = move_elsewhere(to, workspace.settings, Moment(snapshot, workspace.clock.now_ms(), folder, days), told, cancel)
    detail = {"to": to, "rows": sum(one.rows for one in moved), "pieces": len(moved), "written": sum(one.written for one in moved)}
    with workspace.records.write() as session:
        audit(session, actor, "warehouse.moved", f"warehouse:{to}", detail, workspace.clock.now_ms())
    return moved


@contextmanager
def _folder(home: Path) -> Generator[Path]:
    """Make the folder of a move, and take away those whose move was killed: rows of people must not stay behind in them.

    A move holds its folder locked; what nobody holds belongs to nobody.
    """
    for left in home.glob(f"{_PREFIX}*"):
        with suppress(OSError), _held(left):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=home, prefix=_PREFIX) as made, _held(Path(made)):
        yield Path(made)


@contextmanager
def _held(folder: Path) -> Generator[None]:
    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(number)
