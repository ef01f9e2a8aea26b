"""Every operational query of promises."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import case, func, or_, select, update

from windsock.metrics.standup.model import Promise, State
from windsock.metrics.standup.tables import PromiseRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def add(session: Session, promise: Promise) -> None:
    """Keep a new promise."""
    session.add(PromiseRow(**_columns(promise)))


def read(session: Session, promise_id: str) -> Promise | None:
    """Return a promise, or None."""
    row = session.get(PromiseRow, promise_id)
    return None if row is None else _promise(row)


def change(session: Session, promise: Promise, seen: int) -> bool:
    """Write a promise over the one of revision ``seen``; False when it was changed since."""
    statement = update(PromiseRow).where(PromiseRow.id == promise.id, PromiseRow.revision == seen).values(**_columns(promise))
    return bool(session.execute(statement).rowcount)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]


def listed(session: Session, closed_since_ms: int, limit: int, after: tuple[int, str, str] | None = None) -> list[Promise]:
    """Return promises: open ones by due date, then those closed since an instant; after a key of ``sort_key``."""
    rank = case((PromiseRow.state == "open", 0), else_=1)
    query = select(PromiseRow).where(or_(PromiseRow.state == "open", PromiseRow.closed_ms >= closed_since_ms))
    if after is not None:
        rest = (PromiseRow.due > after[1]) | ((PromiseRow.due == after[1]) & (PromiseRow.id > after[2]))
        query = query.where((rank > after[0]) | ((rank == after[0]) & rest))
    return [_promise(row) for row in session.scalars(query.order_by(rank, PromiseRow.due, PromiseRow.id).limit(limit))]


def sort_key(promise: Promise) -> tuple[int, str, str]:
    """Return the key by which the list is ordered."""
    return (int(promise.state != "open"), promise.due.isoformat(), promise.id)


def count_open(session: Session) -> int:
    """Return how many promises are open."""
    return session.scalar(select(func.count()).select_from(PromiseRow).where(PromiseRow.state == "open")) or 0


def _columns(promise: Promise) -> dict[str, Any]:
    return vars(promise) | {"made_on": promise.made_on.isoformat(), "due": promise.due.isoformat()}


def _promise(row: PromiseRow) -> Promise:
    return Promise(
        row.id,
        dt.date.fromisoformat(row.made_on),
        row.text,
        row.owner,
        dt.date.fromisoformat(row.due),
        row.metric,
        row.about,
        cast("State", row.state),
        row.outcome,
        row.revision,
        row.made_ms,
        row.made_by,
        row.closed_ms,
        row.closed_by,
    )
