"""The slow and plain way to read one event at a time: what the reading by columns must agree with, whatever is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from windsock.tracking import COLUMNS

NAMES = tuple(COLUMNS.names)
_PLACE = {name: place for place, name in enumerate(NAMES)}
_EMPTY: list[Any] = [None] * len(NAMES)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EPOCH_NAIVE = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - what carries no zone is reckoned in UTC
_MS = dt.timedelta(milliseconds=1)
_SECONDS_MOST = 100_000_000_000
_MS_MOST = 1 << 53


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

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._rows)

    def cut(self, length: int) -> None:
        """Forget what was added beyond a length."""
        del self._rows[length:]

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


def _number_ms(value: float) -> int | None:
    if not -_MS_MOST < value < _MS_MOST:
        return None
    return int(value * 1000) if abs(value) < _SECONDS_MOST else int(value)


def _odd_ms(text: str) -> int | None:
    text = text.strip()
    try:
        if text.isdecimal() and len(text) <= 15:
            return _number_ms(int(text))
        at = dt.datetime.fromisoformat(text)
        return (at - (_EPOCH if at.tzinfo is not None else _EPOCH_NAIVE)) // _MS
    except (ValueError, OverflowError):
        return None
