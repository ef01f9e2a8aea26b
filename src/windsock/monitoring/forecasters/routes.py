"""The HTTP door of warnings before the fact."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from windsock.governance import needs
from windsock.monitoring.forecasters import keep, shapes, show
from windsock.monitoring.forecasters.ask_breach import HOURS, HOURS_MOST

router = APIRouter(prefix="/api", tags=["monitoring"])
_READ = needs("alerts.read")
_HANDLE = needs("alerts.handle")


@router.get("/warnings", openapi_extra=_READ, response_model=shapes.WarningsAnswer)
def list_warnings(
    request: Request,
    kind: Annotated[Literal["target", "breach", "stock", "all"], Query()] = "target",
    hours: Annotated[int, Query(ge=1, le=HOURS_MOST)] = HOURS,
) -> Any:  # noqa: ANN401 - the response model checks it
    """Say how likely today's targets are missed; asked for them, which fixed limits are passed in the next hours, and which dates sell out."""
    return show.ahead_json(request.app.state.workspace, kind, hours)


@router.get("/warnings/kept", openapi_extra=_READ, response_model=shapes.KeptWarningsAnswer)
def list_kept_warnings(
    request: Request,
    state: Annotated[Literal["open", "decided"] | None, Query()] = None,
    kind: Annotated[Literal["target", "breach", "sold_out", "empty", "oversold"] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=2_000)] = None,
) -> Any:  # noqa: ANN401 - as above
    """List the warnings that were kept, the last opened first, with what came of them, and how those of each kind did in 90 days."""
    return show.kept_page(request.app.state.workspace, state, kind, limit, cursor)


@router.post("/warnings/{warning}/dismiss", openapi_extra=_HANDLE, response_model=shapes.KeptWarning)
def dismiss_warning(request: Request, warning: str, body: shapes.WarningDismissBody) -> Any:  # noqa: ANN401 - as above
    """Put a warning away, with why; whether it comes true is noted all the same."""
    workspace = request.app.state.workspace
    return show.kept_json(workspace, keep.dismiss(workspace, request.state.actor, warning[:40], body.reason))
