"""The HTTP door of driver trees."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from windsock.analyses.asking.routes import CSV, answer, csv_file, kept_or_answer
from windsock.analyses.asking.shapes import AnalysisQuestion, PersonQuestion
from windsock.analyses.drivers import asked as ask
from windsock.analyses.drivers import shapes as s
from windsock.analyses.drivers.model import read_drivers
from windsock.analyses.drivers.schema import drivers_schema
from windsock.governance import needs

router = APIRouter(prefix="/api/analyses/drivers", tags=["analyses"])
_READ = needs("metrics.read")
_SEE = needs("people.see")


@router.get("/schema", openapi_extra=_READ)
def read_drivers_schema() -> dict[str, Any]:
    """Return the JSON Schema of a driver tree's definition."""
    return drivers_schema()


@router.post("", openapi_extra=_READ, response_model=s.DriversShape)
async def answer_drivers(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Answer a driver tree: what splits people into those who do more and those who do less."""
    return await kept_or_answer(request, question, read_drivers, ask.leaves)


@router.post("/people", openapi_extra=_SEE, response_model=s.LeafPeople)
async def list_leaf_people(request: Request, question: s.LeafQuestion) -> Any:  # noqa: ANN401 - as above
    """List the people of a leaf, page by page; ids are masked without people.unmask."""
    return await answer(request, question, read_drivers, lambda asked: ask.people_page(asked, question.leaf, question.page))


@router.post("/explain", openapi_extra=_SEE, response_model=s.DriversProofShape)
async def explain_drivers_person(request: Request, question: PersonQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person what was known at the start and which leaf it leads to."""
    return await answer(request, question, read_drivers, lambda asked: ask.proof(asked, question.person))


@router.post("/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_drivers(request: Request, question: s.DriversExport) -> Response:
    """Return the leaves or the people of one as CSV; the audit trail says who took them."""
    body = await answer(request, question, read_drivers, lambda asked: ask.taken(asked, question.leaf, question.what))
    return csv_file(body, f"drivers-{question.what}")
