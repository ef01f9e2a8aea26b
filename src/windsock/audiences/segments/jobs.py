"""Segments follow what happens: soon after a load or a merge, every minute for time itself, and each night everybody is judged once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.audiences.segments.announce import announce
from windsock.audiences.segments.update import Kind, close_retired, update
from windsock.jobs import JobKind, Reaction, Schedule, enqueue
from windsock.kernel.counted import counted

if TYPE_CHECKING:
    from windsock.jobs import Fact, JobContext
    from windsock.records import Session
    from windsock.workspace import Workspace

SETTLE_MS = 5_000
"""Loads come several a second: one evaluation waits so long and serves them all."""


def _run(workspace: Workspace, context: JobContext, kind: Kind) -> None:
    def tell(place: int, total: int, name: str) -> None:
        context.check_cancelled()
        context.progress(place, total, name)

    close_retired(workspace)
    runs = update(workspace, kind=kind, tell=tell)
    while announce(workspace):
        context.check_cancelled()
    moved = sum(run.entered + run.left for run in runs)
    context.progress(len(runs), len(runs), f"{counted(len(runs), 'segment')}, {counted(moved, 'change')}")


def follow(workspace: Workspace, context: JobContext) -> None:
    """Judge whose answer can have changed; begun again, it goes on where it stopped."""
    _run(workspace, context, "touched")


def check(workspace: Workspace, context: JobContext) -> None:
    """Judge everybody; what differs from what was followed is put right, kept as a run and written into the log."""
    _run(workspace, context, "check")


def react(workspace: Workspace, session: Session, fact: Fact) -> None:
    """Have segments evaluated soon."""
    now = workspace.clock.now_ms()
    slot = now // SETTLE_MS + 1
    del fact
    enqueue(session, "segments.follow", {}, key=f"segments.follow.{slot}", due_ms=slot * SETTLE_MS, now_ms=now)


JOB_KINDS = (JobKind("segments.follow", follow, attempts=1), JobKind("segments.check", check, attempts=2))
SCHEDULES = (Schedule("segments.follow", "segments.follow", every_s=60), Schedule("segments.check", "segments.check", at_local="03:40"))
_ON = ("tracking.events_loaded", "identity.people_changed", "definitions.activated", "definitions.rolled_back", "definitions.retired")
REACTIONS = tuple(Reaction(f"segments.on_{name.partition('.')[2]}", name, react) for name in _ON)
