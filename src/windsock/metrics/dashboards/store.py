"""Every operational query of dashboards, pins and notes on dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from windsock.metrics.dashboards.tables import DashboardPin, DashboardRow, DateNote
from windsock.records import insert_missing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LISTED_MAX = 1_000


@dataclass(frozen=True)
class Kept:
    """A dashboard that somebody made: whose, for which roles, its version and its body."""

    id: str
    owner: str
    shared: tuple[str, ...]
    version: int
    body: dict[str, Any]
    created_ms: int
    changed_ms: int


@dataclass(frozen=True)
class Note:
    """What happened on a civil date."""

    id: str
    date: str
    text: str
    author: str
    author_name: str
    created_ms: int


def kept(session: Session, name: str) -> Kept | None:
    """Return a dashboard, or None; in a write session its row is held."""
    row = session.scalar(select(DashboardRow).where(DashboardRow.id == name).with_for_update())
    return None if row is None else _frozen(row)


def peek(session: Session, name: str) -> Kept | None:
    """Return a dashboard for reading, or None."""
    row = session.get(DashboardRow, name)
    return None if row is None else _frozen(row)


def listed(session: Session) -> list[Kept]:
    """Return all dashboards that people made, the last changed first; at most 1,000, which is more than may be made."""
    rows = session.scalars(select(DashboardRow).order_by(DashboardRow.changed_ms.desc(), DashboardRow.id).limit(LISTED_MAX))
    return [_frozen(row) for row in rows]


def count(session: Session, owner: str | None = None) -> int:
    """Return how many there are, of one owner or of all."""
    statement = select(func.count()).select_from(DashboardRow)
    return int(session.scalar(statement if owner is None else statement.where(DashboardRow.owner == owner)) or 0)


def keep(session: Session, new: Kept) -> None:
    """Insert or change a dashboard."""
    values = {**new.__dict__, "shared": list(new.shared)}
    row = session.get(DashboardRow, new.id)
    if row is None:
        session.add(DashboardRow(**values))
    else:
        for name, value in values.items():
            setattr(row, name, value)
    session.flush()


def drop(session: Session, name: str) -> None:
    """Delete a dashboard with its pins."""
    session.execute(delete(DashboardPin).where(DashboardPin.dashboard == name))
    session.execute(delete(DashboardRow).where(DashboardRow.id == name))


def pins(session: Session, member: str) -> set[str]:
    """Return the dashboards that a member pinned."""
    return set(session.scalars(select(DashboardPin.dashboard).where(DashboardPin.member == member).limit(LISTED_MAX)))


def pin(session: Session, member: str, dashboard: str, now_ms: int) -> bool:
    """Pin a dashboard; False when it was pinned already."""
    row = {"member": member, "dashboard": dashboard, "created_ms": now_ms}
    return insert_missing(session, DashboardPin, row, ["member", "dashboard"])


def unpin(session: Session, member: str, dashboard: str) -> bool:
    """Take a pin off; False when there was none."""
    found = session.get(DashboardPin, (member, dashboard))
    if found is None:
        return False
    session.delete(found)
    return True


def notes(session: Session, first: str, last: str, limit: int) -> list[Note]:
    """Return the notes of a span of dates, by date."""
    rows = session.scalars(select(DateNote).where(DateNote.date.between(first, last)).order_by(DateNote.date, DateNote.id).limit(limit))
    return [_note(row) for row in rows]


def note(session: Session, name: str) -> Note | None:
    """Return a note, or None."""
    row = session.get(DateNote, name)
    return None if row is None else _note(row)


def add_note(session: Session, new: Note) -> None:
    """Insert a note."""
    session.add(DateNote(**new.__dict__))


def drop_note(session: Session, name: str) -> None:
    """Delete a note."""
    session.execute(delete(DateNote).where(DateNote.id == name))


def count_notes(session: Session) -> int:
    """Return how many notes there are."""
    return int(session.scalar(select(func.count()).select_from(DateNote)) or 0)


def _frozen(row: DashboardRow) -> Kept:
    return Kept(row.id, row.owner, tuple(row.shared), row.version, dict(row.body), row.created_ms, row.changed_ms)


def _note(row: DateNote) -> Note:
    return Note(row.id, row.date, row.text, row.author, row.author_name, row.created_ms)
