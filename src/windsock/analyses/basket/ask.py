"""Answer a basket analysis: the pairs of items with support, confidence both ways, lift and chance, and the baskets behind each pair."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from windsock.analyses.basket.model import Basket
from windsock.analyses.basket.things import THINGS, plan_things
from windsock.analyses.model.association import TwoByTwo, false_discovery, written_chance
from windsock.conditions import Frame, Plan, ours
from windsock.kernel.errors import InvalidInput, TooLarge

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.warehouse import Cancel, Warehouse

ITEMS_MOST = 2_000
"""Pairs of so many items are counted: two million at most, which is what an answer takes of memory."""
JOINED_MOST = 300_000_000
"""So many pairs within baskets are counted at most; the engine keeps a figure for each pair of items only."""
PAIRS_MOST = 20_000
PAGE_MOST = 10_000
FOUND_BELOW = 0.05


@dataclass(frozen=True)
class Pair:
    """Two items: in how many baskets both are, one of them, and neither; the chance; its share of false discoveries."""

    one: str
    other: str
    table: TwoByTwo
    chance: float
    false_share: float

    @property
    def lift(self) -> Decimal:
        """How many times as often they are together as they would be by chance."""
        table = self.table
        return _ratio(table.both * table.total, table.with_fact * (table.both + table.outcome_only))

    @property
    def leverage(self) -> Decimal:
        """The share of baskets with both, less the share that chance would give."""
        table = self.table
        return _ratio(table.both * table.total - table.with_fact * (table.both + table.outcome_only), table.total * table.total)

    @property
    def confidences(self) -> tuple[Decimal, Decimal]:
        """Of the baskets with the first item the share that has the other, and the reverse."""
        return _ratio(self.table.both, self.table.with_fact), _ratio(self.table.both, self.table.both + self.table.outcome_only)


@dataclass(frozen=True)
class BasketAnswer:
    """The answer: the baskets, the items that are frequent enough and those that are not, how many pairs were looked at, and the strongest."""

    basket: Basket
    days: Period
    baskets: int
    items: int
    items_left_out: int
    looked_at: int
    pairs_left_out: int
    pairs: tuple[Pair, ...]
    sql: str

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels."""
        return {
            "name": self.basket.asked.name,
            "in": self.basket.inside,
            "fields": list(self.basket.items),
            "period": {"from": self.days.start.isoformat(), "to": self.days.end.isoformat()},
            "baskets": self.baskets,
            "items": self.items,
            "items_left_out": self.items_left_out,
            "looked_at": self.looked_at,
            "pairs_left_out": self.pairs_left_out,
            "pairs": [self._pair(pair) for pair in self.pairs],
        }

    def _pair(self, pair: Pair) -> dict[str, Any]:
        table = pair.table
        forward, back = pair.confidences
        return {
            "one": pair.one,
            "other": pair.other,
            "fields": [item_told(self.basket, item)[0] for item in (pair.one, pair.other)],
            "values": [item_told(self.basket, item)[1] for item in (pair.one, pair.other)],
            "together": table.both,
            "with_one": table.with_fact,
            "with_other": table.both + table.outcome_only,
            "support": str(_ratio(table.both, table.total)),
            "confidence": str(forward),
            "confidence_back": str(back),
            "lift": str(pair.lift),
            "leverage": str(pair.leverage),
            "chance": written_chance(pair.chance),
            "false_share": written_chance(pair.false_share),
            "found": pair.false_share <= FOUND_BELOW,
        }


def item_told(basket: Basket, item: str) -> tuple[str, str]:
    """Return the field and the value of an item."""
    if len(basket.items) == 1:
        return basket.items[0], item
    field, value = json.loads(item)
    return field, value


