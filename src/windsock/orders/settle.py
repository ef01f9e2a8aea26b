"""Statements of payment providers and agencies: matched to orders, and their payments where nothing else tells of any.

Where an order's own source tells of payments a statement only reconciles, so that no money counts twice; where it does not, the statement's rows
become its postings, shared among its lines. What finds no order is kept with its reason, and is looked at again whenever orders come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windsock.orders import settle_sql as text
from windsock.orders.load import run_statement
from windsock.warehouse import statement

if TYPE_CHECKING:
    import pyarrow as pa

    from windsock.warehouse import Transaction


@dataclass(frozen=True)
class Settled:
    """What loading a statement did: rows that are new and known, and how many of the batch are in which state (with its reason)."""

    added: int
    known: int
    states: dict[str, int]


def load_statement(tx: Transaction, rows: pa.Table, source: str, batch_id: str, now_ms: int) -> Settled:
    """Load rows of a statement and match them.

    Args:
        tx: the transaction to write in.
        rows: columns source_line, row_id, at_ms, at_date, provider, kind (payment, refund, fee, payout, other), amount, fee, net, currency,
            order_ref and transaction_ref.
        source: where the statement is from.
        batch_id: whose rows they are.
        now_ms: the moment.
    """
    tx.stage("stage_settled", rows)
    params: dict[str, Any] = {"source": source, "batch": batch_id, "now": now_ms}
    tx.execute(statement(text.NUMBER))
    found: dict[str, Any] = tx.query(statement(text.COUNT_KNOWN), {"source": source}).to_pylist()[0]
    run_statement(tx, text.ADD, params)
    settle(tx, now_ms)
    states = {
        f"{row['state']}_{row['reason']}" if row["reason"] and row["state"] == "unmatched" else str(row["state"]): int(row["rows"])
        for row in tx.query(statement(text.COUNT_STATES), {"batch": batch_id}).to_pylist()
    }
    return Settled(int(found["rows"]) - int(found["known"]), int(found["known"]), states)


def settle(tx: Transaction, now_ms: int) -> int:
    """Match all rows of statements to the orders as they are now, and post what is to be posted; returns how many rows changed.

    Safe to repeat: what is right already is left alone.
    """
    if not tx.query(statement(text.ANY)).to_pylist()[0]["rows"]:
        return 0
    params: dict[str, Any] = {"now": now_ms}
    tx.execute(statement(text.MATCH))
    run_statement(tx, text.CHANGED, params)
    for step in (text.FORGET_NEW, text.CLOSE_OLD):
        run_statement(tx, step, params)
    changed = tx.execute(statement(text.ADD_REMATCHED))
    _unpost(tx, params)
    tx.execute(statement(text.DUE))
    if run_statement(tx, text.POST, params):
        tx.execute(statement(text.TOUCHED_BY_DUE))
        tx.execute(statement(text.PAID))
        _renew(tx, (text.NEW_ORDERS, text.NEW_LINES), params)
    return changed


def take_statement_back(tx: Transaction, batch_id: str, now_ms: int) -> int:
    """Close the rows of a statement, and the payments that they were; returns how many rows."""
    params: dict[str, Any] = {"now": now_ms, "batch": batch_id}
    closed = run_statement(tx, text.CLOSE_BATCH, params)
    _unpost(tx, params)
    return closed


def _unpost(tx: Transaction, params: dict[str, Any]) -> None:
    """Close postings whose row of a statement is not theirs any more; an order that is left without is as it was before."""
    tx.execute(statement(text.UNPOSTED_KEYS))
    if run_statement(tx, text.UNPOST, params):
        tx.execute(statement(text.FREED))
        _renew(tx, (text.FREED_ORDERS, text.FREED_LINES), params)


def _renew(tx: Transaction, versions: tuple[str, str], params: dict[str, Any]) -> None:
    """Close orders and lines and open the versions that were made of them."""
    for step in (*versions, text.CLOSE_ORDERS, text.CLOSE_LINES, text.ADD_ORDERS, text.ADD_LINES):
        run_statement(tx, step, params)
