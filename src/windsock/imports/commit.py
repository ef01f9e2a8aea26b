"""Ask for the dry run or the import of an upload, and do it as a job: with progress, to be cancelled until it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windsock import jobs
from windsock.governance import ROLES, Actor
from windsock.governance.model import as_role
from windsock.imports import saved, store, uploads
from windsock.imports import shapes as s
from windsock.imports.kind import source_of
from windsock.imports.preview import as_file
from windsock.imports.run import ImportJob, run_import
from windsock.kernel.errors import NotFound, UserError
from windsock.sources import RowMapping

if TYPE_CHECKING:
    from collections.abc import Callable

    from windsock.imports.model import BatchReport
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace

KIND = "imports.upload"


def ask(workspace: Workspace, actor: Actor, upload_id: str, body: s.CommitRequest, *, dry_run: bool) -> str:
    """Put the work in the queue and return the job.

    Raises:
        NotFound, Conflict: there is no such upload, or bytes are missing.
        InvalidInput: the mapping cannot be.
    """
    uploads.whole(workspace, actor, upload_id)
    mapping = _mapping(workspace, body.kind, body.mapping, body.save_as, body.source)
    source_of(body.source, mapping)
    payload: dict[str, Any] = {
        "upload": upload_id,
        "request": body.model_dump(),
        "dry_run": dry_run,
        "actor": {"id": actor.id, "name": actor.name, "role": actor.role, "via": actor.via},
    }
    with workspace.records.write() as session:
        job = jobs.enqueue(session, KIND, payload, now_ms=workspace.clock.now_ms(), ids=workspace.ids)
        store.set_job(session, upload_id, job)
    return job


def run_upload(workspace: Workspace, context: JobContext) -> None:
    """Do it. A second run after a crash finds everything there already, as an import commits as a whole and knows its rows again."""
    payload = context.payload
    given: dict[str, str] = payload["actor"]
    role = as_role(given["role"])
    actor = Actor(given["id"], given["name"], role, ROLES[role], given["via"])  # pyright: ignore[reportArgumentType] - as it was asked
    body = s.CommitRequest.model_validate(payload["request"])
    try:
        upload, path = uploads.whole(workspace, actor, payload["upload"])
    except NotFound:
        context.progress(0, 0, "the upload is gone")
        return
    try:
        mapping = _mapping(workspace, body.kind, body.mapping, body.save_as, body.source)
        job = ImportJob(
            path, as_file(path, upload.name, mapping), actor, body.source, upload.name, dry_run=bool(payload["dry_run"]), replaces=body.replaces
        )
        report = run_import(workspace, job, progress_of(context))
        told = {**report.plain(), "error": None}
    except UserError as error:
        # Somebody can mend it, and trying again would not: the job is done, and what it says is the report.
        told = {"error": {"code": error.code, "what": error.what, "where": error.where, "fix": error.fix}, "dry_run": bool(payload["dry_run"])}
    with workspace.records.write() as session:
        store.set_report(session, upload.id, told)
    context.progress(1, 1, note_of(told))


def progress_of(context: JobContext) -> Callable[[str, int, int], None]:
    """Return what tells a job how far an import is, and gives way where it is asked to stop."""

    def tell(stage: str, done: int, whole: int) -> None:
        context.check_cancelled()
        context.progress(done, whole or None, {"read": "reading", "load": "loading"}.get(stage, stage))

    return tell


def note_of(told: dict[str, Any]) -> str:
    """Return one line about a report."""
    if told.get("error"):
        return str(told["error"]["what"])[:300]
    return f"{told['rows_added']:,} added, {told['rows_known']:,} known, {told['rows_rejected']:,} kept apart"


def report_note(report: BatchReport) -> str:
    """Return one line about a report."""
    return note_of(report.plain())


def _mapping(workspace: Workspace, kind: str, body: s.MappingBody, save_as: str, source: str) -> RowMapping:
    return saved.from_body(workspace, kind, body, name=save_as, source=source)
