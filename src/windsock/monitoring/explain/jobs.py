"""The room's own work on its alerts: each that was told is explained, and what was found is announced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog

from windsock import jobs
from windsock.jobs import Fact, JobKind, Reaction
from windsock.kernel.counted import counted
from windsock.kernel.errors import Busy, InvalidInput, NotFound, QueryTimeout, TooLarge
from windsock.monitoring import store
from windsock.monitoring.course import drawn_course
from windsock.monitoring.explain import store as kept
from windsock.monitoring.explain.ask import explain, plainly
from windsock.monitoring.explain.model import Why
from windsock.monitoring.monitors.keep import kept_in
from windsock.monitoring.tell import FOUND

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.monitoring.alerts.model import Alert
    from windsock.monitoring.monitors.model import Monitor
    from windsock.records import Session
    from windsock.workspace import Workspace

EXPLAINED = "monitoring.anomaly_explained"
AT_ONCE = 200
ATTEMPTS = 3
DRAWN = 5
Explainer = Callable[["Workspace", "Monitor", Sequence["Alert"]], "list[Why]"]
_log = structlog.get_logger(__name__)


def explain_open(workspace: Workspace, context: JobContext) -> None:
    """Explain the open alerts of a monitor that nothing explains yet, all from one look at their window; at last they are told as they are."""
    name = str(context.payload["monitor"])
    try:
        done = explain_monitor(workspace, name)
    except (QueryTimeout, Busy, TooLarge, InvalidInput) as error:
        if context.attempt < ATTEMPTS:
            raise
        _log.warning("alerts stay without a cause", monitor=name, error=str(error))
        done = explain_monitor(workspace, name, by=plainly)
    context.progress(done, done, counted(done, "alert"))


def explain_monitor(workspace: Workspace, name: str, *, again: bool = False, by: Explainer = explain) -> int:
    """Explain the open alerts of a monitor; return how many.

    Args:
        workspace: where.
        name: the monitor's name.
        again: those that are explained already too: more has happened since.
        by: what explains them.

    Raises:
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    with workspace.records.read() as session:
        monitor = kept_in(session).get(name)
        waiting = [one for one in store.open_alerts(session, name).values() if one.state != "suppressed"][:AT_ONCE]
        known = {} if again else kept.whys(session, [one.id for one in waiting])
    waiting = [one for one in waiting if one.id not in known]
    if monitor is None or not waiting:
        return 0
    found = with_courses(workspace, by(workspace, monitor.monitor, waiting))
    with workspace.records.write() as session:
        # One that ended meanwhile was told so already: nobody is to handle it now.
        alerts = {one.id: one for one in store.open_alerts(session, name).values()}
        for why in found:
            if why.alert in alerts and kept.put_why(session, why):
                _announce(session, alerts[why.alert], why, workspace.clock.now_ms())
    return len(found)


def with_courses(workspace: Workspace, found: Sequence[Why]) -> list[Why]:
    """Add the series of the first alert of each cause, five at most: what a message draws, as a message can't ask the warehouse itself."""
    first = {why.cause: why.alert for why in reversed(found)}
    drawn = set(list(first.values())[-DRAWN:])
    return [replace(why, course=_course(workspace, why.alert)) if why.alert in drawn else why for why in found]


def _course(workspace: Workspace, alert: str) -> dict[str, Any]:
    try:
        return drawn_course(workspace, alert)
    except (NotFound, QueryTimeout, Busy, TooLarge, InvalidInput) as error:
        _log.warning("an alert is told without a picture", alert=alert, error=str(error))
        return {}


def _announce(session: Session, alert: Alert, why: Why, now_ms: int) -> None:
    """Publish what explains an alert, for rooms above: one cause, one thing to handle."""
    told: dict[str, Any] = {
        "alert": alert.id, "cause": why.cause, "title_en": why.told["en"], "title_zh": why.told["zh"], "metric": alert.metric,
        "monitor": alert.monitor, "severity": alert.severity, "owner": alert.owner,
        "money_per_hour": None if why.money_hour is None else f"{why.money_hour:.2f}", "currency": alert.currency, "people": None,
        "where": dict(why.elements[0]["element"]) if why.elements else {}, "at_ms": alert.first_ms,
        "known_event": why.matches[0]["known_event"] if why.matches else None, "trial": bool(why.trials),
    }  # fmt: skip
    jobs.publish(session, EXPLAINED, told, now_ms)


def _begin(workspace: Workspace, session: Session, fact: Fact) -> None:
    """A told alert is explained by a job, one for all of a monitor's tick: it asks the warehouse, which a reaction must not."""
    if fact.payload.get("kind") == "metric":
        monitor = str(fact.payload["monitor"])
        key = f"monitoring.explain {monitor} {fact.created_ms}"
        jobs.enqueue(session, "monitoring.explain", {"monitor": monitor}, key=key, now_ms=workspace.clock.now_ms())


JOB_KINDS = (JobKind("monitoring.explain", explain_open, attempts=ATTEMPTS),)
REACTIONS = (Reaction("monitoring.explain", FOUND, _begin),)
