"""Read what people wrote, key by key: each refusal says what, where and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, cast

from windsock.kernel.errors import InvalidInput

SHOWN_MOST = 60
_DURATION = re.compile(r"(\d{1,9})\s*([a-z]+)")
_UNITS = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), 1),
    **dict.fromkeys(("s", "second", "seconds"), 1_000),
    **dict.fromkeys(("min", "minute", "minutes"), 60_000),
    **dict.fromkeys(("h", "hour", "hours"), 3_600_000),
    **dict.fromkeys(("d", "day", "days"), 86_400_000),
    **dict.fromkeys(("w", "week", "weeks"), 604_800_000),
}
DURATION_MOST_MS = 3_660 * 86_400_000
"""Ten years."""


NODES_MOST = 50_000


def bounded(given: object, where: str) -> None:
    """Refuse what is too large to be read, before it is: aliases make a small text of YAML a huge tree.

    Raises:
        InvalidInput: more than 50,000 values.
    """
    waiting, seen = [given], 0
    while waiting:
        one = waiting.pop()
        seen += 1
        if seen > NODES_MOST:
            raise InvalidInput(f"More than {NODES_MOST:,} values.", where=where, fix="Write less.")
        if isinstance(one, Mapping):
            waiting.extend(cast("Mapping[object, object]", one).values())
        elif isinstance(one, list):
            waiting.extend(cast("list[object]", one))


def shown(value: object) -> str:
    """Return a value as an error shows it, cut to a bound."""
    return f"'{str(value)[:SHOWN_MOST]}'"


def mapping(given: object, where: str) -> Mapping[str, Any]:
    """Return a mapping with text keys.

    Raises:
        InvalidInput: it is something else.
    """
    if not isinstance(given, dict) or not all(isinstance(key, str) for key in cast("dict[object, Any]", given)):
        raise InvalidInput(f"{shown(cast('object', given))} is no mapping of names to values.", where=where, fix="Write it as {name: value, ...}.")
    return cast("dict[str, Any]", given)


def listing(given: object, where: str, least: int, most: int) -> list[Any]:
    """Return a list of so many entries.

    Raises:
        InvalidInput: it is no list, too short or too long.
    """
    if not isinstance(given, list):
        raise InvalidInput(f"{shown(given)} is no list.", where=where, fix="Write it as [..., ...].")
    entries = cast("list[Any]", given)
    if not least <= len(entries) <= most:
        raise InvalidInput(f"A list of {len(entries)} entries.", where=where, fix=f"Write {least} to {most}.")
    return entries


def known_keys(given: Mapping[str, Any], allowed: Iterable[str], where: str) -> None:
    """Refuse a key that means nothing, as it would be passed over in silence.

    Raises:
        InvalidInput: there is one.
    """
    words = tuple(allowed)
    for key in given:
        if key not in words:
            close = get_close_matches(key, words, n=1)
            fix = f"Did you mean '{close[0]}'?" if close else f"Known here: {', '.join(words)}."
            raise InvalidInput(f"{shown(key)} means nothing here.", where=where, fix=fix)


def word(given: object, where: str, most: int = 200) -> str:
    """Return a short text.

    Raises:
        InvalidInput: it is none, empty, or too long.
    """
    if not isinstance(given, str) or not 0 < len(given) <= most or not given.isprintable():
        raise InvalidInput(f"{shown(given)} is no name.", where=where, fix=f"Write 1 to {most} printable characters.")
    return given


def one_of(given: object, words: Iterable[str], where: str) -> str:
    """Return a word of a list.

    Raises:
        InvalidInput: it is another one.
    """
    known = tuple(words)
    if given not in known:
        raise InvalidInput(f"{shown(given)} is not known.", where=where, fix=f"Write one of: {', '.join(known)}.")
    return str(given)


def flag(given: object, where: str) -> bool:
    """Return true or false.

    Raises:
        InvalidInput: it is neither.
    """
    if not isinstance(given, bool):
        raise InvalidInput(f"{shown(given)} is neither true nor false.", where=where)
    return given


def number_of(given: object, where: str, least: int, most: int) -> int:
    """Return a whole number within bounds.

    Raises:
        InvalidInput: it is none.
    """
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise InvalidInput(f"{shown(given)} is no whole number from {least} to {most}.", where=where, fix=f"Write {least} to {most}.")
    return given


def duration_ms(given: object, where: str) -> int:
    """Read a length of time such as ``30 minutes``, ``24 h`` or ``7 days``; a day is 24 hours.

    Raises:
        InvalidInput: it is none, nothing at all, or longer than ten years.
    """
    match = _DURATION.fullmatch(given.strip().lower()) if isinstance(given, str) else None
    if match is None or match[2] not in _UNITS:
        raise InvalidInput(f"{shown(given)} is no length of time.", where=where, fix="Write it as '30 minutes', '24 hours' or '7 days'.")
    found = int(match[1]) * _UNITS[match[2]]
    if not 0 < found <= DURATION_MOST_MS:
        raise InvalidInput(f"{shown(given)} is too {'short' if not found else 'long'}.", where=where, fix="Write 1 millisecond to 3,660 days.")
    return found
