"""The room's own work: send what waits, and keep the record of deliveries bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.destinations import inbox, keep
from windsock.destinations.deliveries.attempt import attempt
from windsock.destinations.deliveries.handle import tidy
from windsock.destinations.deliveries.written import SEND, read
from windsock.jobs import JobKind, Schedule

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace


def send(workspace: Workspace, context: JobContext) -> None:
    """Try one delivery; after a kill between sending and noting it is sent again with the same id."""
    if "delivery" in context.payload:
        attempt(workspace, str(context.payload["delivery"]))
        return
    # A job that an older Windsock queued holds its message itself.
    keep.send(workspace, str(context.payload["destination"]), read(context.payload["message"]), list(context.payload["recipients"]))


def tidy_up(workspace: Workspace, context: JobContext) -> None:
    """Ask for forgotten deliveries again, and drop old ones."""
    found, gone = tidy(workspace)
    gone += inbox.tidy(workspace)
    context.progress(found, found, f"{found} asked for again, {gone} dropped")


JOB_KINDS = (JobKind(SEND, send, attempts=8), JobKind("destinations.tidy", tidy_up))
SCHEDULES = (Schedule("destinations.tidy", "destinations.tidy", every_s=600),)
