"""Every operational query of the room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import CursorResult, delete, func, or_, select, update
from sqlalchemy.orm import Session

from windsock.governance.model import START, Entry, Failures
from windsock.governance.tables import AdminLink, ApiToken, AuditEntry, AuditHead, Member, SignedIn, SignInFailures
from windsock.records import insert_missing

__all__ = ["ApiToken", "Member", "Session", "SignedIn"]

_BATCH = 1_000
FAILURES_KEPT_MS = 24 * 3600 * 1000


def _count(result: Any) -> int:  # noqa: ANN401 - SQLAlchemy types the result of a change as a plain result
    return result.rowcount if isinstance(result, CursorResult) else 0


# Members


def member_by_email(session: Session, email: str) -> Member | None:
    """Return the member with an e-mail address as kept."""
    return session.scalar(select(Member).where(Member.email == email))


def member_by_id(session: Session, member_id: str) -> Member | None:
    """Return a member."""
    return session.get(Member, member_id)


def members(session: Session, limit: int, after: str | None) -> Sequence[Member]:
    """Return members by e-mail, at most ``limit``, after an e-mail."""
    query = select(Member).order_by(Member.email).limit(limit)
    return session.scalars(query if after is None else query.where(Member.email > after)).all()


def active_members(session: Session, words: Sequence[str], roles: Sequence[str], limit: int) -> Sequence[Member]:
    """Return members who may sign in: of some ids, e-mails or names (small and capital letters alike), or of some roles; by e-mail."""
    lowered = [word.lower() for word in words]
    meant = or_(Member.id.in_(words), func.lower(Member.email).in_(lowered), func.lower(Member.name).in_(lowered), Member.role.in_(roles))
    return session.scalars(select(Member).where(Member.state == "active", meant).order_by(Member.email).limit(limit)).all()


def active_ids(session: Session, ids: Sequence[str]) -> set[str]:
    """Return which of some members may sign in."""
    return set(session.scalars(select(Member.id).where(Member.id.in_(ids), Member.state == "active")))


def active_admins(session: Session) -> int:
    """Count the admins who may sign in."""
    return session.scalar(select(func.count()).select_from(Member).where(Member.role == "admin", Member.state == "active")) or 0


def lock_admins(session: Session) -> int:
    """Count the admins who may sign in, and keep others from changing them until the transaction ends."""
    locked = select(Member.id).where(Member.role == "admin", Member.state == "active").with_for_update()
    return len(session.scalars(locked).all())


def insert_member(session: Session, **values: Any) -> bool:  # noqa: ANN401 - a row
    """Insert a member; False when the e-mail is taken."""
    return insert_missing(session, Member, values, ("email",))


def change_member(session: Session, member_id: str, **values: Any) -> bool:  # noqa: ANN401 - a row's part
    """Change a member; False when there is none."""
    return _count(session.execute(update(Member).where(Member.id == member_id).values(**values))) == 1


# Sessions


def session_by_digest(session: Session, digest: str, now_ms: int) -> tuple[SignedIn, Member] | None:
    """Return a live session with its active member."""
    query = (
        select(SignedIn, Member)
        .join(Member, Member.id == SignedIn.member_id)
        .where(SignedIn.digest == digest, SignedIn.expires_ms > now_ms, Member.state == "active")
    )
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def insert_session(session: Session, row: SignedIn, keep: int) -> None:
    """Insert a session; expired ones and all but the newest ``keep`` of the member go."""
    session.execute(delete(SignedIn).where(SignedIn.expires_ms <= row.created_ms))
    newest = select(SignedIn.digest).where(SignedIn.member_id == row.member_id).order_by(SignedIn.created_ms.desc()).limit(keep - 1)
    kept = session.scalars(newest).all()
    session.execute(delete(SignedIn).where(SignedIn.member_id == row.member_id, SignedIn.digest.not_in(kept)))
    session.add(row)
    session.flush()


def delete_session(session: Session, digest: str) -> bool:
    """End one session."""
    return _count(session.execute(delete(SignedIn).where(SignedIn.digest == digest))) == 1


def delete_sessions(session: Session, member_id: str, *, but: str = "") -> int:
    """End the sessions of a member, but one."""
    return _count(session.execute(delete(SignedIn).where(SignedIn.member_id == member_id, SignedIn.digest != but)))


# Admin links


def replace_admin_link(session: Session, digest: str, now_ms: int, expires_ms: int) -> None:
    """Make one link; unused ones before it stop working."""
    session.execute(delete(AdminLink).where(AdminLink.used_ms.is_(None)))
    session.add(AdminLink(digest=digest, created_ms=now_ms, expires_ms=expires_ms, used_ms=None))
    session.flush()


def admin_link_works(session: Session, digest: str, now_ms: int) -> bool:
    """Say whether a link could be used."""
    query = select(AdminLink.digest).where(AdminLink.digest == digest, AdminLink.used_ms.is_(None), AdminLink.expires_ms > now_ms)
    return session.scalar(query) is not None


def use_admin_link(session: Session, digest: str, now_ms: int) -> bool:
    """Use a link up; True for exactly one caller."""
    still = (AdminLink.digest == digest, AdminLink.used_ms.is_(None), AdminLink.expires_ms > now_ms)
    return _count(session.execute(update(AdminLink).where(*still).values(used_ms=now_ms))) == 1


# API tokens


def insert_token(session: Session, row: ApiToken) -> None:
    """Insert a token."""
    session.add(row)
    session.flush()


def tokens(session: Session, limit: int, after: tuple[int, str] | None = None) -> Sequence[ApiToken]:
    """Return tokens, the newest first, at most ``limit``, after one made at an instant under an id."""
    query = select(ApiToken).order_by(ApiToken.created_ms.desc(), ApiToken.id).limit(limit)
    if after is not None:
        made, token_id = after
        query = query.where((ApiToken.created_ms < made) | ((ApiToken.created_ms == made) & (ApiToken.id > token_id)))
    return session.scalars(query).all()


def live_tokens(session: Session, now_ms: int) -> int:
    """Count the tokens that work."""
    return session.scalar(select(func.count()).select_from(ApiToken).where(*_live(now_ms))) or 0


def token_by_digest(session: Session, digest: str, now_ms: int) -> ApiToken | None:
    """Return a token that works."""
    return session.scalar(select(ApiToken).where(ApiToken.digest == digest, *_live(now_ms)))


def _live(now_ms: int) -> tuple[Any, ...]:
    return ApiToken.revoked_ms.is_(None), ApiToken.expires_ms.is_(None) | (ApiToken.expires_ms > now_ms)


def touch_token(session: Session, token_id: str, now_ms: int) -> None:
    """Note that a token was used."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_ms=now_ms))


