"""The tables of playbooks: runs with their history, caps that people set, flags with theirs, and data that was marked late."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import COUNTED, Base

_LIVE = "ended_ms IS NULL"
_OF_INCIDENT = "incident IS NOT NULL"


class PlaybookRunRow(Base):
    """One step of a playbook for one alert, and for one incident: for ever, held by the two unique keys."""

    __tablename__ = "playbook_run"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'approved', 'running', 'ok', 'failed', 'refused', 'undone', 'shadow')", name="state"),
        CheckConstraint("mode IN ('auto', 'manual')", name="mode"),
        CheckConstraint("verification IN ('', 'waiting', 'verified', 'not_recovered', 'undone')", name="verification"),
        CheckConstraint("cents IS NULL OR cents > 0", name="cents"),
        CheckConstraint("approved_by = '' OR approved_by <> proposed_by", name="two"),
        UniqueConstraint("alert", "event", "step_key", name="uq_playbook_run_alert"),
        Index(
            "uq_playbook_run_incident",
            "incident", "event", "step_key",
            unique=True, sqlite_where=text(_OF_INCIDENT), postgresql_where=text(_OF_INCIDENT),
        ),
        Index("ix_playbook_run_proposed", "proposed_ms", "id"),
        Index("ix_playbook_run_used", "kind", "started_ms"),
        Index("ix_playbook_run_state", "state", "verification"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    alert: Mapped[str] = mapped_column(String(40))
    incident: Mapped[str | None] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(String(60))
    event_version: Mapped[int] = mapped_column(Integer)
    step: Mapped[int] = mapped_column(Integer)
    step_key: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(40))
    title_en: Mapped[str] = mapped_column(String(1000))
    title_zh: Mapped[str] = mapped_column(String(1000))
    mode: Mapped[str] = mapped_column(String(10))
    inputs: Mapped[dict[str, Any]]
    diff: Mapped[list[Any]]
    cents: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10))
    proposed_by: Mapped[str] = mapped_column(String(100))
    proposed_name: Mapped[str] = mapped_column(String(120))
    proposed_ms: Mapped[int]
    approved_by: Mapped[str] = mapped_column(String(100))
    approved_name: Mapped[str] = mapped_column(String(120))
    started_ms: Mapped[int | None]
    ended_ms: Mapped[int | None]
    caps: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(String(1000))
    verification: Mapped[str] = mapped_column(String(16))
    verify_until_ms: Mapped[int | None]
    undone_name: Mapped[str] = mapped_column(String(120))
    undo_reason: Mapped[str] = mapped_column(String(1000))
    revision: Mapped[int] = mapped_column(Integer)


class PlaybookMoveRow(Base):
    """What happened to a run, when, by whom and why; only ever added to."""

    __tablename__ = "playbook_move"
    __table_args__ = (Index("ix_playbook_move_run", "run", "seq"),)

    seq: Mapped[int] = mapped_column(COUNTED, primary_key=True)
    run: Mapped[str] = mapped_column(String(40))
    at_ms: Mapped[int]
    actor: Mapped[str] = mapped_column(String(100))
    actor_name: Mapped[str] = mapped_column(String(120))
    before: Mapped[str] = mapped_column(String(16))
    after: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(1000))


class PlaybookCapRow(Base):
    """The caps of a kind; its row is held while a run of it begins, so that two at once are counted one after the other."""

    __tablename__ = "playbook_cap"
    __table_args__ = (CheckConstraint("per_hour BETWEEN 0 AND 1000", name="per_hour"),)

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    per_hour: Mapped[int] = mapped_column(Integer)
    cents_per_day: Mapped[int | None]
    changed_ms: Mapped[int]
    changed_by: Mapped[str] = mapped_column(String(120))


class PlaybookFlagRow(Base):
    """A flag while it was one value; that without an end is the one that holds, until its time is over."""

    __tablename__ = "playbook_flag"
    __table_args__ = (
        Index("uq_playbook_flag_live", "name", unique=True, sqlite_where=text(_LIVE), postgresql_where=text(_LIVE)),
        Index("ix_playbook_flag_from", "from_ms", "id"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(300))
    reason: Mapped[str] = mapped_column(String(1000))
    run: Mapped[str | None] = mapped_column(String(40))
    from_ms: Mapped[int]
    until_ms: Mapped[int | None]
    by: Mapped[str] = mapped_column(String(120))
    ended_ms: Mapped[int | None]
    ended_by: Mapped[str] = mapped_column(String(120))
    ended_reason: Mapped[str] = mapped_column(String(1000))


class DataHoldRow(Base):
    """Until an instant the data of an owner counts as late: alerts of monitors that stand on it are kept and not told."""

    __tablename__ = "data_hold"
    __table_args__ = (CheckConstraint("until_ms > from_ms", name="ends"), Index("ix_data_hold_until", "until_ms"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(1000))
    by: Mapped[str] = mapped_column(String(120))
    from_ms: Mapped[int]
    until_ms: Mapped[int]
