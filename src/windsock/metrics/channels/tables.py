"""The room's operational table: what is assumed of channels, as somebody last set it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class ChannelAssumptions(Base):
    """A set of assumptions; ``body`` holds exact decimals as text, ``version`` is what a writer must have seen."""

    __tablename__ = "channel_assumptions"
    __table_args__ = (CheckConstraint("version >= 1", name="version"),)

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    body: Mapped[dict[str, Any]]
    changed_by: Mapped[str] = mapped_column(String(120))
    changed_ms: Mapped[int] = mapped_column(BigInteger)
