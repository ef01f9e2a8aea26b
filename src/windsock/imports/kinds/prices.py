"""Prices: what goods cost on a travel date, with history; the stock of the date is left alone."""

from __future__ import annotations

from dataclasses import replace

from windsock.imports.keyed_kind import KeyedKind
from windsock.sources import CURRENCY, Form, Target

TARGETS: dict[str, Target] = {
    "goods_id": Target("text", required=True),
    "travel_date": Target("date", required=True),
    "price": Target("money", required=True, positive=True),
    "currency": replace(CURRENCY, required=True),
}

MEMBER = KeyedKind(Form("prices", "A price", TARGETS), "stock_day")
