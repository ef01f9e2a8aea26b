"""Facts of orders: lines, the nights and flight dates of lines, money paid and given back, flight segments, tickets, and statements."""

from __future__ import annotations

from windsock.metrics.facts_shape import (
    CHANNEL_FIELDS,
    PLACE_DIMENSIONS,
    ClockColumn,
    Fact,
    channel,
    converted,
    dated_rate,
    person,
    place_fields,
    places,
    times,
)
from windsock.warehouse import schema


def _value(amount: str) -> str:
    """Return an amount of a line in the workspace's currency, at the rate of the booking date."""
    return converted(amount, "fx", "l.fx_rate")


def _taken(amount: str) -> str:
    """Return our part of an amount: all of what is our own, the agreed rate of what we sell for others."""
    return f"CASE WHEN l.sold_as = 'agency' THEN {times(amount, 'COALESCE(l.take_rate, 0)')} ELSE {amount} END"


_SEGMENTS = "CASE WHEN l.kind = 'ancillary' THEN 0 WHEN l.kind = 'flight' THEN COALESCE(l.pax, 1) ELSE 1 END"
"""For how many segments a channel asks its fee: each passenger of a flight, each stay; what is sold beside a flight has none."""
_WHO = "COALESCE(al.pid, l.did)"
# Their order comes first by booking time, by key where two were booked at once; only orders whose booker is known have a first one.
_FIRST = """LEFT JOIN (SELECT COALESCE(fa.pid, f.did) AS person, FIRST(f.order_key ORDER BY f.booked_date, f.booked_ms, f.order_key) AS order_key
    FROM order_line AS f LEFT JOIN alias AS fa ON fa.did = f.did AND known(fa) WHERE known(f) AND NOT f.did IS NULL GROUP BY 1) AS fo
    ON fo.person = COALESCE(al.pid, l.did)"""
_LINE_JOINS = (
    channel("l.sales_channel"),
    person("l.did"),
    ("o", "LEFT JOIN orders AS o ON o.order_key = l.order_key AND known(o)"),
    dated_rate("fx", "l.currency", "l.booked_date"),
    *places("l.route", "l.property"),
    ("fo", _FIRST),
)
_LEAD = "l.arrival_date - l.booked_date"
# Written so that they sort as they follow each other; travel before booking is an error of the source and in no band.
_LEAD_BAND = f"""CASE WHEN {_LEAD} < 0 THEN NULL WHEN {_LEAD} = 0 THEN '000' WHEN {_LEAD} <= 3 THEN '001-003' WHEN {_LEAD} <= 7 THEN '004-007'
    WHEN {_LEAD} <= 14 THEN '008-014' WHEN {_LEAD} <= 30 THEN '015-030' WHEN {_LEAD} <= 60 THEN '031-060' WHEN {_LEAD} <= 90 THEN '061-090'
    WHEN {_LEAD} <= 180 THEN '091-180' WHEN {_LEAD} > 180 THEN '181+' END"""
_LINE_FIELDS = {
    "order": "l.order_key",
    "order_key": "l.order_key",
    "line_no": "l.line_no",
    "person": _WHO,
    "did": "l.did",
    **CHANNEL_FIELDS,
    **place_fields("l.route"),
    "stayed": "NOT l.cancelled AND NOT l.no_show",
    "booked_amount": "l.booked_amount",
    "stay_amount": "l.stay_amount",
    "booked_value": _value("l.booked_amount"),
    "stay_value": _value("l.stay_amount"),
    "stay_revenue": _value(_taken("l.stay_amount")),
    "stay_commission": times(_value("l.stay_amount"), "COALESCE(c.commission_rate, 0)"),
    "stay_payment_fee": times(_value("l.stay_amount"), "COALESCE(c.payment_fee_rate, 0)"),
    "channel_fee": f"CAST(COALESCE(c.fee_per_segment, 0) * {_SEGMENTS} AS DECIMAL(18, 4))",
    "room_nights": "CAST(l.nights AS BIGINT) * l.quantity",
    "passengers": "COALESCE(l.pax, l.quantity)",
    "lead_days": _LEAD,
    "lead_band": _LEAD_BAND,
    "cancel_lead_days": "((l.arrival_date - CAST('1970-01-01' AS DATE)) * 86400000 - l.cancelled_ms) // 86400000",
    "first": "COALESCE(fo.order_key = l.order_key, FALSE)",
    "head": "l.line_no = 1",
    "paid_at_ms": "o.paid_ms",
    "ticketed_at_ms": "o.ticketed_ms",
    "seconds_to_pay": "(o.paid_ms - l.booked_ms) // 1000",
    "seconds_to_issue": "(o.ticketed_ms - o.paid_ms) // 1000",
    **{
        name: f"l.{name}"
        for name in (
            "property", "sales_channel", "market_segment", "country", "room_type", "rate_plan", "device", "route", "flight_no", "cabin", "fare_class",
            "agent", "purpose", "kind", "sold_as", "supplier", "member", "source", "currency", "quantity", "pax", "nights", "cancelled", "no_show",
            "paid", "payment_known", "booked_date", "arrival_date", "goods_id",
        )
    },
}  # fmt: skip
_LINE_DIMENSIONS = (
    "property", "sales_channel", "channel_group", "tracked", "market_segment", "country", "room_type", "rate_plan", "device", "route", "flight_no",
    "cabin", "fare_class", "agent", "purpose", "kind", "sold_as", "supplier", "member", "source", "currency", "goods_id",
    "lead_band", *PLACE_DIMENSIONS,
)  # fmt: skip
_LINE_CLOCKS = {
    "booking": ClockColumn("l.booked_date", instant="l.booked_ms"),
    "arrival": ClockColumn("l.arrival_date"),
    "cancel": ClockColumn("l.cancelled_ms", "ms"),
}
_OF_LINE = "JOIN order_line AS l ON l.order_key = {0}.order_key AND l.line_no = {0}.line_no AND known(l)"

