"""Take a batch of any kind back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windsock import governance, orders
from windsock.imports import queries
from windsock.imports.kind import Undone
from windsock.imports.known import kind
from windsock.kernel.errors import Conflict, NotFound

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.warehouse import Transaction
    from windsock.workspace import Workspace


def take_back(workspace: Workspace, actor: Actor, batch_id: str) -> Undone:
    """Undo a batch.

    Raises:
        NotFound: there is no such batch.
        Conflict: it is undone or replaced already.
    """
    found = queries.batch(workspace.warehouse, batch_id)
    if found is None:
        raise NotFound(f"There is no batch '{batch_id[:60]}'.", where="batch", fix="See: windsock imports list.")
    if found["kind"] == "orders":
        done = orders.undo_import(workspace, batch_id, actor)
        return Undone(done.orders_closed, done.orders_restored)
    with workspace.warehouse.transaction() as tx:
        batch = queries.batch_in(tx, batch_id) or found
        if batch["state"] != "loaded":
            raise Conflict(f"The batch is {batch['state']} already.", where=batch_id, fix="See: windsock imports list.")
        now = max(workspace.clock.now_ms(), int(batch["started_ms"]) + 1)
        undone = take_back_in(tx, batch, "undone", now)
    detail = {"kind": found["kind"], "taken_back": undone.taken_back, "restored": undone.restored, "left": undone.left}
    with workspace.records.write() as session:
        governance.audit(session, actor, "imports.undone", f"import:{batch_id}", detail, workspace.clock.now_ms())
    return undone


def take_back_in(tx: Transaction, batch: dict[str, Any], state: str, now_ms: int) -> Undone:
    """Take a batch back inside a transaction and give it a state."""
    undone = kind(batch["kind"]).take_back(tx, batch, now_ms)
    queries.run(tx, queries.SET_STATE, {"batch": batch["batch_id"], "state": state})
    return undone
