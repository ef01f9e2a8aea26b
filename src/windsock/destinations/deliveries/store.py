"""Every operational query of deliveries."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import delete, func, or_, select

from windsock.destinations.deliveries.model import OPEN, TRIES_KEPT, Delivery, State, Try
from windsock.destinations.deliveries.tables import DeliveryRow
from windsock.records import insert_missing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from windsock.destinations.deliveries.model import Outcome


@dataclass(frozen=True)
class Wanted:
    """Which deliveries a list is about; None is all of them."""

    destination: str | None = None
    state: str | None = None


@dataclass(frozen=True)
class Summary:
    """What became of a destination's messages: how many in each state, when one was last taken, and what was last said against one."""

    counts: dict[str, int]
    sent_ms: int | None
    failed_ms: int | None


def add(session: Session, row: dict[str, Any]) -> bool:
    """Add a delivery; False where its destination has one of its message id."""
    return insert_missing(session, DeliveryRow, row, ["destination", "message_id"])


def id_of(session: Session, destination: str, message_id: str) -> str | None:
    """Return the delivery of a message."""
    return session.scalar(select(DeliveryRow.id).where(DeliveryRow.destination == destination, DeliveryRow.message_id == message_id))


def held(session: Session, delivery_id: str) -> DeliveryRow | None:
    """Return a delivery's row, held until the transaction ends."""
    return session.scalar(select(DeliveryRow).where(DeliveryRow.id == delivery_id).with_for_update())


def read(session: Session, delivery_id: str) -> Delivery | None:
    """Return a delivery, or None."""
    row = session.get(DeliveryRow, delivery_id)
    return None if row is None else frozen(row)


def waiting(session: Session, destination: str, before: tuple[int, str] | None = None) -> int:
    """Return how many messages of a destination are not over, or of those the ones queued before (created_ms, id)."""
    query = select(func.count()).where(DeliveryRow.destination == destination, DeliveryRow.state.in_(OPEN))
    if before is not None:
        query = query.where(or_(DeliveryRow.created_ms < before[0], (DeliveryRow.created_ms == before[0]) & (DeliveryRow.id < before[1])))
    return int(session.scalar(query) or 0)


def page(session: Session, wanted: Wanted, limit: int, after: tuple[int, str] | None = None) -> list[Delivery]:
    """Return up to ``limit`` deliveries, the last queued first, after (created_ms, id)."""
    query = select(DeliveryRow)
    if wanted.destination is not None:
        query = query.where(DeliveryRow.destination == wanted.destination)
    if wanted.state is not None:
        query = query.where(DeliveryRow.state == wanted.state)
    if after is not None:
        query = query.where(or_(DeliveryRow.created_ms < after[0], (DeliveryRow.created_ms == after[0]) & (DeliveryRow.id > after[1])))
    return [frozen(row) for row in session.scalars(query.order_by(DeliveryRow.created_ms.desc(), DeliveryRow.id).limit(limit))]


def dead(session: Session, destination: str, most: int) -> list[str]:
    """Return the dead letters of a destination, the oldest first."""
    query = select(DeliveryRow.id).where(DeliveryRow.destination == destination, DeliveryRow.state == "dead")
    return list(session.scalars(query.order_by(DeliveryRow.created_ms, DeliveryRow.id).limit(most)))


def summaries(session: Session) -> dict[str, Summary]:
    """Return what became of the messages of each destination, by its name."""
    columns = (DeliveryRow.destination, DeliveryRow.state, func.count(), func.max(DeliveryRow.changed_ms))
    found: dict[str, Summary] = {}
    for name, state, count, last in session.execute(select(*columns).group_by(DeliveryRow.destination, DeliveryRow.state)):
        old = found.get(name, Summary({}, None, None))
        sent_ms = last if state == "sent" else old.sent_ms
        failed_ms = max(last, old.failed_ms or 0) if state in ("failed", "dead") else old.failed_ms
        found[name] = Summary({**old.counts, state: int(count)}, sent_ms, failed_ms)
    return found


def forgotten(session: Session, now_ms: int, most: int) -> list[str]:
    """Return deliveries that should be tried and that nobody is about to: due for ten minutes, and not in a worker's hands."""
    due, lease = DeliveryRow.next_ms < now_ms - 600_000, or_(DeliveryRow.lease_ms.is_(None), DeliveryRow.lease_ms < now_ms)
    return list(session.scalars(select(DeliveryRow.id).where(DeliveryRow.state.in_(OPEN), due, lease).order_by(DeliveryRow.next_ms).limit(most)))


def clear(session: Session, before: dict[State, int], most: int) -> int:
    """Drop what was over before an instant, by state, and what is beyond the newest ``most`` that are over; returns how many went."""
    gone = 0
    for state, at_ms in before.items():
        gone += _count(session.execute(delete(DeliveryRow).where(DeliveryRow.state == state, DeliveryRow.changed_ms < at_ms)))
    over = DeliveryRow.state.in_(("sent", "dismissed"))
    last = session.scalar(select(DeliveryRow.created_ms).where(over).order_by(DeliveryRow.created_ms.desc()).offset(most).limit(1))
    if last is not None:
        gone += _count(session.execute(delete(DeliveryRow).where(over, DeliveryRow.created_ms <= last)))
    return gone


def note_try(row: DeliveryRow, one: Try) -> None:
    """Add an attempt to those that are kept."""
    row.tries = [*row.tries, asdict(one)][-TRIES_KEPT:]


def frozen(row: DeliveryRow) -> Delivery:
    """Return a delivery as others see it."""
    tries = tuple(Try(one["at_ms"], cast("Outcome", one["outcome"]), one["status"], one["answer"]) for one in row.tries)
    return Delivery(
        row.id, row.destination, row.kind, row.message_id, row.subject, cast("State", row.state), row.attempts, tries, row.to_count, row.next_ms,
        row.created_ms, row.changed_ms, row.by,
    )  # fmt: skip


def _count(result: Any) -> int:  # noqa: ANN401 - the library's result of a statement
    return int(result.rowcount)