ORDER_LINE = Fact(
    name="order_line",
    source="orders",
    relation="order_line AS l",
    where="known(l)",
    clocks=_LINE_CLOCKS,
    fields=_LINE_FIELDS,
    dimensions=_LINE_DIMENSIONS,
    rows=(
        "order_key", "line_no", "booked_date", "arrival_date", "sales_channel", "property", "route", "room_type", "country", "device", "cancelled",
        "nights", "pax", "booked_amount", "stay_amount", "currency", "did",
    ),
    key=("order_key", "line_no"),
    joins=_LINE_JOINS,
)  # fmt: skip
TRAVEL_DAY = Fact(
    name="travel_day",
    source="orders",
    relation=f"travel_day AS t {_OF_LINE.format('t')}",
    where="known(t)",
    clocks={"night": ClockColumn("t.travel_date"), **_LINE_CLOCKS},
    fields={
        **_LINE_FIELDS,
        "units": "t.units",
        "amount": "t.amount",
        "travel_date": "t.travel_date",
        "night_value": _value("t.amount"),
        "night_revenue": _value(_taken("t.amount")),
    },
    dimensions=_LINE_DIMENSIONS,
    rows=("order_key", "line_no", "travel_date", "sales_channel", "property", "route", "room_type", "units", "amount", "currency", "did"),
    key=("order_key", "line_no", "travel_date"),
    joins=_LINE_JOINS,
)
POSTING = Fact(
    name="posting",
    source="orders",
    relation=f"posting AS p {_OF_LINE.format('p')}",
    where="known(p)",
    clocks={"payment": ClockColumn("p.at_date", instant="p.at_ms"), **_LINE_CLOCKS},
    fields={
        **_LINE_FIELDS,
        "amount": "p.amount",
        "take_amount": "p.take_amount",
        "paid_value": _value("p.amount"),
        "take_value": _value("p.take_amount"),
        "commission": times(_value("p.amount"), "COALESCE(c.commission_rate, 0)"),
        "payment_fee": times(_value("p.amount"), "COALESCE(c.payment_fee_rate, 0)"),
        "posting_kind": "p.kind",
        "provider": "p.provider",
        "at_date": "p.at_date",
        "posting_ref": "p.posting_ref",
    },
    dimensions=(*_LINE_DIMENSIONS, "provider"),
    rows=(
        "order_key", "line_no", "at_date", "posting_ref", "posting_kind", "amount", "take_amount", "currency", "provider", "sales_channel", "route",
        "did",
    ),
    key=("order_key", "line_no", "posting_ref"),
    joins=_LINE_JOINS,
)  # fmt: skip
SEGMENT = Fact(
    name="segment",
    source="orders",
    relation=f"segment AS g {_OF_LINE.format('g')}",
    where="known(g)",
    clocks={"night": ClockColumn("g.flight_date"), **_LINE_CLOCKS},
    fields={**_LINE_FIELDS, "segment_no": "g.segment_no", "status": "g.status", "flight_date": "g.flight_date", "flight_no": "g.flight_no"},
    dimensions=_LINE_DIMENSIONS,
    rows=("order_key", "line_no", "segment_no", "flight_date", "flight_no", "route", "status", "sales_channel", "did"),
    key=("order_key", "line_no", "segment_no"),
    joins=_LINE_JOINS,
)
TICKET = Fact(
    name="ticket",
    source="orders",
    relation=f"ticket AS t {_OF_LINE.format('t')}",
    where="known(t)",
    clocks={"event": ClockColumn("t.issued_ms", "ms"), **_LINE_CLOCKS},
    fields={**_LINE_FIELDS, "status": "t.status", "issued_ms": "t.issued_ms", "pax_no": "t.pax_no"},
    dimensions=_LINE_DIMENSIONS,
    rows=("order_key", "line_no", "pax_no", "issued_ms", "status", "route", "sales_channel", "did"),
    key=("order_key", "line_no", "pax_no"),
    joins=_LINE_JOINS,
)
SETTLEMENT = Fact(
    name="settlement",
    source="orders",
    relation="settlement AS y",
    where="known(y)",
    clocks={"payment": ClockColumn("y.at_date", instant="y.at_ms")},
    fields={
        "value": converted("y.amount", "fx"),
        "fee_value": converted(f"({schema.fee_paid('y')})", "fx"),
        **{
            name: f"y.{name}"
            for name in ("provider", "source", "currency", "kind", "state", "reason", "amount", "fee", "at_date", "order_ref", "line", "batch_id")
        },
    },
    dimensions=("provider", "source", "currency", "kind"),
    rows=("at_date", "provider", "source", "kind", "order_ref", "amount", "fee", "currency", "state", "reason"),
    key=("at_date", "source", "batch_id", "line"),
    joins=(dated_rate("fx", "y.currency", "y.at_date"),),
)
ORDER_FACTS = (ORDER_LINE, TRAVEL_DAY, POSTING, SEGMENT, TICKET, SETTLEMENT)
