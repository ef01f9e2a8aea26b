"""Automatic actions that were done for an incident: it can't be closed before somebody, or a check, says what came of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from windsock.governance import audit
from windsock.itsm import store
from windsock.itsm.step import held
from windsock.kernel.errors import Conflict, NotFound

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace


def note_action(workspace: Workspace, session: Session, actor: Actor, record_id: str, run: str, what: str) -> bool:
    """Keep that an automatic action was done for an incident, in the transaction of its run; a second time changes nothing.

    Raises:
        NotFound: there is no such incident.
        Conflict: it is over.
    """
    record, now_ms = held(session, record_id), workspace.clock.now_ms()
    if record.kind != "incident":
        raise NotFound(f"There is no incident '{record_id[:40]}'.", where="record")
    if record.over:
        raise Conflict(f"The incident is {record.state}.", where="record", fix="Open it again first.")
    new = store.add_action(session, run[:80], record.id, what.replace("\0", "")[:300], now_ms)
    if new:
        audit(session, actor, "itsm.action_noted", f"incident:{record.id}", {"run": run[:80]}, now_ms)
    return new


def settle_action(workspace: Workspace, session: Session, actor: Actor, run: str, outcome: Literal["verified", "undone"]) -> None:
    """Keep what came of an automatic action.

    Raises:
        NotFound: no such run waits for it.
    """
    now_ms = workspace.clock.now_ms()
    record_id = store.settle_action(session, run[:80], outcome, now_ms)
    if record_id is None:
        raise NotFound("No such run waits to be verified.", where="run")
    audit(session, actor, "itsm.action_settled", f"incident:{record_id}", {"run": run[:80], "outcome": outcome}, now_ms)


def settle(workspace: Workspace, actor: Actor, run: str, outcome: Literal["verified", "undone"]) -> None:
    """Do so in a transaction of its own; see ``settle_action``."""
    with workspace.records.write() as session:
        settle_action(workspace, session, actor, run, outcome)
