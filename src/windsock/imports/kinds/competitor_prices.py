"""Competitors' prices: what was seen where for which travel date; of several for one the lowest counts."""

from __future__ import annotations

from dataclasses import replace

from windsock.imports.keyed_kind import KeyedKind
from windsock.sources import CURRENCY, Form, Target

TARGETS: dict[str, Target] = {
    "seen_date": Target("date", required=True),
    "competitor": Target("text", required=True),
    "route": Target("text"),
    "property": Target("text"),
    "travel_date": Target("date", required=True),
    "price": Target("money", required=True, positive=True),
    "own_price": Target("money", positive=True),
    "currency": replace(CURRENCY, required=True),
}

MEMBER = KeyedKind(Form("competitor_prices", "A competitor's price", TARGETS), "competitor_price")
