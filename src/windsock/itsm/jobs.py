"""The room's own work: every minute the next on duty are told of incidents that nobody saw in time, and of those that waited for the morning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.itsm.escalate import escalate
from windsock.itsm.night import tell_night
from windsock.jobs import JobKind, Schedule

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace


def escalate_unseen(workspace: Workspace, context: JobContext) -> None:
    """Escalate; a second run finds nothing left."""
    told = tell_night(workspace)
    count = escalate(workspace)
    context.progress(count, count, f"{count} escalated, {told} told that waited for the morning")


JOB_KINDS = (JobKind("itsm.escalate", escalate_unseen),)
SCHEDULES = (Schedule("itsm.escalate", "itsm.escalate", every_s=60),)
