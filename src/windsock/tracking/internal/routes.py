"""The HTTP doors of internal traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request

from windsock.governance import Actor, needs
from windsock.tracking.internal import keep, shapes
from windsock.tracking.model.internal import parse_internal
from windsock.tracking.plan.read import read_internal
from windsock.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windsock.tracking.model.internal import InternalRule

router = APIRouter(prefix="/api/internal-traffic", tags=["tracking"])


@router.get("", openapi_extra=needs("sources.read"))
def get_internal(request: Request) -> shapes.InternalAnswer:
    """Show the rules in force and what they leave out of the metrics."""
    workspace = _workspace(request)
    return _answer(workspace, read_internal(workspace)[0])


@router.post("/preview", openapi_extra=needs("sources.read"))
def preview_internal(request: Request, body: shapes.InternalPreviewRequest) -> shapes.InternalAnswer:
    """Say what rules would mark of the last seven days; nothing is changed."""
    return _answer(_workspace(request), parse_internal(body.body))


@router.put("", openapi_extra=needs("definitions.write"))
def put_internal(request: Request, body: shapes.InternalSaveRequest) -> shapes.InternalSavedAnswer:
    """Put rules in force for what arrives from now on; from somebody who may not approve they stay a draft."""
    found = keep.save_internal(_workspace(request), body.body, _actor(request), body.reason)
    return shapes.InternalSavedAnswer(version=found.version, state=found.state)


@router.post("/apply", openapi_extra=needs("definitions.approve"), status_code=202)
def apply_internal(request: Request, body: shapes.InternalApplyRequest) -> shapes.InternalJobAnswer:
    """Bring stored events in line with the rules in force, or take back what rules marked, as a job."""
    return shapes.InternalJobAnswer(job=keep.ask_apply(_workspace(request), body.days, _actor(request), undo=body.undo))


def _answer(workspace: Workspace, rules: Sequence[InternalRule]) -> shapes.InternalAnswer:
    found = keep.preview(workspace, rules)
    return shapes.InternalAnswer(
        version=read_internal(workspace)[1],
        latest=keep.newest_version(workspace),
        events=found.events,
        said=found.said,
        ruled=found.ruled,
        would=found.would,
        rules=[
            shapes.InternalRuleAnswer(
                name=one.rule.name,
                by=one.rule.by,
                values=list(one.rule.values),
                key=one.rule.key,
                sources=list(one.rule.sources),
                events_7d=one.events,
            )
            for one in found.rules
        ],
    )


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor
