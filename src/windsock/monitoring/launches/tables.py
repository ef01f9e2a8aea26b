"""The table of launches."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class LaunchRow(Base):
    """A launch: what was declared, how it stands, and its verdict. ``revision`` tells two workers on one tick apart.

    ``lines`` has for each line its ramp and its status; ``verdict`` is empty until there is one, and never changes then.
    """

    __tablename__ = "launch"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'running', 'ended', 'cancelled')", name="state"),
        CheckConstraint("ends_ms > starts_ms", name="ends"),
        Index("ix_launch_starts", "starts_ms", "name"),
        Index("ix_launch_state", "state"),
    )

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    body: Mapped[dict[str, Any]]
    lines: Mapped[list[Any]]
    starts_ms: Mapped[int]
    ends_ms: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    standing: Mapped[str] = mapped_column(String(10))
    until_ms: Mapped[int]
    looked_ms: Mapped[int]
    note: Mapped[str] = mapped_column(String(500))
    verdict: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(500))
    created_ms: Mapped[int]
    created_by: Mapped[str] = mapped_column(String(100))
    created_name: Mapped[str] = mapped_column(String(120))
    revision: Mapped[int] = mapped_column(Integer)
