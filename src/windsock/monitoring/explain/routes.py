"""The HTTP door of explanations: what explains an alert, and the same anew while more of it happens."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel

from windsock.governance import needs
from windsock.kernel.errors import NotFound
from windsock.monitoring import store
from windsock.monitoring.event_library.shapes import MatchShape, WordsShape
from windsock.monitoring.explain import store as kept
from windsock.monitoring.explain.jobs import explain_monitor
from windsock.monitoring.explain.named import record
from windsock.workspace import Workspace

router = APIRouter(prefix="/api", tags=["monitoring"])
AlertId = Annotated[str, Path(max_length=40)]


class CauseElement(BaseModel):
    """A place where the change sits: what it adds to the change, its share, what came by what was expected, how sure that is (0 to 1)."""

    element: dict[str, str]
    change: float
    share: float | None
    ratio: float | None
    confidence: float


class AlertWhy(BaseModel):
    """What explains an alert; ``cause`` is the same for all alerts of one. Null instants: nothing explains it yet."""

    alert: str
    cause: str
    told: WordsShape
    elements: list[CauseElement]
    matches: list[MatchShape]
    money_hour: float | None
    dimensions: list[str]
    from_ms: int
    until_ms: int
    made_ms: int
    took_ms: int
    mix: dict[str, Any]


class NamedShape(BaseModel):
    """How often a known event was the likeliest of an alert, and what people said of those alerts; when it was last."""

    known_event: str
    named: int
    right: int
    wrong: int
    last_ms: int


class NamedList(BaseModel):
    """The record of the known events that were named, the most often named first."""

    items: list[NamedShape]


@router.get("/known-events-named", openapi_extra=needs("alerts.read"), response_model=NamedList)
def list_named(request: Request, days: Annotated[int, Query(ge=1, le=366)] = 90) -> Any:  # noqa: ANN401 - the response model checks it
    """Say how often each known event was named in the last days, and how often people found the alert true, or not."""
    return {"items": record(request.app.state.workspace, days)}


@router.get("/alerts/{alert}/why", openapi_extra=needs("alerts.read"), response_model=AlertWhy)
def read_why(request: Request, alert: AlertId) -> Any:  # noqa: ANN401 - the response model checks it
    """Return what explains an alert; 404 while nothing does."""
    return _why(request.app.state.workspace, alert)


@router.post("/alerts/{alert}/explain", openapi_extra=needs("alerts.handle"), response_model=AlertWhy)
def explain_again(request: Request, alert: AlertId) -> Any:  # noqa: ANN401 - as above
    """Explain the open alerts of an alert's monitor anew, by all that has happened since, and return what explains this one."""
    workspace: Workspace = request.app.state.workspace
    with workspace.records.read() as session:
        found = store.peek_alert(session, alert)
    if found is not None:
        explain_monitor(workspace, found.monitor, again=True)
    return _why(workspace, alert)


def _why(workspace: Workspace, alert: str) -> dict[str, Any]:
    with workspace.records.read() as session:
        found = kept.whys(session, [alert])
    if alert not in found:
        raise NotFound("Nothing explains this alert yet.", where=f"alerts/{alert[:40]}", fix="See whether a worker runs, or ask for it.")
    return {"alert": alert, **found[alert]}
