"""The HTTP doors of the room: sources and how they do, write keys, and what to put into a page, an app or a server."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request

from windsock.governance import Actor, needs
from windsock.kernel.clock import iso
from windsock.tracking import keys, snippets
from windsock.tracking.overview import SourceView, read_overview
from windsock.tracking.shapes import (
    BalanceAnswer,
    IntakeSourceAnswer,
    KeyAnswer,
    KeysAnswer,
    MadeKeyAnswer,
    NewKeyBody,
    NewSourceBody,
    RunningBody,
    SnippetAnswer,
    SnippetsAnswer,
    SourceAnswer,
    SourcesAnswer,
    StripAnswer,
)
from windsock.workspace import Workspace

router = APIRouter(prefix="/api", tags=["tracking"])

SourceCode = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
KeyId = Annotated[str, Path(pattern=r"^key_[0-9a-f]{1,36}$")]
_SHARE = Decimal("0.0001")


@router.get("/sources", openapi_extra=needs("sources.read"))
def list_sources(request: Request) -> SourcesAnswer:
    """List where data comes from: until when it is whole, whether the intake balances, what is on its way, and the last hour."""
    workspace = _workspace(request)
    return SourcesAnswer(sources=[_source(one, workspace.zone) for one in read_overview(workspace)])


@router.post("/sources", openapi_extra=needs("sources.manage"))
def create_source(request: Request, body: NewSourceBody) -> IntakeSourceAnswer:
    """Make a source that collects over HTTP."""
    workspace = _workspace(request)
    return _intake(keys.create_source(workspace, _actor(request), body.source, body.name, body.kind, body.channel), workspace.zone)


@router.put("/sources/{source}/running", openapi_extra=needs("sources.manage"))
def change_running(request: Request, source: SourceCode, body: RunningBody) -> IntakeSourceAnswer:
    """Stop a source, so that what it sends is refused, or start it again."""
    workspace = _workspace(request)
    return _intake(keys.set_running(workspace, _actor(request), source, running=body.running), workspace.zone)


@router.get("/sources/{source}/snippets", openapi_extra=needs("sources.manage"))
def list_snippets(request: Request, source: SourceCode, key: Annotated[str | None, Query(max_length=60)] = None) -> SnippetsAnswer:
    """Return what to put into a page, an app or a server, with address and key filled in, and the secret that signs ids."""
    endpoint = str(request.base_url).rstrip("/")
    found = snippets.snippets(_workspace(request), source, key, endpoint)
    return SnippetsAnswer(endpoint=endpoint, items=[SnippetAnswer(**vars(one)) for one in found])


@router.get("/keys", openapi_extra=needs("sources.read"))
def list_keys(request: Request, source: Annotated[str | None, Query(max_length=60)] = None) -> KeysAnswer:
    """List write keys, the newest first, of one source or of all; 1,000 at most."""
    workspace = _workspace(request)
    return KeysAnswer(items=[_key(one, workspace.zone) for one in keys.list_keys(workspace, source)])


@router.post("/keys", openapi_extra=needs("sources.manage"))
def create_key(request: Request, body: NewKeyBody) -> MadeKeyAnswer:
    """Make a write key; the secret of a server key is shown in this answer only."""
    workspace = _workspace(request)
    secret, made = keys.create_key(workspace, _actor(request), body.source, body.name, body.kind, sensors_default=body.sensors_default)
    return MadeKeyAnswer(key=_key(made, workspace.zone), secret=secret)


@router.delete("/keys/{key_id}", status_code=204, openapi_extra=needs("sources.manage"))
def revoke_key(request: Request, key_id: KeyId) -> None:
    """Make a write key stop working, within two seconds."""
    keys.revoke_key(_workspace(request), _actor(request), key_id)


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


def _at(ms: int | None, zone: str) -> str | None:
    return None if ms is None else iso(ms, zone)


def _source(view: SourceView, zone: str) -> SourceAnswer:
    source, balance = view.source, view.source.balance
    state: Literal["ok", "late", "silent"] = "late" if source.state == "late" else "ok" if source.state == "ok" else "silent"
    bad = (Decimal(balance.quarantined) / balance.received).quantize(_SHARE) if balance and balance.received else None
    return SourceAnswer(
        source=source.source,
        kind=view.intake.kind if view.intake else source.kind,
        name=view.intake.name if view.intake else source.name,
        complete_until=_at(source.complete_until_ms, zone),
        last_loaded=_at(source.last_loaded_ms, zone),
        payment_known=source.payment_known,
        lag_ms=source.lag_ms,
        state=state,
        balance=None
        if balance is None
        else BalanceAnswer(
            until=iso(balance.until_ms, zone),
            received=balance.received,
            stored=balance.stored,
            duplicate=balance.duplicate,
            quarantined=balance.quarantined,
            holds=balance.holds,
        ),
        collects=view.intake is not None,
        channel=view.intake.channel if view.intake else None,
        stopped=_at(view.intake.stopped_ms, zone) if view.intake else None,
        keys=view.keys,
        in_flight=view.in_flight,
        last_event=_at(view.last_ms, zone),
        strip=[StripAnswer(at=iso(one.at_ms, zone), received=one.received, bad=one.bad) for one in view.strip],
        bad_share=None if bad is None else str(bad),
    )


def _intake(view: keys.IntakeView, zone: str) -> IntakeSourceAnswer:
    shown: dict[str, Any] = {name: getattr(view, name) for name in ("source", "name", "kind", "channel", "created_by")}
    return IntakeSourceAnswer(**shown, created=iso(view.created_ms, zone), stopped=_at(view.stopped_ms, zone))


def _key(view: keys.KeyView, zone: str) -> KeyAnswer:
    shown: dict[str, Any] = {
        name: getattr(view, name) for name in ("id", "source", "name", "kind", "secret", "hint", "sensors_default", "created_by")
    }
    return KeyAnswer(**shown, created=iso(view.created_ms, zone), used=_at(view.used_ms, zone), revoked=_at(view.revoked_ms, zone))
