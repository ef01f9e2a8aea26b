"""Every operational query of the room: uploads, databases, and how feeds did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from windsock.imports.tables import ImportConnection, ImportFeed, ImportUpload

if TYPE_CHECKING:
    from windsock.records import Session

MOST = 1_000


@dataclass(frozen=True)
class Upload:
    """A file that comes in chunks."""

    id: str
    name: str
    size: int
    received: int
    actor: str
    created_ms: int
    expires_ms: int
    job: str | None
    report: dict[str, Any] | None


@dataclass(frozen=True)
class Connection:
    """A database to read from; ``sealed`` is its password under the workspace's seal."""

    name: str
    kind: str
    host: str
    port: int
    database: str
    user: str
    sealed: str
    created_ms: int
    created_by: str


@dataclass(frozen=True)
class Turn:
    """How the last turn of a feed went."""

    name: str
    last_ms: int
    last_batch: str | None
    last_note: str


def add_upload(session: Session, upload: Upload) -> None:
    """Announce a file."""
    session.add(ImportUpload(**upload.__dict__))


def upload(session: Session, upload_id: str) -> Upload | None:
    """Return a file, or None."""
    row = session.get(ImportUpload, upload_id)
    return None if row is None else _upload(row)


def set_received(session: Session, upload_id: str, received: int) -> None:
    """Note how many bytes are there; never fewer than before."""
    row = session.get(ImportUpload, upload_id)
    if row is not None:
        row.received = max(row.received, received)


def set_job(session: Session, upload_id: str, job: str) -> None:
    """Note the job that reads a file; the report of the one before goes."""
    row = session.get(ImportUpload, upload_id)
    if row is not None:
        row.job, row.report = job, None


def set_report(session: Session, upload_id: str, report: dict[str, Any]) -> None:
    """Keep what a dry run or import found."""
    row = session.get(ImportUpload, upload_id)
    if row is not None:
        row.report = report


def drop_upload(session: Session, upload_id: str) -> None:
    """Forget a file."""
    session.execute(delete(ImportUpload).where(ImportUpload.id == upload_id))


def expired(session: Session, now_ms: int) -> list[str]:
    """Return files whose time is over."""
    return list(session.scalars(select(ImportUpload.id).where(ImportUpload.expires_ms <= now_ms).limit(MOST)))


def known_uploads(session: Session) -> set[str]:
    """Return the ids of all files that are known."""
    return set(session.scalars(select(ImportUpload.id)))


def announced_bytes(session: Session) -> tuple[int, int]:
    """Return (how many bytes all files have together, how many files there are)."""
    total, count = session.execute(select(func.coalesce(func.sum(ImportUpload.size), 0), func.count())).one()
    return int(total), int(count)


def connections(session: Session) -> list[Connection]:
    """Return the databases by name."""
    return [_connection(row) for row in session.scalars(select(ImportConnection).order_by(ImportConnection.name).limit(MOST))]


def connection(session: Session, name: str) -> Connection | None:
    """Return a database, or None."""
    row = session.get(ImportConnection, name)
    return None if row is None else _connection(row)


def save_connection(session: Session, given: Connection) -> None:
    """Add or change a database."""
    session.merge(ImportConnection(**given.__dict__))


def drop_connection(session: Session, name: str) -> bool:
    """Forget a database; says whether it was there."""
    row = session.get(ImportConnection, name)
    if row is not None:
        session.delete(row)
    return row is not None


def turns(session: Session) -> dict[str, Turn]:
    """Return how the last turn of each feed went."""
    rows = session.scalars(select(ImportFeed).limit(MOST))
    return {row.name: Turn(row.name, row.last_ms, row.last_batch, row.last_note) for row in rows}


def save_turn(session: Session, turn: Turn) -> None:
    """Note how a turn went."""
    session.merge(ImportFeed(name=turn.name, last_ms=turn.last_ms, last_batch=turn.last_batch, last_note=turn.last_note[:500]))


def _upload(row: ImportUpload) -> Upload:
    report = dict(row.report) if row.report is not None else None
    return Upload(row.id, row.name, row.size, row.received, row.actor, row.created_ms, row.expires_ms, row.job, report)


def _connection(row: ImportConnection) -> Connection:
    return Connection(row.name, row.kind, row.host, row.port, row.database, row.user, row.sealed, row.created_ms, row.created_by)
