"""Answer a retention analysis: cohorts, their total, cuts by value, and the people behind each cell, from one set of members."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Literal

from sqlglot import exp

from windsock.analyses.model.retention import Retention
from windsock.analyses.retention.members import ALL, HITS, TOLD, Asking, add_members, asking, returned
from windsock.conditions import Frame, Plan, ours, ours_any
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import bucket_start

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

PAGE_MOST = 10_000


@dataclass(frozen=True)
class Cell:
    """One cell: of how many members it is over, how many returned (None: not over for all of them), and the measure."""

    judged: int
    returned: int | None
    measure: Decimal | None = None

    @property
    def rate(self) -> Decimal | None:
        """The share of members who returned, to six digits; None where it is not known."""
        return None if self.returned is None else _share(Decimal(self.returned), self.judged)

    def json(self, *, measured: bool) -> dict[str, Any]:
        """Return it as it travels."""
        told: dict[str, Any] = {"judged": self.judged, "returned": self.returned, "rate": _text(self.rate)}
        per = None if self.measure is None else _share(self.measure, self.judged)
        return told | ({"measure": _text(self.measure), "per_member": _text(per)} if measured else {})


@dataclass(frozen=True)
class Row:
    """A cohort (its first date), the members of a value (or of ``none`` or all ``other`` values), or all of them (``total``)."""

    kind: Literal["cohort", "value", "none", "other", "total"]
    cohort: dt.date | None
    value: str | None
    size: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class RetentionAnswer:
    """A retention's answer and what it was asked with.

    ``people`` are the different people among all members; ``interval_days`` is the interval of trips that was given or is the site's.
    """

    made: Asking
    total: Row
    people: int
    cohorts: tuple[Row, ...]
    breakdown: tuple[Row, ...]
    sql: str

    @property
    def interval_days(self) -> int | None:
        """The interval of trips in days."""
        return self.made.site_days

    @property
    def labels(self) -> tuple[str, ...]:
        """How the cells are called."""
        days = None if self.made.asked.interval == "own" else self.made.site_days
        return tuple(self.made.asked.label(cell, days) for cell in range(self.made.asked.cells))

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels."""
        asked, days = self.made.asked, self.made.days
        measure = None if asked.measure is None else {"what": asked.measure.what, "of": asked.measure.of}
        return {
            "name": asked.name,
            "grain": asked.grain,
            "cohorts_by": asked.cohorts,
            "starts": asked.starts,
            "returns": asked.returns,
            "period": {"from": days.start.isoformat(), "to": days.end.isoformat()},
            "until": iso(self.made.until_ms, self.made.frame.zone),
            **self._interval(),
            "cells": list(self.labels),
            "brackets": list(asked.brackets),
            "measure": measure,
            "people": self.people,
            "total": self._row(self.total),
            "cohorts": [self._row(row) for row in self.cohorts],
            "breakdown": [self._row(row) for row in self.breakdown],
        }

    def _interval(self) -> dict[str, Any]:
        by = self.made.asked.interval
        return {} if by is None else {"interval": by if isinstance(by, str) else "given", "interval_days": self.interval_days}

    def _row(self, row: Row) -> dict[str, Any]:
        named: dict[str, Any] = {"kind": row.kind}
        named |= {"cohort": row.cohort.isoformat()} if row.cohort is not None else {}
        named |= {"value": row.value} if row.kind == "value" else {}
        measured = self.made.asked.measure is not None
        return named | {"size": row.size, "cells": [cell.json(measured=measured) for cell in row.cells]}


