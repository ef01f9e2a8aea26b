"""Every operational query of the room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, delete, exists, func, or_, select, tuple_, update

from windsock.jobs.model import FINAL
from windsock.jobs.tables import DeliveryRow, JobRow, OutboxRow, ScheduleRow
from windsock.records import insert_missing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def add_job(session: Session, values: dict[str, Any]) -> bool:
    """Insert a job; with a key that exists already nothing happens.

    Returns:
        Whether it was new.
    """
    if values["key"] is None:
        session.add(JobRow(**values))
        session.flush()
        return True
    return insert_missing(session, JobRow, values, ["key"])


def id_of_key(session: Session, key: str) -> str | None:
    """Return the id of the job with a key."""
    return session.scalar(select(JobRow.id).where(JobRow.key == key))


def queued_reaches(session: Session, most: int) -> bool:
    """Say whether at least so many jobs wait; counts no further than that."""
    some = select(JobRow.id).where(JobRow.state == "queued").limit(most).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) >= most


def any_ready(session: Session, kinds: Collection[str], now_ms: int) -> bool:
    """Say whether a worker would find something, without taking a lock."""
    return session.scalar(_ready(kinds, now_ms)) is not None


def next_ready(session: Session, kinds: Collection[str], now_ms: int) -> JobRow | None:
    """Return a job that is due, or whose worker fell silent, and lock it against other workers (PostgreSQL skips locked ones)."""
    return session.scalar(_ready(kinds, now_ms).with_for_update(skip_locked=True))


def _ready(kinds: Collection[str], now_ms: int) -> Select[JobRow]:
    due = and_(JobRow.state == "queued", JobRow.due_ms <= now_ms)
    silent = and_(JobRow.state == "running", JobRow.lease_until_ms <= now_ms)
    return select(JobRow).where(JobRow.kind.in_(list(kinds)), or_(due, silent)).order_by(JobRow.due_ms, JobRow.id).limit(1)


def leased(session: Session, job_id: str, owner: str, attempt: int) -> JobRow | None:
    """Return a running job, locked, if this owner holds this attempt of it."""
    statement = select(JobRow).where(JobRow.id == job_id, JobRow.state == "running", JobRow.lease_owner == owner, JobRow.attempt == attempt)
    return session.scalar(statement.with_for_update())


def job(session: Session, job_id: str, *, lock: bool = False) -> JobRow | None:
    """Return a job by id."""
    return session.get(JobRow, job_id, with_for_update=lock)


def jobs_before(session: Session, *, state: str | None, kind: str | None, before: tuple[int, str] | None, limit: int) -> Sequence[JobRow]:
    """Return the newest jobs first, after a cursor's (created_ms, id)."""
    statement = select(JobRow).order_by(JobRow.created_ms.desc(), JobRow.id.desc()).limit(limit)
    if state is not None:
        statement = statement.where(JobRow.state == state)
    if kind is not None:
        statement = statement.where(JobRow.kind == kind)
    if before is not None:
        statement = statement.where(tuple_(JobRow.created_ms, JobRow.id) < before)
    return session.scalars(statement).all()


def counts(session: Session) -> dict[str, int]:
    """Return the number of jobs by state."""
    rows = session.execute(select(JobRow.state, func.count()).group_by(JobRow.state)).all()
    return {state: number for state, number in rows}  # noqa: C416 - dict() of rows is untyped


def add_fact(session: Session, name: str, payload: dict[str, Any], now_ms: int) -> None:
    """Insert a fact into the outbox."""
    session.add(OutboxRow(name=name, payload=payload, created_ms=now_ms, settled_ms=None))
    session.flush()


def waiting_facts(session: Session, now_ms: int, limit: int) -> Sequence[OutboxRow]:
    """Return unsettled facts in order, without those whose failed delivery rests until later."""
    resting = exists().where(DeliveryRow.seq == OutboxRow.seq, DeliveryRow.state == "waiting", DeliveryRow.due_ms > now_ms)
    return session.scalars(select(OutboxRow).where(OutboxRow.settled_ms.is_(None), ~resting).order_by(OutboxRow.seq).limit(limit)).all()


def unsettled_fact(session: Session, seq: int) -> OutboxRow | None:
    """Return a fact and lock it, unless it is settled or another worker delivers it just now."""
    return session.scalar(select(OutboxRow).where(OutboxRow.seq == seq, OutboxRow.settled_ms.is_(None)).with_for_update(skip_locked=True))


def deliveries(session: Session, seq: int) -> dict[str, DeliveryRow]:
    """Return what became of a fact, by reaction."""
    return {row.reaction: row for row in session.scalars(select(DeliveryRow).where(DeliveryRow.seq == seq))}


def add_delivery(session: Session, seq: int, reaction: str) -> DeliveryRow:
    """Insert the line of one fact at one reaction."""
    row = DeliveryRow(seq=seq, reaction=reaction, state="waiting", attempt=0, due_ms=0, error=None, changed_ms=0)
    session.add(row)
    return row


def settle(session: Session, seqs: Collection[int], now_ms: int) -> None:
    """Mark facts as delivered to all."""
    session.execute(update(OutboxRow).where(OutboxRow.seq.in_(list(seqs)), OutboxRow.settled_ms.is_(None)).values(settled_ms=now_ms))


def outbox_counts(session: Session) -> tuple[int, int]:
    """Return how many facts wait and how many deliveries were given up."""
    waiting = session.scalar(select(func.count()).where(OutboxRow.settled_ms.is_(None))) or 0
    dead = session.scalar(select(func.count()).where(DeliveryRow.state == "dead")) or 0
    return waiting, dead


def schedules(session: Session) -> dict[str, int]:
    """Return the last occurrence in ms of each schedule."""
    return {row.name: row.last_ms for row in session.scalars(select(ScheduleRow))}


def add_schedule(session: Session, name: str, last_ms: int) -> None:
    """Insert a schedule that is seen for the first time."""
    insert_missing(session, ScheduleRow, {"name": name, "last_ms": last_ms}, ["name"])


def schedule(session: Session, name: str) -> ScheduleRow | None:
    """Return a schedule's row, locked."""
    return session.get(ScheduleRow, name, with_for_update=True)


def tidy(session: Session, before_ms: int, limit: int) -> int:
    """Remove jobs that ended and facts that were settled before an instant, at most ``limit`` of each.

    Returns:
        How many rows went.
    """
    old_jobs = select(JobRow.id).where(JobRow.state.in_(sorted(FINAL)), JobRow.finished_ms < before_ms).limit(limit)
    old_facts = list(session.scalars(select(OutboxRow.seq).where(OutboxRow.settled_ms < before_ms).limit(limit)))
    ids = list(session.scalars(old_jobs))
    session.execute(delete(JobRow).where(JobRow.id.in_(ids)))
    session.execute(delete(DeliveryRow).where(DeliveryRow.seq.in_(old_facts), DeliveryRow.state != "dead"))
    session.execute(delete(OutboxRow).where(OutboxRow.seq.in_(old_facts)))
    return len(ids) + len(old_facts)
