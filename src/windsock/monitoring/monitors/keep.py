"""See, save, put in force and switch monitors: definitions of the kind ``monitor``, beside those that ship."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from windsock import definitions
from windsock.definitions import Change, Definition
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.monitoring.monitors.check import check
from windsock.monitoring.monitors.library import shipped
from windsock.monitoring.monitors.model import Monitor, monitor_from

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace

KIND = "monitor"
OWN_MAX = 1_000
_PAGE = 200


@dataclass(frozen=True)
class Kept:
    """A monitor as it stands.

    Attributes:
        monitor: what is in force, or the newest draft of one that never was.
        body: as it was written.
        state: ``library`` for what ships; draft, trial, active or retired for a definition.
        version: of the definition; 0 for what ships.
    """

    monitor: Monitor
    body: Mapping[str, Any]
    state: Literal["library", "draft", "trial", "active", "retired"]
    version: int

    @property
    def watched(self) -> bool:
        """Whether a tick looks at it."""
        return self.monitor.on and self.state in ("library", "active")


def kept_in(session: Session) -> dict[str, Kept]:
    """Return all monitors by name: shipped ones, and definitions in the place of those of the same name. A body that can't be read is left out."""
    found = {name: Kept(monitor, body, "library", 0) for name, (monitor, body) in shipped().items()}
    cursor = None
    for _ in range(OWN_MAX // _PAGE):
        page = definitions.list_definitions(session, kind=KIND, limit=_PAGE, cursor=cursor)
        for one in page.items:
            kept = _kept(one)
            if kept is not None and not (one.state in ("draft", "trial") and one.name in shipped()):
                found[one.name] = kept
        cursor = page.next_cursor
        if cursor is None:
            break
    return dict(sorted(found.items()))


def find(session: Session, name: str, version: int | None = None) -> Kept:
    """Return a monitor; with a version that one.

    Raises:
        NotFound: there is none.
    """
    if version in (None, 0) and definitions.newest_version(session, KIND, name[:120]) is None and name in shipped():
        monitor, body = shipped()[name]
        return Kept(monitor, body, "library", 0)
    try:
        kept = _kept(definitions.read(session, KIND, name, version or None))
    except InvalidInput:
        kept = None
    if kept is None:
        raise NotFound(f"There is no monitor '{name[:80]}'.", where="monitor", fix="See `windsock monitor list`.")
    return kept


def save(workspace: Workspace, actor: Actor, body: Mapping[str, Any], reason: str, base_version: int) -> Kept:
    """Keep a definition as a draft.

    Args:
        workspace: where.
        actor: who; needs ``definitions.write``.
        body: the definition.
        reason: why, kept with the version.
        base_version: the newest version that the author saw; 0 for a new one.

    Raises:
        InvalidInput: it can't be watched.
        Conflict, NotAllowed, TooLarge: as ``definitions.save_draft``.
    """
    body = filled(workspace, body)
    monitor = monitor_from(body)
    check(workspace, monitor)
    with workspace.records.write() as session:
        if base_version == 0 and len(kept_in(session)) >= OWN_MAX:
            raise InvalidInput(f"There are {OWN_MAX} monitors already.", where="monitors", fix="Retire one that nobody looks at.")
        saved = definitions.save_draft(session, _change(workspace, actor, reason), KIND, monitor.name, body, base_version=base_version)
    return Kept(monitor, saved.body, saved.state, saved.version)


def filled(workspace: Workspace, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a definition with what a saved analysis says in the place of its id, as it says it now: a later change moves no monitor.

    Raises:
        NotFound: there is no such saved analysis.
        InvalidInput: it is of another kind.
    """
    asked = body.get("analysis")
    if not isinstance(asked, dict) or "definition" in asked or not isinstance(asked.get("saved"), str):  # pyright: ignore[reportUnknownMemberType]
        return body
    from windsock.analyses import find_saved  # noqa: PLC0415 - much to import, and most monitors watch a metric

    given = cast("dict[str, Any]", asked)
    saved = find_saved(workspace, given["saved"])
    if saved.kind != given.get("kind"):
        raise InvalidInput(f"The saved analysis is a {saved.kind}.", where="analysis.kind", fix=f"Write kind: {saved.kind}, if it is one to watch.")
    return {**body, "analysis": {**given, "definition": saved.definition}}


def activate(workspace: Workspace, actor: Actor, name: str, version: int, reason: str) -> Kept:
    """Put a draft in force: from the next tick on it is watched.

    Raises:
        NotFound, Conflict, NotAllowed, InvalidInput: as ``definitions.activate``.
    """
    with workspace.records.read() as session:
        check(workspace, find(session, name, version).monitor)
    with workspace.records.write() as session:
        definitions.activate(session, _change(workspace, actor, reason), KIND, name, version)
        return find(session, name, version)


def retire(workspace: Workspace, actor: Actor, name: str, reason: str) -> None:
    """Take a definition out of force; where one ships under the name, it stays out as well: the newest version counts.

    Raises:
        NotFound, NotAllowed, InvalidInput: as ``definitions.retire``.
    """
    with workspace.records.write() as session:
        definitions.retire(session, _change(workspace, actor, reason), KIND, name)


def switch(workspace: Workspace, actor: Actor, name: str, reason: str, *, on: bool) -> Kept:
    """Switch a monitor on or off, a shipped one as well: a new version in force that says so.

    Raises:
        NotFound: there is none.
        NotAllowed, Conflict, InvalidInput: as the definitions.
    """
    change = _change(workspace, actor, reason)
    with workspace.records.write() as session:
        kept = find(session, name)
        base = definitions.newest_version(session, KIND, name) or 0
        saved = definitions.save_draft(session, change, KIND, name, {**kept.body, "enabled": on}, base_version=base)
        if saved.state in ("draft", "trial"):
            definitions.activate(session, change, KIND, name, saved.version)
        return find(session, name)


def _change(workspace: Workspace, actor: Actor, reason: str) -> Change:
    return Change(actor, reason, workspace.clock.now_ms())


def _kept(one: Definition) -> Kept | None:
    try:
        return Kept(monitor_from(one.body), one.body, one.state, one.version)
    except InvalidInput:
        return None
