"""The table of maintenance windows."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class MaintenanceRow(Base):
    """A window in which nothing is told; ``monitors`` is empty for the whole workspace."""

    __tablename__ = "maintenance"
    __table_args__ = (CheckConstraint("until_ms > from_ms", name="ends"), Index("ix_maintenance_until", "until_ms"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    monitors: Mapped[list[str]]
    from_ms: Mapped[int]
    until_ms: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500))
    created_ms: Mapped[int]
    created_by: Mapped[str] = mapped_column(String(100))
    created_name: Mapped[str] = mapped_column(String(120))
