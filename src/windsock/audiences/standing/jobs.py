"""Each night the months that are over and settled are frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.audiences.standing.freeze import freeze_due
from windsock.governance import SYSTEM
from windsock.jobs import JobKind, Schedule
from windsock.kernel.counted import counted

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace


def freeze(workspace: Workspace, context: JobContext) -> None:
    """Freeze what is due; begun again, it goes on with the first month that is missing."""
    found = freeze_due(workspace, SYSTEM, context.check_cancelled)
    context.progress(len(found), len(found), counted(len(found), "month"))


JOB_KINDS = (JobKind("audiences.standing", freeze),)
SCHEDULES = (Schedule("audiences.standing", "audiences.standing", at_local="03:40"),)
