"""Make models in the background, and score people every day by those that are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock import jobs
from windsock.audiences.models.keep import train, used_of
from windsock.audiences.models.score import score
from windsock.audiences.models.tasks import task_of, tasks
from windsock.governance import SYSTEM, Actor, audit
from windsock.jobs import JobKind, Schedule
from windsock.kernel.counted import counted

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace

TRAIN = "models.train"


def ask_train(workspace: Workspace, actor: Actor, name: str, days: int | None, kind: str | None) -> str:
    """Put the making of a version in the queue; returns the job's id.

    Raises:
        NotFound: there is no such task.
    """
    now_ms, payload = workspace.clock.now_ms(), {"name": task_of(name).name, "days": days, "kind": kind}
    with workspace.records.write() as session:
        job = jobs.enqueue(session, TRAIN, payload, now_ms=now_ms, ids=workspace.ids)
        audit(session, actor, "model.train_asked", f"model:{name}", {**payload, "job": job}, now_ms)
    return job


def run_train(workspace: Workspace, context: JobContext) -> None:
    """Make a version; begun again, it makes another one."""

    def step(done: int, total: int, note: str) -> None:
        context.check_cancelled()
        context.progress(done, total, note)

    asked = context.payload
    made = train(workspace, SYSTEM, asked["name"], asked["days"], asked["kind"], step=step, cancel=context.cancel)
    context.progress(1, 1, f"version {made.version}")


def run_score(workspace: Workspace, context: JobContext) -> None:
    """Score people by every version that is used; begun again, it does so again."""
    people = 0
    used = [task.name for task in tasks() if used_of(workspace, task.name) is not None]
    for name in used:

        def step(done: int, total: int, name: str = name) -> None:
            context.check_cancelled()
            context.progress(done, total, name)

        people += score(workspace, SYSTEM, name, step=step, cancel=context.cancel)["people"]
    context.progress(people, people, f"{counted(len(used), 'model')}, {counted(people, 'score')}")


JOB_KINDS = (JobKind(TRAIN, run_train, attempts=1), JobKind("models.score", run_score, attempts=1))
SCHEDULES = (Schedule("models.score", "models.score", every_s=86_400),)
