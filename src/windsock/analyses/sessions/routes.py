"""The HTTP door of sessions."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from windsock.analyses.asking.routes import CSV, answer, csv_file, kept_or_answer
from windsock.analyses.asking.shapes import AnalysisProof, AnalysisQuestion, PersonQuestion
from windsock.analyses.sessions import asked as ask
from windsock.analyses.sessions import shapes as s
from windsock.analyses.sessions.model import read_sessions
from windsock.analyses.sessions.schema import sessions_schema
from windsock.governance import needs

router = APIRouter(prefix="/api/analyses/sessions", tags=["analyses"])
_READ = needs("metrics.read")
_SEE = needs("people.see")


@router.get("/schema", openapi_extra=_READ)
def read_sessions_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of sessions."""
    return sessions_schema()


@router.post("", openapi_extra=_READ, response_model=s.SessionsShape)
async def answer_sessions(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Answer sessions: how many visits, how long, how many of one event, and where they begin and end."""
    return await kept_or_answer(request, question, read_sessions, ask.counts)


@router.post("/people", openapi_extra=_SEE, response_model=s.SessionsPeople)
async def list_sessions_people(request: Request, question: s.SessionsPeopleQuestion) -> Any:  # noqa: ANN401 - as above
    """List the sessions behind a figure with whose they are, page by page; ids are masked without people.unmask."""
    return await answer(request, question, read_sessions, lambda asked: ask.people_page(asked, _place(question), question.page))


@router.post("/explain", openapi_extra=_SEE, response_model=AnalysisProof)
async def explain_sessions_person(request: Request, question: PersonQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person where each session begins, and why."""
    return await answer(request, question, read_sessions, lambda asked: ask.proof(asked, question.person))


@router.post("/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_sessions(request: Request, question: s.SessionsExport) -> Response:
    """Return the figures, or the sessions behind one of them, as CSV; the audit trail says who took them."""
    place = _place(question) if question.what == "people" else None
    return csv_file(await answer(request, question, read_sessions, lambda asked: ask.taken(asked, place)), f"sessions-{question.what}")


def _place(question: s.SessionsPeopleQuestion) -> ask.Place:
    entry, exit_ = (None if node is None else node.pair for node in (question.entry, question.exit))
    return ask.Place(question.cell, question.value, entry, exit_, question.bin, question.only)
