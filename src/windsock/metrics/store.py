"""Every operational query of the room: snapshots of the 09:00 page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from windsock.metrics.tables import TodaySnapshot
from windsock.records import insert_missing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


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
