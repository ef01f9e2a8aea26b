"""Keep the rules of internal traffic, try them on the last days, and bring stored events in line with them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windsock import definitions, governance, jobs
from windsock.kernel.clock import local_date
from windsock.kernel.counted import counted
from windsock.kernel.errors import InvalidInput
from windsock.tracking.internal.queries import Judge
from windsock.tracking.model.internal import KIND, NAME, ON_ARRIVAL, InternalRule, parse_internal
from windsock.tracking.plan.freeze import latest, put
from windsock.tracking.plan.read import read_internal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windsock.definitions import Definition
    from windsock.governance import Actor
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace

JOB = "tracking.internal"
PREVIEW_DAYS, DAYS_MOST = 7, 1_000
_SLICE = 7
"""Days of events that one transaction changes: other writers wait for no longer."""
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class RuleCount:
    """A rule, and how many events of the days it knows by itself; None where that is known on arrival only."""

    rule: InternalRule
    events: int | None


@dataclass(frozen=True)
class Preview:
    """What rules would mark of the events of some dates.

    Attributes:
        first: the first date (UTC), last: the last one.
        events: all that were stored.
        said: internal by their sender's word.
        ruled: marked by rules that held when they came or were applied.
        would: what these rules would mark, without what the sender said.
        rules: each rule by itself.
    """

    first: dt.date
    last: dt.date
    events: int
    said: int
    ruled: int
    would: int
    rules: tuple[RuleCount, ...]


def save_internal(workspace: Workspace, body: Mapping[str, Any], actor: Actor, reason: str) -> Definition:
    """Write rules as the next version; in force at once where the actor may approve, else a draft.

    Raises:
        InvalidInput: a rule can't be.
        NotAllowed, Conflict, TooLarge: as definitions say.
    """
    rules = parse_internal(body)
    clean = {"rules": [rule.body() for rule in rules]}
    return put(workspace, KIND, NAME, clean, definitions.Change(actor, reason, workspace.clock.now_ms()))


def newest_version(workspace: Workspace) -> int:
    """Return the number of the newest version, which may be a draft that waits; 0 where there is none."""
    with workspace.records.read() as session:
        found = latest(session, KIND, NAME)
    return 0 if found is None else found.version


def preview(workspace: Workspace, rules: Sequence[InternalRule]) -> Preview:
    """Count what rules would mark of the last seven days; nothing is changed."""
    last = local_date(workspace.clock.now_ms(), "UTC")
    judge = Judge(rules, last - (PREVIEW_DAYS - 1) * _DAY, last)
    statement = judge.counts()
    row = workspace.warehouse.query(statement, judge.params.values).to_pylist()[0]
    each = tuple(RuleCount(rule, None if rule.by in ON_ARRIVAL else int(row[f"rule_{place}"])) for place, rule in enumerate(rules))
    counts = {name: int(row[name]) for name in ("events", "said", "ruled", "would")}
    return Preview(judge.first, judge.last, rules=each, **counts)


def ask_apply(workspace: Workspace, days: int, actor: Actor, *, undo: bool = False) -> str:
    """Ask for stored events to be brought in line with the rules in force, or for all marks of rules to be taken back; returns the job.

    Raises:
        InvalidInput: too many days.
    """
    if not 1 <= days <= DAYS_MOST:
        raise InvalidInput(f"The days must lie between 1 and {DAYS_MOST}.", where="days")
    now = workspace.clock.now_ms()
    _, version = read_internal(workspace)
    payload = {"days": days, "undo": undo, "by": actor.id, "name": actor.name, "asked_ms": now}
    with workspace.records.write() as session:
        job = jobs.enqueue(session, JOB, payload, key=f"{JOB} {actor.id} {now} {days} {undo}", now_ms=now, ids=workspace.ids)
        detail = {"job": job, "days": days, "version": version}
        governance.audit(session, actor, "tracking.internal_undo_asked" if undo else "tracking.internal_apply_asked", "internal_rules", detail, now)
    return job


def run_job(workspace: Workspace, context: JobContext) -> None:
    """Bring stored events in line, a week of them in each transaction; safe to begin again, as what is in line already is left alone."""
    payload = context.payload
    rules, version = read_internal(workspace)
    last = local_date(payload["asked_ms"], "UTC")
    changed, done, day = 0, 0, last - (payload["days"] - 1) * _DAY
    while day <= last:
        context.check_cancelled()
        end = min(last, day + (_SLICE - 1) * _DAY)
        changed += change(workspace, () if payload["undo"] else rules, day, end)
        done += (end - day).days + 1
        context.progress(done, payload["days"], f"{counted(changed, 'event')} changed")
        day = end + _DAY
    actor = governance.Actor(payload["by"], payload["name"], "admin", frozenset(), "system")
    action = "tracking.internal_undone" if payload["undo"] else "tracking.internal_applied"
    detail = {"job": context.job_id, "days": payload["days"], "version": version, "events": changed}
    with workspace.records.write() as session:
        governance.audit(session, actor, action, "internal_rules", detail, workspace.clock.now_ms())


def change(workspace: Workspace, rules: Sequence[InternalRule], first: dt.date, last: dt.date) -> int:
    """Bring the events of some dates (UTC) in line with rules, noting the hours whose figures change; returns how many events changed.

    What a sender said itself is never touched; what a rule knew on arrival stays marked while the rule is among these.
    """
    now = workspace.clock.now_ms()
    with workspace.warehouse.transaction() as tx:
        hours, marks = Judge(rules, first, last), Judge(rules, first, last)
        noted = hours.touched(now)
        if not tx.execute(noted, hours.params.values):
            return 0
        marking = marks.mark()
        return tx.execute(marking, marks.params.values)
