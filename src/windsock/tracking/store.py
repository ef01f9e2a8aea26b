"""Every operational query of the room: sources that collect, and their keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from windsock.records import insert_missing
from windsock.tracking.tables import IntakeSource, WriteKey

__all__ = ["IntakeSource", "Session", "WriteKey"]


def _count(result: Any) -> int:  # noqa: ANN401 - SQLAlchemy types the result of a change as a plain result
    return result.rowcount if isinstance(result, CursorResult) else 0


def insert_source(session: Session, **values: Any) -> bool:  # noqa: ANN401 - a row
    """Insert a source; False when its code is taken."""
    return insert_missing(session, IntakeSource, values, ("source",))


def source_by_code(session: Session, source: str) -> IntakeSource | None:
    """Return a source that collects."""
    return session.get(IntakeSource, source)


def sources(session: Session, limit: int) -> Sequence[IntakeSource]:
    """Return sources by code."""
    return session.scalars(select(IntakeSource).order_by(IntakeSource.source).limit(limit)).all()


def count_sources(session: Session) -> int:
    """Count the sources."""
    return session.scalar(select(func.count()).select_from(IntakeSource)) or 0


def set_stopped(session: Session, source: str, stopped_ms: int | None) -> bool:
    """Stop a source or start it again; False when there is none."""
    return _count(session.execute(update(IntakeSource).where(IntakeSource.source == source).values(stopped_ms=stopped_ms))) == 1


def insert_key(session: Session, row: WriteKey) -> None:
    """Insert a key."""
    session.add(row)
    session.flush()


def keys(session: Session, source: str | None, limit: int) -> Sequence[WriteKey]:
    """Return keys, the newest first, of one source or of all."""
    query = select(WriteKey).order_by(WriteKey.created_ms.desc(), WriteKey.id).limit(limit)
    return session.scalars(query if source is None else query.where(WriteKey.source == source)).all()


def count_live_keys(session: Session) -> dict[str, int]:
    """Count the keys that work, by source."""
    query = select(WriteKey.source, func.count()).where(WriteKey.revoked_ms.is_(None)).group_by(WriteKey.source)
    return {row[0]: row[1] for row in session.execute(query)}


def live_keys(session: Session, limit: int) -> list[tuple[str, str, str, str, bool, bool]]:
    """Return (digest, id, source, kind, default for Sensors, whether its source is stopped) of the keys that work."""
    query = (
        select(WriteKey.digest, WriteKey.id, WriteKey.source, WriteKey.kind, WriteKey.sensors_default, IntakeSource.stopped_ms.is_not(None))
        .join(IntakeSource, IntakeSource.source == WriteKey.source)
        .where(WriteKey.revoked_ms.is_(None))
        .limit(limit)
    )
    return [(digest, key_id, source, kind, default, stopped) for digest, key_id, source, kind, default, stopped in session.execute(query)]


def unset_sensors_default(session: Session, source: str) -> None:
    """Leave a source without a default for Sensors."""
    session.execute(update(WriteKey).where(WriteKey.source == source, WriteKey.sensors_default).values(sensors_default=False))


def revoke_key(session: Session, key_id: str, now_ms: int) -> bool:
    """Revoke a key; False when none works under this id."""
    revoked = update(WriteKey).where(WriteKey.id == key_id, WriteKey.revoked_ms.is_(None)).values(revoked_ms=now_ms, sensors_default=False)
    return _count(session.execute(revoked)) == 1


def touch_keys(session: Session, used: Iterable[tuple[str, int]]) -> None:
    """Note when keys were last used."""
    for key_id, used_ms in used:
        session.execute(update(WriteKey).where(WriteKey.id == key_id).values(used_ms=used_ms))
