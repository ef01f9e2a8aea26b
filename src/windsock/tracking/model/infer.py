"""What a plan could be, judged by what came: types, values, units, personal data; and how it differs from the plan in force. Rules only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from windsock.tracking.model.plan import Plan, PlannedEvent, PropertyRule
from windsock.tracking.model.privacy import names_document

SURE = 0.99
"""Share of the values that must have a type before it is proposed."""
ROWS_LEAST = 50
ENUM_MOST, ENUM_ROWS, ENUM_EACH = 20, 100, 20
"""A closed list of values is proposed where there are few, in many rows, each of them often."""
_UNITS = (
    (re.compile(r"_ms$"), "ms"), (re.compile(r"_(s|sec|secs|seconds)$"), "s"), (re.compile(r"_(min|minutes)$"), "min"),
    (re.compile(r"_days?$"), "days"),
    (re.compile(r"_km$"), "km"), (re.compile(r"_(kb|bytes)$"), "bytes"), (re.compile(r"_(pct|percent)$"), "%"),
)  # fmt: skip
_MONEY = re.compile(r"(^|_)(price|amount|fare|cost|revenue|fee|tax|total|discount)($|_)")
_PERSONAL = re.compile(r"(^|_)(e_?mail|phone|mobile|tel|birth\w*|surname|first_?name|last_?name|full_?name|address)($|_)")
ChangeKind = Literal["new", "gone", "type", "values", "required"]


@dataclass(frozen=True)
class Observed:
    """A property as it came in a number of rows of one event.

    Attributes:
        event: whose.
        name: which.
        rows: how many rows were looked at.
        filled: in how many it had a value.
        kinds: type (text, integer, decimal, boolean, other) -> number of values.
        dates: texts that begin with a date.
        people: texts with an e-mail or a phone number.
        distinct: number of different values.
        values: the most frequent texts, at most 21.
        least: smallest number.
        most: largest number.
    """

    event: str
    name: str
    rows: int
    filled: int
    kinds: Mapping[str, int] = field(default_factory=dict[str, int])
    dates: int = 0
    people: int = 0
    distinct: int = 0
    values: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None

    @property
    def share(self) -> float:
        """In what share of the rows it had a value."""
        return self.filled / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class PlanChange:
    """One difference of a proposal to the plan in force."""

    event: str
    property: str | None
    change: ChangeKind
    before: Any
    after: Any


def type_of(seen: Observed) -> str:
    """Return the type that almost all values have; text where they differ.

    >>> type_of(Observed("e", "p", 10, 10, {"integer": 10})), type_of(Observed("e", "p", 10, 10, {"integer": 5, "decimal": 5}))
    ('integer', 'decimal')
    >>> type_of(Observed("e", "p", 10, 10, {"text": 10}, dates=10)), type_of(Observed("e", "p", 10, 10, {"text": 5, "boolean": 5}))
    ('date', 'text')
    """
    whole = max(sum(seen.kinds.values()), 1)
    integers, decimals = seen.kinds.get("integer", 0), seen.kinds.get("decimal", 0)
    if seen.kinds.get("boolean", 0) >= SURE * whole:
        return "boolean"
    if integers >= SURE * whole:
        return "integer"
    if integers + decimals >= SURE * whole:
        return "decimal"
    return "date" if seen.dates >= SURE * whole else "text"


def unit_of(name: str, typed: str, currency: str) -> str | None:
    """Return what a number counts, as its name says it.

    >>> [unit_of(name, "decimal", "CNY") for name in ("dwell_s", "base_price", "lead_days", "pax")]
    ['s', 'CNY', 'days', None]
    """
    if typed not in ("integer", "decimal"):
        return None
    return next((unit for pattern, unit in _UNITS if pattern.search(name)), currency if _MONEY.search(name) else None)


def propose_property(seen: Observed, currency: str) -> PropertyRule:
    """Return the rule that fits what came."""
    typed = type_of(seen)
    number = typed in ("integer", "decimal")
    closed = typed == "text" and seen.filled >= ENUM_ROWS and seen.distinct <= ENUM_MOST and seen.filled >= ENUM_EACH * seen.distinct
    personal = bool(_PERSONAL.search(seen.name)) or names_document(seen.name) or seen.people * 2 > seen.filled
    return PropertyRule(
        seen.name,
        typed,
        required=seen.rows >= ROWS_LEAST and seen.filled == seen.rows,
        enum=tuple(sorted(seen.values)) if closed and not personal else None,
        least=Decimal(0) if number and seen.least is not None and seen.least >= 0 else None,
        pii=personal,
        unit=unit_of(seen.name, typed, currency),
    )


def propose(plan: Plan, seen: Sequence[Observed], events: Sequence[str], currency: str) -> Plan:
    """Return the plan that fits what came: the events that were seen, with what the plan in force says of their meaning."""
    rules: dict[str, dict[str, PropertyRule]] = {}
    for one in seen:
        rules.setdefault(one.event, {})[one.name] = propose_property(one, currency)
    proposed: dict[str, PlannedEvent] = {}
    for name in events:
        known = plan.events.get(name, PlannedEvent(name, name, name))
        proposed[name] = PlannedEvent(
            name, known.en, known.zh, known.means_en, known.means_zh, known.who, known.activity, known.needs, known.aliases,
            rules.get(name, {}), planned=True,
        )  # fmt: skip
    return Plan(proposed, plan.modes, plan.sources, plan.version)


def compare(plan: Plan, proposal: Plan) -> Iterator[PlanChange]:
    """Say how a proposal differs from the plan in force, event by event.

    A property that only the catalogue names and that never came is no difference: nobody promised it.
    """
    for name, event in proposal.events.items():
        known = plan.events.get(name)
        if known is None:
            yield PlanChange(name, None, "new", None, sorted(event.properties))
            continue
        yield from _properties(known, event)
    for name, event in plan.events.items():
        if event.planned and name not in proposal.events:
            yield PlanChange(name, None, "gone", sorted(event.properties), None)


def _properties(known: PlannedEvent, event: PlannedEvent) -> Iterator[PlanChange]:
    for key, rule in event.properties.items():
        agreed = known.properties.get(key)
        if agreed is None:
            yield PlanChange(event.name, key, "new", None, rule.type)
            continue
        if agreed.type != rule.type:
            yield PlanChange(event.name, key, "type", agreed.type, rule.type)
        if agreed.enum is not None and set(agreed.enum) != set(rule.enum or ()):
            yield PlanChange(event.name, key, "values", list(agreed.enum), list(rule.enum) if rule.enum is not None else None)
        if agreed.required and not rule.required:
            yield PlanChange(event.name, key, "required", after=False, before=True)
    for key in known.properties:
        if known.planned and key not in event.properties:
            yield PlanChange(event.name, key, "gone", known.properties[key].type, None)


def drift_of(rule: PropertyRule | None, seen: Observed | None) -> str | None:
    """Word in signs, for readers of any language, how what comes differs from what was agreed; None where it doesn't.

    >>> drift_of(PropertyRule("pax", "integer"), Observed("search", "pax", 200, 200, {"integer": 150, "text": 50}))
    'integer ≠ text 25.0%'
    """
    if rule is None or seen is None or not seen.filled:
        return None
    whole = max(sum(seen.kinds.values()), 1)
    good = {"text": ("text",), "date": ("text",), "integer": ("integer",), "decimal": ("integer", "decimal"), "boolean": ("boolean",)}[rule.type]
    other = sorted(((count, kind) for kind, count in seen.kinds.items() if kind not in good and count), reverse=True)
    if other:
        return f"{rule.type} ≠ {other[0][1]} {100 * other[0][0] / whole:.1f}%"
    if rule.enum is not None:
        new = [value for value in seen.values if value not in rule.enum]
        if new:
            return "+ " + ", ".join(value[:40] for value in new[:5])
    if rule.required and seen.filled < seen.rows:
        return f"∅ {100 * (1 - seen.share):.1f}%"
    return None
