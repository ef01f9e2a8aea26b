"""Draft, activate, retire, discard, roll back. Each writes the audit trail and announces itself in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from windsock import governance, jobs
from windsock.definitions import store
from windsock.definitions.model import Definition, canonical, check_place, check_reason, digest
from windsock.definitions.store import DefinitionRow
from windsock.governance import Actor
from windsock.kernel.errors import Conflict, NotAllowed, NotFound
from windsock.records import Session

LOOK_AGAIN = "Look at the newest version and apply your change to it."


@dataclass(frozen=True)
class Change:
    """Who changes something, why and when: what each verb of this room needs besides its subject.

    Attributes:
        actor: who; the permission decides whether they may.
        reason: why, kept with the version.
        now_ms: the clock's time.
    """

    actor: Actor
    reason: str
    now_ms: int


def save_draft(session: Session, change: Change, kind: str, name: str, body: Mapping[str, Any], *, base_version: int) -> Definition:
    """Write a new version as a draft.

    Args:
        session: a write session.
        change: who, why, when; needs ``definitions.write``.
        kind: what sort of thing.
        name: which.
        body: JSON.
        base_version: the newest version that the author saw; 0 for a new definition.

    Returns:
        The draft; the newest version unchanged where the body is equal to it.

    Raises:
        Conflict: there is a newer version than the author saw.
        NotAllowed, InvalidInput, TooLarge: as they say.
    """
    _allow(change.actor, "definitions.write")
    check_place(kind, name)
    text = canonical(body)
    newest = store.newest(session, kind, name)
    _check_base(newest, base_version)
    if newest is not None and newest.sha256 == digest(text):
        return store.frozen(newest)
    row = _add(session, change, kind, name, text, base_version + 1)
    _tell(session, change, "drafted", row)
    return store.frozen(row)


def start_trial(session: Session, change: Change, kind: str, name: str, version: int) -> Definition:
    """Run a draft beside the active version.

    Raises:
        Conflict: it is no draft any more.
        NotAllowed, NotFound, InvalidInput: as they say.
    """
    _allow(change.actor, "definitions.approve")
    row = _find(session, kind, name, version)
    if row.state != "draft":
        raise Conflict(f"Version {version} is {row.state}, not a draft.", where=f"{kind}/{name}", fix="Only a draft can be tried out.")
    row.state, row.changed_ms = "trial", change.now_ms
    store.flush(session)
    _tell(session, change, "tried_out", row)
    return store.frozen(row)


def activate(session: Session, change: Change, kind: str, name: str, version: int) -> Definition:
    """Put a draft or trial in force; the version that was in force retires.

    Args:
        session: a write session.
        change: who, why, when; needs ``definitions.approve``.
        kind: what sort of thing.
        name: which.
        version: the version that the approver saw.

    Raises:
        Conflict: it is in force, retired, or older than the one in force.
        NotAllowed, NotFound, InvalidInput: as they say.
    """
    _allow(change.actor, "definitions.approve")
    reason = check_reason(change.reason)
    row = _find(session, kind, name, version)
    if row.state not in ("draft", "trial"):
        raise Conflict(f"Version {version} is {row.state} already.", where=f"{kind}/{name}", fix="To bring an old version back, roll back to it.")
    old = store.active(session, kind, name)
    if old is not None and old.version > version:
        raise Conflict(f"Version {old.version} is newer and in force.", where=f"{kind}/{name}", fix=LOOK_AGAIN)
    _replace(session, change, old, row)
    _tell(session, change, "activated", row, {"reason": reason, "replaced": None if old is None else old.version})
    return store.frozen(row)


def retire(session: Session, change: Change, kind: str, name: str) -> Definition:
    """Take the version in force out of force; nothing replaces it.

    Raises:
        NotFound: none is in force.
        NotAllowed, InvalidInput: as they say.
    """
    _allow(change.actor, "definitions.approve")
    check_place(kind, name)
    reason = check_reason(change.reason)
    row = store.active(session, kind, name)
    if row is None:
        raise NotFound(f"No version of {kind} {name} is in force.", where=f"{kind}/{name}")
    row.state, row.changed_ms = "retired", change.now_ms
    store.flush(session)
    _tell(session, change, "retired", row, {"reason": reason})
    return store.frozen(row)


def discard(session: Session, change: Change, kind: str, name: str, version: int) -> Definition:
    """Throw a draft away: it stays in the history, and can't be put in force.

    Raises:
        Conflict: it is no draft any more.
        NotAllowed, NotFound, InvalidInput: as they say.
    """
    _allow(change.actor, "definitions.write")
    reason = check_reason(change.reason)
    row = _find(session, kind, name, version)
    if row.state != "draft":
        raise Conflict(f"Version {version} is {row.state}, not a draft.", where=f"{kind}/{name}", fix="Only a draft can be thrown away.")
    row.state, row.changed_ms = "retired", change.now_ms
    store.flush(session)
    _tell(session, change, "discarded", row, {"reason": reason})
    return store.frozen(row)


def roll_back(session: Session, change: Change, kind: str, name: str, *, to_version: int, base_version: int) -> Definition:
    """Put an old body in force again, as a new version: history only grows.

    Args:
        session: a write session.
        change: who, why, when; needs ``definitions.approve``.
        kind: what sort of thing.
        name: which.
        to_version: whose body comes back.
        base_version: the newest version that the actor saw.

    Raises:
        Conflict: there is a newer version than the actor saw.
        NotAllowed, NotFound, InvalidInput: as they say.
    """
    _allow(change.actor, "definitions.approve")
    check_place(kind, name)
    newest = store.newest(session, kind, name)
    _check_base(newest, base_version)
    target = _find(session, kind, name, to_version)
    old = store.active(session, kind, name)
    row = _add(session, change, kind, name, target.body, base_version + 1)
    _replace(session, change, old, row)
    _tell(session, change, "rolled_back", row, {"to": to_version, "replaced": None if old is None else old.version})
    return store.frozen(row)


def _add(session: Session, change: Change, kind: str, name: str, text: str, version: int) -> DefinitionRow:
    values = {
        "kind": kind,
        "name": name,
        "version": version,
        "body": text,
        "sha256": digest(text),
        "state": "draft",
        "author": change.actor.id[:100],
        "reason": check_reason(change.reason),
        "created_ms": change.now_ms,
        "changed_ms": change.now_ms,
    }
    return store.add(session, values)


def _replace(session: Session, change: Change, old: DefinitionRow | None, row: DefinitionRow) -> None:
    if old is not None:
        old.state, old.changed_ms = "retired", change.now_ms
        store.flush(session)
    row.state, row.approver, row.changed_ms = "active", change.actor.id[:100], change.now_ms
    store.flush(session)


def _check_base(newest: DefinitionRow | None, base_version: int) -> None:
    at = 0 if newest is None else newest.version
    if at != base_version:
        raise Conflict(f"You saw version {base_version}, the newest is {at}.", where="base_version", fix=LOOK_AGAIN)


def _find(session: Session, kind: str, name: str, version: int) -> DefinitionRow:
    check_place(kind, name)
    row = store.version(session, kind, name, version) if 0 < version < 1 << 31 else None
    if row is None:
        raise NotFound(f"There is no version {version} of {kind} {name}.", where=f"{kind}/{name}")
    return row


def _allow(actor: Actor, permission: str) -> None:
    if not actor.may(permission):
        raise NotAllowed(f"This needs the permission {permission}.", where=permission, fix="Ask an admin or lead.")


def _tell(session: Session, change: Change, done: str, row: DefinitionRow, detail: Mapping[str, Any] | None = None) -> None:
    place = {"kind": row.kind, "name": row.name, "version": row.version}
    told = {**place, "sha256": row.sha256, **(detail or {})}
    governance.audit(session, change.actor, f"definitions.{done}", f"{row.kind}/{row.name}", told, change.now_ms)
    jobs.publish(session, f"definitions.{done}", place, change.now_ms)
