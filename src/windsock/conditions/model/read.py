"""Read a condition from JSON or YAML; what is not understood is refused, never passed over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from windsock.conditions.model.given import bounded, duration_ms, flag, known_keys, listing, mapping, one_of, shown, word
from windsock.conditions.model.nodes import (
    CLOCKS,
    MEASURES,
    TRIP_EDGES,
    AllOf,
    AnyOf,
    Condition,
    Counted,
    Edge,
    Followed,
    HasId,
    Named,
    NotThat,
    Ordered,
    SaidTrait,
    Trip,
    leaves_of,
)
from windsock.conditions.model.rows import Bound, Test, read_bound, read_rows, read_test, read_tests
from windsock.conditions.model.spans import read_span
from windsock.conditions.model.steps import Chain, Exclusion, Step
from windsock.identity.model import NAMESPACES
from windsock.kernel.errors import InvalidInput

DEPTH_MOST = 8
LEAVES_MOST = 40
VALUES_MOST = 5_000
PARTS_MOST = 20
TIMES_MOST = 1_000
_Given = Mapping[str, Any]


def read_condition(given: object, where: str = "condition") -> Condition:
    """Read a condition.

    Raises:
        InvalidInput: says what, where and what to write instead; also when it is too deep or too large.
    """
    bounded(given, where)
    found = _read(given, where, 0)
    leaves = list(leaves_of(found))
    if len(leaves) > LEAVES_MOST:
        raise InvalidInput(f"{len(leaves)} conditions in one.", where=where, fix=f"Write {LEAVES_MOST} at most.")
    values = sum(len(test.values) for leaf in leaves for test in _tests(leaf))
    if values > VALUES_MOST:
        raise InvalidInput(f"{values} values in one condition.", where=where, fix=f"Write {VALUES_MOST} at most.")
    return found


def _tests(leaf: object) -> list[Test]:
    if isinstance(leaf, Followed):
        return [test for step in (*leaf.chain.steps, *leaf.chain.exclusions) for test in step.rows.where]
    if isinstance(leaf, Counted):
        return [*leaf.rows.where]
    if isinstance(leaf, Edge):
        return [*leaf.rows.where, *leaf.like]
    if isinstance(leaf, (SaidTrait, Named)):
        return [] if leaf.test is None else [leaf.test]
    return [*leaf.where] if isinstance(leaf, (Ordered, Trip)) else []


def _read(given: object, where: str, depth: int) -> Condition:
    if depth > DEPTH_MOST:
        raise InvalidInput("The condition is nested too deeply.", where=where, fix=f"Nest {DEPTH_MOST} levels at most.")
    found = mapping(given, where)
    named = [key for key in (*_JOINTS, *_LEAVES) if key in found]
    if len(named) != 1:
        fix = f"Write one of: {', '.join((*_JOINTS, *_LEAVES))}."
        raise InvalidInput("A condition says exactly one thing." if named else "The condition says nothing that is known.", where=where, fix=fix)
    if named[0] in _LEAVES:
        return _LEAVES[named[0]](found, where)
    known_keys(found, named, where)
    inside = f"{where}.{named[0]}"
    if named[0] == "not":
        return NotThat(_read(found["not"], inside, depth + 1))
    parts = listing(found[named[0]], inside, 1, PARTS_MOST)
    read = tuple(_read(part, f"{inside}[{index}]", depth + 1) for index, part in enumerate(parts))
    return AllOf(read) if named[0] == "all" else AnyOf(read)


def _did(found: _Given, where: str) -> Counted:
    known_keys(found, ("did", "where", "times", "period", "same", "within"), where)
    rows = read_rows(found["did"], found.get("where"), f"{where}.did")
    bound = read_bound(found.get("times", 1), f"{where}.times")
    within = None if "within" not in found else duration_ms(found["within"], f"{where}.within")
    same = None if "same" not in found else word(found["same"], f"{where}.same")
    whole = bound.value == bound.value.to_integral_value()
    if (within is not None or same is not None) and not (bound.op == ">=" and whole and 1 <= bound.value <= TIMES_MOST):
        fix = f"Write times: 3, from 1 to {TIMES_MOST}; more can be told apart by several conditions."
        raise InvalidInput("'within' and 'same' ask for at least so many times.", where=f"{where}.times", fix=fix)
    return Counted("times", rows, bound, read_span(found.get("period"), f"{where}.period"), None, same, within)


def _did_not(found: _Given, where: str) -> Counted:
    known_keys(found, ("did_not", "where", "period"), where)
    rows = read_rows(found["did_not"], found.get("where"), f"{where}.did_not")
    return Counted("times", rows, Bound("=", Decimal(0)), read_span(found.get("period"), f"{where}.period"))


def _measure(found: _Given, where: str) -> Counted:
    known_keys(found, ("measure", "of", "event", "where", "is", "period"), where)
    what = one_of(found["measure"], MEASURES, f"{where}.measure")
    of = found.get("of")
    if (of is None) != (what in ("times", "days")):
        fix = "Take 'of' out." if of is not None else "Write of: and a field, such as price."
        raise InvalidInput(f"'{what}' {'measures no field' if of is not None else 'needs a field'}.", where=f"{where}.of", fix=fix)
    return Counted(
        cast("Any", what),
        read_rows(found.get("event"), found.get("where"), f"{where}.event"),
        read_bound(_needed(found, "is", where), f"{where}.is"),
        read_span(found.get("period"), f"{where}.period"),
        None if of is None else word(of, f"{where}.of"),
    )


def _sequence(found: _Given, where: str) -> Followed:
    known_keys(found, ("sequence", "within", "strict", "same", "without", "period"), where)
    chain = read_chain(found, found["sequence"], f"{where}.sequence", duration_ms(_needed(found, "within", where), f"{where}.within"))
    chain.check(f"{where}.sequence")
    return Followed(chain, read_span(found.get("period"), f"{where}.period"))


def read_chain(found: _Given, steps: object, where: str, window_ms: int | None) -> Chain:
    """Read steps with ``strict``, ``same`` and ``without`` beside them; the caller checks the chain.

    Raises:
        InvalidInput: as ``read_condition``.
    """
    entries = listing(steps, where, 1, 1_000)
    read = _named([_step(entry, f"{where}[{index}]") for index, entry in enumerate(entries)])
    names = [step.name for step in read]
    return Chain(
        read,
        window_ms,
        strict=flag(found.get("strict", False), f"{where}.strict"),
        hold=None if found.get("same") is None else word(found["same"], f"{where}.same"),
        exclusions=tuple(
            _exclusion(entry, names, f"{where}.without[{index}]")
            for index, entry in enumerate(listing(found.get("without", []), f"{where}.without", 0, 1_000))
        ),
    )


def _named(steps: list[Step]) -> tuple[Step, ...]:
    """Name steps that have no name after their event, and where it is taken by their number too."""
    taken = {step.name for step in steps}
    found: list[Step] = []
    for number, step in enumerate(steps, 1):
        plain = step.rows.events[0] if step.rows.events else "*"
        name = step.name or (plain if plain not in taken else f"{plain[:190]} {number}")
        taken.add(name)
        found.append(replace(step, name=name))
    return tuple(found)


def _step(given: object, where: str) -> Step:
    if isinstance(given, str):
        given = {"event": given}
    found = mapping(given, where)
    known_keys(found, ("name", "event", "where", "within", "optional"), where)
    rows = read_rows(_needed(found, "event", where), found.get("where"), f"{where}.event")
    return Step(
        word(found["name"], f"{where}.name") if "name" in found else "",
        rows,
        duration_ms(found["within"], f"{where}.within") if "within" in found else None,
        optional=flag(found.get("optional", False), f"{where}.optional"),
    )


def _exclusion(given: object, names: list[str], where: str) -> Exclusion:
    found = mapping(given, where)
    known_keys(found, ("event", "where", "after", "before"), where)
    rows = read_rows(_needed(found, "event", where), found.get("where"), f"{where}.event")
    after = names.index(one_of(found.get("after", names[0]), names, f"{where}.after"))
    before = names.index(one_of(found.get("before", names[-1]), names, f"{where}.before"))
    if before <= after:
        raise InvalidInput(f"'{names[before]}' does not come after '{names[after]}'.", where=where, fix="Swap 'after' and 'before'.")
    return Exclusion(rows, after + 1, before)


def _edge(found: _Given, where: str) -> Edge:
    key = "first" if "first" in found else "last"
    known_keys(found, (key, "where", "is", "during", "period"), where)
    if "is" not in found and "during" not in found:
        raise InvalidInput(f"Nothing is asked of the {key} event.", where=where, fix="Write is: [tests] or during: {last: 7, unit: day}.")
    return Edge(
        key == "last",
        read_rows(found[key], found.get("where"), f"{where}.{key}"),
        read_tests(found.get("is"), f"{where}.is"),
        read_span(found.get("during"), f"{where}.during"),
        read_span(found.get("period"), f"{where}.period"),
    )


def _trait(found: _Given, where: str) -> SaidTrait:
    known_keys(found, ("trait", "op", "value"), where)
    test = {key: value for key, value in found.items() if key != "trait"}
    return SaidTrait(read_test({"field": found["trait"], **test}, where))


def _segment(found: _Given, where: str) -> Named:
    known_keys(found, ("segment",), where)
    return Named("segment", word(found["segment"], f"{where}.segment"))


def _tag(found: _Given, where: str) -> Named:
    known_keys(found, ("tag", "op", "value", "weight"), where)
    name = word(found["tag"], f"{where}.tag")
    asked = {key: found[key] for key in ("op", "value") if key in found}
    test = read_test({"field": name, **asked}, where) if asked else None
    if test is not None and test.op in ("is null", "is not null"):
        raise InvalidInput(
            "A tag that nobody gave has no value to test.",
            where=f"{where}.op",
            fix="Write {tag: name} for who has it, not: around it for who has not.",
        )
    return Named("tag", name, test, read_bound(found["weight"], f"{where}.weight") if "weight" in found else None)


def _has_id(found: _Given, where: str) -> HasId:
    known_keys(found, ("has_id",), where)
    return HasId(one_of(found["has_id"], NAMESPACES, f"{where}.has_id"))


def _orders(found: _Given, where: str) -> Ordered:
    known_keys(found, ("orders", "where", "is", "period", "clock", "currency"), where)
    what = one_of(found["orders"], ("count", "sum"), f"{where}.orders")
    currency = found.get("currency")
    if (what == "sum") != (currency is not None):
        raise InvalidInput(
            "Amounts are summed in one currency, and only sums have one.", where=f"{where}.currency", fix="Write currency: CNY beside a sum."
        )
    if currency is not None and not (isinstance(currency, str) and len(currency) == 3 and currency.isalpha() and currency.isupper()):
        raise InvalidInput(f"{shown(currency)} is no currency.", where=f"{where}.currency", fix="Write an ISO 4217 code such as CNY.")
    return Ordered(
        "sum" if what == "sum" else "count",
        read_bound(found.get("is", 1) if what == "count" else _needed(found, "is", where), f"{where}.is"),
        read_tests(found.get("where"), f"{where}.where"),
        read_span(found.get("period"), f"{where}.period"),
        cast("Any", one_of(found.get("clock", "booked"), CLOCKS, f"{where}.clock")),
        currency,
    )


def _trip(found: _Given, where: str) -> Trip:
    known_keys(found, ("trip", "where", "within"), where)
    span = read_span(found.get("within"), f"{where}.within")
    if span.kind == "past":
        raise InvalidInput("Trips have dates, not instants.", where=f"{where}.within", fix="Write {next: 7, unit: day} or {last: 7, unit: day}.")
    return Trip(cast("Any", one_of(found["trip"], TRIP_EDGES, f"{where}.trip")), span, read_tests(found.get("where"), f"{where}.where"))


def _needed(found: _Given, key: str, where: str) -> Any:  # noqa: ANN401 - whatever was written
    if key not in found:
        raise InvalidInput(f"'{key}' is missing.", where=where, fix=f"Write {key}: beside it.")
    return found[key]


_JOINTS = ("all", "any", "not")
_LEAVES: dict[str, Callable[[_Given, str], Condition]] = {
    "did": _did,
    "did_not": _did_not,
    "measure": _measure,
    "sequence": _sequence,
    "first": _edge,
    "last": _edge,
    "trait": _trait,
    "has_id": _has_id,
    "orders": _orders,
    "trip": _trip,
    "segment": _segment,
    "tag": _tag,
}
