"""Make members, change their role or state, give them a new password."""

from __future__ import annotations

from dataclasses import dataclass, replace

from windsock.governance import passwords, store
from windsock.governance.audit import audit
from windsock.governance.model import Actor, as_email, as_name, as_role, check_password
from windsock.governance.store import Member, Session
from windsock.kernel.errors import Broken, Conflict, InvalidInput, NotFound
from windsock.records import Page, decode, take
from windsock.workspace import Workspace


@dataclass(frozen=True)
class NewMember:
    """What a new member is made of, as typed or as checked."""

    name: str
    email: str
    password: str
    role: str
    language: str


@dataclass(frozen=True)
class MemberView:
    """A member as others see them."""

    id: str
    name: str
    email: str
    role: str
    state: str
    language: str
    created_ms: int


def checked(new: NewMember) -> NewMember:
    """Return a new member with every field checked and normalised.

    Raises:
        InvalidInput: names the field.
    """
    name, email, role = as_name(new.name), as_email(new.email), as_role(new.role)
    if new.language not in ("zh", "en"):
        raise InvalidInput("There is no such language.", where="language", fix="Use zh or en.")
    check_password(new.password, email=email, name=name)
    return replace(new, name=name, email=email, role=role)


def insert(workspace: Workspace, session: Session, new: NewMember, hashed: str) -> Member:
    """Insert a checked member in the caller's transaction.

    Raises:
        Conflict: the e-mail is taken.
    """
    now, member_id = workspace.clock.now_ms(), workspace.ids.new("mem")
    row = {"id": member_id, "email": new.email, "name": new.name, "role": new.role, "state": "active", "password_hash": hashed}
    if not store.insert_member(session, **row, language=new.language, theme="auto", good_colour=None, created_ms=now, changed_ms=now):
        raise Conflict("A member with this e-mail address exists.", where="email", fix="Use another address.")
    member = store.member_by_id(session, member_id)
    if member is None:
        raise Broken("A member vanished while being made.")
    return member


def enrol(workspace: Workspace, actor: Actor, new: NewMember) -> MemberView:
    """Make a member.

    Raises:
        InvalidInput: names the field.
        Conflict: the e-mail is taken.
    """
    new = checked(new)
    hashed = passwords.hash_password(new.password)
    with workspace.records.write() as session:
        member = insert(workspace, session, new, hashed)
        audit(session, actor, "member.created", f"member:{member.id}", {"role": member.role}, workspace.clock.now_ms())
        return _view(member)


def change_member(workspace: Workspace, actor: Actor, member_id: str, role: str | None, state: str | None) -> MemberView:
    """Change a member's role or state; a disabled member's sessions end at once.

    Raises:
        NotFound: no such member.
        Conflict: nobody would be left to administer.
        InvalidInput: no such role or state.
    """
    changes = {key: value for key, value in (("role", role), ("state", state)) if value is not None}
    if "role" in changes:
        as_role(changes["role"])
    if changes.get("state", "active") not in ("active", "disabled"):
        raise InvalidInput("There is no such state.", where="state", fix="Use active or disabled.")
    with workspace.records.write() as session:
        admins, now = store.lock_admins(session), workspace.clock.now_ms()
        member = store.member_by_id(session, member_id)
        if member is None:
            raise NotFound("There is no such member.", where="member_id")
        before = {"role": member.role, "state": member.state}
        after = before | changes
        is_admin, stays = before == {"role": "admin", "state": "active"}, after == {"role": "admin", "state": "active"}
        if is_admin and not stays and admins == 1:
            raise Conflict("This is the only admin.", where="member_id", fix="Make somebody else an admin first.")
        if after == before:
            return _view(member)
        member.role, member.state, member.changed_ms = after["role"], after["state"], now
        session.flush()
        if after["state"] == "disabled":
            store.delete_sessions(session, member_id)
        audit(session, actor, "member.changed", f"member:{member_id}", {"before": before, "after": after}, now)
        return _view(member)


def reset_password(workspace: Workspace, actor: Actor, member_id: str, password: str) -> None:
    """Give a member a new password; every session of theirs ends.

    Raises:
        NotFound: no such member.
        InvalidInput: the password is weak.
    """
    with workspace.records.read() as session:
        member = store.member_by_id(session, member_id)
    if member is None:
        raise NotFound("There is no such member.", where="member_id")
    check_password(password, email=member.email, name=member.name)
    hashed = passwords.hash_password(password)
    with workspace.records.write() as session:
        now = workspace.clock.now_ms()
        store.change_member(session, member_id, password_hash=hashed, changed_ms=now)
        ended = store.delete_sessions(session, member_id)
        audit(session, actor, "member.password_reset", f"member:{member_id}", {"sessions_ended": ended}, now)


def list_members(workspace: Workspace, limit: int, cursor: str | None) -> Page[MemberView]:
    """Return a page of members by e-mail.

    Raises:
        InvalidInput: the cursor is of another list.
    """
    after = None if cursor is None else str(decode(cursor, length=1, scope="members")[0])
    with workspace.records.read() as session:
        rows = [_view(row) for row in store.members(session, limit + 1, after)]
    return take(rows, limit, lambda row: [row.email], scope="members")


def _view(row: Member) -> MemberView:
    return MemberView(row.id, row.name, row.email, row.role, row.state, row.language, row.created_ms)
