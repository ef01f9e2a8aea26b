"""Make, change, share, pin and drop dashboards, and note what happened on a date. Each change writes the audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from windsock.governance import ROLES, audit
from windsock.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, TooMany
from windsock.kernel.period import parse_date
from windsock.metrics.catalogue import Catalogue, catalogue_in, catalogue_of
from windsock.metrics.dashboards import store
from windsock.metrics.dashboards.first import FIRST, first_dashboard, has_data
from windsock.metrics.dashboards.library import shipped
from windsock.metrics.dashboards.model import Dashboard, dashboard_from
from windsock.metrics.dashboards.queries import there
from windsock.metrics.dashboards.store import Kept, Note
from windsock.metrics.facts import DIMENSIONS

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace

Origin = Literal["first", "shipped", "made"]
OWN_MAX, ALL_MAX, NOTES_MAX, NOTES_SHOWN, PINS_MAX = 100, 1_000, 5_000, 500, 50
NOTE_TEXT_MAX = 300


@dataclass(frozen=True)
class Found:
    """A dashboard as one actor sees it."""

    id: str
    origin: Origin
    board: Dashboard
    owner: str | None
    shared: tuple[str, ...]
    version: int
    changed_ms: int | None
    pinned: bool
    may_edit: bool
    has_data: bool


def list_dashboards(workspace: Workspace, actor: Actor) -> list[Found]:
    """Return all that an actor may see: pinned ones first, then the one that made itself, their own, shared and shipped ones."""
    with workspace.records.read() as session:
        pinned, made = store.pins(session, actor.id), store.listed(session)
    held, library = there(workspace.warehouse), catalogue_of(workspace)
    found: list[Found] = []
    own = first_dashboard(workspace)
    if own is not None:
        found.append(Found(FIRST, "first", own, None, (), 0, None, FIRST in pinned, may_edit=False, has_data=True))
    found += [_made(one, actor, one.id in pinned, data=True) for one in made if _may_see(one, actor)]
    found += [
        Found(name, "shipped", board, None, (), 0, None, name in pinned, may_edit=False, has_data=has_data(held, board, library))
        for name, board in shipped().items()
    ]
    return sorted(found, key=lambda one: not one.pinned)


def read_dashboard(workspace: Workspace, actor: Actor, name: str) -> Found:
    """Return one dashboard.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    with workspace.records.read() as session:
        pinned, one = name in store.pins(session, actor.id), store.peek(session, name)
    if one is not None and _may_see(one, actor):
        return _made(one, actor, pinned, data=True)
    board = first_dashboard(workspace) if name == FIRST else shipped().get(name)
    if one is not None or board is None:
        raise _missing(name)
    data = has_data(there(workspace.warehouse), board, catalogue_of(workspace))
    return Found(name, "first" if name == FIRST else "shipped", board, None, (), 0, None, pinned, may_edit=False, has_data=data)


def make(workspace: Workspace, actor: Actor, body: Mapping[str, Any], shared: Sequence[str]) -> Found:
    """Make a dashboard.

    Raises:
        InvalidInput: its body is wrong, or names a metric that does not exist.
        TooMany: the actor has 100 already, or there are 1,000.
    """
    board = dashboard_from(body)
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        _check_known(board, frozenset(), catalogue_in(session))
        if store.count(session, actor.id) >= OWN_MAX or store.count(session) >= ALL_MAX:
            raise TooMany("There are too many dashboards.", retry_after_s=0, where="dashboards", fix="Delete one that nobody opens.")
        new = Kept(workspace.ids.new("dash"), actor.id, _roles(shared), 1, board.json(), now_ms, now_ms)
        store.keep(session, new)
        audit(session, actor, "dashboards.made", f"dashboard:{new.id}", {"title": board.title.en, "shared": list(new.shared)}, now_ms)
    return _made(new, actor, pinned=False, data=True)


@dataclass(frozen=True)
class Edit:
    """A change: the new body, who sees it, and the version that its author looked at."""

    body: Mapping[str, Any]
    shared: Sequence[str]
    base_version: int


def change(workspace: Workspace, actor: Actor, name: str, edit: Edit) -> Found:
    """Change a dashboard.

    Raises:
        NotFound, NotAllowed: there is none, or it belongs to somebody else.
        Conflict: somebody changed it since.
        InvalidInput: its body is wrong, or a panel newly names a metric that does not exist.
    """
    board, now_ms = dashboard_from(edit.body), workspace.clock.now_ms()
    with workspace.records.write() as session:
        old = _editable(session, actor, name)
        if old.version != edit.base_version:
            raise Conflict(
                f"You saw version {edit.base_version}, the newest is {old.version}.", where="base_version", fix="Open it again, then change it."
            )
        # A metric that was deleted since may stay where it is: its panel says so, and the others can still be changed.
        _check_known(board, frozenset(dashboard_from(old.body).metrics()), catalogue_in(session))
        new = replace(old, shared=_roles(edit.shared), version=old.version + 1, body=board.json(), changed_ms=now_ms)
        store.keep(session, new)
        detail = {"title": board.title.en, "shared": list(new.shared), "version": new.version}
        audit(session, actor, "dashboards.changed", f"dashboard:{name}", detail, now_ms)
        pinned = name in store.pins(session, actor.id)
    return _made(new, actor, pinned, data=True)


def drop(workspace: Workspace, actor: Actor, name: str) -> None:
    """Delete a dashboard.

    Raises:
        NotFound, NotAllowed: there is none, or it belongs to somebody else.
    """
    with workspace.records.write() as session:
        old = _editable(session, actor, name)
        store.drop(session, name)
        audit(session, actor, "dashboards.dropped", f"dashboard:{name}", {"body": old.body}, workspace.clock.now_ms())


