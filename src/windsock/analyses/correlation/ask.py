"""Answer a correlation: the table of each fact with its intervals and its chance, and the people behind each cell."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from windsock.analyses.correlation.facts import BASE, FACTS, plan_facts
from windsock.analyses.correlation.model import Correlation, Kind
from windsock.analyses.model.association import TwoByTwo, false_discovery, written_chance
from windsock.analyses.named import never_stored
from windsock.conditions import Frame, ours, ours_any
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.warehouse import Cancel, Warehouse

FACTS_MOST = 2_000
PAGE_MOST = 10_000
FOUND_BELOW = 0.05
"""A fact is called found where the share of false discoveries is at most this."""


@dataclass(frozen=True)
class Fact:
    """One fact: its kind (a place in ``Correlation.kinds``), its value, its table, its chance, and its share of false discoveries."""

    kind: int
    value: str
    table: TwoByTwo
    chance: float
    false_share: float

    @property
    def strength(self) -> float:
        """The end of the difference's interval that is nearest to none, 0 where the interval holds none: facts stand in the order of it."""
        gap = self.table.difference()
        if gap is None or gap[1] <= 0 <= gap[2]:
            return 0.0
        return gap[1] if gap[1] > 0 else gap[2]

    def values(self, kinds: Sequence[Kind]) -> tuple[str | None, ...]:
        """Return what the value says: of several fields one each; of a field of an event in between its name and the field's value."""
        kind = kinds[self.kind]
        several = len(kind.fields) > 1 or (kind.family == "between" and bool(kind.fields))
        return tuple(json.loads(self.value)) if several else (self.value,)

    def told_as(self, values: Sequence[str | None]) -> Fact:
        """Return the fact with other values, such as masked ones."""
        return replace(self, value=(values[0] or "") if len(values) == 1 else json.dumps(list(values), ensure_ascii=False))


@dataclass(frozen=True)
class CorrelationAnswer:
    """The answer: the attempts, those that converted, how many facts were looked at, and the strongest each way."""

    correlation: Correlation
    days: Period
    attempts: int
    converted: int
    looked_at: int
    left_out: int
    more: tuple[Fact, ...]
    less: tuple[Fact, ...]
    sql: str

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels."""
        first, last = self.correlation.steps
        return {
            "name": self.correlation.name,
            "count": self.correlation.funnel.count,
            "period": {"from": self.days.start.isoformat(), "to": self.days.end.isoformat()},
            "from": first,
            "to": last,
            "attempts": self.attempts,
            "converted": self.converted,
            "looked_at": self.looked_at,
            "left_out": self.left_out,
            "more": [self._fact(fact) for fact in self.more],
            "less": [self._fact(fact) for fact in self.less],
        }

    def _fact(self, fact: Fact) -> dict[str, Any]:
        kind, table, gap = self.correlation.kinds[fact.kind], fact.table, fact.table.difference()
        odds, odds_low, odds_high = table.odds_ratio()
        return {
            "kind": fact.kind + 1,
            "family": kind.family,
            "fields": list(kind.fields),
            "value": fact.value,
            "values": list(fact.values(self.correlation.kinds)),
            "with": _side(table.both, table.with_fact),
            "without": _side(table.outcome_only, table.without_fact),
            "difference": None if gap is None else {"value": _six(gap[0]), "low": _six(gap[1]), "high": _six(gap[2])},
            "odds_ratio": {"value": _six(odds), "low": _six(odds_low), "high": _six(odds_high)},
            "chance": written_chance(fact.chance),
            "false_share": written_chance(fact.false_share),
            "found": fact.false_share <= FOUND_BELOW,
        }


def _six(figure: float) -> str:
    return str(Decimal(repr(figure)).quantize(Decimal("0.000001"), ROUND_HALF_UP))


def _side(converted: int, count: int) -> dict[str, Any]:
    rate = None if count == 0 else str((Decimal(converted) / count).quantize(Decimal("0.000001"), ROUND_HALF_UP))
    return {"count": count, "converted": converted, "rate": rate}


def ask_correlation(warehouse: Warehouse, correlation: Correlation, frame: Frame, *, cancel: Cancel | None = None) -> CorrelationAnswer:
    """Answer a correlation.

    Args:
        warehouse: where to ask.
        correlation: read by ``read_correlation``.
        frame: the moment of asking, its zone, and what counts.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: the definition can't be asked: says what, where and what to write instead.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    plan, days = plan_facts(correlation, frame)
    whole = plan.add("whole", ours(f"SELECT COUNT(*) AS n, COUNT(*) FILTER (WHERE b.yes) AS yes FROM {BASE} AS b"))  # noqa: S608 - names of ours
    figures = "COUNT(*) AS n, COUNT(*) FILTER (WHERE f.yes) AS yes"
    counted = plan.add("counted", ours(f"SELECT f.kind, f.value, {figures} FROM {FACTS} AS f GROUP BY f.kind, f.value"))  # noqa: S608 - as above
    enough = f"c.n >= {correlation.least} AND w.n - c.n >= {correlation.least}"
    ranked = f"SELECT c.*, ROW_NUMBER() OVER (ORDER BY c.n DESC, c.kind, c.value) AS place FROM {counted} AS c CROSS JOIN {whole} AS w WHERE {enough}"  # noqa: S608 - as above
    ranks = plan.add("ranks", ours(ranked))
    told = f"SELECT -1 AS kind, CAST(NULL AS TEXT) AS value, w.n, w.yes, (SELECT COUNT(*) FROM {ranks}) AS facts FROM {whole} AS w"  # noqa: S608 - as above
    listed = ours(f"SELECT r.kind, r.value, r.n, r.yes, 0 AS facts FROM {ranks} AS r WHERE r.place <= {FACTS_MOST}")  # noqa: S608 - as above
    statement = plan.statement(ours("SELECT r.* FROM r"))
    statement.args["from_"].set("this", ours(told).union(listed, distinct=False, copy=False).subquery("r", copy=False))
    rows = warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist()
    total = next(row for row in rows if row["kind"] < 0)
    facts = _judged([row for row in rows if row["kind"] >= 0], int(total["n"]), int(total["yes"]))
    more = [fact for fact in facts if _gap(fact) > 0]
    less = [fact for fact in facts if _gap(fact) < 0]
    return CorrelationAnswer(
        correlation,
        days,
        int(total["n"]),
        int(total["yes"]),
        len(facts),
        int(total["facts"]) - len(facts),
        tuple(sorted(more, key=_place)[: correlation.top]),
        tuple(sorted(less, key=_place)[: correlation.top]),
        statement.sql(dialect="duckdb", pretty=True, copy=False),
    )


