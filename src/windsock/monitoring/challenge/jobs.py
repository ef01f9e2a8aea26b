"""Once a day: challengers that were put in force are held against what they took the place of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.jobs import JobKind, Schedule
from windsock.kernel.counted import counted
from windsock.monitoring.challenge.keep import fall_back

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace


def look_back(workspace: Workspace, context: JobContext) -> None:
    """Bring back what did better than the challenger that replaced it."""
    back = fall_back(workspace)
    context.progress(1, 1, f"{counted(len(back), 'monitor')} brought back")


JOB_KINDS = (JobKind("monitoring.look_back", look_back, attempts=3),)
SCHEDULES = (Schedule("monitoring.look_back", "monitoring.look_back", every_s=86_400),)