def ask_retention(warehouse: Warehouse, asked: Retention, frame: Frame, *, cancel: Cancel | None = None) -> RetentionAnswer:
    """Answer a retention analysis.

    Args:
        warehouse: where to ask.
        asked: read by ``read_retention``.
        frame: the moment of asking, its zone, and what counts.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: the definition can't be asked: says what, where and what to write instead.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    made = asking(warehouse, asked, frame, cancel=cancel)
    plan = Plan(made.frame)
    add_members(plan, made)
    joined = f"{ALL} AS m JOIN {TOLD} AS c ON c.cohort = m.cohort"
    cut = "0 AS part, m.cohort, 0 AS place, CAST(NULL AS TEXT) AS value, COUNT(*) AS size, MIN(c.told) AS told"
    parts = [ours(f"SELECT {cut}, {_figures(asked, 'm.ripe')} FROM {joined} GROUP BY m.cohort")]  # noqa: S608 - names of ours
    if asked.breakdown is not None:
        placed = _placed(plan, asked)
        cut = "1, CAST(NULL AS DATE), m.place, m.value, COUNT(*), 0"
        joined = f"{placed} AS m JOIN {TOLD} AS c ON c.cohort = m.cohort"
        parts.append(ours(f"SELECT {cut}, {_figures(asked, 'c.told')} FROM {joined} GROUP BY m.place, m.value"))  # noqa: S608 - as above
    nothing = ", ".join("0" for _ in range(len(parts[0].expressions) - 6))
    parts.append(ours(f"SELECT 2, CAST(NULL AS DATE), 0, NULL, COUNT(DISTINCT m.person), 0, {nothing} FROM {ALL} AS m"))  # noqa: S608 - as above
    whole: exp.Select | exp.Union = parts[0]
    for part in parts[1:]:
        whole = whole.union(part, distinct=False, copy=False)
    # Not in order: before it sorts, the engine packs sums by what it believes of their size, and refuses those of filtered rows.
    statement = plan.statement(ours("SELECT r.* FROM r"), whole=whole)
    rows = warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist()
    found = {row["cohort"]: _row(asked, row, "cohort") for row in rows if row["part"] == 0}
    cohorts = tuple(found.get(day, _empty(asked, day)) for day in _buckets(made))
    broken = sorted((row for row in rows if row["part"] == 1), key=lambda row: row["place"])
    people = next(int(row["size"]) for row in rows if row["part"] == 2)
    return RetentionAnswer(
        made, _total(asked, cohorts), people, cohorts,
        tuple(_row(asked, row, _kind(asked, row)) for row in broken), statement.sql(dialect="duckdb", pretty=True),
    )  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Whom a list is to show.

    Attributes:
        cohort: members of this cohort (any of its days), or of all cohorts.
        cell: of those, the ones who returned in this cell; None: all.
        lost: of those whose cell is told, the ones who did not return in it.
        row: of those, the ones of a row of the breakdown (value or none); None: all.
    """

    cohort: dt.date | None = None
    cell: int | None = None
    lost: bool = False
    row: Row | None = None


@dataclass(frozen=True)
class Members:
    """Members behind a cell: rows of person, cohort, started (ms), value, returned (first in the cell, ms); their number; the next page."""

    total: int
    rows: list[dict[str, Any]]
    next_cursor: int | None


