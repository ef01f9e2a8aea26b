"""The room's operational tables: files that come in chunks, databases to read from, and how feeds did."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class ImportUpload(Base):
    """A file that comes in chunks; its bytes lie in the workspace's folder ``uploads``.

    ``received`` of ``size`` bytes are there; ``job`` and ``report`` are of its last dry run or import.
    """

    __tablename__ = "import_upload"
    __table_args__ = (Index("ix_import_upload_expires_ms", "expires_ms"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(String(100))
    created_ms: Mapped[int] = mapped_column(BigInteger)
    expires_ms: Mapped[int] = mapped_column(BigInteger)
    job: Mapped[str | None] = mapped_column(String(40))
    report: Mapped[dict[str, Any] | None]


class ImportConnection(Base):
    """A database to read from; ``sealed`` is its password under the workspace's seal, as base64 text."""

    __tablename__ = "import_connection"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    host: Mapped[str] = mapped_column(String(200))
    port: Mapped[int] = mapped_column(Integer)
    database: Mapped[str] = mapped_column(String(500))
    user: Mapped[str] = mapped_column(String(200))
    sealed: Mapped[str] = mapped_column(Text)
    created_ms: Mapped[int] = mapped_column(BigInteger)
    created_by: Mapped[str] = mapped_column(String(100))


class ImportFeed(Base):
    """How the last turn of a feed went; what a feed is stands in its definition, its cursor beside the facts."""

    __tablename__ = "import_feed"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last_ms: Mapped[int] = mapped_column(BigInteger)
    last_batch: Mapped[str | None] = mapped_column(String(80))
    last_note: Mapped[str] = mapped_column(String(500))
