"""Read the beginning of a metric out of a statement of a simple shape: one sum or count over one view, with conditions; or say why it is none.

A metric names fields of facts and is asked for any period by any dimension, so of a statement its measure and its conditions are taken; groups are
what it can be asked by, and conditions on days are left to the question's period. What is not told exactly is refused, never approached.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from windsock.analyses.sql.check import check

LONGEST = 500


@dataclass(frozen=True)
class Base:
    """How a view is told as a fact: fields by the names of columns, its clocks, its days, money columns, and what its rows keep out."""

    fact: str
    clocks: tuple[str, ...]
    fields: dict[str, str]
    days: frozenset[str]
    money: frozenset[str] = frozenset()
    always: str = ""


@dataclass(frozen=True)
class Draft:
    """The beginning of a definition, what was left to the question (en, zh), or why there is none."""

    definition: dict[str, Any] | None
    notes: tuple[tuple[str, str], ...] = ()


class _Not(Exception):
    """Why a statement is no metric, in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        self.words = (en, zh)
        super().__init__(en)


def _same(names: str) -> dict[str, str]:
    return {name: name for name in names.split()}


_LINE = _same(
    "order_id line_no person member kind sold_as supplier goods_id property room_type rate_plan route flight_no cabin fare_class quantity nights"
    " arrival_date booked_date cancelled no_show paid source sales_channel market_segment country device purpose currency"
)
_LINE_FIELDS = {**_LINE, "order_id": "order", "travellers": "pax", "amount": "booked_value", "stay_amount": "stay_value"}
_EVENT = _same("person event source sales_channel device route property country provider outcome app_version item_id price")
_EVENT_FIELDS = {**_EVENT, "session": "session_id", "properties.campaign": "campaign", "properties.step": "step", "properties.party": "party"}
BASES: dict[str, Base] = {
    "events": Base("event", ("event",), _EVENT_FIELDS, frozenset({"at", "date", "ts_ms"}), always="NOT bot AND NOT internal AND NOT person IS NULL"),
    "order_lines": Base(
        "order_line",
        ("booking", "arrival"),
        _LINE_FIELDS,
        frozenset({"booked_at", "booked_date", "arrival_date"}),
        frozenset({"amount", "stay_amount"}),
    ),
    "travel_days": Base(
        "travel_day",
        ("night",),
        {"order_id": "order", "line_no": "line_no", "units": "units", "amount": "night_value"},
        frozenset({"travel_date"}),
        frozenset({"amount"}),
    ),
    "payments": Base(
        "posting",
        ("payment",),
        {"order_id": "order", "line_no": "line_no", "kind": "posting_kind", "amount": "paid_value", "provider": "provider"},
        frozenset({"date", "paid_at"}),
        frozenset({"amount"}),
    ),
}
_NODES = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Neg, exp.Not, exp.And, exp.Or, exp.Add, exp.Sub, exp.Mul, exp.EQ,
    exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Is, exp.Case, exp.If, exp.Coalesce, exp.Abs,
)  # fmt: skip
"""What a measure's expression may be made of (the metrics' own rule)."""


def draft_of(text: str) -> Draft:
    """Read a metric's beginning out of a statement.

    Raises:
        InvalidInput, TooLarge: the statement could not be run either.
    """
    tree = check(text).tree
    try:
        return _drafted(tree)
    except _Not as no:
        return Draft(None, (no.words,))


def _drafted(tree: exp.Expr) -> Draft:
    if not isinstance(tree, exp.Select):
        raise _Not("A metric is one SELECT without UNION.", "指标只能来自单个 SELECT，不支持 UNION。")
    view, base = _base(tree)
    aggregates = [(one, one.unalias()) for one in tree.expressions if one.unalias().find(exp.AggFunc)]
    if len(aggregates) != 1:
        raise _Not(
            f"It has {len(aggregates)} aggregates; a metric is made of one: take them one by one.",
            f"语句有 {len(aggregates)} 个聚合，一个指标只取一个，请逐个创建。",
        )
    kind, value, condition = _measure(aggregates[0][1])
    notes: list[tuple[str, str]] = []
    tests = [one for one in (*_conditions(tree.args.get("where")), condition) if one is not None]
    kept = [one for one in tests if not _of_days(one, base)]
    if len(kept) < len(tests):
        notes.append(("The conditions on days are left to the period that is asked for.", "日期条件由查询时的时段决定，未写入指标。"))
    if tree.args.get("group"):
        notes.append(("The groups are dimensions: ask the metric by them.", "分组不写入指标：查询时按维度拆分即可。"))
    if tree.args.get("having") or tree.args.get("qualify") or tree.args.get("distinct"):
        raise _Not("HAVING, QUALIFY and DISTINCT cannot be part of a metric.", "指标不支持 HAVING、QUALIFY 与 DISTINCT。")
    where = " AND ".join([*(_text(one, base) for one in kept), *([base.always] if base.always else [])])
    measure: dict[str, Any] = {"fact": base.fact, "aggregate": kind, "clocks": list(base.clocks)}
    if value is not None:
        measure["value"] = _text(value, base)
    if where:
        measure["where"] = where
    if max(map(len, (where, measure.get("value", "")))) > LONGEST:
        raise _Not(f"A metric's formula has at most {LONGEST} characters.", f"指标公式最多 {LONGEST} 个字符。")
    money = kind == "sum" and value is not None and any(column.name in base.money for column in value.find_all(exp.Column))
    if money:
        notes.append(("Money is told in the workspace's currency.", "金额按本位币计算。"))
    people = kind == "count_distinct" and measure.get("value") == "person"
    notes.append((f"Read from {view}.", f"取自 {view}。"))
    return Draft(
        {
            "measures": [measure],
            "unit": "money" if money else "number" if kind == "sum" else "count",
            "additivity": "distinct" if people else "additive",
            "clock": base.clocks[0],
        },
        tuple(notes),
    )


