"""Analytical queries of the room that are no metrics: how its sources do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import parse_one

if TYPE_CHECKING:
    from windsock.warehouse import Warehouse

SOURCES_MAX = 500
_SOURCES = "SELECT source, kind, name, complete_until_ms, expected_lag_ms FROM source ORDER BY kind, source LIMIT 500"
_PAYMENTS = "SELECT COUNT(*) AS known FROM source WHERE kind = 'orders' AND payment_known"


@dataclass(frozen=True)
class SourceMark:
    """A source, until when its data is whole (ms UTC), and how far behind it may be."""

    source: str
    kind: str
    name: str
    complete_until_ms: int | None
    expected_lag_ms: int | None


def source_marks(warehouse: Warehouse) -> list[SourceMark]:
    """Return the sources of the workspace, at most 500."""
    rows = warehouse.query(parse_one(_SOURCES, read="duckdb")).to_pylist()
    return [SourceMark(row["source"], row["kind"], row["name"] or row["source"], row["complete_until_ms"], row["expected_lag_ms"]) for row in rows]


def any_payment_known(warehouse: Warehouse) -> bool:
    """Say whether payments are part of the data of any source of orders."""
    return bool(warehouse.query(parse_one(_PAYMENTS, read="duckdb")).to_pylist()[0]["known"])
