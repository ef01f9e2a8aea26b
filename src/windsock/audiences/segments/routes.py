"""The HTTP door of segments."""

from __future__ import annotations

import io
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from windsock.audiences.segments import keep, listed, show
from windsock.audiences.segments import shapes as s
from windsock.audiences.segments.announce import announce
from windsock.audiences.segments.update import close_retired, update
from windsock.conditions import condition_schema, sentence
from windsock.conditions.model import Condition, read_condition
from windsock.definitions import Change
from windsock.governance import Actor, needs
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/segments", tags=["audiences"])
_READ = needs("audiences.read")
_WRITE = needs("audiences.write")
_APPROVE = needs("definitions.approve")
_SEE = needs("people.see")
Name = Annotated[str, Path(max_length=60)]
Cursor = Annotated[str | None, Query(max_length=20, pattern=r"^\d{1,19}$")]


@router.get("", openapi_extra=_READ, response_model=s.SegmentList)
def list_segments(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """List the segments by name, each with its size, how it went, and what uses it."""
    workspace = _workspace(request)
    sizes = show.sizes(workspace)
    return {"items": [_item(workspace, one, sizes) for one in keep.list_segments(workspace)], "next": None}


@router.get("/schema", openapi_extra=_READ)
def read_segment_schema() -> dict[str, Any]:
    """Return the JSON Schema of a segment's condition."""
    return condition_schema()


@router.post("", openapi_extra=_WRITE, status_code=201, response_model=s.SegmentFull)
def save_segment(request: Request, new: s.NewSegment) -> Any:  # noqa: ANN401 - as above
    """Save a segment as its next version: in force and evaluated at once for who may approve definitions, else a draft."""
    return _settled(request, keep.save_segment(_workspace(request), _change(request, new.reason), new.body, new.base_version))


@router.post("/preview", openapi_extra=_READ, response_model=s.SegmentPreview)
def preview_segment(request: Request, asked: s.SegmentQuestion) -> Any:  # noqa: ANN401 - as above
    """Count who meets a condition now, say it in both languages, and how many there were without each of its parts."""
    workspace = _workspace(request)
    found = show.preview(workspace, _condition(request, asked.condition), kills=asked.kills)
    words = {"en": found.en, "zh": found.zh}
    return {"people": found.people, "sentence": words, "kills": [asdict(one) for one in found.kills], "warnings": found.warnings}


@router.post("/why", openapi_extra=_SEE, response_model=s.SegmentWhy)
def explain_segment_person(request: Request, asked: s.SegmentWhyQuestion) -> Any:  # noqa: ANN401 - as above
    """Say of each condition whether a person meets it, and with which figure."""
    workspace = _workspace(request)
    if (asked.segment is None) == (asked.condition is None):
        raise InvalidInput("Either a segment or a condition is asked for.", where="segment", fix="Give one of them.")
    condition = None if asked.condition is None else _condition(request, asked.condition)
    if asked.segment is not None:
        condition = keep.find_segment(workspace, asked.segment).segment.condition
    if condition is None:
        raise InvalidInput("A list has no condition.", where="segment", fix="Look whether the person is on it.")
    return show.why(workspace, condition, asked.person, unmasked=_actor(request).may("people.unmask"))


@router.get("/overlap", openapi_extra=_READ, response_model=s.SegmentOverlap)
def overlap_segments(request: Request, segments: Annotated[str, Query(max_length=400, description="Two to six names, with commas")]) -> Any:  # noqa: ANN401 - as above
    """Return how many are in exactly these of some segments."""
    return {"parts": show.overlap(_workspace(request), [name.strip() for name in segments.split(",") if name.strip()])}


@router.get("/{name}", openapi_extra=_READ, response_model=s.SegmentFull)
def read_segment(request: Request, name: Name, version: Annotated[int | None, Query(ge=1, lt=2**31)] = None) -> Any:  # noqa: ANN401 - as above
    """Return a segment; without a version the one in force, else the newest."""
    return _full(request, keep.find_segment(_workspace(request), name, version))


@router.post("/{name}/approve", openapi_extra=_APPROVE, response_model=s.SegmentFull)
def approve_segment(request: Request, name: Name, asked: s.SegmentVersion) -> Any:  # noqa: ANN401 - as above
    """Put a draft in force and evaluate it."""
    return _settled(request, keep.approve_segment(_workspace(request), _change(request, asked.reason), name, asked.version))


@router.post("/{name}/roll-back", openapi_extra=_APPROVE, response_model=s.SegmentFull)
def roll_back_segment(request: Request, name: Name, asked: s.SegmentVersion) -> Any:  # noqa: ANN401 - as above
    """Put an old version in force again, as a new one."""
    versions = (asked.version, asked.base_version)
    return _settled(request, keep.roll_back_segment(_workspace(request), _change(request, asked.reason), name, versions))


@router.post("/{name}/retire", openapi_extra=_APPROVE, status_code=204)
def retire_segment(request: Request, name: Name, asked: s.SegmentReason) -> None:
    """Take a segment out of force: its stays end, its history stays. One that others use is kept."""
    workspace = _workspace(request)
    keep.retire_segment(workspace, _change(request, asked.reason), name)
    close_retired(workspace)


@router.get("/{name}/members", openapi_extra=_SEE, response_model=s.SegmentMembers)
def list_segment_members(request: Request, name: Name, limit: Annotated[int, Query(ge=1, le=show.PAGE_MOST)] = 50, cursor: Cursor = None) -> Any:  # noqa: ANN401 - as above
    """List who is in a segment, page by page; ids are masked without people.unmask."""
    workspace = _workspace(request)
    keep.find_segment(workspace, name)
    after = -1 if cursor is None else min(int(cursor), 2**62)
    page = show.members(workspace, name, after=after, limit=limit, unmasked=_actor(request).may("people.unmask"))
    return {"total": page.total, "people": [asdict(one) for one in page.people], "next": None if page.next_after is None else str(page.next_after)}


@router.get("/{name}/history", openapi_extra=_READ, response_model=s.SegmentHistory)
def list_segment_runs(request: Request, name: Name, limit: Annotated[int, Query(ge=1, le=500)] = 100, cursor: Cursor = None) -> Any:  # noqa: ANN401 - as above
    """List the evaluations that changed a segment, the newest first: who came, who went, how many there were."""
    workspace = _workspace(request)
    keep.find_segment(workspace, name)
    runs = show.trend(workspace, name, before=2**62 if cursor is None else min(int(cursor), 2**62), limit=limit + 1)
    return {"runs": runs[:limit], "next": str(runs[limit - 1]["run"]) if len(runs) > limit else None}


@router.get("/{name}/reachable", openapi_extra=_READ, response_model=s.SegmentReachable)
def read_segment_reach(request: Request, name: Name) -> Any:  # noqa: ANN401 - as above
    """Return how many of a segment have an id of each kind by which they could be reached."""
    workspace = _workspace(request)
    keep.find_segment(workspace, name)
    return {"total": show.size(workspace, name), "ways": show.reachable(workspace, name)}


@router.get("/{name}/uploads", openapi_extra=_READ, response_model=s.SegmentUploads)
def list_segment_uploads(request: Request, name: Name) -> Any:  # noqa: ANN401 - as above
    """List the uploads of a list, the newest first, with the rows that were kept apart."""
    workspace = _workspace(request)
    keep.find_segment(workspace, name)
    return {"uploads": [_upload(workspace, one) for one in listed.uploads_of(workspace, name)]}


@router.post("/{name}/uploads", openapi_extra=_WRITE, status_code=201, response_model=s.SegmentUpload)
def upload_segment(request: Request, name: Name, new: s.NewSegmentUpload) -> Any:  # noqa: ANN401 - as above
    """Upload ids to a list, which is evaluated at once; rows that are no ids are kept apart."""
    workspace = _workspace(request)
    if keep.find_segment(workspace, name).segment.kind != "list":
        raise InvalidInput(f"'{name}' is no list.", where="name", fix="Save one of the kind list first.")
    given = listed.Given(io.StringIO(new.text), new.namespace, new.file_name)
    done = listed.upload(workspace, _actor(request), name, given, new.mode)
    _evaluate(workspace, name)
    return _upload(workspace, done)


@router.post("/{name}/uploads/undo", openapi_extra=_WRITE, response_model=s.SegmentUpload)
def undo_segment_upload(request: Request, name: Name) -> Any:  # noqa: ANN401 - as above
    """Take the last upload of a list back."""
    workspace = _workspace(request)
    keep.find_segment(workspace, name)
    done = listed.undo_upload(workspace, _actor(request), name)
    _evaluate(workspace, name)
    return _upload(workspace, done)


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


def _change(request: Request, reason: str) -> Change:
    return Change(_actor(request), reason, _workspace(request).clock.now_ms())


def _condition(request: Request, given: dict[str, Any]) -> Condition:
    from windsock.analyses import check_fields  # noqa: PLC0415 - much to import for one rule

    check_fields(_workspace(request), _actor(request), given)
    return read_condition(given)


def _evaluate(workspace: Workspace, name: str) -> None:
    update(workspace, only=name)
    announce(workspace)


def _settled(request: Request, one: keep.Found) -> dict[str, Any]:
    if one.state == "active":
        _evaluate(_workspace(request), one.segment.name)
    return _full(request, one)


def _item(workspace: Workspace, one: keep.Found, sizes: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    points = sizes.get(one.segment.name, [])
    return {
        "name": one.segment.name,
        "kind": one.segment.kind,
        "title": dict(one.segment.title),
        "state": one.state,
        "version": one.version,
        "newest": one.newest,
        "author": one.author,
        "owner": one.segment.owner,
        "changed": iso(one.changed_ms, workspace.zone),
        "people": show.size(workspace, one.segment.name) if points else None,
        "sizes": points,
        "used_by": list(keep.used_by(workspace, one.segment.name)),
    }


def _full(request: Request, one: keep.Found) -> dict[str, Any]:
    workspace, actor, condition = _workspace(request), _actor(request), one.segment.condition
    told = None if condition is None else {"en": sentence(condition, "en"), "zh": sentence(condition, "zh")}
    may = {"may_edit": actor.may("audiences.write"), "may_approve": actor.may("definitions.approve")}
    more = {"body": one.segment.json(), "note": one.segment.note, "sentence": told, "warnings": list(one.warnings)}
    return {**_item(workspace, one, show.sizes(workspace)), **more, **may}


def _upload(workspace: Workspace, one: listed.Upload) -> dict[str, Any]:
    return {**asdict(one), "created": iso(one.created_ms, workspace.zone)}
