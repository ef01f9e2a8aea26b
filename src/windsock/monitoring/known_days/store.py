"""Every operational query of known days, and of the alerts that were found to be true."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from windsock.monitoring.known_days.model import KnownDay
from windsock.monitoring.tables import AlertRow, KnownDayRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

DAYS_MAX = 5_000
INCIDENTS_MAX = 1_000
CHUNK = 500


def days_within(session: Session, starts_ms: int, ends_ms: int) -> list[KnownDay]:
    """Return the days that share a moment with a span; at most 5,000, as there are no more."""
    rows = session.scalars(select(KnownDayRow).where(KnownDayRow.ends_ms > starts_ms, KnownDayRow.starts_ms < ends_ms).limit(DAYS_MAX))
    return [_day(row) for row in rows]


def count_days(session: Session) -> int:
    """Return how many days are kept."""
    return session.scalar(select(func.count()).select_from(KnownDayRow)) or 0


def add_days(session: Session, days: Sequence[KnownDay]) -> None:
    """Add days."""
    session.add_all([KnownDayRow(**{**asdict(day), "where": dict(day.where)}) for day in days])
    session.flush()


def remove_day(session: Session, day_id: str) -> KnownDay | None:
    """Remove a day and return it; None where there is none."""
    row = session.get(KnownDayRow, day_id)
    if row is None:
        return None
    found = _day(row)
    session.delete(row)
    session.flush()
    return found


def remove_uids(session: Session, uids: set[str]) -> int:
    """Remove the days that came from calendar files under these UIDs, and return how many there were."""
    kept = session.scalars(select(KnownDayRow).where(KnownDayRow.uid.is_not(None)).limit(DAYS_MAX))
    old = [row.id for row in kept if row.uid in uids]
    for at in range(0, len(old), CHUNK):
        session.execute(delete(KnownDayRow).where(KnownDayRow.id.in_(old[at : at + CHUNK])))
    return len(old)


def incidents(session: Session, monitor: str, starts_ms: int, step_ms: int) -> list[KnownDay]:
    """Return the times of a monitor's closed alerts that people said were true and that end after an instant, the last 1,000."""
    query = (
        select(AlertRow)
        .where(AlertRow.monitor == monitor, AlertRow.kind == "metric", AlertRow.state == "closed", AlertRow.label == "true")
        .where(AlertRow.last_ms >= starts_ms)
        .order_by(AlertRow.first_ms.desc())
        .limit(INCIDENTS_MAX)
    )
    found = list[KnownDay]()
    for row in session.scalars(query):
        where = {name: str(value) for name, value in row.key.items()}
        found.append(KnownDay(row.id, "incident", row.first_ms, max(row.last_ms + step_ms, row.ended_ms or 0), where))
    return found


def _day(row: KnownDayRow) -> KnownDay:
    day = KnownDay(**{one.name: getattr(row, one.name) for one in fields(KnownDay)})
    return replace(day, where=dict(row.where))
