"""What can be said of a condition without asking anybody: that nobody can meet it, or that everybody does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from windsock.conditions.model import AllOf, AnyOf, Bound, Condition, Counted, NotThat, Ordered, Rows, Test
from windsock.kernel.errors import InvalidInput

_WHOLE = frozenset({"times", "days", "distinct", "count"})


def check_logic(condition: Condition, place: str = "condition") -> tuple[str, ...]:
    """Refuse a condition that nobody can meet; returns warnings of parts that everybody meets.

    Raises:
        InvalidInput: says which parts contradict each other.
    """
    warnings = tuple(_warnings(condition, place))
    found = next(_impossible(condition, place), None)
    if found is not None:
        raise InvalidInput(f"Nobody can meet this: {found[1]}.", where=found[0], fix="Change or leave out one of the parts.")
    return warnings


def opposite(one: Condition, other: Condition) -> bool:
    """Whether each is met exactly where the other is not.

    >>> from windsock.conditions.model import read_condition
    >>> opposite(read_condition({"did": "a"}), read_condition({"did_not": "a"}))
    True
    """
    if one == NotThat(other) or other == NotThat(one):
        return True
    if not (isinstance(one, Counted) and isinstance(other, Counted)) or _apart(one) or _apart(other):
        return False
    if replace(one, bound=other.bound) != other or one.what not in _WHOLE:
        return False
    low, high = sorted((_range(one), _range(other)))
    return low[0] == 0 and high[1] is None and low[1] is not None and high[0] == low[1] + 1


def _apart(leaf: Counted) -> bool:
    return leaf.same is not None or leaf.within_ms is not None


def _range(leaf: Counted | Ordered) -> tuple[int, int | None]:
    """Return the least and the largest whole figure that a bound allows, (1, 0) where there is none."""
    op, value = leaf.bound.op, leaf.bound.value
    floor = int(value.to_integral_value("ROUND_FLOOR"))
    exact = value == floor
    ceiling = floor if exact else floor + 1
    low, high = {
        "=": (ceiling, floor),
        ">=": (ceiling, None),
        ">": (floor + 1, None),
        "<=": (0, floor),
        "<": (0, ceiling - 1),
    }.get(op, (0, None))
    low = max(low, 0)
    return (low, high) if high is None or low <= high else (1, 0)


def _counts(leaf: object) -> bool:
    return isinstance(leaf, (Counted, Ordered)) and leaf.what in _WHOLE


def _impossible(condition: Condition, place: str) -> Iterator[tuple[str, str]]:
    """Yield where and why nobody can meet a condition."""
    if isinstance(condition, AllOf):
        for index, part in enumerate(condition.of):
            yield from _impossible(part, f"{place}.all[{index}]")
        for (first, one), (second, other) in combinations(enumerate(condition.of), 2):
            if opposite(one, other) or _disjoint(one, other):
                yield place, f"all[{first}] and all[{second}] exclude each other"
    elif isinstance(condition, AnyOf):
        each = [next(_impossible(part, f"{place}.any[{index}]"), None) for index, part in enumerate(condition.of)]
        if all(one is not None for one in each):
            yield from (one for one in each[:1] if one is not None)
    elif isinstance(condition, (Counted, Ordered)):
        if _counts(condition) and _range(condition) == (1, 0):
            yield place, f"a count is never {condition.bound.op} {condition.bound.value}"
        tests = condition.rows.where if isinstance(condition, Counted) else condition.where
        if not condition.of_nobody and _no_row(tests):
            yield place, "no row can pass its tests"


def _disjoint(one: Condition, other: Condition) -> bool:
    """Whether two ask the same figure for ranges that do not meet."""
    if isinstance(one, Counted) and isinstance(other, Counted):
        if _apart(one) or _apart(other) or replace(one, bound=other.bound) != other:
            return False
    elif not (isinstance(one, Ordered) and isinstance(other, Ordered) and replace(one, bound=other.bound) == other):
        return False
    if one.what not in _WHOLE:
        return one.bound.op == other.bound.op == "=" and one.bound.value != other.bound.value
    (low, high), (floor, ceiling) = _range(one), _range(other)
    return (high is not None and floor > high) or (ceiling is not None and low > ceiling)


def _no_row(tests: tuple[Test, ...]) -> bool:
    """Whether tests of one field ask for different values at once."""
    fixed: dict[str, set[object]] = {}
    for test in tests:
        if test.op in ("=", "in"):
            values: set[object] = set(test.values)
            fixed[test.field] = fixed[test.field] & values if test.field in fixed else values
    missing = {test.field for test in tests if test.op == "is null"}
    return any(not values for values in fixed.values()) or not missing.isdisjoint(fixed)


def _warnings(condition: Condition, place: str) -> Iterator[str]:
    """Yield what everybody meets, and what is said twice."""
    if isinstance(condition, (AllOf, AnyOf)):
        word = "all" if isinstance(condition, AllOf) else "any"
        for index, part in enumerate(condition.of):
            yield from _warnings(part, f"{place}.{word}[{index}]")
        for (first, one), (second, other) in combinations(enumerate(condition.of), 2):
            if one == other:
                yield f"{place}: {word}[{first}] and {word}[{second}] are the same"
            elif word == "any" and opposite(one, other):
                yield f"{place}: everybody meets any[{first}] or any[{second}]"
    elif isinstance(condition, NotThat):
        yield from (f"{place}: everybody meets it, as {why}" for _, why in _impossible(condition.of, f"{place}.not"))
    elif isinstance(condition, (Counted, Ordered)) and _counts(condition) and _range(condition) == (0, None) and condition.bound.op != "!=":
        yield f"{place}: every count is {condition.bound.op} {condition.bound.value}"


EVERYBODY = Counted("times", Rows(()), Bound(">=", Decimal(0)))
"""A condition that everybody meets."""
