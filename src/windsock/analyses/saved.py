"""Save, change and delete analyses. Whoever may see metrics sees them all; only its owner or an admin changes one. Each change is audited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from windsock.analyses import store
from windsock.analyses.kinds import name_of
from windsock.analyses.personal import check_saved
from windsock.analyses.store import Kept
from windsock.governance import audit
from windsock.kernel.errors import Conflict, NotAllowed, NotFound, TooMany

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace

OWN_MOST, ALL_MOST = 200, store.LISTED_MOST


@dataclass(frozen=True)
class Found:
    """A saved analysis as one actor sees it."""

    kept: Kept
    mine: bool
    may_edit: bool


def list_saved(workspace: Workspace, actor: Actor, kind: str | None) -> list[Found]:
    """Return what is saved of a kind (None: of every kind), the last changed first."""
    with workspace.records.read() as session:
        return [_found(one, actor) for one in store.listed(session, kind)]


def find_saved(workspace: Workspace, name: str) -> Kept:
    """Return a saved analysis; whoever may see metrics may see it.

    Raises:
        NotFound: there is none.
    """
    with workspace.records.read() as session:
        one = store.held(session, name[:40])
    if one is None:
        raise NotFound(f"There is no saved analysis '{name[:40]}'.", where="saved", fix="It may have been deleted.")
    return one


def save(workspace: Workspace, actor: Actor, kind: str, definition: Mapping[str, Any]) -> Found:
    """Save an analysis under the name that its definition has.

    Raises:
        InvalidInput: the definition can't be answered, or asks by a personal field.
        TooMany: the actor has 200 already, or there are 1,000.
    """
    name, now_ms = name_of(kind, definition), workspace.clock.now_ms()
    check_saved(workspace, dict(definition))
    with workspace.records.write() as session:
        if store.count(session, actor.id) >= OWN_MOST or store.count(session) >= ALL_MOST:
            raise TooMany("There are too many saved analyses.", retry_after_s=0, where="saved", fix="Delete one that nobody opens.")
        new = Kept(workspace.ids.new("ana"), kind, name, dict(definition), actor.id[:100], actor.name[:120], 1, now_ms, now_ms)
        store.keep(session, new)
        audit(session, actor, "analyses.saved", f"analysis:{new.id}", {"kind": kind, "name": name}, now_ms)
    return _found(new, actor)


def change(workspace: Workspace, actor: Actor, name: str, definition: Mapping[str, Any], base_version: int) -> Found:
    """Change a saved analysis.

    Raises:
        InvalidInput: the definition can't be answered, or asks by a personal field.
        NotFound, NotAllowed: there is none, or it belongs to somebody else.
        Conflict: somebody changed it since.
    """
    now_ms = workspace.clock.now_ms()
    check_saved(workspace, dict(definition))
    with workspace.records.write() as session:
        old = _editable(session, actor, name)
        if old.version != base_version:
            what = f"You saw version {base_version}, the newest is {old.version}."
            raise Conflict(what, where="base_version", fix="Open it again, then change it.")
        called = name_of(old.kind, definition)
        new = replace(old, name=called, definition=dict(definition), version=old.version + 1, changed_ms=now_ms)
        store.keep(session, new)
        audit(session, actor, "analyses.changed", f"analysis:{name}", {"kind": old.kind, "name": called, "version": new.version}, now_ms)
    return _found(new, actor)


def drop(workspace: Workspace, actor: Actor, name: str) -> None:
    """Delete a saved analysis; the audit trail keeps what it asked.

    Raises:
        NotFound, NotAllowed: there is none, or it belongs to somebody else.
    """
    with workspace.records.write() as session:
        old = _editable(session, actor, name)
        store.drop(session, name)
        detail = {"kind": old.kind, "name": old.name, "definition": old.definition}
        audit(session, actor, "analyses.dropped", f"analysis:{name}", detail, workspace.clock.now_ms())


def _found(one: Kept, actor: Actor) -> Found:
    mine = one.owner == actor.id
    return Found(one, mine, actor.may("dashboards.write") and (mine or actor.role == "admin"))


def _editable(session: Session, actor: Actor, name: str) -> Kept:
    one = store.held(session, name)
    if one is None:
        raise NotFound(f"There is no saved analysis '{name[:40]}'.", where="saved", fix="It may have been deleted.")
    if not _found(one, actor).may_edit:
        raise NotAllowed("This analysis is somebody else's.", where="saved", fix="Save it under a name of your own, or ask its owner.")
    return one
