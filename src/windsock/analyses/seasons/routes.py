"""The HTTP door of views of seasons."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from windsock.analyses.asking.asked import Asking
from windsock.analyses.asking.routes import CSV, answer, csv_file
from windsock.analyses.asking.shapes import AnalysisQuestion
from windsock.analyses.seasons import shapes as s
from windsock.analyses.seasons.ask import ask_seasons
from windsock.analyses.seasons.model import Seasons, read_seasons
from windsock.analyses.seasons.schema import seasons_schema
from windsock.analyses.seasons.terminal import seasons_csv
from windsock.governance import needs

router = APIRouter(prefix="/api/analyses/seasons", tags=["analyses"])
_READ = needs("metrics.read")


@router.get("/schema", openapi_extra=_READ)
def read_seasons_schema() -> dict[str, Any]:
    """Return the JSON Schema of the definition of a view of seasons."""
    return seasons_schema()


@router.post("", openapi_extra=_READ, response_model=s.SeasonsShape)
async def answer_seasons(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Take a metric apart over time: its trend, its seasons, and the rest."""
    return await answer(request, question, read_seasons, _parts)


@router.post("/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_seasons(request: Request, question: AnalysisQuestion) -> Response:
    """Return the parts as CSV; the audit trail says who took them."""
    return csv_file(await answer(request, question, read_seasons, _taken), "seasons")


def _parts(asked: Asking[Seasons]) -> dict[str, Any]:
    return asked.answered(ask_seasons(asked.workspace, asked.definition, asked.frame).json(), ())


def _taken(asked: Asking[Seasons]) -> str:
    return asked.taken("seasons", asked.definition.name, "counts", seasons_csv(ask_seasons(asked.workspace, asked.definition, asked.frame)))
