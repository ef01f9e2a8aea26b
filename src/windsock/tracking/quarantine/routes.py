"""The HTTP doors of the quarantine."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from windsock.governance import Actor, needs
from windsock.kernel.clock import iso
from windsock.tracking.model.fix import Fix
from windsock.tracking.plan.read import read_plan
from windsock.tracking.quarantine import replay, see, shapes
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/quarantine", tags=["tracking"])

Group = Annotated[str, Query(pattern=r"^[0-9a-f]{16}$")]


@router.get("", openapi_extra=needs("sources.read"))
def get_groups(request: Request, source: Annotated[str | None, Query(max_length=120)] = None) -> shapes.GroupsAnswer:
    """List what is kept apart, grouped by source, reason, field and event."""
    workspace = _workspace(request)
    found = see.groups(workspace.warehouse, source or "")
    return shapes.GroupsAnswer(groups=[_group(one, workspace.zone) for one in found], total=found[0].total if found else 0)


@router.get("/rows", openapi_extra=needs("events.see"))
def get_rows(
    request: Request,
    group: Group,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=2_000)] = None,
) -> shapes.RowsAnswer:
    """Page through the events of a group."""
    workspace = _workspace(request)
    page = see.rows(workspace, group, _actor(request), read_plan(workspace), limit=limit, cursor=cursor)
    items = [
        shapes.RowAnswer(qid=row.qid, received=iso(row.received_ms, workspace.zone), trust=row.trust, event=row.event, raw=row.raw)
        for row in page.items
    ]
    return shapes.RowsAnswer(items=items, next=page.next_cursor)


@router.post("/try", openapi_extra=needs("quarantine.manage"))
def try_fix(request: Request, body: shapes.TryRequest) -> shapes.TryAnswer:
    """Try a fix on up to 100 events of a group; nothing is written."""
    tried = replay.try_fix(_workspace(request), body.group, _fix(body.fix), _actor(request))
    examples = [shapes.ExampleAnswer(before=one.before, after=one.after, reason=one.reason) for one in tried.examples]
    return shapes.TryAnswer(rows=tried.rows, would_pass=tried.would_pass, examples=examples)


@router.post("/replay", openapi_extra=needs("quarantine.manage"))
def replay_group(request: Request, body: shapes.TryRequest) -> shapes.ReplayAnswer:
    """Mend the events of a group and load them in their original minute."""
    done = replay.replay(_workspace(request), body.group, _fix(body.fix), _actor(request))
    report = done.report
    return shapes.ReplayAnswer(stored=report.stored, duplicate=report.duplicate, quarantined=report.quarantined, job=done.job)


@router.post("/discard", openapi_extra=needs("quarantine.manage"))
def discard_group(request: Request, body: shapes.DiscardRequest) -> shapes.DiscardAnswer:
    """Put a group aside for good; it stays counted as kept apart."""
    return shapes.DiscardAnswer(discarded=replay.discard(_workspace(request), body.group, body.note, _actor(request)), job=None)


def _fix(given: shapes.Fix) -> Fix:
    return Fix(given.do, given.field, given.value, given.values or {})


def _group(one: see.Group, zone: str) -> shapes.GroupAnswer:
    words = see.reasons().get(one.reason, {})
    return shapes.GroupAnswer(
        id=one.id,
        source=one.source,
        reason=one.reason,
        reason_zh=words.get("zh", one.reason),
        reason_en=words.get("en", one.reason),
        field=one.field,
        event=one.event,
        count=one.count,
        first=iso(one.first_ms, zone),
        last=iso(one.last_ms, zone),
        fixable=one.fixable,
    )


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor
