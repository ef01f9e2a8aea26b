"""Make the first admin, by a link that works once."""

from __future__ import annotations

from dataclasses import dataclass

from windsock.governance import passwords, store
from windsock.governance.audit import audit
from windsock.governance.enrol import NewMember, checked, insert
from windsock.governance.model import ADMIN_LINK_MS, Actor
from windsock.governance.sign_in import SignedInNow, open_session
from windsock.kernel.errors import Conflict, NotAllowed
from windsock.kernel.ids import digest
from windsock.workspace import Workspace

_LINK_MAX = 200


@dataclass(frozen=True)
class FirstAdmin:
    """What the first admin fills in."""

    name: str
    email: str
    password: str
    language: str


def first_run(workspace: Workspace) -> bool:
    """Say whether nobody may administer the workspace yet."""
    with workspace.records.read() as session:
        return store.active_admins(session) == 0


def new_admin_link(workspace: Workspace, actor: Actor) -> str:
    """Return the secret of a link that makes an admin: once, within 24 hours; links before it stop working.

    Raises:
        Conflict: there is an admin already, who can make others.
    """
    secret = workspace.ids.secret()
    with workspace.records.write() as session:
        if store.lock_admins(session):
            raise Conflict("There is an admin already.", fix="Ask them for an account.")
        now = workspace.clock.now_ms()
        store.replace_admin_link(session, digest(secret), now, now + ADMIN_LINK_MS)
        audit(session, actor, "admin_link.created", "admin_link", {}, now)
    return secret


def set_up(workspace: Workspace, link: str, wanted: FirstAdmin, address: str) -> SignedInNow:
    """Use the link up, make the admin and sign them in: all or nothing.

    Raises:
        NotAllowed: the link is unknown, used or expired.
        InvalidInput: a field is wrong; the link still works.
        Conflict: the e-mail is taken.
    """
    refused = NotAllowed(
        "This link doesn't work: it is unknown, used or older than 24 hours.",
        where="link",
        fix="Make a new one on the server: windsock token admin-link --home DIR",
        code="link_refused",
    )
    hashed_link = digest(link) if link.isascii() and len(link) <= _LINK_MAX else ""
    with workspace.records.read() as session:
        if not store.admin_link_works(session, hashed_link, workspace.clock.now_ms()):
            raise refused
    new = checked(NewMember(wanted.name, wanted.email, wanted.password, "admin", wanted.language))
    hashed = passwords.hash_password(new.password)
    with workspace.records.write() as session:
        now = workspace.clock.now_ms()
        if not store.use_admin_link(session, hashed_link, now):
            raise refused
        if store.lock_admins(session):
            raise Conflict("There is an admin already.", fix="Ask them for an account.")
        member = insert(workspace, session, new, hashed)
        signed_in = open_session(workspace, session, member, address)
        audit(session, signed_in.visitor.actor, "member.created", f"member:{member.id}", {"role": "admin", "by": "admin link"}, now)
    return signed_in
