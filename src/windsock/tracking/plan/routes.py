"""The HTTP doors of the tracking plan."""

from __future__ import annotations

from fastapi import APIRouter, Request

from windsock.governance import Actor, needs
from windsock.tracking.plan import shapes
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/plan", tags=["tracking"])


@router.get("", openapi_extra=needs("sources.read"))
def get_plan(request: Request) -> shapes.PlanAnswer:
    """Show the plan in force beside what came in the last seven days."""
    raise NotImplementedError


@router.post("/infer", openapi_extra=needs("sources.read"))
def infer_plan(request: Request, body: shapes.InferRequest) -> shapes.InferAnswer:
    """Propose a plan from the events that are stored."""
    raise NotImplementedError


@router.post("/freeze", openapi_extra=needs("definitions.write"))
def freeze_plan(request: Request, body: shapes.FreezeRequest) -> shapes.VersionAnswer:
    """Put a plan in force; from somebody who may not approve it stays a draft."""
    raise NotImplementedError


@router.put("/modes", openapi_extra=needs("definitions.write"))
def set_modes(request: Request, body: shapes.ModesRequest) -> shapes.VersionAnswer:
    """Choose what follows when the plan is broken."""
    raise NotImplementedError


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor
