"""The HTTP door of correlations."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from windsock.analyses.asking.routes import CSV, answer, csv_file, kept_or_answer
from windsock.analyses.asking.shapes import AnalysisQuestion, PersonQuestion
from windsock.analyses.correlation import asked as ask
from windsock.analyses.correlation import shapes as s
from windsock.analyses.correlation.ask import CellWanted
from windsock.analyses.correlation.model import read_correlation
from windsock.analyses.correlation.schema import correlation_schema
from windsock.governance import needs

router = APIRouter(prefix="/api/analyses/correlation", tags=["analyses"])
_READ = needs("metrics.read")
_SEE = needs("people.see")
_WAYS = {"all": None, "converted": True, "dropped": False}


@router.get("/schema", openapi_extra=_READ)
def read_correlation_schema() -> dict[str, Any]:
    """Return the JSON Schema of a correlation's definition."""
    return correlation_schema()


@router.post("", openapi_extra=_READ, response_model=s.CorrelationShape)
async def answer_correlation(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Answer a correlation: what separates those who go on in a funnel from those who don't."""
    return await kept_or_answer(request, question, read_correlation, ask.facts)


@router.post("/people", openapi_extra=_SEE, response_model=s.CellPeople)
async def list_correlation_people(request: Request, question: s.CellQuestion) -> Any:  # noqa: ANN401 - as above
    """List the people of a cell of a fact, page by page; ids are masked without people.unmask."""
    return await answer(request, question, read_correlation, lambda asked: ask.people_page(asked, _wanted(question), question.page))


@router.post("/explain", openapi_extra=_SEE, response_model=s.CorrelationProofShape)
async def explain_correlation_person(request: Request, question: PersonQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person which facts were true of each attempt."""
    return await answer(request, question, read_correlation, lambda asked: ask.proof(asked, question.person))


@router.post("/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_correlation(request: Request, question: s.CorrelationExport) -> Response:
    """Return the facts or the people of a cell as CSV; the audit trail says who took them."""
    wanted = _wanted(question) if question.what == "people" else None
    body = await answer(request, question, read_correlation, lambda asked: ask.taken(asked, wanted))
    return csv_file(body, f"correlation-{question.what}")


def _wanted(question: s.CellQuestion) -> CellWanted:
    return CellWanted(None if question.kind is None else question.kind - 1, question.value, not question.without, _WAYS[question.only])
