"""Answer a board of growth: people of each stage and their shares, by value and by day, beside the period before; people, goods and places."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, cast

from sqlglot import exp

from windsock.analyses.aarrr.model import GOODS_MOST, STAGES, Board
from windsock.analyses.aarrr.people import FLAGS, Asking, asking, planned
from windsock.analyses.money import SUMMED, MoneyFrame, check_lost
from windsock.conditions import Plan, ours, ours_any
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.warehouse import Cancel, Warehouse

PAGE_MOST = 10_000
_SIX = Decimal("0.000001")
Kind = Literal["total", "value", "none", "other", "new", "returning"]


@dataclass(frozen=True)
class Cell:
    """Some people by stage.

    Attributes:
        kind, value: everybody, a value (none, all other) of the breakdown, or who is new and who is not.
        people: how many of each stage.
        shares: of each stage but the last, how many of the same people are in the next one.
        still_open: who has not returned and still may.
        orders, money: of those of the revenue stage.
    """

    kind: Kind
    value: str | None
    people: tuple[int, ...]
    shares: tuple[int, ...]
    still_open: int
    orders: int
    money: Decimal

    def json(self) -> dict[str, Any]:
        """Return it as it travels."""
        stages: list[dict[str, Any]] = []
        for index, stage in enumerate(STAGES):
            on = self.shares[index] if index < len(self.shares) else None
            stages.append({"stage": stage, "people": self.people[index], "onward": on, "share": text(_ratio(on, self.people[index]))})
        each = _ratio(self.money, self.people[3])
        named = {"kind": self.kind} | ({"value": self.value} if self.kind == "value" else {})
        return named | {"stages": stages, "still_open": self.still_open, "orders": self.orders, "money": text(self.money), "money_each": text(each)}


def _ratio(figure: Decimal | int | None, whole: int) -> Decimal | None:
    with localcontext() as context:
        context.prec = 60
        return None if figure is None or whole == 0 else (Decimal(figure) / whole).quantize(_SIX, ROUND_HALF_UP)


def text(figure: Decimal | None) -> str | None:
    """Return a figure as people write it, without zeros behind it."""
    if figure is None:
        return None
    found = f"{figure:f}"
    found = found.rstrip("0").rstrip(".") if "." in found else found
    return "0" if found in ("-0", "") else found


@dataclass(frozen=True)
class Sold:
    """What was bought of some goods, or at a place of sale: orders, buyers and money; None: not known, ``other``: all beyond the first ten."""

    kind: Literal["value", "none", "other"]
    value: str | None
    orders: int
    buyers: int
    money: Decimal

    def json(self) -> dict[str, Any]:
        """Return it as it travels."""
        return {"kind": self.kind, "value": self.value, "orders": self.orders, "buyers": self.buyers, "money": text(self.money)}


@dataclass(frozen=True)
class BoardAnswer:
    """The answer and what it was asked with; ``by_day`` has for each day how many people first were in each stage."""

    made: Asking
    currency: str
    total: Cell
    before: Cell
    before_days: Period
    breakdown: tuple[Cell, ...]
    people: tuple[Cell, ...]
    goods: tuple[Sold, ...]
    places: tuple[Sold, ...]
    by_day: dict[dt.date, tuple[int, ...]]
    sql: str

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels."""
        made, board = self.made, self.made.board
        days = [made.days.start + dt.timedelta(days=number) for number in range((made.until - made.days.start).days + 1)]
        nothing = tuple(0 for _ in STAGES)
        return {
            "name": board.asked.name,
            "period": {"from": made.days.start.isoformat(), "to": made.days.end.isoformat()},
            "until": made.until.isoformat(),
            "before_period": {"from": self.before_days.start.isoformat(), "to": self.before_days.end.isoformat()},
            "stages": list(STAGES),
            "within_days": board.days,
            "money": board.money.kind,
            "currency": self.currency,
            "field": None if board.breakdown is None else board.breakdown.field,
            "total": self.total.json(),
            "before": self.before.json(),
            "breakdown": [cell.json() for cell in self.breakdown],
            "by_day": [{"day": day.isoformat(), "people": list(self.by_day.get(day, nothing))} for day in days],
            "people": [cell.json() for cell in self.people],
            "goods": [one.json() for one in self.goods],
            "places": [one.json() for one in self.places],
        }


