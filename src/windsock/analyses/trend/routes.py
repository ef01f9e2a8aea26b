"""The HTTP door of trends: figures over time, the people and events behind each point, a proof, and files."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from windsock.analyses.asking.routes import CSV, answer, csv_file, kept_or_answer
from windsock.analyses.asking.shapes import AnalysisQuestion, PersonQuestion
from windsock.analyses.trend import asked as ask
from windsock.analyses.trend import shapes as s
from windsock.analyses.trend.model import read_trend
from windsock.analyses.trend.schema import trend_schema
from windsock.governance import needs

router = APIRouter(prefix="/api/analyses/trend", tags=["analyses"])
_READ = needs("metrics.read")
_SEE = needs("people.see")


@router.get("/schema", openapi_extra=_READ)
def read_trend_schema() -> dict[str, Any]:
    """Return the JSON Schema of a trend's definition."""
    return trend_schema()


@router.post("", openapi_extra=_READ, response_model=s.TrendShape)
async def answer_trend(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Answer a trend: figures of events by bucket and by value, a formula of them, and an earlier period beside them."""
    return await kept_or_answer(request, question, read_trend, ask.figures)


@router.post("/people", openapi_extra=_SEE, response_model=s.TrendPeople)
async def list_trend_people(request: Request, question: s.TrendPeopleQuestion) -> Any:  # noqa: ANN401 - as above
    """List the people behind a point, page by page; ids are masked without people.unmask."""
    return await answer(request, question, read_trend, lambda asked: ask.people_page(asked, _place(question), question.page))


@router.post("/events", openapi_extra=_SEE, response_model=s.TrendEvents)
async def list_trend_events(request: Request, question: s.TrendPeopleQuestion) -> Any:  # noqa: ANN401 - as above
    """List the events behind a point, page by page, in the order of time."""
    return await answer(request, question, read_trend, lambda asked: ask.events_page(asked, _place(question), question.page))


@router.post("/explain", openapi_extra=_SEE, response_model=s.TrendProofShape)
async def explain_trend_person(request: Request, question: PersonQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person in which series each event counts, and why others count in none."""
    return await answer(request, question, read_trend, lambda asked: ask.proof(asked, question.person))


@router.post("/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_trend(request: Request, question: s.TrendExport) -> Response:
    """Return the figures, or the people or events behind a point, as CSV; the audit trail says who took them."""
    place = None if question.what == "counts" else _place(question)
    body = await answer(request, question, read_trend, lambda asked: ask.taken(asked, place, events=question.what == "events"))
    return csv_file(body, f"trend-{question.what}")


def _place(question: s.TrendPeopleQuestion) -> ask.Place:
    return ask.Place(question.series, question.line, question.value, question.bucket, question.before)
