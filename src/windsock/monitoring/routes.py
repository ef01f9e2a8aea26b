"""The HTTP doors of monitors, alerts and silences."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from windsock.governance import Actor, needs
from windsock.kernel.errors import InvalidInput
from windsock.monitoring import handle, shapes, show, store
from windsock.monitoring.course import alert_course
from windsock.monitoring.monitors import keep
from windsock.monitoring.monitors.model import Monitor, monitor_from
from windsock.monitoring.monitors.schema import monitor_schema
from windsock.monitoring.preview import preview
from windsock.workspace import Workspace

router = APIRouter(prefix="/api", tags=["monitoring"])
_READ = needs("alerts.read")
_HANDLE = needs("alerts.handle")
_WRITE = needs("definitions.write")
_APPROVE = needs("definitions.approve")

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=2_000)]
Short = Annotated[str | None, Query(max_length=80)]


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


@router.get("/monitors", openapi_extra=_READ, response_model=shapes.MonitorsAnswer)
def list_monitors(request: Request, limit: Limit = 100, cursor: Cursor = None) -> Any:  # noqa: ANN401 - the response model checks it
    """List monitors by name: what ships and what was defined here, and how far each was looked at."""
    return show.monitors_page(_workspace(request), limit, cursor)


@router.get("/monitors/schema", openapi_extra=_READ)
def get_monitor_schema() -> dict[str, Any]:
    """Return the JSON Schema of a monitor's definition."""
    return monitor_schema()


@router.get("/monitors/{name}", openapi_extra=_READ, response_model=shapes.MonitorDetailAnswer)
def get_monitor(request: Request, name: str) -> Any:  # noqa: ANN401 - the response model checks it
    """Return a monitor with its definition and its series that are not plain."""
    return show.monitor_detail(_workspace(request), name[:120])


@router.post("/monitors", openapi_extra=_WRITE, response_model=shapes.MonitorDetailAnswer)
def save_monitor(request: Request, body: shapes.MonitorBody) -> Any:  # noqa: ANN401 - the response model checks it
    """Keep a definition as a draft; it is watched when somebody puts it in force."""
    workspace = _workspace(request)
    kept = keep.save(workspace, _actor(request), body.definition, body.reason, body.base_version)
    return show.monitor_detail(workspace, kept.monitor.name) | {"state": kept.state, "version": kept.version, "definition": dict(kept.body)}


@router.post("/monitors/{name}/activate", openapi_extra=_APPROVE, response_model=shapes.MonitorDetailAnswer)
def activate_monitor(request: Request, name: str, body: shapes.MonitorVersionBody) -> Any:  # noqa: ANN401 - the response model checks it
    """Put a draft in force."""
    workspace = _workspace(request)
    keep.activate(workspace, _actor(request), name[:120], body.version, body.reason)
    return show.monitor_detail(workspace, name[:120])


@router.post("/monitors/{name}/switch", openapi_extra=_APPROVE, response_model=shapes.MonitorDetailAnswer)
def switch_monitor(request: Request, name: str, body: shapes.MonitorSwitchBody) -> Any:  # noqa: ANN401 - the response model checks it
    """Switch a monitor on or off, one that ships as well."""
    workspace = _workspace(request)
    keep.switch(workspace, _actor(request), name[:120], body.reason, on=body.on)
    return show.monitor_detail(workspace, name[:120])


@router.post("/monitors/preview", openapi_extra=_READ, response_model=shapes.MonitorPreviewAnswer)
def preview_monitor(request: Request, body: shapes.MonitorPreviewBody) -> Any:  # noqa: ANN401 - the response model checks it
    """Show what the largest series of a definition looked like of late, and how it would have been judged."""
    found = preview(_workspace(request), monitor_from(keep.filled(_workspace(request), body.definition), "definition"))
    return {"series": [vars(one) for one in found.series], "count": found.count}


@router.post("/monitors/replay", openapi_extra=_READ, response_model=shapes.MonitorReplayAnswer)
def replay_monitor(request: Request, body: shapes.MonitorReplayBody) -> Any:  # noqa: ANN401 - the response model checks it
    """Say when a monitor would have fired in a period, and what that cost; precision and recall where its alerts were labelled."""
    workspace = _workspace(request)
    return show.replay_json(workspace, _monitor(workspace, body), body.period)


