"""What every analysis is asked with: its name, its period, whose events, which of them, and how the answer is cut by a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from windsock.conditions.model import Condition, Rows, Span, Test, read_condition, read_rows, read_span, read_tests
from windsock.conditions.model.given import flag, known_keys, listing, mapping, number_of, word
from windsock.kernel.clock import local_date
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period

ASKED_KEYS = ("name", "period", "where", "who", "internal")
TOP_MOST = 100
FIELDS_MOST = 3
DAYS_MOST = 1_100


@dataclass(frozen=True)
class Breakdown:
    """Fields whose value, or values together, are taken at a step (from 0); so many have a row of their own, all others share one."""

    fields: tuple[str, ...]
    step: int = 0
    top: int = 20

    @property
    def field(self) -> str:
        """The field, where there is one only."""
        return self.fields[0]


@dataclass(frozen=True)
class Asked:
    """What every definition may say.

    Attributes:
        name: how people call it.
        span: the period.
        where: tests that every event must pass.
        who: people who are looked at, or None for everybody.
        internal: whether internal traffic counts.
    """

    name: str
    span: Span
    where: tuple[Test, ...] = ()
    who: Condition | None = None
    internal: bool = False


def read_asked(found: Mapping[str, Any], kind: str, where: str) -> Asked:
    """Read what every definition may say; the name may stand behind the kind of the analysis, as in ``funnel: To payment``.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    if "period" not in found:
        fix = "Write period: {last: 30, unit: day} or {from: 2026-01-01, to: 2026-01-31}."
        raise InvalidInput("'period' is missing.", where=where, fix=fix)
    return Asked(
        word(found.get("name", found.get(kind, kind.capitalize())), f"{where}.name"),
        read_span(found["period"], f"{where}.period"),
        read_tests(found.get("where"), f"{where}.where"),
        None if found.get("who") is None else read_condition(found["who"], f"{where}.who"),
        flag(found.get("internal", False), f"{where}.internal"),
    )


def read_kind(given: object, where: str) -> Rows:
    """Read which events: a name, a list of names, ``"*"``, or ``{event, where}``.

    Raises:
        InvalidInput: as above.
    """
    if not isinstance(given, dict):
        return read_rows(given, None, where)
    found = mapping(given, where)  # pyright: ignore[reportUnknownArgumentType]
    known_keys(found, ("event", "where"), where)
    if "event" not in found:
        raise InvalidInput("'event' is missing.", where=where, fix='Write {event: search, where: [...]}, or "*" for any event.')
    return read_rows(found["event"], found.get("where"), where)


def read_breakdown(given: object, where: str, step_of: Callable[[str, str], int] | None = None, most: int = 1) -> Breakdown | None:
    """Read a breakdown: a field, or ``{field, top}``, with ``step`` where there are steps, and a list of fields where there may be several.

    Args:
        given: what was written; None is no breakdown.
        where: where it stands, for errors.
        step_of: returns the number of a step by its name and its place; None: there are no steps.
        most: how many fields together.

    Raises:
        InvalidInput: as above.
    """
    if given is None:
        return None
    short = isinstance(given, str) or (most > 1 and isinstance(given, list))
    found = mapping(cast("object", {"field": given} if short else given), where)
    known_keys(found, ("field", "top") if step_of is None else ("field", "step", "top"), where)
    if "field" not in found:
        example = "{field: device, top: 10}" if step_of is None else "{field: device, step: search}"
        raise InvalidInput("'field' is missing.", where=where, fix=f"Write breakdown: {example}.")
    step = 0 if step_of is None else step_of(str(found.get("step", "1")), f"{where}.step")
    named: object = found["field"]
    names: list[Any] = listing(cast("object", named), f"{where}.field", 1, most) if most > 1 and isinstance(named, list) else [named]
    return Breakdown(tuple(word(name, f"{where}.field") for name in names), step, number_of(found.get("top", 20), f"{where}.top", 1, TOP_MOST))


def days_of(span: Span, moment: tuple[int, str, int], where: str) -> tuple[int, int, Period]:
    """Return [first instant, first instant after) of a period and its civil days.

    Args:
        span: the period.
        moment: the moment of asking in ms, its zone, and the first day of the week.
        where: where the period stands, for errors.

    Raises:
        InvalidInput: the period is open, or longer than three years.
    """
    low, high = span.bounds_ms(*moment)
    if low is None or high is None:
        raise InvalidInput("The period has two ends.", where=where, fix="Write {from: 2026-01-01, to: 2026-01-31}.")
    days = Period(local_date(low, moment[1]), local_date(high - 1, moment[1]))
    if days.days > DAYS_MOST:
        raise InvalidInput(f"A period of {days.days} days.", where=where, fix=f"Write {DAYS_MOST} days at most.")
    return low, high, days
