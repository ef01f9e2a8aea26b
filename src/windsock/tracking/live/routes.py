"""The HTTP door of what arrives just now."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from windsock.governance import needs
from windsock.kernel.clock import iso
from windsock.tracking.live.recent import LIMIT_MOST, Arrival, cursor_of, latest
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/events", tags=["tracking"])


class ArrivalAnswer(BaseModel):
    """An event that arrived, and what became of it."""

    id: str
    received: str
    at: str | None
    source: str
    event: str | None
    name: str | None
    type: str
    who: str
    state: Literal["stored", "duplicate", "quarantined"]
    reason: str | None
    flags: list[str]
    properties: dict[str, Any]


class LiveAnswer(BaseModel):
    """What arrived, newest last; ``next`` is given back as ``after``."""

    items: list[ArrivalAnswer]
    next: str | None


@router.get("/live", openapi_extra=needs("events.see"))
def list_live(
    request: Request,
    source: Annotated[str | None, Query(max_length=100)] = None,
    after: Annotated[str | None, Query(max_length=400)] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MOST)] = 50,
) -> LiveAnswer:
    """List the events that arrived in the last 15 minutes with what became of each, newest last."""
    workspace: Workspace = request.app.state.workspace
    found = latest(workspace, source, after, limit)
    return LiveAnswer(items=[_answer(one, workspace.zone) for one in found], next=cursor_of(found[-1]) if found else after)


def _answer(one: Arrival, zone: str) -> ArrivalAnswer:
    return ArrivalAnswer(
        id=one.id, received=iso(one.received_ms, zone), at=iso(one.at_ms, zone) if one.at_ms is not None else None, source=one.source,
        event=one.event, name=one.event, type=one.kind, who=one.who, state=one.state, reason=one.reason, flags=list(one.flags),
        properties=one.properties,
    )  # fmt: skip
