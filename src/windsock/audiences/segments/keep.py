"""Keep segments: each is a definition of the kind ``segment``, with versions, differences, roll-back and audit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock import definitions
from windsock.audiences.segments import store
from windsock.audiences.segments.logic import check_logic
from windsock.audiences.segments.model import MOST, NAME, Segment, in_order, read_segment, users_of
from windsock.audiences.segments.port import KIND
from windsock.conditions import Frame, Plan, check_names, condition_statement
from windsock.kernel.errors import Conflict, NotAllowed, NotFound, TooMany

if TYPE_CHECKING:
    from windsock.definitions import Change, Definition
    from windsock.workspace import Workspace


@dataclass(frozen=True)
class Found:
    """A segment with what is known of its version.

    Attributes:
        segment: what it says.
        version: the one that is shown: in force, else the newest.
        newest: the newest one, which may be a draft that waits to be approved.
        state: active, draft, trial or retired.
        author: who wrote the version.
        changed_ms: when it last changed.
        warnings: what is odd about its condition.
    """

    segment: Segment
    version: int
    newest: int
    state: str
    author: str
    changed_ms: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class InForce:
    """A segment as it is evaluated: the version in force and, of a list, the uploads that make it."""

    segment: Segment
    version: int
    uploads: tuple[int, ...] = ()


def list_segments(workspace: Workspace) -> list[Found]:
    """Return all segments by name; retired ones are left out unless a draft of them waits."""
    with workspace.records.read() as session:
        kept = definitions.list_definitions(session, kind=KIND, limit=MOST).items
        waiting = {one.name: one.version for one in definitions.drafts(session, KIND)}
    return [_found(one, waiting.get(one.name, one.version)) for one in kept if one.state != "retired" or one.name in waiting]


def find_segment(workspace: Workspace, name: str, version: int | None = None) -> Found:
    """Return a segment; without a version the one in force, else the newest.

    Raises:
        NotFound: there is none of that name or version.
    """
    if not NAME.fullmatch(name):
        raise _missing(name)
    with workspace.records.read() as session:
        newest = definitions.newest_version(session, KIND, name)
        if newest is None:
            raise _missing(name)
        return _found(definitions.read(session, KIND, name, version), newest)


def segments_in_force(workspace: Workspace) -> list[InForce]:
    """Return what is evaluated, each segment after those that it stands on."""
    with workspace.records.read() as session:
        active = {one.name: one for one in definitions.list_definitions(session, kind=KIND, limit=MOST).items if one.state == "active"}
        ordered = in_order(read_segment(one.body) for one in active.values())
        made = {one.name: store.in_force(store.uploads(session, one.name)) for one in ordered if one.kind == "list"}
    return [InForce(one, active[one.name].version, made.get(one.name, ())) for one in ordered]


def check_segment_whole(workspace: Workspace, segment: Segment) -> tuple[str, ...]:
    """Refuse a segment that can't be evaluated; returns warnings.

    Raises:
        InvalidInput: it names what there is not, contains itself, asks for a field that there is not, or can't be met by anybody.
    """
    if segment.condition is None:
        return ()
    others = [one.segment for one in segments_in_force(workspace) if one.segment.name != segment.name]
    in_order([*others, segment])
    check_names(workspace, segment.condition)
    condition_statement(Plan(Frame(workspace.clock.now_ms(), workspace.zone)), segment.condition)
    return check_logic(segment.condition)


def save_segment(workspace: Workspace, change: Change, given: object, base_version: int | None = None) -> Found:
    """Write a segment as the next version; in force at once where the actor may approve definitions, else a draft.

    Args:
        workspace: where.
        change: who and why; needs ``audiences.write`` and ``definitions.write``.
        given: the segment as it was written.
        base_version: the newest version that the author saw, 0 for a new one; None: whatever is the newest.

    Raises:
        InvalidInput: it is none, or can't be evaluated.
        Conflict: there is a newer version than the author saw.
        TooMany: there are 200.
        NotAllowed: the actor may not.
    """
    if not change.actor.may("audiences.write"):
        raise NotAllowed("This needs the permission audiences.write.", where="audiences.write", fix="Ask an admin or lead.")
    from windsock.analyses import check_saved  # noqa: PLC0415 - much to import for one rule

    segment = read_segment(given)
    check_saved(workspace, segment.json())
    warnings = check_segment_whole(workspace, segment)
    with workspace.records.write() as session:
        newest = definitions.newest_version(session, KIND, segment.name) or 0
        if not newest and len(definitions.list_definitions(session, kind=KIND, limit=MOST).items) >= MOST:
            raise TooMany("There are too many segments.", retry_after_s=0, where="segments", fix="Change one that nobody uses.")
        seen = newest if base_version is None else base_version
        kept = definitions.save_draft(session, change, KIND, segment.name, segment.json(), base_version=seen)
        if change.actor.may("definitions.approve") and kept.state == "draft":
            kept = definitions.activate(session, change, KIND, segment.name, kept.version)
        elif change.actor.may("definitions.approve") and kept.state == "retired":
            kept = definitions.roll_back(session, change, KIND, segment.name, to_version=kept.version, base_version=kept.version)
    return _found(kept, kept.version, warnings)


def approve_segment(workspace: Workspace, change: Change, name: str, version: int) -> Found:
    """Put a draft in force; needs ``definitions.approve``. It is checked again: what it names may be gone.

    Raises:
        NotFound, Conflict, NotAllowed, InvalidInput: as definitions say.
    """
    warnings = check_segment_whole(workspace, find_segment(workspace, name, version).segment)
    with workspace.records.write() as session:
        kept = definitions.activate(session, change, KIND, name, version)
    return _found(kept, kept.version, warnings)


def roll_back_segment(workspace: Workspace, change: Change, name: str, versions: tuple[int, int]) -> Found:
    """Put an old version in force again, as a new one; needs ``definitions.approve``.

    Raises:
        NotFound, Conflict, NotAllowed, InvalidInput: as definitions say.
    """
    check_segment_whole(workspace, find_segment(workspace, name, versions[0]).segment)
    with workspace.records.write() as session:
        kept = definitions.roll_back(session, change, KIND, name, to_version=versions[0], base_version=versions[1])
    return _found(kept, kept.version)


def retire_segment(workspace: Workspace, change: Change, name: str) -> None:
    """Take a segment out of force; its history stays. Needs ``definitions.approve``.

    Raises:
        Conflict: other segments use it; names them.
        NotFound, NotAllowed, InvalidInput: as definitions say.
    """
    users = users_of(name, (one.segment for one in segments_in_force(workspace)))
    if users:
        raise Conflict(f"'{name}' is used by {', '.join(users[:5])}.", where=name, fix="Take it out of their conditions first.")
    with workspace.records.write() as session:
        definitions.retire(session, change, KIND, name)


def used_by(workspace: Workspace, name: str) -> tuple[str, ...]:
    """Return the segments in force whose condition names one."""
    return users_of(name, (one.segment for one in segments_in_force(workspace)))


def _found(one: Definition, newest: int, warnings: tuple[str, ...] = ()) -> Found:
    return Found(read_segment(one.body), one.version, max(newest, one.version), one.state, one.author, one.changed_ms, warnings)


def _missing(name: str) -> NotFound:
    return NotFound(f"There is no segment '{name[:40]}'.", where="segment", fix="See windsock segment list.")
