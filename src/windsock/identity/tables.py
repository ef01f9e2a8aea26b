"""The room's operational table: pairs of ids that a model takes for one person, and what people said of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class MatchSuggestion(Base):
    """A pair with its probability; ``reasons`` is a list of {field, agreement_zh, agreement_en, weight}, never a value of a person."""

    __tablename__ = "match_suggestion"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'accepted', 'rejected')", name="state"),
        CheckConstraint("did_a < did_b", name="pair"),
        UniqueConstraint("did_a", "did_b", "model"),
        Index("ix_match_suggestion_state", "state", "probability", "id"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    did_a: Mapped[int] = mapped_column(BigInteger)
    did_b: Mapped[int] = mapped_column(BigInteger)
    probability: Mapped[float]
    model: Mapped[str] = mapped_column(String(80))
    reasons: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(12))
    decided_by: Mapped[str | None] = mapped_column(String(100))
    decided_ms: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(String(1000))
    created_ms: Mapped[int] = mapped_column(BigInteger)
