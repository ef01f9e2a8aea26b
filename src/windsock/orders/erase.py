"""Hand over or forget what orders tell of a person.

Orders and their money stay, as accounts must, under a number by which nobody can be found; what could name somebody in them (member number, free
attributes, ticket number) is emptied, and rejected rows that bear one of the person's ids lose their text. Goes before identity forgets the ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock.governance import Eraser
from windsock.identity import texts_of
from windsock.warehouse import statement

if TYPE_CHECKING:
    from windsock.warehouse import Transaction
    from windsock.workspace import Workspace

TABLES = ("import_rejection", "orders", "order_line", "passenger", "ticket")

_BY_PERSON = "did IN (SELECT did FROM stage_dids)"
_TRAVELS = f"SELECT order_key, pax_no FROM passenger WHERE {_BY_PERSON}"  # noqa: S608 - a constant of this file
_NAMED = (
    "EXISTS (SELECT 1 FROM stage_ids AS ids"
    " WHERE length(ids.id) > 3 AND (contains(import_rejection.raw, ids.id) OR contains(import_rejection.value, ids.id)))"
)
_EXPORT: dict[str, str] = {
    "orders": f"SELECT * FROM orders WHERE {_BY_PERSON} ORDER BY order_key, known_from_ms",  # noqa: S608 - as above
    "order_line": f"SELECT * FROM order_line WHERE {_BY_PERSON} ORDER BY order_key, line_no, known_from_ms",  # noqa: S608 - as above
    "passenger": f"SELECT * FROM passenger WHERE {_BY_PERSON} ORDER BY order_key, pax_no",  # noqa: S608 - as above
    "ticket": f"SELECT * FROM ticket WHERE (order_key, pax_no) IN ({_TRAVELS}) ORDER BY order_key, ticket_no",  # noqa: S608 - as above
    "import_rejection": f"SELECT * FROM import_rejection WHERE {_NAMED} ORDER BY batch_id, line",  # noqa: S608 - as above
}
_FORGET = (
    f"UPDATE orders SET member_no = NULL, attributes = NULL WHERE {_BY_PERSON} AND (member_no IS NOT NULL OR attributes IS NOT NULL)",  # noqa: S608 - as above
    f"UPDATE ticket SET ticket_no = NULL, exchanged_for = NULL WHERE (order_key, pax_no) IN ({_TRAVELS})",  # noqa: S608 - as above
    f"UPDATE import_rejection SET raw = NULL, value = NULL WHERE {_NAMED}",  # noqa: S608 - as above
)


def export(workspace: Workspace, dids: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of the room about some ids, by table."""
    with workspace.warehouse.transaction() as tx:
        _stage(tx, dids)
        return {table: tx.query(statement(sql)).to_pylist() for table, sql in _EXPORT.items()}


def erase(workspace: Workspace, dids: Sequence[int]) -> int:
    """Empty what could name somebody; returns the number of rows that it touched."""
    with workspace.warehouse.transaction() as tx:
        _stage(tx, dids)
        return sum(tx.execute(statement(sql)) for sql in _FORGET)


def _stage(tx: Transaction, dids: Sequence[int]) -> None:
    numbers = pa.array(list(dids), pa.int64())
    tx.stage("stage_ids", pa.table({"id": pa.array(texts_of(tx, numbers), pa.string())}))
    tx.stage("stage_dids", pa.table({"did": numbers}))


ERASER = Eraser("orders", TABLES, export, erase)