def pin(workspace: Workspace, actor: Actor, name: str, *, on: bool) -> Found:
    """Put a dashboard at the top of the actor's own list, or take it from there.

    Raises:
        NotFound: there is none, or not for this actor.
        TooMany: 50 are pinned already.
    """
    found, now_ms = read_dashboard(workspace, actor, name), workspace.clock.now_ms()
    with workspace.records.write() as session:
        if on and len(store.pins(session, actor.id)) >= PINS_MAX:
            raise TooMany("There are too many pins.", retry_after_s=0, where="pin", fix="Take one off first.")
        changed = store.pin(session, actor.id, name, now_ms) if on else store.unpin(session, actor.id, name)
        if changed:
            audit(session, actor, "dashboards.pinned" if on else "dashboards.unpinned", f"dashboard:{name}", {}, now_ms)
    return replace(found, pinned=on)


def list_notes(workspace: Workspace, start: str, end: str) -> list[Note]:
    """Return what was noted on the dates of a span, at most 500.

    Raises:
        InvalidInput: a date is none.
    """
    first, last = parse_date(start, "from"), parse_date(end, "to")
    with workspace.records.read() as session:
        return store.notes(session, first.isoformat(), last.isoformat(), NOTES_SHOWN)


def add_note(workspace: Workspace, actor: Actor, date: str, text: str) -> Note:
    """Note what happened on a date; it flags every course of that time.

    Raises:
        InvalidInput: the date is none, or the text empty or too long.
        TooMany: there are 5,000 notes.
    """
    day, now_ms = parse_date(date, "date"), workspace.clock.now_ms()
    said = " ".join(text.replace("\0", "").split())
    if not 0 < len(said) <= NOTE_TEXT_MAX:
        raise InvalidInput("A note needs a text.", where="text", fix=f"Write 1 to {NOTE_TEXT_MAX} characters.")
    with workspace.records.write() as session:
        if store.count_notes(session) >= NOTES_MAX:
            raise TooMany("There are too many notes.", retry_after_s=0, where="notes", fix="Delete old ones.")
        new = Note(workspace.ids.new("note"), day.isoformat(), said, actor.id[:100], actor.name[:120], now_ms)
        store.add_note(session, new)
        audit(session, actor, "dashboards.noted", f"note:{new.id}", {"date": new.date, "text": said}, now_ms)
    return new


def drop_note(workspace: Workspace, actor: Actor, name: str) -> None:
    """Delete a note: whoever wrote it, or an admin or lead.

    Raises:
        NotFound, NotAllowed: as they say.
    """
    with workspace.records.write() as session:
        found = store.note(session, name)
        if found is None:
            raise NotFound("There is no such note.", where="note")
        if found.author != actor.id and actor.role not in ("admin", "lead"):
            raise NotAllowed("This note is somebody else's.", where="note", fix="Ask its author, an admin or a lead.")
        store.drop_note(session, name)
        audit(session, actor, "dashboards.note_dropped", f"note:{name}", {"date": found.date, "text": found.text}, workspace.clock.now_ms())


def _made(one: Kept, actor: Actor, pinned: bool, *, data: bool) -> Found:  # noqa: FBT001 - a column of the list
    return Found(one.id, "made", dashboard_from(one.body), one.owner, one.shared, one.version, one.changed_ms, pinned, _may_edit(one, actor), data)


def _may_see(one: Kept, actor: Actor) -> bool:
    return one.owner == actor.id or actor.role == "admin" or actor.role in one.shared


def _may_edit(one: Kept, actor: Actor) -> bool:
    return actor.may("dashboards.write") and (one.owner == actor.id or actor.role == "admin")


def _editable(session: Session, actor: Actor, name: str) -> Kept:
    one = store.kept(session, name)
    if one is None and (name in shipped() or name == FIRST):
        raise NotAllowed("This dashboard ships with Windsock and cannot be changed.", where=name, fix="Copy it, and change the copy.")
    if one is None or not _may_see(one, actor):
        raise _missing(name)
    if not _may_edit(one, actor):
        raise NotAllowed("This dashboard is somebody else's.", where=name, fix="Copy it, or ask its owner.")
    return one


def _missing(name: str) -> NotFound:
    return NotFound(f"There is no dashboard '{name[:40]}'.", where="dashboard", fix="It may have been deleted, or is not shared with your role.")


def _roles(shared: Sequence[str]) -> tuple[str, ...]:
    unknown = [role for role in shared if role not in ROLES]
    if unknown:
        raise InvalidInput(f"There is no role '{unknown[0][:40]}'.", where="shared", fix=f"Use: {', '.join(ROLES)}.")
    return tuple(role for role in ROLES if role in shared)


def _check_known(board: Dashboard, forgiven: frozenset[str], library: Catalogue) -> None:
    for index, panel in enumerate(board.panels):
        for name in panel.metrics:
            if name not in forgiven:
                library.get(name)
        for name in (*panel.by, *(predicate.field for predicate in panel.where)):
            _check_dimension(name, f"panels[{index}]")
    for name in board.filters:
        _check_dimension(name, "filters")


def _check_dimension(name: str, where: str) -> None:
    if name not in DIMENSIONS:
        raise InvalidInput(f"There is no dimension '{name[:80]}'.", where=where, fix=f"Known: {', '.join(DIMENSIONS)}.")
