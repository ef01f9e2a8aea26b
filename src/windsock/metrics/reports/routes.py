"""The HTTP door of reports."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from windsock.governance import Actor, needs
from windsock.kernel.clock import iso
from windsock.metrics.reports import keep
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/reports", tags=["reports"])
_MANAGE = needs("reports.manage")
Id = Annotated[str, Path(max_length=40)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TimetableShape(_Body):
    """When a report comes, in the workspace's zone; ``weekday`` 0 is Monday."""

    cadence: Literal["daily", "weekly", "monthly"]
    at: str = Field("09:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    weekday: int = Field(0, ge=0, le=6)
    day: int = Field(1, ge=1, le=28)


class ReportBody(_Body):
    """A dashboard to be sent again and again."""

    name: str = Field(min_length=1, max_length=80)
    dashboard: str = Field(max_length=40)
    destination: str = Field(max_length=40)
    enabled: bool = True
    language: Literal["zh", "en"] = "zh"
    recipients: list[str] = Field(default_factory=list[str], max_length=50)
    timetable: TimetableShape


class ChangedReport(ReportBody):
    """A report to change; ``base_version`` is the one that its author looked at."""

    base_version: int = Field(ge=1)


class RunItem(BaseModel):
    """One sending: the dates it tells about, when it was due and sent, or why it failed."""

    period: str
    state: str
    due: str
    sent: str | None
    error: str


class ReportItem(BaseModel):
    """A report with its last sendings."""

    id: str
    name: str
    dashboard: str
    destination: str
    enabled: bool
    language: Literal["zh", "en"]
    recipients: list[str]
    timetable: TimetableShape
    version: int
    mine: bool
    next: str | None
    runs: list[RunItem]


class ReportList(BaseModel):
    """All reports; at most 200, so there is never a next page."""

    items: list[ReportItem]
    next: str | None


class PreviewPicture(BaseModel):
    """A picture of a mail, as base64 PNG."""

    name: str
    alt: str
    png: str


class PreviewShape(BaseModel):
    """A message as it would be sent."""

    subject: str
    text: str
    html: str
    pictures: list[PreviewPicture]


@router.get("", openapi_extra=_MANAGE, response_model=ReportList)
def list_reports(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """List what is sent, when, and how the last sendings went."""
    actor = _actor(request)
    return {"items": [_item(one, actor) for one in keep.list_reports(_workspace(request))], "next": None}


@router.post("", openapi_extra=_MANAGE, status_code=201, response_model=ReportItem)
def make_report(request: Request, body: ReportBody) -> Any:  # noqa: ANN401 - as above
    """Have a dashboard sent."""
    return _item(keep.make(_workspace(request), _actor(request), _given(body)), _actor(request))


@router.post("/preview", openapi_extra=_MANAGE, response_model=PreviewShape)
def preview_report(request: Request, body: ReportBody) -> Any:  # noqa: ANN401 - as above
    """Return the message as it would be sent for the last period that is over; nothing is sent."""
    found = keep.preview(_workspace(request), _actor(request), _given(body))
    pictures = [{"name": one.name, "alt": one.alt, "png": base64.b64encode(one.png).decode()} for one in found.pictures]
    return {"subject": found.subject, "text": found.text, "html": found.html, "pictures": pictures}


@router.put("/{report}", openapi_extra=_MANAGE, response_model=ReportItem)
def change_report(request: Request, report: Id, body: ChangedReport) -> Any:  # noqa: ANN401 - as above
    """Change a report; it starts anew from now."""
    actor = _actor(request)
    return _item(keep.change(_workspace(request), actor, report, _given(body), body.base_version), actor)


@router.delete("/{report}", openapi_extra=_MANAGE, status_code=204)
def drop_report(request: Request, report: Id) -> None:
    """Delete a report."""
    keep.drop(_workspace(request), _actor(request), report)


def _given(body: ReportBody) -> keep.Given:
    plan = body.model_dump(include={"name", "language", "recipients", "timetable"})
    return keep.Given(body.dashboard, body.destination, body.enabled, plan)


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


def _item(found: keep.Found, actor: Actor) -> dict[str, Any]:
    one = found.report
    runs = [
        {
            "period": run.label,
            "state": run.state,
            "due": iso(run.due_ms),
            "sent": None if run.sent_ms is None else iso(run.sent_ms),
            "error": run.error,
        }
        for run in found.runs
    ]
    return {
        **{name: getattr(one, name) for name in ("id", "dashboard", "destination", "enabled", "version")},
        **one.body,
        "mine": one.owner == actor.id,
        "next": None if found.next_ms is None else iso(found.next_ms),
        "runs": runs,
    }
