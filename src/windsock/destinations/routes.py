"""The HTTP door of the room."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from windsock.destinations import keep
from windsock.destinations.deliveries.handle import summaries
from windsock.destinations.deliveries.store import Summary
from windsock.destinations.model import PACE_MAX, RECIPIENTS_MAX, Kind, config_of
from windsock.governance import Actor, needs
from windsock.kernel.clock import iso
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/destinations", tags=["destinations"])
_MANAGE = needs("destinations.manage")
Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_\-]{0,39}$")]


class DestinationBody(BaseModel):
    """A place to send to; ``secret`` is the password of the mail server or the signing secret of the webhook, null to keep the one that is there.

    An empty ``url`` keeps the address of a webhook or robot, which is sealed and never shown.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    host: str = Field("", max_length=253)
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = Field("", max_length=254)
    sender: str = Field("", max_length=254)
    domains: list[str] = Field(default_factory=list[str], max_length=50)
    url: str = Field("", max_length=1_000)
    private: bool = False
    members: list[str] = Field(default_factory=list[str], max_length=RECIPIENTS_MAX)
    per_minute: int | None = Field(None, ge=1, le=PACE_MAX)
    secret: str | None = Field(None, max_length=500)


class DestinationTold(BaseModel):
    """What became of its messages: how many in each state, when one was last taken, and when one last failed."""

    counts: dict[str, int]
    sent: str | None
    failed: str | None


class DestinationItem(BaseModel):
    """A place to send to, without its secret; the address of a webhook stands for its secret, so only its host is told."""

    name: str
    kind: str
    host: str
    port: int | None
    security: str | None
    user: str | None
    sender: str | None
    domains: list[str]
    members: list[str]
    private: bool
    per_minute: int
    has_secret: bool
    created: str
    created_by: str
    told: DestinationTold


class DestinationList(BaseModel):
    """All destinations; at most 100, so there is never a next page."""

    items: list[DestinationItem]
    next: str | None


class TestBody(BaseModel):
    """Who gets a test message."""

    model_config = ConfigDict(extra="forbid")

    recipients: list[str] = Field(default_factory=list[str], max_length=RECIPIENTS_MAX)


@router.get("", openapi_extra=needs("reports.manage"), response_model=DestinationList)
def list_destinations(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """List the places that messages can be sent to."""
    workspace = _workspace(request)
    told = summaries(workspace)
    return {"items": [_item(one, told.get(one.name)) for one in keep.list_destinations(workspace)], "next": None}


@router.put("/{name}", openapi_extra=_MANAGE, response_model=DestinationItem)
def save_destination(request: Request, name: Name, body: DestinationBody) -> Any:  # noqa: ANN401 - as above
    """Keep a place to send to; one of the same name is changed."""
    given = body.model_dump(exclude={"kind", "secret"})
    workspace = _workspace(request)
    return _item(keep.save(workspace, _actor(request), name, body.kind, given, body.secret), summaries(workspace).get(name))


@router.delete("/{name}", openapi_extra=_MANAGE, status_code=204)
def drop_destination(request: Request, name: Name) -> None:
    """Forget a place to send to."""
    keep.drop(_workspace(request), _actor(request), name)


@router.post("/{name}/test", openapi_extra=_MANAGE, status_code=204)
def check_destination(request: Request, name: Name, body: TestBody) -> None:
    """Send a test message now."""
    keep.send_test(_workspace(request), _actor(request), name, body.recipients)


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


def _at(ms: int | None) -> str | None:
    return None if ms is None else iso(ms)


def _item(one: keep.Destination, told: Summary | None) -> dict[str, Any]:
    config = config_of(one.place)
    told = told or Summary({}, None, None)
    shown = {name: config.get(name) for name in ("port", "security", "user", "sender")}
    return {
        "name": one.name,
        "kind": one.kind,
        "host": one.host,
        **shown,
        "domains": config.get("domains", []),
        "members": config.get("members", []),
        "private": bool(config.get("private", False)),
        "per_minute": one.per_minute,
        "has_secret": one.has_secret,
        "created": iso(one.created_ms),
        "created_by": one.created_by,
        "told": {"counts": told.counts, "sent": _at(told.sent_ms), "failed": _at(told.failed_ms)}
        if told
        else {"counts": {}, "sent": None, "failed": None},
    }
