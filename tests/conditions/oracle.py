"""What conditions mean, told slowly and plainly: one person at a time, every way tried."""

from __future__ import annotations

import datetime as dt
import json
import operator
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from tests.conditions.world import World
from windsock.conditions.model import (
    AllOf,
    AnyOf,
    Chain,
    Condition,
    Counted,
    Edge,
    Followed,
    HasId,
    Named,
    NotThat,
    Ordered,
    Rows,
    SaidTrait,
    Span,
    Test,
    Trip,
)
from windsock.identity.model import IDENTIFIED, Said, fold_traits

COMPARE = {"=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
Event = dict[str, Any]
Asked = tuple[tuple[str, ...], int]
Way = tuple[int, tuple[int | None, ...], str | None]


def read(event: Event, name: str) -> Any:
    """Return a field's value as it is stored; a property as text."""
    if name.startswith("properties."):
        value = json.loads(event.get("properties") or "{}").get(name.removeprefix("properties."))
        return value if value is None or isinstance(value, str) else json.dumps(value)
    return event.get({"sales_channel": "channel"}.get(name, name))


def as_text(event: Event, name: str) -> str | None:
    """Return a field's value as text: of a number without the zeros behind it."""
    value = read(event, name)
    return value if value is None or isinstance(value, str) else f"{Decimal(value).normalize():f}"


def as_texts(event: Event, names: Sequence[str]) -> str | None:
    """Return a field's value as text, or those of several as a list; None where all are missing."""
    values = [as_text(event, name) for name in names]
    if len(values) == 1 or all(value is None for value in values):
        return values[0]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def number(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(value)
    except InvalidOperation:
        return None


def passes(test: Test, value: Any) -> bool:
    """Whether a value passes a test: "other than" and "none of" hold for a missing one, nothing else does."""
    if test.op in ("is null", "is not null"):
        return (value is None) == (test.op == "is null")
    values = list(test.values)
    if values and all(isinstance(one, Decimal) for one in values):
        value = number(value)
    if value is None:
        return test.op in ("!=", "not in")
    if test.op in ("in", "not in"):
        return (value in values) == (test.op == "in")
    if test.op == "!=":
        return value != values[0]
    return str(values[0]).lower() in str(value).lower() if test.op == "contains" else COMPARE[test.op](value, values[0])


def among(event: Event, rows: Rows) -> bool:
    return (not rows.events or event["event"] in rows.events) and all(passes(test, read(event, test.field)) for test in rows.where)


def ways(events: Sequence[Event], chain: Chain, zone: str, value: Asked | None = None) -> dict[tuple[int, str | None, int], Way]:
    """Return for each (entry, held value, step reached) the instants of the steps and the value: the way that ends first, then that goes early."""
    found: dict[tuple[int, str | None, int], list[tuple[int | None, ...]]] = {}
    for held in {as_text(event, chain.hold) for event in events} - {None} if chain.hold else [None]:
        mine = [event for event in events if chain.hold is None or as_text(event, chain.hold) == held]
        near = [event for event in events if chain.hold is None or as_text(event, chain.hold) in (held, None)]
        for index, event in enumerate(mine):
            if among(event, chain.steps[0].rows):
                for times in _onward(mine, near, chain, zone, ((0, index, event["ts_ms"]),)):
                    found.setdefault((event["ts_ms"], held, len(times) - 1), []).append(times)
    best = {key: min(some, key=lambda times: (times[-1], [1 << 62 if t is None else t for t in times])) for key, some in found.items()}
    return {key: (key[2], times, _value(events, chain, key[1], times, value)) for key, times in best.items()}


def _onward(
    mine: Sequence[Event], near: Sequence[Event], chain: Chain, zone: str, taken: tuple[tuple[int, int, int], ...]
) -> Iterator[tuple[int | None, ...]]:
    """Yield the instants of every way that begins with the events taken, as (step, event, instant)."""
    step, _, before = taken[-1]
    at = {other: t for other, _, t in taken}
    yield tuple(at.get(other) for other in range(step + 1))
    for other in range(step + 1, len(chain.steps)):
        for index, event in enumerate(mine):
            t = event["ts_ms"]
            if t < before or index in {used for _, used, _ in taken} or not among(event, chain.steps[other].rows):
                continue
            within = chain.steps[other].within_ms
            if within is not None and t - before > within:
                continue
            if not (_day(t, zone) == _day(taken[0][2], zone) if chain.window_ms is None else t - taken[0][2] <= chain.window_ms):
                continue
            broken = [one for one in chain.exclusions if one.first <= other <= one.last]
            if any(before < x["ts_ms"] < t and (chain.strict or any(among(x, one.rows) for one in broken)) for x in near):
                continue
            yield from _onward(mine, near, chain, zone, (*taken, (other, index, t)))
        if not chain.steps[other].optional:
            return


def _value(events: Sequence[Event], chain: Chain, held: str | None, times: tuple[int | None, ...], value: Asked | None) -> str | None:
    if value is None or value[1] >= len(times) or times[value[1]] is None:
        return None
    rows = chain.steps[value[1]].rows
    there = [event for event in events if event["ts_ms"] == times[value[1]] and among(event, rows)]
    values = [as_texts(event, value[0]) for event in there if chain.hold is None or as_text(event, chain.hold) == held]
    return min((one for one in values if one is not None), default=None)


def _day(t: int, zone: str) -> dt.date:
    return dt.datetime.fromtimestamp(t / 1000, ZoneInfo(zone)).date()


class Oracle:
    """Says who of a world meets a condition."""

    def __init__(self, world: World, now_ms: int, zone: str, as_of_ms: int | None = None) -> None:
        self.world, self.now_ms, self.zone, self.as_of_ms = world, now_ms, zone, as_of_ms
        self.persons = world.persons(as_of_ms)
        self.events = world.counted(as_of_ms)
        self.named: dict[str, set[int]] = {}
        named = {row["did"] for row in world.rows.get("identity", []) if row["namespace"] in IDENTIFIED}
        bought = {row["did"] for row in world.rows.get("orders", []) if row["did"] is not None}
        self.everybody = {*self.events, *(self.person(did) for did in named | bought)}

    def person(self, did: int) -> int:
        return self.persons.get(did, did)

    def who(self, condition: Condition) -> set[int]:
        return {person for person in self.everybody if self.meets(person, condition)}

    def meets(self, person: int, condition: Condition) -> bool:
        if isinstance(condition, AllOf):
            return all(self.meets(person, part) for part in condition.of)
        if isinstance(condition, AnyOf):
            return any(self.meets(person, part) for part in condition.of)
        if isinstance(condition, NotThat):
            return not self.meets(person, condition.of)
        return bool(getattr(self, f"_{type(condition).__name__.lower()}")(person, condition))

    def _inside(self, t: int, span: Span) -> bool:
        low, high = span.bounds_ms(self.now_ms, self.zone)
        return (low is None or t >= low) and (high is None or t < high)

    def _rows(self, person: int, rows: Rows, span: Span) -> list[Event]:
        return [event for event in self.events.get(person, []) if among(event, rows) and self._inside(event["ts_ms"], span)]

    def _counted(self, person: int, leaf: Counted) -> bool:
        rows = self._rows(person, leaf.rows, leaf.span)
        if leaf.same is not None or leaf.within_ms is not None:
            return self._often(rows, leaf)
        values: list[Any] = [read(row, leaf.of) for row in rows] if leaf.of else []
        if leaf.what == "distinct":
            figure: Decimal | int | None = len({value for value in values if value is not None})
        elif leaf.what in ("times", "days"):
            figure = len(rows) if leaf.what == "times" else len({_day(row["ts_ms"], self.zone) for row in rows})
        else:
            numbers = [one for one in map(number, values) if one is not None]
            figure = sum(numbers, Decimal(0)) if leaf.what == "sum" else None
            if numbers and leaf.what != "sum":
                figure = {"min": min(numbers), "max": max(numbers)}.get(leaf.what)
                if leaf.what == "average":  # v * n is exact where a division need not be
                    return leaf.bound.op != "" and COMPARE_ALL[leaf.bound.op](sum(numbers), leaf.bound.value * len(numbers))
        return figure is not None and leaf.bound.holds(figure)

    def _often(self, rows: list[Event], leaf: Counted) -> bool:
        times = int(leaf.bound.value)
        for value in {read(row, leaf.same) for row in rows} - {None} if leaf.same else [None]:
            mine = [row["ts_ms"] for row in rows if leaf.same is None or read(row, leaf.same) == value]
            runs = zip(mine, mine[times - 1 :], strict=False)
            if len(mine) >= times if leaf.within_ms is None else any(end - start <= leaf.within_ms for start, end in runs):
                return True
        return False

    def _followed(self, person: int, leaf: Followed) -> bool:
        rows = [event for event in self.events.get(person, []) if self._inside(event["ts_ms"], leaf.span)]
        return any(deep == len(leaf.chain.steps) - 1 for _, _, deep in ways(rows, leaf.chain, self.zone))

    def _edge(self, person: int, leaf: Edge) -> bool:
        rows = self._rows(person, leaf.rows, leaf.span)
        if not rows:
            return False
        edge = (max if leaf.last else min)(row["ts_ms"] for row in rows)
        here = [row for row in rows if row["ts_ms"] == edge and all(passes(test, read(row, test.field)) for test in leaf.like)]
        return bool(here) and self._inside(edge, leaf.during)

    def _saidtrait(self, person: int, leaf: SaidTrait) -> bool:
        named = {row["did"] for row in self.world.rows.get("identity", []) if row["namespace"] in IDENTIFIED}
        rows = [row for row in self.world.rows.get("trait", []) if self.person(row["did"]) == person]
        said = [Said(row["name"], row["value"], row["source"], row["at_ms"], row["op"] or "set", row["trust"], row["did"] in named) for row in rows]
        found = next((trait for trait in fold_traits(said) if trait.name == leaf.test.field), None)
        value = None if found is None or (found.value or "").startswith("[") else found.value
        return passes(leaf.test, value)

    def _hasid(self, person: int, leaf: HasId) -> bool:
        rows: Iterable[Event] = self.world.rows.get("identity", [])
        return any(self.person(row["did"]) == person and row["namespace"] == leaf.namespace for row in rows)

    def _ordered(self, person: int, leaf: Ordered) -> bool:
        rows = [
            row
            for row in self.world.rows.get("orders", [])
            if row["did"] is not None
            and self.person(row["did"]) == person
            and (row["known_to_ms"] is None if self.as_of_ms is None else row["known_to_ms"] is None or row["known_to_ms"] > self.as_of_ms)
            and row[f"{leaf.clock}_ms"] is not None
            and self._inside(row[f"{leaf.clock}_ms"], leaf.span)
            and (leaf.currency is None or row["currency"] == leaf.currency)
            and all(passes(test, row[test.field]) for test in leaf.where)
        ]
        return leaf.bound.holds(len(rows) if leaf.what == "count" else sum((row["booked_amount"] for row in rows), Decimal(0)))

    def _trip(self, person: int, leaf: Trip) -> bool:
        low, high = leaf.span.bounds_ms(self.now_ms, self.zone)
        for row in self.world.rows.get("order_line", []):
            day = row["arrival_date"] if leaf.edge == "departs" else row["departure_date"] or row["arrival_date"]
            if row["did"] is None or day is None or row["cancelled"] or row["known_to_ms"] is not None or self.person(row["did"]) != person:
                continue
            inside = (low is None or day >= _day(low, self.zone)) and (high is None or day <= _day(high - 1, self.zone))
            if inside and all(passes(test, row.get(test.field)) for test in leaf.where):
                return True
        return False

    def _named(self, person: int, leaf: Named) -> bool:
        return person in self.named[leaf.name]


COMPARE_ALL = {**COMPARE, "!=": operator.ne}
