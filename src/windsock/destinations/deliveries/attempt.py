"""Try one delivery: take it, send it, note what came of it. Each step is a transaction of its own, so that a crash in between costs a pause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.destinations import keep
from windsock.destinations import store as places
from windsock.destinations.deliveries import store
from windsock.destinations.deliveries.model import ATTEMPTS, LEASE_MS, MINUTE_MS, OPEN, State, Try, free_ms, pause_ms
from windsock.destinations.deliveries.written import SEND, read
from windsock.destinations.model import pace_from
from windsock.destinations.refused import Later, Never
from windsock.jobs import enqueue
from windsock.kernel.errors import UserError, WindsockError

if TYPE_CHECKING:
    from windsock.destinations.deliveries.tables import DeliveryRow
    from windsock.destinations.model import Message
    from windsock.records import Session
    from windsock.workspace import Workspace

Taken = tuple[str, "Message", list[str], int]
"""A destination, a message, its recipients, and which attempt it is."""


def attempt(workspace: Workspace, delivery_id: str) -> State | None:
    """Try a delivery if it is its time; otherwise a job is asked for at its time.

    Returns:
        Its state after the attempt; None when nothing was tried.
    """
    taken = _take(workspace, delivery_id)
    if taken is None:
        return None
    name, message, recipients, number = taken
    try:
        keep.send(workspace, name, message, recipients)
    except WindsockError as error:
        return _note(workspace, delivery_id, number, error)
    return _note(workspace, delivery_id, number, None)


def again(workspace: Workspace, session: Session, delivery_id: str, due_ms: int) -> None:
    """Ask for a try at an instant."""
    enqueue(session, SEND, {"delivery": delivery_id}, due_ms=due_ms, now_ms=workspace.clock.now_ms(), ids=workspace.ids)


def _take(workspace: Workspace, delivery_id: str) -> Taken | None:
    """Take a delivery for some minutes: of two workers the second finds it taken and comes back when the first must be done."""
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        row = store.held(session, delivery_id)
        if row is None or row.state not in OPEN:
            return None
        due_ms = max(row.next_ms or 0, row.lease_ms or 0)
        if due_ms <= now_ms:
            row.next_ms = due_ms = _slot(session, row, now_ms)
        if due_ms > now_ms:
            again(workspace, session, row.id, due_ms)
            return None
        row.lease_ms, row.attempts, row.changed_ms = now_ms + LEASE_MS, row.attempts + 1, now_ms
        return row.destination, read(row.message), list(row.recipients), row.attempts


def _slot(session: Session, row: DeliveryRow, now_ms: int) -> int:
    """Return when the destination may be asked: now, with the slot taken, or later, behind those that wait longer."""
    place = places.held_pace(session, row.destination)
    if place is None:
        return now_ms  # it is gone: sending says so
    kind, config, pace = place
    per_minute = pace_from(kind, config)
    recent = [int(at) for at in pace.get("recent", [])]
    # WeCom takes a picture as a request of its own.
    cost = 2 if kind == "wecom" and row.message.get("pictures") else 1
    free = max(int(pace.get("hold_ms", 0)), free_ms(recent, now_ms, per_minute, cost))
    if free <= now_ms:
        kept = [at for at in recent if at > now_ms - MINUTE_MS]
        places.put_pace(session, row.destination, {"recent": [*kept, *[now_ms] * cost]})
        return now_ms
    ahead = store.waiting(session, row.destination, (row.created_ms, row.id))
    return free + ahead * cost * MINUTE_MS // per_minute


def _note(workspace: Workspace, delivery_id: str, number: int, error: WindsockError | None) -> State | None:
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        row = store.held(session, delivery_id)
        if row is None or row.state not in OPEN or row.attempts != number:
            return None  # the lease ran out, and another worker has it or is done with it
        row.lease_ms, row.changed_ms = None, now_ms
        status = error.status if isinstance(error, Later | Never) else None
        over = isinstance(error, UserError)
        store.note_try(row, Try(now_ms, "sent" if error is None else "never" if over else "later", status, "" if error is None else str(error)[:300]))
        if error is None:
            row.state, row.next_ms, row.message, row.recipients = "sent", None, {}, []
        elif over or row.attempts >= ATTEMPTS:
            row.state, row.next_ms = "dead", None
        else:
            asked = error.retry_after_s if isinstance(error, Later) else None
            next_ms = now_ms + pause_ms(row.id, row.attempts, asked)
            row.state, row.next_ms = "failed", next_ms
            if asked:
                # Whoever asks to be left alone is sent nothing else either.
                places.hold(session, row.destination, now_ms + asked * 1_000)
            again(workspace, session, row.id, next_ms)
        return store.frozen(row).state
