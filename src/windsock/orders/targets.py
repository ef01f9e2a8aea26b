"""What a mapping of orders can fill: the fields of an order line with their types and bounds."""

from __future__ import annotations

from dataclasses import replace

from windsock.orders.model import LINE_KINDS, SOLD_AS, STATES
from windsock.sources import CURRENCY, Form, Target

NIGHTS_MAX = 1_100
_TEXTS = (
    *("supplier", "goods_id", "property", "room_type", "rate_plan", "route", "flight_no", "cabin", "fare_class", "sales_channel", "market_segment"),
    *("country", "device", "agent", "purpose", "member_no", "customer", "split_from", "provider"),
)
_INSTANTS = ("paid_at", "ticketed_at", "changed_at", "cancelled_at", "refunded_at", "travelled_at")

TARGETS: dict[str, Target] = {
    "order_ref": Target("text", filled=True),
    "booked_at": Target("instant", required=True, dated=True),
    "booked_amount": Target("money", required=True),
    "currency": replace(CURRENCY, required=True),
    "kind": Target("text", required=True, words=LINE_KINDS),
    "sold_as": Target("text", words=SOLD_AS),
    "state": Target("text", words=STATES),
    **{name: Target("text") for name in _TEXTS},
    **{name: Target("instant", dated=name in ("paid_at", "refunded_at")) for name in _INSTANTS},
    "quantity": Target("integer"),
    "pax": Target("integer"),
    "nights": Target("integer", most=NIGHTS_MAX),
    "arrival_date": Target("date"),
    "departure_date": Target("date"),
    "cancelled": Target("boolean"),
    "no_show": Target("boolean"),
    "member": Target("boolean"),
    "stay_amount": Target("money"),
    "take_rate": Target("rate"),
    "take_fee": Target("money"),
    "fx_rate": Target("money"),
    "paid_amount": Target("money"),
    "refunded_amount": Target("money"),
}
FORM = Form("orders", "An order", TARGETS, section="order", tells_payments=True)
