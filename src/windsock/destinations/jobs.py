"""The room's own work: send what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.destinations import keep
from windsock.destinations.deliver import SEND, read
from windsock.jobs import JobKind

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace

# With the pauses of jobs (5 s, doubled each time) the last try comes about ten minutes after the first.
ATTEMPTS = 8


def send(workspace: Workspace, context: JobContext) -> None:
    """Send one message; after a kill between sending and noting it is sent again with the same id."""
    keep.send(workspace, str(context.payload["destination"]), read(context.payload["message"]), list(context.payload["recipients"]))


JOB_KINDS = (JobKind(SEND, send, attempts=ATTEMPTS),)
