"""Let a run happen: approve or refuse it, begin it within its caps, do it in one transaction with its outcome, undo it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from windsock import jobs
from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.kernel.errors import Conflict, NotAllowed, NotFound, WindsockError
from windsock.metrics import Words
from windsock.monitoring import store as alerts
from windsock.monitoring.alerts.model import check_reason
from windsock.monitoring.explain.store import whys
from windsock.monitoring.playbooks import store
from windsock.monitoring.playbooks.model import HOUR_MS, VERIFY_MINUTES, Run, check_approver, check_caps, follows, lower
from windsock.monitoring.playbooks.propose import tell
from windsock.monitoring.playbooks.registry import Act, ActionKind, incidents, kind_of

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace

DONE = "monitoring.action_done"


def decide(workspace: Workspace, actor: Actor, run_id: str, reason: str, *, approve: bool, seen: int) -> Run:
    """Approve or refuse a run as it was seen (``seen`` is its revision).

    Raises:
        NotFound, Conflict: there is none, it changed since, or it waits for nobody.
        NotAllowed: the actor may not approve, or proposed it.
        InvalidInput: the reason is missing.
    """
    if not actor.may("playbooks.approve") and (approve or not actor.may("playbooks.run")):
        raise NotAllowed("To approve a run takes the permission playbooks.approve.", where="runs")
    reason, now_ms = check_reason(reason), workspace.clock.now_ms()
    with workspace.records.write() as session:
        run = held(session, run_id)
        if run.revision != seen:
            raise Conflict("The run changed since you saw it.", where="revision", fix="Look at it as it is now, and decide again.")
        after = follows(run.state, "approve" if approve else "refuse")
        if approve:
            if not run.diff:
                raise Conflict("The run misses something that somebody has to say.", where="inputs", fix=run.note or "Propose it with inputs.")
            check_approver(run, actor.id, actor.via)
        new = {"state": after} | ({"approved_by": actor.id[:100], "approved_name": actor.name[:120]} if approve else {"note": reason})
        return _moved(session, actor, run, new, reason, now_ms)


def perform(workspace: Workspace, actor: Actor, run_id: str) -> Run:
    """Do a run that is approved, or that needs nobody's approval; one that failed is tried again where that is safe.

    Returns:
        The run, ok or failed.

    Raises:
        NotFound, Conflict: there is none, or it can't begin now: somebody else was first, or it waits for approval.
        NotAllowed: the actor may not.
        TooMany: it is over the caps of its kind.
    """
    if not actor.may("playbooks.run"):
        raise NotAllowed("To run a step takes the permission playbooks.run.", where="runs")
    with workspace.records.write() as session:
        run = begun(workspace, session, actor, held(session, run_id))
    return finish(workspace, actor, run)


def finish(workspace: Workspace, actor: Actor, run: Run) -> Run:
    """Do a run that has begun: its effect and its outcome commit together, so that it is done once.

    Raises:
        Conflict: somebody else finished it.
    """
    try:
        with workspace.records.write() as session:
            return _finished(workspace, session, actor, run)
    except WindsockError as error:
        with workspace.records.write() as session:
            now = held(session, run.id)
            if now.state != "running":
                raise Conflict("Somebody else finished the run.", where="run", fix="Look at it as it is now.") from error
            new: dict[str, Any] = {"state": follows(now.state, "fail"), "ended_ms": workspace.clock.now_ms(), "note": str(error)[:1_000]}
            return _moved(session, actor, now, new, str(error)[:1_000], workspace.clock.now_ms())


def undo(workspace: Workspace, actor: Actor, run_id: str, reason: str) -> Run:
    """Take back what a run did.

    Raises:
        NotFound, Conflict: there is none, it did nothing, it can't be taken back, or what it changed is another by now.
        NotAllowed, InvalidInput: the actor may not, or the reason is missing.
    """
    if not actor.may("playbooks.run"):
        raise NotAllowed("To undo a run takes the permission playbooks.run.", where="runs")
    reason, now_ms = check_reason(reason), workspace.clock.now_ms()
    with workspace.records.write() as session:
        run = held(session, run_id)
        after, kind = follows(run.state, "undo"), kind_of(run.kind)
        if kind.undo is None:
            raise Conflict(f"'{run.kind}' can't be taken back.", where="run", fix="Tell those who were told.")
        new = {"state": after, "verification": "undone", "undone_name": actor.name[:120], "undo_reason": reason}
        done = _moved(session, actor, run, new, reason, now_ms)
        kind.undo(_act(workspace, session, actor, run), run.result)
        port = incidents()
        if port is not None and run.mode == "auto" and kind.heals:
            port.settle(workspace, session, run.id, "undone")
        _say(session, actor, run, f"{run.title_en}: undone. {reason}", now_ms)
        return done


def held(session: Session, run_id: str) -> Run:
    """Return a run.

    Raises:
        NotFound: there is none.
    """
    found = store.read_run(session, run_id[:40])
    if found is None:
        raise NotFound(f"There is no run '{run_id[:40]}'.", where="runs")
    return found


def begun(workspace: Workspace, session: Session, actor: Actor, run: Run) -> Run:
    """Begin a run that is approved, within the caps of its kind, inside a transaction; see ``perform``."""
    after, kind, now_ms = follows(run.state, "begin"), kind_of(run.kind), workspace.clock.now_ms()
    if run.state == "failed" and not kind.repeatable:
        raise Conflict("It acts outside of Windsock: nobody knows how far it came.", where="run", fix="Look there, and do the rest by hand.")
    day = local_date(now_ms, workspace.zone)
    # The row of the caps is held until the commit: runs of one kind begin one after the other, and each counts those before it.
    caps = lower(store.hold_caps(session, kind.name, kind.caps), run.caps.get("limits", {}))
    number, cents = store.used(session, kind.name, now_ms - HOUR_MS, start_of_day_ms(day, workspace.zone))
    check_caps(caps, number, cents, run.cents)
    met = {**run.caps, "per_hour": caps.per_hour, "used": number, "cents_per_day": caps.cents_per_day, "used_cents": cents}
    return _moved(session, actor, run, {"state": after, "started_ms": now_ms, "caps": met, "note": ""}, "begun", now_ms)


def _finished(workspace: Workspace, session: Session, actor: Actor, run: Run) -> Run:
    now_ms, kind = workspace.clock.now_ms(), kind_of(run.kind)
    minutes = run.caps.get("limits", {}).get("verify_minutes", VERIFY_MINUTES)
    new: dict[str, Any] = {"state": follows(run.state, "finish"), "ended_ms": now_ms}
    if kind.heals:
        new |= {"verification": "waiting", "verify_until_ms": now_ms + int(minutes) * 60_000}
    # First the state: whoever comes second finds it changed and does nothing.
    done = _moved(session, actor, run, new, "done", now_ms)
    result = kind.run(_act(workspace, session, actor, run))
    if not store.change_run(session, done, {"result": result}):
        raise Conflict("Somebody else changed the run at the same moment.", where="run")
    port = incidents()
    if port is not None and run.incident is not None and run.mode == "auto" and kind.heals:
        port.note(workspace, session, (run.incident, run.id), run.title_en)
    _say(session, actor, run, f"{run.title_en}: done.", now_ms)
    jobs.publish(session, DONE, {"run": run.id, "kind": run.kind, "alert": run.alert, "incident": run.incident}, now_ms)
    return replace(done, result=result, revision=done.revision + 1)


def _act(workspace: Workspace, session: Session, actor: Actor, run: Run) -> Act:
    alert = alerts.peek_alert(session, run.alert)
    if alert is None:
        raise NotFound(f"There is no alert '{run.alert}'.", where="alert")
    told = whys(session, [alert.id]).get(alert.id, {}).get("told", {})
    return Act(workspace, session, actor, run.id, alert, run.incident, told, Words(run.title_en, run.title_zh), {**run.inputs})


def _moved(session: Session, actor: Actor, run: Run, new: dict[str, Any], reason: str, now_ms: int) -> Run:
    if not store.change_run(session, run, new):
        raise Conflict("Somebody else changed the run at the same moment.", where="run", fix="Look at it as it is now.")
    tell(session, actor, run, (run.state, new.get("state", run.state)), reason, now_ms)
    return replace(run, **new, revision=run.revision + 1)


def _say(session: Session, actor: Actor, run: Run, text: str, now_ms: int) -> None:
    port = incidents()
    if port is not None and run.incident is not None:
        port.tell(session, actor, run.incident, text[:1_000], now_ms)


def settled(workspace: Workspace, session: Session, actor: Actor, run: Run, kind: ActionKind, outcome: str) -> None:
    """Keep whether a run's effect was seen: ``verified`` or ``not_recovered``; the incident is told, and waits no more for what is verified."""
    now_ms = workspace.clock.now_ms()
    said = "the metric is back." if outcome == "verified" else "the metric is not back in time; look at it, or undo it."
    _moved(session, actor, run, {"verification": outcome}, said, now_ms)
    port = incidents()
    if outcome == "verified" and port is not None and run.mode == "auto" and kind.heals:
        port.settle(workspace, session, run.id, "verified")
    _say(session, actor, run, f"{run.title_en}: {said}", now_ms)
