"""The HTTP door of the event library."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from windsock.definitions import Change
from windsock.governance import Actor, needs
from windsock.kernel.clock import iso
from windsock.monitoring.event_library import keep
from windsock.monitoring.event_library import shapes as s
from windsock.monitoring.event_library.model import matches
from windsock.monitoring.event_library.read import read_finding
from windsock.monitoring.event_library.schema import event_schema, finding_schema
from windsock.monitoring.event_library.shipped import shipped
from windsock.monitoring.event_library.write import event_json, match_json
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/known-events", tags=["monitoring"])
_READ = needs("metrics.read")
_WRITE = needs("definitions.write")
_APPROVE = needs("definitions.approve")
Name = Annotated[str, Path(max_length=80)]
Version = Annotated[int | None, Query(ge=0, lt=2**31, description="0: as it ships")]


@router.get("", openapi_extra=_READ, response_model=s.KnownEventList)
def list_known_events(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """List the event library by name."""
    zone = _workspace(request).zone
    return {"items": [_item(one, zone) for one in keep.list_entries(_workspace(request))], "next": None}


@router.get("/schema", openapi_extra=_READ)
def read_known_event_schema() -> dict[str, Any]:
    """Return the JSON Schemas of an entry and of a finding."""
    return {"known_event": event_schema(), "finding": finding_schema()}


@router.post("/match", openapi_extra=_READ, response_model=s.MatchList)
def match_finding(request: Request, asked: s.FindingAsked) -> Any:  # noqa: ANN401 - as above
    """Hold a finding against the entries in force."""
    events = {one.name: one for one in keep.active_events(_workspace(request))}
    found = matches(read_finding(asked.finding), events.values(), asked.least)
    return {"items": [match_json(one, events[one.event]) for one in found]}


@router.post("", openapi_extra=_WRITE, status_code=201, response_model=s.KnownEventFull)
def save_known_event(request: Request, new: s.NewKnownEvent) -> Any:  # noqa: ANN401 - as above
    """Save an entry as its next version; refused where the library would do worse on its own history."""
    return _full(request, keep.save_entry(_workspace(request), _change(request, new.reason), new.body, new.base_version, as_draft=new.as_draft))


@router.get("/{name}", openapi_extra=_READ, response_model=s.KnownEventFull)
def read_known_event(request: Request, name: Name, version: Version = None) -> Any:  # noqa: ANN401 - as above
    """Return an entry; without a version the one in force, else the newest."""
    return _full(request, keep.find_entry(_workspace(request), name, version))


@router.post("/{name}/try", openapi_extra=_APPROVE, response_model=s.KnownEventFull)
def try_known_event(request: Request, name: Name, asked: s.KnownEventVersion) -> Any:  # noqa: ANN401 - as above
    """Put a draft on trial: held against alerts beside the one in force; nothing acts on it."""
    return _full(request, keep.try_entry(_workspace(request), _change(request, asked.reason), name, asked.version))


@router.post("/{name}/approve", openapi_extra=_APPROVE, response_model=s.KnownEventFull)
def approve_known_event(request: Request, name: Name, asked: s.KnownEventVersion) -> Any:  # noqa: ANN401 - as above
    """Put a draft or a trial in force."""
    return _full(request, keep.approve_entry(_workspace(request), _change(request, asked.reason), name, asked.version))


@router.post("/{name}/roll-back", openapi_extra=_APPROVE, response_model=s.KnownEventFull)
def roll_back_known_event(request: Request, name: Name, asked: s.KnownEventVersion) -> Any:  # noqa: ANN401 - as above
    """Put an old version in force again, as a new one."""
    versions = (asked.version, asked.base_version)
    return _full(request, keep.roll_back_entry(_workspace(request), _change(request, asked.reason), name, versions))


@router.post("/{name}/retire", openapi_extra=_APPROVE, status_code=204)
def retire_known_event(request: Request, name: Name, asked: s.KnownEventReason) -> None:
    """Take an entry out of force; its versions stay."""
    keep.retire_entry(_workspace(request), _change(request, asked.reason), name)


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _change(request: Request, reason: str) -> Change:
    return Change(request.state.actor, reason, _workspace(request).clock.now_ms())


def _item(one: keep.Entry, zone: str) -> dict[str, Any]:
    told = event_json(one.event)
    return {
        "name": one.event.name,
        "title": told["title"],
        "about": told["about"],
        "owner": one.event.owner,
        "origin": one.origin,
        "state": one.state,
        "version": one.version,
        "newest": one.newest,
        "author": one.author,
        "changed": None if one.changed_ms is None else iso(one.changed_ms, zone),
        "ships": one.event.name in shipped(),
    }


def _full(request: Request, one: keep.Entry) -> dict[str, Any]:
    actor: Actor = request.state.actor
    may = {"may_edit": actor.may("definitions.write"), "may_approve": actor.may("definitions.approve")}
    return {**_item(one, _workspace(request).zone), **may, "body": event_json(one.event)}
