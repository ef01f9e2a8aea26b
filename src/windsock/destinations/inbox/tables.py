"""The tables of the inbox."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class InboxRow(Base):
    """One message to one member; ``path`` is the page that it opens, empty for none."""

    __tablename__ = "inbox_message"
    __table_args__ = (Index("uq_inbox_message", "member", "message_id", unique=True), Index("ix_inbox_message_at", "member", "at_ms", "id"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    member: Mapped[str] = mapped_column(String(40))
    message_id: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(String(2000))
    severity: Mapped[str] = mapped_column(String(10))
    path: Mapped[str] = mapped_column(String(300))
    at_ms: Mapped[int]
    read_ms: Mapped[int | None]


class MemberWay(Base):
    """A destination that a member is told by as well while on duty."""

    __tablename__ = "member_way"

    member: Mapped[str] = mapped_column(String(40), primary_key=True)
    destination: Mapped[str] = mapped_column(String(40), primary_key=True)
