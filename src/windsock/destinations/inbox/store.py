"""Every operational query of the inbox."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, or_, select, update

from windsock.destinations.inbox.tables import InboxRow, MemberWay
from windsock.records import insert_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class InboxMessage:
    """A message as its member sees it; instants in ms UTC."""

    id: str
    member: str
    message_id: str
    subject: str
    text: str
    severity: str
    path: str
    at_ms: int
    read_ms: int | None


def add(session: Session, message: InboxMessage, most: int) -> bool:
    """Add a message; False where the member has it. The oldest beyond ``most`` go."""
    if not insert_missing(session, InboxRow, dict(vars(message)), ["member", "message_id"]):
        return False
    mine = InboxRow.member == message.member
    beyond = select(InboxRow.id).where(mine).order_by(InboxRow.at_ms.desc(), InboxRow.id.desc()).offset(most)
    session.execute(delete(InboxRow).where(InboxRow.id.in_(list(session.scalars(beyond)))))
    return True


def page(session: Session, member: str, limit: int, after: tuple[int, str] | None) -> list[InboxMessage]:
    """Return up to ``limit`` messages of a member, the newest first, after (at_ms, id)."""
    query = select(InboxRow).where(InboxRow.member == member)
    if after is not None:
        query = query.where(or_(InboxRow.at_ms < after[0], (InboxRow.at_ms == after[0]) & (InboxRow.id < after[1])))
    rows = session.scalars(query.order_by(InboxRow.at_ms.desc(), InboxRow.id.desc()).limit(limit))
    return [InboxMessage(**{one.name: getattr(row, one.name) for one in fields(InboxMessage)}) for row in rows]


def unread(session: Session, member: str) -> int:
    """Return how many messages of a member are not read."""
    return int(session.scalar(select(func.count()).where(InboxRow.member == member, InboxRow.read_ms.is_(None))) or 0)


def read(session: Session, member: str, ids: Sequence[str] | None, now_ms: int) -> None:
    """Note that a member read some messages, or all."""
    mine = update(InboxRow).where(InboxRow.member == member, InboxRow.read_ms.is_(None))
    session.execute((mine if ids is None else mine.where(InboxRow.id.in_(ids))).values(read_ms=now_ms))


def clear(session: Session, member: str) -> int:
    """Drop all messages of a member; returns how many."""
    result: Any = session.execute(delete(InboxRow).where(InboxRow.member == member))
    return int(result.rowcount)


def clear_before(session: Session, at_ms: int) -> int:
    """Drop messages that came before an instant; returns how many."""
    result: Any = session.execute(delete(InboxRow).where(InboxRow.at_ms < at_ms))
    return int(result.rowcount)


def members(session: Session) -> set[str]:
    """Return who has messages or ways of their own."""
    return {*session.scalars(select(InboxRow.member).distinct()), *session.scalars(select(MemberWay.member).distinct())}


def ways(session: Session, member: str) -> list[str]:
    """Return the destinations that a member wants besides, by name."""
    return list(session.scalars(select(MemberWay.destination).where(MemberWay.member == member).order_by(MemberWay.destination)))


def put_ways(session: Session, member: str, names: Sequence[str]) -> None:
    """Keep which destinations a member wants besides."""
    session.execute(delete(MemberWay).where(MemberWay.member == member))
    session.add_all([MemberWay(member=member, destination=name) for name in names])
    session.flush()
