"""The room's own work: every morning, at 08:45 unless set otherwise, the page of yesterday is frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.jobs import JobKind, Schedule
from windsock.metrics.standup.today import freeze

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace


def snapshot(workspace: Workspace, context: JobContext) -> None:
    """Freeze the page of yesterday; a second run finds it and does nothing."""
    frozen = freeze(workspace)
    context.progress(1, 1, "nothing to freeze" if frozen is None else f"frozen: {frozen.date}")


JOB_KINDS = (JobKind("metrics.snapshot", snapshot),)
SCHEDULES = (Schedule("metrics.snapshot", "metrics.snapshot", at_local="08:45", setting="metrics.today_at"),)
