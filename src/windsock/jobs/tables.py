"""The room's tables: jobs, the outbox with what was delivered of it, and the last occurrence of each schedule."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import COUNTED, Base


class JobRow(Base):
    """A piece of background work."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"),
        CheckConstraint("(state = 'running') = (lease_owner IS NOT NULL)", name="lease"),
        Index("ix_job_state_due_ms", "state", "due_ms"),
        Index("ix_job_created_ms", "created_ms", "id"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(80))
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(12))
    due_ms: Mapped[int]
    attempt: Mapped[int]
    max_attempts: Mapped[int]
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    lease_until_ms: Mapped[int | None]
    cancel_asked: Mapped[bool]
    done: Mapped[int | None]
    total: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(300))
    error: Mapped[str | None] = mapped_column(Text)
    created_ms: Mapped[int]
    started_ms: Mapped[int | None]
    finished_ms: Mapped[int | None]
    changed_ms: Mapped[int]


class OutboxRow(Base):
    """A fact that a room announced, in the transaction that made it true."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_settled_ms", "settled_ms", "seq"),)

    seq: Mapped[int] = mapped_column(COUNTED, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(120))
    payload: Mapped[dict[str, Any]]
    created_ms: Mapped[int]
    settled_ms: Mapped[int | None]


class DeliveryRow(Base):
    """What became of one fact at one reaction; ``done`` is written in the reaction's own transaction."""

    __tablename__ = "outbox_delivery"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'done', 'dead')", name="state"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reaction: Mapped[str] = mapped_column(String(120), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    attempt: Mapped[int]
    due_ms: Mapped[int]
    error: Mapped[str | None] = mapped_column(Text)
    changed_ms: Mapped[int]


class ScheduleRow(Base):
    """The last occurrence of a schedule that was turned into a job."""

    __tablename__ = "schedule"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    last_ms: Mapped[int]
