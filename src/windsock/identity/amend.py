"""Somebody joins two people or parts them: decided in the ledger, written into the audit trail, announced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock import jobs
from windsock.governance import Actor, audit
from windsock.identity import queries
from windsock.identity.decide import accept_edge, reject_edge
from windsock.kernel.errors import InvalidInput, NotAllowed, NotFound

if TYPE_CHECKING:
    from windsock.warehouse import Transaction
    from windsock.workspace import Workspace

PIDS_MOST = 100
REASON_MAX = 1_000
CHANGED = "identity.people_changed"


@dataclass(frozen=True)
class Amended:
    """How many ids changed their person, and the persons that they and the two ids are now (100 at most)."""

    changed: int
    pids: tuple[int, ...]


def merge_ids(workspace: Workspace, actor: Actor, did_a: int, did_b: int, reason: str, *, source: str = "decision") -> Amended:
    """Say that two ids are one person, whatever the limits.

    Args:
        workspace: where.
        actor: who decides; needs ``people.merge``.
        did_a: one id.
        did_b: the other.
        reason: why; kept in the audit trail.
        source: what the decision rests on, such as ``match:0.987``.

    Raises:
        NotFound: there is no such id.
        InvalidInput: the ids are one, or there is no reason.
        NotAllowed: the actor may not.
    """
    said = checked_reason(actor, reason)
    now_ms = workspace.clock.now_ms()
    with workspace.warehouse.transaction() as tx:
        known_ids(tx, did_a, did_b)
        before = persons_in(tx, (did_a, did_b))
        changed = accept_edge(tx, did_a, did_b, actor.id, now_ms, source=source)
        pids = sorted({*before, *persons_in(tx, (did_a, did_b))})[:PIDS_MOST]
    return _told(workspace, actor, "identity.merged", Amended(changed, tuple(pids)), {"dids": [did_a, did_b], "reason": said, "source": source})


def retract_edge(workspace: Workspace, actor: Actor, edge_id: int, reason: str) -> Amended:
    """Say that the two ids of a piece of evidence are two people: all evidence between just these two is as if it had not been.

    Raises:
        NotFound: there is no such edge.
        InvalidInput: there is no reason.
        NotAllowed: the actor may not.
    """
    said = checked_reason(actor, reason)
    now_ms = workspace.clock.now_ms()
    with workspace.warehouse.transaction() as tx:
        found = tx.query(queries.EDGE, {"edge": edge_id}).to_pylist()
        ends = (int(found[0]["did_a"]), int(found[0]["did_b"])) if found else ()
        before = persons_in(tx, ends)
        changed = reject_edge(tx, edge_id, actor.id, now_ms)
        pids = sorted({*before, *persons_in(tx, ends)})[:PIDS_MOST]
    return _told(workspace, actor, "identity.parted", Amended(changed, tuple(pids)), {"dids": list(ends), "edge": edge_id, "reason": said})


def checked_reason(actor: Actor, reason: str) -> str:
    """Return the reason without blanks around it.

    Raises:
        NotAllowed: the actor lacks ``people.merge``.
        InvalidInput: there is no reason, or it is too long.
    """
    if not actor.may("people.merge"):
        raise NotAllowed("This needs the permission people.merge.", where="people.merge", fix="Ask an admin or lead.")
    reason = reason.replace("\0", "").strip()
    if not 0 < len(reason) <= REASON_MAX:
        raise InvalidInput("A reason is needed.", where="reason", fix=f"Say why in 1 to {REASON_MAX} characters.")
    return reason


def known_ids(tx: Transaction, *dids: int) -> None:
    """Check that ids exist.

    Raises:
        NotFound: one doesn't.
    """
    tx.stage("stage_dids", pa.table({"slot": pa.array(range(len(dids)), pa.int64()), "did": pa.array(dids, pa.int64())}))
    slots: list[int] = tx.query(queries.NAMESPACES_OF).column("slot").to_pylist()
    known = {dids[slot] for slot in slots}
    missing = [did for did in dids if did not in known]
    if missing:
        raise NotFound(f"There is no id {missing[0]}.", where="did", fix="Search for the person again.")


def persons_in(tx: Transaction, dids: tuple[int, ...]) -> list[int]:
    """Return the person of each id as the transaction sees it."""
    if not dids:
        return []
    tx.stage("stage_dids", pa.table({"slot": pa.array(range(len(dids)), pa.int64()), "did": pa.array(dids, pa.int64())}))
    found = {row["slot"]: row["pid"] for row in tx.query(queries.ALIASES_OF).to_pylist()}
    return [int(found.get(slot, did)) for slot, did in enumerate(dids)]


def _told(workspace: Workspace, actor: Actor, action: str, done: Amended, detail: dict[str, Any]) -> Amended:
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        audit(session, actor, action, f"person:{done.pids[0] if done.pids else ''}", {**detail, "changed": done.changed}, now_ms)
        jobs.publish(session, CHANGED, {"pids": list(done.pids), "changed": done.changed, "complete": True}, now_ms)
    return done
