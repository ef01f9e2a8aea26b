"""The HTTP door of lifetime values: figures of cohorts by age, the members of each, a proof, and files."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from windsock.analyses.asking.routes import CSV, answer, csv_file, kept_or_answer
from windsock.analyses.asking.shapes import AnalysisQuestion, PersonQuestion
from windsock.analyses.revenue import asked as ask
from windsock.analyses.revenue import shapes as s
from windsock.analyses.revenue.model import read_revenue
from windsock.analyses.revenue.schema import revenue_schema
from windsock.governance import needs

router = APIRouter(prefix="/api/analyses/revenue", tags=["analyses"])
_READ = needs("metrics.read")
_SEE = needs("people.see")


@router.get("/schema", openapi_extra=_READ)
def read_revenue_schema() -> dict[str, Any]:
    """Return the JSON Schema of a lifetime value's definition."""
    return revenue_schema()


@router.post("", openapi_extra=_READ, response_model=s.RevenueShape)
async def answer_revenue(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Answer a lifetime value: what the members of cohorts brought, by age."""
    return await kept_or_answer(request, question, read_revenue, ask.figures)


@router.post("/people", openapi_extra=_SEE, response_model=s.RevenueMembers)
async def list_revenue_people(request: Request, question: s.RevenueMembersQuestion) -> Any:  # noqa: ANN401 - as above
    """List the members of a cell with what each brought, page by page; ids are masked without people.unmask."""
    return await answer(request, question, read_revenue, lambda asked: ask.members_page(asked, (question.cohort, question.cell), question.page))


@router.post("/explain", openapi_extra=_SEE, response_model=s.RevenueProofShape)
async def explain_revenue_person(request: Request, question: PersonQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person at which age each amount counts."""
    return await answer(request, question, read_revenue, lambda asked: ask.proof(asked, question.person))


@router.post("/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_revenue(request: Request, question: s.RevenueExport) -> Response:
    """Return the figures, or the members of a cell, as CSV; the audit trail says who took them."""
    place = None if question.what == "counts" else (question.cohort, question.cell)
    return csv_file(await answer(request, question, read_revenue, lambda asked: ask.taken(asked, place)), f"revenue-{question.what}")
