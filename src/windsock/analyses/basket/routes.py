"""The HTTP door of basket analyses."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from windsock.analyses.asking.routes import CSV, answer, csv_file, kept_or_answer
from windsock.analyses.asking.shapes import AnalysisQuestion, PersonQuestion
from windsock.analyses.basket import asked as ask
from windsock.analyses.basket import shapes as s
from windsock.analyses.basket.model import read_basket
from windsock.analyses.basket.schema import basket_schema
from windsock.governance import needs

router = APIRouter(prefix="/api/analyses/basket", tags=["analyses"])
_READ = needs("metrics.read")
_SEE = needs("people.see")


@router.get("/schema", openapi_extra=_READ)
def read_basket_schema() -> dict[str, Any]:
    """Return the JSON Schema of a basket analysis's definition."""
    return basket_schema()


@router.post("", openapi_extra=_READ, response_model=s.BasketShape)
async def answer_basket(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Answer a basket analysis: which items go together, and how much more often than by chance."""
    return await kept_or_answer(request, question, read_basket, ask.pairs)


@router.post("/people", openapi_extra=_SEE, response_model=s.BasketPage)
async def list_baskets(request: Request, question: s.PairQuestion) -> Any:  # noqa: ANN401 - as above
    """List the baskets of a pair with their people, page by page; ids are masked without people.unmask."""
    items = ask.items_of(question.one, question.other)
    return await answer(request, question, read_basket, lambda asked: ask.baskets_page(asked, items, question.page))


@router.post("/explain", openapi_extra=_SEE, response_model=s.BasketProofShape)
async def explain_basket_person(request: Request, question: PersonQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person what each of their baskets holds."""
    return await answer(request, question, read_basket, lambda asked: ask.proof(asked, question.person))


@router.post("/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_basket(request: Request, question: s.BasketExport) -> Response:
    """Return the pairs or the baskets of one as CSV; the audit trail says who took them."""
    items = ask.items_of(question.one, question.other)
    body = await answer(request, question, read_basket, lambda asked: ask.taken(asked, items, question.what))
    return csv_file(body, f"basket-{question.what}")
