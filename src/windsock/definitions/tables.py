"""The room's table: every version of everything that people define."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class DefinitionRow(Base):
    """One version of a definition; its body never changes."""

    __tablename__ = "definition"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'trial', 'active', 'retired')", name="state"),
        CheckConstraint("version >= 1", name="version"),
        Index("uq_definition_active", "kind", "name", unique=True, sqlite_where=text("state = 'active'"), postgresql_where=text("state = 'active'")),
    )

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12))
    author: Mapped[str] = mapped_column(String(100))
    approver: Mapped[str | None] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(String(1000))
    created_ms: Mapped[int]
    changed_ms: Mapped[int]
