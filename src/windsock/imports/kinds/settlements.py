"""Settlements: statements of payment providers and agencies, matched to orders; what finds none is kept with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock import orders
from windsock.imports.kind import Load, Loaded, Undone
from windsock.kernel.counted import counted
from windsock.sources import CURRENCY, Form, Target, columns_of

if TYPE_CHECKING:
    from windsock.warehouse import Transaction

TARGETS: dict[str, Target] = {
    "order_ref": Target("text"),
    "transaction_ref": Target("text"),
    "at": Target("instant", required=True, dated=True),
    "kind": Target("text", required=True, words=("payment", "refund", "fee", "payout", "other")),
    "amount": Target("money", required=True),
    "fee": Target("money"),
    "net": Target("money"),
    "currency": replace(CURRENCY, required=True),
    "provider": Target("text"),
}
FORM = Form("settlements", "A row of a statement", TARGETS)


class Settlements:
    """What a provider says was paid, given back and kept."""

    @property
    def form(self) -> Form:
        """The fields."""
        return FORM

    @property
    def columns(self) -> pa.Schema:
        """The columns of mapped rows."""
        return columns_of(FORM)

    def load(self, load: Load) -> Loaded:
        """Load a statement; a row that is known already changes nothing."""
        done = orders.load_statement(load.tx, load.rows.whole(), load.source, load.batch_id, load.now_ms)
        lost = sum(count for state, count in done.states.items() if state.startswith("unmatched"))
        notes = (f"{counted(lost, 'row has', 'rows have')} no order yet, to be matched when it comes.",) if lost else ()
        return Loaded(added=done.added, known=done.known, counts=done.states, notes=notes, complete_until_ms=load.now_ms)

    def take_back(self, tx: Transaction, batch: Mapping[str, Any], now_ms: int) -> Undone:
        """Close the rows, and the payments that they were."""
        return Undone(orders.take_statement_back(tx, str(batch["batch_id"]), now_ms))


MEMBER = Settlements()
