"""The room's table: analyses that people saved."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class SavedAnalysisRow(Base):
    """An analysis by its name: its definition as JSON, who saved it; ``version`` counts its changes."""

    __tablename__ = "saved_analysis"
    __table_args__ = (CheckConstraint("version >= 1", name="version"), Index("ix_saved_analysis_kind", "kind", "changed_ms"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    definition: Mapped[dict[str, Any]]
    owner: Mapped[str] = mapped_column(String(100))
    owner_name: Mapped[str] = mapped_column(String(120))
    version: Mapped[int] = mapped_column(Integer)
    created_ms: Mapped[int]
    changed_ms: Mapped[int]
