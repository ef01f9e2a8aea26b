"""Spark: a plain tree as Spark writes it, each trap with its pass.

What differs silently otherwise: NULL as the least part of a row, months between dates by their days, lists without their NULLs, digits of
products that are given up; what is missing altogether: ASOF joins, which become one ordered run over both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from sqlglot import exp

from windsock.warehouse.engines.cut import Written, cut
from windsock.warehouse.engines.digest import AS_MAPS
from windsock.warehouse.engines.passes import LOOSE, STRICT, WHOLE, Type, of_kind, plain, scale_of, swap
from windsock.warehouse.engines.refuse import refuse
from windsock.warehouse.engines.run import add_runs
from windsock.warehouse.face import Value

NAME = "Spark"
SETTINGS: dict[str, str] = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.caseSensitive": "true",
    "spark.sql.groupByOrdinal": "true",
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.RemoveRedundantAliases",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
}
"""What every session is opened with; the meaning of the text depends on it."""
_HEAVY = 2
"""Parts are held, on disk where memory is short, when another part is computed for them."""


def written(tree: exp.Expr, params: Mapping[str, Value], token: str) -> Written:
    """Return a SELECT as text for Spark; values stand as named parameters (``:name``).

    Args:
        tree: a SELECT in our engine's dialect.
        params: the values of its placeholders.
        token: what the names of parts begin with that are held meanwhile.

    Raises:
        NotAvailable: it has no exact form there.
    """
    made = plain(tree, params, NAME)
    for cte in made.find_all(exp.CTE):
        cte.set("materialized", None)
    for select in reversed(list(made.find_all(exp.Select))):
        _without_qualify(select)
    for node in reversed(list(made.walk())):
        handler = _HANDLERS.get(type(node))
        if handler is not None:
            handler(node)
    return cut(made, token, _HEAVY, _said)


def _said(tree: exp.Expr) -> str:
    add_runs(tree, NAME)
    return tree.sql(dialect="spark", identify=True)


def _without_qualify(select: exp.Select) -> None:
    """A condition on windows: it becomes a column of an inner SELECT, and the outer one asks for it."""
    qualify = select.args.get("qualify")
    if qualify is None:
        return
    if any(select.args.get(key) is not None for key in ("order", "limit", "offset", "distinct", "with_")):
        refuse(NAME, "QUALIFY beside an order or a limit")
    inner = select.copy()
    inner.set("qualify", None)
    inner.append("expressions", exp.alias_(qualify.this.copy(), "_kept"))
    shown = [exp.alias_(exp.column(one.alias_or_name, "_q"), one.alias_or_name) for one in select.expressions]
    made = exp.select(*shown).from_(exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("_q")))).where(exp.column("_kept", "_q"))
    if select.parent is None:
        refuse(NAME, "QUALIFY of the answer itself")
    select.replace(made)


def _call(name: str, *args: exp.Expr | str) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[exp.Var(this=arg) if isinstance(arg, str) else arg for arg in args])


def _text(node: exp.Expr) -> str:
    return node.sql(dialect="spark", identify=True)


def _struct(node: exp.Expr) -> None:
    swap(node, _call("named_struct", *(part for one in node.expressions for part in (exp.Literal.string(one.name), one.expression))))


def _field(node: exp.Expr) -> None:
    key = node.expressions[0]
    if not isinstance(key, exp.Literal) or not key.is_string:
        refuse(NAME, "A place in a list")
    swap(node, exp.Dot(this=node.this, expression=exp.to_identifier(key.name)))


def _quantile(node: exp.Expr) -> None:
    """The place is reckoned as our engine does it, with the same floating numbers."""
    share, value = node.expression.sql(), _text(node.this)
    many = f"count({value})"
    place = f"greatest(1, CAST({many} - floor(CAST({many} AS DOUBLE) - {share}D * {many}) AS INT))"
    swap(node, exp.Var(this=f"try_element_at(sort_array(collect_list({value})), {place})"))


def _arg_min(node: exp.Expr) -> None:
    """A missing value is passed over, not only a missing order."""
    value, order = _text(node.this), _text(node.expression)
    swap(node, exp.Var(this=f"min_by({value}, CASE WHEN {value} IS NOT NULL THEN {order} END)"))


def _gathered(node: exp.Expr) -> None:
    """LIST(x ORDER BY keys), with NULLs."""
    value, keys = node.this, cast("list[exp.Expr]", [])
    if isinstance(value, exp.Order):
        if any(one.args.get("desc") for one in value.expressions):
            refuse(NAME, "A list from the last on")
        value, keys = value.this, [one.this for one in value.expressions]
    parts = [f"'k{place}', {_text(key)}" for place, key in enumerate(keys)]
    parts.append(f"'x', {_text(value)}")
    pairs = f"sort_array(collect_list(named_struct({', '.join(parts)})))"
    swap(node, exp.Var(this=f"transform({pairs}, o -> o.x)"))


def _any(node: exp.Expr) -> None:
    inner = node.this if isinstance(node, exp.IgnoreNulls) else node
    if isinstance(inner, exp.AnyValue):
        swap(node, _call("any_value", inner.this, "true"))
    elif not isinstance(inner, exp.Anonymous):
        refuse(NAME, "IGNORE NULLS")
    else:
        swap(node, inner)


def _json(node: exp.Expr) -> None:
    """A property: it was read by our own engine when it was moved, so that it can only be the same."""
    column, path = node.this, node.expression
    keys = [part.name for part in path.expressions if isinstance(part, exp.JSONPathKey)]
    if not isinstance(column, exp.Column) or column.name not in AS_MAPS or len(keys) != 1 or len(path.expressions) != 2:
        refuse(NAME, "What lies deeper in a property")
    swap(node, _call("try_element_at", column, exp.Literal.string(keys[0])))


def _listed(node: exp.Expr) -> None:
    swap(node, _call("to_json", _call("array", *node.expressions)))


def _cast(node: exp.Expr) -> None:
    to, inner = node.args["to"], node.this
    if of_kind(inner, (Type.DOUBLE, Type.FLOAT)):
        refuse(NAME, "A floating number read as another kind")
    if to.this in WHOLE and (scale_of(inner) is not None or of_kind(inner, (Type.TEXT, Type.VARCHAR))):
        refuse(NAME, "A text or an amount read as a whole number")
    if to.this == Type.BOOLEAN and of_kind(inner, (Type.TEXT, Type.VARCHAR)):
        refuse(NAME, "A text read as yes or no")


def _try_cast(node: exp.Expr) -> None:
    """A text as a number: exact for plain ones; what our engine might read and this one reads otherwise stops the statement."""
    to = node.args["to"]
    if to.this != Type.DECIMAL or not (of_kind(node.this, (Type.TEXT, Type.VARCHAR)) or isinstance(node.this, exp.Anonymous)):
        refuse(NAME, f"TRY_CAST to {to.sql(dialect='duckdb')}")
    size, scale = (int(one.name) for one in to.expressions)
    text = _text(node.this)
    strict, loose = (exp.Literal.string(one).sql(dialect="spark") for one in (STRICT, LOOSE))
    swap(
        node,
        exp.Var(
            this=f"CASE WHEN {text} RLIKE {strict} THEN TRY_CAST(CAST({text} AS DECIMAL(38, 18)) AS DECIMAL({size}, {scale})) "
            f"WHEN {text} RLIKE {loose} AND {text} RLIKE '[0-9]' "
            f"THEN CAST(raise_error('windsock: a number that is not plain') AS DECIMAL({size}, {scale})) END"
        ),
    )


def _truncated(node: exp.Expr) -> None:
    unit = str(node.args["unit"].name).upper() if node.args.get("unit") is not None else ""
    if unit not in ("WEEK", "MONTH", "QUARTER", "YEAR") or not of_kind(node.this, (Type.DATE,)):
        refuse(NAME, f"DATE_TRUNC by {unit.lower()} of an instant")
    swap(node, _call("trunc", node.this, exp.Literal.string(unit)))


def _between(node: exp.Expr) -> None:
    """How many boundaries lie between two dates."""
    unit, low, high = str(node.args["unit"].name).upper(), _text(node.expression), _text(node.this)
    months = f"((year({high}) * 12 + month({high})) - (year({low}) * 12 + month({low})))"
    found = {
        "DAY": f"datediff({high}, {low})",
        "WEEK": f"(datediff(trunc({high}, 'WEEK'), trunc({low}, 'WEEK')) DIV 7)",
        "MONTH": months,
    }.get(unit)
    if found is None:
        refuse(NAME, f"DATE_DIFF by {unit.lower()}")
    swap(node, exp.Var(this=f"CAST({found} AS BIGINT)"))


def _weekday(node: exp.Expr) -> None:
    swap(node, exp.Var(this=f"(weekday({_text(node.this)}) + 1)"))


def _int_div(node: exp.Expr) -> None:
    swap(node, exp.Var(this=f"({_text(node.this)} DIV {_text(node.expression)})"))


def _joined(node: exp.Expr) -> None:
    if node.args.get("kind") in ("SEMI", "ANTI"):
        node.set("side", "LEFT")


def _replaced(node: exp.Expr) -> None:
    del node
    refuse(NAME, "What was said of people as a number that grows")


def _differ(node: exp.Expr) -> None:
    swap(node, exp.Not(this=exp.paren(exp.NullSafeEQ(this=node.this, expression=node.expression))))


def _split(node: exp.Expr) -> None:
    swap(node, _call("split_part", node.this, node.args["delimiter"], node.args["part_index"]))


_HANDLERS: dict[type[exp.Expr], Callable[[exp.Expr], None]] = {
    exp.Struct: _struct, exp.Bracket: _field, exp.PercentileDisc: _quantile, exp.ArgMin: _arg_min, exp.ArrayAgg: _gathered, exp.AnyValue: _any,
    exp.IgnoreNulls: _any, exp.JSONExtractScalar: _json, exp.JSONArray: _listed, exp.Cast: _cast, exp.TryCast: _try_cast,
    exp.TimestampTrunc: _truncated, exp.DateDiff: _between, exp.DayOfWeekIso: _weekday, exp.IntDiv: _int_div, exp.Join: _joined,
    exp.RegexpReplace: _replaced, exp.NullSafeNEQ: _differ, exp.SplitPart: _split,
}  # fmt: skip
