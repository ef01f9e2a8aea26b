"""Look at deliveries, send a dead letter again, dismiss it; and what Windsock does by itself: find forgotten ones, drop old ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from windsock.destinations.deliveries import store
from windsock.destinations.deliveries.attempt import again
from windsock.governance import audit
from windsock.kernel.errors import Conflict, InvalidInput, NotFound
from windsock.records import Page, decode, take

if TYPE_CHECKING:
    from windsock.destinations.deliveries.model import Delivery
    from windsock.destinations.deliveries.tables import DeliveryRow
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace

AT_ONCE = 1_000
DAY_MS = 86_400_000
KEPT_DAYS, DEAD_DAYS, OVER_MOST = 30, 90, 20_000


def listed(workspace: Workspace, wanted: store.Wanted, limit: int, cursor: str | None = None) -> Page[Delivery]:
    """Return deliveries, the last queued first.

    Raises:
        InvalidInput: the cursor is none of this list.
    """
    scope = f"deliveries:{wanted.destination}:{wanted.state}"
    after = cast("tuple[int, str]", decode(cursor, length=2, scope=scope)) if cursor else None
    if after is not None and (type(after[0]), type(after[1])) != (int, str):
        raise InvalidInput("The cursor does not belong to this list.", where="cursor", fix="Leave it out to start at the first page.")
    with workspace.records.read() as session:
        rows = store.page(session, wanted, limit + 1, after)
    return take(rows, limit, lambda one: (one.created_ms, one.id), scope=scope)


def summaries(workspace: Workspace) -> dict[str, store.Summary]:
    """Return what became of the messages of each destination, by its name."""
    with workspace.records.read() as session:
        return store.summaries(session)


def find(workspace: Workspace, delivery_id: str) -> Delivery:
    """Return one delivery.

    Raises:
        NotFound: there is none.
    """
    with workspace.records.read() as session:
        found = store.read(session, delivery_id)
    if found is None:
        raise _missing(delivery_id)
    return found


def resend(workspace: Workspace, actor: Actor, delivery_id: str) -> Delivery:
    """Queue a dead letter again, with the same message id, so that who got it all the same can tell.

    Raises:
        NotFound: there is none.
        Conflict: it is not given up: it was sent, dismissed, or is on its way.
    """
    with workspace.records.write() as session:
        return _queued(workspace, session, actor, _dead(session, delivery_id))


def resend_all(workspace: Workspace, actor: Actor, destination: str) -> int:
    """Queue all dead letters of a destination again, at most 1,000 at once; returns how many."""
    with workspace.records.write() as session:
        found = store.dead(session, destination, AT_ONCE)
        for one in found:
            _queued(workspace, session, actor, _dead(session, one))
    return len(found)


def dismiss(workspace: Workspace, actor: Actor, delivery_id: str) -> Delivery:
    """Say that a dead letter is not sent any more; what it said is forgotten, what became of it is kept.

    Raises:
        As ``resend``.
    """
    with workspace.records.write() as session:
        row = _dead(session, delivery_id)
        row.state, row.by, row.changed_ms, row.message, row.recipients = "dismissed", actor.name[:120], workspace.clock.now_ms(), {}, []
        audit(session, actor, "destinations.delivery_dismissed", f"delivery:{row.id}", {"destination": row.destination}, row.changed_ms)
        return store.frozen(row)


def tidy(workspace: Workspace) -> tuple[int, int]:
    """Ask again for deliveries that lost their job, and drop what is old: sent ones after 30 days, dead letters after 90.

    Returns:
        How many were found forgotten, and how many were dropped.
    """
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        found = store.forgotten(session, now_ms, AT_ONCE)
        for one in found:
            again(workspace, session, one, now_ms)
        old, dead_ms = now_ms - KEPT_DAYS * DAY_MS, now_ms - DEAD_DAYS * DAY_MS
        return len(found), store.clear(session, {"sent": old, "dismissed": old, "dead": dead_ms}, OVER_MOST)


def _queued(workspace: Workspace, session: Session, actor: Actor, row: DeliveryRow) -> Delivery:
    now_ms = workspace.clock.now_ms()
    row.state, row.by, row.attempts, row.next_ms, row.changed_ms = "waiting", actor.name[:120], 0, now_ms, now_ms
    again(workspace, session, row.id, now_ms)
    audit(session, actor, "destinations.delivery_resent", f"delivery:{row.id}", {"destination": row.destination}, now_ms)
    return store.frozen(row)


def _dead(session: Session, delivery_id: str) -> DeliveryRow:
    row = store.held(session, delivery_id)
    if row is None:
        raise _missing(delivery_id)
    if row.state != "dead":
        raise Conflict(f"The delivery is {row.state}.", where="delivery", fix="Only a dead letter is sent again or dismissed.")
    return row


def _missing(delivery_id: str) -> NotFound:
    return NotFound(f"There is no delivery '{delivery_id[:40]}'.", where="delivery", fix="Look at the list: old ones are dropped.")
