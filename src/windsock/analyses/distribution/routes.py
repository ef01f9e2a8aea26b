"""The HTTP door of distributions."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from windsock.analyses.asking.routes import CSV, answer, csv_file, kept_or_answer
from windsock.analyses.asking.shapes import AnalysisProof, AnalysisQuestion, PersonQuestion
from windsock.analyses.distribution import asked as ask
from windsock.analyses.distribution import shapes as s
from windsock.analyses.distribution.model import read_distribution
from windsock.analyses.distribution.schema import distribution_schema
from windsock.governance import needs

router = APIRouter(prefix="/api/analyses/distribution", tags=["analyses"])
_READ = needs("metrics.read")
_SEE = needs("people.see")


@router.get("/schema", openapi_extra=_READ)
def read_distribution_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of distributions."""
    return distribution_schema()


@router.post("", openapi_extra=_READ, response_model=s.DistributionShape)
async def answer_distribution(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Answer a distribution: how many people did something how often, or for how much."""
    return await kept_or_answer(request, question, read_distribution, ask.counts)


@router.post("/people", openapi_extra=_SEE, response_model=s.DistributionPeople)
async def list_distribution_people(request: Request, question: s.DistributionPeopleQuestion) -> Any:  # noqa: ANN401 - as above
    """List the people behind a bin with their figures, page by page; ids are masked without people.unmask."""
    return await answer(request, question, read_distribution, lambda asked: ask.people_page(asked, _place(question), question.page))


@router.post("/explain", openapi_extra=_SEE, response_model=AnalysisProof)
async def explain_distribution_person(request: Request, question: PersonQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person what each event added to the figure."""
    return await answer(request, question, read_distribution, lambda asked: ask.proof(asked, question.person))


@router.post("/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_distribution(request: Request, question: s.DistributionExport) -> Response:
    """Return the figures, or the people behind one of them, as CSV; the audit trail says who took them."""
    place = _place(question) if question.what == "people" else None
    return csv_file(await answer(request, question, read_distribution, lambda asked: ask.taken(asked, place)), f"distribution-{question.what}")


def _place(question: s.DistributionPeopleQuestion) -> ask.Place:
    return ask.Place(question.bin, question.bucket)
