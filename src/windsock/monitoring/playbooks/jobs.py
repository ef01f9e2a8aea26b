"""The room's own work on playbooks: automatic steps of what was explained, and each minute a look at what was begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock import jobs
from windsock.jobs import Fact, JobKind, Reaction, Schedule
from windsock.kernel.counted import counted
from windsock.monitoring.explain.jobs import EXPLAINED
from windsock.monitoring.playbooks.auto import act_on, check

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.records import Session
    from windsock.workspace import Workspace

ATTEMPTS = 4


def act(workspace: Workspace, context: JobContext) -> None:
    """Run the automatic steps for an alert; begun again, it goes on with those that are left."""
    found = act_on(workspace, str(context.payload["alert"]), last=context.attempt >= ATTEMPTS)
    context.progress(len(found), len(found), counted(len(found), "run"))


def look(workspace: Workspace, context: JobContext) -> None:
    """Look after what was begun."""
    count = check(workspace)
    context.progress(count, count, counted(count, "thing"))


def _begin(workspace: Workspace, session: Session, fact: Fact) -> None:
    """What is like a known event is acted on by a job: a reaction must not wait for others."""
    if fact.payload.get("known_event") is not None or fact.payload.get("trial"):
        alert = str(fact.payload["alert"])
        jobs.enqueue(session, "playbooks.act", {"alert": alert}, key=f"playbooks.act {alert} {fact.seq}", now_ms=workspace.clock.now_ms())


JOB_KINDS = (JobKind("playbooks.act", act, attempts=ATTEMPTS), JobKind("playbooks.check", look, attempts=1))
SCHEDULES = (Schedule("playbooks.check", "playbooks.check", every_s=60),)
REACTIONS = (Reaction("playbooks.begin", EXPLAINED, _begin),)
