"""What a worker does with a job: claim it, keep its lease, end it. Each step checks that the lease is still its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.jobs import store
from windsock.jobs.enqueue import publish
from windsock.jobs.model import ERROR_MAX, NOTE_MAX, Job, State, backoff_ms
from windsock.jobs.read import frozen
from windsock.kernel.errors import UserError, WindsockError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from windsock.jobs.tables import JobRow
    from windsock.records import Session

_SETTLED_AT_ONCE = 20


@dataclass(frozen=True)
class Progress:
    """How far a job is: ``done`` of ``total`` (None: unknown) and one line about where it is."""

    done: int | None = None
    total: int | None = None
    note: str = ""


def ready(session: Session, kinds: Collection[str], now_ms: int) -> bool:
    """Say whether ``claim`` would find something; needs a read session only, so that idle workers lock nothing."""
    return store.any_ready(session, kinds, now_ms)


def claim(session: Session, kinds: Mapping[str, int], owner: str, now_ms: int, lease_ms: int) -> Job | None:
    """Take the next job that is due, or whose worker fell silent.

    Args:
        session: a write session.
        kinds: the most attempts, by the kinds this worker can run.
        owner: names this worker, and no other ever.
        now_ms: the clock's time.
        lease_ms: how long the job is ours without a renewal.

    Returns:
        The job, running, or None when there is nothing to do.
    """
    for _ in range(_SETTLED_AT_ONCE):
        row = store.next_ready(session, kinds, now_ms)
        if row is None:
            return None
        row.max_attempts = kinds[row.kind]
        if row.cancel_asked:
            _end(row, "cancelled", now_ms)
        elif row.attempt >= row.max_attempts:
            _give_up(session, row, f"Its worker fell silent {row.attempt} times.", now_ms)
        else:
            row.state, row.lease_owner, row.lease_until_ms = "running", owner, now_ms + lease_ms
            row.attempt += 1
            row.started_ms = row.changed_ms = now_ms
            row.done = row.total = None
            row.note = ""
            session.flush()
            return frozen(row)
        session.flush()
    return None


def renew(session: Session, job: Job, owner: str, progress: Progress, now_ms: int, lease_ms: int) -> Job | None:
    """Keep the lease and write the progress.

    Returns:
        The job as it is now (see ``cancel_asked``), or None when the lease is another's.
    """
    row = store.leased(session, job.id, owner, job.attempt)
    if row is None:
        return None
    row.lease_until_ms = now_ms + lease_ms
    _write_progress(row, progress, now_ms)
    return frozen(row)


def complete(session: Session, job: Job, owner: str, progress: Progress, now_ms: int) -> bool:
    """End a job that went well; False when the lease is another's."""
    row = store.leased(session, job.id, owner, job.attempt)
    if row is None:
        return False
    _write_progress(row, progress, now_ms)
    row.error = None
    _end(row, "done", now_ms)
    return True


def stop(session: Session, job: Job, owner: str, progress: Progress, now_ms: int) -> bool:
    """End a job that stopped because somebody asked, or give it back unspent when its worker stops; False when the lease is another's."""
    row = store.leased(session, job.id, owner, job.attempt)
    if row is None:
        return False
    _write_progress(row, progress, now_ms)
    if row.cancel_asked:
        _end(row, "cancelled", now_ms)
    else:
        row.attempt -= 1
        _requeue(row, now_ms, now_ms)
    return True


def fail(session: Session, job: Job, owner: str, error: Exception, progress: Progress, now_ms: int) -> State | None:
    """Note a failure: tried again later, unless it was the last attempt or a fault of the input, which no repeat mends.

    Returns:
        The job's state (queued or failed), or None when the lease is another's.
    """
    row = store.leased(session, job.id, owner, job.attempt)
    if row is None:
        return None
    _write_progress(row, progress, now_ms)
    words = str(error) if isinstance(error, WindsockError) else f"{type(error).__name__}: {error}"
    if row.cancel_asked:
        _end(row, "cancelled", now_ms)
        return "cancelled"
    if isinstance(error, UserError) or row.attempt >= row.max_attempts:
        _give_up(session, row, words, now_ms)
        return "failed"
    row.error = _clean(words, ERROR_MAX)
    _requeue(row, now_ms + backoff_ms(row.attempt), now_ms)
    return "queued"


def _give_up(session: Session, row: JobRow, words: str, now_ms: int) -> None:
    row.error = _clean(words, ERROR_MAX)
    _end(row, "failed", now_ms)
    publish(session, "jobs.failed", {"job": row.id, "kind": row.kind, "error": row.error}, now_ms)


def _end(row: JobRow, state: State, now_ms: int) -> None:
    row.state, row.lease_owner, row.lease_until_ms = state, None, None
    row.finished_ms = row.changed_ms = now_ms


def _requeue(row: JobRow, due_ms: int, now_ms: int) -> None:
    row.state, row.lease_owner, row.lease_until_ms = "queued", None, None
    row.due_ms, row.changed_ms = due_ms, now_ms


def _write_progress(row: JobRow, progress: Progress, now_ms: int) -> None:
    row.done, row.total, row.note = progress.done, progress.total, _clean(progress.note, NOTE_MAX)
    row.changed_ms = now_ms


def _clean(words: str, most: int) -> str:
    # PostgreSQL refuses NUL in text.
    return words.replace("\0", "")[:most]
