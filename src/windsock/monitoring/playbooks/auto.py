"""What runs by itself: automatic steps of a known event that an alert is like enough to (on trial: in shadow), and the check of what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from windsock.governance import SYSTEM
from windsock.kernel.errors import Busy, Conflict, NotFound, TooMany, WindsockError
from windsock.monitoring import store as alerts
from windsock.monitoring.event_library.keep import find_entry, in_force
from windsock.monitoring.explain.store import whys
from windsock.monitoring.playbooks import store
from windsock.monitoring.playbooks.flags import end_over
from windsock.monitoring.playbooks.model import AUTO_LIKENESS
from windsock.monitoring.playbooks.perform import finish, held, perform, settled
from windsock.monitoring.playbooks.propose import Wish, new_run, put, refused_plan, tell
from windsock.monitoring.playbooks.registry import incidents, kinds

if TYPE_CHECKING:
    from windsock.monitoring.event_library.keep import Entry
    from windsock.monitoring.playbooks.model import Run
    from windsock.records import Session
    from windsock.workspace import Workspace

STUCK_MS = 300_000
"""A run that began so long ago and has no outcome was cut off: doing it takes far less."""
_log = structlog.get_logger(__name__)


def act_on(workspace: Workspace, alert_id: str, *, last: bool = True) -> list[Run]:
    """Run the automatic steps of the known event that an alert is most like; those of entries on trial are kept as what they would have done.

    Args:
        workspace: where.
        alert_id: the alert, explained.
        last: whether nobody asks again: then it acts without an incident where there is none yet.

    Raises:
        Busy: the alert's incident is not there yet; try again.
    """
    with workspace.records.read() as session:
        alert, why = alerts.peek_alert(session, alert_id), whys(session, [alert_id]).get(alert_id, {})
        port = incidents()
        waits = port is not None and port.of_alert(session, alert_id) is None
    if alert is None or alert.state in ("closed", "suppressed"):
        return []
    named = [*((one, False) for one in why.get("matches", [])[:1]), *((one, True) for one in why.get("trials", []))]
    named = [(one, trial) for one, trial in named if one["likeness"] >= AUTO_LIKENESS]
    if named and waits and not last:
        raise Busy("The alert has no incident yet.", fix="Try again in a moment.")
    return [run for one, trial in named for run in _steps(workspace, alert_id, one, trial=trial)]


def _steps(workspace: Workspace, alert_id: str, match: dict[str, Any], *, trial: bool) -> list[Run]:
    version = int(match["version"]) if trial else None
    try:
        entry = find_entry(workspace, match["known_event"], version) if trial else in_force(workspace, match["known_event"])
    except NotFound:
        return []
    if entry.state != ("trial" if trial else "active"):
        return []
    found: list[Run] = []
    for number, step in enumerate(entry.event.playbook, start=1):
        kind = kinds().get(step.action)
        if step.mode == "auto" and kind is not None and not kind.approval:
            found.append(_step(workspace, entry, Wish(alert_id, entry.event.name, number, {}, version), trial=trial))
    return found


def _step(workspace: Workspace, entry: Entry, wish: Wish, *, trial: bool) -> Run:
    step = entry.event.playbook[wish.step - 1]
    try:
        run = _kept(workspace, wish, (entry, step), trial=trial)
    except Conflict:
        run = _kept(workspace, wish, (entry, step), trial=trial)
    if run.state != "approved" or run.mode != "auto":
        return run
    try:
        return perform(workspace, SYSTEM, run.id)
    except (Conflict, TooMany) as error:
        # Over its caps, or somebody was first: it waits for a person, who sees why.
        _log.warning("an automatic step did not run", run=run.id, kind=run.kind, error=str(error))
        with workspace.records.write() as session:
            now = held(session, run.id)
            if now.state == "approved":
                store.change_run(session, now, {"note": str(error)[:1_000]})
        return now


def _kept(workspace: Workspace, wish: Wish, found: tuple[Entry, Any], *, trial: bool) -> Run:
    with workspace.records.write() as session:
        planned, missing = refused_plan(workspace, session, SYSTEM, wish, found)
        old = store.of_step(session, (planned.act.alert.id, planned.act.incident), wish.event, new_run(planned, "auto", "shadow").step_key)
        if old is not None:
            return old
        return put(session, SYSTEM, new_run(planned, "auto", "shadow" if trial else "proposed" if missing else "approved", missing))


def check(workspace: Workspace) -> int:
    """Look after what was begun: runs that were cut off, effects that have shown or have not in time, flags whose time is over.

    Returns:
        How many things were settled.
    """
    now_ms = workspace.clock.now_ms()
    with workspace.records.read() as session:
        stuck, waiting = store.left_running(session, now_ms - STUCK_MS), store.unverified(session)
        over = {run.alert: _ended_ms(session, run.alert) for run in waiting}
    count = end_over(workspace, SYSTEM) + sum(_took_up(workspace, run) for run in stuck)
    for run in waiting:
        ended_ms = over[run.alert]
        late = run.verification == "waiting" and run.verify_until_ms is not None and now_ms > run.verify_until_ms
        outcome = "verified" if ended_ms is not None else "not_recovered" if late else ""
        kind = kinds().get(run.kind)
        if not outcome or kind is None:
            continue
        try:
            with workspace.records.write() as session:
                settled(workspace, session, SYSTEM, run, kind, outcome)
            count += 1
        except Conflict:
            continue
    return count


def _ended_ms(session: Session, alert_id: str) -> int | None:
    alert = alerts.peek_alert(session, alert_id)
    return 0 if alert is None else alert.ended_ms if alert.state == "closed" else None


def _took_up(workspace: Workspace, run: Run) -> int:
    """Finish a run that was cut off where all it does commits with its outcome; another has failed, as nobody knows how far it came."""
    kind = kinds().get(run.kind)
    try:
        if kind is not None and kind.repeatable:
            finish(workspace, SYSTEM, run)
            return 1
        with workspace.records.write() as session:
            now = held(session, run.id)
            if now.state == "running":
                _failed(workspace, session, now)
    except WindsockError as error:
        _log.warning("a run that was cut off could not be settled", run=run.id, error=str(error))
        return 0
    return 1


def _failed(workspace: Workspace, session: Session, run: Run) -> None:
    """Say of a run that was cut off that nobody knows how far it came."""
    now_ms, why = workspace.clock.now_ms(), "It was cut off, and nobody knows how far it came."
    store.change_run(session, run, {"state": "failed", "ended_ms": now_ms, "note": why})
    tell(session, SYSTEM, run, (run.state, "failed"), why, now_ms)
