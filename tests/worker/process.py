"""A worker in a process of its own, for the tests that kill it: ``process.py URL NOW_MS FILE MODE``."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from tests.jobs.make import space
from windsock import jobs
from windsock.jobs import JobContext, JobKind, Reaction, Schedule
from windsock.kernel.clock import FixedClock
from windsock.kernel.ids import RandomIds
from windsock.records import open_records
from windsock.worker import Worker


def note(path: Path, line: str) -> None:
    """Append a line in one write, safe between processes."""
    with path.open("ab", buffering=0) as file:
        file.write(f"{line}\n".encode())


def main(url: str, now_ms: str, file: str, mode: str) -> None:
    """Work in one of the ways that a test asks for."""
    path = Path(file)

    def work(workspace, context: JobContext) -> None:
        note(path, context.job_id)
        if mode == "hang":
            with workspace.records.write() as session:
                jobs.publish(session, "test.happened", {"from": context.job_id}, workspace.clock.now_ms())
            note(path, "begun")
            time.sleep(600)

    def react(_workspace, session, fact) -> None:
        jobs.enqueue(session, "test.effect", {}, now_ms=int(now_ms))
        if mode == "die in reaction":
            note(path, f"begun {fact.seq}")
            os.kill(os.getpid(), signal.SIGKILL)

    schedules = [Schedule(f"test.often_{number}", "test.work", every_s=60) for number in range(8)] if mode == "tick" else []
    workspace = space(open_records(url), FixedClock(int(now_ms)), RandomIds())
    worker = Worker(workspace, [JobKind("test.work", work)], schedules=schedules, reactions=[Reaction("test.hear", "test.happened", react)])
    note(path, "ready")
    while not Path(f"{file}.go").exists():
        time.sleep(0.005)
    worker.drain()
    note(path, "end")


if __name__ == "__main__":
    main(*sys.argv[1:])
