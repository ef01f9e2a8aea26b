"""The definition of a basket analysis, and how it is read from JSON or YAML; what the words mean stands in docs/concepts/basket.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from windsock.analyses.model.asked import ASKED_KEYS, FIELDS_MOST, Asked, read_asked, read_kind
from windsock.conditions.model import Rows
from windsock.conditions.model.given import bounded, duration_ms, known_keys, listing, mapping, number_of, one_of, word
from windsock.kernel.errors import InvalidInput

By = Literal["lift", "leverage", "confidence", "together"]
BYS: tuple[By, ...] = ("lift", "leverage", "confidence", "together")
KINDS = ("order", "trip", "person")
TOP_MOST = 1_000
LEAST_MOST = 1_000_000
GAP_MOST = 365
_KEYS = (*ASKED_KEYS, "basket", "event", "items", "in", "within", "gap", "least", "by", "top")


@dataclass(frozen=True)
class Basket:
    """What is asked.

    Attributes:
        asked: what every analysis is asked with; the period is that of bookings, or of the events.
        rows: which events have the items; None: the lines of orders have them.
        items: fields whose values are the items.
        inside: what a basket is: order, trip, person, or of events any field.
        within_ms: of a person's items, how far two may be apart to be together; None: as far as the period.
        gap: days without travel that end a trip.
        least: in how many baskets an item, and a pair, must be.
        by: what pairs are put in the order of.
        top: how many pairs are shown.
    """

    asked: Asked
    rows: Rows | None
    items: tuple[str, ...]
    inside: str
    within_ms: int | None = None
    gap: int = 1
    least: int = 10
    by: By = "lift"
    top: int = 50

    def item_of(self, field: str, value: str) -> str:
        """Return the item of a field and a value: of several fields the text of a JSON list."""
        return value if len(self.items) == 1 else json.dumps([field, value], ensure_ascii=False, separators=(",", ":"))


def read_basket(given: object, where: str = "basket") -> Basket:
    """Read a basket analysis from what JSON or YAML says.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    bounded(given, where)
    found = mapping(given, where)
    known_keys(found, _KEYS, where)
    if "items" not in found:
        raise InvalidInput("'items' is missing.", where=where, fix="Write items: goods_id, or items: [kind, route].")
    rows = None if found.get("event") is None else read_kind(found["event"], f"{where}.event")
    inside = _inside(found, rows, f"{where}.in")
    return Basket(
        read_asked(found, "basket", where),
        rows,
        _items(found["items"], f"{where}.items"),
        inside,
        _only(found, "within", inside == "person", where) and duration_ms(found["within"], f"{where}.within"),
        number_of(found["gap"], f"{where}.gap", 0, GAP_MOST) if _only(found, "gap", inside == "trip", where) else 1,
        number_of(found.get("least", 10), f"{where}.least", 1, LEAST_MOST),
        cast("By", one_of(found.get("by", "lift"), BYS, f"{where}.by")),
        number_of(found.get("top", 50), f"{where}.top", 1, TOP_MOST),
    )


def _items(given: object, where: str) -> tuple[str, ...]:
    names: list[Any] = listing(cast("object", given), where, 1, FIELDS_MOST) if isinstance(given, list) else [given]
    if len(set(map(str, names))) < len(names):
        raise InvalidInput("One is named twice.", where=where, fix="Name each field once.")
    return tuple(word(name, where) for name in names)


def _inside(found: Mapping[str, Any], rows: Rows | None, where: str) -> str:
    if rows is None:
        return one_of(found.get("in", "order"), KINDS, where)
    inside = word(found.get("in", "order_ref"), where)
    if inside in ("order", "trip"):
        raise InvalidInput(f"Events have no {inside}.", where=where, fix="Write in: order_ref, in: person, or another field of the events.")
    return inside


def _only(found: Mapping[str, Any], key: str, able: bool, where: str) -> Literal[True] | None:  # noqa: FBT001 - a rule of the caller's
    """Return whether a key is written, refused where it would mean nothing."""
    if found.get(key) is None:
        return None
    if not able:
        raise InvalidInput(f"'{key}' means nothing here.", where=f"{where}.{key}", fix="'within' is for in: person, 'gap' for in: trip.")
    return True
