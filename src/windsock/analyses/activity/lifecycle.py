"""The life cycle: of the people of each bucket who is new, returning or resurrected, and who of the bucket before is dormant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from windsock.analyses.activity.days import Asking, Behind, add_days, asking, listed
from windsock.analyses.model.activity import STATES, Activity, State
from windsock.conditions import Frame, Plan, ours, ours_any
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse


@dataclass(frozen=True)
class Stage:
    """A bucket: its people by state; ``dormant`` is None while the bucket is not over, as they can still come."""

    bucket: dt.date
    over: bool
    new: int
    returning: int
    resurrected: int
    dormant: int | None

    @property
    def active(self) -> int:
        """All who were active."""
        return self.new + self.returning + self.resurrected

    def json(self) -> dict[str, Any]:
        """Return it as it travels."""
        figures = {"active": self.active, **{state: getattr(self, state) for state in STATES}}
        return {"bucket": self.bucket.isoformat(), "over": self.over, **figures}


@dataclass(frozen=True)
class LifecycleAnswer:
    """The life cycle by bucket, and what it was asked with."""

    made: Asking
    buckets: tuple[Stage, ...]
    sql: str

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels."""
        calendar = self.made.calendar
        return {
            "name": self.made.activity.asked.name,
            "by": calendar.by,
            "period": {"from": calendar.days.start.isoformat(), "to": calendar.days.end.isoformat()},
            "until": iso(calendar.until_ms, calendar.zone),
            "buckets": [bucket.json() for bucket in self.buckets],
        }


def ask_lifecycle(warehouse: Warehouse, activity: Activity, frame: Frame, *, cancel: Cancel | None = None) -> LifecycleAnswer:
    """Answer the life cycle.

    Args:
        warehouse: where to ask.
        activity: read by ``read_activity``.
        frame: the moment of asking, its zone, and what counts.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: the definition can't be asked: says what, where and what to write instead.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    made = asking(activity, frame, before_days=None)
    plan = Plan(made.frame)
    add_states(plan, made)
    statement = plan.statement(ours("SELECT s.bucket, s.state, COUNT(*) AS people FROM states AS s GROUP BY s.bucket, s.state"))
    rows = warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist()
    return LifecycleAnswer(made, tuple(_stages(made, rows)), statement.sql(dialect="duckdb", pretty=True))


def _stages(made: Asking, rows: Sequence[dict[str, Any]]) -> list[Stage]:
    found = {(row["bucket"], row["state"]): int(row["people"]) for row in rows}
    stages: list[Stage] = []
    for bucket in made.calendar.buckets:
        over = made.calendar.over(bucket)
        new, returning, resurrected, dormant = (found.get((bucket, state), 0) for state in STATES)
        stages.append(Stage(bucket, over, new, returning, resurrected, dormant if over else None))
    return stages


def add_states(plan: Plan, made: Asking) -> None:
    """Add the part ``states``: ``person``, ``bucket``, ``state``, ``t`` (the first event in it) and ``before`` (the last event before), or NULL.

    Raises:
        InvalidInput: an unknown field, or a value that is not of its kind.
    """
    active, by = add_days(plan, made), made.activity.by
    unit, step = ("month", 1) if by == "month" else ("day", 7 if by == "week" else 1)
    plan.add("each", ours(f"SELECT e.person, e.bucket, MIN(e.t) AS t, MAX(e.t) AS last FROM {active} AS e GROUP BY e.person, e.bucket"))  # noqa: S608 - a name of ours
    over = "OVER (PARTITION BY b.person ORDER BY b.bucket)"
    linked = f"SELECT b.*, LAG(b.bucket) {over} AS prior, LEAD(b.bucket) {over} AS later, LAG(b.last) {over} AS before FROM each AS b"  # noqa: S608 - words of ours
    plan.add("linked", ours(linked))
    came = f"CASE WHEN l.prior IS NULL THEN 'new' WHEN DATE_DIFF('{unit}', l.prior, l.bucket) = {step} THEN 'returning' ELSE 'resurrected' END"
    after = f"CAST(l.bucket + INTERVAL '{step}' {unit} AS DATE)"
    gone = f"l.later IS NULL OR DATE_DIFF('{unit}', l.bucket, l.later) > {step}"
    low, high = made.calendar.days.start.isoformat(), made.calendar.days.end.isoformat()
    whole = f"""SELECT l.person, l.bucket, {came} AS state, l.t, l.before FROM linked AS l UNION ALL
        SELECT l.person, {after}, 'dormant', CAST(NULL AS BIGINT), l.last FROM linked AS l WHERE {gone}"""  # noqa: S608 - words and numbers of ours
    plan.add("states", ours(f"SELECT s.* FROM ({whole}) AS s WHERE s.bucket BETWEEN CAST('{low}' AS DATE) AND CAST('{high}' AS DATE)"))  # noqa: S608 - dates of ours


def people_in(
    warehouse: Warehouse,
    activity: Activity,
    frame: Frame,
    wanted: tuple[dt.date, State | Literal["active"]],
    *,
    page: tuple[int, int] = (0, 100),
    cancel: Cancel | None = None,
) -> Behind:
    """Return the people of a state in a bucket: rows of person, state, first (ms, NULL for dormant), before (the last event before, ms).

    Args:
        warehouse: where to ask.
        activity: the very definition that was answered.
        frame: the very moment and circumstances of the answer, so that the number is the same.
        wanted: a day of the bucket, and the state; ``active``: all three of those who were.
        page: how many to pass over, and how many to return.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: a page too large, a bucket out of the period, or dormant people of one that is not over.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    made = asking(activity, frame, before_days=None)
    bucket, state = made.calendar.bucket(wanted[0]), wanted[1]
    if bucket not in made.calendar.buckets:
        raise InvalidInput(f"{bucket} is not in the period, or has not begun.", where="bucket", fix=f"Write a day of {made.calendar.days}.")
    if state == "dormant" and not made.calendar.over(bucket):
        raise InvalidInput(f"{bucket} is not over: who was not active yet can still come.", where="bucket", fix="Name an earlier one.")
    plan = Plan(made.frame)
    add_states(plan, made)
    select = ours("SELECT s.person, s.state, s.t AS first, s.before FROM states AS s")
    select = select.where(ours_any("s.bucket").eq(plan.params.bind(bucket)))
    test = "NOT s.t IS NULL" if state == "active" else f"s.state = '{STATES[STATES.index(state)]}'"
    return listed(warehouse, plan, select.where(ours_any(test)), page, cancel=cancel)
