"""The HTTP door of retention: rates, the members behind each cell, a proof for one of them, and files."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from windsock.analyses.asking.routes import CSV, answer, csv_file, kept_or_answer
from windsock.analyses.asking.shapes import AnalysisQuestion
from windsock.analyses.model import read_retention
from windsock.analyses.retention import asked as ask
from windsock.analyses.retention import shapes as s
from windsock.analyses.retention.schema import retention_schema
from windsock.governance import needs

router = APIRouter(prefix="/api/analyses/retention", tags=["analyses"])
_READ = needs("metrics.read")
_SEE = needs("people.see")


@router.get("/schema", openapi_extra=_READ)
def read_retention_schema() -> dict[str, Any]:
    """Return the JSON Schema of a retention's definition."""
    return retention_schema()


@router.post("", openapi_extra=_READ, response_model=s.RetentionShape)
async def answer_retention(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Answer a retention: of those who started, how many came back in each cell, by cohort and by value."""
    return await kept_or_answer(request, question, read_retention, ask.rates)


@router.post("/people", openapi_extra=_SEE, response_model=s.RetentionPeople)
async def list_retention_people(request: Request, question: s.RetentionPeopleQuestion) -> Any:  # noqa: ANN401 - as above
    """List the members behind a cell, page by page; ids are masked without people.unmask."""
    return await answer(request, question, read_retention, lambda asked: ask.members_page(asked, _place(question), question.page))


@router.post("/explain", openapi_extra=_SEE, response_model=s.RetentionProofShape)
async def explain_retention_person(request: Request, question: s.RetentionExplainQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person in which cohorts they are, and for each cell which event counted or why none did."""
    return await answer(request, question, read_retention, lambda asked: ask.proof(asked, question.person, question.cohort))


@router.post("/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_retention(request: Request, question: s.RetentionExport) -> Response:
    """Return the rates, or the members behind a cell, as CSV; the audit trail says who took them."""
    place = _place(question) if question.what == "people" else None
    body = await answer(request, question, read_retention, lambda asked: ask.taken(asked, place))
    return csv_file(body, f"retention-{question.what}")


def _place(question: s.RetentionPeopleQuestion) -> ask.Place:
    return ask.Place(question.row, question.value, question.cell, question.lost)
