"""Read the times that trackers write: ISO 8601 in its many forms, seconds or milliseconds since 1970, and Sensors' local times."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EPOCH_NAIVE = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - what carries no zone is reckoned in UTC
_MS = dt.timedelta(milliseconds=1)
_SECONDS_MOST = 100_000_000_000
"""A number below it counts seconds (until the year 5138), one above it milliseconds (since 1973)."""
_MS_MOST = 1 << 53
_PLAIN = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{3})?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
"""How almost all libraries write: its first 19 signs are a second, and what follows adds to it whatever the second is."""
_PLAIN_LONGEST = 29
_KNOWN_MOST = 20_000
_seconds: dict[str, int] = {}
_rests: dict[str, int] = {}


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
    if type(value) is str:
        at, by = _seconds.get(value[:19]), _rests.get(value[19:])
        return _text_ms(value) if at is None or by is None else at + by
    if type(value) is int or type(value) is float:
        return _number_ms(value)
    return None


def instants_ms(values: Iterable[object]) -> list[int | None]:
    """Return ``instant_ms`` of each value."""
    seconds, rests = _seconds, _rests
    found: list[int | None] = []
    for value in values:
        if type(value) is str and (at := seconds.get(value[:19])) is not None and (by := rests.get(value[19:])) is not None:
            found.append(at + by)
        else:
            found.append(None if value is None else instant_ms(value))
    return found


def _text_ms(text: str) -> int | None:
    """Read a text, and remember its second and what follows it: moments lie close together, so that most texts have both in common."""
    found = _iso_ms(text)
    if found is None:
        return _odd_ms(text)
    if len(text) <= _PLAIN_LONGEST and _PLAIN.fullmatch(text):
        for known, part, whole in ((_seconds, text[:19], f"{text[:19]}Z"), (_rests, text[19:], f"1970-01-01T00:00:00{text[19:]}")):
            ms = _iso_ms(whole)
            if ms is not None:
                if len(known) >= _KNOWN_MOST:
                    known.clear()
                known[part] = ms
    return found


def _iso_ms(text: str) -> int | None:
    try:
        at = dt.datetime.fromisoformat(text)
        return (at - (_EPOCH if at.tzinfo is not None else _EPOCH_NAIVE)) // _MS
    except (ValueError, OverflowError):
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


def looks_local(text: str) -> bool:
    """Say whether a text is a date with a time and no offset, as Sensors' libraries write a moment.

    >>> looks_local("2026-01-05 08:00:00.7"), looks_local("2026-01-05"), looks_local("2026-01-05 08:00:00+08:00")
    (True, False, False)
    """
    return 19 <= len(text) <= 23 and text[4] == "-" and text[10] == " " and text[13] == ":" and text[19:20] in ("", ".")


def with_offset(text: str, zone: ZoneInfo, *, unpadded: bool) -> str:
    """Return a local time as ISO 8601 with its offset; a text that is no time stays as it is.

    Args:
        text: what ``looks_local`` said yes to.
        zone: where it was local.
        unpadded: the digits after the point are a number of milliseconds (the Python library writes 7 ms as ``.7``).

    >>> with_offset("2026-01-05 08:00:00.7", ZoneInfo("Asia/Shanghai"), unpadded=True)
    '2026-01-05T08:00:00.007+08:00'
    >>> with_offset("2026-01-05 08:00:00.7", ZoneInfo("Asia/Shanghai"), unpadded=False)
    '2026-01-05T08:00:00.700+08:00'
    >>> with_offset("2026-13-05 08:00:00", ZoneInfo("Asia/Shanghai"), unpadded=False)
    '2026-13-05 08:00:00'
    """
    whole, _, fraction = text.partition(".")
    digits = fraction.rjust(3, "0") if unpadded else fraction.ljust(3, "0")
    try:
        at = dt.datetime.strptime(whole, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone, microsecond=int(digits or 0) * 1000)
    except (ValueError, OverflowError):
        return text
    return at.isoformat(timespec="milliseconds")
