"""The HTTP door of maintenance windows."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from windsock.governance import needs
from windsock.monitoring.maintenance import keep
from windsock.monitoring.maintenance.model import MONITORS_MOST, REASON_MOST, Maintenance
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/maintenance", tags=["monitoring"])
_READ = needs("alerts.read")
_HANDLE = needs("alerts.handle")


class NewMaintenance(BaseModel):
    """A window in which nothing is told: of some monitors, or of the whole workspace where none is named; from now on without ``from_ms``."""

    model_config = ConfigDict(extra="forbid")

    monitors: list[Annotated[str, Field(max_length=120)]] = Field(default_factory=list[str], max_length=MONITORS_MOST)
    from_ms: int | None = Field(None, ge=1, lt=4_102_444_800_000)
    until_ms: int = Field(ge=1, lt=4_102_444_800_000)
    reason: str = Field(min_length=1, max_length=REASON_MOST)


class MaintenanceShape(BaseModel):
    """A window, who made it, and whether it holds now."""

    id: str
    monitors: list[str]
    from_ms: int
    until_ms: int
    reason: str
    created_ms: int
    created_name: str
    now: bool


class MaintenanceList(BaseModel):
    """The windows that are not over, the first to begin first; at most 200, so there is never a next page."""

    items: list[MaintenanceShape]
    next: str | None


@router.get("", openapi_extra=_READ, response_model=MaintenanceList)
def list_maintenance(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """List the maintenance windows that are not over, the first to begin first."""
    workspace = _workspace(request)
    return {"items": [_shape(workspace, one) for one in keep.listed(workspace)], "next": None}


@router.post("", openapi_extra=_HANDLE, status_code=201, response_model=MaintenanceShape)
def begin_maintenance(request: Request, body: NewMaintenance) -> Any:  # noqa: ANN401 - as above
    """Say that nothing is told in a window; alerts are kept and marked, and told if they last longer."""
    workspace = _workspace(request)
    made = keep.begin(workspace, request.state.actor, body.monitors, from_ms=body.from_ms, until_ms=body.until_ms, reason=body.reason)
    return _shape(workspace, made)


@router.delete("/{maintenance}", openapi_extra=_HANDLE, status_code=204)
def end_maintenance(request: Request, maintenance: str) -> None:
    """End a window now; one that has not begun is dropped."""
    keep.end(_workspace(request), request.state.actor, maintenance[:40])


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _shape(workspace: Workspace, one: Maintenance) -> dict[str, Any]:
    now_ms = workspace.clock.now_ms()
    return {**vars(one), "monitors": list(one.monitors), "now": one.from_ms <= now_ms < one.until_ms}
