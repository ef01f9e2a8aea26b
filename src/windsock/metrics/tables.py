"""The room's operational tables: what the 09:00 page showed, one row a day; which version of a metric was in force, and when."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class TodaySnapshot(Base):
    """The page of one date as it was first frozen; later corrections are shown beside it, never in it.

    ``date`` is the civil date (YYYY-MM-DD) the figures are about; ``body`` is the page's JSON with ``values`` by metric.
    """

    __tablename__ = "today_snapshot"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    date: Mapped[str] = mapped_column(String(10), unique=True)
    as_of_ms: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[dict[str, Any]]
    created_ms: Mapped[int] = mapped_column(BigInteger)


class MetricForce(Base):
    """One stretch of time in which a version of a self-made metric was in force; a question as of a time is answered by what held then.

    ``to_ms`` is NULL while it lasts. A version is put in force once: what comes back comes back as a new version.
    """

    __tablename__ = "metric_force"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("to_ms IS NULL OR to_ms >= from_ms", name="span"),
        Index("uq_metric_force_now", "name", unique=True, sqlite_where=text("to_ms IS NULL"), postgresql_where=text("to_ms IS NULL")),
    )

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(String(64))
    from_ms: Mapped[int] = mapped_column(BigInteger)
    to_ms: Mapped[int | None] = mapped_column(BigInteger)
