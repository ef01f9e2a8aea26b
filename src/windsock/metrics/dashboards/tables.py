"""The tables of dashboards: what people made, what each of them pinned, and what happened on a date."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class DashboardRow(Base):
    """A dashboard that somebody made; shipped ones are files.

    ``body`` is its panels and filters as JSON; ``shared`` the roles that see it besides its owner; ``version`` counts its changes.
    """

    __tablename__ = "dashboard"
    __table_args__ = (CheckConstraint("version >= 1", name="version"), Index("ix_dashboard_owner", "owner"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner: Mapped[str] = mapped_column(String(100))
    shared: Mapped[list[str]]
    version: Mapped[int] = mapped_column(Integer)
    body: Mapped[dict[str, Any]]
    created_ms: Mapped[int]
    changed_ms: Mapped[int]


class DashboardPin(Base):
    """A member wants a dashboard at the top of the list."""

    __tablename__ = "dashboard_pin"

    member: Mapped[str] = mapped_column(String(100), primary_key=True)
    dashboard: Mapped[str] = mapped_column(String(40), primary_key=True)
    created_ms: Mapped[int]


class DateNote(Base):
    """What happened on a civil date (YYYY-MM-DD), for everybody who looks at a course of that time."""

    __tablename__ = "date_note"
    __table_args__ = (Index("ix_date_note_date", "date"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    date: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(300))
    author: Mapped[str] = mapped_column(String(100))
    author_name: Mapped[str] = mapped_column(String(120))
    created_ms: Mapped[int]
