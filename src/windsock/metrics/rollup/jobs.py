"""Every five minutes the hours that loads changed are rolled up anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.jobs import JobKind, Schedule
from windsock.kernel.counted import counted
from windsock.metrics.rollup.keep import roll

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace


def roll_up(workspace: Workspace, context: JobContext) -> None:
    """Roll up until all hours that are over are clean; what was made stays when it is stopped."""
    done = 0
    while not context.cancel.cancelled and (hours := roll(workspace)):
        done += hours
        context.progress(done, None, f"{counted(done, 'hour')} rolled up")


JOB_KINDS = (JobKind("metrics.roll_up", roll_up),)
SCHEDULES = (Schedule("metrics.roll_up", "metrics.roll_up", every_s=300),)
