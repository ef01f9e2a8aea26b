"""Every operational query of the room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from windsock.destinations.tables import DestinationRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LISTED_MAX = 100


@dataclass(frozen=True)
class Kept:
    """A destination as it is kept: its settings, its secret sealed, and what is sealed of its address."""

    name: str
    kind: str
    config: dict[str, Any]
    sealed: str
    created_ms: int
    created_by: str
    address: str = ""


def read(session: Session, name: str) -> Kept | None:
    """Return a destination, or None."""
    row = session.get(DestinationRow, name)
    return None if row is None else _frozen(row)


def listed(session: Session) -> list[Kept]:
    """Return the destinations by name, at most 100."""
    return [_frozen(row) for row in session.scalars(select(DestinationRow).order_by(DestinationRow.name).limit(LISTED_MAX))]


def count(session: Session) -> int:
    """Return how many there are."""
    return int(session.scalar(select(func.count()).select_from(DestinationRow)) or 0)


def keep(session: Session, new: Kept) -> None:
    """Insert a destination, or change the one of its name."""
    row = session.get(DestinationRow, new.name)
    if row is None:
        session.add(DestinationRow(**new.__dict__))
    else:
        for name, value in new.__dict__.items():
            setattr(row, name, value)
    session.flush()


def drop(session: Session, name: str) -> bool:
    """Delete a destination; False when there was none."""
    found = session.get(DestinationRow, name) is not None
    session.execute(delete(DestinationRow).where(DestinationRow.name == name))
    return found


def _frozen(row: DestinationRow) -> Kept:
    return Kept(row.name, row.kind, dict(row.config), row.sealed, row.created_ms, row.created_by, row.address or "")
