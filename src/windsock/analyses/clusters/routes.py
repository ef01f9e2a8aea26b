"""The HTTP door of clusters."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from windsock.analyses.asking.routes import CSV, answer, csv_file, kept_or_answer
from windsock.analyses.asking.shapes import AnalysisProof, AnalysisQuestion, PersonQuestion
from windsock.analyses.clusters import asked as ask
from windsock.analyses.clusters import shapes as s
from windsock.analyses.clusters.model import read_clusters
from windsock.analyses.clusters.schema import clusters_schema
from windsock.governance import needs

router = APIRouter(prefix="/api/analyses/clusters", tags=["analyses"])
_READ = needs("metrics.read")
_SEE = needs("people.see")


@router.get("/schema", openapi_extra=_READ)
def read_clusters_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition of clusters."""
    return clusters_schema()


@router.post("", openapi_extra=_READ, response_model=s.ClustersShape)
async def answer_clusters(request: Request, question: AnalysisQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Answer clusters: groups of people who are alike, what sets each apart, and whether the groups hold."""
    return await kept_or_answer(request, question, read_clusters, ask.figures)


@router.post("/people", openapi_extra=_SEE, response_model=s.ClustersPeople)
async def list_clusters_people(request: Request, question: s.ClustersPeopleQuestion) -> Any:  # noqa: ANN401 - as above
    """List the people of a cluster, the most typical first, page by page; ids are masked without people.unmask."""
    return await answer(request, question, read_clusters, lambda asked: ask.people_page(asked, question.cluster, question.page))


@router.post("/explain", openapi_extra=_SEE, response_model=AnalysisProof)
async def explain_clusters_person(request: Request, question: PersonQuestion) -> Any:  # noqa: ANN401 - as above
    """Say for one person what they are compared by, and how far each centre is."""
    return await answer(request, question, read_clusters, lambda asked: ask.proof(asked, question.person))


@router.post("/export", openapi_extra=needs("export"), response_class=Response, responses=CSV)
async def export_clusters(request: Request, question: s.ClustersExport) -> Response:
    """Return the figures, or the people of a cluster, as CSV; the audit trail says who took them."""
    body = await answer(request, question, read_clusters, lambda asked: ask.taken(asked, question.cluster, question.what))
    return csv_file(body, f"clusters-{question.what}")
