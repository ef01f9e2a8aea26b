"""The HTTP door of launches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from windsock.governance import needs
from windsock.metrics import catalogue_of
from windsock.monitoring.launches import keep, shapes
from windsock.monitoring.launches.show import launch_detail, launch_json, launches_page

if TYPE_CHECKING:
    from windsock.monitoring.launches.store import Kept
    from windsock.workspace import Workspace

router = APIRouter(prefix="/api/launches", tags=["monitoring"])
_READ = needs("alerts.read")
_HANDLE = needs("alerts.handle")
Name = Annotated[str, Path(max_length=80)]


@router.get("", openapi_extra=_READ, response_model=shapes.LaunchList)
def list_launches(
    request: Request,
    state: Annotated[shapes.LaunchState | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=2_000)] = None,
) -> Any:  # noqa: ANN401 - the response model checks it
    """List the launches, the last to start first, each with how its lines stand."""
    return launches_page(_workspace(request), state, limit, cursor)


@router.post("", openapi_extra=_HANDLE, status_code=201, response_model=shapes.LaunchShape)
def declare_launch(request: Request, body: shapes.NewLaunch) -> Any:  # noqa: ANN401 - as above
    """Declare a launch before it starts; the same one declared again is the one that is there."""
    return _shape(request, keep.declare(_workspace(request), request.state.actor, body.model_dump(mode="json")))


@router.get("/{name}", openapi_extra=_READ, response_model=shapes.LaunchFull)
def get_launch(request: Request, name: Name) -> Any:  # noqa: ANN401 - as above
    """Return a launch with the course of each line against what was planned, and where it ends."""
    return launch_detail(_workspace(request), name)


@router.put("/{name}", openapi_extra=_HANDLE, response_model=shapes.LaunchShape)
def change_launch(request: Request, name: Name, body: shapes.ChangedLaunch) -> Any:  # noqa: ANN401 - as above
    """Declare a launch otherwise; refused once it has started."""
    given = body.definition.model_dump(mode="json")
    return _shape(request, keep.change(_workspace(request), request.state.actor, name, given, body.revision))


@router.post("/{name}/cancel", openapi_extra=_HANDLE, response_model=shapes.LaunchShape)
def cancel_launch(request: Request, name: Name, body: shapes.CancelLaunch) -> Any:  # noqa: ANN401 - as above
    """Cancel a launch that is not over; it is kept with the reason and how it stood."""
    return _shape(request, keep.cancel(_workspace(request), request.state.actor, name, body.reason))


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _shape(request: Request, kept: Kept) -> dict[str, Any]:
    workspace = _workspace(request)
    return launch_json(workspace, kept, catalogue_of(workspace))
