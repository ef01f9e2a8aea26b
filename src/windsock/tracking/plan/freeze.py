"""Put a plan, modes or cleaning rules in force, as versions of a definition: drafted, activated, rolled back there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windsock import definitions
from windsock.kernel.errors import NotFound
from windsock.tracking.model import cleaning as rules
from windsock.tracking.model import plan as plans

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windsock.definitions import Definition
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace


def freeze(workspace: Workspace, body: Mapping[str, Any], actor: Actor, reason: str) -> Definition:
    """Write a plan as the next version; in force at once where the actor may approve, else a draft.

    Raises:
        InvalidInput: the plan can't be.
        NotAllowed, Conflict, TooLarge: as definitions say.
    """
    plans.parse_plan(body)
    return put(workspace, plans.KIND, plans.NAME, body, definitions.Change(actor, reason, workspace.clock.now_ms()))


def set_modes(workspace: Workspace, modes: Mapping[str, Any], actor: Actor, reason: str, source: str | None = None) -> Definition:
    """Choose what follows when the plan is broken, over all or for one source; the rest of the plan stays.

    Raises:
        InvalidInput: no such rule or mode.
        NotAllowed, Conflict: as definitions say.
    """
    with workspace.records.read() as session:
        found = definitions.current(session, plans.KIND, plans.NAME)
    body: dict[str, Any] = {"events": {}, "modes": {}, "sources": {}} if found is None else dict(found.body)
    changed = plans.with_modes(plans.parse_plan(body), plans.parse_modes(modes), source)
    new = {**body, "modes": dict(changed.modes), "sources": {name: dict(its) for name, its in changed.sources.items()}}
    return freeze(workspace, new, actor, reason)


def save_cleaning(workspace: Workspace, body: Mapping[str, Any], actor: Actor, reason: str) -> Definition:
    """Write cleaning rules as the next version; in force at once where the actor may approve, else a draft.

    Raises:
        InvalidInput: a rule can't be.
        NotAllowed, Conflict, TooLarge: as definitions say.
    """
    rules.parse_cleaning(body)
    return put(workspace, rules.KIND, rules.NAME, body, definitions.Change(actor, reason, workspace.clock.now_ms()))


def latest(session: Session, kind: str, name: str) -> Definition | None:
    """Return the newest version, whatever its state; None where there is none."""
    try:
        return definitions.history(session, kind, name, limit=1).items[0]
    except NotFound:
        return None


def put(workspace: Workspace, kind: str, name: str, body: Mapping[str, Any], change: definitions.Change) -> Definition:
    """Write a body as the next version, and put it in force where the actor may approve."""
    with workspace.records.write() as session:
        newest = latest(session, kind, name)
        draft = definitions.save_draft(session, change, kind, name, body, base_version=0 if newest is None else newest.version)
        if draft.state == "draft" and change.actor.may("definitions.approve"):
            return definitions.activate(session, change, kind, name, draft.version)
        if draft.state == "retired":
            return definitions.roll_back(session, change, kind, name, to_version=draft.version, base_version=draft.version)
        return draft
