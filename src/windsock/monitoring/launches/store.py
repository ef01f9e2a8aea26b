"""Every operational query of launches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select, update

from windsock.monitoring.launches.tables import LaunchRow
from windsock.records import insert_missing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

OPEN = ("planned", "running")
OPEN_MOST, MOST = 50, 2_000


@dataclass(frozen=True)
class Kept:
    """A launch as it is kept; see ``LaunchRow``."""

    name: str
    body: Mapping[str, Any]
    lines: list[Any]
    starts_ms: int
    ends_ms: int
    state: str
    standing: str
    until_ms: int
    looked_ms: int
    note: str
    verdict: Mapping[str, Any]
    reason: str
    created_ms: int
    created_by: str
    created_name: str
    revision: int = 1


def read(session: Session, name: str) -> Kept | None:
    """Return a launch, or None."""
    row = session.scalar(select(LaunchRow).where(LaunchRow.name == name).execution_options(populate_existing=True))
    return None if row is None else _kept(row)


def add(session: Session, new: Kept) -> bool:
    """Keep a new launch; False where there is one of its name."""
    return insert_missing(session, LaunchRow, asdict(new), ("name",))


def change(session: Session, seen: Kept, new: Mapping[str, Any]) -> bool:
    """Write columns of a launch that is open, if it is still as it was seen; False where somebody was faster."""
    same = (LaunchRow.name == seen.name, LaunchRow.revision == seen.revision, LaunchRow.state.in_(OPEN))
    values = {**new, "revision": seen.revision + 1}
    return session.execute(update(LaunchRow).where(*same).values(**values).returning(LaunchRow.name)).first() is not None


def due(session: Session, now_ms: int) -> list[Kept]:
    """Return the open launches that have started, the first to end first; there are 50 at most."""
    query = select(LaunchRow).where(LaunchRow.state.in_(OPEN), LaunchRow.starts_ms < now_ms).order_by(LaunchRow.ends_ms, LaunchRow.name)
    return [_kept(row) for row in session.scalars(query.limit(OPEN_MOST))]


def counts(session: Session) -> tuple[int, int]:
    """Return how many launches are open, and how many there are in all."""
    number = select(func.count()).select_from(LaunchRow)
    return session.scalar(number.where(LaunchRow.state.in_(OPEN))) or 0, session.scalar(number) or 0


def page(session: Session, state: str | None, limit: int, after: tuple[int, str] | None) -> list[Kept]:
    """Return launches, the last to start first, after (starts_ms, name)."""
    query = select(LaunchRow) if state is None else select(LaunchRow).where(LaunchRow.state == state)
    if after is not None:
        starts, name = after
        query = query.where(or_(LaunchRow.starts_ms < starts, and_(LaunchRow.starts_ms == starts, LaunchRow.name > name)))
    return [_kept(row) for row in session.scalars(query.order_by(LaunchRow.starts_ms.desc(), LaunchRow.name).limit(limit))]


def _kept(row: LaunchRow) -> Kept:
    return Kept(**{one.name: getattr(row, one.name) for one in fields(Kept)})
