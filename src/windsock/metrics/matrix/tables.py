"""The room's operational tables: judgements of the matrix and measured effects."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class MatrixCell(Base):
    """What somebody thinks a module does to a goal."""

    __tablename__ = "matrix_cell"
    __table_args__ = (
        CheckConstraint("size BETWEEN 0 AND 3", name="size"),
        CheckConstraint("effort BETWEEN 0 AND 3", name="effort"),
        CheckConstraint("direction IN ('up', 'down', 'mixed', 'none')", name="direction"),
    )

    module: Mapped[str] = mapped_column(String(40), primary_key=True)
    goal: Mapped[str] = mapped_column(String(40), primary_key=True)
    direction: Mapped[str] = mapped_column(String(8))
    size: Mapped[int] = mapped_column(Integer)
    effort: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(String(500))
    version: Mapped[int] = mapped_column(Integer)
    changed_by: Mapped[str] = mapped_column(String(120))
    changed_ms: Mapped[int] = mapped_column(BigInteger)


class MatrixEffect(Base):
    """A measured effect of a module on a goal, once for each source; numbers are exact text, dates ISO."""

    __tablename__ = "matrix_effect"
    __table_args__ = (
        UniqueConstraint("source", "ref", "module", "goal", name="uq_matrix_effect_source"),
        Index("ix_matrix_effect_module", "module", "goal"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    module: Mapped[str] = mapped_column(String(40))
    goal: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(20))
    ref: Mapped[str] = mapped_column(String(120))
    effect: Mapped[str] = mapped_column(String(40))
    low: Mapped[str | None] = mapped_column(String(40))
    high: Mapped[str | None] = mapped_column(String(40))
    first: Mapped[str] = mapped_column(String(10))
    last: Mapped[str] = mapped_column(String(10))
    recorded_by: Mapped[str] = mapped_column(String(120))
    recorded_ms: Mapped[int] = mapped_column(BigInteger)
