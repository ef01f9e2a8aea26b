"""The HTTP door of the inbox: each member reads their own, and nobody another's."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from windsock.destinations import store as places
from windsock.destinations.inbox import keep
from windsock.destinations.inbox.store import InboxMessage
from windsock.governance import Actor, needs
from windsock.kernel.clock import iso
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/inbox", tags=["inbox"])
_OWN = needs("session.own")


class InboxItem(BaseModel):
    """A message: what it says, how loud, the page that it opens (empty for none), and when it was read."""

    id: str
    subject: str
    text: str
    severity: Literal["info", "warning", "critical"]
    path: str
    at: str
    read: str | None


class InboxList(BaseModel):
    """A page of messages, the newest first, and how many of all are unread."""

    items: list[InboxItem]
    unread: int
    next: str | None


class InboxUnread(BaseModel):
    """How many messages are unread."""

    unread: int


class InboxReadBody(BaseModel):
    """Which messages were read; null for all."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Annotated[str, Field(max_length=40)]] | None = Field(None, max_length=200)


class InboxWays(BaseModel):
    """The destinations by which a member is told as well while on duty, and those there are."""

    destinations: list[str]
    known: list[str]


class InboxWaysBody(BaseModel):
    """The destinations by which a member is told as well while on duty."""

    model_config = ConfigDict(extra="forbid")

    destinations: list[Annotated[str, Field(max_length=40)]] = Field(max_length=5)


@router.get("", openapi_extra=_OWN, response_model=InboxList)
def list_inbox(
    request: Request, limit: Annotated[int, Query(ge=1, le=200)] = 50, cursor: Annotated[str | None, Query(max_length=2_000)] = None
) -> Any:  # noqa: ANN401 - the response model checks it
    """List your own messages, the newest first."""
    found, unread = keep.listed(_workspace(request), _actor(request), limit, cursor)
    return {"items": [_item(one) for one in found.items], "unread": unread, "next": found.next_cursor}


@router.get("/unread", openapi_extra=_OWN, response_model=InboxUnread)
def count_unread(request: Request) -> Any:  # noqa: ANN401 - as above
    """Say how many of your own messages are unread."""
    return {"unread": keep.unread(_workspace(request), _actor(request))}


@router.post("/read", openapi_extra=_OWN, response_model=InboxUnread)
def mark_inbox_read(request: Request, body: InboxReadBody) -> Any:  # noqa: ANN401 - as above
    """Note that you read some of your own messages, or all."""
    return {"unread": keep.mark_read(_workspace(request), _actor(request), body.ids)}


@router.delete("", openapi_extra=_OWN, status_code=204)
def clear_inbox(request: Request) -> None:
    """Drop all of your own messages."""
    keep.forget(_workspace(request), _actor(request))


@router.get("/ways", openapi_extra=_OWN, response_model=InboxWays)
def get_ways(request: Request) -> Any:  # noqa: ANN401 - as above
    """Return by which destinations you are told as well while on duty."""
    workspace = _workspace(request)
    with workspace.records.read() as session:
        return {"destinations": keep.ways_of(session, _actor(request).id), "known": _known(workspace)}


@router.put("/ways", openapi_extra=_OWN, response_model=InboxWays)
def choose_ways(request: Request, body: InboxWaysBody) -> Any:  # noqa: ANN401 - as above
    """Choose by which destinations you are told as well while on duty; by e-mail at your own address."""
    workspace = _workspace(request)
    known = _known(workspace)
    return {"destinations": keep.choose_ways(workspace, _actor(request), body.destinations, known), "known": known}


def _known(workspace: Workspace) -> list[str]:
    with workspace.records.read() as session:
        return [one.name for one in places.listed(session) if one.kind != "inbox"]


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


def _item(one: InboxMessage) -> dict[str, Any]:
    return {**vars(one), "at": iso(one.at_ms), "read": None if one.read_ms is None else iso(one.read_ms)}
