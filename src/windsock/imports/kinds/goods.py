"""Goods: what is sold, by their id; a row changes what it says and leaves the rest."""

from __future__ import annotations

from windsock.catalog.model import GOODS_KINDS, SOLD_AS
from windsock.imports.keyed_kind import KeyedKind
from windsock.sources import Form, Target

_TEXTS = ("name_en", "name_zh", "property", "room_type", "route", "flight_no", "city", "country", "supplier")
TARGETS: dict[str, Target] = {
    "goods_id": Target("text", required=True),
    "kind": Target("text", required=True, words=GOODS_KINDS),
    **{name: Target("text") for name in _TEXTS},
    "sold_as": Target("text", words=SOLD_AS),
    "capacity": Target("integer", most=10_000_000),
}

MEMBER = KeyedKind(Form("goods", "Goods", TARGETS), "goods", attributed=True)
