"""The HTTP door of restatements: changed days, the days that one batch changed, and the first as a file."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from windsock.governance import Actor, needs
from windsock.kernel.clock import local_date
from windsock.kernel.period import Period, parse_date
from windsock.metrics.restate.batch import restatements_of_batch
from windsock.metrics.restate.mark import restated_mark
from windsock.metrics.restate.model import DAYS_DEFAULT
from windsock.metrics.restate.read import Restatements, restatements
from windsock.metrics.restate.shapes import RestatementsMark, RestatementsShape
from windsock.metrics.restate.shown import as_json, csv_file, mark_json
from windsock.workspace import Workspace

MARK_LONGEST = 8_000
router = APIRouter(prefix="/api/restatements", tags=["metrics"])
Date = Annotated[str | None, Query(max_length=10)]
Metrics = Annotated[str, Query(max_length=1_000, description="Names of the library with commas between; those of Today without.")]


def _found(
    request: Request, start: Annotated[str | None, Query(alias="from", max_length=10)] = None, to: Date = None, metrics: Metrics = ""
) -> Restatements:
    workspace = _workspace(request)
    last = parse_date(to, "to") if to else local_date(workspace.clock.now_ms(), workspace.zone) - dt.timedelta(days=1)
    first = parse_date(start, "from") if start else last - dt.timedelta(days=DAYS_DEFAULT - 1)
    return restatements(workspace, _actor(request), Period(first, last), _names(metrics))


Found = Annotated[Restatements, Depends(_found)]


@router.get("", openapi_extra=needs("metrics.read"), response_model=RestatementsShape)
def list_restatements(request: Request, found: Found) -> Any:  # noqa: ANN401 - the response model checks it
    """List the closed days whose figures changed after they were closed: by how much, by what, and who had been told the old ones."""
    return as_json(found, _workspace(request))


@router.get(".csv", openapi_extra=needs("export"), response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def export_restatements(request: Request, found: Found) -> Response:
    """Return changed days as CSV, a row for each day and metric; the audit trail says who took them."""
    body = csv_file(_workspace(request), _actor(request), found)
    name = f"restatements_{found.period.start}_{found.period.end}.csv"
    return Response(body, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/mark", openapi_extra=needs("metrics.read"), response_model=RestatementsMark)
def mark_restatements(
    request: Request,
    start: Annotated[str, Query(alias="from", max_length=10)],
    to: Annotated[str, Query(max_length=10)],
    metrics: Annotated[str, Query(max_length=MARK_LONGEST, description="Names of the library with commas between; unknown ones are passed over.")],
) -> Any:  # noqa: ANN401 - the response model checks it
    """Say which closed days of a shown period changed, within bounds that keep it cheap: for a mark beside the figures."""
    period = Period(parse_date(start, "from"), parse_date(to, "to"))
    return mark_json(restated_mark(_workspace(request), period, _names(metrics)))


@router.get("/batch/{batch_id}", openapi_extra=needs("metrics.read"), response_model=RestatementsShape)
def list_restated_by_batch(request: Request, batch_id: Annotated[str, Path(max_length=60)], metrics: Metrics = "") -> Any:  # noqa: ANN401 - as above
    """List the closed days that one batch changed when it came, at most the latest 62; all are counted."""
    workspace = _workspace(request)
    return as_json(restatements_of_batch(workspace, _actor(request), batch_id, _names(metrics)), workspace)


def _names(metrics: str) -> list[str]:
    return [name.strip() for name in metrics.split(",") if name.strip()]


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor
