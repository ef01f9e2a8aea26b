"""The room's tables: how far each monitor was looked at, series that are not plain, alerts with their history, silences, known days."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Float, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from windsock.records import COUNTED, Base

OPEN_STATES = "state <> 'closed'"


class MonitorTick(Base):
    """How far a monitor was looked at. ``cursor_ms`` is the last judged point; two workers on one tick are told apart by it.

    ``trouble`` is empty, ``late`` (its data is not whole when it should be) or ``error`` (the question failed); what was judged before stays.
    """

    __tablename__ = "monitor_tick"
    __table_args__ = (CheckConstraint("trouble IN ('', 'late', 'error')", name="trouble"),)

    monitor: Mapped[str] = mapped_column(String(80), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    cursor_ms: Mapped[int]
    ticked_ms: Mapped[int]
    took_ms: Mapped[int] = mapped_column(Integer)
    series: Mapped[int] = mapped_column(Integer)
    trouble: Mapped[str] = mapped_column(String(10))
    trouble_since_ms: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(500))
    data_owner: Mapped[str] = mapped_column(String(80))


class MonitorSeries(Base):
    """A series whose state is not plain (normal, with nothing to remember); one without a row is normal up to its monitor's cursor."""

    __tablename__ = "monitor_series"
    __table_args__ = (Index("ix_monitor_series_shown", "monitor", "phase"),)

    monitor: Mapped[str] = mapped_column(String(80), primary_key=True)
    series: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[list[Any]]
    phase: Mapped[str] = mapped_column(String(12))
    condition: Mapped[str] = mapped_column(String(10))
    since_ms: Mapped[int]
    last_ms: Mapped[int]
    bad: Mapped[int] = mapped_column(Integer)
    good: Mapped[int] = mapped_column(Integer)
    missing: Mapped[int] = mapped_column(Integer)
    quiet_until_ms: Mapped[int]
    firings: Mapped[list[Any]]


class AlertRow(Base):
    """One detection: from the point at which it fired to the point at which it was well again, and what people said of it.

    ``fingerprint`` names monitor and series: one alert of it is open at most. ``money`` is exact decimal text in the workspace's currency.
    """

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'acked', 'suppressed', 'closed')", name="state"),
        CheckConstraint("kind IN ('metric', 'data')", name="kind"),
        CheckConstraint("label IS NULL OR label IN ('true', 'false', 'expected', 'data_fault')", name="label"),
        Index("uq_alert_open", "fingerprint", unique=True, sqlite_where=text(OPEN_STATES), postgresql_where=text(OPEN_STATES)),
        Index("ix_alert_opened", "opened_ms", "id"),
        Index("ix_alert_monitor", "monitor", "first_ms"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    fingerprint: Mapped[str] = mapped_column(String(32))
    monitor: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(Integer)
    metric: Mapped[str] = mapped_column(String(80))
    key: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(12))
    direction: Mapped[str] = mapped_column(String(4))
    severity: Mapped[str] = mapped_column(String(10))
    owner: Mapped[str] = mapped_column(String(80))
    opened_ms: Mapped[int]
    first_ms: Mapped[int]
    last_ms: Mapped[int]
    ended_ms: Mapped[int | None]
    value: Mapped[float | None] = mapped_column(Float(53))
    expected: Mapped[float | None] = mapped_column(Float(53))
    low: Mapped[float | None] = mapped_column(Float(53))
    high: Mapped[float | None] = mapped_column(Float(53))
    score: Mapped[float] = mapped_column(Float(53))
    peak: Mapped[float | None] = mapped_column(Float(53))
    peak_ms: Mapped[int | None]
    money: Mapped[str | None] = mapped_column(String(40))
    currency: Mapped[str] = mapped_column(String(3))
    label: Mapped[str | None] = mapped_column(String(10))
    suppressed_by: Mapped[str | None] = mapped_column(String(40))
    acked_by: Mapped[str | None] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(String(500))
    revision: Mapped[int] = mapped_column(Integer)


class AlertTransition(Base):
    """What happened to an alert, when, by whom and why; only ever added to."""

    __tablename__ = "alert_transition"
    __table_args__ = (Index("ix_alert_transition_alert", "alert", "seq"),)

    seq: Mapped[int] = mapped_column(COUNTED, primary_key=True)
    alert: Mapped[str] = mapped_column(String(40))
    at_ms: Mapped[int]
    actor: Mapped[str] = mapped_column(String(100))
    actor_name: Mapped[str] = mapped_column(String(120))
    before: Mapped[str | None] = mapped_column(String(12))
    after: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(1000))


class SilenceRow(Base):
    """For a while alerts of a monitor (or all), in a part of the cut (or all of it), are kept and not told."""

    __tablename__ = "silence"
    __table_args__ = (CheckConstraint("until_ms > from_ms", name="ends"), Index("ix_silence_until", "until_ms"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    monitor: Mapped[str | None] = mapped_column(String(80))
    matches: Mapped[dict[str, Any]]
    from_ms: Mapped[int]
    until_ms: Mapped[int]
    reason: Mapped[str] = mapped_column(String(1000))
    created_ms: Mapped[int]
    created_by: Mapped[str] = mapped_column(String(100))
    created_name: Mapped[str] = mapped_column(String(120))


class KnownDayRow(Base):
    """A time that is known not to be as others, in a part of the cut (or all of it). ``uid`` is that of the calendar file it came from."""

    __tablename__ = "known_day"
    __table_args__ = (
        CheckConstraint("kind IN ('holiday', 'sale', 'campaign', 'release', 'incident', 'other')", name="kind"),
        CheckConstraint("ends_ms > starts_ms", name="ends"),
        Index("ix_known_day_ends", "ends_ms"),
        Index("uq_known_day_uid", "uid", unique=True),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    starts_ms: Mapped[int]
    ends_ms: Mapped[int]
    where: Mapped[dict[str, Any]]
    title: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(10))
    by: Mapped[str] = mapped_column(String(120))
    uid: Mapped[str | None] = mapped_column(String(255))
