"""The HTTP doors of quality and of the balance of intake."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from windsock.governance import needs
from windsock.tracking.quality import shapes
from windsock.workspace import Workspace

router = APIRouter(prefix="/api", tags=["tracking"])

Source = Annotated[str | None, Query(max_length=120)]
Moment = Annotated[str | None, Query(max_length=40)]


@router.get("/quality", openapi_extra=needs("sources.read"))
def get_quality(request: Request, source: Source = None) -> shapes.QualityAnswer:
    """Say how good the data of each source is."""
    raise NotImplementedError


@router.get("/intake/balance", openapi_extra=needs("sources.read"))
def get_balance(
    request: Request, source: Source = None, start: Moment = None, end: Moment = None, bucket: Literal["minute", "hour", "day"] = "hour"
) -> shapes.BalanceAnswer:
    """Show received = stored + duplicate + quarantined, per source and bucket; the last 24 hours where no time is given."""
    raise NotImplementedError


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace
