"""Robots are looked for every hour: by a pace that shows only over many batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.jobs import JobKind, Schedule
from windsock.kernel.counted import counted
from windsock.tracking.bots import find_bots

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace

JOB = "tracking.find_bots"


def run(workspace: Workspace, context: JobContext) -> None:
    """Mark what robots did in the last day; a second run finds nothing more."""
    with workspace.warehouse.transaction() as tx:
        count = find_bots(tx, workspace.clock.now_ms())
    context.progress(count, count, f"{counted(count, 'event was', 'events were')} marked")


JOB_KINDS = (JobKind(JOB, run),)
SCHEDULES = (Schedule(JOB, JOB, every_s=3_600),)
