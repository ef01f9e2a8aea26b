"""The HTTP doors of the room: upload, sniff, preview, dry run, import; batches; mappings, databases and imports that come again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool

from windsock.governance import Actor, needs
from windsock.imports import batches, commit, connections, feeds, preview, saved, uploads, wizard
from windsock.imports import shapes as s
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/imports", tags=["imports"])

UploadId = Annotated[str, Path(pattern=r"^upload_[0-9a-f]{1,36}$")]
BatchId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.:-]{1,80}$")]
Name = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Limit = Annotated[int, Query(ge=1, le=batches.PAGE_MAX)]
Cursor = Annotated[str | None, Query(max_length=2_000)]
Kind = Annotated[str | None, Query(max_length=40)]


@router.get("/kinds", openapi_extra=needs("import.write"))
def list_import_kinds() -> s.KindsAnswer:
    """List the kinds of data that can be brought in, with their fields."""
    return s.KindsAnswer(items=wizard.kind_answers())


@router.post("/uploads", openapi_extra=needs("import.write"))
def start_upload(request: Request, body: s.UploadRequest) -> s.UploadAnswer:
    """Announce a file; it is then sent in chunks, can be resumed, and is removed after a day."""
    return uploads.start(_workspace(request), _actor(request), body.name, body.size)


@router.get("/uploads/{upload_id}", openapi_extra=needs("import.write"))
def get_upload(request: Request, upload_id: UploadId) -> s.UploadAnswer:
    """Say how much of a file is there, and what its last dry run or import found."""
    return uploads.answer(_workspace(request), _actor(request), upload_id)


@router.put("/uploads/{upload_id}", openapi_extra=needs("import.write"))
async def put_chunk(request: Request, upload_id: UploadId, offset: Annotated[int, Query(ge=0, le=1 << 53)]) -> s.ReceivedAnswer:
    """Send the bytes at an offset; bytes that are there already are passed over, a gap is refused."""
    chunk = await request.body()
    received = await run_in_threadpool(uploads.put, _workspace(request), _actor(request), upload_id, offset, chunk)
    return s.ReceivedAnswer(received=received)


@router.delete("/uploads/{upload_id}", openapi_extra=needs("import.write"))
def drop_upload(request: Request, upload_id: UploadId) -> s.ReceivedAnswer:
    """Remove a file that was uploaded; what was imported from it stays."""
    uploads.drop(_workspace(request), _actor(request), upload_id)
    return s.ReceivedAnswer(received=0)


@router.post("/uploads/{upload_id}/sniff", openapi_extra=needs("import.write"))
def sniff_upload(request: Request, upload_id: UploadId, body: s.SniffRequest) -> s.SniffAnswer:
    """Guess how the file is written, what it holds, and how its columns become fields."""
    return wizard.sniff_upload(_workspace(request), _actor(request), upload_id, body)


@router.post("/uploads/{upload_id}/preview", openapi_extra=needs("import.write"))
def preview_upload(request: Request, upload_id: UploadId, body: s.PreviewRequest) -> s.PreviewAnswer:
    """Show what the first 100 rows become, and what is wrong with which cell."""
    return preview.preview_upload(_workspace(request), _actor(request), upload_id, body)


@router.post("/uploads/{upload_id}/dry-run", openapi_extra=needs("import.write"))
def dry_run_upload(request: Request, upload_id: UploadId, body: s.CommitRequest) -> s.AskedAnswer:
    """Run the whole file through and change nothing; a job, whose counts the upload shows."""
    return s.AskedAnswer(job=commit.ask(_workspace(request), _actor(request), upload_id, body, dry_run=True))


@router.post("/uploads/{upload_id}/commit", openapi_extra=needs("import.write"))
def commit_upload(request: Request, upload_id: UploadId, body: s.CommitRequest) -> s.AskedAnswer:
    """Bring the file in; a job with progress, which can be cancelled until it is done. All of the file or nothing."""
    return s.AskedAnswer(job=commit.ask(_workspace(request), _actor(request), upload_id, body, dry_run=False))


@router.get("/mappings", openapi_extra=needs("import.write"))
def list_mappings(request: Request, kind: Kind = None) -> s.MappingsAnswer:
    """List the mappings that can be used by name."""
    return s.MappingsAnswer(items=saved.mapping_items(_workspace(request), kind))


@router.post("/mappings", openapi_extra=needs("import.write"))
def save_mapping(request: Request, body: s.MappingRequest) -> s.SavedAnswer:
    """Keep a mapping under a name; a further one of that name is its next version."""
    return saved.save(_workspace(request), _actor(request), body)


@router.get("/connections", openapi_extra=needs("import.write"))
def list_connections(request: Request) -> s.ConnectionsAnswer:
    """List the databases that can be read from; never their passwords."""
    return s.ConnectionsAnswer(items=connections.items(_workspace(request)))


@router.post("/connections", openapi_extra=needs("system.manage"))
def save_connection(request: Request, body: s.ConnectionRequest) -> s.ConnectionItem:
    """Keep a database to read from, after it has answered once."""
    return connections.save(_workspace(request), _actor(request), body)


@router.delete("/connections/{name}", openapi_extra=needs("system.manage"))
def drop_connection(request: Request, name: Name) -> s.ConnectionsAnswer:
    """Forget a database."""
    workspace = _workspace(request)
    connections.drop(workspace, _actor(request), name)
    return s.ConnectionsAnswer(items=connections.items(workspace))


@router.post("/connections/preview", openapi_extra=needs("import.write"))
def preview_connection(request: Request, body: s.QueryBody, kind: Kind = None) -> s.ConnectionPreview:
    """Read the first rows of a table or SELECT and guess how its columns become fields."""
    return wizard.sniff_query(_workspace(request), _actor(request), body, kind)


@router.get("/schedules", openapi_extra=needs("import.write"))
def list_schedules(request: Request) -> s.SchedulesAnswer:
    """List the imports that come again: from databases, and from watch folders."""
    return s.SchedulesAnswer(items=feeds.items(_workspace(request)))


@router.post("/schedules", openapi_extra=needs("definitions.approve"))
def save_schedule(request: Request, body: s.ScheduleRequest) -> s.SavedAnswer:
    """Set up (or change) an import that comes again."""
    return feeds.save(_workspace(request), _actor(request), body)


@router.post("/schedules/{name}/run", openapi_extra=needs("import.write"))
def run_schedule(request: Request, name: Name) -> s.AskedAnswer:
    """Let an import come now."""
    return s.AskedAnswer(job=feeds.run_now(_workspace(request), _actor(request), name))


@router.get("", openapi_extra=needs("import.write"))
def get_imports(request: Request, kind: Kind = None, limit: Limit = 50, cursor: Cursor = None) -> s.BatchesAnswer:
    """List what was brought in, the newest first."""
    return batches.list_batches(_workspace(request), kind=kind, limit=limit, cursor=cursor)


@router.get("/{batch_id}", openapi_extra=needs("import.write"))
def get_import(request: Request, batch_id: BatchId) -> s.BatchDetail:
    """Open one batch."""
    return batches.read_batch(_workspace(request), batch_id)


@router.get("/{batch_id}/rejections", openapi_extra=needs("import.write"))
def get_rejections(request: Request, batch_id: BatchId, limit: Limit = 50, cursor: Cursor = None) -> s.RejectionsAnswer:
    """Page through the rows that were kept apart."""
    return batches.rejections(_workspace(request), _actor(request), batch_id, limit, cursor)


@router.post("/{batch_id}/undo", openapi_extra=needs("import.write"))
def undo_batch(request: Request, batch_id: BatchId) -> s.UndoAnswer:
    """Take a batch back: what it had changed is as it was before, unless something newer changed it again."""
    return batches.undo(_workspace(request), _actor(request), batch_id)


def _workspace(request: Request) -> Workspace:
    workspace: Workspace = request.app.state.workspace
    return workspace


def _actor(request: Request) -> Actor:
    actor: Actor = request.state.actor
    return actor
