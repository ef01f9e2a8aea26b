"""Hand over or forget what a person did.

Events stay as counts under a number by which nobody can be found; what could name somebody in them (free properties, the order's
number) is emptied, and refused events that bear one of the person's ids are removed. The ids are noted as keyed hashes, so that no replay and
no import brings the person back. Goes before identity forgets the ids' texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock.governance import Eraser
from windsock.identity import texts_of
from windsock.tracking import queries
from windsock.tracking.suppress import suppress

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
        return sum(tx.execute(statement) for statement in queries.FORGET)


def _stage(tx: Transaction, dids: Sequence[int]) -> None:
    numbers = pa.array(list(dids), pa.int64())
    texts = texts_of(tx, numbers)
    tx.stage("stage_ids", pa.table({"id": pa.array(texts, pa.string())}))
    tx.stage("stage_dids", pa.table({"did": numbers}))


ERASER = Eraser("tracking", TABLES, export, erase)
