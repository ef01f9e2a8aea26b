"""Try a fix, replay a group in its original minutes, or discard it. The events and what was decided of them change together."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from windsock import governance, jobs
from windsock.kernel.errors import Conflict, NotFound
from windsock.tracking.event_columns import COLUMNS
from windsock.tracking.load import load_events
from windsock.tracking.model import LoadReport
from windsock.tracking.model.fix import Fix, check
from windsock.tracking.plan.read import read_cleaning, read_plan
from windsock.tracking.quarantine import queries
from windsock.tracking.quarantine.mend import mended
from windsock.tracking.quarantine.see import Group, find_group, number, shown_raw

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.jobs import JobContext
    from windsock.warehouse import Transaction
    from windsock.workspace import Workspace

TRIED_MOST, EXAMPLES_MOST = 100, 3
AT_ONCE_MOST = 10_000
"""More events than this are replayed by a job, so many at a time."""
JOB = "tracking.replay_quarantine"
NOTHING = LoadReport(0, 0, 0, 0)
_NAMES = frozenset(COLUMNS.names)


@dataclass(frozen=True)
class Example:
    """An event before and after the fix, and why it would be kept apart again (None: it would pass)."""

    before: dict[str, Any]
    after: dict[str, Any]
    reason: str | None


@dataclass(frozen=True)
class Tried:
    """How many events were tried, how many would pass, and some of them."""

    rows: int
    would_pass: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Replayed:
    """What became of a group; with ``job`` set a job does it."""

    report: LoadReport
    job: str | None = None


class _NothingIsKept(Exception):
    """Ends a transaction that was only a trial."""


@contextmanager
def _trial(workspace: Workspace) -> Generator[Transaction]:
    try:
        with workspace.warehouse.transaction() as tx:
            yield tx
            raise _NothingIsKept
    except _NothingIsKept:
        return


def try_fix(workspace: Workspace, group: str, fix: Fix, actor: Actor) -> Tried:
    """Load up to 100 events of a group as if they were mended, and take it back: the answer is the load's own.

    Raises:
        NotFound: the group is empty.
        InvalidInput: the fix can't be.
    """
    check(fix, _NAMES)
    found = find_group(workspace.warehouse, group)
    number(workspace)
    plan = read_plan(workspace)
    examples: list[Example] = []
    report, count = NOTHING, 0
    with _trial(workspace) as tx:
        rows = tx.query(queries.pick(), {"group": group, "until": 1 << 62, "most": TRIED_MOST})
        count = rows.num_rows
        for place in range(min(EXAMPLES_MOST, count)):
            one = rows.slice(place, 1)
            told = _load(workspace, tx, found, one, fix, "trial")
            shown = [shown_raw(json.dumps(_plain(part), default=str), actor, plan) for part in (one, mended(one.select(COLUMNS.names), fix, plan))]
            examples.append(Example(shown[0], shown[1], next(iter(told.reasons), None)))
        report = _load(workspace, tx, found, rows, fix, "trial")
    return Tried(count, report.stored + report.duplicate, tuple(examples))


def replay(workspace: Workspace, group: str, fix: Fix, actor: Actor) -> Replayed:
    """Mend the events of a group and load them again; what still breaks a rule is kept apart anew, under its own reason.

    They move from quarantined to stored or duplicate in the minute in which they were received. Above 10,000 a job does it.

    Raises:
        NotFound: the group is empty.
        InvalidInput: the fix can't be.
    """
    check(fix, _NAMES)
    found = find_group(workspace.warehouse, group)
    number(workspace)
    if found.count > AT_ONCE_MOST:
        return Replayed(NOTHING, _enqueue(workspace, found, fix, actor))
    report, _ = _replay_some(workspace, found, fix, actor.id, until=1 << 62)
    _audit(workspace, actor, "tracking.quarantine_replayed", found, {"fix": _said(fix), **_counts(report)})
    return Replayed(report)


def run_job(workspace: Workspace, context: JobContext) -> None:
    """Replay a large group, 10,000 events at a time; what was moved stays moved, so the job may begin again."""
    payload = context.payload
    fix, actor = Fix(**payload["fix"]), governance.Actor(payload["by"], payload["name"], "admin", frozenset(), "system")
    try:
        first = find_group(workspace.warehouse, payload["group"])
    except NotFound:
        context.progress(0, 0, "nothing is left to do")
        return
    report = NOTHING
    while True:
        context.check_cancelled()
        part, moved = _replay_some(workspace, first, fix, actor.id, until=payload["until"])
        report = report.plus(part)
        context.progress(report.received, first.count, f"{report.stored} stored, {report.quarantined} kept apart")
        if moved < AT_ONCE_MOST:
            break
    _audit(workspace, actor, "tracking.quarantine_replayed", first, {"fix": _said(fix), "job": context.job_id, **_counts(report)})


def discard(workspace: Workspace, group: str, note: str, actor: Actor) -> int:
    """Put a group aside for good; it stays, and stays counted as kept apart. Returns how many events.

    Raises:
        NotFound: the group is empty.
    """
    found = find_group(workspace.warehouse, group)
    now = workspace.clock.now_ms()
    with workspace.warehouse.transaction() as tx:
        count = tx.execute(queries.DISCARD, {"group": group, "now": now, "by": actor.id, "note": note})
    if not count:
        raise Conflict("Somebody else decided on this group meanwhile.", where=group, fix="Look at the list of groups again.")
    _audit(workspace, actor, "tracking.quarantine_discarded", found, {"events": count, "note": note})
    return count


def _replay_some(workspace: Workspace, group: Group, fix: Fix, by: str, *, until: int) -> tuple[LoadReport, int]:
    """Move up to 10,000 events in one transaction; returns what became of them, and how many they were."""
    with workspace.warehouse.transaction() as tx:
        rows = tx.query(queries.pick(), {"group": group.id, "until": until, "most": AT_ONCE_MOST})
        report = _load(workspace, tx, group, rows, fix, f"replay-{group.id}")
        tx.stage("stage_qids", rows.select(["qid"]))
        words = {"state": "replayed", "now": workspace.clock.now_ms(), "by": by, "note": json.dumps(_said(fix), ensure_ascii=False)}
        tx.execute(queries.DECIDE, words)
    return report, rows.num_rows


def _load(workspace: Workspace, tx: Transaction, group: Group, rows: pa.Table, fix: Fix, batch: str) -> LoadReport:
    """Load events as the way in by which they came is believed."""
    plan, cleaning, now = read_plan(workspace), read_cleaning(workspace), workspace.clock.now_ms()
    report = NOTHING
    for trust in pc.unique(rows.column("trust")).to_pylist():
        some = rows.filter(pc.equal(rows.column("trust"), trust)).select(COLUMNS.names)
        part = load_events(
            tx, group.source, batch, mended(some, fix, plan), now, trust=trust, plan=plan, seal=workspace.seal, cleaning=cleaning, replay_minutes=True
        )  # fmt: skip
        report = report.plus(part)
    return report


def _enqueue(workspace: Workspace, group: Group, fix: Fix, actor: Actor) -> str:
    last = int(workspace.warehouse.query(queries.LAST).to_pylist()[0]["last"])
    now = workspace.clock.now_ms()
    payload = {"group": group.id, "fix": _said(fix), "by": actor.id, "name": actor.name, "until": last}
    with workspace.records.write() as session:
        job = jobs.enqueue(session, JOB, payload, key=f"{JOB} {group.id} {last}", now_ms=now, ids=workspace.ids)
        governance.audit(session, actor, "tracking.quarantine_replay_asked", f"quarantine:{group.id}", {"job": job, "events": group.count}, now)
    return job


def _said(fix: Fix) -> dict[str, Any]:
    return {key: dict(value) if key == "values" else value for key, value in vars(fix).items() if value}


def _counts(report: LoadReport) -> dict[str, int]:
    return {"stored": report.stored, "duplicate": report.duplicate, "quarantined": report.quarantined}


def _plain(row: pa.Table) -> dict[str, Any]:
    return {name: value for name, value in row.to_pylist()[0].items() if value is not None and name in _NAMES}


def _audit(workspace: Workspace, actor: Actor, action: str, group: Group, detail: dict[str, Any]) -> None:
    about = {"source": group.source, "reason": group.reason, "field": group.field, "event": group.event}
    with workspace.records.write() as session:
        governance.audit(session, actor, action, f"quarantine:{group.id}", {**about, **detail}, workspace.clock.now_ms())
