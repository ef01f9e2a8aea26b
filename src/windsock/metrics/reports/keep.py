"""Make, change, drop and send reports. A report is sent once for each of its periods, whatever happens in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from windsock import destinations, jobs
from windsock.governance import SYSTEM, audit
from windsock.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, TooMany, UserError
from windsock.kernel.period import parse_period
from windsock.metrics.dashboards.first import FIRST, first_dashboard
from windsock.metrics.dashboards.keep import read_dashboard
from windsock.metrics.dashboards.library import shipped
from windsock.metrics.dashboards.model import Dashboard, dashboard_from
from windsock.metrics.dashboards.store import peek
from windsock.metrics.reports import store
from windsock.metrics.reports.digest import compose
from windsock.metrics.reports.model import ATTEMPTS, SEND, latest_due, next_due_ms, plan_from
from windsock.metrics.reports.store import Kept, Run

if TYPE_CHECKING:
    from windsock.destinations import Message
    from windsock.governance import Actor
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace

MOST = 200


@dataclass(frozen=True)
class Given:
    """What somebody wants sent: which dashboard, through which destination, whether it is on, and the plan as JSON."""

    dashboard: str
    destination: str
    enabled: bool
    plan: Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """A report with its last sendings and the next one's instant."""

    report: Kept
    runs: tuple[Run, ...]
    next_ms: int | None


def list_reports(workspace: Workspace) -> list[Found]:
    """Return all reports."""
    with workspace.records.read() as session:
        return [_found(workspace, one, tuple(store.runs(session, one.id))) for one in store.listed(session)]


def make(workspace: Workspace, actor: Actor, given: Given) -> Found:
    """Make a report.

    Raises:
        NotFound: there is no such dashboard or destination, or not for this actor.
        InvalidInput: the plan is wrong, or a recipient is not allowed.
        TooMany: there are 200.
    """
    body, now_ms = _checked(workspace, actor, given), workspace.clock.now_ms()
    new = Kept(workspace.ids.new("rep"), given.dashboard, given.destination, given.enabled, actor.id, 1, body, now_ms, now_ms)
    with workspace.records.write() as session:
        if store.count(session) >= MOST:
            raise TooMany(f"There are {MOST} reports.", retry_after_s=0, where="reports", fix="Delete one that nobody reads.")
        store.keep(session, new)
        audit(session, actor, "reports.made", f"report:{new.id}", _told(new), now_ms)
    return _found(workspace, new, ())


def change(workspace: Workspace, actor: Actor, name: str, given: Given, base_version: int) -> Found:
    """Change a report; it starts anew from now: what was due before is not sent any more.

    Raises:
        Conflict: somebody changed it since.
        NotFound, NotAllowed, InvalidInput: as they say.
    """
    body, now_ms = _checked(workspace, actor, given), workspace.clock.now_ms()
    with workspace.records.write() as session:
        old = _own(store.read(session, name), actor)
        if old.version != base_version:
            raise Conflict(
                f"You saw version {base_version}, the newest is {old.version}.", where="base_version", fix="Open it again, then change it."
            )
        new = replace(old, dashboard=given.dashboard, destination=given.destination, enabled=given.enabled, version=old.version + 1, body=body)
        new = replace(new, changed_ms=now_ms)
        store.keep(session, new)
        audit(session, actor, "reports.changed", f"report:{name}", _told(new), now_ms)
        runs = tuple(store.runs(session, name))
    return _found(workspace, new, runs)


def drop(workspace: Workspace, actor: Actor, name: str) -> None:
    """Delete a report with the list of its sendings.

    Raises:
        NotFound, NotAllowed: there is none, or it is somebody else's.
    """
    with workspace.records.write() as session:
        old = _own(store.read(session, name), actor)
        store.drop(session, name)
        audit(session, actor, "reports.dropped", f"report:{name}", _told(old), workspace.clock.now_ms())


def preview(workspace: Workspace, actor: Actor, given: Given) -> Message:
    """Return the message as it would be sent for the last period that is over.

    Raises:
        As ``make``.
    """
    plan = plan_from(_checked(workspace, actor, given))
    due = latest_due(plan.timetable, workspace.clock.now_ms(), workspace.zone)
    return compose(workspace, read_dashboard(workspace, actor, given.dashboard).board, due.period, plan.language, "preview")


