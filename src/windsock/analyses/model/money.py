"""Whose money and which: what orders were worth when they were placed, what was paid, our part of it, or a field of events."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

from windsock.conditions.model import Rows, read_rows
from windsock.conditions.model.given import known_keys, mapping, one_of, shown, word
from windsock.kernel.errors import InvalidInput

Kind = Literal["booked", "paid", "revenue", "event"]
OF_ORDERS: tuple[Kind, ...] = ("booked", "paid", "revenue")
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Money:
    """Which money.

    Attributes:
        kind: booked (orders at their booked value on the day of booking, cancelled ones too), paid (payments less refunds, each on its own day),
            revenue (our part of those), or a field of events.
        rows, field: which events, and which field of theirs.
        currency: money in this currency only, as it is; None: all of it, in the workspace's.
    """

    kind: Kind = "paid"
    rows: Rows | None = None
    field: str | None = None
    currency: str | None = None


def read_money(given: object, where: str) -> Money:
    """Read which money: ``paid`` and its like, ``{orders: paid, currency: EUR}``, or ``{event: order_placed, field: price}``; None is what was paid.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    if given is None:
        return Money()
    if isinstance(given, str):
        return Money(cast("Kind", one_of(given, OF_ORDERS, where)))
    found = mapping(given, where)
    currency = found.get("currency")
    if currency is not None and (not isinstance(currency, str) or not _CURRENCY.fullmatch(currency)):
        raise InvalidInput(f"{shown(currency)} is no currency.", where=f"{where}.currency", fix="Write three letters, such as CNY.")
    if "event" not in found:
        known_keys(found, ("orders", "currency"), where)
        return Money(cast("Kind", one_of(found.get("orders", "paid"), OF_ORDERS, f"{where}.orders")), currency=currency)
    known_keys(found, ("event", "where", "field", "currency"), where)
    if found.get("field") is None:
        raise InvalidInput("'field' is missing.", where=where, fix="Write {event: order_placed, field: price}.")
    return Money("event", read_rows(found["event"], found.get("where"), where), word(found["field"], f"{where}.field"), currency)
