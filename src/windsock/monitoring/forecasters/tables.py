"""The table of warnings that were kept: what was likely, whether it was told, and whether it came true."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Float, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class ForewarningRow(Base):
    """A warning before the fact.

    ``holds`` is the subject until it is known whether it came true, and NULL from then on: one of a subject is undecided at most.
    """

    __tablename__ = "forewarning"
    __table_args__ = (
        CheckConstraint("kind IN ('target', 'breach', 'sold_out', 'empty', 'oversold')", name="kind"),
        CheckConstraint("state IN ('open', 'gone', 'dismissed')", name="state"),
        CheckConstraint("outcome IS NULL OR outcome IN ('hit', 'false', 'unknown')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (holds IS NOT NULL)", name="holds"),
        Index("uq_forewarning_holds", "holds", unique=True),
        Index("ix_forewarning_opened", "opened_ms", "id"),
        Index("ix_forewarning_decided", "decided_ms"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(200))
    holds: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str | None] = mapped_column(String(8))
    title_en: Mapped[str] = mapped_column(String(300))
    title_zh: Mapped[str] = mapped_column(String(300))
    owner: Mapped[str] = mapped_column(String(80))
    first_probability: Mapped[float] = mapped_column(Float(53))
    probability: Mapped[float] = mapped_column(Float(53))
    about: Mapped[dict[str, Any]]
    at_ms: Mapped[int | None]
    due_ms: Mapped[int]
    opened_ms: Mapped[int]
    changed_ms: Mapped[int]
    told_ms: Mapped[int | None]
    decided_ms: Mapped[int | None]
    dismissed_by: Mapped[str | None] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(500))
