"""What a mapping can fill: the fields of an order line with their types and bounds, and the names of months."""

from __future__ import annotations

from dataclasses import dataclass

from windsock.orders.model import LINE_KINDS, SOLD_AS, STATES


@dataclass(frozen=True)
class Target:
    """A field of an order line.

    Attributes:
        type: text, integer, money, rate, date, instant or boolean.
        required: whether a row without it is rejected.
        least: smallest integer.
        most: largest integer; it bounds what one row can blow up to.
        words: the only texts allowed, when not empty.
    """

    type: str
    required: bool = False
    least: int = 0
    most: int = 1_000_000
    words: tuple[str, ...] = ()


TEXT_MAX = 500
NIGHTS_MAX = 1_100
_TEXTS = (
    *("supplier", "goods_id", "property", "room_type", "rate_plan", "route", "flight_no", "cabin", "fare_class", "sales_channel", "market_segment"),
    *("country", "device", "agent", "purpose", "member_no", "customer", "split_from", "provider"),
)
_INSTANTS = ("paid_at", "ticketed_at", "changed_at", "cancelled_at", "refunded_at", "travelled_at")

TARGETS: dict[str, Target] = {
    "order_ref": Target("text"),
    "booked_at": Target("instant", required=True),
    "booked_amount": Target("money", required=True),
    "currency": Target("text", required=True),
    "kind": Target("text", required=True, words=LINE_KINDS),
    "sold_as": Target("text", words=SOLD_AS),
    "state": Target("text", words=STATES),
    **{name: Target("text") for name in _TEXTS},
    **{name: Target("instant") for name in _INSTANTS},
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
REQUIRED: tuple[str, ...] = tuple(name for name, target in TARGETS.items() if target.required)


def _numbered(names: str) -> dict[str, int]:
    words = names.split()
    return {word: number for number, word in enumerate(words, 1)} | {word[:3]: number for number, word in enumerate(words, 1) if len(word) > 3}


MONTHS: dict[str, dict[str, int]] = {
    "en": _numbered("january february march april may june july august september october november december"),
    "it": _numbered("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
    "zh": {f"{number}月": number for number in range(1, 13)}
    | {f"{word}月": number for number, word in enumerate(["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"], 1)},
}
