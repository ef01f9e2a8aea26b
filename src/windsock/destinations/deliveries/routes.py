"""The HTTP door of deliveries and dead letters."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from windsock.destinations.deliveries import handle, store
from windsock.destinations.deliveries.model import Delivery
from windsock.governance import needs
from windsock.kernel.clock import iso
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/destinations/deliveries", tags=["destinations"])
_MANAGE = needs("destinations.manage")
DeliveryState = Literal["waiting", "failed", "sent", "dead", "dismissed"]
Id = Annotated[str, Path(pattern=r"^[a-z]{3,4}_[0-9a-f]{1,30}$")]


class DeliveryTry(BaseModel):
    """One attempt: what came of it, what HTTP or SMTP answered, and the beginning of what was said."""

    at: str
    outcome: Literal["sent", "later", "never"]
    status: int | None
    answer: str


class DeliveryItem(BaseModel):
    """One message on its way: waiting, failed (will be tried again), sent, dead (given up) or dismissed; without what it says."""

    id: str
    destination: str
    kind: str
    message_id: str
    subject: str
    state: DeliveryState
    attempts: int
    tries: list[DeliveryTry]
    recipients: int
    next: str | None
    created: str
    changed: str
    by: str


class DeliveryList(BaseModel):
    """A page of deliveries."""

    items: list[DeliveryItem]
    next: str | None


class ResendBody(BaseModel):
    """Whose dead letters are sent again."""

    model_config = ConfigDict(extra="forbid")

    destination: str = Field(max_length=40)


class ResentAnswer(BaseModel):
    """How many dead letters were queued again, at most 1,000 at once."""

    count: int


@router.get("", openapi_extra=_MANAGE, response_model=DeliveryList)
def list_deliveries(
    request: Request,
    destination: Annotated[str | None, Query(max_length=40)] = None,
    state: DeliveryState | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=2_000)] = None,
) -> Any:  # noqa: ANN401 - the response model checks it
    """List what became of messages, the last queued first; sent ones are kept for 30 days, dead letters for 90."""
    found = handle.listed(_workspace(request), store.Wanted(destination, state), limit, cursor)
    return {"items": [_item(one) for one in found.items], "next": found.next_cursor}


@router.post("/resend", openapi_extra=_MANAGE, response_model=ResentAnswer)
def resend_dead_letters(request: Request, body: ResendBody) -> Any:  # noqa: ANN401 - as above
    """Send all dead letters of a destination again, each with its own message id."""
    return {"count": handle.resend_all(_workspace(request), request.state.actor, body.destination)}


@router.get("/{delivery}", openapi_extra=_MANAGE, response_model=DeliveryItem)
def get_delivery(request: Request, delivery: Id) -> Any:  # noqa: ANN401 - as above
    """Return one delivery with its last twenty attempts."""
    return _item(handle.find(_workspace(request), delivery))


@router.post("/{delivery}/resend", openapi_extra=_MANAGE, response_model=DeliveryItem)
def resend_delivery(request: Request, delivery: Id) -> Any:  # noqa: ANN401 - as above
    """Send a dead letter again, with the same message id."""
    return _item(handle.resend(_workspace(request), request.state.actor, delivery))


@router.post("/{delivery}/dismiss", openapi_extra=_MANAGE, response_model=DeliveryItem)
def dismiss_delivery(request: Request, delivery: Id) -> Any:  # noqa: ANN401 - as above
    """Say that a dead letter is not sent any more."""
    return _item(handle.dismiss(_workspace(request), request.state.actor, delivery))


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _item(one: Delivery) -> dict[str, Any]:
    tries = [{"at": iso(tried.at_ms), "outcome": tried.outcome, "status": tried.status, "answer": tried.answer} for tried in one.tries]
    times = {"next": None if one.next_ms is None else iso(one.next_ms), "created": iso(one.created_ms), "changed": iso(one.changed_ms)}
    return {**vars(one), "tries": tries, **times}
