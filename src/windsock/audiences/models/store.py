"""Every operational query of models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from windsock.audiences.models.tables import ModelVersionRow
from windsock.records import insert_missing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

IN_USE = ("active", "fallback")


@dataclass(frozen=True)
class Kept:
    """A model as it is kept; see ``ModelVersionRow``."""

    name: str
    version: int
    state: str
    days: int
    goods_kind: str
    card: Mapping[str, Any]
    learned: Mapping[str, Any]
    reason: str
    created_ms: int
    created_by: str
    created_name: str


def read(session: Session, name: str, version: int | None) -> Kept | None:
    """Return a version, or without one the newest."""
    query = select(ModelVersionRow).where(ModelVersionRow.name == name).execution_options(populate_existing=True)
    if version is not None:
        query = query.where(ModelVersionRow.version == version)
    row = session.scalar(query.order_by(ModelVersionRow.version.desc()).limit(1))
    return None if row is None else _kept(row)


def in_use(session: Session, name: str) -> Kept | None:
    """Return the version that is used, or whose baseline is."""
    query = select(ModelVersionRow).where(ModelVersionRow.name == name, ModelVersionRow.state.in_(IN_USE))
    row = session.scalar(query.execution_options(populate_existing=True))
    return None if row is None else _kept(row)


def next_version(session: Session, name: str) -> int:
    """Return the number of the version to come."""
    return 1 + (session.scalar(select(func.max(ModelVersionRow.version)).where(ModelVersionRow.name == name)) or 0)


def add(session: Session, new: Kept) -> bool:
    """Keep a version; False where somebody was faster."""
    return insert_missing(session, ModelVersionRow, asdict(new), ("name", "version"))


def move(session: Session, name: str, version: int, state: str, reason: str) -> None:
    """Change the state of a version."""
    same = (ModelVersionRow.name == name, ModelVersionRow.version == version)
    session.execute(update(ModelVersionRow).where(*same).values(state=state, reason=reason[:500]))


def _kept(row: ModelVersionRow) -> Kept:
    return Kept(**{one.name: getattr(row, one.name) for one in fields(Kept)})