def _gap(fact: Fact) -> float:
    found = fact.table.difference()
    return 0.0 if found is None else found[0]


def _place(fact: Fact) -> tuple[float, float, int, str]:
    return -abs(fact.strength), fact.chance, fact.kind, fact.value


def _judged(rows: Sequence[dict[str, Any]], attempts: int, converted: int) -> list[Fact]:
    """Return the facts with their chances, and the share of false discoveries over all of them."""
    rows = sorted(rows, key=lambda row: (row["kind"], row["value"]))
    tables = [_table(int(row["n"]), int(row["yes"]), attempts, converted) for row in rows]
    chances = [table.fisher() for table in tables]
    return [
        Fact(int(row["kind"]), row["value"], table, chance, share)
        for row, table, chance, share in zip(rows, tables, chances, false_discovery(chances), strict=True)
    ]


def _table(having: int, both: int, attempts: int, converted: int) -> TwoByTwo:
    return TwoByTwo(both, having - both, converted - both, attempts - converted - having + both)


@dataclass(frozen=True)
class CellWanted:
    """Which cell's people are wanted: with or without a fact (None: all attempts), and of those who converted, or did not (None: both)."""

    kind: int | None = None
    value: str | None = None
    having: bool = True
    converted: bool | None = None


@dataclass(frozen=True)
class AttemptsBehind:
    """Attempts behind a cell: their number, rows of person, held value, the instants of the two steps, and where the next page begins."""

    total: int
    rows: list[dict[str, Any]]
    next_cursor: int | None


def attempts_behind(
    warehouse: Warehouse,
    correlation: Correlation,
    frame: Frame,
    wanted: CellWanted,
    *,
    page: tuple[int, int] = (0, 100),
    cancel: Cancel | None = None,
) -> AttemptsBehind:
    """Return the people (or entries) of a cell.

    Args:
        warehouse: where to ask.
        correlation: the very definition that was answered.
        frame: the very moment and circumstances of the answer, so that the number is the same.
        wanted: which cell.
        page: how many to pass over, and how many to return.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: a page too large, no such kind of facts, or a kind without a value.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    skip, want = page
    if skip < 0 or not 0 < want <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} rows.", where="limit")
    kinds = correlation.kinds
    if (wanted.kind is None) != (wanted.value is None) or (wanted.kind is not None and not 0 <= wanted.kind < len(kinds)):
        raise InvalidInput("A fact has a kind and a value.", where="fact", fix=f"Kinds are 1 to {len(kinds)}; take the value as the answer has it.")
    plan, _days = plan_facts(correlation, frame)
    select = ours(f"SELECT b.* FROM {BASE} AS b")  # noqa: S608 - names of ours
    if wanted.kind is not None:
        same = "f.person = b.person AND f.t0 = b.t0 AND f.h IS NOT DISTINCT FROM b.h"
        fact = ours(f"SELECT 1 FROM {FACTS} AS f WHERE {same} AND f.kind = {int(wanted.kind)}")  # noqa: S608 - as above
        has = ours_any("EXISTS(SELECT 1)")
        has.set("this", fact.where(ours_any("f.value").eq(plan.params.bind(wanted.value)), copy=False))
        select = select.where(has if wanted.having else has.not_(), copy=False)
    if wanted.converted is not None:
        select = select.where(ours_any("b.yes" if wanted.converted else "NOT b.yes"), copy=False)
    listed = plan.add("listed", select)
    told = (
        f"SELECT b.*, (SELECT COUNT(*) FROM {listed}) AS total FROM {listed} AS b ORDER BY b.person, b.t0, b.h LIMIT {int(want)} OFFSET {int(skip)}"  # noqa: S608 - as above
    )
    rows = warehouse.query(plan.statement(ours(told)), plan.params.values, cancel=cancel).to_pylist()
    total = int(rows[0]["total"]) if rows else 0
    found = [
        {
            "person": int(row["person"]),
            "held": row["h"],
            "start": int(row["t0"]),
            "from": int(row["from_ms"]),
            "to": int(row["to_ms"]) if row["yes"] else None,
        }
        for row in rows
    ]
    return AttemptsBehind(total, found, skip + want if skip + want < total else None)


def unseen_in(warehouse: Warehouse, correlation: Correlation) -> tuple[str, ...]:
    """Return the names of events that are asked for and were never stored, most likely mistyped."""
    chain, between = correlation.funnel.chain, correlation.between
    rows = [*chain.kinds, *(one.rows for one in chain.exclusions), *([] if between is None else [between.rows])]
    return never_stored(warehouse, rows, correlation.funnel.who)
