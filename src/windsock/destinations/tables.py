"""The room's table: where messages can be sent."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class DestinationRow(Base):
    """A place that messages go to; ``sealed`` is its password or secret under the workspace's seal, as base64 text.

    ``address`` is the sealed address of a webhook or robot, whose parts are keys. ``pace`` says when it was asked of late: ``recent`` (ms UTC of
    the requests of the last minute), ``hold_ms`` (it asked to be left alone until then).
    """

    __tablename__ = "destination"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    config: Mapped[dict[str, Any]]
    sealed: Mapped[str] = mapped_column(Text)
    created_ms: Mapped[int]
    created_by: Mapped[str] = mapped_column(String(100))
    address: Mapped[str | None] = mapped_column(Text)
    pace: Mapped[dict[str, Any] | None]
