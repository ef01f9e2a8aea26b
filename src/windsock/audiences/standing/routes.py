"""The HTTP door of standing."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from windsock.audiences.standing import keep, read
from windsock.audiences.standing import shapes as s
from windsock.audiences.standing.freeze import freeze_month
from windsock.governance import needs
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/standing", tags=["audiences"])
Code = Annotated[str | None, Query(pattern="^[01]{3}$", description="Class: recent, often, much")]


@router.get("", openapi_extra=needs("audiences.read"), response_model=s.BuyersStanding)
def read_standing(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """Return where buyers stood at the end of each month that is frozen, and the rules in force."""
    return read.told(_workspace(request))


@router.get("/{month}/people", openapi_extra=needs("people.see"), response_model=s.StandingPeople)
def list_standing_people(  # noqa: PLR0913, PLR0917 - one for each filter
    request: Request,
    month: str,
    rfm: Code = None,
    stage: s.StageName | None = None,
    before: s.StageName | None = None,
    limit: Annotated[int, Query(ge=1, le=read.PAGE_MOST)] = 100,
    cursor: Annotated[int, Query(ge=0, le=100_000_000)] = 0,
) -> Any:  # noqa: ANN401 - as above
    """List who stood in a class, a stage, or came to it from another; ids are masked without people.unmask."""
    which = {name: value for name, value in (("rfm", rfm), ("stage", stage), ("before", before)) if value is not None}
    return read.people_page(_workspace(request), request.state.actor, month, which, (cursor, limit))


@router.put("/rules", openapi_extra=needs("definitions.approve"), response_model=s.BuyersStanding)
def set_standing_rules(request: Request, body: s.StandingRulesBody) -> Any:  # noqa: ANN401 - as above
    """Put rules in force for the months to come; frozen ones stay."""
    keep.set_rules(_workspace(request), request.state.actor, body.rules, body.reason)
    return read.told(_workspace(request))


@router.post("/freeze", openapi_extra=needs("definitions.approve"), response_model=s.BuyersStanding)
def freeze_standing_month(request: Request, body: s.StandingFreezeBody) -> Any:  # noqa: ANN401 - as above
    """Freeze the last frozen month anew, or the one after it, by what is known and set now."""
    freeze_month(_workspace(request), request.state.actor, read.day_of(body.month), body.reason)
    return read.told(_workspace(request))


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace
