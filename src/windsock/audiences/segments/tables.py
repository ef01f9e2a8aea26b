"""The records of segments: what was uploaded, and up to which evaluation changes were announced."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class SegmentUploadRow(Base):
    """A file of ids that was uploaded to a list: how it counts, and what became of its rows; the ids are in the warehouse."""

    __tablename__ = "segment_upload"
    __table_args__ = (
        CheckConstraint("mode IN ('replace', 'add')", name="mode"),
        CheckConstraint("state IN ('in_force', 'undone')", name="state"),
        Index("ix_segment_upload_segment", "segment", "number"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    segment: Mapped[str] = mapped_column(String(60))
    mode: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(10))
    file_name: Mapped[str] = mapped_column(String(200))
    rows: Mapped[int]
    ids: Mapped[int]
    unknown: Mapped[int]
    twice: Mapped[int]
    rejected: Mapped[int]
    rejections: Mapped[list[Any]]
    actor: Mapped[str] = mapped_column(String(100))
    created_ms: Mapped[int]


class SegmentToldRow(Base):
    """Up to which evaluation entries and exits were announced; one row."""

    __tablename__ = "segment_told"

    name: Mapped[str] = mapped_column(String(10), primary_key=True)
    run: Mapped[int]
