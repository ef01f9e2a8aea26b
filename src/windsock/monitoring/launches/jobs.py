"""Every minute the launches that have started are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.jobs import JobKind, Schedule
from windsock.kernel.counted import counted
from windsock.monitoring.launches.watch import watch

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace


def tick(workspace: Workspace, context: JobContext) -> None:
    """Look at the launches; begun again, it goes on with what is new."""
    looked = watch(workspace, context.check_cancelled)
    over = sum(bool(one.verdict) for one in looked)
    context.progress(len(looked), len(looked), f"{counted(len(looked), 'launch', 'launches')}, {counted(over, 'verdict')}")


JOB_KINDS = (JobKind("monitoring.launches", tick, attempts=1),)
SCHEDULES = (Schedule("monitoring.launches", "monitoring.launches", every_s=60),)
