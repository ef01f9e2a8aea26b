"""The columns of mapped rows of orders, before their order and line are known."""

from __future__ import annotations

import pyarrow as pa

from windsock.orders.load import LINES
from windsock.sources import Chunk, Plan, Rejection
from windsock.sources import map_rows as map_any
from windsock.warehouse import schema

MAPPED: pa.Schema = pa.schema(
    [
        *(field for field in LINES if field.name not in ("line_no", "did", "payment_known", "paid")),
        pa.field("row_id", pa.string()),
        pa.field("paid_date", pa.date32()),
        pa.field("paid_amount", schema.MONEY),
        pa.field("refunded_date", pa.date32()),
        pa.field("refunded_amount", schema.MONEY),
        pa.field("provider", pa.string()),
        pa.field("customer", pa.string()),
    ]
)


def map_rows(plan: Plan, chunk: Chunk) -> tuple[pa.Table, list[Rejection]]:
    """Return (rows with the columns of ``MAPPED``, what was kept apart)."""
    return map_any(plan, chunk, MAPPED)
