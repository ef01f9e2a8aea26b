"""Sign in and out, and find who stands behind a cookie or a token."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from windsock.governance import passwords, store
from windsock.governance.audit import audit
from windsock.governance.model import (
    ADDRESS,
    PAIR,
    ROLES,
    SESSIONS_MAX,
    Actor,
    Failures,
    Throttle,
    Via,
    as_email,
    as_role,
    check_password,
    count_try,
    wait_ms,
)
from windsock.governance.store import Member, Session, SignedIn
from windsock.kernel.errors import InvalidInput, NotFound, NotSignedIn, TooMany
from windsock.kernel.ids import digest
from windsock.workspace import Workspace

SESSION_COOKIE = "windsock_session"
TOKEN_PREFIX = "wsk_"  # noqa: S105 - what a token starts with
_SECRET_MAX = 200
_TOUCH_MS = 10 * 60_000


@dataclass(frozen=True)
class Visitor:
    """A signed-in actor, with what the session's page shows of a member.

    Attributes:
        actor: who it is, with the rights of this moment.
        email: "" for a token.
        language: zh or en.
        theme: auto, light or dark.
        good_colour: red or green, or None for the workspace's.
        csrf: what a state-changing request must repeat in a header, "" for a token.
    """

    actor: Actor
    email: str = ""
    language: str = ""
    theme: str = "auto"
    good_colour: str | None = None
    csrf: str = ""


@dataclass(frozen=True)
class SignedInNow:
    """A fresh session; the secret goes into the cookie and nowhere else."""

    secret: str
    visitor: Visitor


def csrf_of(secret: str) -> str:
    """Return the anti-forgery token that belongs to a session's secret."""
    return hashlib.sha256(f"csrf:{secret}".encode()).hexdigest()