def _base(tree: exp.Select) -> tuple[str, Base]:
    if tree.args.get("with_") or tree.args.get("joins") or len(list(tree.find_all(exp.Select))) > 1:
        raise _Not("A metric reads one table, without joins, WITH and inner SELECTs.", "指标只能读取一张表，不支持 JOIN、WITH 与子查询。")
    table = tree.find(exp.Table)
    base = BASES.get(table.name.lower()) if table is not None else None
    if table is None or base is None:
        known = ", ".join(BASES)
        raise _Not(f"Metrics can be made of {known}.", f"可用于指标的表：{known}。")
    return table.name.lower(), base


def _measure(given: exp.Expr) -> tuple[str, exp.Expr | None, exp.Expr | None]:
    """Return the aggregate, its value and its own condition."""
    condition: exp.Expr | None = None
    if isinstance(given, exp.Filter):
        condition, given = given.expression.this, given.this
    if isinstance(given, exp.CountIf):
        return "count", None, exp.and_(given.this, condition) if condition is not None else given.this
    if isinstance(given, exp.Count):
        inner = given.this
        if isinstance(inner, exp.Star) or (isinstance(inner, exp.Literal) and not inner.is_string):
            return "count", None, condition
        if isinstance(inner, exp.Distinct) and len(inner.expressions) == 1:
            return "count_distinct", inner.expressions[0], condition
        if isinstance(inner, exp.Column):
            present = exp.Not(this=exp.Is(this=inner.copy(), expression=exp.Null()))
            return "count", None, exp.and_(present, condition) if condition is not None else present
    if isinstance(given, exp.Sum) and not isinstance(given.this, exp.Distinct):
        return "sum", given.this, condition
    if isinstance(given, exp.Div | exp.Avg):
        raise _Not(
            "A ratio or an average is a formula over two metrics: draft both sums or counts, then divide them.",
            "比率或平均值由两个指标相除得到：请先分别创建求和或计数指标。",
        )
    raise _Not(
        "Only COUNT(*), COUNT(DISTINCT ...), COUNT_IF and SUM can become a metric.", "仅 COUNT(*)、COUNT(DISTINCT …)、COUNT_IF 与 SUM 可转为指标。"
    )


def _conditions(where: exp.Expr | None) -> Iterator[exp.Expr]:
    if isinstance(where, exp.Where):
        yield from where.this.flatten() if isinstance(where.this, exp.And) else [where.this]


def _of_days(condition: exp.Expr, base: Base) -> bool:
    columns = [column.name.lower() for column in condition.find_all(exp.Column)]
    return bool(columns) and all(name in base.days for name in columns)


def _text(node: exp.Expr, base: Base) -> str:
    """Return an expression over the fact's fields."""
    for part in node.walk():
        if not isinstance(part, _NODES):
            shown = part.sql(dialect="duckdb")[:60]
            raise _Not(
                f"'{shown}' cannot be part of a metric: use fields, numbers and comparisons.", f"“{shown}”不能用于指标：仅支持字段、数值与比较。"
            )

    def swap(part: exp.Expr) -> exp.Expr:
        if not isinstance(part, exp.Column):
            return part
        named = f"properties.{part.name.lower()}" if part.table.lower() == "properties" else part.name.lower()
        field = base.fields.get(named)
        if field is None:
            raise _Not(f"'{named}' is no field of metrics.", f"“{named}”不是指标字段。")
        return exp.column(field)

    text = node.transform(swap).sql(dialect="duckdb")
    return f"({text})" if isinstance(node, exp.Or) else text
