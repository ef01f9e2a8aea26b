"""The HTTP doors of stickiness and of the life cycle: figures, the people behind each, a proof for one of them, and files."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from windsock.analyses.activity import asked as ask
from windsock.analyses.activity import shapes as s
from windsock.analyses.activity.schema import activity_schema
from windsock.analyses.asking.routes import CSV, answer, csv_file, kept_or_answer
from windsock.analyses.asking.shapes import AnalysisQuestion, PersonQuestion
from windsock.analyses.model import Activity, read_activity
from windsock.governance import needs

router = APIRouter(prefix="/api/analyses", tags=["analyses"])
_READ = needs("metrics.read")
_SEE = needs("people.see")


@router.get("/stickiness/schema", openapi_extra=_READ)
def read_stickiness_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of stickiness."""
    return activity_schema("stickiness")


@router.post("/stickiness", openapi_extra=_READ, response_model=s.StickinessShape)
async def answer_stickiness(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Answer stickiness: people by their number of active days, and the people of each day, of 7 and of 30 days."""
    return await kept_or_answer(request, question, _stickiness, ask.figures)


@router.post("/stickiness/people", openapi_extra=_SEE, response_model=s.StickyPeople)
async def list_sticky_people(request: Request, question: s.StickyPeopleQuestion) -> Any:  # noqa: ANN401 - as above
    """List the people behind a figure, page by page; ids are masked without people.unmask."""
    return await answer(request, question, _stickiness, lambda asked: ask.people_page(asked, _sticky(question), question.page))


@router.post("/stickiness/explain", openapi_extra=_SEE, response_model=s.ActivityProofShape)
async def explain_sticky_person(request: Request, question: PersonQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person on which days of each bucket they were active, and by which event."""
    return await answer(request, question, _stickiness, lambda asked: ask.proof(asked, question.person))


@router.post("/stickiness/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_stickiness(request: Request, question: s.StickyExport) -> Response:
    """Return the figures, or the people behind one, as CSV; the audit trail says who took them."""
    place = _sticky(question) if question.what == "people" else None
    body = await answer(request, question, _stickiness, lambda asked: ask.taken(asked, place))
    return csv_file(body, f"stickiness-{question.what}")


@router.get("/lifecycle/schema", openapi_extra=_READ)
def read_lifecycle_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of the life cycle."""
    return activity_schema("lifecycle")


@router.post("/lifecycle", openapi_extra=_READ, response_model=s.LifecycleShape)
async def answer_lifecycle(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - as above
    """Answer the life cycle: who is new, returning, resurrected and dormant, bucket by bucket."""
    return await kept_or_answer(request, question, _lifecycle, ask.figures)


@router.post("/lifecycle/people", openapi_extra=_SEE, response_model=s.StagePeople)
async def list_lifecycle_people(request: Request, question: s.StagePeopleQuestion) -> Any:  # noqa: ANN401 - as above
    """List the people of a bucket, page by page; ids are masked without people.unmask."""
    place = (question.bucket, question.state)
    return await answer(request, question, _lifecycle, lambda asked: ask.people_page(asked, place, question.page))


@router.post("/lifecycle/explain", openapi_extra=_SEE, response_model=s.ActivityProofShape)
async def explain_lifecycle_person(request: Request, question: PersonQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person what they are in each bucket, and by which events."""
    return await answer(request, question, _lifecycle, lambda asked: ask.proof(asked, question.person))


@router.post("/lifecycle/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_lifecycle(request: Request, question: s.LifecycleExport) -> Response:
    """Return the figures, or the people of a bucket, as CSV; the audit trail says who took them."""
    place = (question.bucket or "", question.state) if question.what == "people" else None
    body = await answer(request, question, _lifecycle, lambda asked: ask.taken(asked, place))
    return csv_file(body, f"lifecycle-{question.what}")


def _stickiness(given: dict[str, Any]) -> Activity:
    return read_activity(given, "stickiness")


def _lifecycle(given: dict[str, Any]) -> Activity:
    return read_activity(given, "lifecycle")


def _sticky(question: s.StickyPeopleQuestion) -> ask.Wanted:
    return ask.sticky_place(question.bucket, question.day, (question.days, question.at_least), question.window)