def ask_due(workspace: Workspace, context: JobContext) -> None:
    """Queue what is due: one sending for each report and period, however often and by however many workers this is asked."""
    now_ms, queued = workspace.clock.now_ms(), 0
    with workspace.records.write() as session:
        for one in store.listed(session):
            due = latest_due(plan_from(one.body).timetable, now_ms, workspace.zone)
            if not one.enabled or due.ms < one.changed_ms:
                continue
            run = Run(workspace.ids.new("run"), one.id, due.label, "queued", due.ms, None, "")
            if store.add_run(session, run):
                jobs.enqueue(session, SEND, {"run": run.id}, key=f"{SEND}:{run.id}", now_ms=now_ms)
                queued += 1
    context.progress(queued, queued, "reports queued")


def send_run(workspace: Workspace, context: JobContext) -> None:
    """Send one report.

    A fault of the other side is tried again, six times in all; what trying again cannot mend is noted at once. A crash between the other side's
    "accepted" and our note sends the message again, with the same id.

    Raises:
        Fault: the other side can't be reached; the job is tried again.
    """
    with workspace.records.read() as session:
        run = store.run(session, str(context.payload["run"]))
        report = None if run is None else store.read(session, run.report)
    if run is None or report is None or run.state == "sent":
        return
    try:
        _send(workspace, report, run)
    except UserError as error:
        _settle(workspace, report, run, str(error))
    except Exception as error:
        if context.attempt >= ATTEMPTS:
            _settle(workspace, report, run, str(error))
        raise
    else:
        _settle(workspace, report, run, "")


def _send(workspace: Workspace, report: Kept, run: Run) -> None:
    plan, board = plan_from(report.body), _board(workspace, report.dashboard)
    if board is None:
        raise InvalidInput("The dashboard of this report was deleted.", where=report.dashboard, fix="Choose another dashboard, or delete the report.")
    message = compose(workspace, board, parse_period(run.label, "period"), plan.language, run.id)
    destinations.send(workspace, report.destination, message, plan.recipients)


def _settle(workspace: Workspace, report: Kept, run: Run, error: str) -> None:
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        store.settle(session, run.id, "failed" if error else "sent", sent_ms=None if error else now_ms, error=error)
        done = "reports.failed" if error else "reports.sent"
        audit(session, SYSTEM, done, f"report:{report.id}", {"period": run.label, "destination": report.destination, "error": error[:300]}, now_ms)


def _board(workspace: Workspace, name: str) -> Dashboard | None:
    if name == FIRST:
        return first_dashboard(workspace)
    with workspace.records.read() as session:
        kept = peek(session, name)
    return shipped().get(name) if kept is None else dashboard_from(kept.body)


def _checked(workspace: Workspace, actor: Actor, given: Given) -> dict[str, Any]:
    """Return the plan as it is kept, once dashboard, destination and recipients are found right."""
    plan = plan_from(given.plan)
    read_dashboard(workspace, actor, given.dashboard)
    place = destinations.find(workspace, given.destination).place
    return replace(plan, recipients=destinations.check_recipients(place, plan.recipients)).json()


def _own(one: Kept | None, actor: Actor) -> Kept:
    if one is None:
        raise NotFound("There is no such report.", where="report")
    if one.owner != actor.id and actor.role not in ("admin", "lead"):
        raise NotAllowed("This report is somebody else's.", where="report", fix="Ask its owner, an admin or a lead.")
    return one


def _told(one: Kept) -> dict[str, Any]:
    plan = plan_from(one.body)
    return {"name": plan.name, "dashboard": one.dashboard, "destination": one.destination, "recipients": len(plan.recipients), "enabled": one.enabled}


def _found(workspace: Workspace, one: Kept, runs: tuple[Run, ...]) -> Found:
    table = plan_from(one.body).timetable
    return Found(one, runs, next_due_ms(table, workspace.clock.now_ms(), workspace.zone) if one.enabled else None)
