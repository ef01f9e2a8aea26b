"""The HTTP door of paths."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from windsock.analyses.asking.routes import CSV, answer, csv_file, kept_or_answer
from windsock.analyses.asking.shapes import AnalysisProof, AnalysisQuestion, PersonQuestion
from windsock.analyses.paths import asked as ask
from windsock.analyses.paths import shapes as s
from windsock.analyses.paths.model import read_paths
from windsock.analyses.paths.schema import paths_schema
from windsock.governance import needs

router = APIRouter(prefix="/api/analyses/paths", tags=["analyses"])
_READ = needs("metrics.read")
_SEE = needs("people.see")


@router.get("/schema", openapi_extra=_READ)
def read_paths_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of paths."""
    return paths_schema()


@router.post("", openapi_extra=_READ, response_model=s.PathsShape)
async def answer_paths(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Answer paths: what happened at each step, what led where, and where paths end."""
    return await kept_or_answer(request, question, read_paths, ask.counts)


@router.post("/people", openapi_extra=_SEE, response_model=s.PathsPeople)
async def list_paths_people(request: Request, question: s.PathsPeopleQuestion) -> Any:  # noqa: ANN401 - as above
    """List the paths behind a figure with who went them, page by page; ids are masked without people.unmask."""
    return await answer(request, question, read_paths, lambda asked: ask.people_page(asked, _place(question), question.page))


@router.post("/explain", openapi_extra=_SEE, response_model=AnalysisProof)
async def explain_paths_person(request: Request, question: PersonQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person which event is which step, and why others are none."""
    return await answer(request, question, read_paths, lambda asked: ask.proof(asked, question.person))


@router.post("/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_paths(request: Request, question: s.PathsExport) -> Response:
    """Return the counts, or the paths behind one of them, as CSV; the audit trail says who took them."""
    place = _place(question) if question.what == "people" else None
    return csv_file(await answer(request, question, read_paths, lambda asked: ask.taken(asked, place)), f"paths-{question.what}")


def _place(question: s.PathsPeopleQuestion) -> ask.Place:
    node, onto = question.node, question.onto
    return ask.Place(question.step, None if node is None else node.pair, None if onto is None else onto.pair, question.exits)
