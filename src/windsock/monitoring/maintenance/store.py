"""Every operational query of maintenance windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from windsock.monitoring.maintenance.model import Maintenance
from windsock.monitoring.maintenance.tables import MaintenanceRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

WINDOWS_MOST = 200


def windows(session: Session, now_ms: int) -> list[Maintenance]:
    """Return the windows that are not over, the first to begin first; at most 200."""
    query = select(MaintenanceRow).where(MaintenanceRow.until_ms > now_ms).order_by(MaintenanceRow.from_ms, MaintenanceRow.id)
    return [_frozen(row) for row in session.scalars(query.limit(WINDOWS_MOST))]


def add(session: Session, window: Maintenance) -> None:
    """Add a window."""
    session.add(MaintenanceRow(**{**vars(window), "monitors": list(window.monitors)}))
    session.flush()


def end(session: Session, window_id: str, now_ms: int) -> Maintenance | None:
    """End a window now, or drop one that has not begun; None where there is none that is not over."""
    row = session.scalar(select(MaintenanceRow).where(MaintenanceRow.id == window_id).with_for_update())
    if row is None or row.until_ms <= now_ms:
        return None
    found = _frozen(row)
    if row.from_ms >= now_ms:
        session.delete(row)
    else:
        row.until_ms = now_ms
    session.flush()
    return found


def _frozen(row: MaintenanceRow) -> Maintenance:
    return Maintenance(
        row.id, tuple(row.monitors), row.from_ms, row.until_ms, row.reason, row.created_ms, row.created_by, row.created_name
    )  # fmt: skip
