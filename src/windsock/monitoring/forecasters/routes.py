"""The HTTP door of warnings before the fact."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from windsock.governance import needs
from windsock.monitoring.forecasters import shapes
from windsock.monitoring.forecasters.ask import warned_json, warnings_of

router = APIRouter(prefix="/api", tags=["monitoring"])
_READ = needs("alerts.read")


@router.get("/warnings", openapi_extra=_READ, response_model=shapes.WarningsAnswer)
def list_warnings(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """Say of each of today's targets how likely the day ends below it, how it will end, and what is still needed."""
    return {"items": [warned_json(one) for one in warnings_of(request.app.state.workspace)]}
