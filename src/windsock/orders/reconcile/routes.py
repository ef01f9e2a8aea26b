"""The HTTP door of reconciliation: sums, the items behind a reason, and both as files."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from windsock.governance import Actor, needs
from windsock.kernel.period import Period, parse_date
from windsock.orders.reconcile.compare import PAGE_MAX, Question, as_json, items_csv, list_items, reconcile
from windsock.orders.reconcile.model import By, Clock
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/reconciliation", tags=["orders"])
Name = Annotated[str, Query(max_length=80)]
Date = Annotated[str, Query(max_length=10)]
Listed = Literal["matched", "no_file", "only_in_orders", "only_in_file", "twice_in_file", "currency", "amount", "date"]


class ReconciledSpan(BaseModel):
    """A period, both dates included."""

    start: str
    end: str


class ReconciledReason(BaseModel):
    """Items of a reason, and our side less the file's; exact decimals as text."""

    reason: str
    items: int
    difference: str


class ReconciledSums(BaseModel):
    """Both sides of some items; ``by_statement`` and ``other_day`` are among the matched."""

    items: int
    matched: int
    by_statement: int
    other_day: int
    ours: str
    theirs: str
    difference: str
    reasons: list[ReconciledReason]


class ReconciledGroup(ReconciledSums):
    """The sums of a channel or provider; the name is empty where it is not known."""

    name: str


class BridgeStep(BaseModel):
    """A step from our revenue to the file's total: a total, or what is added on the way to the next."""

    name: str
    kind: Literal["total", "part"]
    amount: str
    items: int | None


class UncoveredShape(BaseModel):
    """Money that no statement covers."""

    provider: str
    channel: str
    items: int
    amount: str


class ReconciliationShape(BaseModel):
    """Orders against statements in a period."""

    period: ReconciledSpan
    clock: Clock
    by: By
    channel: str
    provider: str
    currency: str
    statement_rows: int
    total: ReconciledSums
    groups: list[ReconciledGroup]
    bridge: list[BridgeStep]
    missing: list[UncoveredShape]


class ReconciledItem(BaseModel):
    """The payments, or the refunds, of one order on both sides; ``ours``/``theirs`` in their own currencies, ``..._value`` in the workspace's."""

    order_key: int | None
    order_ref: str | None
    kind: str
    channel: str
    provider: str
    currency: str | None
    file_currency: str | None
    ours: str
    theirs: str
    ours_value: str
    theirs_value: str
    difference: str
    ours_day: str | None
    theirs_day: str | None
    detail: str | None
    by_statement: bool


class ReconciledItems(BaseModel):
    """A page of items, the largest difference first."""

    items: list[ReconciledItem]
    next_cursor: str | None


def _question(
    start: Annotated[str, Query(alias="from", max_length=10)],
    to: Date,
    by: By = "channel",
    clock: Clock = "payment",
    channel: Name = "",
    provider: Name = "",
) -> Question:
    return Question(Period(parse_date(start, "from"), parse_date(to, "to")), clock, by, channel, provider)


Asked = Annotated[Question, Depends(_question)]


@router.get("", openapi_extra=needs("metrics.read"), response_model=ReconciliationShape)
def show_reconciliation(request: Request, question: Asked) -> Any:  # noqa: ANN401 - the response model checks it
    """Compare payments and refunds as orders know them with the statements of providers and agencies."""
    workspace: Workspace = request.app.state.workspace
    return as_json(reconcile(workspace, question), question, workspace.settings.workspace.currency)


@router.get("/items", openapi_extra=needs("orders.read"), response_model=ReconciledItems)
def list_reconciled(
    request: Request,
    question: Asked,
    reason: Listed,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
    cursor: Annotated[str | None, Query(max_length=2_000)] = None,
) -> Any:  # noqa: ANN401 - the response model checks it
    """Return a page of the items of a reason, the largest difference first."""
    return list_items(request.app.state.workspace, question, reason, limit, cursor)


@router.get("/items.csv", openapi_extra=needs("export"), response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def export_reconciled(request: Request, question: Asked, reason: Listed) -> Response:
    """Return the items of a reason as CSV, at most 50,000; the audit trail says who took them."""
    actor: Actor = request.state.actor
    body = items_csv(request.app.state.workspace, actor, question, reason)
    name = f"reconciliation_{reason}_{question.period.start}_{question.period.end}.csv"
    return Response(body, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'})
