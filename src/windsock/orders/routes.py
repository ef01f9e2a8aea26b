"""The HTTP door of the room: one order with all that hangs on it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel

from windsock.governance import Actor, needs
from windsock.orders import read
from windsock.workspace import Workspace

router = APIRouter(prefix="/api", tags=["orders"])

Key = Annotated[int, Path(ge=1, le=2**53)]
Rows = list[dict[str, Any]]


class OrderAnswer(BaseModel):
    """An order: header, lines, states, postings, travellers (masked), segments, tickets, doubts, and its versions."""

    order: dict[str, Any]
    booker: str | None
    travellers: Rows
    lines: Rows
    states: Rows
    postings: Rows
    segments: Rows
    tickets: Rows
    flags: Rows
    versions: Rows


@router.get("/orders/{order_key}", openapi_extra=needs("orders.read"))
def get_order(request: Request, order_key: Key) -> OrderAnswer:
    """Open one order."""
    workspace: Workspace = request.app.state.workspace
    actor: Actor = request.state.actor
    return OrderAnswer.model_validate(read.read_order(workspace, order_key, actor))
