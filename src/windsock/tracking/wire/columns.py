"""What the columns of the load hold: values of JSON as texts and amounts, and what of the properties has a column of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from hashlib import blake2b
from typing import Any, cast

import msgspec

from windsock.tracking.body import Body

UNDECODABLE = "undecodable"
"""The ``type`` of a row that stands for bytes that are no event; its properties hold ``raw`` and ``error``."""
RAW_MOST = 8_192
_ENCODER = msgspec.json.Encoder(order="sorted")
_PRICE_MOST = Decimal(10) ** 13
_WHOLE_MOST = 10**11
_CENTS_OF_CENT = Decimal("0.0001")

TEXTS = ("channel", "device", "platform", "route", "property", "item_id", "order_ref", "provider", "outcome", "country", "app_version")
"""Properties that are columns of text."""
PROMOTED = frozenset(TEXTS) | {"price", "currency"}
"""Properties that have a column of their own."""


def text_of(value: object) -> str | None:
    """Return a scalar as text (numbers as they are written), or None when there is nothing in it.

    >>> text_of("a"), text_of(123), text_of(12.0), text_of(True), text_of(""), text_of(None), text_of({"a": 1})
    ('a', '123', '12', 'true', None, None, '{"a":1}')
    """
    if type(value) is str:
        return value or None
    if value is None:
        return None
    if type(value) is float and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if type(value) is bool:
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else json_text(value)


def object_of(value: object) -> dict[str, Any]:
    """Return a JSON object, or an empty one for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """Return a JSON list, or an empty one for anything else."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def json_text(value: object) -> str:
    """Return JSON with sorted names, so that the same content is the same text."""
    try:
        return _ENCODER.encode(value).decode()
    except (msgspec.EncodeError, UnicodeEncodeError, OverflowError, TypeError, RecursionError):
        return json.dumps(value, ensure_ascii=True, sort_keys=True, default=str, separators=(",", ":"))


def money(value: object) -> tuple[Decimal | None, bool]:
    """Return an amount at four digits, and whether nothing was lost by that.

    >>> money(12.5), money("1280"), money("12.34567"), money("free"), money(1e40), money(None)
    ((Decimal('12.5'), True), (Decimal('1280'), True), (Decimal('12.3457'), False), (None, False), (None, False), (None, True))
    """
    if type(value) is int and -_WHOLE_MOST < value < _WHOLE_MOST:
        return Decimal(value), True
    if type(value) is float and -_WHOLE_MOST < value < _WHOLE_MOST and round(value, 4) == value:
        return Decimal(repr(value)), True
    if value is None or type(value) is bool or not isinstance(value, int | float | str):
        return None, value is None
    return _amount(str(value).strip())


def number(value: object) -> tuple[float | Decimal | None, bool]:
    """Return ``money`` with whole numbers and floats left as they are, which are the most and the quickest.

    >>> number(12.5), number(7), number("1280"), number(True)
    ((12.5, True), (7, True), (Decimal('1280'), True), (None, False))
    """
    if type(value) is int and -_WHOLE_MOST < value < _WHOLE_MOST:
        return value, True
    if type(value) is float and -_WHOLE_MOST < value < _WHOLE_MOST and round(value, 4) == value:
        return value, True
    return money(value)


def _amount(text: str) -> tuple[Decimal | None, bool]:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None, False
    if not amount.is_finite() or abs(amount) >= _PRICE_MOST:
        return None, False
    if int(amount.as_tuple().exponent) >= -4:
        return amount, True
    rounded = amount.quantize(_CENTS_OF_CENT)
    return rounded, rounded == amount


def rename(properties: dict[str, Any], names: Mapping[str, str]) -> None:
    """Give properties our names; one that is there under our name already wins, and then the other stays as it is."""
    for theirs in [name for name in names if name in properties]:
        ours = names[theirs]
        if ours not in properties:
            properties[ours] = properties.pop(theirs)


def digest(parts: Iterable[object]) -> str:
    """Return 32 hex digits that stand for a content."""
    return blake2b(json_text(list(parts)).encode(), digest_size=16).hexdigest()


def number_of_session(*parts: str | None) -> int:
    """Return a number for a session id that is unique only within its device."""
    return int.from_bytes(blake2b("\x1f".join(part or "" for part in parts).encode(), digest_size=8).digest(), "big") >> 1


def agent_of(body: Body) -> str | None:
    """Return what program a person used: the sender of the request, unless it is a server that tells of people elsewhere."""
    return body.user_agent or None if body.trust == "public" else None


def network_of(body: Body, address: object, asked: Callable[[str, object], str | None] | None) -> str | None:
    """Return the rule of internal traffic whose network an event came from.

    A page or an app is where its request came from, whatever it says of itself; a server tells of people elsewhere and may say where.
    """
    if body.trust != "server":
        return body.network or None
    return asked(body.source, address) if asked is not None and address is not None else None


def undecodable(raw: bytes, error: str, body: Body | None = None) -> dict[str, Any]:
    """Return the row that stands for bytes that are no event."""
    shown = raw[:RAW_MOST].decode("utf-8", "replace")
    return {
        "type": UNDECODABLE,
        "received_ms": body.received_ms if body is not None else None,
        "user_agent": agent_of(body) if body is not None else None,
        "properties": json_text({"error": error[:300], "raw": shown}),
        "size": len(raw),
    }
