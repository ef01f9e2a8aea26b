"""The room's operational table: what the 09:00 page showed, frozen, one row a day."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, String
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
