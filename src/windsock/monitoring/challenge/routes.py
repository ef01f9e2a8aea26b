"""The HTTP doors of challengers: put one on trial, compare, put it in force where it did better."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from windsock.governance import needs
from windsock.kernel.clock import iso
from windsock.monitoring.challenge import keep

if TYPE_CHECKING:
    from windsock.monitoring.challenge.keep import Compared
    from windsock.workspace import Workspace

router = APIRouter(prefix="/api/monitors", tags=["monitoring"])
Name = Annotated[str, Path(max_length=120)]
Days = Annotated[int, Query(ge=1, le=keep.DAYS_MOST)]
Reason = Annotated[str, Field(min_length=1, max_length=900)]


class ChallengerBody(BaseModel):
    """Another definition for a monitor, and why it is tried."""

    model_config = ConfigDict(extra="forbid")

    definition: dict[str, Any]
    reason: Reason


class PromoteBody(BaseModel):
    """The version on trial to put in force, and why."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1)
    reason: Reason
    days: int = Field(keep.DAYS, ge=1, le=keep.DAYS_MOST)


class ChallengerShape(BaseModel):
    """A version on trial."""

    name: str
    version: int
    state: str


class SideShape(BaseModel):
    """What a version would have told: in all, true, not true, not judged; and how many true ones it missed."""

    version: int
    times: int
    true: int
    wrong: int
    unjudged: int
    missed: int


class ComparedDay(BaseModel):
    """A local day of one side: true ones found and missed, told and not true, told and not judged."""

    date: str
    true: int
    wrong: int
    unjudged: int
    missed: int


class TriedShape(ChallengerShape):
    """A version that was tried beside version ``was``, or, with ``back_from``, one that came back because that one did not keep what it promised."""

    definition: dict[str, Any]
    author: str
    reason: str
    was: int
    back_from: int | None
    created: str
    changed: str


class TriedList(BaseModel):
    """The last versions that were tried, the newest first; at most 50, so there is never a next page."""

    items: list[TriedShape]
    next: str | None


class VersionsCompared(BaseModel):
    """Two versions of a monitor over the same days; ``common`` of the challenger's alerts share a series and a moment with the champion's."""

    monitor: str
    start: str
    end: str
    champion: SideShape
    challenger: SideShape
    common: int
    verdict: Literal["better", "worse", "same", "unknown"]
    champion_days: list[ComparedDay]
    challenger_days: list[ComparedDay]
    labels: Annotated[dict[str, int], Field(description="What people said of the alerts of these days, by label")]


@router.post("/{name}/challengers", openapi_extra=needs("definitions.approve"), status_code=201, response_model=ChallengerShape)
def put_challenger(request: Request, name: Name, body: ChallengerBody) -> Any:  # noqa: ANN401 - the response model checks it
    """Put another version of a monitor on trial: it is not watched, and compared with the one in force."""
    kept = keep.challenge(_workspace(request), request.state.actor, {**body.definition, "name": name}, body.reason)
    return {"name": kept.monitor.name, "version": kept.version, "state": kept.state}


@router.get("/{name}/challengers", openapi_extra=needs("alerts.read"), response_model=TriedList)
def list_challengers(request: Request, name: Name) -> Any:  # noqa: ANN401 - as above
    """List the versions of a monitor that were tried beside the one in force, and those that came back by themselves."""
    zone = _workspace(request).zone
    return {"items": [_tried(one, zone) for one in keep.tried(_workspace(request), name)], "next": None}


@router.get("/{name}/compare", openapi_extra=needs("alerts.read"), response_model=VersionsCompared)
def compare_versions(request: Request, name: Name, version: Annotated[int | None, Query(ge=1)] = None, days: Days = keep.DAYS) -> Any:  # noqa: ANN401 - as above
    """Replay the monitor in force and a challenger over the same last days, and say who did better by what people said of alerts."""
    return shown(keep.compare(_workspace(request), name, version, days))


@router.post("/{name}/promote", openapi_extra=needs("definitions.approve"), response_model=VersionsCompared)
def promote_challenger(request: Request, name: Name, body: PromoteBody) -> Any:  # noqa: ANN401 - as above
    """Put a challenger in force, if it did better; 409 with why where it did not."""
    return shown(keep.promote(_workspace(request), request.state.actor, name, body.version, body.reason, body.days))


def shown(found: Compared) -> dict[str, Any]:
    """Return a comparison as it travels."""
    versions = (found.champion, found.challenger)
    champion, challenger = ({"version": version, **asdict(side)} for version, side in zip(versions, found.sides, strict=True))
    days = {"start": found.period.start.isoformat(), "end": found.period.end.isoformat()}
    told = {"monitor": found.monitor, **days, "champion": champion, "challenger": challenger, "common": found.common, "verdict": found.verdict}
    one, other = ([{**asdict(day), "date": day.date.isoformat()} for day in side] for side in found.days)
    return {**told, "champion_days": one, "challenger_days": other, "labels": dict(found.labels)}


def _tried(one: keep.Tried, zone: str) -> dict[str, Any]:
    kept = one.kept
    at = {"created": iso(kept.created_ms, zone), "changed": iso(kept.changed_ms, zone)}
    told = {"definition": kept.body, "author": kept.author, "reason": one.reason, "was": one.was, "back_from": one.back_from}
    return {"name": kept.name, "version": kept.version, "state": kept.state, **told, **at}


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace
