"""Hand over or remove what models say of a person, and where they stood; totals of a month name nobody and stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock.governance import Eraser
from windsock.warehouse import statement

if TYPE_CHECKING:
    from windsock.workspace import Workspace

TABLES = ("model_score", "person_class")
_OF = {"model_score": "did", "person_class": "person"}
_AMONG = {table: f"FROM {table} WHERE {column} IN (SELECT did FROM stage_dids)" for table, column in _OF.items()}  # noqa: S608 - names of this file
_ROWS = {table: statement(f"SELECT * {among} ORDER BY ALL") for table, among in _AMONG.items()}
_FORGET = [statement(f"DELETE {among}") for among in _AMONG.values()]


def export(workspace: Workspace, dids: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of some ids, by table."""
    with workspace.warehouse.transaction() as tx:
        tx.stage("stage_dids", _staged(dids))
        return {table: tx.query(rows).to_pylist() for table, rows in _ROWS.items()}


def erase(workspace: Workspace, dids: Sequence[int]) -> int:
    """Remove the rows of some ids; returns their number."""
    with workspace.warehouse.transaction() as tx:
        tx.stage("stage_dids", _staged(dids))
        return sum(tx.execute(one) for one in _FORGET)


def _staged(dids: Sequence[int]) -> pa.Table:
    return pa.table({"did": pa.array(list(dids), pa.int64())})


ERASER = Eraser("audiences", TABLES, export, erase)