def members_behind(
    warehouse: Warehouse, asked: Retention, frame: Frame, wanted: Wanted, *, page: tuple[int, int] = (0, 100), cancel: Cancel | None = None
) -> Members:
    """Return the members that a cell stands for, by person and cohort.

    Args:
        warehouse: where to ask.
        asked: the very definition that was answered.
        frame: the very moment and circumstances of the answer, so that the number is the same.
        wanted: which cell.
        page: how many to pass over, and how many to return.
        cancel: a switch that stops the queries.

    Raises:
        InvalidInput: a page too large, no such cell, a cell that is not told yet, or the row is "other", which is no list of its own.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    skip, want = page
    if skip < 0 or not 0 < want <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} rows.", where="limit")
    if wanted.cell is not None and not 0 <= wanted.cell < asked.cells:
        raise InvalidInput(f"There is no cell {wanted.cell}.", where="cell", fix=f"Cells: 0 to {asked.cells - 1}.")
    if wanted.lost and wanted.cell is None:
        raise InvalidInput("Who did not return is asked of a cell.", where="cell", fix="Name a cell.")
    made = asking(warehouse, asked, frame, cancel=cancel)
    plan = Plan(made.frame)
    add_members(plan, made)
    cohort = None if wanted.cohort is None else bucket_start(wanted.cohort, asked.cohorts, frame.week_start)
    _add_listed(plan, asked, wanted, cohort)
    first = exp.Null() if cohort is None else plan.params.bind(cohort)
    told = ours(f"SELECT MIN(c.told) AS told FROM {TOLD} AS c").where(ours_any("c.cohort").eq(first))  # noqa: S608 - a name of ours
    plan.add("asked", told.select(exp.alias_(ours_any("(SELECT COUNT(*) FROM listed)"), "total")))
    shown = f"SELECT l.* FROM listed AS l ORDER BY l.person, l.cohort LIMIT {want} OFFSET {skip}"  # noqa: S608 - names and numbers of ours
    statement = plan.statement(ours(f"SELECT t.total, t.told, p.* FROM asked AS t LEFT JOIN ({shown}) AS p ON TRUE"))  # noqa: S608 - as above
    rows = warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist()
    if wanted.cell is not None and rows[0]["told"] is not None and rows[0]["told"] <= wanted.cell:
        raise InvalidInput(f"Cell {wanted.cell} of {cohort} is not over for all of its members.", where="cell", fix="Name an earlier cell or cohort.")
    total = int(rows[0]["total"])
    listed = [
        {"person": int(row["person"]), "cohort": row["cohort"], "started": int(row["t0"]), "value": row["v"], "returned": row["back"],
         "interval_days": row["days"]}
        for row in sorted(rows, key=lambda row: (row["person"] or 0, row["cohort"] or dt.date.min)) if row["person"] is not None
    ]  # fmt: skip
    return Members(total, listed, skip + want if skip + want < total else None)


def _add_listed(plan: Plan, asked: Retention, wanted: Wanted, cohort: dt.date | None) -> None:
    back, join = "CAST(NULL AS BIGINT)", ""
    if wanted.cell is not None and not wanted.lost:
        test = "=" if asked.returns == "on" else ">="
        first = f"SELECT x.person, x.cohort, MIN(x.t) AS t FROM {HITS} AS x WHERE x.n {test} {wanted.cell} GROUP BY x.person, x.cohort"  # noqa: S608 - names and numbers of ours
        plan.add("backs", ours(first))
        back, join = "b.t", " LEFT JOIN backs AS b ON b.person = m.person AND b.cohort = m.cohort"
    select = ours(f"SELECT m.*, {back} AS back FROM {ALL} AS m JOIN {TOLD} AS c ON c.cohort = m.cohort{join}")  # noqa: S608 - as above
    if cohort is not None:
        select = select.where(ours_any("m.cohort").eq(plan.params.bind(cohort)))
    if wanted.cell is not None:
        inside = returned(wanted.cell)
        select = select.where(ours_any(f"c.told > {wanted.cell}"), inside.not_() if wanted.lost else inside)
    if wanted.row is not None:
        if wanted.row.kind == "other":
            raise InvalidInput("All other values have no list of their own.", where="value", fix="Ask for a larger top.")
        if wanted.row.kind in ("value", "none"):
            value = wanted.row.value
            select = select.where(ours_any("m.v IS NULL") if value is None else ours_any("m.v").eq(plan.params.bind(value)))
    plan.add("listed", select)


def _placed(plan: Plan, asked: Retention) -> str:
    """Add the members with the place of their value: the largest have one each, all others share one, those without a value have the last."""
    assert asked.breakdown is not None  # noqa: S101 - the caller looked
    top = asked.breakdown.top
    ranked = f"SELECT m.v, ROW_NUMBER() OVER (ORDER BY COUNT(*) DESC, m.v) AS place FROM {ALL} AS m WHERE NOT m.v IS NULL GROUP BY m.v"  # noqa: S608 - names of ours
    plan.add("ranks", ours(ranked))
    place = f"CASE WHEN m.v IS NULL THEN {top} + 2 ELSE LEAST(k.place, {top} + 1) END"
    value = f"CASE WHEN k.place <= {top} THEN m.v END"
    return plan.add("placed", ours(f"SELECT m.*, {place} AS place, {value} AS value FROM {ALL} AS m LEFT JOIN ranks AS k ON k.v = m.v"))  # noqa: S608 - as above


def _figures(asked: Retention, over: str) -> str:
    """Return the aggregates of members ``m``: for each cell of how many it is over, how many of those returned, and their measure."""
    columns: list[str] = []
    for cell in range(asked.cells):
        columns.append(f"COUNT(*) FILTER (WHERE {over} > {cell}) AS j{cell}")
        columns.append(f"COUNT(*) FILTER (WHERE {over} > {cell} AND (m.mask >> {cell}) & 1 = 1) AS n{cell}")
        if asked.measure is not None:
            columns.append(f"SUM(m.f{cell}) FILTER (WHERE {over} > {cell}) AS f{cell}")
    return ", ".join(columns)


def _kind(asked: Retention, row: dict[str, Any]) -> Literal["value", "none", "other"]:
    assert asked.breakdown is not None  # noqa: S101 - there is a row of it
    return "value" if row["value"] is not None else "other" if row["place"] == asked.breakdown.top + 1 else "none"


def _row(asked: Retention, row: dict[str, Any], kind: Literal["cohort", "value", "none", "other"]) -> Row:
    told = int(row["told"])
    cells = tuple(
        Cell(
            int(row[f"j{cell}"]),
            int(row[f"n{cell}"]) if (cell < told if kind == "cohort" else row[f"j{cell}"]) else None,
            _measured(row, cell) if asked.measure is not None and (cell < told if kind == "cohort" else row[f"j{cell}"]) else None,
        )
        for cell in range(asked.cells)
    )
    return Row(kind, row["cohort"], row["value"], int(row["size"]), cells)


def _measured(row: dict[str, Any], cell: int) -> Decimal:
    return _plain(Decimal(row[f"f{cell}"] or 0))


def _plain(figure: Decimal) -> Decimal:
    """Return a decimal without the zeros behind it."""
    return figure.quantize(Decimal(1)) if figure == figure.to_integral_value() else figure.normalize()


def _empty(asked: Retention, day: dt.date) -> Row:
    return Row("cohort", day, None, 0, tuple(Cell(0, None) for _ in range(asked.cells)))


def _buckets(made: Asking) -> Sequence[dt.date]:
    """Return the first dates of all cohorts of the period that have begun."""
    days = (made.days.start + dt.timedelta(days=number) for number in range(made.days.days))
    return list(dict.fromkeys(bucket_start(day, made.asked.cohorts, made.frame.week_start) for day in days if day <= made.today))


def _total(asked: Retention, cohorts: Sequence[Row]) -> Row:
    """Return the sum of the cohorts of which a cell is told: each member weighs the same."""
    cells: list[Cell] = []
    for cell in range(asked.cells):
        told = [row.cells[cell] for row in cohorts if row.cells[cell].returned is not None]
        measure = _plain(_sum(one.measure for one in told)) if told and asked.measure is not None else None
        cells.append(Cell(sum(one.judged for one in told), sum(one.returned or 0 for one in told) if told else None, measure))
    return Row("total", None, None, sum(row.size for row in cohorts), tuple(cells))


def _sum(figures: Iterable[Decimal | None]) -> Decimal:
    return sum((figure for figure in figures if figure is not None), Decimal(0))


def _share(figure: Decimal, whole: int) -> Decimal | None:
    return None if whole == 0 else (figure / whole).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else f"{figure:f}"
