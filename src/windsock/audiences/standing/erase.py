"""Hand over or forget where a person stood; the totals of a month name nobody and stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock.governance import Eraser
from windsock.warehouse import statement

if TYPE_CHECKING:
    from windsock.workspace import Workspace

TABLES = ("person_class",)
_ROWS = statement("SELECT * FROM person_class WHERE person IN (SELECT did FROM stage_dids) ORDER BY month, person")
_FORGET = statement("DELETE FROM person_class WHERE person IN (SELECT did FROM stage_dids)")


def export(workspace: Workspace, dids: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Return where a person stood, month by month."""
    with workspace.warehouse.transaction() as tx:
        tx.stage("stage_dids", _staged(dids))
        return {"person_class": tx.query(_ROWS).to_pylist()}


def erase(workspace: Workspace, dids: Sequence[int]) -> int:
    """Remove the rows; returns their number."""
    with workspace.warehouse.transaction() as tx:
        tx.stage("stage_dids", _staged(dids))
        return tx.execute(_FORGET)


def _staged(dids: Sequence[int]) -> pa.Table:
    return pa.table({"did": pa.array(list(dids), pa.int64())})


ERASER = Eraser("audiences", TABLES, export, erase)