def _ratio(part: int, whole: int) -> Decimal:
    return (Decimal(part) / whole).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def ask_basket(warehouse: Warehouse, basket: Basket, frame: Frame, *, cancel: Cancel | None = None) -> BasketAnswer:
    """Answer a basket analysis.

    Args:
        warehouse: where to ask.
        basket: read by ``read_basket``.
        frame: the moment of asking, its zone, and what counts.
        cancel: a switch that stops the queries.

    Raises:
        InvalidInput: the definition can't be asked: says what, where and what to write instead.
        TooLarge: baskets so full that too many pairs would be counted.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    plan, days = plan_things(basket, frame)
    ranks = _add_frequent(plan, basket)
    frequent = f"SELECT t.basket FROM {THINGS} AS t JOIN {ranks} AS r ON r.item = t.item WHERE r.place <= {ITEMS_MOST}"  # noqa: S608 - names of ours
    sizes = plan.add("sizes", ours(f"SELECT f.basket, COUNT(*) AS n FROM ({frequent}) AS f GROUP BY f.basket"))  # noqa: S608 - as above
    told = f"""SELECT (SELECT COUNT(DISTINCT t.basket) FROM {THINGS} AS t) AS baskets, (SELECT COUNT(DISTINCT t.item) FROM {THINGS} AS t) AS every,
        (SELECT COUNT(*) FROM {ranks}) AS items, (SELECT SUM(CAST(s.n AS HUGEINT) * (s.n - 1)) FROM {sizes} AS s) AS joined"""  # noqa: S608 - as above
    row = warehouse.query(plan.statement(ours(told)), plan.params.values, cancel=cancel).to_pylist()[0]
    if int(row["joined"] or 0) > 2 * JOINED_MOST:
        raise TooLarge(f"More than {JOINED_MOST:,} pairs within baskets.", where="basket.least", fix="Ask for a larger 'least' or a shorter period.")
    baskets, items = int(row["baskets"]), min(int(row["items"]), ITEMS_MOST)
    plan, _days = plan_things(basket, frame)
    statement = _pairs(plan, basket, _add_frequent(plan, basket))
    rows = warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist()
    tested = items * (items - 1) // 2
    pairs = _judged(rows, baskets, tested)
    return BasketAnswer(
        basket,
        days,
        baskets,
        items,
        int(row["every"]) - items,
        tested,
        max((int(one["beyond"]) for one in rows), default=0) - len(pairs),
        tuple(sorted(pairs, key=lambda pair: _place(pair, basket))[: basket.top]),
        statement.sql(dialect="duckdb", pretty=True, copy=False),
    )


def _add_frequent(plan: Plan, basket: Basket) -> str:
    """Add the items in enough baskets, the most frequent first by ``place``."""
    counted = plan.add("counted", ours(f"SELECT t.item, COUNT(DISTINCT t.basket) AS n FROM {THINGS} AS t GROUP BY t.item"))  # noqa: S608 - names of ours
    ranked = f"SELECT c.item, c.n, ROW_NUMBER() OVER (ORDER BY c.n DESC, c.item) AS place FROM {counted} AS c WHERE c.n >= {basket.least}"  # noqa: S608 - as above
    return plan.add("ranks", ours(ranked))


def _pairs(plan: Plan, basket: Basket, ranks: str) -> exp.Select:
    """Return the SELECT of all pairs that are in enough baskets: the sparse product of the baskets' items with themselves."""
    kept = plan.add(
        "kept",
        ours(f"SELECT t.basket, t.t, r.place, r.item, r.n FROM {THINGS} AS t JOIN {ranks} AS r ON r.item = t.item WHERE r.place <= {ITEMS_MOST}"),  # noqa: S608 - names of ours
    )
    near = "" if basket.within_ms is None else f" AND ABS(a.t - b.t) <= {basket.within_ms}"
    both = "COUNT(*)" if basket.within_ms is None else "COUNT(DISTINCT a.basket)"
    joined = (
        f"SELECT a.place AS one, b.place AS other, {both} AS n FROM {kept} AS a JOIN {kept} AS b ON b.basket = a.basket AND a.place < b.place{near}"  # noqa: S608 - as above
    )
    product = plan.add("product", ours(f"{joined} GROUP BY a.place, b.place"))
    enough = plan.add(
        "enough",
        ours(f"SELECT p.*, ROW_NUMBER() OVER (ORDER BY p.n DESC, p.one, p.other) AS place FROM {product} AS p WHERE p.n >= {basket.least}"),  # noqa: S608 - as above
    )
    return plan.statement(
        ours(
            f"""SELECT x.item AS one, y.item AS other, x.n AS with_one, y.n AS with_other, e.n AS together, (SELECT COUNT(*) FROM {enough}) AS beyond
            FROM {enough} AS e JOIN {ranks} AS x ON x.place = e.one JOIN {ranks} AS y ON y.place = e.other WHERE e.place <= {PAIRS_MOST}"""  # noqa: S608 - as above
        )
    )


def _judged(rows: Sequence[dict[str, Any]], baskets: int, tested: int) -> list[Pair]:
    """Return the pairs with their chances; pairs that are never together often enough count as tests that found nothing."""
    rows = sorted(rows, key=lambda row: (row["one"], row["other"]))
    tables = [_table(row, baskets) for row in rows]
    chances = [table.fisher() for table in tables]
    shares = false_discovery(chances, tested)
    return [Pair(row["one"], row["other"], table, chance, share) for row, table, chance, share in zip(rows, tables, chances, shares, strict=True)]


