"""The operational tables of targets: what is aimed at, and what came of it when its period was closed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class TargetRow(Base):
    """A value that a metric is to reach in a period, in all of the business or for one value of a dimension.

    ``dimension`` and ``member`` are empty for all of the business; ``start`` and ``end`` are civil dates (YYYY-MM-DD); ``value`` is exact
    decimal text; ``owner`` is a role or team, as the metrics name theirs.
    """

    __tablename__ = "target"
    __table_args__ = (
        CheckConstraint("grain in ('day', 'week', 'month', 'quarter')", name="grain"),
        CheckConstraint("weight between 1 and 100", name="weight"),
        UniqueConstraint("metric", "dimension", "member", "grain", "start", name="uq_target_place"),
        Index("ix_target_grain_start", "grain", "start"),
        Index("ix_target_end", "end"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    metric: Mapped[str] = mapped_column(String(80))
    dimension: Mapped[str] = mapped_column(String(60))
    member: Mapped[str] = mapped_column(String(200))
    grain: Mapped[str] = mapped_column(String(10))
    start: Mapped[str] = mapped_column(String(10))
    end: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(40))
    owner: Mapped[str] = mapped_column(String(80))
    weight: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(String(300))
    revision: Mapped[int] = mapped_column(Integer)
    changed_ms: Mapped[int] = mapped_column(BigInteger)
    changed_by: Mapped[str] = mapped_column(String(120))


class TargetResult(Base):
    """What came of a target: written once, when its period is closed; later data is shown beside it, never in it.

    ``actual`` and ``score`` are exact decimal text; ``body`` holds the target and the metric as they were.
    """

    __tablename__ = "target_result"
    __table_args__ = (Index("ix_target_result_grain_start", "grain", "start"),)

    target: Mapped[str] = mapped_column(String(40), ForeignKey("target.id"), primary_key=True)
    grain: Mapped[str] = mapped_column(String(10))
    start: Mapped[str] = mapped_column(String(10))
    as_of_ms: Mapped[int] = mapped_column(BigInteger)
    actual: Mapped[str | None] = mapped_column(String(80))
    score: Mapped[str | None] = mapped_column(String(10))
    complete: Mapped[bool]
    body: Mapped[dict[str, Any]]