@router.get("/alerts", openapi_extra=_READ, response_model=shapes.AlertsAnswer)
def list_alerts(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
    request: Request,
    state: Annotated[Literal["open", "acked", "suppressed", "closed", "not_closed"] | None, Query()] = None,
    monitor: Short = None,
    kind: Annotated[Literal["metric", "data"] | None, Query()] = None,
    owner: Short = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:  # noqa: ANN401 - the response model checks it
    """List alerts, the last opened first."""
    return show.alerts_page(_workspace(request), store.Wanted(state, monitor, kind, owner), limit, cursor)


@router.get("/alerts/noise", openapi_extra=_READ, response_model=shapes.NoiseAnswer)
def get_noise(request: Request, days: Annotated[int, Query(ge=1, le=366)] = 28) -> Any:  # noqa: ANN401 - the response model checks it
    """Say what people said of the alerts of the last days, by monitor: how many were true, false, expected, or of bad data."""
    return show.noise(_workspace(request), days)


@router.get("/alerts/{alert}", openapi_extra=_READ, response_model=shapes.AlertDetailAnswer)
def get_alert(request: Request, alert: str) -> Any:  # noqa: ANN401 - the response model checks it
    """Return an alert with its history."""
    return show.alert_detail(_workspace(request), alert[:40])


@router.get("/alerts/{alert}/course", openapi_extra=_READ, response_model=shapes.AlertCourseAnswer)
def get_alert_course(request: Request, alert: str) -> Any:  # noqa: ANN401 - the response model checks it
    """Return the series of an alert around it, over what was to be expected."""
    return alert_course(_workspace(request), alert[:40])


@router.post("/alerts/{alert}/ack", openapi_extra=_HANDLE, response_model=shapes.AlertAnswer)
def ack_alert(request: Request, alert: str, body: shapes.AlertActBody) -> Any:  # noqa: ANN401 - the response model checks it
    """Say that you have seen an alert and look after it."""
    return show.alert_json(handle.ack(_workspace(request), _actor(request), alert[:40], body.reason))


@router.post("/alerts/{alert}/close", openapi_extra=_HANDLE, response_model=shapes.AlertAnswer)
def close_alert(request: Request, alert: str, body: shapes.AlertLabelBody) -> Any:  # noqa: ANN401 - the response model checks it
    """Close an alert and say what it was."""
    return show.alert_json(handle.close(_workspace(request), _actor(request), alert[:40], body.label, body.reason))


@router.post("/alerts/{alert}/label", openapi_extra=_HANDLE, response_model=shapes.AlertAnswer)
def label_alert(request: Request, alert: str, body: shapes.AlertLabelBody) -> Any:  # noqa: ANN401 - the response model checks it
    """Say what an alert was, also after it was closed; replays are measured by it."""
    return show.alert_json(handle.put_label(_workspace(request), _actor(request), alert[:40], body.label, body.reason))


@router.get("/silences", openapi_extra=_READ, response_model=shapes.SilencesAnswer)
def list_silences(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """List the silences that are not over, the first to end first."""
    workspace = _workspace(request)
    with workspace.records.read() as session:
        found = store.silences(session, workspace.clock.now_ms())
    return {"items": [show.silence_json(one) for one in found]}


@router.post("/silences", openapi_extra=_HANDLE, response_model=shapes.SilenceAnswer)
def make_silence(request: Request, body: shapes.SilenceBody) -> Any:  # noqa: ANN401 - the response model checks it
    """Keep alerts of a monitor, or of a part of a cut, from being told for a while."""
    made = handle.silence(_workspace(request), _actor(request), body.monitor, body.matches, body.minutes * 60_000, body.reason)
    return show.silence_json(made)


@router.delete("/silences/{silence}", openapi_extra=_HANDLE, status_code=204)
def end_silence(request: Request, silence: str) -> None:
    """End a silence now."""
    handle.end_silence(_workspace(request), _actor(request), silence[:40])


def _monitor(workspace: Workspace, body: shapes.MonitorReplayBody) -> Monitor:
    if (body.monitor is None) == (body.definition is None):
        raise InvalidInput("Name a monitor, or give a definition.", where="monitor / definition")
    if body.definition is not None:
        return monitor_from(keep.filled(workspace, body.definition), "definition")
    with workspace.records.read() as session:
        return keep.find(session, body.monitor or "").monitor
