"""Answer a lifetime value: cohorts, their cumulative money by age, the curve over all of them, and the members behind each cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from windsock.analyses.model.asked import days_of
from windsock.analyses.money import SUMMED, MoneyFrame, add_money, asked_money, check_lost
from windsock.analyses.revenue.model import Revenue, cell_at
from windsock.conditions import Plan, Reach, add_condition, events, is_among, ours, ours_any
from windsock.kernel.clock import local_date
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period, bucket_start
from windsock.metrics import ClockColumn, bucket_sql, local_day_sql

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

PAGE_MOST = 10_000
_CENT, _SIX = Decimal("0.0001"), Decimal("0.000001")


@dataclass(frozen=True)
class Cell:
    """The money of a cohort until an age: of how many members it is over, how much, and by how many of them; None where it is not over for all."""

    judged: int
    value: Decimal | None
    buyers: int | None = None

    @property
    def per_member(self) -> Decimal | None:
        """The money for each member, to six digits."""
        if self.value is None or self.judged == 0:
            return None
        with localcontext() as context:
            context.prec = 60
            return (self.value / self.judged).quantize(_SIX, ROUND_HALF_UP)

    def json(self) -> dict[str, Any]:
        """Return it as it travels."""
        return {"judged": self.judged, "value": amount(self.value), "per_member": amount(self.per_member), "buyers": self.buyers}


def amount(value: Decimal | None) -> str | None:
    """Return an amount as people write it, without zeros behind it.

    >>> amount(Decimal("1200.500000")), amount(Decimal("-0.00"))
    ('1200.5', '0')
    """
    if value is None:
        return None
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


@dataclass(frozen=True)
class Row:
    """A cohort (None: all of them): its members, those of them with a purchase since, and its cells."""

    cohort: dt.date | None
    size: int
    buyers: int
    cells: tuple[Cell, ...]

    def json(self, cohort: dt.date | None) -> dict[str, Any]:
        """Return it as it travels."""
        named = {"cohort": None if cohort is None else cohort.isoformat()}
        return named | {"size": self.size, "buyers": self.buyers, "cells": [cell.json() for cell in self.cells]}


@dataclass(frozen=True)
class RevenueAnswer:
    """The answer and what it was asked with; ``nobody`` is the money of orders whose booker is not known, on days of the period."""

    asked: Revenue
    days: Period
    today: dt.date
    currency: str
    total: Row
    cohorts: tuple[Row, ...]
    nobody: Decimal
    sql: str

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels."""
        return {
            "name": self.asked.asked.name,
            "money": self.asked.money.kind,
            "currency": self.currency,
            "start": "order" if self.asked.start is None else "event",
            "starts": self.asked.starts,
            "cohorts_by": self.asked.cohorts,
            "grain": "ages" if self.asked.ages else self.asked.grain,
            "period": {"from": self.days.start.isoformat(), "to": self.days.end.isoformat()},
            "cells": [self.asked.label(cell) for cell in range(self.asked.cells)],
            "total": self.total.json(None),
            "cohorts": [row.json(row.cohort) for row in self.cohorts],
            "without_person": amount(self.nobody),
            "observed": True,
        }


