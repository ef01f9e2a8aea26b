"""The HTTP door of intervals."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from windsock.analyses.asking.routes import CSV, answer, csv_file, kept_or_answer
from windsock.analyses.asking.shapes import AnalysisProof, AnalysisQuestion, PersonQuestion
from windsock.analyses.interval import asked as ask
from windsock.analyses.interval import shapes as s
from windsock.analyses.interval.model import read_interval
from windsock.analyses.interval.schema import interval_schema
from windsock.governance import needs

router = APIRouter(prefix="/api/analyses/interval", tags=["analyses"])
_READ = needs("metrics.read")
_SEE = needs("people.see")


@router.get("/schema", openapi_extra=_READ)
def read_interval_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of intervals."""
    return interval_schema()


@router.post("", openapi_extra=_READ, response_model=s.IntervalShape)
async def answer_interval(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Answer an interval: how long it takes from one event to another, by length, by value and by time."""
    return await kept_or_answer(request, question, read_interval, ask.counts)


@router.post("/people", openapi_extra=_SEE, response_model=s.IntervalPeople)
async def list_interval_people(request: Request, question: s.IntervalPeopleQuestion) -> Any:  # noqa: ANN401 - as above
    """List the intervals behind a figure with whose they are, page by page; ids are masked without people.unmask."""
    return await answer(request, question, read_interval, lambda asked: ask.people_page(asked, _place(question), question.page))


@router.post("/explain", openapi_extra=_SEE, response_model=AnalysisProof)
async def explain_interval_person(request: Request, question: PersonQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person with which start each end was paired, and why others were not."""
    return await answer(request, question, read_interval, lambda asked: ask.proof(asked, question.person))


@router.post("/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_interval(request: Request, question: s.IntervalExport) -> Response:
    """Return the figures, or the intervals behind one of them, as CSV; the audit trail says who took them."""
    place = _place(question) if question.what == "people" else None
    return csv_file(await answer(request, question, read_interval, lambda asked: ask.taken(asked, place)), f"interval-{question.what}")


def _place(question: s.IntervalPeopleQuestion) -> ask.Place:
    return ask.Place(question.bin, question.cell, question.value)
