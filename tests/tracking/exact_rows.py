"""The slow and plain way to read one event at a time: what the reading by columns must agree with, whatever is sent."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from windsock.tracking import COLUMNS
from windsock.tracking.body import Body
from windsock.tracking.model.network import NetworkRule
from windsock.tracking.wire.columns import PROMOTED, money, text_of
from windsock.tracking.wire.times import _number_ms, _odd_ms

_PLACE = {name: place for place, name in enumerate(COLUMNS.names)}
_EMPTY: list[Any] = [None] * len(_PLACE)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EPOCH_NAIVE = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - what carries no zone is reckoned in UTC
_MS = dt.timedelta(milliseconds=1)


OFFICE = NetworkRule("office", ("1.2.3.0/24",), ("web",))
"""The rule of internal traffic by network under which the readings are compared."""


def network_of(body: Body, address: object) -> str | None:
    """Return the rule whose network an event came from."""
    if body.trust == "public":
        return body.network or None
    inside = isinstance(address, str) and re.fullmatch(r"(::ffff:)?1\.2\.3\.\d+", address) is not None
    return "office" if inside and body.source == "web" else None


class Rows:
    """Rows of events in the order in which they were received."""

    def __init__(self) -> None:
        """Hold none yet."""
        self._rows: list[list[Any]] = []

    def add(self, given: Mapping[str, Any]) -> None:
        """Add an event by column name; what is not given is NULL."""
        row = _EMPTY.copy()
        for name, value in given.items():
            row[_PLACE[name]] = value
        self._rows.append(row)

    def table(self) -> pa.Table:
        """Return the rows as columns of ``COLUMNS``."""
        if not self._rows:
            return COLUMNS.empty_table()
        columns = zip(*self._rows, strict=True)
        return pa.table([pa.array(values, field.type) for values, field in zip(columns, COLUMNS, strict=True)], schema=COLUMNS)


def instant_ms(value: object) -> int | None:
    """Return an instant in ms, or None when the value is no time.

    A text without an offset is read as UTC, as the protocols demand; digits beyond the millisecond are cut off.

    >>> instant_ms("2026-01-05T08:00:00.123Z"), instant_ms("2026-01-05T16:00:00.123456+08:00"), instant_ms("2026-01-05 08:00:00.123")
    (1767600000123, 1767600000123, 1767600000123)
    >>> instant_ms(1767600000123), instant_ms(1767600000), instant_ms("1767600000123"), instant_ms(1767600000.5)
    (1767600000123, 1767600000000, 1767600000123, 1767600000500)
    >>> instant_ms("yesterday"), instant_ms(None), instant_ms(True), instant_ms(1e300)
    (None, None, None, None)
    """
    if value is None:
        return None
    if type(value) is str:
        try:
            at = dt.datetime.fromisoformat(value)
            return (at - (_EPOCH if at.tzinfo is not None else _EPOCH_NAIVE)) // _MS
        except (ValueError, OverflowError):
            return _odd_ms(value)
    if type(value) is int or type(value) is float:
        return _number_ms(value)
    return None


def promote(properties: dict[str, Any]) -> dict[str, Any]:
    """Take the properties that have a column of their own out of an event's properties; what does not fit its column stays.

    >>> left = {"route": "SHA-PEK", "price": "1280.5", "currency": "cny", "pax": 2, "property": ["a"]}
    >>> sorted(promote(left).items()), left
    ([('currency', 'CNY'), ('price', Decimal('1280.5')), ('route', 'SHA-PEK')], {'pax': 2, 'property': ['a']})
    """
    found: dict[str, Any] = {}
    for name in PROMOTED.intersection(properties):
        value = properties[name]
        if name == "price":
            price, exact = money(value)
            if price is not None:
                found[name] = price
            if not exact:
                continue
        elif type(value) is str:
            if value:
                found[name] = value
        elif isinstance(value, dict | list):
            continue
        elif value is not None:
            found[name] = text_of(value)
        del properties[name]
    if len(found.get("currency", "")) == 3:
        found["currency"] = found["currency"].upper()
    return found
