"""Hand over or forget the stays of a person, and their ids in uploaded lists; sizes and counts of evaluations stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock.audiences.segments import queries as q
from windsock.governance import Eraser

if TYPE_CHECKING:
    from windsock.workspace import Workspace

TABLES = ("segment_member", "segment_listed")


def export(workspace: Workspace, dids: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Return the stays of some ids, and the rows of lists that name them."""
    with workspace.warehouse.transaction() as tx:
        tx.stage("stage_dids", pa.table({"did": pa.array(list(dids), pa.int64())}))
        return {"segment_member": tx.query(q.MEMBER_ROWS).to_pylist(), "segment_listed": tx.query(q.LISTED_ROWS).to_pylist()}


def erase(workspace: Workspace, dids: Sequence[int]) -> int:
    """Take out the stays of some ids and the rows of lists that name them; returns how many rows."""
    with workspace.warehouse.transaction() as tx:
        tx.stage("stage_dids", pa.table({"did": pa.array(list(dids), pa.int64())}))
        return tx.execute(q.ERASE_LISTED) + tx.execute(q.ERASE_MEMBERS)


ERASER = Eraser("audiences.segments", TABLES, export, erase)
