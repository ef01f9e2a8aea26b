"""Every operational query of the room: snapshots of the 09:00 page, and which versions of self-made metrics are or were in force."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, or_, select, update

from windsock.metrics.tables import MetricForce, TodaySnapshot
from windsock.records import insert_missing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

OWN_MAX: Final = 1_000
"""So many self-made metrics at most; the room refuses to put more in force."""
_LOCK: Final = 7_206_001


@dataclass(frozen=True)
class Frozen:
    """A snapshot: its id, the civil date it is about, the instant it was taken as of, and the page."""

    id: str
    date: str
    as_of_ms: int
    body: dict[str, Any]


def read_snapshot(session: Session, date: str) -> Frozen | None:
    """Return the snapshot of a civil date (YYYY-MM-DD), or None."""
    row = session.scalars(select(TodaySnapshot).where(TodaySnapshot.date == date)).one_or_none()
    return None if row is None else Frozen(row.id, row.date, row.as_of_ms, dict(row.body))


def keep_snapshot(session: Session, snapshot: Frozen, created_ms: int) -> Frozen:
    """Keep a snapshot unless its date has one; whoever came first is returned.

    Args:
        session: a write session.
        snapshot: what to keep.
        created_ms: now.

    Returns:
        The snapshot that the date has from now on.
    """
    row = {"id": snapshot.id, "date": snapshot.date, "as_of_ms": snapshot.as_of_ms, "body": snapshot.body, "created_ms": created_ms}
    if insert_missing(session, TodaySnapshot, row, ["date"]):
        return snapshot
    return read_snapshot(session, snapshot.date) or snapshot


@dataclass(frozen=True)
class InForce:
    """A version of a self-made metric that is, or was, in force; ``sha256`` is of its body."""

    name: str
    version: int
    sha256: str


def lock_metrics(session: Session) -> None:
    """Let one writer at a time change which metrics are in force, so that two changes, each right alone, can't be wrong together."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def in_force(session: Session, as_of_ms: int | None = None) -> tuple[InForce, ...]:
    """Return the self-made metrics in force now, or at a time (ms UTC), by name."""
    row = MetricForce
    held = row.to_ms.is_(None) if as_of_ms is None else (row.from_ms <= as_of_ms) & or_(row.to_ms.is_(None), row.to_ms > as_of_ms)
    found = session.execute(select(row.name, row.version, row.sha256).where(held).order_by(row.name, row.version).limit(OWN_MAX))
    return tuple(InForce(name, version, sha256) for name, version, sha256 in found)


def put_in_force(session: Session, one: InForce, now_ms: int) -> None:
    """Let a version hold from now on, and end the one before it."""
    start = max(now_ms, end_force(session, one.name, now_ms) or now_ms)
    session.add(MetricForce(name=one.name, version=one.version, sha256=one.sha256, from_ms=start, to_ms=None))
    session.flush()


def end_force(session: Session, name: str, now_ms: int) -> int | None:
    """End the version of a metric that holds; return when (ms UTC), or None where none held."""
    holding = (MetricForce.name == name, MetricForce.to_ms.is_(None))
    since = session.scalar(select(MetricForce.from_ms).where(*holding))
    if since is None:
        return None
    # A clock that was set back must not end a stretch before it began.
    end = max(now_ms, since)
    session.execute(update(MetricForce).where(*holding).values(to_ms=end))
    return end


def read_snapshots(session: Session, dates: Collection[str]) -> dict[str, Frozen]:
    """Return the snapshots of some dates, at most a few hundred."""
    rows = session.scalars(select(TodaySnapshot).where(TodaySnapshot.date.in_(sorted(dates))))
    return {row.date: Frozen(row.id, row.date, row.as_of_ms, dict(row.body)) for row in rows}


def last_snapshot(session: Session) -> Frozen | None:
    """Return the snapshot of the latest date, or None."""
    row = session.scalars(select(TodaySnapshot).order_by(TodaySnapshot.date.desc()).limit(1)).one_or_none()
    return None if row is None else Frozen(row.id, row.date, row.as_of_ms, dict(row.body))
