"""The days on which each person was active, as parts of one statement, and what both analyses ask of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from windsock.analyses.model.activity import Activity, Calendar, calendar_of
from windsock.analyses.model.retention_proof import Happened
from windsock.conditions import Frame, Plan, Reach, add_condition, events, is_among, ours
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.kernel.period import Period
from windsock.metrics import ClockColumn, bucket_sql, local_day_sql

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

PAGE_MOST = 10_000
EVENTS_MOST = 20_000


@dataclass(frozen=True)
class Asking:
    """A definition at a moment: its calendar, its circumstances, and from when events are read (None: from the first one)."""

    activity: Activity
    frame: Frame
    calendar: Calendar
    read_from_ms: int | None


def asking(activity: Activity, frame: Frame, *, before_days: int | None) -> Asking:
    """Return a definition at a moment.

    Args:
        activity: the definition.
        frame: the circumstances.
        before_days: so many days before the period are read too; None: everything before it.

    Raises:
        InvalidInput: the period is open or too long.
    """
    frame = replace(frame, internal=activity.asked.internal or frame.internal)
    until = frame.now_ms if frame.as_of_ms is None else min(frame.now_ms, frame.as_of_ms)
    calendar = calendar_of(activity, (frame.now_ms, frame.zone, frame.week_start), until)
    low = None
    if before_days is not None:
        first = calendar.days.start - dt.timedelta(days=before_days)
        low = Period(first, first).bounds_ms(frame.zone)[0]
    return Asking(activity, frame, calendar, low)


def add_days(plan: Plan, made: Asking, *, named: bool = False) -> str:
    """Add the events by which somebody is active, each with its civil day and its bucket; returns the name of the part.

    Raises:
        InvalidInput: an unknown field, or a value that is not of its kind.
    """
    activity, frame = made.activity, plan.frame
    high = min(made.calendar.high_ms, made.calendar.until_ms + 1)
    days = frame.days(made.read_from_ms, high)
    columns = [exp.alias_(local_day_sql(exp.column("ts_ms", "e"), days, frame.zone), "day")]
    if named:
        columns += [exp.column(name, "e") for name in ("event", "key_hi", "key_lo")]
    select = events(plan, columns, Reach(made.read_from_ms, high, activity.asked.where, (activity.rows,), f"{activity.kind}.where"))
    select = select.where(is_among(activity.rows, f"{activity.kind}.event", plan.params), copy=False)
    seen = plan.add("seen", select)
    among = ""
    if activity.asked.who is not None:
        who = add_condition(plan, activity.asked.who, f"{activity.kind}.who")
        among = f" WHERE e.person IN (SELECT w.person FROM {who} AS w)"  # noqa: S608 - a name of ours
    bucket = bucket_sql(ClockColumn("e.day", "date"), activity.by, days, frame.zone, frame.week_start)
    return plan.add("active", ours(f"SELECT e.* FROM {seen} AS e{among}").select(exp.alias_(bucket, "bucket"), copy=False))  # noqa: S608 - names of ours


@dataclass(frozen=True)
class Behind:
    """People behind a figure: rows by person; their number; where the next page begins."""

    total: int
    rows: list[dict[str, Any]]
    next_cursor: int | None


def listed(warehouse: Warehouse, plan: Plan, select: exp.Select, page: tuple[int, int], *, cancel: Cancel | None = None) -> Behind:
    """Return a page of a list with the column ``person``, in the order of persons.

    Raises:
        InvalidInput: a page too large.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    skip, want = page
    if skip < 0 or not 0 < want <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} rows.", where="limit", fix=f"Write 1 to {PAGE_MOST}.")
    plan.add("listed", select)
    shown = f"SELECT l.*, (SELECT COUNT(*) FROM listed) AS total FROM listed AS l ORDER BY l.person LIMIT {want} OFFSET {skip}"  # noqa: S608 - numbers of ours
    rows = warehouse.query(plan.statement(ours(shown)), plan.params.values, cancel=cancel).to_pylist()
    total = int(rows[0]["total"]) if rows else 0
    return Behind(total, [{key: value for key, value in row.items() if key != "total"} for row in rows], skip + want if skip + want < total else None)


def happened(warehouse: Warehouse, made: Asking, *, cancel: Cancel | None = None) -> list[tuple[dt.date, Happened]]:
    """Return the events by which one person was active with their days, oldest first.

    Raises:
        TooLarge: there are more than can be shown.
    """
    plan = Plan(made.frame)
    active = add_days(plan, made, named=True)
    text = f"SELECT e.t, e.day, e.event, e.key_hi, e.key_lo FROM {active} AS e ORDER BY e.t, e.key_hi, e.key_lo LIMIT {EVENTS_MOST + 1}"  # noqa: S608 - names of ours
    rows = warehouse.query(plan.statement(ours(text)), plan.params.values, cancel=cancel).to_pylist()
    if len(rows) > EVENTS_MOST:
        raise TooLarge(f"The person has more than {EVENTS_MOST:,} such events.", fix="Ask for a shorter period.")
    return [(row["day"], Happened(int(row["t"]), row["event"], f"{row['key_hi']}:{row['key_lo']}", start=True, back=True)) for row in rows]