def ask_revenue(warehouse: Warehouse, asked: Revenue, around: MoneyFrame, *, cancel: Cancel | None = None) -> RevenueAnswer:
    """Answer a lifetime value.

    Args:
        warehouse: where to ask.
        asked: read by ``read_revenue``.
        around: the moment of asking, its zone, what counts, and the workspace's currency.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: the definition can't be asked, or money has no rate: says what, where and what to write instead.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    frame, home = around.frame, around.home
    plan, days = planned(asked, around)
    bounds = [plan.params.bind(days.start), plan.params.bind(days.end)]
    nobody = ours("SELECT 2 AS part, CAST(NULL AS DATE) AS cohort, CAST(NULL AS DATE) AS young, 0 AS cell, 0 AS size FROM money AS m")
    nobody = nobody.select(ours_any(f"SUM(CAST(m.amount AS {SUMMED})) FILTER (WHERE m.person IS NULL AND NOT m.lost) AS value"), copy=False)
    nobody = nobody.select(ours_any("COUNT(*) FILTER (WHERE m.lost AND m.person IS NULL) AS lost"), copy=False).where(
        _between("m.day", bounds), copy=False
    )
    whole = ours(
        "SELECT 0 AS part, s.cohort, MAX(s.day) AS young, 0 AS cell, COUNT(*) AS size, 0 AS value, 0 AS lost FROM members AS s GROUP BY s.cohort"
    )
    brought = f"SUM(CAST(b.amount AS {SUMMED}))"
    cells = f"SELECT 1, b.cohort, NULL, b.cell, 0, {brought}, COUNT(*) FILTER (WHERE b.lost) FROM brought AS b GROUP BY b.cohort, b.cell"  # noqa: S608 - a constant of ours
    # Who bought, at the age of their first purchase since the start: each person once.
    plan.add("bought", ours("SELECT b.cohort, b.person, MIN(b.cell) AS cell FROM brought AS b WHERE b.buys GROUP BY b.cohort, b.person"))
    buyers = "SELECT 3, f.cohort, NULL, f.cell, COUNT(*), 0, 0 FROM bought AS f GROUP BY f.cohort, f.cell"
    union = (
        whole.union(ours(cells), distinct=False, copy=False).union(nobody, distinct=False, copy=False).union(ours(buyers), distinct=False, copy=False)
    )
    statement = plan.statement(ours("SELECT r.* FROM r"))
    statement.args["from_"].set("this", union.subquery("r", copy=False))
    rows = warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist()
    currency = asked.money.currency or home
    check_lost(sum(int(row["lost"]) for row in rows), currency)
    today = local_date(frame.now_ms, frame.zone)
    cohorts = tuple(_row(asked, cohort, rows, (today, frame.week_start)) for cohort in _cohorts(asked, days, today, frame.week_start))
    unknown = next((Decimal(row["value"] or 0) for row in rows if row["part"] == 2), Decimal(0))
    return RevenueAnswer(
        asked, days, today, currency, _total(asked, cohorts), cohorts, unknown, statement.sql(dialect="duckdb", pretty=True, copy=False)
    )


def _between(column: str, bounds: Sequence[exp.Expr]) -> exp.Expr:
    low, high = (ours_any(f"{column} {sign} 0") for sign in (">=", "<="))
    low.set("expression", bounds[0])
    high.set("expression", bounds[1])
    return exp.and_(low, high)


def planned(asked: Revenue, around: MoneyFrame) -> tuple[Plan, Period]:
    """Return the plan with the parts ``members`` (person, day, cohort), ``money`` and ``brought`` (their money with its cell), and the civil days.

    Raises:
        InvalidInput: as ``ask_revenue``.
    """
    frame = replace(around.frame, internal=asked.asked.internal or around.frame.internal)
    plan = Plan(frame)
    low, high, days = days_of(asked.asked.span, (frame.now_ms, frame.zone, frame.week_start), "revenue.period")
    add_money(plan, asked_money(plan, asked.money, around.home), "revenue.money")
    bounds = [plan.params.bind(days.start), plan.params.bind(days.end)]
    if asked.start is None:
        starts = ours("SELECT m.person, MIN(m.day) AS day FROM money AS m WHERE m.buys AND NOT m.person IS NULL GROUP BY m.person")
        if asked.starts == "period":
            starts = starts.where(_between("m.day", bounds), copy=False)
    else:
        reach = Reach(low if asked.starts == "period" else None, min(high, frame.now_ms + 1), asked.asked.where, (asked.start,), "revenue.where")
        day = local_day_sql(exp.column("ts_ms", "e"), frame.days(reach.low_ms, reach.high_ms), frame.zone)
        found = events(plan, [exp.alias_(day, "day")], reach).where(is_among(asked.start, "revenue.start", plan.params), copy=False)
        plan.add("started", found)
        starts = ours("SELECT e.person, MIN(e.day) AS day FROM started AS e GROUP BY e.person")
    plan.add("starts", starts)
    bucket = bucket_sql(ClockColumn("s.day"), asked.cohorts, days, frame.zone, frame.week_start)
    members = ours("SELECT s.person, s.day FROM starts AS s").select(exp.alias_(bucket, "cohort"), copy=False)
    members = members.where(_between("s.day", bounds), copy=False)
    if asked.asked.who is not None:
        who = add_condition(plan, asked.asked.who, "revenue.who")
        members = members.where(ours_any(f"s.person IN (SELECT w.person FROM {who} AS w)"), copy=False)  # noqa: S608 - a name of ours
    plan.add("members", members)
    since = ours("SELECT s.person, s.cohort, m.day, m.amount, m.ref, m.buys, m.lost FROM members AS s JOIN money AS m ON m.person = s.person")
    since = since.where(ours_any("m.day >= s.day"), copy=False)
    plan.add("brought", since.select(exp.alias_(_cell_sql(asked, frame.week_start), "cell"), copy=False))
    return plan, days


def _cell_sql(asked: Revenue, week_start: int) -> exp.Expr:
    """Return the cell of an amount: what ``cell_at`` says, tested against it."""
    gone = "(m.day - s.day)"
    if asked.ages:
        case = exp.Case()
        for cell, age in enumerate(asked.ages):
            case = case.when(ours_any(f"{gone} <= {age}"), exp.convert(cell))
        return case.else_(exp.convert(len(asked.ages)))
    if asked.grain == "month":
        return ours_any("(EXTRACT(YEAR FROM m.day) - EXTRACT(YEAR FROM s.day)) * 12 + EXTRACT(MONTH FROM m.day) - EXTRACT(MONTH FROM s.day)")
    if asked.grain == "week" and asked.cohorts == "week":
        first, last = (bucket_sql(ClockColumn(column), "week", Period(dt.date.min, dt.date.min), "UTC", week_start) for column in ("s.day", "m.day"))
        return exp.IntDiv(this=exp.paren(exp.Sub(this=exp.paren(last), expression=exp.paren(first))), expression=exp.convert(7))
    return ours_any(f"{gone} // 7" if asked.grain == "week" else gone)


def _cohorts(asked: Revenue, days: Period, today: dt.date, week_start: int) -> list[dt.date]:
    """Return the first dates of all cohorts of the period that have begun."""
    each = (days.start + dt.timedelta(days=number) for number in range(days.days))
    return list(dict.fromkeys(bucket_start(day, asked.cohorts, week_start) for day in each if day <= today))


def _row(asked: Revenue, cohort: dt.date, rows: Sequence[dict[str, Any]], moment: tuple[dt.date, int]) -> Row:
    mine = [row for row in rows if row["cohort"] == cohort]
    size = next((int(row["size"]) for row in mine if row["part"] == 0), 0)
    first = {int(row["cell"]): int(row["size"]) for row in mine if row["part"] == 3}
    young = next((row["young"] for row in mine if row["part"] == 0), None)
    told = 0 if young is None else cell_at(asked, young, *moment)
    by_cell = {int(row["cell"]): Decimal(row["value"] or 0) for row in mine if row["part"] == 1}
    cells: list[Cell] = []
    so_far, bought = Decimal(0), 0
    for cell in range(asked.cells):
        so_far += by_cell.get(cell, Decimal(0))
        bought += first.get(cell, 0)
        cells.append(Cell(size, so_far, bought) if cell < told else Cell(0, None))
    return Row(cohort, size, sum(first.values()), tuple(cells))


def _total(asked: Revenue, cohorts: Sequence[Row]) -> Row:
    """Return the sum of the cohorts of which a cell is told: each member weighs the same, as in retention."""
    cells: list[Cell] = []
    for cell in range(asked.cells):
        told = [row.cells[cell] for row in cohorts if row.cells[cell].value is not None]
        value = sum((one.value for one in told if one.value is not None), Decimal(0))
        bought = sum(one.buyers or 0 for one in told)
        cells.append(Cell(sum(one.judged for one in told), value, bought) if told else Cell(0, None))
    return Row(None, sum(row.size for row in cohorts), sum(row.buyers for row in cohorts), tuple(cells))


@dataclass(frozen=True)
class MembersBehind:
    """Members behind a cell: rows of ``person``, ``cohort``, ``start`` (dates), ``value``, ``purchases``; their number and money; the next page."""

    total: int
    value: Decimal
    rows: list[dict[str, Any]]
    next_cursor: int | None


def revenue_behind(
    warehouse: Warehouse,
    asked: Revenue,
    around: MoneyFrame,
    wanted: tuple[dt.date | None, int | None] = (None, None),
    *,
    page: tuple[int, int] = (0, 100),
    cancel: Cancel | None = None,
) -> MembersBehind:
    """Return the members of a cell with what each brought until its age, the most first.

    Args:
        warehouse: where to ask.
        asked: the very definition that was answered.
        around: the very circumstances of the answer, so that the numbers are the same.
        wanted: a cohort (any of its days) or None for all; and a cell, or None for all money until today.
        page: how many to pass over, and how many to return.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: a page too large, no such cell, or one that is not told yet.
    """
    cohort, cell = wanted
    if page[0] < 0 or not 0 < page[1] <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} rows.", where="limit")
    if cell is not None and not 0 <= cell < asked.cells:
        raise InvalidInput(f"There is no cell {cell}.", where="cell", fix=f"Cells: 0 to {asked.cells - 1}.")
    first = None if cohort is None else bucket_start(cohort, asked.cohorts, around.frame.week_start)
    able = _told(warehouse, asked, around, cell) if cell is not None else None
    if able is not None and first is not None and first not in able:
        raise InvalidInput(f"Cell {cell} of {first} is not over for all of its members.", where="cell", fix="Name an earlier cell or cohort.")
    plan, _days = planned(asked, around)
    until = "TRUE" if cell is None else f"b.cell <= {cell}"
    figures = f"SUM(CAST(b.amount AS {SUMMED})) AS value, COUNT(DISTINCT b.ref) FILTER (WHERE b.buys) AS n"
    sums = f"SELECT b.person, {figures} FROM brought AS b WHERE {until} GROUP BY b.person"  # noqa: S608 - numbers of ours
    plan.add("sums", ours(sums))
    listed = ours("SELECT s.*, COALESCE(v.value, 0) AS value, COALESCE(v.n, 0) AS n FROM members AS s LEFT JOIN sums AS v ON v.person = s.person")
    keep = [first] if first is not None else able
    if keep is not None:
        listed = listed.where(exp.In(this=exp.column("cohort", "s"), expressions=[plan.params.bind(day) for day in keep] or [exp.null()]), copy=False)
    plan.add("listed", listed)
    counted = "(SELECT COUNT(*) FROM listed) AS total, (SELECT SUM(l.value) FROM listed AS l) AS whole"
    told = f"SELECT a.*, {counted} FROM listed AS a ORDER BY a.value DESC, a.person LIMIT {int(page[1])} OFFSET {int(page[0])}"  # noqa: S608 - as above
    rows = warehouse.query(plan.statement(ours(told)), plan.params.values, cancel=cancel).to_pylist()
    total = int(rows[0]["total"]) if rows else 0
    found = [
        {"person": int(row["person"]), "cohort": row["cohort"], "start": row["day"], "value": Decimal(row["value"]), "purchases": int(row["n"])}
        for row in rows
    ]
    return MembersBehind(total, Decimal(rows[0]["whole"]) if rows else Decimal(0), found, sum(page) if sum(page) < total else None)


def _told(warehouse: Warehouse, asked: Revenue, around: MoneyFrame, cell: int) -> list[dt.date]:
    """Return the cohorts of which a cell is told."""
    answer = ask_revenue(warehouse, asked, replace(around, frame=replace(around.frame, person=None)))
    return [row.cohort for row in answer.cohorts if row.cohort is not None and row.cells[cell].value is not None]
