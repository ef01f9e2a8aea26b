"""The people and the events behind a point of a trend, from the very events that were counted."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from windsock.analyses.trend.measure import Asking, Key, asking, planned
from windsock.analyses.trend.model import Trend
from windsock.conditions import Frame, Plan, ours, ours_any
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

PAGE_MOST = 10_000


@dataclass(frozen=True)
class Wanted:
    """Which point a list is to show.

    Attributes:
        series: the number of the series, from 0.
        bucket: its bucket, or None for the whole period.
        kind: total, value or none: the line.
        value: of a line of a value, as the answer has it.
        before: whether the point is one of the earlier period.
    """

    series: int = 0
    bucket: Key | None = None
    kind: Literal["total", "value", "none", "other"] = "total"
    value: str | None = None
    before: bool = False


@dataclass(frozen=True)
class PointBehind:
    """People or events behind a point: their number, rows, and where the next page begins.

    Rows of people: ``person``, ``events``, ``first`` and ``last`` (ms). Rows of events: ``t`` (ms), ``event``, ``person``, ``key``, ``number``
    (of the field that is measured), ``value`` (of the breakdown).
    """

    total: int
    rows: list[dict[str, Any]]
    next_cursor: int | None


def people_behind_point(
    warehouse: Warehouse, trend: Trend, frame: Frame, wanted: Wanted, *, page: tuple[int, int] = (0, 100), cancel: Cancel | None = None
) -> PointBehind:
    """Return the people of a point, those with the most events first.

    Args:
        warehouse: where to ask.
        trend: the very definition that was answered.
        frame: the very moment and circumstances of the answer, so that the number is the same.
        wanted: which point.
        page: how many to pass over, and how many to return.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: a page too large, no such series or line, or the line is "other", which is no list of its own.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    plan, _ = _listed(trend, frame, wanted, page)
    people = 'SELECT l.person, COUNT(*) AS events, MIN(l.t) AS "first", MAX(l.t) AS "last" FROM listed AS l GROUP BY l.person'
    plan.add("people_of", ours(people))
    order = "a.events DESC, a.person"
    rows, total = _page(warehouse, plan, "people_of", order, page, cancel)
    found = [{name: int(row[name]) for name in ("person", "events", "first", "last")} for row in rows]
    return PointBehind(total, found, sum(page) if sum(page) < total else None)


def events_behind_point(
    warehouse: Warehouse, trend: Trend, frame: Frame, wanted: Wanted, *, page: tuple[int, int] = (0, 100), cancel: Cancel | None = None
) -> PointBehind:
    """Return the events of a point in the order of time; arguments and errors as ``people_behind_point``."""
    plan, made = _listed(trend, frame, wanted, page)
    rows, total = _page(warehouse, plan, "listed", "a.t, a.key_hi, a.key_lo", page, cancel)
    numbered = made.trend.series[wanted.series].of is not None
    found = [
        {
            "t": int(row["t"]),
            "event": row["event"],
            "person": int(row["person"]),
            "key": f"{row['key_hi']}:{row['key_lo']}",
            "number": Decimal(row[f"x{wanted.series}"]) if numbered and row[f"x{wanted.series}"] is not None else None,
            "value": row["v"],
        }
        for row in rows
    ]
    return PointBehind(total, found, sum(page) if sum(page) < total else None)


def _listed(trend: Trend, frame: Frame, wanted: Wanted, page: tuple[int, int]) -> tuple[Plan, Asking]:
    """Return the plan with the part ``listed``: the events of a point."""
    if page[0] < 0 or not 0 < page[1] <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} rows.", where="limit")
    if not 0 <= wanted.series < len(trend.series):
        raise InvalidInput(f"There is no series {wanted.series + 1}.", where="series", fix=f"Series are 1 to {len(trend.series)}.")
    if wanted.kind == "other":
        raise InvalidInput("All other values have no list of their own.", where="value", fix="Ask for a larger top.")
    if wanted.kind != "total" and trend.breakdown is None:
        raise InvalidInput("There are no values.", where="value", fix="Write a breakdown in the definition.")
    made = asking(trend, frame, before=wanted.before)
    plan, source = planned(made)
    select = ours(f"SELECT e.* FROM {source} AS e WHERE e.s{wanted.series}")  # noqa: S608 - a name and a number of ours
    if wanted.kind == "none":
        select = select.where(ours_any("e.v IS NULL"), copy=False)
    elif wanted.kind == "value":
        if wanted.value is None:
            raise InvalidInput("Which value is missing.", where="value", fix="Give a value of the breakdown, as the answer has it.")
        select = select.where(ours_any("e.v").eq(plan.params.bind(wanted.value)), copy=False)
    if wanted.bucket is not None:
        keys = {bucket.key for bucket in made.buckets}
        if wanted.bucket not in keys:
            raise InvalidInput("There is no such bucket.", where="bucket", fix="Take one of the answer's.")
        test = ours_any("e.bucket <= 0") if trend.cumulative else ours_any("e.bucket = 0")
        test.set("expression", plan.params.bind(wanted.bucket))
        select = select.where(test, copy=False)
    plan.add("listed", select)
    return plan, made


def _page(warehouse: Warehouse, plan: Plan, part: str, order: str, page: tuple[int, int], cancel: Cancel | None) -> tuple[list[dict[str, Any]], int]:
    skip, want = page
    counted = f"(SELECT COUNT(*) FROM {part}) AS total"  # noqa: S608 - a name of ours
    told = ours(f"SELECT a.*, {counted} FROM {part} AS a ORDER BY {order} LIMIT {int(want)} OFFSET {int(skip)}")  # noqa: S608 - names and numbers of ours
    rows = warehouse.query(plan.statement(told), plan.params.values, cancel=cancel).to_pylist()
    return rows, int(rows[0]["total"]) if rows else 0
