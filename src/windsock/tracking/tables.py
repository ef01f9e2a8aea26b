"""The room's tables: sources that collect over HTTP, and their write keys."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class IntakeSource(Base):
    """A place that sends events: a site, an app, a server. A stopped one is answered 404 until it is started again."""

    __tablename__ = "intake_source"
    __table_args__ = (CheckConstraint("kind IN ('web', 'app', 'server', 'mini_program', 'sensors', 'import')", name="kind"),)

    source: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str | None] = mapped_column(String(80))
    created_ms: Mapped[int] = mapped_column(BigInteger)
    created_by: Mapped[str] = mapped_column(String(80))
    stopped_ms: Mapped[int | None] = mapped_column(BigInteger)


class WriteKey(Base):
    """What a sender proves itself with. A public key is no secret and is kept as it is; of a server key only the SHA-256 is kept."""

    __tablename__ = "write_key"
    __table_args__ = (
        CheckConstraint("kind IN ('public', 'server')", name="kind"),
        CheckConstraint("(kind = 'public') = (secret IS NOT NULL)", name="secret"),
        Index("ix_write_key_source", "source", "created_ms"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    source: Mapped[str] = mapped_column(String(60), ForeignKey("intake_source.source"))
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(10))
    secret: Mapped[str | None] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(12))
    sensors_default: Mapped[bool]
    created_ms: Mapped[int] = mapped_column(BigInteger)
    created_by: Mapped[str] = mapped_column(String(80))
    used_ms: Mapped[int | None] = mapped_column(BigInteger)
    revoked_ms: Mapped[int | None] = mapped_column(BigInteger)
