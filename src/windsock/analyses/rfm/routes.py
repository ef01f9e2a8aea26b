"""The HTTP door of RFM grids: figures by cell and group, the buyers of each, a proof, and files."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from windsock.analyses.asking.routes import CSV, answer, csv_file, kept_or_answer
from windsock.analyses.asking.shapes import AnalysisQuestion, PersonQuestion
from windsock.analyses.rfm import asked as ask
from windsock.analyses.rfm import shapes as s
from windsock.analyses.rfm.grid import Wanted
from windsock.analyses.rfm.model import read_rfm
from windsock.analyses.rfm.schema import rfm_schema
from windsock.governance import needs

router = APIRouter(prefix="/api/analyses/rfm", tags=["analyses"])
_READ = needs("metrics.read")
_SEE = needs("people.see")


@router.get("/schema", openapi_extra=_READ)
def read_rfm_schema() -> dict[str, Any]:
    """Return the JSON Schema of an RFM grid's definition."""
    return rfm_schema()


@router.post("", openapi_extra=_READ, response_model=s.RfmShape)
async def answer_rfm(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Answer an RFM grid: buyers by their scores, and the eight groups of the trade."""
    return await kept_or_answer(request, question, read_rfm, ask.figures)


@router.post("/people", openapi_extra=_SEE, response_model=s.RfmBuyers)
async def list_rfm_people(request: Request, question: s.RfmBuyersQuestion) -> Any:  # noqa: ANN401 - as above
    """List the buyers of a cell or group, page by page; ids are masked without people.unmask."""
    return await answer(request, question, read_rfm, lambda asked: ask.buyers_page(asked, _wanted(question), question.page))


@router.post("/explain", openapi_extra=_SEE, response_model=s.RfmProofShape)
async def explain_rfm_person(request: Request, question: PersonQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person what puts them into their cell and group."""
    return await answer(request, question, read_rfm, lambda asked: ask.proof(asked, question.person))


@router.post("/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_rfm(request: Request, question: s.RfmExport) -> Response:
    """Return the figures, or the buyers of a cell or group, as CSV; the audit trail says who took them."""
    wanted = None if question.what == "counts" else _wanted(question)
    return csv_file(await answer(request, question, read_rfm, lambda asked: ask.taken(asked, wanted)), f"rfm-{question.what}")


def _wanted(question: s.RfmBuyersQuestion) -> Wanted:
    return Wanted(question.recency, question.frequency, question.group)
