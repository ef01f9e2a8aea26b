"""The HTTP doors of the quarantine."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from windsock.governance import Actor, needs
from windsock.tracking.quarantine import shapes
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/quarantine", tags=["tracking"])

Group = Annotated[str, Query(pattern=r"^[0-9a-f]{16}$")]


@router.get("", openapi_extra=needs("sources.read"))
def get_groups(request: Request, source: Annotated[str | None, Query(max_length=120)] = None) -> shapes.GroupsAnswer:
    """List what is kept apart, grouped by source, reason, field and event."""
    raise NotImplementedError


@router.get("/rows", openapi_extra=needs("events.see"))
def get_rows(
    request: Request,
    group: Group,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=2_000)] = None,
) -> shapes.RowsAnswer:
    """Page through the events of a group."""
    raise NotImplementedError


@router.post("/try", openapi_extra=needs("quarantine.manage"))
def try_fix(request: Request, body: shapes.TryRequest) -> shapes.TryAnswer:
    """Try a fix on up to 100 events of a group; nothing is written."""
    raise NotImplementedError


@router.post("/replay", openapi_extra=needs("quarantine.manage"))
def replay_group(request: Request, body: shapes.TryRequest) -> shapes.ReplayAnswer:
    """Mend the events of a group and load them in their original minute."""
    raise NotImplementedError


@router.post("/discard", openapi_extra=needs("quarantine.manage"))
def discard_group(request: Request, body: shapes.DiscardRequest) -> shapes.DiscardAnswer:
    """Put a group aside for good; it stays counted as kept apart."""
    raise NotImplementedError


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor
