"""Hand over what the roll-ups hold of a person.

They hold the number of an id, an hour and a way in: what events keep of somebody who was erased too. So they stay as they are, as do the counts
of events; identity forgets whose number it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock.governance import Eraser
from windsock.warehouse import statement

if TYPE_CHECKING:
    from windsock.workspace import Workspace

TABLES = ("visit_hour",)
_ROWS = statement("SELECT * FROM visit_hour WHERE did IN (SELECT did FROM stage_dids) ORDER BY hour_ms, did")


def export(workspace: Workspace, dids: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Return the hours in which some ids visited."""
    with workspace.warehouse.transaction() as tx:
        tx.stage("stage_dids", pa.table({"did": pa.array(list(dids), pa.int64())}))
        return {"visit_hour": tx.query(_ROWS).to_pylist()}


def erase(workspace: Workspace, dids: Sequence[int]) -> int:
    """Return 0: nothing in them could name somebody."""
    del workspace, dids
    return 0


ERASER = Eraser("metrics", TABLES, export, erase)
