"""Undo a batch: its rows are closed, never removed, so that answers as of before stay what they were; what it had changed is held true again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windsock import governance
from windsock.kernel.errors import Conflict, NotFound
from windsock.orders import import_sql as text
from windsock.orders.load import run_statement
from windsock.orders.load_sql import CLOSED, VERSIONED
from windsock.orders.settle import settle
from windsock.warehouse import statement

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.warehouse import Transaction
    from windsock.workspace import Workspace


@dataclass(frozen=True)
class UndoReport:
    """What an undo did: the batch, orders taken back, orders whose former version is held true again."""

    batch_id: str
    orders_closed: int
    orders_restored: int


def undo_import(workspace: Workspace, batch_id: str, actor: Actor) -> UndoReport:
    """Take a batch back.

    Args:
        workspace: where.
        batch_id: the batch.
        actor: who asks.

    Raises:
        NotFound: there is no such batch.
        Conflict: it is undone or replaced already.
    """
    now = workspace.clock.now_ms()
    with workspace.warehouse.transaction() as tx:
        rows = tx.query(statement(text.BATCH), {"batch": batch_id}).to_pylist()
        if not rows:
            raise NotFound(f"There is no batch '{batch_id[:60]}'.", where="batch", fix="See: windsock imports list.")
        batch = rows[0]
        if batch["state"] != "loaded":
            raise Conflict(f"The batch is {batch['state']} already.", where=batch_id, fix="See: windsock imports list.")
        now = max(now, int(batch["started_ms"]) + 1)
        closed, restored = undo_in(tx, batch, now)
    with workspace.records.write() as session:
        governance.audit(session, actor, "orders.import_undone", f"import:{batch_id}", {"orders": closed, "restored": restored}, now)
    return UndoReport(batch_id, closed, restored)


def undo_in(tx: Transaction, batch: dict[str, Any], now_ms: int) -> tuple[int, int]:
    """Take a batch back in the caller's transaction; returns (orders closed, orders that are as before)."""
    closed = close_batch(tx, str(batch["batch_id"]), "undone", now_ms)
    restored = _restore(tx, batch, now_ms)
    settle(tx, now_ms + 1)
    return closed, restored


def close_batch(tx: Transaction, batch_id: str, state: str, now_ms: int) -> int:
    """Close all that a batch holds true and give the batch a state; returns the number of orders."""
    params: dict[str, Any] = {"batch": batch_id, "now": now_ms, "state": state}
    run_statement(tx, text.HELD_KEYS, params)
    count = int(tx.query(statement(text.COUNT_KEYS)).to_pylist()[0]["orders"])
    for table in CLOSED:
        run_statement(tx, text.close_keys(table), params)
    run_statement(tx, text.SET_STATE, params)
    return count


def _restore(tx: Transaction, batch: dict[str, Any], now_ms: int) -> int:
    params: dict[str, Any] = {"loaded": int(batch["started_ms"]), "replaced": batch["replaces"] or "", "now": now_ms}
    run_statement(tx, text.RESTORED_KEYS, params)
    count = int(tx.query(statement(text.COUNT_RESTORED)).to_pylist()[0]["orders"])
    if count:
        for table in VERSIONED:
            run_statement(tx, text.restore(table), params)
        run_statement(tx, text.RESTORE_FLAGS, params)
    if batch["replaces"]:
        run_statement(tx, text.SET_STATE, {"state": "loaded", "batch": batch["replaces"]})
    return count
