"""Take blocks of the inbox through the load a second time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from windsock.governance import audit
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput
from windsock.tracking.ahead import groups_of, reading_of
from windsock.tracking.body import UNREADABLE
from windsock.tracking.drain import read_offset
from windsock.tracking.inbox import open_inbox
from windsock.tracking.load import load_events
from windsock.tracking.model import LoadReport
from windsock.tracking.plan.read import read_cleaning, read_plan
from windsock.warehouse import statement

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.tracking.poison import Group
    from windsock.warehouse import Transaction
    from windsock.workspace import Workspace

_APART = statement(
    """
    SELECT DISTINCT s.rn FROM stage_again AS s JOIN quarantine AS q ON q.source = $source AND q.received_ms = s.received_ms
        AND (q.raw->>'message_id' = s.message_id OR (s.message_id IS NULL AND q.raw->>'properties' = s.properties))
    """
)


@dataclass(frozen=True)
class Replayed:
    """What came of a replay.

    Attributes:
        blocks: blocks that were read.
        report: the counts of what was loaded again: duplicates, unless something was lost.
        apart: events that are kept apart already and were left there.
        unreadable: events of bodies that can't be opened any more.
    """

    blocks: int
    report: LoadReport
    apart: int
    unreadable: int


def replay(workspace: Workspace, actor: Actor, from_ms: int, to_ms: int, *, source: str | None = None) -> Replayed:
    """Load again what was received in a span of time and is in the warehouse already; what still waits is loaded by itself.

    Args:
        workspace: the open workspace.
        actor: who asks.
        from_ms: first moment received.
        to_ms: first moment after it.
        source: one source only.

    Raises:
        InvalidInput: the span is empty.
    """
    if from_ms >= to_ms:
        raise InvalidInput("The span ends before it begins.", where="--to", fix="Give a time after --from.")
    inbox = open_inbox(workspace, write=False)
    try:
        offset = read_offset(workspace, inbox.name)
        first, last = inbox.between(from_ms, to_ms)
        last, done = min(last, offset), Replayed(0, LoadReport(0, 0, 0, 0), 0, 0)
        at = first - 1
        while first and at < last:
            blocks = [block for block in inbox.read(at, workspace.settings.intake.batch_events) if block.seq <= last]
            if not blocks:
                break
            bodies = [body for block in blocks for body in block.bodies if from_ms <= body.received_ms < to_ms and source in (None, body.source)]
            lost = sum(body.events for body in bodies if body.kind == UNREADABLE)
            groups = groups_of((body for body in bodies if body.kind != UNREADABLE), reading_of(workspace))
            report, apart = _load(workspace, groups, f"replay:{blocks[0].seq}-{blocks[-1].seq}")
            done = Replayed(done.blocks + len(blocks), done.report.plus(report), done.apart + apart, done.unreadable + lost)
            at = blocks[-1].seq
    finally:
        inbox.close()
    counts = {name: getattr(done.report, name) for name in ("received", "stored", "duplicate", "quarantined")}
    with workspace.records.write() as session:
        span = {"from": iso(from_ms, workspace.zone), "to": iso(to_ms, workspace.zone), "apart": done.apart, "unreadable": done.unreadable}
        audit(session, actor, "events.replayed", f"source:{source or '*'}", {**span, **counts}, workspace.clock.now_ms())
    return done


def _load(workspace: Workspace, groups: list[Group], batch_id: str) -> tuple[LoadReport, int]:
    report, apart = LoadReport(0, 0, 0, 0), 0
    if not groups:
        return report, apart
    plan, cleaning, now_ms = read_plan(workspace), read_cleaning(workspace), workspace.clock.now_ms()
    with workspace.warehouse.transaction() as tx:
        for group in groups:
            left = _not_apart(tx, group)
            apart += group.events.num_rows - left.events.num_rows
            if left.events.num_rows:
                loaded = load_events(
                    tx, group.source, batch_id, left.events, now_ms, trust=group.trust, plan=plan, seal=workspace.seal, cleaning=cleaning
                )
                report = report.plus(loaded)
    return report, apart


def _not_apart(tx: Transaction, group: Group) -> Group:
    """Return the events of a group that are not kept apart already: they would be kept apart twice."""
    rows = group.events.append_column("rn", pa.array(range(group.events.num_rows), pa.int64()))
    tx.stage("stage_again", rows.select(["rn", "message_id", "received_ms", "properties"]))
    known = tx.query(_APART, {"source": group.source}).column("rn").combine_chunks()
    if not len(known):
        return group
    return replace(group, events=group.events.filter(pc.invert(pc.is_in(rows.column("rn"), value_set=known))))
