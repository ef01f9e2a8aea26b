"""Market figures: a named figure of a market on a date, such as passengers of an airport or nights of a city."""

from __future__ import annotations

from windsock.imports.keyed_kind import KeyedKind
from windsock.sources import Form, Target

TARGETS: dict[str, Target] = {
    "date": Target("date", required=True),
    "figure": Target("text", required=True),
    "market": Target("text"),
    "value": Target("money", required=True),
    "unit": Target("text"),
}

MEMBER = KeyedKind(Form("market_figures", "A market figure", TARGETS), "market_figure", sourced=True)
