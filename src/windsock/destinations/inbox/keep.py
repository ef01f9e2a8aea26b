"""Put messages into members' inboxes, and what members do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from windsock.destinations.inbox import store
from windsock.destinations.inbox.port import on_duty
from windsock.destinations.model import ON_DUTY
from windsock.governance import audit, members_called, members_in_charge, still_active
from windsock.kernel.errors import InvalidInput, NotAllowed
from windsock.records import Page, decode, take

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from windsock.destinations.model import Message
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace

MOST, WAYS_MOST, IDS_MOST = 500, 5, 200
KEPT_MS = 180 * 86_400_000
_PATH_MAX = 300


def put(workspace: Workspace, session: Session, members: Iterable[str], message: Message) -> int:
    """Put a message into inboxes, if and only if the session commits; returns for how many members it was new.

    Args:
        workspace: where.
        session: a write session.
        members: ids.
        message: subject, text, severity and path are kept; the same id comes once.
    """
    path = message.path if message.path.startswith("/") and not message.path.startswith("//") and len(message.path) <= _PATH_MAX else ""
    subject, text = (one.replace("\0", "") for one in (message.subject, message.text))
    new = 0
    for member in dict.fromkeys(members):
        line = store.InboxMessage(
            workspace.ids.new("msg"), member, message.id[:200], subject[:300], text[:2_000], message.severity, path, workspace.clock.now_ms(), None
        )
        new += store.add(session, line, MOST)
    return new


def put_for(workspace: Workspace, words: Sequence[str], message: Message) -> None:
    """Put a message into the inboxes of members who are meant by ids, e-mails, names, or ``@duty``: where nobody is on duty, of admins and leads.

    Raises:
        InvalidInput: no member is meant.
    """
    duty = on_duty(workspace) if ON_DUTY in words else ""
    with workspace.records.write() as session:
        found = members_called(session, [duty if word == ON_DUTY else word for word in words])
        if not found and ON_DUTY in words:
            found = members_in_charge(session)
        if not found:
            raise InvalidInput("None of these is a member who may sign in.", where="members", fix="Name members by e-mail or name.")
        put(workspace, session, [one.id for one in found], message)


def listed(workspace: Workspace, actor: Actor, limit: int, cursor: str | None) -> tuple[Page[store.InboxMessage], int]:
    """Return a member's own messages, the newest first, and how many are unread.

    Raises:
        InvalidInput: the cursor is none of this list.
    """
    scope = f"inbox:{actor.id}"
    after = cast("tuple[int, str]", decode(cursor, length=2, scope=scope)) if cursor else None
    if after is not None and (type(after[0]), type(after[1])) != (int, str):
        raise InvalidInput("The cursor does not belong to this list.", where="cursor", fix="Leave it out to start at the first page.")
    with workspace.records.read() as session:
        rows, unread = store.page(session, actor.id, limit + 1, after), store.unread(session, actor.id)
    return take(rows, limit, lambda one: (one.at_ms, one.id), scope=scope), unread


def unread(workspace: Workspace, actor: Actor) -> int:
    """Return how many of a member's own messages are unread."""
    with workspace.records.read() as session:
        return store.unread(session, actor.id)


def mark_read(workspace: Workspace, actor: Actor, ids: Sequence[str] | None) -> int:
    """Note that a member read some of their own messages, or all (None); returns how many are unread then.

    Raises:
        InvalidInput: more than 200 at once.
    """
    if ids is not None and len(ids) > IDS_MOST:
        raise InvalidInput(f"At most {IDS_MOST} messages are marked at once.", where="ids", fix="Mark all as read instead.")
    with workspace.records.write() as session:
        store.read(session, actor.id, ids, workspace.clock.now_ms())
        return store.unread(session, actor.id)


def forget(workspace: Workspace, actor: Actor) -> int:
    """Drop all of a member's own messages; returns how many."""
    with workspace.records.write() as session:
        gone = store.clear(session, actor.id)
        audit(session, actor, "inbox.cleared", f"member:{actor.id}", {"messages": gone}, workspace.clock.now_ms())
    return gone


def ways_of(session: Session, member: str) -> list[str]:
    """Return the destinations by which a member wants to be told as well, by name."""
    return store.ways(session, member)


def choose_ways(workspace: Workspace, actor: Actor, names: Sequence[str], known: Sequence[str]) -> list[str]:
    """Keep by which destinations a member is told as well while on duty.

    Raises:
        InvalidInput: more than five, or one that there is not.
        NotAllowed: it is no member who asks.
    """
    if actor.via != "session":
        raise NotAllowed("Only a member has ways of their own.", where="inbox")
    chosen = list(dict.fromkeys(names))
    for name in chosen:
        if name not in known:
            raise InvalidInput(f"There is no destination '{name[:40]}'.", where="destinations", fix=f"There are: {', '.join(known) or 'none yet'}.")
    if len(chosen) > WAYS_MOST:
        raise InvalidInput(f"At most {WAYS_MOST} ways besides the inbox.", where="destinations", fix="Leave some out.")
    with workspace.records.write() as session:
        store.put_ways(session, actor.id, chosen)
        audit(session, actor, "inbox.ways_chosen", f"member:{actor.id}", {"destinations": chosen}, workspace.clock.now_ms())
    return chosen


def tidy(workspace: Workspace) -> int:
    """Drop what is older than 180 days, and everything of members who may not sign in any more; returns how many messages went."""
    with workspace.records.write() as session:
        gone = store.clear_before(session, workspace.clock.now_ms() - KEPT_MS)
        all_of = store.members(session)
        for member in all_of - still_active(session, all_of):
            gone += store.clear(session, member)
            store.put_ways(session, member, [])
    return gone
