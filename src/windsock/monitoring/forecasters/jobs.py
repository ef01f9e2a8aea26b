"""Every quarter of an hour targets, limits and the stock of dates to come are looked ahead at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.jobs import JobKind, Schedule
from windsock.kernel.counted import counted
from windsock.monitoring.forecasters.keep import Looked, look_at_stock, look_hourly

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace


def warn(workspace: Workspace, context: JobContext) -> None:
    """Look at targets and limits; begun again, it finds what it kept."""
    _say(context, look_hourly(workspace))


def warn_of_stock(workspace: Workspace, context: JobContext) -> None:
    """Look at dates; begun again, it finds what it kept."""
    _say(context, look_at_stock(workspace))


def _say(context: JobContext, looked: Looked) -> None:
    context.progress(1, 1, f"{counted(looked.new, 'new warning')}, {looked.told} told, {looked.decided} decided")


JOB_KINDS = (JobKind("monitoring.warn", warn, attempts=1), JobKind("monitoring.warn_of_stock", warn_of_stock, attempts=1))
SCHEDULES = (
    Schedule("monitoring.warn", "monitoring.warn", every_s=900),
    Schedule("monitoring.warn_of_stock", "monitoring.warn_of_stock", every_s=900),
)
