"""The HTTP door of the metrics: parse, call, shape."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from windsock.governance import Actor, needs
from windsock.kernel.money import half_up
from windsock.kernel.period import parse_period
from windsock.metrics import page_shapes as pages
from windsock.metrics import shapes
from windsock.metrics.answer import answer
from windsock.metrics.below import Below, open_below
from windsock.metrics.catalogue import catalogue_of
from windsock.metrics.decompose import Asked, divide
from windsock.metrics.describe import catalogue_json, explain, metric_json, rows_json
from windsock.metrics.example_query import example_query
from windsock.metrics.export import MIME, export
from windsock.metrics.net import net_tree
from windsock.metrics.rows import rows_behind
from windsock.metrics.tree import revenue_tree
from windsock.metrics.value_names import value_names
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/metrics", tags=["metrics"])
_READ = needs("metrics.read")


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


@router.get("/catalogue", openapi_extra=_READ, response_model=shapes.CatalogueShape)
def list_metrics(
    request: Request,
    class_: Annotated[str | None, Query(alias="class", max_length=40)] = None,
    use: Annotated[str | None, Query(max_length=20)] = None,
) -> Any:  # noqa: ANN401 - the response model checks it
    """List the metric library, all of it or those of a class or a use."""
    return catalogue_json(_workspace(request), class_, use)


@router.get("/catalogue/{name}", openapi_extra=_READ, response_model=shapes.MetricDetail)
def get_metric(request: Request, name: str) -> Any:  # noqa: ANN401 - the response model checks it
    """Return one definition with the statement that it compiles to."""
    workspace = _workspace(request)
    return {**metric_json(name, catalogue_of(workspace)), "sql": explain(workspace, example_query(workspace, name))["sql"]}


@router.get("/values", openapi_extra=_READ, response_model=shapes.ValueNamesShape)
def name_values(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """Return what values of dimensions are called: those of every workspace, and this one's sales channels."""
    names = value_names(_workspace(request))
    return {"values": {dimension: {value: words.json() for value, words in of.items()} for dimension, of in names.items()}}


@router.post("/query", openapi_extra=_READ, response_model=shapes.AnswerShape)
def query_metrics(request: Request, question: shapes.Question) -> Any:  # noqa: ANN401 - the response model checks it
    """Answer a question: metrics by dimensions over a period, bounded and paged."""
    return answer(_workspace(request), question.query()).json()


@router.post("/explain", openapi_extra=_READ, response_model=shapes.ExplainShape)
def explain_query(request: Request, question: shapes.Question) -> Any:  # noqa: ANN401 - the response model checks it
    """Say how a question would be answered, without running it."""
    return explain(_workspace(request), question.query())


@router.post("/rows", openapi_extra=_READ, response_model=shapes.RowsShape)
def open_rows(request: Request, question: shapes.RowsQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Return the rows behind a number; people are masked, or left out without people.see."""
    found = rows_behind(_workspace(request), question.query(), part=question.part)
    return rows_json(_workspace(request), found, _actor(request))


@router.post("/export", openapi_extra=needs("export"), response_class=Response)
def export_metrics(request: Request, question: shapes.ExportQuestion) -> Response:
    """Return an answer as a CSV or Excel file; the export is written into the audit trail."""
    body = export(_workspace(request), _actor(request), question.query(), question.format)
    name = f"{question.metrics[0]}_{question.from_}_{question.to}.{question.format}"
    return Response(body, media_type=MIME[question.format], headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.post("/tree", openapi_extra=_READ, response_model=pages.TreeShape)
def compare_tree(request: Request, question: shapes.TreeQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Compare two periods on the revenue tree or its net view; contributions sum to the cent, also below the nodes that are opened."""
    workspace, where = _workspace(request), question.predicates()
    before, after = parse_period(question.from_, "from"), parse_period(question.to, "to")
    if question.view == "net":
        tree = net_tree(workspace, before, after, question.clock, where)
    else:
        tree = revenue_tree(workspace, before, after, question.clock, where, question.method)
    return open_below(workspace, tree, tree.json(), [Below(one.node, one.by) for one in question.below], where)


@router.post("/decompose", openapi_extra=_READ, response_model=pages.DecompositionShape)
def decompose_change(request: Request, question: shapes.DecomposeQuestion) -> Any:  # noqa: ANN401 - the response model checks it
    """Divide a metric's change by a dimension, or by several one inside another; parts sum to the change."""
    periods = parse_period(question.from_, "from"), parse_period(question.to, "to")
    by = (question.by,) if isinstance(question.by, str) else tuple(question.by)
    worth = None if question.worth is None else half_up(Decimal(question.worth))
    asked = Asked(question.metric, periods, by, question.predicates(), question.clock, nested=len(by) > 1, worth=worth)
    return divide(_workspace(request), asked).json()
