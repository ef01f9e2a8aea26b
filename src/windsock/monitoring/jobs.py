"""The room's own work: every minute the monitors that are due are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.jobs import JobKind, Schedule
from windsock.kernel.counted import counted
from windsock.monitoring.watch import watch

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace


def tick(workspace: Workspace, context: JobContext) -> None:
    """Look at what is due; begun again, it goes on with what is still due."""
    ticked = watch(workspace, pause=context.check_cancelled)
    opened = sum(one.opened for one in ticked)
    context.progress(len(ticked), len(ticked), f"{counted(len(ticked), 'monitor')}, {counted(opened, 'new alert')}")


JOB_KINDS = (JobKind("monitoring.tick", tick, attempts=1),)
SCHEDULES = (Schedule("monitoring.tick", "monitoring.tick", every_s=60),)
