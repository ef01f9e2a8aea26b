"""Orders: lines with their order's header; files go through the orders' own import, rows of a database through the same load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock import orders
from windsock.imports.kind import Load, Loaded, Undone
from windsock.sources import Form

if TYPE_CHECKING:
    from windsock.warehouse import Transaction


class Orders:
    """What was sold."""

    @property
    def form(self) -> Form:
        """The fields of an order line."""
        return orders.FORM

    @property
    def columns(self) -> pa.Schema:
        """The columns of mapped lines."""
        return orders.MAPPED

    def load(self, load: Load) -> Loaded:
        """Load lines; an order that is held true already changes nothing."""
        batch = orders.Batch(load.batch_id, load.source, load.now_ms)
        done = orders.load_mapped(load.tx, load.rows.path, load.mapping, batch)
        return Loaded(
            added=done.report.lines_added,
            known=done.rows - done.dropped - done.report.lines_added,
            repeated=done.repeated,
            counts={"orders": done.report.orders_added, "orders_changed": done.report.orders_changed},
            flags=dict(done.report.flags or {}),
            complete_until_ms=done.complete_until_ms,
        )

    def take_back(self, tx: Transaction, batch: Mapping[str, Any], now_ms: int) -> Undone:
        """Close what the batch holds true, and hold true again what it closed."""
        closed, restored = orders.undo_in(tx, dict(batch), now_ms)
        return Undone(closed, restored)


MEMBER = Orders()
