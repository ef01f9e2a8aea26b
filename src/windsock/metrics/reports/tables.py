"""The tables of reports: what is sent when to whom, and each sending."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class ReportRow(Base):
    """A dashboard that is sent again and again; ``body`` holds its timetable, language and recipients as JSON."""

    __tablename__ = "report"
    __table_args__ = (CheckConstraint("version >= 1", name="version"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    dashboard: Mapped[str] = mapped_column(String(40))
    destination: Mapped[str] = mapped_column(String(40))
    enabled: Mapped[bool]
    owner: Mapped[str] = mapped_column(String(100))
    version: Mapped[int] = mapped_column(Integer)
    body: Mapped[dict[str, Any]]
    created_ms: Mapped[int]
    changed_ms: Mapped[int]


class ReportRun(Base):
    """One sending of a report: one a period, whatever happens; ``label`` is the last date of what it tells about."""

    __tablename__ = "report_run"
    __table_args__ = (
        UniqueConstraint("report", "label"),
        CheckConstraint("state IN ('queued', 'sent', 'failed')", name="state"),
        Index("ix_report_run_due_ms", "due_ms"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    report: Mapped[str] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))
    due_ms: Mapped[int]
    sent_ms: Mapped[int | None]
    error: Mapped[str] = mapped_column(String(1000))
