"""The room's table of explanations: one row an alert."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class AlertWhy(Base):
    """What explains an alert; ``cause`` is the name of its cause, the same for all alerts of one."""

    __tablename__ = "alert_why"

    alert: Mapped[str] = mapped_column(String(40), primary_key=True)
    cause: Mapped[str] = mapped_column(String(160), index=True)
    body: Mapped[dict[str, Any]]
    made_ms: Mapped[int]
