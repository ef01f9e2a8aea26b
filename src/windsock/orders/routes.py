"""The HTTP doors of the room: one order, the list of imports, one import with its rejected rows."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from windsock.governance import Actor, needs
from windsock.orders import read
from windsock.workspace import Workspace

router = APIRouter(prefix="/api", tags=["orders"])

Key = Annotated[int, Path(ge=1, le=2**53)]
BatchId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.:-]{1,80}$")]
Limit = Annotated[int, Query(ge=1, le=read.PAGE_MAX)]
Cursor = Annotated[str | None, Query(max_length=2_000)]
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


class ImportsAnswer(BaseModel):
    """A page of imports, the newest first."""

    imports: Rows
    next_cursor: str | None


class ImportAnswer(BaseModel):
    """An import: the batch, its doubts by rule, and a page of the rows that were kept apart."""

    model_config = ConfigDict(populate_by_name=True)

    batch: dict[str, Any] = Field(alias="import")
    flags: dict[str, int]
    rejections: Rows
    next_cursor: str | None


@router.get("/orders/{order_key}", openapi_extra=needs("orders.read"))
def get_order(request: Request, order_key: Key) -> OrderAnswer:
    """Open one order."""
    workspace: Workspace = request.app.state.workspace
    actor: Actor = request.state.actor
    return OrderAnswer.model_validate(read.read_order(workspace, order_key, actor))


@router.get("/imports", openapi_extra=needs("import.write"))
def get_imports(request: Request, limit: Limit = 50, cursor: Cursor = None) -> ImportsAnswer:
    """List the files that were brought in."""
    workspace: Workspace = request.app.state.workspace
    return ImportsAnswer.model_validate(read.list_imports(workspace, limit, cursor))


@router.get("/imports/{batch_id}", openapi_extra=needs("import.write"))
def get_import(request: Request, batch_id: BatchId, limit: Limit = 50, cursor: Cursor = None) -> ImportAnswer:
    """Open one import and page through the rows that were kept apart."""
    workspace: Workspace = request.app.state.workspace
    actor: Actor = request.state.actor
    return ImportAnswer.model_validate(read.read_import(workspace, batch_id, actor, limit, cursor))
