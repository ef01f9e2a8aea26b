"""Every operational query of segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from windsock.audiences.segments.tables import SegmentToldRow, SegmentUploadRow
from windsock.records import insert_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windsock.records import Session

_TOLD = "run"


@dataclass(frozen=True)
class Upload:
    """An upload as it is kept; see ``SegmentUploadRow``."""

    number: int
    segment: str
    mode: str
    state: str
    file_name: str
    rows: int
    ids: int
    unknown: int
    twice: int
    rejected: int
    rejections: list[Any]
    actor: str
    created_ms: int


_COLUMNS = tuple(Upload.__dataclass_fields__)


def next_number(session: Session) -> int:
    """Return the number of the next upload."""
    return int(session.scalar(select(func.coalesce(func.max(SegmentUploadRow.number), 0))) or 0) + 1


def add(session: Session, new: Upload) -> bool:
    """Keep an upload; False where somebody took its number first."""
    return insert_missing(session, SegmentUploadRow, {name: getattr(new, name) for name in _COLUMNS}, ("number",))


def uploads(session: Session, segment: str, limit: int = 1_000) -> list[Upload]:
    """Return the uploads of a list, the newest first."""
    query = select(SegmentUploadRow).where(SegmentUploadRow.segment == segment).order_by(SegmentUploadRow.number.desc()).limit(limit)
    return [Upload(**{name: getattr(row, name) for name in _COLUMNS}) for row in session.scalars(query)]


def in_force(found: Sequence[Upload]) -> tuple[int, ...]:
    """Return the numbers of the uploads that make a list, of all of it, newest first: back to the last one that replaced what was before."""
    numbers: list[int] = []
    for one in found:
        if one.state == "in_force":
            numbers.append(one.number)
            if one.mode == "replace":
                break
    return tuple(sorted(numbers))


def undo(session: Session, number: int) -> None:
    """Mark an upload as undone."""
    row = session.get(SegmentUploadRow, number)
    if row is not None:
        row.state = "undone"


def told_until(session: Session) -> int:
    """Return up to which evaluation changes were announced, held against other writers."""
    found = session.scalar(select(SegmentToldRow.run).where(SegmentToldRow.name == _TOLD).with_for_update())
    return 0 if found is None else int(found)


def told(session: Session, run: int) -> None:
    """Note up to which evaluation changes are announced."""
    row = session.get(SegmentToldRow, _TOLD)
    if row is None:
        session.add(SegmentToldRow(name=_TOLD, run=run))
    else:
        row.run = run
