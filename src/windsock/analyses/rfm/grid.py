"""Answer an RFM grid: buyers by their scores, the eight groups, and the people behind each, from one set of buyers.

By quantile a score is 1 + the whole part of 5 times the share of buyers who are strictly worse, so that ties stand together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from windsock.analyses.model.asked import days_of
from windsock.analyses.money import SUMMED, MoneyFrame, add_money, asked_money, check_lost
from windsock.analyses.rfm.model import AXES, GROUPS, SCORES, Group, Rfm
from windsock.conditions import Plan, add_condition, ours, ours_any
from windsock.kernel.clock import local_date
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

PAGE_MOST = 10_000
_SCALE = 10_000
_SIX = Decimal("0.000001")


@dataclass(frozen=True)
class Heap:
    """Some buyers: how many, their orders, their money, and the days since their last purchases together."""

    people: int = 0
    orders: int = 0
    money: Decimal = Decimal(0)
    days: int = 0

    def mean(self, what: Decimal | int) -> Decimal | None:
        """Return a figure for each of them, to six digits."""
        with localcontext() as context:
            context.prec = 60
            return None if self.people == 0 else (Decimal(what) / self.people).quantize(_SIX, ROUND_HALF_UP)

    def json(self, whole: Heap) -> dict[str, Any]:
        """Return it as it travels, with its share of all buyers."""
        with localcontext() as context:
            context.prec = 60
            share = None if whole.people == 0 else (Decimal(self.people) / whole.people).quantize(_SIX, ROUND_HALF_UP)
        return {
            "people": self.people,
            "share": text(share),
            "orders": self.orders,
            "money": text(self.money),
            "money_each": text(self.mean(self.money)),
            "orders_each": text(self.mean(self.orders)),
            "days_each": text(self.mean(self.days)),
        }


def text(figure: Decimal | None) -> str | None:
    """Return a figure as people write it, without zeros behind it."""
    if figure is None:
        return None
    found = f"{figure:f}"
    found = found.rstrip("0").rstrip(".") if "." in found else found
    return "0" if found in ("-0", "") else found


@dataclass(frozen=True)
class RfmAnswer:
    """The answer: all buyers, the cells by (recency, frequency) score, the groups by code, the thresholds, and what it was asked with.

    ``ranges``: by axis and score the least and the most figure of the buyers who have it.
    """

    asked: Rfm
    days: Period
    until: dt.date
    currency: str
    total: Heap
    cells: dict[tuple[int, int], Heap]
    groups: dict[str, Heap]
    thresholds: tuple[Decimal | None, ...]
    ranges: dict[tuple[str, int], tuple[Decimal, Decimal]]
    sql: str

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels."""
        scores = range(1, SCORES + 1)
        return {
            "name": self.asked.asked.name,
            "money": self.asked.money.kind,
            "monetary": self.asked.of,
            "currency": self.currency,
            "period": {"from": self.days.start.isoformat(), "to": self.days.end.isoformat()},
            "until": self.until.isoformat(),
            "scores": "quantiles" if self.asked.cuts is None else "cuts",
            "side": self.asked.side,
            "thresholds": {name: text(one) for name, one in zip(("recency", "frequency", "monetary"), self.thresholds, strict=True)},
            "ranges": {
                axis: [
                    {"score": score, "low": text(low), "high": text(high)} for (of, score), (low, high) in sorted(self.ranges.items()) if of == axis
                ]
                for axis in AXES
            },
            "total": self.total.json(self.total),
            "cells": [
                {"recency": recency, "frequency": frequency, **self.cells.get((recency, frequency), Heap()).json(self.total)}
                for recency in scores
                for frequency in scores
            ],
            "groups": [_named(group) | self.groups.get(group.code, Heap()).json(self.total) for group in GROUPS],
        }


def _named(group: Group) -> dict[str, Any]:
    return {"code": group.code, "en": group.en, "zh": group.zh}


