"""Hand over or forget what a person did.

Events stay as counts under a number by which nobody can be found; what could name somebody in them (free properties, the order's
number) is emptied, and refused events that bear one of the person's ids are removed. The ids are noted as keyed hashes, so that no replay and
no import brings the person back. Goes before identity forgets the ids' texts.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock.governance import Eraser
from windsock.identity import texts_of
from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.tracking import queries
from windsock.tracking.suppress import suppress
from windsock.warehouse import schema

if TYPE_CHECKING:
    from windsock.warehouse import Transaction
    from windsock.workspace import Workspace

TABLES = ("event", "quarantine", "device_clock")


def export(workspace: Workspace, dids: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Return all events of some ids, stored and refused, by table."""
    with workspace.warehouse.transaction() as tx:
        _stage(tx, dids)
        return {table: tx.query(statement).to_pylist() for table, statement in queries.ROWS_ABOUT.items()}


def erase(workspace: Workspace, dids: Sequence[int]) -> int:
    """Empty what could name somebody and note who it was in a way that tells nobody; returns the number of rows that it touched."""
    with workspace.warehouse.transaction() as tx:
        _stage(tx, dids)
        ids = [(row["namespace"], row["id"]) for row in tx.query(queries.IDS_OF).to_pylist()]
        suppress(tx, workspace.seal, ids, workspace.clock.now_ms())
        _note_days(workspace, tx)
        return sum(tx.execute(statement) for statement in queries.FORGET)


def _note_days(workspace: Workspace, tx: Transaction) -> None:
    """Note on which days how many events are emptied, for who asks later why a figure of such a day is another one: no person, source or hour."""
    zone = workspace.zone
    days: Counter[dt.date] = Counter()
    for row in tx.query(queries.EMPTIED).to_pylist():
        days[local_date(row["at_ms"], zone)] += row["events"]
    if not days:
        return
    starts = [start_of_day_ms(day, zone) for day in days]
    rows = {
        "batch_id": pa.nulls(len(days), pa.string()),
        "dt": pa.array([local_date(start, "UTC") for start in starts], pa.date32()),
        "at_ms": pa.array(starts, pa.int64()),
        "source": pa.repeat("", len(days)),
        "events": pa.array(list(days.values()), pa.int64()),
        "taken_ms": pa.repeat(pa.scalar(workspace.clock.now_ms(), pa.int64()), len(days)),
    }
    tx.append("event_taken", pa.table(rows).select(schema.BY_NAME["event_taken"].names))


def _stage(tx: Transaction, dids: Sequence[int]) -> None:
    numbers = pa.array(list(dids), pa.int64())
    texts = texts_of(tx, numbers)
    tx.stage("stage_ids", pa.table({"id": pa.array(texts, pa.string())}))
    tx.stage("stage_dids", pa.table({"did": numbers}))


ERASER = Eraser("tracking", TABLES, export, erase)
