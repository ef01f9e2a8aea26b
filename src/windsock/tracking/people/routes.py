"""The HTTP doors of people: search, one person from all sides, what happened when."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from windsock.governance import Actor, needs
from windsock.tracking.people import shapes
from windsock.tracking.people.profile import read_profile
from windsock.tracking.people.rights import ask_erasure, export_person
from windsock.tracking.people.search import search_people
from windsock.tracking.people.timeline import read_timeline
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/people", tags=["people"])
_SEE = needs("people.see")
_RIGHTS = needs("people.erase")

Did = Annotated[int, Path(ge=1, le=2**53)]
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=2_000)]
AsOf = Annotated[str | None, Query(max_length=40, description="ISO 8601 with offset: as it was known then")]


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


@router.get("", openapi_extra=_SEE, response_model=shapes.PeopleAnswer)
def find_people(request: Request, q: Annotated[str, Query(max_length=200)] = "", limit: Limit = 25, cursor: Cursor = None) -> Any:  # noqa: ANN401 - the response model checks it
    """Find people by any id, order number, booking reference, e-mail, phone or member number; without a query, those seen last."""
    return search_people(_workspace(request), _actor(request), q, limit, cursor)


@router.get("/{did}", openapi_extra=_SEE, response_model=shapes.PersonAnswer)
def show_person(request: Request, did: Did, as_of: AsOf = None) -> Any:  # noqa: ANN401 - the response model checks it
    """Show the person that an id belongs to, now or as it was known at a moment."""
    return read_profile(_workspace(request), _actor(request), did, as_of)


@router.get("/{did}/timeline", openapi_extra=_SEE, response_model=shapes.TimelineAnswer)
def show_timeline(request: Request, did: Did, limit: Limit = 50, cursor: Cursor = None, as_of: AsOf = None) -> Any:  # noqa: ANN401 - the response model checks it
    """List what the person did in every channel, the newest first."""
    return read_timeline(_workspace(request), _actor(request), did, limit, cursor, as_of)


@router.post("/{did}/export", openapi_extra=_RIGHTS, response_model=shapes.HeldAnswer)
def hand_over_person(request: Request, did: Did) -> Any:  # noqa: ANN401 - the response model checks it
    """Hand over all that is held of the person of an id, as they may ask for it."""
    return {"tables": export_person(_workspace(request), _actor(request), did)}


@router.post("/{did}/erase", openapi_extra=_RIGHTS, response_model=shapes.EraseAnswer)
def erase(request: Request, did: Did, order: shapes.EraseOrder) -> Any:  # noqa: ANN401 - the response model checks it
    """Forget the person of an id in every room, in the background; it can't be undone."""
    return {"job": ask_erasure(_workspace(request), _actor(request), did, order.reason)}
