"""Every operational query of saved analyses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from windsock.analyses.tables import SavedAnalysisRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LISTED_MOST = 1_000
NAMED_MOST = 10


@dataclass(frozen=True)
class Kept:
    """A saved analysis."""

    id: str
    kind: str
    name: str
    definition: dict[str, Any]
    owner: str
    owner_name: str
    version: int
    created_ms: int
    changed_ms: int


def held(session: Session, name: str) -> Kept | None:
    """Return a saved analysis, or None; in a write session its row is held."""
    row = session.scalar(select(SavedAnalysisRow).where(SavedAnalysisRow.id == name).with_for_update())
    return None if row is None else _frozen(row)


def peek(session: Session, name: str) -> Kept | None:
    """Return a saved analysis for reading, by its id, or None."""
    row = session.get(SavedAnalysisRow, name)
    return None if row is None else _frozen(row)


def named(session: Session, name: str, kinds: Sequence[str]) -> list[Kept]:
    """Return those of some kinds that have a name, at most ten, by id."""
    tests = (SavedAnalysisRow.name == name, SavedAnalysisRow.kind.in_(kinds))
    return [_frozen(row) for row in session.scalars(select(SavedAnalysisRow).where(*tests).order_by(SavedAnalysisRow.id).limit(NAMED_MOST))]


def listed(session: Session, kind: str | None) -> list[Kept]:
    """Return all of a kind (None: of every kind), the last changed first; at most 1,000, which is as many as may be saved."""
    order = (SavedAnalysisRow.changed_ms.desc(), SavedAnalysisRow.id)
    every = select(SavedAnalysisRow)
    rows = session.scalars((every if kind is None else every.where(SavedAnalysisRow.kind == kind)).order_by(*order).limit(LISTED_MOST))
    return [_frozen(row) for row in rows]


def count(session: Session, owner: str | None = None) -> int:
    """Return how many there are, of one owner or of all."""
    statement = select(func.count()).select_from(SavedAnalysisRow)
    return int(session.scalar(statement if owner is None else statement.where(SavedAnalysisRow.owner == owner)) or 0)


def keep(session: Session, new: Kept) -> None:
    """Insert or change one."""
    session.merge(SavedAnalysisRow(**asdict(new)))
    session.flush()


def drop(session: Session, name: str) -> None:
    """Delete one."""
    session.execute(delete(SavedAnalysisRow).where(SavedAnalysisRow.id == name))


def _frozen(row: SavedAnalysisRow) -> Kept:
    return Kept(
        row.id, row.kind, row.name, dict(row.definition), row.owner, row.owner_name, row.version, row.created_ms, row.changed_ms
    )  # fmt: skip
