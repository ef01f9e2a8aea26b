"""See jobs: one, or pages of them, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from windsock.jobs import store
from windsock.jobs.model import STATES, Job, State
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.records import Page, decode, take

if TYPE_CHECKING:
    from windsock.jobs.tables import JobRow
    from windsock.records import Session

PAGE_MAX = 200


def read(session: Session, job_id: str) -> Job:
    """Return a job.

    Raises:
        NotFound: there is none with this id.
    """
    row = store.job(session, job_id)
    if row is None:
        raise NotFound("There is no such job.", where="job", fix="Jobs are kept for 30 days after their end.")
    return frozen(row)


def read_page(session: Session, *, state: str | None = None, kind: str | None = None, limit: int = 50, cursor: str | None = None) -> Page[Job]:
    """Return jobs, newest first.

    Args:
        session: any session.
        state: only those.
        kind: only those.
        limit: 1 to 200.
        cursor: where the page before ended.

    Raises:
        InvalidInput: a bound, state or cursor is wrong.
    """
    if state is not None and state not in STATES:
        raise InvalidInput(f"There is no state '{state[:40]}'.", where="state", fix=f"Use one of: {', '.join(STATES)}.")
    if not 1 <= limit <= PAGE_MAX:
        raise InvalidInput(f"A page of {limit} jobs can't be shown.", where="limit", fix=f"Use 1 to {PAGE_MAX}.")
    scope = f"jobs {state} {kind}"
    before = None
    if cursor is not None:
        created_ms, job_id = decode(cursor, length=2, scope=scope)
        if not isinstance(created_ms, int) or not isinstance(job_id, str) or abs(created_ms) >= 1 << 63:
            raise InvalidInput("The cursor does not belong to this list.", where="cursor", fix="Leave it out to start at the first page.")
        before = (created_ms, job_id)
    rows = store.jobs_before(session, state=state, kind=kind, before=before, limit=limit + 1)
    return take([frozen(row) for row in rows], limit, lambda job: (job.created_ms, job.id), scope=scope)


def frozen(row: JobRow) -> Job:
    """Return a row as the value that leaves the room."""
    return Job(
        id=row.id,
        kind=row.kind,
        key=row.key,
        payload=row.payload,
        state=cast("State", row.state),
        due_ms=row.due_ms,
        attempt=row.attempt,
        max_attempts=row.max_attempts,
        cancel_asked=row.cancel_asked,
        done=row.done,
        total=row.total,
        note=row.note,
        error=row.error,
        created_ms=row.created_ms,
        started_ms=row.started_ms,
        finished_ms=row.finished_ms,
    )
