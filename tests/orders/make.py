"""Small factories for the tests of orders."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlglot import parse_one

from windsock.kernel.settings import WarehouseSettings
from windsock.orders.load import LINES
from windsock.warehouse import LocalWarehouse, open_local

DAY = 86_400_000


def warehouse(path: Path) -> LocalWarehouse:
    """Open an empty warehouse in a folder."""
    return open_local(path / "warehouse.duckdb", WarehouseSettings())


def ask(house: LocalWarehouse, sql: str) -> list[dict[str, Any]]:
    """Run a fixed SELECT and return its rows."""
    return house.query(parse_one(sql, read="duckdb")).to_pylist()


def line(ref: str = "A1", line_no: int = 1, **given: Any) -> dict[str, Any]:
    """Return a hotel line of three nights for 100.00 that was stayed, changed by ``given``."""
    base: dict[str, Any] = {
        "order_ref": ref, "line_no": line_no, "row_hash": None, "kind": "hotel", "sold_as": "own", "property": "City Hotel", "nights": 3,
        "arrival_date": dt.date(2016, 12, 30), "departure_date": dt.date(2017, 1, 2), "cancelled": False, "no_show": False,
        "booked_amount": Decimal("100.00"), "stay_amount": Decimal("100.00"), "currency": "EUR", "booked_ms": 1_480_000_000_000,
        "booked_date": dt.date(2016, 11, 24), "sales_channel": "web", "payment_known": True, "source_line": line_no,
    }  # fmt: skip
    return base | given


def lines(*rows: dict[str, Any]) -> pa.Table:
    """Return lines as Arrow with all columns."""
    return pa.Table.from_pylist([{name: row.get(name) for name in LINES.names} for row in rows], schema=LINES)
