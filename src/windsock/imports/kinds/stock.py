"""Stock: how much there is and how much is sold of goods on a travel date, with history."""

from __future__ import annotations

from windsock.imports.keyed_kind import KeyedKind
from windsock.sources import Form, Target

TARGETS: dict[str, Target] = {
    "goods_id": Target("text", required=True),
    "travel_date": Target("date", required=True),
    "capacity": Target("integer", most=10_000_000),
    "sold": Target("integer", most=10_000_000),
    "hard": Target("boolean"),
}

MEMBER = KeyedKind(Form("stock", "Stock", TARGETS), "stock_day")
