"""The course of a funnel: how many reached a step and how many went on, by value of the breakdown and by hour or day of the first step.

Made of the very attempts that the funnel's own answer is made of, each hour or day as if it alone were asked: what a monitor of a step looks at.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from windsock.analyses.attempts import add_attempts, begin
from windsock.analyses.funnel import next_step
from windsock.analyses.model import Funnel
from windsock.analyses.model.funnel import starts_of
from windsock.conditions import Frame, ours
from windsock.kernel.errors import InvalidInput, TooLarge

if TYPE_CHECKING:
    from windsock.conditions import Plan
    from windsock.warehouse import Cancel, Warehouse

ROWS_MOST = 2_000_000
Values = tuple[str | None, ...]


@dataclass(frozen=True)
class Reached:
    """A bucket of a value: its first date, or of an hour its first instant in ms; how many reached the step, and how many of those the next."""

    values: Values
    bucket: dt.date | int
    step: int
    on: int


def steps_between(funnel: Funnel, written: str, where: str) -> tuple[int, int]:
    """Return the numbers, from 0, of a step and of the one that those who go on reach.

    Raises:
        InvalidInput: there is no such step, or none after it.
    """
    step = funnel.step_of(written, where)
    after = next_step(funnel, step)
    if after is None:
        raise InvalidInput("Nobody goes on from the last step.", where=where, fix="Name an earlier step.")
    return step, after


def funnel_course(
    warehouse: Warehouse, funnel: Funnel, frame: Frame, step: int, grain: Literal["hour", "day"], *, cancel: Cancel | None = None
) -> tuple[Reached, ...]:
    """Return who reached a step and who went on, by value and bucket, those without anybody left out; in no promised order.

    Args:
        warehouse: where to ask.
        funnel: read by ``read_funnel``; its own trend and the top of its breakdown do not matter: each value counts.
        frame: the moment of asking, its zone, and what counts.
        step: from 0; not the last.
        grain: hours are those of the civil clock.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: the definition can't be asked.
        TooLarge: more than two million values and buckets.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    plan, attempts = _bucketed(warehouse, funnel, frame, grain)
    after = next_step(funnel, step)
    assert after is not None  # noqa: S101 - steps_between looked
    reached = f"(a.mask >> {step}) & 1 = 1"
    counted = f"COUNT(*) FILTER (WHERE {reached}) AS n, COUNT(*) FILTER (WHERE {reached} AND (a.mask >> {after}) & 1 = 1) AS o"
    select = f"SELECT a.v, a.bucket, {counted} FROM {attempts} AS a GROUP BY a.v, a.bucket LIMIT {ROWS_MOST + 1}"  # noqa: S608 - names and numbers of ours
    rows = plan.ask(warehouse, plan.statement(ours(select)), cancel).to_pylist()
    if len(rows) > ROWS_MOST:
        what = f"The breakdown has more than {ROWS_MOST:,} values and {grain}s."
        raise TooLarge(what, where="breakdown", fix="Break down by a field with fewer values, or by none.")
    several = funnel.breakdown is not None and len(funnel.breakdown.fields) > 1
    return tuple(Reached(_values(funnel, row["v"], several=several), row["bucket"], int(row["n"]), int(row["o"])) for row in rows)


def values_of_course(warehouse: Warehouse, funnel: Funnel, frame: Frame, *, cancel: Cancel | None = None) -> int:
    """Return how many values the breakdown has in the period; 1 without one.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``funnel_course``.
    """
    if funnel.breakdown is None:
        return 1
    plan, attempts = _bucketed(warehouse, funnel, frame, "day")
    select = f"SELECT COUNT(*) AS n FROM (SELECT DISTINCT a.v FROM {attempts} AS a) AS d"  # noqa: S608 - a name of ours
    return int(plan.ask(warehouse, plan.statement(ours(select)), cancel).to_pylist()[0]["n"])


def _bucketed(warehouse: Warehouse, funnel: Funnel, frame: Frame, grain: Literal["hour", "day"]) -> tuple[Plan, str]:
    """Return the plan with the attempts of each bucket, and their part."""
    funnel = replace(funnel, trend=grain)
    frame = replace(frame, internal=funnel.internal or frame.internal)
    # The run knows civil days only: hours take the plan's own way.
    plan = begin(funnel, frame, follow=warehouse.follows and grain == "day")
    _low, _high, days = starts_of(funnel, frame.now_ms, frame.zone, frame.week_start)
    return plan, add_attempts(plan, funnel, days)


def _values(funnel: Funnel, value: str | None, *, several: bool) -> Values:
    fields = 0 if funnel.breakdown is None else len(funnel.breakdown.fields)
    if value is None:
        return (None,) * fields
    return tuple(json.loads(value)) if several else (value,)


__all__ = ["Reached", "funnel_course", "steps_between", "values_of_course"]
