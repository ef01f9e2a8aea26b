"""Hand over or forget what identity holds of a person.

Forgetting overwrites the texts of the ids and removes the evidence. The dids stay as numbers by which nobody can be found: no number is
given out twice, and counts of people in the past stay what they were (so aliases, which hold numbers only, stay too). Each
room erases its own personal columns; the rooms above, which look ids up here, go first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock.governance import Eraser
from windsock.identity import queries, store

if TYPE_CHECKING:
    from windsock.workspace import Workspace

TABLES = ("identity", "identity_edge", "alias", "trait")
SUGGESTED = "match_suggestion"


def export(workspace: Workspace, dids: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of the room about some ids, by table."""
    with workspace.warehouse.transaction() as tx:
        tx.stage("stage_dids", pa.table({"did": pa.array(list(dids), pa.int64())}))
        rows: dict[str, list[dict[str, Any]]] = {table: tx.query(queries.ROWS_ABOUT[table]).to_pylist() for table in TABLES}
    with workspace.records.read() as session:
        return {**rows, SUGGESTED: [asdict(one) for one in store.about(session, dids)]}


def erase(workspace: Workspace, dids: Sequence[int]) -> int:
    """Empty the ids and remove their evidence; returns the number of rows that it touched."""
    with workspace.warehouse.transaction() as tx:
        tx.stage("stage_dids", pa.table({"did": pa.array(list(dids), pa.int64())}))
        touched = sum(tx.execute(statement) for statement in queries.FORGET)
    with workspace.records.write() as session:
        return touched + store.forget(session, dids)


ERASER = Eraser("identity", TABLES, export, erase)
