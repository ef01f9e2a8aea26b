"""The room's own work: imports of uploads and feeds, what is due, and tidying."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.imports import commit, feeds, uploads
from windsock.jobs import JobKind, Schedule

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace


def tidy(workspace: Workspace, context: JobContext) -> None:
    """Remove uploads whose time is over."""
    gone = uploads.expire(workspace)
    context.progress(gone, gone, "uploads removed")


JOB_KINDS = (
    JobKind(commit.KIND, commit.run_upload),
    JobKind(feeds.KIND, feeds.run_feed),
    JobKind("imports.due", feeds.ask_due),
    JobKind("imports.tidy", tidy),
)
SCHEDULES = (Schedule("imports.tidy", "imports.tidy", every_s=3_600), Schedule("imports.due", "imports.due", every_s=60))
