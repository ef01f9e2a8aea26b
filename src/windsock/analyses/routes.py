"""The HTTP door of the analyses. A question whose asker has gone is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from windsock.analyses import asked as ask
from windsock.analyses import saved
from windsock.analyses import shapes as s
from windsock.analyses.known import known_of, values_of
from windsock.analyses.schema import funnel_schema
from windsock.governance import Actor, needs
from windsock.kernel.clock import iso, local_date
from windsock.warehouse import Cancel
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/analyses", tags=["analyses"])
_READ = needs("metrics.read")
_WRITE = needs("dashboards.write")
_SEE = needs("people.see")
Id = Annotated[str, Path(max_length=40)]
_T = TypeVar("_T")
_LOOK_S = 0.25


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


async def _run(request: Request, work: Callable[[Cancel], _T]) -> _T:
    """Run a long question beside the loop, and stop it when its asker hangs up."""
    cancel = Cancel()
    task = asyncio.ensure_future(run_in_threadpool(work, cancel))
    try:
        while not (await asyncio.wait({task}, timeout=_LOOK_S))[0]:
            if await request.is_disconnected():
                cancel.cancel()
        return task.result()
    except asyncio.CancelledError:
        cancel.cancel()
        raise


def _asking(request: Request, question: s.FunnelQuestion, cancel: Cancel) -> ask.Asking:
    return ask.asking(_workspace(request), _actor(request), question.definition, question.asked_ms, cancel)


@router.get("/known", openapi_extra=_READ, response_model=s.KnownShape)
def list_known(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """List what can be asked about: events that were stored, and fields of events."""
    workspace = _workspace(request)
    found = known_of(workspace)
    return {"events": found.events, "fields": found.fields, "today": local_date(workspace.clock.now_ms(), workspace.zone).isoformat()}


@router.get("/values", openapi_extra=_READ, response_model=s.ValuesShape)
def list_field_values(request: Request, field: Annotated[str, Query(max_length=90)]) -> Any:  # noqa: ANN401 - as above
    """List the values of a field, the most frequent ones first."""
    return {"values": values_of(_workspace(request), field)}


@router.get("/funnel/schema", openapi_extra=_READ)
def read_funnel_schema() -> dict[str, Any]:
    """Return the JSON Schema of a funnel's definition."""
    return funnel_schema()


@router.post("/funnel", openapi_extra=_READ, response_model=s.FunnelShape)
async def answer_funnel(request: Request, question: s.FunnelQuestion) -> Any:  # noqa: ANN401 - as above
    """Answer a funnel: how many reached each step, how fast, by value and by time."""
    return await _run(request, lambda cancel: ask.counts(_asking(request, question, cancel)))


@router.post("/funnel/people", openapi_extra=_SEE, response_model=s.FunnelPeople)
async def list_funnel_people(request: Request, question: s.FunnelPeopleQuestion) -> Any:  # noqa: ANN401 - as above
    """List the people behind a count, page by page; ids are masked without people.unmask."""
    page = (int(question.cursor or "0"), question.limit)
    told = await _run(request, lambda cancel: ask.people(_asking(request, question, cancel), _place(question), page))
    following = told["next_cursor"]
    return {"total": told["total"], "people": told["people"], "next": None if following is None else str(following)}


@router.post("/funnel/explain", openapi_extra=_SEE, response_model=s.FunnelProof)
async def explain_funnel_person(request: Request, question: s.ExplainQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person why each step counted or not."""
    return await _run(request, lambda cancel: ask.proof(_asking(request, question, cancel), question.person, question.start_ms))


@router.post("/funnel/export", openapi_extra=needs("export"), response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def export_funnel(request: Request, question: s.FunnelExport) -> Response:
    """Return the counts or the people of a funnel as CSV; the audit trail says who took them."""
    place = _place(question) if question.what == "people" else None
    body = await _run(request, lambda cancel: ask.taken(_asking(request, question, cancel), place))
    headers = {"Content-Disposition": f'attachment; filename="funnel-{question.what}.csv"'}
    return Response(b"\xef\xbb\xbf" + body.encode(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/saved", openapi_extra=_READ, response_model=s.SavedList)
def list_saved_analyses(request: Request) -> Any:  # noqa: ANN401 - as above
    """List what was saved, the last changed first."""
    workspace = _workspace(request)
    return {"items": [_item(one, workspace.zone) for one in saved.list_saved(workspace, _actor(request))], "next": None}


@router.post("/saved", openapi_extra=_WRITE, status_code=201, response_model=s.SavedAnalysis)
def save_analysis(request: Request, body: s.NewAnalysis) -> Any:  # noqa: ANN401 - as above
    """Save an analysis under the name that its definition has."""
    return _item(saved.save(_workspace(request), _actor(request), body.definition), _workspace(request).zone)


@router.put("/saved/{analysis}", openapi_extra=_WRITE, response_model=s.SavedAnalysis)
def change_analysis(request: Request, analysis: Id, body: s.ChangedAnalysis) -> Any:  # noqa: ANN401 - as above
    """Change a saved analysis; refused when somebody changed it since it was looked at."""
    return _item(saved.change(_workspace(request), _actor(request), analysis, body.definition, body.base_version), _workspace(request).zone)


@router.delete("/saved/{analysis}", openapi_extra=_WRITE, status_code=204)
def drop_analysis(request: Request, analysis: Id) -> None:
    """Delete a saved analysis."""
    saved.drop(_workspace(request), _actor(request), analysis)


def _place(question: s.FunnelPeopleQuestion) -> ask.Place:
    return ask.Place(question.step, question.dropped, question.cell, question.value)


def _item(found: saved.Found, zone: str) -> dict[str, Any]:
    one = found.kept
    return {
        "id": one.id,
        "kind": one.kind,
        "name": one.name,
        "definition": one.definition,
        "owner": one.owner_name,
        "mine": found.mine,
        "may_edit": found.may_edit,
        "version": one.version,
        "changed": iso(one.changed_ms, zone),
    }
