"""Who books through distribution, and how near they are to us: counted by channel, listed, and what was really moved."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import parse_one

if TYPE_CHECKING:
    from windsock.warehouse import Value, Warehouse

LOOK_BACK = dt.timedelta(days=365)

# Who has an id is judged by all that is known of the year up to the period's end; who has none counts by order only.
_PEOPLE = """
WITH sold AS (
    SELECT COALESCE(al.pid, l.did) AS person, l.order_key, l.sales_channel AS channel, COALESCE(c.channel_group, 'unknown') AS channel_group,
        l.booked_date, l.purpose, COALESCE(l.member, FALSE) AS member,
        CASE WHEN COALESCE(l.fx_rate, 1) = 1 THEN l.booked_amount
            ELSE CAST(CAST(l.booked_amount AS DECIMAL(38, 4)) * l.fx_rate AS DECIMAL(18, 4)) END AS booked
    FROM order_line AS l
    LEFT JOIN sales_channel AS c ON c.channel = l.sales_channel
    LEFT JOIN alias AS al ON al.did = l.did AND al.known_to_ms IS NULL
    WHERE l.known_to_ms IS NULL AND NOT l.cancelled AND l.booked_date BETWEEN $since AND $last
), known AS (
    SELECT person, BOOL_OR(channel_group = 'direct') AS direct, BOOL_OR(member) AS member,
        BOOL_OR(channel_group = 'corporate') AS corporate
    FROM sold WHERE NOT person IS NULL GROUP BY person
), seen AS (
    SELECT DISTINCT COALESCE(al.pid, e.did) AS person
    FROM event AS e
    JOIN sales_channel AS c ON c.channel = e.channel AND c.channel_group = 'direct'
    LEFT JOIN alias AS al ON al.did = e.did AND al.known_to_ms IS NULL
    WHERE e.dt BETWEEN $since AND $last AND NOT COALESCE(e.bot, FALSE) AND NOT COALESCE(e.internal, FALSE) AND NOT e.did IS NULL
        AND e.analytics_ok IS NOT FALSE
), distributed AS (
    SELECT s.person, s.order_key, s.channel, s.channel_group, s.booked, s.booked_date,
        CASE WHEN s.person IS NULL THEN 'unknown' WHEN k.direct THEN 'buys_direct' WHEN k.member THEN 'member'
            WHEN NOT v.person IS NULL THEN 'visitor' ELSE 'stranger' END AS reach,
        COALESCE(k.corporate, FALSE) AND s.channel_group <> 'corporate' AND COALESCE(s.purpose, '') <> 'business' AS private_trip
    FROM sold AS s LEFT JOIN known AS k ON k.person = s.person LEFT JOIN seen AS v ON v.person = s.person
    WHERE s.channel_group IN ('ota', 'agent', 'corporate') AND s.booked_date BETWEEN $first AND $last
)
"""
_COUNTED = (
    _PEOPLE
    + """
SELECT channel, channel_group, reach, COUNT(DISTINCT person) AS people, COUNT(DISTINCT order_key) AS orders, SUM(booked) AS booked,
    COUNT(DISTINCT order_key) FILTER (WHERE private_trip) AS private_orders,
    COUNT(DISTINCT person) FILTER (WHERE private_trip) AS private_people
FROM distributed GROUP BY GROUPING SETS ((channel, channel_group, reach), (reach), ()) LIMIT 10000
"""
)
_LISTED = (
    _PEOPLE
    + """
SELECT person, COUNT(DISTINCT order_key) AS orders, SUM(booked) AS booked, MAX(booked_date) AS last_booked,
    STRING_AGG(DISTINCT channel, ', ' ORDER BY channel) AS channels, BOOL_OR(private_trip) AS private_trips
