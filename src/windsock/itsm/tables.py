"""The room's tables. What must never be is refused here, by checks and unique indexes, and not only by the verbs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import COUNTED, Base

STATES = {
    "incident": "'new', 'triage', 'mitigating', 'monitoring', 'resolved', 'closed', 'merged'",
    "problem": "'open', 'analysing', 'known_error', 'fix_requested', 'verified', 'closed'",
    "change": "'draft', 'approved', 'refused', 'scheduled', 'done', 'verified', 'rolled_back', 'closed'",
    "task": "'todo', 'doing', 'done', 'skipped', 'failed'",
}
_STATE = " OR ".join(f"(kind = '{kind}' AND state IN ({states}))" for kind, states in STATES.items())
_OPEN = "kind = 'incident' AND cause IS NOT NULL AND state NOT IN ('closed', 'merged')"


class RecordRow(Base):
    """An incident, problem, change or task; ``body`` holds what only its kind has, checked by the model. Instants are ms UTC."""

    __tablename__ = "itsm_record"
    __table_args__ = (
        CheckConstraint(_STATE, name="state"),
        CheckConstraint("version >= 1 AND unverified >= 0 AND escalated >= 0 AND waited_ms >= 0", name="counts"),
        CheckConstraint("severity BETWEEN 1 AND 4", name="severity"),
        CheckConstraint("(waiting = '') = (waiting_ms IS NULL)", name="waiting"),
        CheckConstraint("kind <> 'incident' OR state NOT IN ('closed', 'merged') OR unverified = 0", name="closed_verified"),
        CheckConstraint("kind <> 'incident' OR (state = 'merged') = (merged_into IS NOT NULL)", name="merged"),
        CheckConstraint("kind <> 'problem' OR state <> 'closed' OR review IS NOT NULL OR length(trim(accepted_risk)) > 0", name="closed_reviewed"),
        CheckConstraint("kind <> 'change' OR state NOT IN ('done', 'verified', 'rolled_back') OR length(trim(fallback)) > 0", name="fallback"),
        CheckConstraint("rule = '' OR review IS NOT NULL OR length(trim(person)) > 0", name="rule_answered"),
        Index("uq_itsm_record_cause", "cause", unique=True, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index("ix_itsm_record_kind", "kind", "state", "opened_ms"),
        Index("ix_itsm_record_cause", "cause", "opened_ms"),
        UniqueConstraint("key", name="uq_itsm_record_key"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    title_zh: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer)
    cause: Mapped[str | None] = mapped_column(String(200))
    key: Mapped[str | None] = mapped_column(String(120))
    owner: Mapped[str] = mapped_column(String(120))
    severity: Mapped[int] = mapped_column(Integer)
    cents_per_hour: Mapped[int | None]
    people: Mapped[int | None]
    waiting: Mapped[str] = mapped_column(String(1000))
    waiting_ms: Mapped[int | None]
    waited_ms: Mapped[int]
    opened_ms: Mapped[int]
    seen_ms: Mapped[int | None]
    resolved_ms: Mapped[int | None]
    closed_ms: Mapped[int | None]
    changed_ms: Mapped[int]
    escalate_ms: Mapped[int | None]
    escalated: Mapped[int] = mapped_column(Integer)
    unverified: Mapped[int] = mapped_column(Integer)
    merged_into: Mapped[str | None] = mapped_column(String(40))
    fallback: Mapped[str] = mapped_column(Text)
    accepted_risk: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(String(160))
    review: Mapped[str | None] = mapped_column(String(40))
    person: Mapped[str] = mapped_column(String(120))
    opened_by: Mapped[str] = mapped_column(String(120))
    body: Mapped[dict[str, Any]]


class TransitionRow(Base):
    """One move of a record; append-only, held by triggers. Each version that a move made has one."""

    __tablename__ = "itsm_transition"
    __table_args__ = (
        CheckConstraint("length(trim(actor_id)) > 0 AND length(trim(reason)) > 0", name="said"),
        UniqueConstraint("record", "version", name="uq_itsm_transition_version"),
    )

    seq: Mapped[int] = mapped_column(COUNTED, primary_key=True, autoincrement=True)
    record: Mapped[str] = mapped_column(String(40), ForeignKey("itsm_record.id"))
    version: Mapped[int] = mapped_column(Integer)
    event: Mapped[str] = mapped_column(String(20))
    before: Mapped[str] = mapped_column(String(16))
    after: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[str] = mapped_column(String(100))
    actor_name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(1000))
    evidence: Mapped[dict[str, Any]]
    at_ms: Mapped[int]


class LinkRow(Base):
    """A record and what belongs to it: an alert of monitoring (by its id), a problem, a change, a task; ``ended_ms`` is an alert's end."""

    __tablename__ = "itsm_link"
    __table_args__ = (
        CheckConstraint("kind IN ('alert', 'problem', 'change', 'task')", name="kind"),
        Index("uq_itsm_link_alert", "target", unique=True, sqlite_where=text("kind = 'alert'"), postgresql_where=text("kind = 'alert'")),
        Index("ix_itsm_link_target", "kind", "target"),
    )

    record: Mapped[str] = mapped_column(String(40), ForeignKey("itsm_record.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    target: Mapped[str] = mapped_column(String(80), primary_key=True)
    at_ms: Mapped[int]
    ended_ms: Mapped[int | None]


class EntryRow(Base):
    """A line of a record's timeline besides its moves: a note by somebody, or what happened, as a word with what belongs to it."""

    __tablename__ = "itsm_entry"
    __table_args__ = (Index("ix_itsm_entry_record", "record", "seq"),)

    seq: Mapped[int] = mapped_column(COUNTED, primary_key=True, autoincrement=True)
    record: Mapped[str] = mapped_column(String(40), ForeignKey("itsm_record.id"))
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[str] = mapped_column(String(100))
    actor_name: Mapped[str] = mapped_column(String(120))
    at_ms: Mapped[int]


class ActionRow(Base):
    """An automatic action that was done for an incident; it can't close before what came of it is known."""

    __tablename__ = "itsm_action"
    __table_args__ = (
        CheckConstraint("outcome IN ('waiting', 'verified', 'undone')", name="outcome"),
        Index("ix_itsm_action_record", "record", "at_ms"),
    )

    run: Mapped[str] = mapped_column(String(80), primary_key=True)
    record: Mapped[str] = mapped_column(String(40), ForeignKey("itsm_record.id"))
    what: Mapped[str] = mapped_column(String(300))
    outcome: Mapped[str] = mapped_column(String(10))
    at_ms: Mapped[int]
    settled_ms: Mapped[int | None]


class ReviewRow(Base):
    """The five answers on an incident; one each, and its version counts its changes."""

    __tablename__ = "itsm_review"
    __table_args__ = (UniqueConstraint("record", name="uq_itsm_review_record"), CheckConstraint("version >= 1", name="version"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    record: Mapped[str] = mapped_column(String(40), ForeignKey("itsm_record.id"))
    version: Mapped[int] = mapped_column(Integer)
    answers: Mapped[dict[str, Any]]
    saved_by: Mapped[str] = mapped_column(String(120))
    saved_ms: Mapped[int]


class DutyRow(Base):
    """Who is on duty: a weekly slot in local minutes, or an override from an instant to another."""

    __tablename__ = "itsm_duty"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
        CheckConstraint("(weekday IS NULL) <> (from_ms IS NULL)", name="time"),
        CheckConstraint("from_ms IS NULL OR to_ms > from_ms", name="order"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    level: Mapped[int] = mapped_column(Integer)
    member: Mapped[str] = mapped_column(String(120))
    weekday: Mapped[int | None] = mapped_column(Integer)
    from_minute: Mapped[int | None] = mapped_column(Integer)
    to_minute: Mapped[int | None] = mapped_column(Integer)
    from_ms: Mapped[int | None]
    to_ms: Mapped[int | None]


class NightRow(Base):
    """An incident that waits to be told in the morning; ``at_ms`` is since when."""

    __tablename__ = "itsm_night"

    record: Mapped[str] = mapped_column(String(40), primary_key=True)
    at_ms: Mapped[int]
