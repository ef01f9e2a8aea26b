"""What people do with alerts: see, close, label, silence. Each writes the alert's history and the audit trail in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from windsock.governance import audit
from windsock.kernel.errors import InvalidInput, NotFound, TooMany
from windsock.metrics import catalogue_of
from windsock.monitoring import store
from windsock.monitoring.alerts.model import Alert, Silence, check_reason, move, with_label
from windsock.monitoring.monitors.keep import find
from windsock.monitoring.tell import ENDED, announce, step

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace

SILENCE_MOST_MS = 30 * 86_400_000
MATCHES_MAX = 4


def ack(workspace: Workspace, actor: Actor, alert_id: str, reason: str) -> Alert:
    """Say that somebody has seen an alert and looks after it.

    Raises:
        NotFound, Conflict, InvalidInput: there is none, it is closed, or the reason is missing.
    """
    reason, now_ms = check_reason(reason), workspace.clock.now_ms()
    with workspace.records.write() as session:
        alert = _held(session, alert_id)
        after = replace(move(alert, "acked"), acked_by=alert.acked_by or actor.name[:120], suppressed_by=None)
        return _done(session, actor, (alert, after), "acked", reason, now_ms)


def close(workspace: Workspace, actor: Actor, alert_id: str, label: str, reason: str) -> Alert:
    """Close an alert and say what it was; it does not come again before its series was well.

    Raises:
        NotFound, Conflict, InvalidInput: there is none, it is closed, or the label or reason is missing.
    """
    reason, now_ms = check_reason(reason), workspace.clock.now_ms()
    with workspace.records.write() as session:
        alert = _held(session, alert_id)
        after = replace(with_label(move(alert, "closed"), label), ended_ms=now_ms, revision=alert.revision + 1)
        announce(session, ENDED, after, now_ms)
        return _done(session, actor, (alert, after), "closed", reason, now_ms)


def put_label(workspace: Workspace, actor: Actor, alert_id: str, label: str, reason: str) -> Alert:
    """Say what an alert was, also afterwards: replays are judged by it.

    Raises:
        NotFound, InvalidInput: there is none, or the label or reason is missing.
    """
    reason, now_ms = check_reason(reason), workspace.clock.now_ms()
    with workspace.records.write() as session:
        alert = _held(session, alert_id)
        return _done(session, actor, (alert, with_label(alert, label)), "labelled", f"{label}: {reason}"[:1_000], now_ms)


def silence(workspace: Workspace, actor: Actor, monitor: str | None, matches: Mapping[str, Any], length_ms: int, reason: str) -> Silence:
    """Keep alerts from being told for a while, from now on.

    Args:
        workspace: where.
        actor: who.
        monitor: of one monitor, or of all when None.
        matches: only where the cut has these values; empty for all of it.
        length_ms: for how long; 30 days at most.
        reason: why.

    Raises:
        NotFound, InvalidInput, TooMany: no such monitor or dimension, no reason, too long, or there are 1,000 already.
    """
    with workspace.records.write() as session:
        return silenced(workspace, session, actor, (monitor, matches), length_ms, reason)


def silenced(
    workspace: Workspace, session: Session, actor: Actor, held: tuple[str | None, Mapping[str, Any]], length_ms: int, reason: str
) -> Silence:
    """Do so inside a transaction, for (monitor, matches); see ``silence``."""
    (monitor, matches), reason, now_ms = held, check_reason(reason), workspace.clock.now_ms()
    if not 60_000 <= length_ms <= SILENCE_MOST_MS:
        raise InvalidInput("A silence lasts from a minute to 30 days.", where="minutes", fix="Switch the monitor off if nobody wants it.")
    if monitor is None and not matches:
        raise InvalidInput("A silence of everything hides what matters.", where="monitor / matches", fix="Name a monitor, or values of a dimension.")
    if len(matches) > MATCHES_MAX or any(isinstance(value, list | dict) for value in matches.values()):
        raise InvalidInput(f"A silence names {MATCHES_MAX} dimensions at most, each with one value.", where="matches")
    library = catalogue_of(workspace)
    known = None if monitor is None else find(session, monitor).monitor
    for name in matches:
        # A dimension that the cut lacks would match nothing: refused, so that nobody believes in a silence that holds nothing.
        if known is not None and name in known.by:
            continue
        if known is not None or all(name not in library.dimensions(metric) for metric in library.metrics):
            raise InvalidInput(f"There is no '{str(name)[:60]}' to silence by.", where="matches", fix="Name a dimension of the monitor's cut.")
    if len(store.silences(session, now_ms)) >= store.SILENCES_MAX:
        raise TooMany("There are too many silences.", retry_after_s=0, where="silences", fix="End one that is not needed.")
    new = Silence(
        workspace.ids.new("silence"), monitor, dict(matches), now_ms, now_ms + length_ms, reason, now_ms, actor.id[:100], actor.name[:120]
    )  # fmt: skip
    store.add_silence(session, new)
    detail = {"monitor": monitor, "matches": dict(matches), "until_ms": new.until_ms, "reason": reason}
    audit(session, actor, "silences.made", f"silence:{new.id}", detail, now_ms)
    return new


def end_silence(workspace: Workspace, actor: Actor, silence_id: str) -> None:
    """End a silence now; what still fires is told at the next tick.

    Raises:
        NotFound: there is none that has not ended.
    """
    with workspace.records.write() as session:
        silence_ended(workspace, session, actor, silence_id)


def silence_ended(workspace: Workspace, session: Session, actor: Actor, silence_id: str) -> None:
    """End a silence inside a transaction; see ``end_silence``."""
    now_ms, found = workspace.clock.now_ms(), store.held_silence(session, silence_id)
    if found is None or found.until_ms <= now_ms:
        raise NotFound(f"There is no silence '{silence_id[:40]}'.", where="silences", fix="It may have ended.")
    store.end_silence(session, silence_id, now_ms)
    audit(session, actor, "silences.ended", f"silence:{silence_id}", {"monitor": found.monitor}, now_ms)


def _held(session: Session, alert_id: str) -> Alert:
    alert = store.held_alert(session, alert_id)
    if alert is None:
        raise NotFound(f"There is no alert '{alert_id[:40]}'.", where="alerts")
    return alert


def _done(session: Session, actor: Actor, ends: tuple[Alert, Alert], done: str, reason: str, now_ms: int) -> Alert:
    before, after = ends
    store.put_alert(session, after)
    store.add_steps(session, [step(after, before.state, actor, reason, now_ms)])
    audit(session, actor, f"alerts.{done}", f"alert:{after.id}", {"monitor": after.monitor, "label": after.label, "reason": reason}, now_ms)
    return after
