"""Small factories for the tests of jobs and worker."""

from __future__ import annotations

from pathlib import Path

from windsock.jobs import Job, enqueue, read
from windsock.kernel.clock import Clock, FixedClock
from windsock.kernel.ids import CountedIds, Ids
from windsock.kernel.seal import Seal
from windsock.kernel.settings import Settings
from windsock.records import Records
from windsock.workspace import Workspace

NOW = 1_767_225_600_000


def space(records: Records, clock: Clock | None = None, ids: Ids | None = None, *, zone: str = "UTC", lease_s: float = 60) -> Workspace:
    """A workspace with records only, for work that touches no warehouse."""
    settings = Settings(workspace={"timezone": zone}, worker={"lease_s": lease_s, "poll_s": 0.02})  # type: ignore[arg-type]
    return Workspace(Path("/nowhere"), settings, records, None, clock or FixedClock(NOW), ids or CountedIds(), Seal(bytes(32)))  # type: ignore[arg-type]


def ask(records: Records, kind: str = "test.work", payload: dict | None = None, **words) -> str:
    """Enqueue in a transaction of its own."""
    with records.write() as session:
        return enqueue(session, kind, payload or {}, **{"now_ms": NOW, **words})


def see(records: Records, job_id: str) -> Job:
    """Read in a session of its own."""
    with records.read() as session:
        return read(session, job_id)
