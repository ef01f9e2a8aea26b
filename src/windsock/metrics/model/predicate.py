"""A row predicate as people write it: a field, an operator, a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from windsock.kernel.errors import InvalidInput

OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "in", "not in", "is null", "is not null", "contains")
VALUES_MAX = 1000
TEXT_MAX = 500
_WRITTEN = re.compile(
    r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*(!=|<=|>=|=|<|>|\bnot\s+in\b|\bin\b|\bis\s+not\s+null\b|\bis\s+null\b|\bcontains\b)\s*(.*)",
    re.DOTALL | re.IGNORECASE,
)

Plain = str | int | bool | None


@dataclass(frozen=True)
class Predicate:
    """``field op value``; the value is a tuple for ``in`` and ``not in`` and None for the NULL tests."""

    field: str
    op: str
    value: Plain | tuple[Plain, ...] = None

    def json(self) -> dict[str, Any]:
        """Return the predicate as it travels over HTTP."""
        return {"field": self.field, "op": self.op, "value": list(self.value) if isinstance(self.value, tuple) else self.value}


def predicate_from_json(given: Mapping[str, Any], where: str) -> Predicate:
    """Read a predicate from JSON.

    Raises:
        InvalidInput: an unknown operator, a value of the wrong shape, or too many values.
    """
    name, operator, value = given.get("field"), str(given.get("op", "=")).lower(), given.get("value")
    if not isinstance(name, str) or not name:
        raise InvalidInput("A filter names no field.", where=where, fix='Write {"field": ..., "op": ..., "value": ...}.')
    if operator not in OPERATORS:
        raise InvalidInput(f"'{operator}' is no operator.", where=where, fix=f"Use one of: {', '.join(OPERATORS)}.")
    if operator in ("is null", "is not null"):
        return Predicate(name, operator)
    if operator in ("in", "not in"):
        values = cast("list[Any]", value) if isinstance(value, list) else [value]
        if not 0 < len(values) <= VALUES_MAX:
            raise InvalidInput(f"'{operator}' takes 1 to {VALUES_MAX} values.", where=where)
        return Predicate(name, operator, tuple(_plain(item, where) for item in values))
    return Predicate(name, operator, _plain(value, where))


def parse_predicate(text: str, where: str = "--where") -> Predicate:
    """Read a predicate as typed: ``property=City Hotel``, ``sales_channel in web,app``, ``country is null``.

    Raises:
        InvalidInput: it is no predicate.
    """
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise InvalidInput(f"'{text[:80]}' is no filter.", where=where, fix='Write it as "field=value", "field in a,b" or "field is null".')
    name, operator, value = match[1], " ".join(match[2].lower().split()), match[3].strip()
    if operator in ("in", "not in"):
        return predicate_from_json({"field": name, "op": operator, "value": [part.strip() for part in value.strip("()").split(",")]}, where)
    if value.lower() in ("true", "false") and operator in ("=", "!="):
        return Predicate(name, operator, value.lower() == "true")
    return predicate_from_json({"field": name, "op": operator, "value": value}, where)


def _plain(value: object, where: str) -> Plain:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        if len(value) > TEXT_MAX:
            raise InvalidInput(f"A filter's value is longer than {TEXT_MAX} characters.", where=where)
        return value
    raise InvalidInput("A filter's value must be a text, a whole number, true or false.", where=where)
