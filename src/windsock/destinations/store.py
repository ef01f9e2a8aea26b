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


def held_pace(session: Session, name: str) -> tuple[str, dict[str, Any], dict[str, Any]] | None:
    """Return kind, settings and pace of a destination, its row held until the transaction ends; None when there is none."""
    row = session.scalar(select(DestinationRow).where(DestinationRow.name == name).with_for_update())
    return None if row is None else (row.kind, dict(row.config), dict(row.pace or {}))


def put_pace(session: Session, name: str, pace: dict[str, Any]) -> None:
    """Write when a destination was asked of late."""
    session.get_one(DestinationRow, name).pace = pace


def hold(session: Session, name: str, until_ms: int) -> None:
    """Leave a destination alone until an instant, or as long as it asked for before."""
    found = held_pace(session, name)
    if found is not None:
        put_pace(session, name, {**found[2], "hold_ms": max(until_ms, int(found[2].get("hold_ms", 0)))})


def _frozen(row: DestinationRow) -> Kept:
    return Kept(row.name, row.kind, dict(row.config), row.sealed, row.created_ms, row.created_by, row.address or "")