def sign_in(workspace: Workspace, email: str, password: str, address: str, old_secret: str = "") -> SignedInNow:
    """Check a password and open a new session; a session that the browser had before ends.

    Args:
        workspace: the open workspace.
        email: as typed.
        password: as typed.
        address: the network address of the caller.
        old_secret: the cookie that came along, or "".

    Raises:
        NotSignedIn: unknown, disabled or wrong; which of them is not told.
        TooMany: too many failures under this e-mail and address, or under this address.
        Busy: too many people are signing in at this moment.
    """
    wrong = NotSignedIn("E-mail or password is wrong.", fix="Check both; an admin can set a new password.", code="wrong_password")
    try:
        wanted = as_email(email)
    except InvalidInput:
        wanted = ""
    pair, alone = _key(f"{wanted} {address}"), _key(f"address {address}")
    _count_try(workspace, ((pair, PAIR), (alone, ADDRESS)))
    with workspace.records.read() as session:
        member = store.member_by_email(session, wanted)
    active = member is not None and member.state == "active"
    fits = passwords.password_fits(password, member.password_hash if member is not None else None)
    if member is None or not active or not fits:
        _note_refusal(workspace, member)
        raise wrong
    fresh = passwords.hash_password(password) if passwords.outdated(member.password_hash) else member.password_hash
    with workspace.records.write() as session:
        now = workspace.clock.now_ms()
        row = store.member_by_id(session, member.id)
        if row is None or row.state != "active" or row.password_hash != member.password_hash:
            raise wrong
        row.password_hash = fresh
        store.take_back_try(session, pair, alone)
        if old_secret:
            store.delete_session(session, digest(old_secret))
        signed_in = open_session(workspace, session, row, address)
        audit(session, signed_in.visitor.actor, "session.opened", f"member:{row.id}", {}, now)
    return signed_in


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _count_try(workspace: Workspace, keys: tuple[tuple[str, Throttle], ...]) -> None:
    with workspace.records.write() as session:
        now = workspace.clock.now_ms()
        counted: dict[str, Failures] = {}
        for key, throttle in keys:
            store.open_failures(session, key, now)
            found = store.failures(session, key)
            wait = wait_ms(found, now)
            if wait:
                seconds = -(-wait // 1000)
                raise TooMany("Too many failed tries to sign in.", retry_after_s=seconds, fix=f"Try again in {seconds} seconds.")
            counted[key] = count_try(found, throttle, now)
        for key, found in counted.items():
            store.save_failures(session, key, found)


def _note_refusal(workspace: Workspace, member: Member | None) -> None:
    nobody = Actor("nobody", "nobody", "viewer", frozenset(), "session")
    with workspace.records.write() as session:
        subject = f"member:{member.id}" if member is not None else "member:unknown"
        audit(session, nobody, "session.refused", subject, {}, workspace.clock.now_ms())


def open_session(workspace: Workspace, session: Session, member: Member, address: str) -> SignedInNow:
    """Open a session for a member in the caller's transaction."""
    now = workspace.clock.now_ms()
    secret = workspace.ids.secret()
    length = round(workspace.settings.http.session_hours * 3_600_000)
    row = SignedIn(digest=digest(secret), member_id=member.id, address=address[:64], created_ms=now, expires_ms=now + length)
    store.insert_session(session, row, SESSIONS_MAX)
    return SignedInNow(secret, _visitor(member, secret))


def _visitor(member: Member, secret: str) -> Visitor:
    actor = _actor(member.id, member.name, member.role, "session")
    return Visitor(actor, member.email, member.language, member.theme, member.good_colour, csrf_of(secret))


def _actor(actor_id: str, name: str, role_name: str, via: Via) -> Actor:
    role = as_role(role_name)
    return Actor(actor_id, name, role, ROLES[role], via)


def visitor_of_session(workspace: Workspace, secret: str) -> Visitor | None:
    """Return who a cookie belongs to, with the rights of this moment; None when it is unknown, expired or of a disabled member."""
    if not secret or len(secret) > _SECRET_MAX or not secret.isascii():
        return None
    with workspace.records.read() as session:
        found = store.session_by_digest(session, digest(secret), workspace.clock.now_ms())
        return None if found is None else _visitor(found[1], secret)


def visitor_of_token(workspace: Workspace, secret: str) -> Visitor | None:
    """Return who an API token belongs to; None when it is unknown, expired or revoked."""
    if not secret.startswith(TOKEN_PREFIX) or len(secret) > _SECRET_MAX or not secret.isascii():
        return None
    now = workspace.clock.now_ms()
    with workspace.records.read() as session:
        token = store.token_by_digest(session, digest(secret), now)
    if token is None:
        return None
    if token.used_ms is None or now - token.used_ms > _TOUCH_MS:
        with workspace.records.write() as session:
            store.touch_token(session, token.id, now)
    return Visitor(_actor(token.id, token.name, token.role, "token"))


def sign_out(workspace: Workspace, actor: Actor, secret: str, *, everywhere: bool = False) -> int:
    """End this session, or every session of the member; return how many ended."""
    with workspace.records.write() as session:
        ended = store.delete_sessions(session, actor.id) if everywhere else int(store.delete_session(session, digest(secret)))
        audit(session, actor, "session.closed", f"member:{actor.id}", {"everywhere": everywhere, "ended": ended}, workspace.clock.now_ms())
    return ended


def change_preferences(workspace: Workspace, actor: Actor, changes: dict[str, str]) -> None:
    """Keep how a member wants to see things: language, theme, good_colour.

    Raises:
        NotFound: the actor is no member (a token).
    """
    with workspace.records.write() as session:
        now = workspace.clock.now_ms()
        if not store.change_member(session, actor.id, **changes, changed_ms=now):
            raise NotFound("A token has no preferences.", fix="Sign in as a member.")
        audit(session, actor, "member.preferences_changed", f"member:{actor.id}", dict(changes), now)


def with_preferences(visitor: Visitor, changes: dict[str, str]) -> Visitor:
    """Return the visitor as they are after their preferences changed."""
    return replace(visitor, **changes)


def change_password(workspace: Workspace, actor: Actor, current: str, new: str, secret: str, address: str) -> None:
    """Set one's own password; every other session of the member ends.

    Raises:
        NotFound: the actor is no member.
        InvalidInput: the current password is wrong, or the new one weak.
        TooMany: too many wrong tries.
    """
    with workspace.records.read() as session:
        member = store.member_by_id(session, actor.id)
    if member is None:
        raise NotFound("A token has no password.", fix="Sign in as a member.")
    check_password(new, email=member.email, name=member.name, where="new")
    pair, alone = _key(f"{member.email} {address}"), _key(f"address {address}")
    _count_try(workspace, ((pair, PAIR), (alone, ADDRESS)))
    if not passwords.password_fits(current, member.password_hash):
        raise InvalidInput("The current password is wrong.", where="current", fix="Type it again.", code="wrong_password")
    hashed = passwords.hash_password(new)
    with workspace.records.write() as session:
        now = workspace.clock.now_ms()
        store.take_back_try(session, pair, alone)
        store.change_member(session, actor.id, password_hash=hashed, changed_ms=now)
        ended = store.delete_sessions(session, actor.id, but=digest(secret))
        audit(session, actor, "member.password_changed", f"member:{actor.id}", {"sessions_ended": ended}, now)