def ask_board(warehouse: Warehouse, board: Board, around: MoneyFrame, *, cancel: Cancel | None = None) -> BoardAnswer:
    """Answer a board of growth.

    Args:
        warehouse: where to ask.
        board: read by ``read_board``.
        around: the moment of asking, its zone, what counts, and the workspace's currency.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: the definition can't be asked, or money has no rate: says what, where and what to write instead.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    made, there = asking(board, around), asking(board, around, before=True)
    currency = board.money.currency or around.home
    cells, sql = _cells(warehouse, made, cancel, currency, broken=True)
    before, _ = _cells(warehouse, there, cancel, currency, broken=False)
    top = GOODS_MOST if board.breakdown is None else board.breakdown.top
    plan = planned(made)
    goods = _sold(warehouse, plan, cancel)
    return BoardAnswer(
        made, currency, _cell("total", cells[0][0]), _cell("total", before[0][0]), there.days,
        tuple(_cell(_kind(row, top), row) for row in cells[1]), tuple(_cell("new" if row["place"] == 0 else "returning", row) for row in cells[2]),
        tuple(one for part, one in goods if part == "goods"), tuple(one for part, one in goods if part == "place"),
        _by_day(warehouse, planned(made), cancel), sql,
    )  # fmt: skip


def _figures() -> str:
    people = [f"COUNT(*) FILTER (WHERE b.{name}) AS n{index}" for index, name in enumerate(FLAGS)]
    shares = [f"COUNT(*) FILTER (WHERE b.{one} AND b.{after}) AS s{index}" for index, (one, after) in enumerate(pairwise(FLAGS))]
    money = ["COUNT(*) FILTER (WHERE b.open) AS open", "SUM(b.orders) AS orders", f"SUM(CAST(b.amount AS {SUMMED})) AS money"]
    return ", ".join([*people, *shares, *money])


def _cells(warehouse: Warehouse, made: Asking, cancel: Cancel | None, currency: str, *, broken: bool) -> tuple[dict[int, list[dict[str, Any]]], str]:
    """Return the rows of everybody (0), of the breakdown (1), and of who is new and who is not (2); and the statement."""
    plan, figures = planned(made), _figures()
    lost = "(SELECT COUNT(*) FROM spent AS m WHERE m.lost) AS lost"
    parts = [f"SELECT 0 AS part, 0 AS place, CAST(NULL AS TEXT) AS value, {figures}, {lost} FROM board AS b"]  # noqa: S608 - constants of ours
    if broken and made.board.breakdown is not None:
        top = made.board.breakdown.top
        plan.add(
            "ranks", ours("SELECT b.v, ROW_NUMBER() OVER (ORDER BY COUNT(*) DESC, b.v) AS place FROM board AS b WHERE NOT b.v IS NULL GROUP BY b.v")
        )
        place = f"CASE WHEN b.v IS NULL THEN {top + 2} ELSE LEAST(k.place, {top + 1}) END"
        value = f"CASE WHEN k.place <= {top} THEN b.v END"
        plan.add("placed", ours(f"SELECT b.*, {place} AS place, {value} AS value FROM board AS b LEFT JOIN ranks AS k ON k.v = b.v"))  # noqa: S608 - as above
        parts.append(f"SELECT 1, b.place, b.value, {figures}, 0 FROM placed AS b GROUP BY b.place, b.value")  # noqa: S608 - as above
    if broken:
        kind = "CASE WHEN b.q THEN 0 ELSE 1 END"
        parts.append(f"SELECT 2, {kind}, NULL, {figures}, 0 FROM board AS b GROUP BY {kind}")  # noqa: S608 - as above
    whole: exp.Select | exp.Union = ours(parts[0])
    for part in parts[1:]:
        whole = whole.union(ours(part), distinct=False, copy=False)
    statement = plan.statement(ours("SELECT r.* FROM r"))
    statement.args["from_"].set("this", whole.subquery("r", copy=False))
    rows = warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist()
    check_lost(sum(int(row["lost"]) for row in rows), currency)
    rows.sort(key=lambda row: (row["part"], row["place"], row["value"] or ""))
    return {part: [row for row in rows if row["part"] == part] for part in (0, 1, 2)}, statement.sql(dialect="duckdb", pretty=True, copy=False)


def _cell(kind: Kind, row: dict[str, Any]) -> Cell:
    people = tuple(int(row[f"n{index}"]) for index in range(len(STAGES)))
    shares = tuple(int(row[f"s{index}"]) for index in range(len(STAGES) - 1))
    return Cell(kind, row["value"], people, shares, int(row["open"]), int(row["orders"] or 0), Decimal(row["money"] or 0))


def _kind(row: dict[str, Any], top: int) -> Kind:
    return "value" if row["value"] is not None else "other" if row["place"] == top + 1 else "none"


def _sold(warehouse: Warehouse, plan: Plan, cancel: Cancel | None) -> list[tuple[str, Sold]]:
    """Return what was bought of each of the ten goods and at each of the ten places that brought most, then of all others, then where not known."""
    whole: exp.Select | exp.Union | None = None
    for name in ("goods", "place"):
        money = f"SUM(CAST(m.amount AS {SUMMED}))"
        rank = f"ROW_NUMBER() OVER (ORDER BY {money} DESC, m.{name}) AS k"
        ranked = f"SELECT m.{name} AS v, {rank} FROM spent AS m WHERE NOT m.{name} IS NULL GROUP BY m.{name}"  # noqa: S608 - names of ours
        plan.add(f"{name}_ranks", ours(ranked))
        place = f"CASE WHEN m.{name} IS NULL THEN {GOODS_MOST + 2} ELSE LEAST(k.k, {GOODS_MOST + 1}) END"
        value = f"CASE WHEN k.k <= {GOODS_MOST} THEN m.{name} END"
        joined = f"spent AS m LEFT JOIN {name}_ranks AS k ON k.v = m.{name}"
        plan.add(f"{name}_placed", ours(f"SELECT m.*, {place} AS nth, {value} AS value FROM {joined}"))  # noqa: S608 - as above
        figures = f"COUNT(DISTINCT m.ref) FILTER (WHERE m.buys) AS orders, COUNT(DISTINCT m.person) FILTER (WHERE m.buys) AS buyers, {money} AS money"
        part = ours(f"SELECT '{name}' AS part, m.nth, m.value, {figures} FROM {name}_placed AS m GROUP BY m.nth, m.value")  # noqa: S608 - as above
        whole = part if whole is None else whole.union(part, distinct=False, copy=False)
    assert whole is not None  # noqa: S101 - there are two
    statement = plan.statement(ours("SELECT r.* FROM r"))
    statement.args["from_"].set("this", whole.subquery("r", copy=False))
    rows = warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist()
    rows.sort(key=lambda row: (row["part"], row["nth"]))
    return [
        (
            row["part"],
            Sold(
                cast("Any", "value" if row["value"] is not None else "other" if row["nth"] == GOODS_MOST + 1 else "none"),
                row["value"], int(row["orders"]), int(row["buyers"]), Decimal(row["money"]),
            ),
        )
        for row in rows
    ]  # fmt: skip


def _by_day(warehouse: Warehouse, plan: Plan, cancel: Cancel | None) -> dict[dt.date, tuple[int, ...]]:
    """Return for each day how many people first were in each stage on it; who returned is dated at the visit from which they did."""
    whole: exp.Select | exp.Union | None = None
    for index, name in enumerate(FLAGS):
        part = ours(f"SELECT {index} AS stage, b.d{name} AS day, COUNT(*) AS n FROM board AS b WHERE b.{name} GROUP BY b.d{name}")  # noqa: S608 - names of ours
        whole = part if whole is None else whole.union(part, distinct=False, copy=False)
    assert whole is not None  # noqa: S101 - there are five
    statement = plan.statement(ours("SELECT r.* FROM r"))
    statement.args["from_"].set("this", whole.subquery("r", copy=False))
    found: dict[dt.date, list[int]] = {}
    for row in warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist():
        found.setdefault(row["day"], [0] * len(STAGES))[int(row["stage"])] += int(row["n"])
    return {day: tuple(counts) for day, counts in found.items()}


@dataclass(frozen=True)
class Wanted:
    """Whom a list is to show.

    Attributes:
        stage: people of this stage, from 0.
        lost: of those, the ones who are not in the next stage.
        kind, value: of those, the ones of a row of the breakdown (value, none), who is new, or who is not.
        before: whether of the earlier period.
    """

    stage: int = 0
    lost: bool = False
    kind: Kind = "total"
    value: str | None = None
    before: bool = False


@dataclass(frozen=True)
class BoardBehind:
    """People behind a stage: rows of person, value, stages (numbers from 0), day (first in the stage), orders, money; their number; the next page."""

    total: int
    rows: list[dict[str, Any]]
    next_cursor: int | None


def board_behind(
    warehouse: Warehouse, board: Board, around: MoneyFrame, wanted: Wanted, *, page: tuple[int, int] = (0, 100), cancel: Cancel | None = None
) -> BoardBehind:
    """Return the people of a stage, those with the most money first.

    Args:
        warehouse: where to ask.
        board: the very definition that was answered.
        around: the very circumstances of the answer, so that the numbers are the same.
        wanted: which people.
        page: how many to pass over, and how many to return.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: a page too large, there is no such stage or row, or all others, who are no list of their own.
    """
    if page[0] < 0 or not 0 < page[1] <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} rows.", where="limit")
    if not 0 <= wanted.stage < len(STAGES) or (wanted.lost and wanted.stage == len(STAGES) - 1):
        raise InvalidInput("There is no such stage, or none after it.", where="stage", fix=f"Stages: {', '.join(STAGES)}.")
    if wanted.kind == "other" or (wanted.kind in ("value", "none") and board.breakdown is None) or (wanted.kind == "value" and wanted.value is None):
        raise InvalidInput("There is no list of such people.", where="value", fix="Give a value of the breakdown; all others have no list.")
    made = asking(board, around, before=wanted.before)
    plan, name = planned(made), FLAGS[wanted.stage]
    tests = [f"b.{name}", *([f"NOT b.{FLAGS[wanted.stage + 1]}"] if wanted.lost else [])]
    tests += {"none": ["b.v IS NULL"], "new": ["b.q"], "returning": ["NOT b.q"]}.get(wanted.kind, [])
    select = ours(f"SELECT b.* FROM board AS b WHERE {' AND '.join(tests)}")  # noqa: S608 - names of ours
    if wanted.kind == "value":
        select = select.where(ours_any("b.v").eq(plan.params.bind(wanted.value or "")), copy=False)
    plan.add("listed", select)
    order = f"a.amount DESC, a.d{name}, a.person"
    told = f"SELECT a.*, (SELECT COUNT(*) FROM listed) AS total FROM listed AS a ORDER BY {order} LIMIT {int(page[1])} OFFSET {int(page[0])}"  # noqa: S608 - as above
    rows = warehouse.query(plan.statement(ours(told)), plan.params.values, cancel=cancel).to_pylist()
    total = int(rows[0]["total"]) if rows else 0
    found = [
        {
            "person": int(row["person"]),
            "value": row["v"],
            "stages": [index for index, flag in enumerate(FLAGS) if row[flag]],
            "day": row[f"d{name}"],
            "orders": int(row["orders"]),
            "money": Decimal(row["amount"]),
        }
        for row in rows
    ]
    return BoardBehind(total, found, sum(page) if sum(page) < total else None)