def _table(row: dict[str, Any], baskets: int) -> TwoByTwo:
    both, one, other = int(row["together"]), int(row["with_one"]), int(row["with_other"])
    return TwoByTwo(both, one - both, other - both, baskets - one - other + both)


def _place(pair: Pair, basket: Basket) -> tuple[bool, Decimal, int, str, str]:
    """Return where a pair stands: those that are no chance first, then by what was asked for."""
    figure = {
        "lift": lambda: pair.lift,
        "leverage": lambda: pair.leverage,
        "confidence": lambda: max(pair.confidences),
        "together": lambda: Decimal(pair.table.both),
    }[basket.by]()
    return pair.false_share > FOUND_BELOW, -figure, -pair.table.both, pair.one, pair.other


@dataclass(frozen=True)
class BasketsBehind:
    """Baskets behind a pair: their number, rows of basket, person (None: nobody is known) and first instant; where the next page begins."""

    total: int
    rows: list[dict[str, Any]]
    next_cursor: int | None


def baskets_behind(
    warehouse: Warehouse,
    basket: Basket,
    frame: Frame,
    items: tuple[str, str] | None,
    *,
    page: tuple[int, int] = (0, 100),
    cancel: Cancel | None = None,
) -> BasketsBehind:
    """Return the baskets that have two items together, or all.

    Args:
        warehouse: where to ask.
        basket: the very definition that was answered.
        frame: the very moment and circumstances of the answer, so that the number is the same.
        items: two items as the answer has them; None: all baskets.
        page: how many to pass over, and how many to return.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: a page too large.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    skip, want = page
    if skip < 0 or not 0 < want <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} rows.", where="limit")
    plan, _days = plan_things(basket, frame)
    if items is None:
        select = ours(f"SELECT t.basket, MIN(t.person) AS person, MIN(t.t) AS t FROM {THINGS} AS t GROUP BY t.basket")  # noqa: S608 - names of ours
    else:
        near = "" if basket.within_ms is None else f" AND ABS(a.t - b.t) <= {basket.within_ms}"
        text = (
            f"SELECT a.basket, MIN(a.person) AS person, MIN(LEAST(a.t, b.t)) AS t FROM {THINGS} AS a JOIN {THINGS} AS b ON b.basket = a.basket{near}"  # noqa: S608 - as above
        )
        select = ours(f"{text} GROUP BY a.basket")
        for alias, item in zip(("a", "b"), items, strict=True):
            select = select.where(exp.column("item", alias).eq(plan.params.bind(item)), copy=False)
    listed = plan.add("listed", select)
    count = "(SELECT COUNT(*) FROM listed)"
    told = f"SELECT b.*, {reference(basket)} AS ref, {count} AS total FROM {listed} AS b ORDER BY b.t, b.basket LIMIT {int(want)} OFFSET {int(skip)}"  # noqa: S608 - as above
    rows = warehouse.query(plan.statement(ours(told)), plan.params.values, cancel=cancel).to_pylist()
    total = int(rows[0]["total"]) if rows else 0
    found = [
        {
            "basket": row["ref"] or row["basket"],
            "person": None if row["person"] is None else int(row["person"]),
            "first": int(row["t"]),
        }
        for row in rows
    ]
    return BasketsBehind(total, found, skip + want if skip + want < total else None)


def reference(basket: Basket) -> str:
    """Return the SQL of the name that people know a basket ``b`` by, where that is another one: an order's reference."""
    if basket.rows is not None or basket.inside != "order":
        return "CAST(NULL AS TEXT)"
    return "(SELECT MIN(o.order_ref) FROM orders AS o WHERE o.order_key = CAST(b.basket AS BIGINT))"


def frequent_items(warehouse: Warehouse, basket: Basket, frame: Frame, *, cancel: Cancel | None = None) -> frozenset[str]:
    """Return the items that are in enough baskets to be looked at.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``ask_basket``.
    """
    plan, _days = plan_things(basket, frame)
    ranks = _add_frequent(plan, basket)
    listed = plan.statement(ours(f"SELECT r.item FROM {ranks} AS r WHERE r.place <= {ITEMS_MOST}"))  # noqa: S608 - names of ours
    return frozenset(warehouse.query(listed, plan.params.values, cancel=cancel).column("item").to_pylist())
