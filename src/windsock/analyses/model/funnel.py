"""The definition of a funnel, and how it is read from JSON or YAML.

What the words mean stands in docs/concepts/funnels.md; every rule there has a test here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from windsock.analyses.model.asked import ASKED_KEYS, FIELDS_MOST, Breakdown, days_of, read_asked, read_breakdown
from windsock.conditions.model import Chain, Condition, Span, Test
from windsock.conditions.model.given import bounded, duration_ms, known_keys, mapping, one_of
from windsock.conditions.model.read import read_chain
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period

Order = Literal["ordered", "strict", "unordered"]
ORDERS: tuple[Order, ...] = ("ordered", "strict", "unordered")
Count = Literal["people", "first", "entries"]
COUNTS: tuple[Count, ...] = ("people", "first", "entries")
Trend = Literal["hour", "day", "week", "month"]
TRENDS: tuple[Trend, ...] = ("day", "week", "month")
"""What a definition may say; by hour a funnel is asked by what watches it, see ``analyses/course.py``."""
SAME_DAY = "same day"
_KEYS = (*ASKED_KEYS, "funnel", "steps", "order", "window", "each_within", "count", "same", "without", "breakdown", "trend")


@dataclass(frozen=True)
class Funnel:
    """What is asked.

    Attributes:
        name: how people call it.
        chain: the steps with their windows, exclusions and the held field.
        order: ordered; strict (nothing in between); unordered (any order).
        count: people (any start); first (the person's first start in the period only); entries (each start on its own).
        span: the period of the starts; later steps may lie beyond it.
        where: tests that every event must pass.
        who: people who are looked at, or None for everybody.
        breakdown, trend: how the answer is cut.
        internal: whether internal traffic counts.
    """

    name: str
    chain: Chain
    span: Span
    order: Order = "ordered"
    count: Count = "people"
    where: tuple[Test, ...] = ()
    who: Condition | None = None
    breakdown: Breakdown | None = None
    trend: Trend | None = None
    internal: bool = False

    @property
    def required(self) -> tuple[int, ...]:
        """The steps that can't be left out; any number of steps where order doesn't matter."""
        return tuple(index for index, step in enumerate(self.chain.steps) if not step.optional)

    def after(self, step: int) -> int | None:
        """Return the next step that can't be left out, or None after the last."""
        return next((other for other in self.required if other > step), None)

    def step_of(self, name: str, where: str) -> int:
        """Return the number of a step by its name, or by its number from 1.

        Raises:
            InvalidInput: there is no such step.
        """
        names = [step.name for step in self.chain.steps]
        if name in names:
            return names.index(name)
        if name.isdecimal() and 1 <= int(name) <= len(names):
            return int(name) - 1
        raise InvalidInput(f"There is no step '{name[:60]}'.", where=where, fix=f"Steps: {', '.join(names)}.")


def read_funnel(given: object, where: str = "funnel") -> Funnel:
    """Read a funnel from what JSON or YAML says.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    bounded(given, where)
    found = mapping(given, where)
    known_keys(found, _KEYS, where)
    order = cast("Order", one_of(found.get("order", "ordered"), ORDERS, f"{where}.order"))
    for key, fix in _MISSING.items():
        if key not in found:
            raise InvalidInput(f"'{key}' is missing.", where=where, fix=fix)
    window = None if found["window"] == SAME_DAY else duration_ms(found["window"], f"{where}.window")
    chain = _with_limits(read_chain(_chained(found), found["steps"], f"{where}.steps", window), found, where)
    chain = replace(chain, strict=order == "strict")
    chain.check(f"{where}.steps")
    asked = read_asked(found, "funnel", where)
    funnel = Funnel(
        asked.name,
        chain,
        asked.span,
        order,
        cast("Count", one_of(found.get("count", "people"), COUNTS, f"{where}.count")),
        asked.where,
        asked.who,
        None,
        None if found.get("trend") is None else cast("Trend", one_of(found["trend"], TRENDS, f"{where}.trend")),
        internal=asked.internal,
    )
    if order == "unordered":
        _check_unordered(funnel, where)
    return replace(funnel, breakdown=read_breakdown(found.get("breakdown"), f"{where}.breakdown", funnel.step_of, FIELDS_MOST))


_MISSING = {
    "steps": "Write steps: [search, checkout, payment_succeeded].",
    "window": "Write window: 24 hours, or window: same day.",
}


def _chained(found: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: found[key] for key in ("same", "without") if key in found}


def _with_limits(chain: Chain, found: Mapping[str, Any], where: str) -> Chain:
    """Give every step without a window of its own the one for each step."""
    if found.get("each_within") is None:
        return chain
    each = duration_ms(found["each_within"], f"{where}.each_within")
    steps = tuple(replace(step, within_ms=each) if index and step.within_ms is None else step for index, step in enumerate(chain.steps))
    return replace(chain, steps=steps)


def _check_unordered(funnel: Funnel, where: str) -> None:
    chain = funnel.chain
    if any(step.optional or step.within_ms is not None for step in chain.steps):
        raise InvalidInput("Steps in any order have no step before, and none may be left out.", where=where, fix="Take 'within' and 'optional' out.")
    if any(one.first > 1 or one.last < len(chain.steps) - 1 for one in chain.exclusions):
        fix = "Take 'after' and 'before' out of the exclusions."
        raise InvalidInput("Steps in any order have no step that an exclusion stands before.", where=f"{where}.without", fix=fix)
    if funnel.count != "people":
        raise InvalidInput(
            f"Steps in any order have no entry: '{funnel.count}' can't be counted.", where=f"{where}.count", fix="Write count: people."
        )


def starts_of(funnel: Funnel, now_ms: int, zone: str, week_start: int) -> tuple[int, int, Period]:
    """Return [first instant, first instant after) of the starts, and their civil days.

    Raises:
        InvalidInput: the period is open, or longer than three years.
    """
    return days_of(funnel.span, (now_ms, zone, week_start), "funnel.period")
