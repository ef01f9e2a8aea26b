"""The HTTP door of the analyses: what can be asked about, what is saved, and the funnel."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from windsock.analyses import asked as ask
from windsock.analyses import saved
from windsock.analyses import shapes as s
from windsock.analyses.asking.routes import CSV, actor_of, answer, csv_file, kept_or_answer, workspace_of
from windsock.analyses.asking.shapes import AnalysisQuestion
from windsock.analyses.known import known_of, values_of
from windsock.analyses.model import read_funnel
from windsock.analyses.schema import funnel_schema
from windsock.governance import needs
from windsock.kernel.clock import iso, local_date

router = APIRouter(prefix="/api/analyses", tags=["analyses"])
_READ = needs("metrics.read")
_WRITE = needs("dashboards.write")
_SEE = needs("people.see")
Id = Annotated[str, Path(max_length=40)]
Kind = Annotated[str, Query(max_length=20, description="What kind of analysis")]


@router.get("/known", openapi_extra=_READ, response_model=s.KnownShape)
def list_known(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """List what can be asked about: events that were stored, fields of events and of orders, when these were booked, traits of people."""
    workspace = workspace_of(request)
    found = known_of(workspace)
    return {**asdict(found), "today": local_date(workspace.clock.now_ms(), workspace.zone).isoformat()}


@router.get("/values", openapi_extra=_READ, response_model=s.ValuesShape)
def list_field_values(request: Request, field: Annotated[str, Query(max_length=90)]) -> Any:  # noqa: ANN401 - as above
    """List the values of a field, the most frequent ones first."""
    return {"values": values_of(workspace_of(request), field)}


@router.get("/funnel/schema", openapi_extra=_READ)
def read_funnel_schema() -> dict[str, Any]:
    """Return the JSON Schema of a funnel's definition."""
    return funnel_schema()


@router.post("/funnel", openapi_extra=_READ, response_model=s.FunnelShape)
async def answer_funnel(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - as above
    """Answer a funnel: how many reached each step, how fast, by value and by time."""
    return await kept_or_answer(request, question, read_funnel, ask.counts)


@router.post("/funnel/people", openapi_extra=_SEE, response_model=s.FunnelPeople)
async def list_funnel_people(request: Request, question: s.FunnelPeopleQuestion) -> Any:  # noqa: ANN401 - as above
    """List the people behind a count, page by page; ids are masked without people.unmask."""
    return await answer(request, question, read_funnel, lambda asked: ask.people_page(asked, _place(question), question.page))


@router.post("/funnel/explain", openapi_extra=_SEE, response_model=s.FunnelProof)
async def explain_funnel_person(request: Request, question: s.FunnelExplainQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person why each step counted or not."""
    return await answer(request, question, read_funnel, lambda asked: ask.proof(asked, question.person, question.start_ms))


@router.post("/funnel/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_funnel(request: Request, question: s.FunnelExport) -> Response:
    """Return the counts or the people of a funnel as CSV; the audit trail says who took them."""
    place = _place(question) if question.what == "people" else None
    body = await answer(request, question, read_funnel, lambda asked: ask.taken(asked, place))
    return csv_file(body, f"funnel-{question.what}")


@router.get("/saved", openapi_extra=_READ, response_model=s.SavedList)
def list_saved_analyses(request: Request, kind: Kind = "funnel") -> Any:  # noqa: ANN401 - as above
    """List what was saved of a kind (``all``: of every kind), the last changed first."""
    workspace = workspace_of(request)
    return {
        "items": [_item(one, workspace.zone) for one in saved.list_saved(workspace, actor_of(request), None if kind == "all" else kind)],
        "next": None,
    }


@router.post("/saved", openapi_extra=_WRITE, status_code=201, response_model=s.SavedAnalysis)
def save_analysis(request: Request, body: s.NewAnalysis) -> Any:  # noqa: ANN401 - as above
    """Save an analysis under the name that its definition has."""
    return _item(saved.save(workspace_of(request), actor_of(request), body.kind, body.definition), workspace_of(request).zone)


@router.put("/saved/{analysis}", openapi_extra=_WRITE, response_model=s.SavedAnalysis)
def change_analysis(request: Request, analysis: Id, body: s.ChangedAnalysis) -> Any:  # noqa: ANN401 - as above
    """Change a saved analysis; refused when somebody changed it since it was looked at."""
    return _item(saved.change(workspace_of(request), actor_of(request), analysis, body.definition, body.base_version), workspace_of(request).zone)


@router.delete("/saved/{analysis}", openapi_extra=_WRITE, status_code=204)
def drop_analysis(request: Request, analysis: Id) -> None:
    """Delete a saved analysis."""
    saved.drop(workspace_of(request), actor_of(request), analysis)


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