def ask_rfm(warehouse: Warehouse, asked: Rfm, around: MoneyFrame, *, cancel: Cancel | None = None) -> RfmAnswer:
    """Answer an RFM grid.

    Args:
        warehouse: where to ask.
        asked: read by ``read_rfm``.
        around: the moment of asking, its zone, what counts, and the workspace's currency.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: the definition can't be asked, or money has no rate: says what, where and what to write instead.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    plan, days, until = planned(asked, around)
    figures = f"COUNT(*) AS people, SUM(b.f) AS orders, SUM(CAST(b.money AS {SUMMED})) AS money, SUM(b.r) AS days, SUM(b.lost) AS lost"
    sides = ", ".join(f"MIN(b.{one}t) AS {one}t, MIN(b.{one}) AS {one}_low, MAX(b.{one}) AS {one}_high" for one in "rfm")
    cut = f"SELECT b.rs, b.fs, b.ms, b.code, {figures}, {sides} FROM ranked AS b GROUP BY b.rs, b.fs, b.ms, b.code"  # noqa: S608 - constants of ours
    statement = plan.statement(ours(cut))
    rows = warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist()
    currency = asked.money.currency or around.home
    check_lost(sum(int(row["lost"]) for row in rows), currency)
    cells: dict[tuple[int, int], Heap] = {}
    groups: dict[str, Heap] = {}
    total = Heap()
    for row in rows:
        heap = Heap(int(row["people"]), int(row["orders"]), Decimal(row["money"]), int(row["days"]))
        total = _both(total, heap)
        cells[int(row["rs"]), int(row["fs"])] = _both(cells.get((int(row["rs"]), int(row["fs"])), Heap()), heap)
        groups[row["code"]] = _both(groups.get(row["code"], Heap()), heap)
    thresholds = _thresholds(asked, rows, total)
    told = statement.sql(dialect="duckdb", pretty=True, copy=False)
    return RfmAnswer(asked, days, until, currency, total, cells, groups, thresholds, _ranges(rows), told)


def _ranges(rows: Sequence[dict[str, Any]]) -> dict[tuple[str, int], tuple[Decimal, Decimal]]:
    found: dict[tuple[str, int], tuple[Decimal, Decimal]] = {}
    for axis, one, unit in zip(AXES, "rfm", (1, 1, _SCALE), strict=True):
        for row in rows:
            place = axis, int(row[f"{one}s"])
            low, high = (Decimal(int(row[f"{one}_{end}"])) / unit for end in ("low", "high"))
            known = found.get(place, (low, high))
            found[place] = min(known[0], low), max(known[1], high)
    return found


def _both(one: Heap, other: Heap) -> Heap:
    return Heap(one.people + other.people, one.orders + other.orders, one.money + other.money, one.days + other.days)


def _thresholds(asked: Rfm, rows: Sequence[dict[str, Any]], total: Heap) -> tuple[Decimal | None, ...]:
    """Return the thresholds as they are told: means rounded to six digits; people are judged by the exact ones."""
    if asked.side == "given":
        return asked.thresholds
    if not rows:
        return None, None, None
    first = [Decimal(int(rows[0][name])) for name in ("rt", "ft", "mt")]
    if asked.side == "median":
        return first[0], first[1], first[2] / _SCALE
    recency, frequency, monetary = (total.mean(one) for one in first)
    return recency, frequency, None if monetary is None else (monetary / _SCALE).quantize(_SIX, ROUND_HALF_UP)


def planned(asked: Rfm, around: MoneyFrame) -> tuple[Plan, Period, dt.date]:
    """Return the plan with the part ``ranked``, the civil days, and the day that recency is counted from.

    Its rows, one for each buyer: ``person``, ``r`` (days), ``f`` (orders), ``money``, ``m`` (monetary in ten-thousandths), ``last`` (date), ``rs``,
    ``fs`` and ``ms`` (scores), ``code`` (of the group), ``lost``, and what the thresholds are made of: ``rt``, ``ft``, ``mt``.

    Raises:
        InvalidInput: as ``ask_rfm``.
    """
    frame = replace(around.frame, internal=asked.asked.internal or around.frame.internal, person=None)
    plan = Plan(frame)
    _low, _high, days = days_of(asked.asked.span, (frame.now_ms, frame.zone, frame.week_start), "rfm.period")
    until = min(days.end, local_date(frame.now_ms, frame.zone))
    add_money(plan, asked_money(plan, asked.money, around.home), "rfm.money")
    last = plan.params.bind(until)
    inside = ours("SELECT m.* FROM money AS m WHERE NOT m.person IS NULL")
    low, high = ours_any("m.day >= 0"), ours_any("m.day <= 0")
    low.set("expression", plan.params.bind(days.start))
    high.set("expression", last)
    inside = inside.where(low, high, copy=False)
    if asked.asked.who is not None:
        who = add_condition(plan, asked.asked.who, "rfm.who")
        inside = inside.where(ours_any(f"m.person IN (SELECT w.person FROM {who} AS w)"), copy=False)  # noqa: S608 - a name of ours
    plan.add("inside", inside)
    bought = "MAX(m.day) FILTER (WHERE m.buys) AS last, COUNT(DISTINCT m.ref) FILTER (WHERE m.buys) AS f"
    plan.add(
        "sums",
        ours(
            f"""SELECT m.person, {bought}, SUM(CAST(m.amount AS {SUMMED})) AS money, COUNT(*) FILTER (WHERE m.lost) AS lost
            FROM inside AS m GROUP BY m.person"""  # noqa: S608 - constants of ours
        ),
    )
    gone = exp.Sub(this=last.copy(), expression=ours_any("s.last"))
    plan.add("buyers", ours("SELECT s.* FROM sums AS s WHERE s.f > 0").select(exp.alias_(exp.cast(gone, "BIGINT"), "r"), copy=False))
    # In whole ten-thousandths, so that means compare exactly; of an order half up, as money is.
    units = f"CAST(b.money * {_SCALE} AS BIGINT)"
    rounded = "CASE WHEN {0} >= 0 THEN (2 * {0} + b.f) // (2 * b.f) ELSE -((-2 * {0} + b.f) // (2 * b.f)) END".format(units)  # noqa: UP032 - twice
    plan.add("measured", ours(f"SELECT b.*, {units if asked.of == 'total' else rounded} AS m FROM buyers AS b"))  # noqa: S608 - constants of ours
    plan.add("judged", ours(f"SELECT b.*, COUNT(*) OVER () AS n, {_sides(asked)}, {_scores(asked)} FROM measured AS b"))  # noqa: S608 - as above
    plan.add("ranked", ours(f"SELECT b.*, {_code(asked)} AS code FROM judged AS b"))  # noqa: S608 - as above
    return plan, days, until


def _sides(asked: Rfm) -> str:
    """Return what the thresholds are made of: sums for means, medians, or nothing."""
    columns = {"rt": "b.r", "ft": "b.f", "mt": "b.m"}
    if asked.side == "given":
        return ", ".join(f"0 AS {name}" for name in columns)
    written = "CAST(SUM({0}) OVER () AS DECIMAL(38, 0))" if asked.side == "mean" else "QUANTILE_DISC({0}, 0.5) OVER ()"
    return ", ".join(f"{written.format(column)} AS {name}" for name, column in columns.items())


def _scores(asked: Rfm) -> str:
    if asked.cuts is None:
        orders = {"rs": "b.r DESC", "fs": "b.f", "ms": "b.m"}
        return ", ".join(f"1 + ({SCORES} * (RANK() OVER (ORDER BY {order}) - 1)) // COUNT(*) OVER () AS {name}" for name, order in orders.items())
    recency, frequency, monetary = asked.cuts
    told = {
        "rs": [f"b.r <= {cut}" for cut in recency],
        "fs": [f"b.f >= {cut}" for cut in frequency],
        "ms": [f"b.m >= {cut * _SCALE}" for cut in monetary],
    }
    return ", ".join(f"1 + {' + '.join(f'CASE WHEN {test} THEN 1 ELSE 0 END' for test in tests)} AS {name}" for name, tests in told.items())


def _code(asked: Rfm) -> str:
    """Return the code of a buyer's group: recent at the threshold or below it; often and much above it, and at it where it is given."""
    if asked.side == "given":
        days, orders, money = asked.thresholds
        tests = [f"b.r <= {days}", f"b.f >= {orders}", f"b.m >= {money * _SCALE}"]
    elif asked.side == "mean":
        tests = ["b.r * b.n <= b.rt", "b.f * b.n > b.ft", "CAST(b.m AS DECIMAL(38, 0)) * b.n > b.mt"]
    else:
        tests = ["b.r <= b.rt", "b.f > b.ft", "b.m > b.mt"]
    return " || ".join(f"CASE WHEN {test} THEN '1' ELSE '0' END" for test in tests)


