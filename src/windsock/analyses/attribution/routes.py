"""The HTTP door of attribution."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from windsock.analyses.asking.routes import CSV, answer, csv_file
from windsock.analyses.asking.shapes import AnalysisProof, AnalysisQuestion, PersonQuestion
from windsock.analyses.attribution import asked as ask
from windsock.analyses.attribution import shapes as s
from windsock.analyses.attribution.model import read_attribution
from windsock.analyses.attribution.schema import attribution_schema
from windsock.governance import needs

router = APIRouter(prefix="/api/analyses/attribution", tags=["analyses"])
_READ = needs("metrics.read")
_SEE = needs("people.see")


@router.get("/schema", openapi_extra=_READ)
def read_attribution_schema() -> dict[str, Any]:
    """Return the JSON Schema of an attribution's definition."""
    return attribution_schema()


@router.post("", openapi_extra=_READ, response_model=s.AttributionShape)
async def answer_attribution(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Answer an attribution: which touches conversions are credited to by each model, and what they cost."""
    return await answer(request, question, read_attribution, ask.counts)


@router.post("/people", openapi_extra=_SEE, response_model=s.AttributionPeople)
async def list_attribution_people(request: Request, question: s.AttributionPeopleQuestion) -> Any:  # noqa: ANN401 - as above
    """List the conversions behind a row with whose they are, page by page; ids are masked without people.unmask."""
    return await answer(request, question, read_attribution, lambda asked: ask.people_page(asked, _place(question), question.page))


@router.post("/explain", openapi_extra=_SEE, response_model=AnalysisProof)
async def explain_attribution_person(request: Request, question: PersonQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person which touches were credited, with what, and why others were not."""
    return await answer(request, question, read_attribution, lambda asked: ask.proof(asked, question.person))


@router.post("/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_attribution(request: Request, question: s.AttributionExport) -> Response:
    """Return the credits, or the conversions behind a row, as CSV; the audit trail says who took them."""
    place = _place(question) if question.what == "people" else None
    return csv_file(await answer(request, question, read_attribution, lambda asked: ask.taken(asked, place)), f"attribution-{question.what}")


def _place(question: s.AttributionPeopleQuestion) -> ask.Place:
    return ask.Place(question.kind, question.value)
