"""The room's own work: what ended long ago is removed every night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.jobs import store
from windsock.jobs.model import JobKind, Schedule

if TYPE_CHECKING:
    from windsock.jobs.context import JobContext
    from windsock.workspace import Workspace

KEPT_MS = 30 * 86_400_000
_BATCH = 1_000


def tidy(workspace: Workspace, context: JobContext) -> None:
    """Remove jobs and facts that ended more than 30 days ago, in small transactions."""
    gone = 0
    while True:
        context.check_cancelled()
        with workspace.records.write() as session:
            now = store.tidy(session, workspace.clock.now_ms() - KEPT_MS, _BATCH)
        gone += now
        context.progress(gone, note="rows removed")
        if now == 0:
            return


JOB_KINDS = (JobKind("jobs.tidy", tidy),)
SCHEDULES = (Schedule("jobs.tidy", "jobs.tidy", at_local="03:30"),)