@dataclass(frozen=True)
class BuyersBehind:
    """Buyers behind a cell or group: rows of person, days, orders, money, monetary, last (date), scores and code; their number; the next page."""

    total: int
    rows: list[dict[str, Any]]
    next_cursor: int | None


@dataclass(frozen=True)
class Wanted:
    """Whom a list is to show: those of scores and of a group, each where it is given; one person alone."""

    recency: int | None = None
    frequency: int | None = None
    group: str | None = None
    person: int | None = None


def buyers_behind(
    warehouse: Warehouse, asked: Rfm, around: MoneyFrame, wanted: Wanted, *, page: tuple[int, int] = (0, 100), cancel: Cancel | None = None
) -> BuyersBehind:
    """Return the buyers of a cell or group, those with the most money first.

    Args:
        warehouse: where to ask.
        asked: the very definition that was answered.
        around: the very circumstances of the answer, so that the numbers are the same.
        wanted: which cell or group.
        page: how many to pass over, and how many to return.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: a page too large, or there is no such score or group.
    """
    if page[0] < 0 or not 0 < page[1] <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} rows.", where="limit")
    if any(score is not None and not 1 <= score <= SCORES for score in (wanted.recency, wanted.frequency)):
        raise InvalidInput("There is no such score.", where="score", fix=f"Scores are 1 to {SCORES}.")
    codes = [group.code for group in GROUPS]
    if wanted.group is not None and wanted.group not in codes:
        raise InvalidInput(f"There is no group '{wanted.group[:20]}'.", where="group", fix=f"Groups: {', '.join(codes)}.")
    plan, _days, _until = planned(asked, around)
    select = ours("SELECT b.* FROM ranked AS b")
    for column, value in (("rs", wanted.recency), ("fs", wanted.frequency), ("code", wanted.group), ("person", wanted.person)):
        if value is not None:
            select = select.where(exp.EQ(this=exp.column(column, "b"), expression=plan.params.bind(value)), copy=False)
    plan.add("listed", select)
    counted = "(SELECT COUNT(*) FROM listed) AS total"
    told = f"SELECT a.*, {counted} FROM listed AS a ORDER BY a.money DESC, a.person LIMIT {int(page[1])} OFFSET {int(page[0])}"  # noqa: S608 - numbers of ours
    rows = warehouse.query(plan.statement(ours(told)), plan.params.values, cancel=cancel).to_pylist()
    total = int(rows[0]["total"]) if rows else 0
    found = [
        {
            "person": int(row["person"]), "days": int(row["r"]), "orders": int(row["f"]), "money": Decimal(row["money"]),
            "monetary": Decimal(int(row["m"])) / _SCALE, "last": row["last"], "scores": (int(row["rs"]), int(row["fs"]), int(row["ms"])),
            "group": row["code"],
        }
        for row in rows
    ]  # fmt: skip
    return BuyersBehind(total, found, sum(page) if sum(page) < total else None)
