"""The table of deliveries."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class DeliveryRow(Base):
    """A message on its way. ``message`` and ``recipients`` are emptied when it is over; ``lease_ms`` is until when one worker has it."""

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'failed', 'sent', 'dead', 'dismissed')", name="state"),
        Index("uq_delivery_message", "destination", "message_id", unique=True),
        Index("ix_delivery_created", "created_ms", "id"),
        Index("ix_delivery_state", "state", "next_ms"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    destination: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    message_id: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(Integer)
    tries: Mapped[list[Any]]
    to_count: Mapped[int] = mapped_column(Integer)
    recipients: Mapped[list[str]]
    message: Mapped[dict[str, Any]]
    next_ms: Mapped[int | None]
    lease_ms: Mapped[int | None]
    created_ms: Mapped[int]
    changed_ms: Mapped[int]
    by: Mapped[str] = mapped_column(String(120))
