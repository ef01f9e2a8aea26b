"""The table of models."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class ModelVersionRow(Base):
    """A model as it was made: its card, and what it learned as text. One of a name is used at most: active, or its baseline (fallback)."""

    __tablename__ = "model_version"
    __table_args__ = (
        CheckConstraint("state IN ('candidate', 'active', 'retired', 'fallback')", name="state"),
        Index("ix_model_version_state", "state"),
    )

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10))
    days: Mapped[int] = mapped_column(Integer)
    goods_kind: Mapped[str] = mapped_column(String(40))
    card: Mapped[dict[str, Any]]
    learned: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(500))
    created_ms: Mapped[int]
    created_by: Mapped[str] = mapped_column(String(100))
    created_name: Mapped[str] = mapped_column(String(120))
