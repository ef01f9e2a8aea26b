"""Exchange rates: what one unit of a currency is worth in the company's own, from a date on until the next."""

from __future__ import annotations

from dataclasses import replace

from windsock.imports.keyed_kind import KeyedKind
from windsock.sources import CURRENCY, Form, Target

TARGETS: dict[str, Target] = {
    "date": Target("date", required=True),
    "currency": replace(CURRENCY, required=True),
    "rate": Target("rate", required=True, positive=True),
}

MEMBER = KeyedKind(Form("exchange_rates", "An exchange rate", TARGETS), "exchange_rate", sourced=True)
