"""The HTTP doors of the room: see background work, and stop it.

Permissions are written out here: the room that names them stands a floor above. The application refuses to start on an unknown one.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel

from windsock import jobs
from windsock.jobs.model import State
from windsock.jobs.read import PAGE_MAX
from windsock.kernel.clock import iso
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/jobs", tags=["jobs"])

JobId = Annotated[str, Path(pattern=r"^job_[0-9a-f]{1,36}$")]


class JobAnswer(BaseModel):
    """A piece of background work."""

    id: str
    kind: str
    state: State
    attempt: int
    max_attempts: int
    cancel_asked: bool
    done: int | None
    total: int | None
    note: str
    error: str | None
    due: str
    created: str
    started: str | None
    finished: str | None


class JobsAnswer(BaseModel):
    """A page of jobs, newest first."""

    jobs: list[JobAnswer]
    next_cursor: str | None


@router.get("", openapi_extra={"x-permission": "jobs.read"})
def list_jobs(
    request: Request,
    state: State | None = None,
    kind: Annotated[str | None, Query(max_length=80)] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
    cursor: Annotated[str | None, Query(max_length=2_000)] = None,
) -> JobsAnswer:
    """List background work, newest first."""
    with _workspace(request).records.read() as session:
        page = jobs.read_page(session, state=state, kind=kind, limit=limit, cursor=cursor)
    return JobsAnswer(jobs=[_answer(job) for job in page.items], next_cursor=page.next_cursor)


@router.get("/{job_id}", openapi_extra={"x-permission": "jobs.read"})
def read_job(request: Request, job_id: JobId) -> JobAnswer:
    """Show one job with its progress."""
    with _workspace(request).records.read() as session:
        return _answer(jobs.read(session, job_id))


@router.post("/{job_id}/cancel", openapi_extra={"x-permission": "jobs.cancel"})
def cancel_job(request: Request, job_id: JobId) -> JobAnswer:
    """Ask a job to stop: a waiting one ends at once, a running one when it next looks."""
    workspace = _workspace(request)
    with workspace.records.write() as session:
        return _answer(jobs.request_cancel(session, request.state.actor, job_id, workspace.clock.now_ms()))


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _answer(job: jobs.Job) -> JobAnswer:
    return JobAnswer(
        id=job.id,
        kind=job.kind,
        state=job.state,
        attempt=job.attempt,
        max_attempts=job.max_attempts,
        cancel_asked=job.cancel_asked,
        done=job.done,
        total=job.total,
        note=job.note,
        error=job.error,
        due=iso(job.due_ms),
        created=iso(job.created_ms),
        started=None if job.started_ms is None else iso(job.started_ms),
        finished=None if job.finished_ms is None else iso(job.finished_ms),
    )
