"""Move a record: one arrow of its machine, with the actor, the reason and what proves it; two at once, and one of them wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from windsock import jobs
from windsock.governance import audit
from windsock.itsm import store
from windsock.itsm.model.record import Record
from windsock.itsm.model.states import EVIDENCE_MAX, Step, check_reason, find, may_reopen
from windsock.itsm.recur import next_task
from windsock.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace

_EVIDENCE_TEXT = 500


@dataclass(frozen=True)
class Wish:
    """What is to happen to a record.

    Attributes:
        event: an arrow of its machine.
        reason: why; never empty.
        seen: the version that whoever wishes it saw; None takes it as it is, for what Windsock does itself.
        evidence: what proves it: references and figures, at most 20 texts.
        also: columns that the verb behind it writes with the move.
    """

    event: str
    reason: str
    seen: int | None = None
    evidence: Mapping[str, str] = field(default_factory=dict[str, str])
    also: Mapping[str, Any] = field(default_factory=dict[str, Any])


def move(workspace: Workspace, actor: Actor, record_id: str, wish: Wish) -> Record:
    """Move a record.

    Raises:
        NotFound: there is no such record.
        InvalidInput: no reason, or its kind knows no such event.
        NotAllowed: the actor may not.
        Conflict: it changed since, it can't happen in its state, or something that it demands is missing.
    """
    with workspace.records.write() as session:
        return moved(workspace, session, actor, held(session, record_id), wish)


def held(session: Session, record_id: str) -> Record:
    """Return a record, held until the end of the transaction.

    Raises:
        NotFound: there is none.
    """
    found = store.held(session, record_id[:40])
    if found is None:
        raise NotFound(f"There is no record '{record_id[:40]}'.", where="record")
    return found


def check_seen(record: Record, seen: int | None) -> None:
    """Refuse who has not seen what the record is now.

    Raises:
        Conflict: it changed since.
    """
    if seen is not None and seen != record.version:
        raise Conflict(f"You saw version {seen}, it is at {record.version}.", where="version", fix="Look at it as it is now, and try again.")


def moved(workspace: Workspace, session: Session, actor: Actor, record: Record, wish: Wish) -> Record:
    """Move a record that is held, inside a transaction; see ``move``."""
    now_ms = workspace.clock.now_ms()
    check_seen(record, wish.seen)
    reason, evidence = check_reason(wish.reason), _evidence(wish.evidence)
    step = find(record.kind, record.state, wish.event, _met(workspace, session, record, now_ms))
    if not actor.may(step.permission):
        raise NotAllowed(f"To {wish.event.replace('_', ' ')} a {record.kind} takes the permission {step.permission}.", where="event")
    if step.event == "merge" and "merged_into" not in wish.also:
        raise InvalidInput("An incident is merged into another.", where="event", fix="Use merge, and name the other.")
    new = {**_columns(workspace, record, step, reason, now_ms), **wish.also}
    after = replace(record, version=record.version + 1, changed_ms=now_ms, **new)
    told = store.Move(
        record.id, after.version, step.event, record.state, after.state, actor.id[:100], actor.name[:120], reason, evidence, now_ms
    )  # fmt: skip
    store.add_move(session, told)
    if not store.change(session, record.id, record.version, {**new, "changed_ms": now_ms}):
        raise Conflict("Somebody else moved it at the same moment.", where="version", fix="Look at it as it is now, and try again.")
    detail = {"event": step.event, "from": record.state, "to": after.state, "reason": reason}
    audit(session, actor, f"itsm.{record.kind}_moved", f"{record.kind}:{record.id}", detail, now_ms)
    jobs.publish(
        session, f"itsm.{record.kind}_moved", {"record": record.id, "event": step.event, "before": record.state, "after": after.state}, now_ms
    )
    if after.kind == "task" and after.over:
        next_task(workspace, session, after, now_ms)
    return after


def _met(workspace: Workspace, session: Session, record: Record, now_ms: int) -> frozenset[str]:
    """Return the demands that a record meets now."""
    body = record.body
    has_change = record.kind == "problem" and any(one.kind == "change" for one in store.links(session, record.id))
    held: dict[str, bool] = {
        "window": may_reopen(record.closed_ms, now_ms, workspace.settings.itsm.reopen_days),
        "verified": record.unverified == 0,
        "review_or_risk": record.review is not None or bool(record.accepted_risk.strip()),
        "root_cause": bool(body.get("root_cause")),
        "change": has_change,
        "fallback": bool(record.fallback.strip()),
        "standard": body.get("type") == "standard",
        "emergency": body.get("type") == "emergency",
        "checklist": all(point["done"] for point in body.get("checklist", ())),
    }
    return frozenset(name for name, holds in held.items() if holds)


def _columns(workspace: Workspace, record: Record, step: Step, reason: str, now_ms: int) -> dict[str, Any]:
    """Return what a move writes: the state, and what the clock of the record says."""
    if step.event == "wait":
        if record.waiting:
            raise Conflict("It waits already.", where="event", fix="Resume it first.")
        return {"waiting": reason, "waiting_ms": now_ms, "seen_ms": record.seen_ms or now_ms}
    if step.event == "resume" and not record.waiting:
        raise Conflict("It does not wait.", where="event")
    new: dict[str, Any] = {"state": step.after or record.state}
    if record.waiting_ms is not None:
        new |= {"waiting": "", "waiting_ms": None, "waited_ms": record.waited_ms + max(0, now_ms - record.waiting_ms)}
    if record.kind == "incident" and record.seen_ms is None and step.event in ("see", "work", "watch"):
        new["seen_ms"] = now_ms
    if step.event == "reopen":
        # The time in which it counted as solved is no time in which anybody worked on it.
        since = record.resolved_ms if record.resolved_ms is not None else now_ms
        new |= {"resolved_ms": None, "closed_ms": None, "waited_ms": record.waited_ms + max(0, now_ms - since)}
        new |= {"seen_ms": None, "escalated": 0, "escalate_ms": now_ms + workspace.settings.itsm.escalate_minutes * 60_000}
    if step.after in ("resolved", "merged"):
        new["resolved_ms"] = record.resolved_ms or now_ms
    if step.after in ("closed", "done", "skipped", "failed") and record.kind != "change":
        new["closed_ms"] = now_ms
    if record.kind == "change" and step.after == "closed":
        new["closed_ms"] = now_ms
    return new


def _evidence(given: Mapping[str, str]) -> dict[str, str]:
    if len(given) > EVIDENCE_MAX:
        raise InvalidInput(f"A move has at most {EVIDENCE_MAX} pieces of evidence.", where="evidence")
    return {str(name).replace("\0", "")[:80]: str(value).replace("\0", "")[:_EVIDENCE_TEXT] for name, value in given.items()}
