"""The HTTP doors of the tracking plan."""

from __future__ import annotations

from fastapi import APIRouter, Request

from windsock.definitions import Definition
from windsock.governance import Actor, needs
from windsock.kernel.clock import iso
from windsock.tracking.model.plan import RULES
from windsock.tracking.plan import shapes
from windsock.tracking.plan.freeze import freeze, set_modes
from windsock.tracking.plan.infer import infer
from windsock.tracking.plan.show import EventView, PropertyView, show
from windsock.workspace import Workspace

router = APIRouter(prefix="/api/plan", tags=["tracking"])


@router.get("", openapi_extra=needs("sources.read"))
def get_plan(request: Request) -> shapes.PlanAnswer:
    """Show the plan in force beside what came in the last seven days."""
    workspace = _workspace(request)
    found = show(workspace)
    return shapes.PlanAnswer(
        version=found.plan.version,
        latest=found.newest.version if found.newest is not None else 0,
        state="active" if found.plan.version else "builtin",
        modes={rule: found.plan.mode(rule) for rule in RULES},
        sources={source: {str(rule): mode for rule, mode in modes.items()} for source, modes in found.plan.sources.items()},
        events=[_event(one, workspace.zone) for one in found.events],
    )


@router.post("/infer", openapi_extra=needs("sources.read"))
def infer_plan(request: Request, body: shapes.InferRequest) -> shapes.InferAnswer:
    """Propose a plan from the events that are stored."""
    found = infer(_workspace(request), source=body.source or "", days=body.days)
    return shapes.InferAnswer(
        proposal=found.proposal.body(),
        changes=[shapes.PlanChangeAnswer.model_validate(vars(one)) for one in found.changes],
        events_read=found.events_read,
        sampled=found.sampled,
    )


@router.post("/freeze", openapi_extra=needs("definitions.write"))
def freeze_plan(request: Request, body: shapes.FreezeRequest) -> shapes.VersionAnswer:
    """Put a plan in force; from somebody who may not approve it stays a draft."""
    return _version(freeze(_workspace(request), body.body, _actor(request), body.reason))


@router.put("/modes", openapi_extra=needs("definitions.write"))
def put_modes(request: Request, body: shapes.ModesRequest) -> shapes.VersionAnswer:
    """Choose what follows when the plan is broken."""
    return _version(set_modes(_workspace(request), body.modes, _actor(request), body.reason, body.source))


def _version(found: Definition) -> shapes.VersionAnswer:
    return shapes.VersionAnswer(version=found.version, state=found.state)


def _event(one: EventView, zone: str) -> shapes.EventAnswer:
    event, volume = one.event, one.volume
    return shapes.EventAnswer(
        event=event.name,
        title_zh=event.zh or event.name,
        title_en=event.en or event.name,
        means_zh=event.means_zh,
        means_en=event.means_en,
        who=event.who,
        activity=event.activity,
        aliases=list(event.aliases),
        planned=event.planned,
        seen=volume is not None,
        volume_7d=volume.volume if volume is not None else 0,
        last_seen=iso(volume.last_ms, zone) if volume is not None else None,
        flagged_7d=volume.flagged if volume is not None else 0,
        properties=[_property(view) for view in one.properties],
    )


def _property(view: PropertyView) -> shapes.PropertyAnswer:
    return shapes.PropertyAnswer(
        name=view.name,
        type=view.rule.type if view.rule is not None else None,
        required=view.rule is not None and view.rule.required,
        planned=view.planned,
        share_7d=f"{view.seen.share:.4f}" if view.seen is not None else None,
        seen_types=sorted(view.seen.kinds) if view.seen is not None else [],
        values=view.values,
        pii=view.rule is not None and view.rule.pii,
        drift=view.drift,
    )


def _workspace(request: Request) -> Workspace:
    return request.app.state.workspace


def _actor(request: Request) -> Actor:
    return request.state.actor
