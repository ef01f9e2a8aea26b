"""The lines of orders that analyses read: what was booked, each line as it is known, and its person where there is one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from windsock.conditions.events import Reach
from windsock.conditions.fields import line_field, test_sql
from windsock.conditions.model.nodes import TripEdge
from windsock.conditions.model.rows import Test
from windsock.conditions.plan import Plan, known, ours_any, person_sql, with_person
from windsock.kernel.clock import local_date

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


def travelling(plan: Plan, edge: TripEdge, bounds_ms: tuple[int | None, int | None], where: Sequence[Test], place: str) -> exp.Select:
    """Return a SELECT of each ``person`` once whose travel begins (``departs``) or ends (``returns``) on a civil date within some bounds.

    A stay begins on its date of arrival and ends on its date of departure; a flight begins and ends on its date. Cancelled lines don't travel.

    Raises:
        InvalidInput: as ``lines``.
    """
    params, zone = plan.params, plan.frame.zone
    date = ours_any("l.arrival_date" if edge == "departs" else "COALESCE(l.departure_date, l.arrival_date)")
    select = exp.select(exp.alias_(person_sql(_DID), "person")).distinct().from_(exp.to_table("order_line").as_("l"), copy=False)
    select = select.where(known("l", plan.frame, params), ours_any("NOT l.did IS NULL AND NOT COALESCE(l.cancelled, FALSE)"), copy=False)
    low, high = bounds_ms
    select = select.where(exp.Not(this=exp.Is(this=date.copy(), expression=exp.Null())), copy=False)
    if low is not None:
        select = select.where(exp.GTE(this=date.copy(), expression=params.bind(local_date(low, zone))), copy=False)
    if high is not None:
        select = select.where(exp.LTE(this=date.copy(), expression=params.bind(local_date(high - 1, zone))), copy=False)
    select = select.where(*[test_sql(line_field(test.field, place), test, place, params) for test in where], copy=False)
    return with_person(select, _DID, plan.frame, params)
