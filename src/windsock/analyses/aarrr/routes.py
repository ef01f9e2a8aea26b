"""The HTTP door of boards of growth: figures by stage, the people of each, a proof, and files."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from windsock.analyses.aarrr import asked as ask
from windsock.analyses.aarrr import shapes as s
from windsock.analyses.aarrr.ask import Wanted
from windsock.analyses.aarrr.model import STAGES, read_board
from windsock.analyses.aarrr.schema import board_schema
from windsock.analyses.asking.routes import CSV, answer, csv_file, kept_or_answer
from windsock.analyses.asking.shapes import AnalysisQuestion, PersonQuestion
from windsock.governance import needs

router = APIRouter(prefix="/api/analyses/aarrr", tags=["analyses"])
_READ = needs("metrics.read")
_SEE = needs("people.see")


@router.get("/schema", openapi_extra=_READ)
def read_aarrr_schema() -> dict[str, Any]:
    """Return the JSON Schema of the definition of a board of growth."""
    return board_schema()


@router.post("", openapi_extra=_READ, response_model=s.GrowthBoard)
async def answer_aarrr(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Answer a board of growth: people of each stage and their shares beside an earlier period; people, goods and places."""
    return await kept_or_answer(request, question, read_board, ask.figures)


@router.post("/people", openapi_extra=_SEE, response_model=s.BoardPeople)
async def list_aarrr_people(request: Request, question: s.BoardPeopleQuestion) -> Any:  # noqa: ANN401 - as above
    """List the people of a stage, page by page; ids are masked without people.unmask."""
    return await answer(request, question, read_board, lambda asked: ask.people_page(asked, _wanted(question), question.page))


@router.post("/explain", openapi_extra=_SEE, response_model=s.BoardProofShape)
async def explain_aarrr_person(request: Request, question: PersonQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person why they are in each stage, or not."""
    return await answer(request, question, read_board, lambda asked: ask.proof(asked, question.person))


@router.post("/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_aarrr(request: Request, question: s.BoardExport) -> Response:
    """Return the figures, or the people of a stage, as CSV; the audit trail says who took them."""
    wanted = None if question.what == "counts" else _wanted(question)
    return csv_file(await answer(request, question, read_board, lambda asked: ask.taken(asked, wanted)), f"aarrr-{question.what}")


def _wanted(question: s.BoardPeopleQuestion) -> Wanted:
    return Wanted(STAGES.index(question.stage), question.lost, question.row, question.value, question.before)
