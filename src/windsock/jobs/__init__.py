"""Background work: jobs under a lease, an outbox of facts, schedules that survive a restart. The loop that runs them is in ``worker``.

Words: a *job* is one piece of work of a *kind*; a *fact* is what a room announced, a *reaction* what another does on it; an
*occurrence* is one coming of a *schedule*. Invariants: a job or a fact exists if and only if the change that wanted it was committed;
one worker at a time holds a job; a job may be begun again after a crash, so its work must be safe to repeat; an occurrence becomes one
job; a fact reaches each reaction, and what the reaction writes to the records is written once.
"""

from windsock.jobs.cancel import plug_audit, request_cancel
from windsock.jobs.context import JobContext
from windsock.jobs.deliver import deliver
from windsock.jobs.enqueue import enqueue, publish
from windsock.jobs.lease import Progress, claim, complete, fail, ready, renew, stop
from windsock.jobs.model import Fact, Job, JobKind, Occurrence, Reaction, Schedule, Stream, latest_occurrence
from windsock.jobs.read import read, read_page
from windsock.jobs.tick import tick

__all__ = [
    "Fact",
    "Job",
    "JobContext",
    "JobKind",
    "Occurrence",
    "Progress",
    "Reaction",
    "Schedule",
    "Stream",
    "claim",
    "complete",
    "deliver",
    "enqueue",
    "fail",
    "latest_occurrence",
    "plug_audit",
    "publish",
    "read",
    "read_page",
    "ready",
    "renew",
    "request_cancel",
    "stop",
    "tick",
]
