"""The HTTP door of dashboards."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from windsock.governance import Actor, needs
from windsock.kernel.clock import iso
from windsock.metrics.dashboards import keep
from windsock.metrics.dashboards import shapes as s
from windsock.metrics.dashboards.fill import Filled, day_of_data, fill
from windsock.metrics.dashboards.model import panel_from
from windsock.metrics.dashboards.workbook import MIME, workbook
from windsock.metrics.tree import span_json
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/dashboards", tags=["dashboards"])
_READ = needs("metrics.read")
_WRITE = needs("dashboards.write")
Id = Annotated[str, Path(max_length=40)]


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


@router.get("", openapi_extra=_READ, response_model=s.DashboardList)
def list_dashboards(request: Request) -> Any:  # noqa: ANN401 - the response model checks it
    """List the dashboards that the caller may see: pinned, made of itself, made by people, shipped."""
    actor = _actor(request)
    return {"items": [_item(one, actor) for one in keep.list_dashboards(_workspace(request), actor)], "next": None}


@router.post("", openapi_extra=_WRITE, status_code=201, response_model=s.DashboardShape)
def make_dashboard(request: Request, body: s.NewDashboard) -> Any:  # noqa: ANN401 - as above
    """Make a dashboard, of nothing or as a copy of what was seen."""
    workspace, actor = _workspace(request), _actor(request)
    return _whole(workspace, keep.make(workspace, actor, body.board.model_dump(), body.shared), actor)


@router.post("/data", openapi_extra=_READ, response_model=s.DashboardData)
def fill_panels(request: Request, question: s.PanelsQuestion) -> Any:  # noqa: ANN401 - as above
    """Fill panels with numbers in one go; a panel that fails says why and leaves the others alone."""
    workspace, actor = _workspace(request), _actor(request)
    found = _fill(workspace, question, actor)
    notes = keep.list_notes(workspace, str(found.span.period.start), str(found.span.period.end))
    return {
        "period": span_json(found.span.period),
        "compared_with": span_json(found.span.before),
        "currency": found.currency,
        "panels": found.panels_json(workspace),
        "notes": [_note(note, actor) for note in notes],
    }


@router.post("/export", openapi_extra=needs("export"), response_class=Response)
def export_dashboard(request: Request, question: s.WorkbookQuestion) -> Response:
    """Return panels as an Excel file, a sheet each; the export is written into the audit trail."""
    workspace = _workspace(request)
    body = workbook(workspace, _actor(request), _fill(workspace, question, _actor(request)), question.title, question.language)
    return Response(body, media_type=MIME, headers={"Content-Disposition": 'attachment; filename="dashboard.xlsx"'})


@router.get("/notes", openapi_extra=_READ, response_model=s.NoteList)
def list_notes(request: Request, start: Annotated[str, Query(alias="from", max_length=10)], to: Annotated[str, Query(max_length=10)]) -> Any:  # noqa: ANN401 - as above
    """List what was noted on the dates of a span."""
    actor = _actor(request)
    return {"items": [_note(note, actor) for note in keep.list_notes(_workspace(request), start, to)], "next": None}


@router.post("/notes", openapi_extra=_WRITE, status_code=201, response_model=s.NoteItem)
def add_note(request: Request, body: s.NewNote) -> Any:  # noqa: ANN401 - as above
    """Note what happened on a date."""
    actor = _actor(request)
    return _note(keep.add_note(_workspace(request), actor, body.date, body.text), actor)


@router.delete("/notes/{note}", openapi_extra=_WRITE, status_code=204)
def drop_note(request: Request, note: Id) -> None:
    """Delete a note."""
    keep.drop_note(_workspace(request), _actor(request), note)


@router.get("/{dashboard}", openapi_extra=_READ, response_model=s.DashboardShape)
def read_dashboard(request: Request, dashboard: Id) -> Any:  # noqa: ANN401 - as above
    """Return a dashboard with its panels."""
    workspace, actor = _workspace(request), _actor(request)
    return _whole(workspace, keep.read_dashboard(workspace, actor, dashboard), actor)


@router.put("/{dashboard}", openapi_extra=_WRITE, response_model=s.DashboardShape)
def change_dashboard(request: Request, dashboard: Id, body: s.ChangedDashboard) -> Any:  # noqa: ANN401 - as above
    """Change a dashboard; refused when somebody changed it since it was looked at."""
    workspace, actor = _workspace(request), _actor(request)
    edit = keep.Edit(body.board.model_dump(), body.shared, body.base_version)
    return _whole(workspace, keep.change(workspace, actor, dashboard, edit), actor)


@router.delete("/{dashboard}", openapi_extra=_WRITE, status_code=204)
def drop_dashboard(request: Request, dashboard: Id) -> None:
    """Delete a dashboard."""
    keep.drop(_workspace(request), _actor(request), dashboard)


@router.put("/{dashboard}/pin", openapi_extra=_READ, response_model=s.DashboardItem)
def pin_dashboard(request: Request, dashboard: Id) -> Any:  # noqa: ANN401 - as above
    """Put a dashboard at the top of the caller's own list."""
    actor = _actor(request)
    return _item(keep.pin(_workspace(request), actor, dashboard, on=True), actor)


@router.delete("/{dashboard}/pin", openapi_extra=_READ, response_model=s.DashboardItem)
def unpin_dashboard(request: Request, dashboard: Id) -> Any:  # noqa: ANN401 - as above
    """Take a dashboard from the top of the caller's own list."""
    actor = _actor(request)
    return _item(keep.pin(_workspace(request), actor, dashboard, on=False), actor)


def _fill(workspace: Workspace, question: s.PanelsQuestion, actor: Actor) -> Filled:
    panels = [panel_from(panel.model_dump(), f"panels[{index}]") for index, panel in enumerate(question.panels)]
    as_of = question.as_of.timestamp() * 1000 if question.as_of is not None and question.as_of.tzinfo is not None else None
    return fill(
        workspace,
        panels,
        dates=None if question.from_ is None or question.to is None else (question.from_, question.to),
        days=question.days,
        compare=question.compare,
        where=tuple(entry.predicate() for entry in question.where),
        as_of_ms=None if as_of is None else round(as_of),
        asker=actor,
    )


def _item(one: keep.Found, actor: Actor) -> dict[str, Any]:
    return {
        "id": one.id,
        "origin": one.origin,
        "title": one.board.title.json(),
        "description": one.board.description.json(),
        "theme": one.board.theme,
        "panels": len(one.board.panels),
        "owner": one.owner,
        "mine": one.owner == actor.id,
        "shared": list(one.shared),
        "version": one.version,
        "changed": None if one.changed_ms is None else iso(one.changed_ms),
        "pinned": one.pinned,
        "may_edit": one.may_edit,
        "has_data": one.has_data,
    }


def _whole(workspace: Workspace, one: keep.Found, actor: Actor) -> dict[str, Any]:
    return {**_item(one, actor), "board": one.board.json(), "last_day": day_of_data(workspace).isoformat()}


def _note(note: keep.Note, actor: Actor) -> dict[str, Any]:
    return {"id": note.id, "date": note.date, "text": note.text, "author": note.author_name, "mine": note.author == actor.id}
