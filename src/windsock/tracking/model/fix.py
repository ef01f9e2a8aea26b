"""How events that were kept apart are mended. Rules only: a fix is read, and says what a value becomes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from windsock.kernel.errors import InvalidInput
from windsock.tracking.model import TYPES

Do = Literal["none", "set", "rename_event", "map_value", "drop_property", "cast"]
NOT_FIXABLE = frozenset({"undecodable", "suppressed", "untrusted_event", "too_large"})
"""What no rule can mend: bytes that are no event, somebody who was erased, an event on the word of anybody, too much of it."""
INSIDE = "properties."
LOCKED = frozenset({"received_ms", "size", "signed", "trust", "network"})
"""What tells how an event came in is no mistake of the sender's."""
_DAY = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})(?:\D.*)?", re.ASCII)
_TRUE, _FALSE = frozenset({"true", "1", "yes", "y", "是"}), frozenset({"false", "0", "no", "n", "否"})


@dataclass(frozen=True)
class Fix:
    """A rule that mends.

    Attributes:
        do: what.
        field: a column of events, or ``properties.<key>``.
        value: what ``set`` writes, the new name of ``rename_event``, the type of ``cast``.
        values: old -> new of ``map_value``.
    """

    do: Do = "none"
    field: str | None = None
    value: str | None = None
    values: Mapping[str, str] = made(default_factory=dict[str, str])

    @property
    def key(self) -> str | None:
        """The key inside of the properties, or None for a column."""
        return self.field.removeprefix(INSIDE) if self.field is not None and self.field.startswith(INSIDE) else None


def check(fix: Fix, columns: frozenset[str]) -> Fix:
    """Return the fix when it can be done.

    Raises:
        InvalidInput: something is missing, too much, or no such field or type.
    """
    needs_field, needs_value = fix.do in ("set", "map_value", "drop_property", "cast"), fix.do in ("set", "rename_event", "cast")
    if needs_field != (fix.field is not None) or needs_value != (fix.value is not None) or (fix.do == "map_value") != bool(fix.values):
        said = {
            "set": "field and value",
            "rename_event": "value",
            "map_value": "field and values",
            "drop_property": "field",
            "cast": "field and value",
        }
        raise InvalidInput(f"'{fix.do}' needs {said.get(fix.do, 'nothing else')}.", where="fix")
    if fix.field is not None and fix.key is None and (fix.field not in columns or fix.field in LOCKED):
        raise InvalidInput(f"'{fix.field[:60]}' can't be mended.", where="fix.field", fix="Use a column of events or properties.<key>.")
    if fix.do == "cast" and fix.value not in TYPES:
        raise InvalidInput(f"There is no type '{str(fix.value)[:60]}'.", where="fix.value", fix=f"Types: {', '.join(TYPES)}.")
    return fix


def cast_value(value: Any, typed: str) -> Any:  # noqa: ANN401, PLR0911 - JSON; one branch for each type
    """Return a value as a type, or itself where it can't be read as that.

    >>> cast_value("2", "integer"), cast_value("2.50", "decimal"), cast_value("2026/2/3", "date"), cast_value("yes", "boolean"), cast_value(5, "text")
    (2, 2.5, '2026-02-03', True, '5')
    >>> cast_value("two", "integer"), cast_value("2026-02-31", "date"), cast_value("maybe", "boolean"), cast_value(None, "text")
    ('two', '2026-02-31', 'maybe', None)
    """
    if not isinstance(value, str | int | float):
        return value
    text = str(value).strip()
    if typed == "text":
        return value if isinstance(value, str) else ("true" if value is True else "false" if value is False else text)
    if typed == "boolean":
        return True if text.lower() in _TRUE else False if text.lower() in _FALSE else value
    if typed == "date":
        found = _DAY.fullmatch(text)
        try:
            return dt.date(*(int(part) for part in found.groups())).isoformat() if found else value
        except ValueError:
            return value
    try:
        number = Decimal(text.replace(",", "").replace("\uff0c", ""))
    except InvalidOperation:
        return value
    if not number.is_finite() or isinstance(value, bool):
        return value
    if typed == "integer":
        return int(number) if number == number.to_integral_value() and abs(number) < 1 << 63 else value
    return float(number)


def new_value(fix: Fix, held: Any, typed: str | None) -> Any:  # noqa: ANN401 - JSON
    """Return what a value becomes.

    Args:
        fix: ``set``, ``map_value`` or ``cast``.
        held: what it is.
        typed: the type that the plan gives the property, in which a written value is stored; None: as text.
    """
    if fix.do == "cast":
        return cast_value(held, str(fix.value))
    if fix.do == "set":
        return cast_value(fix.value, typed or "text")
    said = cast_value(held, "text")
    return cast_value(fix.values[said], typed or "text") if isinstance(said, str) and said in fix.values else held