def revoke_token(session: Session, token_id: str, now_ms: int) -> bool:
    """Revoke a token; False when none works under this id."""
    return _count(session.execute(update(ApiToken).where(ApiToken.id == token_id, ApiToken.revoked_ms.is_(None)).values(revoked_ms=now_ms))) == 1


# Failed sign-ins


def failures(session: Session, key: str) -> Failures:
    """Return the failures under a key, locked until the transaction ends."""
    row = session.scalar(select(SignInFailures).where(SignInFailures.key == key).with_for_update())
    return Failures() if row is None else Failures(row.failures, row.last_ms, row.blocked_until_ms)


def open_failures(session: Session, key: str, now_ms: int) -> None:
    """Make sure that there is a row to lock; rows older than a day go."""
    session.execute(delete(SignInFailures).where(SignInFailures.last_ms < now_ms - FAILURES_KEPT_MS))
    insert_missing(session, SignInFailures, {"key": key, "failures": 0, "last_ms": now_ms, "blocked_until_ms": 0}, ("key",))


def save_failures(session: Session, key: str, found: Failures) -> None:
    """Keep a count of failures."""
    values = {"failures": found.count, "last_ms": found.last_ms, "blocked_until_ms": found.blocked_until_ms}
    session.execute(update(SignInFailures).where(SignInFailures.key == key).values(**values))


def take_back_try(session: Session, pair: str, address: str) -> None:
    """A try succeeded: the pair is clean, the address has one failure less."""
    session.execute(delete(SignInFailures).where(SignInFailures.key == pair))
    still = (SignInFailures.key == address, SignInFailures.failures > 0)
    session.execute(update(SignInFailures).where(*still).values(failures=SignInFailures.failures - 1, blocked_until_ms=0))


# Audit trail


def next_place(session: Session) -> tuple[int, str]:
    """Take the next number of the chain and the hash before it; other writers wait until the transaction ends."""
    grow = update(AuditHead).where(AuditHead.id == 1).values(seq=AuditHead.seq + 1).returning(AuditHead.seq, AuditHead.hash)
    row = session.execute(grow).one_or_none()
    if row is None:
        insert_missing(session, AuditHead, {"id": 1, "seq": 0, "hash": START}, ("id",))
        row = session.execute(grow).one()
    return row[0], row[1]


def append_entry(session: Session, entry: Entry) -> None:
    """Write an entry and move the head to it."""
    values = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
    session.add(AuditEntry(**values))
    session.execute(update(AuditHead).where(AuditHead.id == 1).values(hash=entry.hash))
    session.flush()


def head(session: Session) -> tuple[int, str]:
    """Return number and hash of the last entry."""
    row = session.get(AuditHead, 1)
    return (0, START) if row is None else (row.seq, row.hash)


def entries(session: Session) -> Iterator[Entry]:
    """Return the whole chain in order, a batch at a time."""
    after = -1
    while True:
        batch = session.scalars(select(AuditEntry).where(AuditEntry.seq > after).order_by(AuditEntry.seq).limit(_BATCH)).all()
        yield from (_entry(row) for row in batch)
        if len(batch) < _BATCH:
            return
        after = batch[-1].seq
        session.expunge_all()


def latest(session: Session, limit: int, before: int | None, filters: dict[str, str]) -> list[Entry]:
    """Return entries, the newest first, before a number; filters are equal values of action, subject and actor_id."""
    query = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditEntry.seq < before)
    columns = {"action": AuditEntry.action, "subject": AuditEntry.subject, "actor_id": AuditEntry.actor_id}
    for name, value in filters.items():
        query = query.where(columns[name] == value)
    return [_entry(row) for row in session.scalars(query)]


def _entry(row: AuditEntry) -> Entry:
    return Entry(**{name: getattr(row, name) for name in Entry.__dataclass_fields__})
