"""Write the audit trail and check it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from windsock.governance import store
from windsock.governance.model import Actor, ChainReport, Entry, canonical, chain_hash, follow
from windsock.governance.store import Session
from windsock.kernel.errors import Broken
from windsock.records import Page, decode, take

_ACTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_SUBJECT_MAX, _NAME_MAX, _ID_MAX, _ACTION_MAX = 300, 120, 100, 80
PAGE_MAX = 200


def audit(session: Session, actor: Actor, action: str, subject: str, detail: dict[str, Any], now_ms: int) -> None:
    """Add an entry to the chain, in the same transaction as the change it tells of.

    Args:
        session: the write session of the change.
        actor: who did it.
        action: what was done, in the past: ``metrics.exported``.
        subject: what it was done to: ``member:mem_12``.
        detail: JSON values; never a secret, never personal data in full.
        now_ms: when.

    Raises:
        Broken: the action is no dotted name.
    """
    if len(action) > _ACTION_MAX or not _ACTION.fullmatch(action):
        raise Broken(f"'{action[:80]}' is no name of an action.", where="audit()", fix="Write it as room.done.")
    seq, previous = store.next_place(session)
    who, name = _clean(actor.id, _ID_MAX), _clean(actor.name, _NAME_MAX)
    entry = Entry(seq, now_ms, who, name, actor.via, action, _clean(subject, _SUBJECT_MAX), canonical(detail), previous)
    store.append_entry(session, replace(entry, hash=chain_hash(entry)))


def _clean(text: str, longest: int) -> str:
    # PostgreSQL can't keep a NUL, no encoding keeps half a surrogate pair.
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()[:longest]


def verify_chain(session: Session) -> ChainReport:
    """Read the whole trail and say whether an entry was changed, removed or added aside."""
    seq, last = store.head(session)
    return follow(store.entries(session), seq, last)


def read_audit(session: Session, limit: int, cursor: str | None, filters: dict[str, str]) -> Page[Entry]:
    """Return a page of the trail, the newest first.

    Args:
        session: a read session.
        limit: 1 to 200 entries.
        cursor: of the page before.
        filters: equal values of action, subject, actor_id.

    Raises:
        InvalidInput: the cursor is of another list.
    """
    scope = "audit " + " ".join(f"{key}={value}" for key, value in sorted(filters.items()))
    before = None if cursor is None else int(decode(cursor, length=1, scope=scope)[0] or 0)
    rows = store.latest(session, limit + 1, before, filters)
    return take(rows, limit, lambda entry: [entry.seq], scope=scope)
