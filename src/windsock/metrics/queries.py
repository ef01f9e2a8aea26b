"""Analytical queries of the room that are no metrics: how its sources do, what its channels are called."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.warehouse import statement

if TYPE_CHECKING:
    from windsock.warehouse import Warehouse

_SOURCES = "SELECT source, kind, name, complete_until_ms, expected_lag_ms, payment_known FROM source ORDER BY kind, source LIMIT 500"
_CHANNELS = """SELECT channel, COALESCE(name_en, channel) AS name_en, COALESCE(name_zh, name_en, channel) AS name_zh
FROM sales_channel ORDER BY channel LIMIT 500"""
_LAST = """SELECT GREATEST(MAX(arrival_date) FILTER (WHERE NOT payment_known AND arrival_date <= $day),
MAX(booked_date) FILTER (WHERE payment_known AND booked_date <= $day)) AS day FROM order_line WHERE known_to_ms IS NULL"""


@dataclass(frozen=True)
class SourceMark:
    """A source, until when its data is whole (ms UTC), how far behind it may be, and whether payments are part of its data."""

    source: str
    kind: str
    name: str
    complete_until_ms: int | None
    expected_lag_ms: int | None
    payment_known: bool | None


def source_marks(warehouse: Warehouse) -> list[SourceMark]:
    """Return the sources of the workspace, at most 500."""
    rows = warehouse.query(statement(_SOURCES)).to_pylist()
    return [SourceMark(**(row | {"name": row["name"] or row["source"]})) for row in rows]


def last_day(warehouse: Warehouse, until: dt.date) -> dt.date | None:
    """Return the last date up to another one on which anything was booked or, where payments are unknown, arrived."""
    found = warehouse.query(statement(_LAST), {"day": until}).to_pylist()[0]["day"]
    return found if isinstance(found, dt.date) else None


def channel_names(warehouse: Warehouse) -> list[tuple[str, str, str]]:
    """Return each sales channel of the workspace with its English and its Chinese name, at most 500."""
    return [(row["channel"], row["name_en"], row["name_zh"]) for row in warehouse.query(statement(_CHANNELS)).to_pylist()]