FROM distributed
WHERE NOT person IS NULL AND ($channel = '' OR channel = $channel) AND ($reach = '' OR reach = $reach) AND (NOT $private OR private_trip)
GROUP BY person ORDER BY booked DESC, person LIMIT $most OFFSET $skip
"""
)
_MOVED = """
WITH sold AS (
    SELECT COALESCE(al.pid, l.did) AS person, l.order_key, COALESCE(c.channel_group, 'unknown') AS channel_group, l.booked_date,
        CASE WHEN COALESCE(l.fx_rate, 1) = 1 THEN l.booked_amount
            ELSE CAST(CAST(l.booked_amount AS DECIMAL(38, 4)) * l.fx_rate AS DECIMAL(18, 4)) END AS booked
    FROM order_line AS l
    LEFT JOIN sales_channel AS c ON c.channel = l.sales_channel
    LEFT JOIN alias AS al ON al.did = l.did AND al.known_to_ms IS NULL
    WHERE l.known_to_ms IS NULL AND NOT l.cancelled AND NOT l.did IS NULL AND l.booked_date BETWEEN $since AND $last
), before AS (
    SELECT person FROM sold WHERE booked_date < $first
    GROUP BY person HAVING BOOL_OR(channel_group IN ('ota', 'agent', 'corporate')) AND NOT BOOL_OR(channel_group = 'direct')
)
SELECT COUNT(DISTINCT s.person) AS people, COUNT(DISTINCT s.order_key) AS orders, COALESCE(SUM(s.booked), 0) AS booked
FROM sold AS s JOIN before AS b ON b.person = s.person
WHERE s.channel_group = 'direct' AND s.booked_date BETWEEN $first AND $last
"""
_CHANNELS = """
SELECT channel, name_en, name_zh, channel_group, tracked, commission_rate, fee_per_segment, payment_fee_rate FROM sales_channel LIMIT 500
"""


@dataclass(frozen=True)
class Counted:
    """Bookings through distribution of people of one reach; ``channel`` None is all channels, ``reach`` None is everybody.

    ``private_orders`` are trips for themselves of people who also travel for a company.
    """

    channel: str | None
    channel_group: str | None
    reach: str | None
    people: int
    orders: int
    booked: Decimal
    private_orders: int
    private_people: int


def _span(first: dt.date, last: dt.date) -> dict[str, Value]:
    return {"first": first, "last": last, "since": first - LOOK_BACK}


def count_distributed(warehouse: Warehouse, first: dt.date, last: dt.date) -> list[Counted]:
    """Count who booked through distribution between two dates, by channel and reach; people once in each row."""
    rows = warehouse.query(parse_one(_COUNTED, read="duckdb"), _span(first, last)).to_pylist()
    return [_counted(row) for row in rows]


def _counted(row: dict[str, Any]) -> Counted:
    return Counted(
        row["channel"],
        row["channel_group"],
        row["reach"],
        row["people"],
        row["orders"],
        Decimal(row["booked"] or 0),
        row["private_orders"],
        row["private_people"],
    )


def list_distributed(
    warehouse: Warehouse, span: tuple[dt.date, dt.date], chosen: tuple[str, str, bool], most: int, skip: int
) -> list[dict[str, Any]]:
    """Return people who booked through distribution, the most money first.

    Args:
        warehouse: where to look.
        span: first and last date of booking.
        chosen: channel and reach ("" for any), and whether only private trips of business travellers count.
        most: how many.
        skip: how many come before.
    """
    params: dict[str, Value] = {**_span(*span), "channel": chosen[0], "reach": chosen[1], "private": chosen[2], "most": most, "skip": skip}
    return warehouse.query(parse_one(_LISTED, read="duckdb"), params).to_pylist()


def moved(warehouse: Warehouse, first: dt.date, last: dt.date) -> tuple[int, int, Decimal]:
    """Return people, orders and booked amount of those who booked direct for the first time, after a year of distribution only."""
    row = warehouse.query(parse_one(_MOVED, read="duckdb"), _span(first, last)).to_pylist()[0]
    return int(row["people"]), int(row["orders"]), Decimal(row["booked"])


def channels(warehouse: Warehouse) -> dict[str, dict[str, Any]]:
    """Return the channels with their names and rates, at most 500."""
    return {str(row["channel"]): row for row in warehouse.query(parse_one(_CHANNELS, read="duckdb")).to_pylist()}
