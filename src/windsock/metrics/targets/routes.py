"""The HTTP doors of targets and assessments."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from windsock import governance
from windsock.governance import Actor, needs
from windsock.kernel.clock import local_date
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import bucket_start, parse_date
from windsock.metrics.catalogue import catalogue_of
from windsock.metrics.targets import keep, shapes, sheet, show, store
from windsock.metrics.targets.assess import assess, standings
from windsock.metrics.targets.model.target import Aim, Place, Target, parse_name, parse_value
from windsock.records import decode, take
from windsock.workspace import Workspace

router = APIRouter(prefix="/api", tags=["targets"])
_READ = needs("metrics.read")
_WRITE = needs("targets.write")
PERIODS_SHOWN = 100
EXPORT_MAX = 20_000
_KEYS = 6

Short = Annotated[str | None, Query(max_length=80)]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=2_000)]


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor


@router.get("/targets", openapi_extra=_READ, response_model=shapes.StandingsAnswer)
def list_targets(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
    request: Request,
    on: Annotated[str | None, Query(max_length=10, description="Periods that hold this date; today when neither it nor a period is given")] = None,
    period: Annotated[str | None, Query(max_length=20)] = None,
    metric: Short = None,
    owner: Short = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Any:  # noqa: ANN401 - the response model checks it
    """List targets with how they stand: those of a period, or of all periods that hold a date."""
    workspace = _workspace(request)
    wanted = _wanted(workspace, on, period, metric, owner)
    scope = f"targets:{wanted}"
    after = None if cursor is None else decode(cursor, length=_KEYS, scope=scope)
    with workspace.records.read() as session:
        page = take(store.page(session, wanted, limit + 1, after), limit, store.sort_key, scope=scope)
        owners = store.owners(session)
    library = catalogue_of(workspace)
    items = [show.standing_json(one, library, workspace.zone) for one in standings(workspace, page.items)]
    return {"items": items, "next": page.next_cursor, "owners": owners}


@router.put("/targets", openapi_extra=_WRITE, response_model=shapes.TargetAnswer)
def put_target(request: Request, body: shapes.TargetBody) -> Any:  # noqa: ANN401 - the response model checks it
    """Set a target, or change the one of the same metric, cut and period."""
    workspace = _workspace(request)
    place, aim = _place(workspace, body)
    target: Target = keep.put(workspace, _actor(request), place, aim, revision=body.revision)
    return show.target_json(target, catalogue_of(workspace), workspace.zone)


@router.delete("/targets/{target}", openapi_extra=_WRITE, status_code=204)
def delete_target(request: Request, target: str) -> None:
    """Take out a target that is not closed."""
    keep.remove(_workspace(request), _actor(request), target[:40])


@router.post("/targets/import", openapi_extra=_WRITE, response_model=shapes.TargetsSheetAnswer)
def import_targets(request: Request, body: shapes.TargetsFileBody) -> Any:  # noqa: ANN401 - the response model checks it
    """Say what a file of targets would do, or keep it: all of it, or nothing while a line has a fault."""
    return show.sheet_json(sheet.load(_workspace(request), _actor(request), body.text, dry_run=body.dry_run))


@router.get("/targets/export", openapi_extra=needs("export"), response_class=Response)
def export_targets(request: Request) -> Response:
    """Return the targets as a CSV file that can be imported again; written into the audit trail."""
    workspace = _workspace(request)
    with workspace.records.read() as session:
        targets = store.page(session, store.Wanted(), EXPORT_MAX)
    with workspace.records.write() as session:
        governance.audit(session, _actor(request), "targets.exported", "targets", {"rows": len(targets)}, workspace.clock.now_ms())
    return Response(sheet.write(targets), media_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="targets.csv"'})


@router.get("/assessment", openapi_extra=_READ, response_model=shapes.AssessmentAnswer)
def get_assessment(request: Request, period: Annotated[str | None, Query(max_length=20)] = None) -> Any:  # noqa: ANN401 - the response model checks it
    """Score each owner of a period's targets and say how it came about; the month that runs when no period is given."""
    workspace = _workspace(request)
    week_start = workspace.settings.workspace.week_start
    with workspace.records.read() as session:
        periods = store.periods(session, PERIODS_SHOWN)
    if period is None:
        grain, start = "month", bucket_start(local_date(workspace.clock.now_ms(), workspace.zone), "month")
    else:
        grain, start = parse_name(period, "period", week_start)
    return show.assessment_json(assess(workspace, grain, start), periods, catalogue_of(workspace), workspace.zone)


def _wanted(workspace: Workspace, on: str | None, period: str | None, metric: str | None, owner: str | None) -> store.Wanted:
    if on is not None and period is not None:
        raise InvalidInput("Give a date or a period, not both.", where="on / period")
    if period is not None:
        grain, start = parse_name(period, "period", workspace.settings.workspace.week_start)
        return store.Wanted(metric, owner, grain, start)
    day = local_date(workspace.clock.now_ms(), workspace.zone) if on is None else parse_date(on, "on")
    return store.Wanted(metric, owner, on=day)


def _place(workspace: Workspace, body: shapes.TargetBody) -> tuple[Place, Aim]:
    grain, start = parse_name(body.period, "period", workspace.settings.workspace.week_start)
    metric = catalogue_of(workspace).get(body.metric)
    place = Place(body.metric, body.dimension.strip(), body.member.strip(), grain, start)
    return place, Aim(parse_value(body.value, "value"), body.owner.strip() or metric.owner, body.weight, body.note.strip())
