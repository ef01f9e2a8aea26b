"""Hand over or forget what identity holds of a person.

Forgetting removes the texts of the ids, the evidence and the aliases. The dids stay as numbers that nobody can be found by: facts of
other rooms go on counting, each room erases its own personal columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock.governance import Eraser
from windsock.identity import queries

if TYPE_CHECKING:
    from windsock.workspace import Workspace

TABLES = ("identity", "identity_edge", "alias")


def export(workspace: Workspace, dids: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of the room about some ids, by table."""
    with workspace.warehouse.transaction() as tx:
        tx.stage("stage_dids", pa.table({"did": pa.array(list(dids), pa.int64())}))
        return {table: tx.query(queries.ROWS_ABOUT[table]).to_pylist() for table in TABLES}


def erase(workspace: Workspace, dids: Sequence[int]) -> int:
    """Remove all rows of the room about some ids; returns how many."""
    with workspace.warehouse.transaction() as tx:
        tx.stage("stage_dids", pa.table({"did": pa.array(list(dids), pa.int64())}))
        return sum(tx.execute(statement) for statement in queries.FORGET)


ERASER = Eraser("identity", TABLES, export, erase)
