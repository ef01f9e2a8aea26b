"""Which events are meant: their names, and tests of their fields, all of which must hold."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from windsock.conditions.model.given import known_keys, listing, mapping, one_of, shown, word
from windsock.kernel.errors import InvalidInput
from windsock.metrics.model.predicate import OPERATORS, TEXT_MAX, VALUES_MAX

TESTS_MOST = 20
NAMES_MOST = 50
Plain = str | int | bool | Decimal
_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
COMPARISONS = tuple(_HOLDS)


@dataclass(frozen=True)
class Test:
    """``field op value``: the operators and the meaning of NULL are those of the warehouse's row predicates.

    ``value`` is a tuple for ``in`` and ``not in`` and None for the NULL tests.
    """

    field: str
    op: str
    value: Plain | tuple[Plain, ...] | None = None

    def json(self) -> dict[str, Any]:
        """Return the test as it is written."""
        if self.value is None:
            return {"field": self.field, "op": self.op}
        return {
            "field": self.field,
            "op": self.op,
            "value": [_json(one) for one in self.values] if isinstance(self.value, tuple) else _json(self.value),
        }

    @property
    def values(self) -> tuple[Plain, ...]:
        """All values of the test."""
        return self.value if isinstance(self.value, tuple) else () if self.value is None else (self.value,)


@dataclass(frozen=True)
class Rows:
    """Events of some names (none: of any), that pass every test."""

    events: tuple[str, ...] = ()
    where: tuple[Test, ...] = ()

    def may_share(self, other: Rows) -> bool:
        """Whether one event could be among both, as far as names tell."""
        return not self.events or not other.events or bool(set(self.events) & set(other.events))

    def json(self) -> dict[str, Any]:
        """Return it as it is written in a step."""
        named: dict[str, Any] = {} if not self.events else {"event": self.events[0] if len(self.events) == 1 else list(self.events)}
        return named | ({"where": [test.json() for test in self.where]} if self.where else {})


@dataclass(frozen=True)
class Bound:
    """What a figure must be."""

    op: str
    value: Decimal

    def holds(self, figure: Decimal | int) -> bool:
        """Whether a figure is within the bound."""
        return _HOLDS[self.op](Decimal(figure), self.value)

    def json(self) -> dict[str, Any]:
        """Return the bound as it is written."""
        return {"op": self.op, "value": _json(self.value)}


def _json(value: Plain) -> str | int | float | bool:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def read_rows(event: object, where: object, place: str) -> Rows:
    """Read names (one, a list, or None for any event) and tests.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    names: list[Any] = [] if event is None or event == "*" else [event]
    if isinstance(event, list):
        names = listing(cast("list[Any]", event), place, 1, NAMES_MOST)
    return Rows(tuple(dict.fromkeys(word(name, place) for name in names)), read_tests(where, f"{place}.where"))


def read_tests(given: object, place: str) -> tuple[Test, ...]:
    """Read a list of tests; None is no test at all.

    Raises:
        InvalidInput: as above.
    """
    entries = [] if given is None else listing(given, place, 0, TESTS_MOST)
    return tuple(read_test(entry, f"{place}[{index}]") for index, entry in enumerate(entries))


def read_test(given: object, place: str) -> Test:
    """Read one test.

    Raises:
        InvalidInput: as above.
    """
    found = mapping(given, place)
    known_keys(found, ("field", "op", "value"), place)
    field = word(found.get("field"), f"{place}.field")
    op = one_of(found.get("op", "="), OPERATORS, f"{place}.op")
    value = found.get("value")
    if op in ("is null", "is not null"):
        return Test(field, op)
    if op in ("in", "not in"):
        entries = listing(value, f"{place}.value", 1, VALUES_MAX)
        values = tuple(_plain(one, f"{place}.value") for one in entries)
        if len({isinstance(one, str) for one in values}) > 1 or len({isinstance(one, bool) for one in values}) > 1:
            raise InvalidInput("The values are of several kinds.", where=f"{place}.value", fix="Write all as texts, or all as numbers.")
        return Test(field, op, values)
    plain = _plain(value, f"{place}.value")
    if op == "contains" and not isinstance(plain, str):
        raise InvalidInput(f"{shown(value)} is no text to look for.", where=f"{place}.value")
    if isinstance(plain, bool) and op not in ("=", "!="):
        raise InvalidInput(f"'{op}' makes no sense with {str(plain).lower()}.", where=f"{place}.op", fix="Use = or !=.")
    return Test(field, op, plain)


def read_bound(given: object, place: str, default: str = ">=") -> Bound:
    """Read a bound: ``{op: ">=", value: 3}``, or a number alone, which is the least.

    Raises:
        InvalidInput: as above.
    """
    if isinstance(given, (int, float, Decimal)) and not isinstance(given, bool):
        return Bound(default, _decimal(given, place))
    found = mapping(given, place)
    known_keys(found, ("op", "value"), place)
    return Bound(one_of(found.get("op", default), COMPARISONS, f"{place}.op"), _decimal(found.get("value"), f"{place}.value"))


def _plain(value: object, place: str) -> Plain:
    if isinstance(value, str):
        if len(value) > TEXT_MAX:
            raise InvalidInput(f"The value is longer than {TEXT_MAX} characters.", where=place)
        return value
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float, Decimal)):
        return _decimal(value, place)
    raise InvalidInput(f"{shown(value)} is no value to compare with.", where=place, fix="Write a text, a number, true or false; dates as text.")


def _decimal(value: object, place: str) -> Decimal:
    """Return a number as it was written: 0.1 is a tenth."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise InvalidInput(f"{shown(value)} is no number.", where=place)
    found = Decimal(str(value))
    if not found.is_finite() or abs(found) >= Decimal(10) ** 15 or cast("int", found.as_tuple().exponent) < -6:
        raise InvalidInput(f"{shown(value)} is out of reach.", where=place, fix="Write at most 15 digits before the point and 6 behind it.")
    return found
