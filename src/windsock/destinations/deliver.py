"""Send later and surely: a message waits, is tried again with growing pauses, and stays as a dead letter when it is given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windsock.destinations import keep
from windsock.destinations.deliveries import store
from windsock.destinations.deliveries.written import SEND, written
from windsock.destinations.model import check_recipients
from windsock.jobs import enqueue
from windsock.kernel.errors import TooMany

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windsock.destinations.model import Message
    from windsock.records import Session
    from windsock.workspace import Workspace

WAITING_MOST = 2_000


def deliver(workspace: Workspace, name: str, message: Message, recipients: Sequence[str] = (), *, session: Session | None = None) -> str:
    """Queue a message; it is sent at least once, each time with the same id, or ends as a dead letter that says why.

    Args:
        workspace: where.
        name: the destination.
        message: what; asked again with the same id for the same destination nothing more is queued (for 30 days). Pictures that don't
            fit into 250 kB in all are left out.
        recipients: for e-mail and the inbox only.
        session: a write session, to queue it if and only if that commits; one of its own when None.

    Returns:
        The id of the delivery.

    Raises:
        NotFound: there is no such destination.
        InvalidInput: the recipients are wrong.
        TooLarge: the message has more than 250 kB without its pictures.
        TooMany: 2,000 messages wait for the destination already.
    """
    place = keep.find(workspace, name)
    to, waits = check_recipients(place.place, recipients), written(message)
    if session is not None:
        return _queue(workspace, session, place, message, (to, waits))
    with workspace.records.write() as own:
        return _queue(workspace, own, place, message, (to, waits))


def _queue(workspace: Workspace, session: Session, place: keep.Destination, message: Message, what: tuple[Sequence[str], dict[str, Any]]) -> str:
    now_ms, message_id = workspace.clock.now_ms(), message.id[:200]
    known = store.id_of(session, place.name, message_id)
    if known is not None:
        return known
    if store.waiting(session, place.name) >= WAITING_MOST:
        raise TooMany(f"{WAITING_MOST} messages wait for '{place.name}'.", retry_after_s=60, where="destination", fix="See why it takes none.")
    to, waits = what
    delivery = workspace.ids.new("dlv")
    row: dict[str, Any] = {
        "id": delivery, "destination": place.name, "kind": place.kind, "message_id": message_id,
        "subject": message.subject.replace("\0", "")[:300], "state": "waiting", "attempts": 0, "tries": [], "to_count": len(to),
        "recipients": list(to), "message": waits, "next_ms": now_ms, "lease_ms": None, "created_ms": now_ms, "changed_ms": now_ms, "by": "",
    }  # fmt: skip
    if not store.add(session, row):
        return store.id_of(session, place.name, message_id) or delivery
    enqueue(session, SEND, {"delivery": delivery}, now_ms=now_ms, ids=workspace.ids)
    return delivery
