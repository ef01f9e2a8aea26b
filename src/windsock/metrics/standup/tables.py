"""The operational table of the stand-up: what somebody promised to do, until when, and what came of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import Base


class PromiseRow(Base):
    """One promise. ``made_on`` is the date of the page on which it was made; ``owner`` is a role or team, or a member's name.

    ``metric`` is what it shall move, ``about`` the line of the page that it answers; both may be empty.
    """

    __tablename__ = "promise"
    __table_args__ = (
        CheckConstraint("state in ('open', 'done', 'dropped')", name="state"),
        CheckConstraint("(state = 'open') = (closed_ms is null)", name="closed"),
        Index("ix_promise_state_due", "state", "due"),
        Index("ix_promise_closed_ms", "closed_ms"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    made_on: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(500))
    owner: Mapped[str] = mapped_column(String(80))
    due: Mapped[str] = mapped_column(String(10))
    metric: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(500))
    revision: Mapped[int] = mapped_column(Integer)
    made_ms: Mapped[int] = mapped_column(BigInteger)
    made_by: Mapped[str] = mapped_column(String(120))
    closed_ms: Mapped[int | None] = mapped_column(BigInteger)
    closed_by: Mapped[str | None] = mapped_column(String(120))
