"""Analytical queries of the stand-up that are no metrics: dates that are nearly sold out, and money spent on channels on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import parse_one

if TYPE_CHECKING:
    from windsock.warehouse import Warehouse

_SCARCE = """SELECT s.travel_date, COUNT(*) AS goods, SUM(GREATEST(s.capacity - s.sold, 0)) AS left_over,
ARG_MIN(COALESCE(g.name_en, s.goods_id), s.capacity - s.sold) AS first_en, ARG_MIN(COALESCE(g.name_zh, s.goods_id), s.capacity - s.sold) AS first_zh
FROM stock_day AS s LEFT JOIN goods AS g ON g.goods_id = s.goods_id
WHERE s.travel_date BETWEEN $first AND $last AND s.capacity > 0 AND s.sold >= $share * s.capacity
AND s.known_from_ms <= $as_of_ms AND (s.known_to_ms IS NULL OR s.known_to_ms > $as_of_ms)
GROUP BY s.travel_date ORDER BY s.travel_date LIMIT 60"""
_SPENT = """SELECT c.channel, COALESCE(s.name_en, c.channel) AS name_en, COALESCE(s.name_zh, c.channel) AS name_zh, c.currency,
SUM(c.amount) AS amount
FROM channel_cost AS c LEFT JOIN sales_channel AS s ON s.channel = c.channel
WHERE c.date = $day GROUP BY c.channel, s.name_en, s.name_zh, c.currency ORDER BY amount DESC LIMIT 5"""


@dataclass(frozen=True)
class Scarce:
    """A travel date with goods that are nearly sold out: how many, what is left of them, and the scarcest by name."""

    day: dt.date
    goods: int
    left: int
    first_en: str
    first_zh: str


@dataclass(frozen=True)
class Spent:
    """Money that a channel took on a date."""

    channel: str
    name_en: str
    name_zh: str
    currency: str | None
    amount: Decimal


def scarce_dates(warehouse: Warehouse, first: dt.date, last: dt.date, share: Decimal, as_of_ms: int) -> list[Scarce]:
    """Return the travel dates on which goods are sold to at least a share of their capacity, as known at an instant."""
    given = {"first": first, "last": last, "share": float(share), "as_of_ms": as_of_ms}
    rows = warehouse.query(parse_one(_SCARCE, read="duckdb"), given).to_pylist()
    return [Scarce(row["travel_date"], int(row["goods"]), int(row["left_over"]), row["first_en"], row["first_zh"]) for row in rows]


def spent_on(warehouse: Warehouse, day: dt.date) -> list[Spent]:
    """Return what channels cost on a date, the five dearest."""
    return [Spent(**row) for row in warehouse.query(parse_one(_SPENT, read="duckdb"), {"day": day}).to_pylist()]
