"""The lines of orders that analyses read: what was booked, each line as it is known, and its person where there is one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from windsock.conditions.events import Reach
from windsock.conditions.fields import line_field, test_sql
from windsock.conditions.plan import Plan, known, person_sql, with_person

_DID = exp.column("did", "l")


def lines(plan: Plan, columns: Sequence[exp.Expr], reach: Reach) -> exp.Select:
    """Return a SELECT of ``person`` (NULL where the order has none), ``t`` (when it was booked, ms), ``order_key`` and columns of the line ``l``.

    Lines and merges as they are known at the asked time; of a reach its instants, on the booking clock, and its tests are used.

    Raises:
        InvalidInput: an unknown field, or a value that is not of its kind.
    """
    params, frame = plan.params, plan.frame
    clock = exp.column("booked_ms", "l")
    select = exp.select(exp.alias_(person_sql(_DID), "person"), exp.alias_(clock.copy(), "t"), exp.column("order_key", "l"), *columns)
    select = select.from_(exp.to_table("order_line").as_("l"), copy=False).where(known("l", frame, params), copy=False)
    if reach.low_ms is not None:
        select = select.where(exp.GTE(this=clock.copy(), expression=params.bind(reach.low_ms)), copy=False)
    if reach.high_ms is not None:
        select = select.where(exp.LT(this=clock.copy(), expression=params.bind(reach.high_ms)), copy=False)
    tests = [test_sql(line_field(test.field, reach.place), test, reach.place, params) for test in reach.where]
    select = select.where(*tests, copy=False) if tests else select
    return with_person(select, _DID, frame, params)
