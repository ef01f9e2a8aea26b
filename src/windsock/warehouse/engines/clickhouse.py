"""ClickHouse: a plain tree as ClickHouse writes it, each trap with its pass.

What differs silently otherwise: types without NULL, a missing row of a LEFT JOIN or LEAD as 0, unsigned counts, sums that wrap around, decimals
that are cut instead of rounded or written without their zeros, ``lower`` of ASCII only, ``/`` in JSON texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from sqlglot import exp

from windsock.warehouse.engines.cut import Written, cut
from windsock.warehouse.engines.digest import AS_MAPS
from windsock.warehouse.engines.passes import LOOSE, STRICT, WHOLE, Type, kind_of, of_kind, plain, scale_of, swap
from windsock.warehouse.engines.refuse import refuse
from windsock.warehouse.engines.structs import fields_of
from windsock.warehouse.face import Value

NAME = "ClickHouse"
SETTINGS: dict[str, str | int] = {
    "join_use_nulls": 1,
    "prefer_column_name_to_alias": 0,
    "enable_extended_results_for_datetime_functions": 1,
    "enable_materialized_cte": 0,
    "output_format_json_escape_forward_slashes": 0,
    "transform_null_in": 0,
    "aggregate_functions_null_for_empty": 0,
    "count_distinct_implementation": "uniqExact",
    "decimal_check_overflow": 1,
    "enable_nullable_tuple_type": 1,
    "session_timezone": "UTC",
    "optimize_arithmetic_operations_in_aggregate_functions": 0,
    "query_plan_max_optimizations_to_apply": 1_000_000,
}
"""What every statement is run with; the meaning of the text depends on it."""
_HEAVY = 24
"""Parts are held in memory when computing one would take so many others: below that, reading again costs less than holding."""
_ONE = "CAST(1 AS Nullable(Decimal(38, 0)))"
_WIDE = "CAST(1 AS Nullable(Decimal(76, 0)))"
_STARTS = {"WEEK": "toMonday", "MONTH": "toStartOfMonth", "QUARTER": "toStartOfQuarter", "YEAR": "toStartOfYear", "DAY": "toDate32"}
_PARTS = {"YEAR": "toYear", "MONTH": "toMonth", "QUARTER": "toQuarter", "DAY": "toDayOfMonth"}
KINDS = {"TEXT": "String", "BIGINT": "Int64", "BOOLEAN": "Bool", "DATE": "Date32", "DOUBLE": "Float64"}


def written(tree: exp.Expr, params: Mapping[str, Value], token: str) -> Written:
    """Return a SELECT as text for ClickHouse; values stand as typed parameters of the same names.

    Args:
        tree: a SELECT in our engine's dialect.
        params: the values of its placeholders.
        token: what the names of parts begin with that are held meanwhile.

    Raises:
        NotAvailable: it has no exact form there.
    """
    made = plain(tree, params, NAME)
    for node in made.find_all(exp.Placeholder):
        kind = kind_of(params[node.name])
        node.set("kind", KINDS.get(kind, kind.replace("DECIMAL", "Decimal")))
    nodes = list(made.walk())
    for node in reversed(nodes):
        handler = _HANDLERS.get(type(node))
        if handler is not None:
            handler(node)
    for cte in made.find_all(exp.CTE):
        cte.set("materialized", None)
    return cut(made, token, _HEAVY, lambda one: one.sql(dialect="clickhouse"))


def _call(name: str, *args: exp.Expr | str) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[exp.Var(this=arg) if isinstance(arg, str) else arg for arg in args])


def _whole(node: exp.Expr) -> None:
    """A count, a number of a row, a part of a date: signed, as it is compared and joined with signed ones."""
    outer = node.parent if isinstance(node.parent, exp.Window) else node
    swap(outer, _call("toInt64", outer.copy()))


def _nullable(node: exp.Expr) -> None:
    """Of nothing, least and most are NULL and not 0."""
    if not node.this.find(exp.Struct) and not of_kind(node.this, (Type.STRUCT,)):
        node.set("this", _call("toNullable", node.this))


def _sum(node: exp.Expr) -> None:
    """In 128 bits: whole numbers would wrap around in 64."""
    node.set("this", exp.Mul(this=_call("toNullable", node.this), expression=exp.Var(this=_ONE)))


def _shifted(node: exp.Expr) -> None:
    name = "lead" if isinstance(node, exp.Lead) else "lag"
    offset = node.args.get("offset") or exp.Literal.number(1)
    if node.args.get("default") is not None:
        refuse(NAME, "A default beyond the last row")
    swap(node, _call(name, _call("toNullable", node.this), offset))


def _once(node: exp.Expr) -> None:
    """BOOL_OR."""
    swap(node, exp.cast(_call("max", _call("toNullable", exp.cast(node.this, "BOOLEAN"))), "BOOLEAN"))


def _bit_or(node: exp.Expr) -> None:
    swap(node, _call("groupBitOr", _call("toNullable", node.this)))


def _any(node: exp.Expr) -> None:
    inner = node.this if isinstance(node, exp.IgnoreNulls) else node
    if isinstance(inner, exp.AnyValue):
        swap(node, _call("any", _call("toNullable", inner.this)))
    elif isinstance(inner, exp.Anonymous):
        swap(node, inner)
    else:
        refuse(NAME, "IGNORE NULLS")


def _arg_min(node: exp.Expr) -> None:
    swap(node, _call("argMin", _call("toNullable", node.this), _call("toNullable", node.expression)))


def _quantile(node: exp.Expr) -> None:
    """The place is reckoned as our engine does it, with the same floating numbers."""
    share, many = node.expression.sql(), f"count({node.this.sql(dialect='clickhouse')})"
    place = exp.Var(this=f"greatest(1, toInt64({many} - floor({many} - {share} * {many})))")
    sorted_ = _call("arraySort", _call("groupArray", node.this))
    swap(node, _call("if", exp.Var(this=f"{many} = 0"), exp.null(), _call("arrayElement", sorted_, place)))


def _gathered(node: exp.Expr) -> None:
    """LIST(x ORDER BY keys), with NULLs, which ClickHouse leaves out of lists unless they are wrapped."""
    value, keys = node.this, cast("list[exp.Expr]", [])
    if isinstance(value, exp.Order):
        if any(one.args.get("desc") for one in value.expressions):
            refuse(NAME, "A list from the last on")
        value, keys = value.this, [one.this for one in value.expressions]
    pairs = _call("groupArray", _call("tuple", _call("tuple", *keys, exp.Literal.number(0)), _call("tuple", value)))
    swap(node, _call("arrayMap", "x -> x.2.1", _call("arraySort", "x -> x.1", pairs)))


def _struct(node: exp.Expr) -> None:
    """By place, not by name: see ``structs``."""
    swap(node, _call("tuple", *(one.expression for one in node.expressions)))


def _json(node: exp.Expr) -> None:
    """A property: it was read by our own engine when it was moved, so that it can only be the same."""
    column, path = node.this, node.expression
    keys = [part.name for part in path.expressions if isinstance(part, exp.JSONPathKey)]
    if not isinstance(column, exp.Column) or column.name not in AS_MAPS or len(keys) != 1 or len(path.expressions) != 2:
        refuse(NAME, "What lies deeper in a property")
    swap(node, _call("arrayElement", column, exp.Literal.string(keys[0])))


def _listed(node: exp.Expr) -> None:
    """JSON_ARRAY of texts."""
    swap(node, _call("toJSONString", _call("array", *(_call("toNullable", one) for one in node.expressions))))


def _cast(node: exp.Expr) -> None:
    to, inner = node.args["to"], node.this
    if to.this == Type.TEXT:
        _as_text(node)
    elif to.this == Type.DECIMAL:
        scale = int(to.expressions[1].name)
        if of_kind(inner, (Type.DOUBLE, Type.FLOAT)):
            refuse(NAME, "A floating number as a decimal")
        if isinstance(inner, exp.Mul):
            _widen(inner)
        if not isinstance(inner, (exp.Null, exp.Placeholder, exp.Literal)) and not of_kind(inner, WHOLE):
            node.set("this", _call("round", inner, exp.Literal.number(scale)))  # whatever its scale is: cutting would be silent
    elif to.this == Type.BOOLEAN and of_kind(inner, (Type.TEXT, Type.VARCHAR)):
        refuse(NAME, "A text read as yes or no")
    elif to.this in WHOLE and (scale_of(inner) is not None or of_kind(inner, (Type.TEXT, Type.VARCHAR))):
        refuse(NAME, "A text or an amount read as a whole number")
    if node.args["to"].this == Type.DATE:
        swap(node, _call("CAST", exp.Var(this=f"{node.this.sql(dialect='clickhouse')} AS Nullable(Date32)")))


def _same_scale(node: exp.Expr) -> None:
    """Decimals of several scales side by side."""
    held = (
        [node.this, *node.expressions]
        if not isinstance(node, exp.Case)
        else [one.args["true"] for one in node.args["ifs"]] + [node.args.get("default")]
    )
    scales = {scale for one in held if one is not None and (scale := scale_of(one)) is not None}
    if len(scales) > 1:
        for one in held:
            if one is not None and not isinstance(one, exp.Null):
                one.replace(exp.cast(one.copy(), f"DECIMAL(38, {max(scales)})"))


def _widen(node: exp.Mul) -> None:
    node.set("this", exp.Mul(this=node.this, expression=exp.Var(this=_WIDE)))


def _as_text(node: exp.Expr) -> None:
    inner = node.this
    scale = scale_of(inner)
    if scale is not None:
        swap(node, _call("toDecimalString", inner, exp.Literal.number(scale)))
    elif (
        inner.name != "toJSONString"
        and not isinstance(inner, (exp.Null, exp.Placeholder))
        and not of_kind(inner, (*WHOLE, Type.TEXT, Type.VARCHAR, Type.DATE, Type.BOOLEAN, Type.JSON))
    ):
        refuse(NAME, f"{inner.sql(dialect='duckdb')[:60]} as text")


def _try_cast(node: exp.Expr) -> None:
    """A text as a number: exact for plain ones; what our engine might read and this one reads otherwise stops the statement."""
    to = node.args["to"]
    if to.this != Type.DECIMAL or not (of_kind(node.this, (Type.TEXT, Type.VARCHAR)) or isinstance(node.this, exp.Anonymous)):
        refuse(NAME, f"TRY_CAST to {to.sql(dialect='duckdb')}")
    size, scale = (int(one.name) for one in to.expressions)
    text = node.this.sql(dialect="clickhouse")
    strict, loose = (exp.Literal.string(one).sql(dialect="clickhouse") for one in (STRICT, LOOSE))
    doubt = f"throwIf(ifNull(match({text}, {loose}) AND match({text}, '[0-9]'), 0), 'windsock: a number that is not plain')"
    number = f"round(toDecimal256OrNull({text}, 20), {scale})"
    fits = f"if(abs({number}) < toDecimal256('1{'0' * (size - scale)}', 0), CAST({number} AS Nullable(Decimal({size}, {scale}))), NULL)"
    swap(node, exp.Var(this=f"if(ifNull(match({text}, {strict}), 0), {fits}, if({doubt} = 0, NULL, NULL))"))


def _truncated(node: exp.Expr) -> None:
    unit = str(node.args["unit"].name).upper() if node.args.get("unit") is not None else ""
    if unit not in _STARTS or not of_kind(node.this, (Type.DATE,)):
        refuse(NAME, f"DATE_TRUNC by {unit.lower()} of an instant")
    swap(node, _call(_STARTS[unit], node.this))


def _between(node: exp.Expr) -> None:
    unit = node.args["unit"].name.lower()
    swap(node, _call("dateDiff", exp.Literal.string(unit), node.expression, node.this))


def _part(node: exp.Expr) -> None:
    part = node.name.upper() if isinstance(node, exp.Extract) else ""
    if part not in _PARTS:
        refuse(NAME, f"EXTRACT of {part.lower()}")
    swap(node, _call("toInt64", _call(_PARTS[part], node.expression)))


def _split(node: exp.Expr) -> None:
    text = node.this
    parts = _call("splitByString", node.args["delimiter"], _call("ifNull", text.copy(), exp.Literal.string("")))
    swap(node, _call("if", _call("isNull", text), exp.null(), _call("arrayElement", parts, node.args["part_index"])))


def _trim(node: exp.Expr) -> None:
    if node.args.get("position") != "TRAILING" or node.expression is None:
        refuse(NAME, "TRIM on both sides")
    swap(node, _call("trimRight", node.this, node.expression))


def _int_div(node: exp.Expr) -> None:
    swap(node, _call("intDiv", node.this, node.expression))


def _bit(name: str) -> Callable[[exp.Expr], None]:
    def handle(node: exp.Expr) -> None:
        swap(node, _call(name, node.this, node.expression))

    return handle


def _joined(node: exp.Expr) -> None:
    if node.args.get("kind") in ("SEMI", "ANTI"):
        node.set("side", "LEFT")


def _field(node: exp.Expr) -> None:
    """``best['t']``."""
    if not isinstance(node.expressions[0], exp.Literal) or not node.expressions[0].is_string:
        refuse(NAME, "A place in a list")
    fields = fields_of(node.this, NAME)
    swap(node, _call("tupleElement", node.this, exp.Literal.number(fields.index(node.expressions[0].name) + 1)))


def _dot(node: exp.Expr) -> None:
    fields = fields_of(node.this, NAME)
    swap(node, _call("tupleElement", node.this, exp.Literal.number(fields.index(node.expression.name) + 1)))


def _lower(node: exp.Expr) -> None:
    swap(node, _call("lowerUTF8", node.this))


def _contains(node: exp.Expr) -> None:
    swap(node, exp.GT(this=_call("position", node.this, node.expression), expression=exp.Literal.number(0)))


def _starts(node: exp.Expr) -> None:
    swap(node, _call("startsWith", node.this, node.expression))


def _replaced(node: exp.Expr) -> None:
    del node
    refuse(NAME, "What was said of people as a number that grows")


def _standing(node: exp.Expr) -> None:
    """Make a column of what is always true or false: one that a table has as a constant can't be passed on through its joins and orders."""
    if node.this.find(exp.Boolean) and not node.this.find(exp.Column):
        node.set("this", _call("materialize", node.this))


def _differ(node: exp.Expr) -> None:
    swap(node, exp.Not(this=exp.paren(exp.NullSafeEQ(this=node.this, expression=node.expression))))


_HANDLERS: dict[type[exp.Expr], Callable[[exp.Expr], None]] = {
    exp.Count: _whole, exp.RowNumber: _whole, exp.Sum: _sum, exp.Min: _nullable, exp.Max: _nullable, exp.Lead: _shifted, exp.Lag: _shifted,
    exp.LogicalOr: _once, exp.BitwiseOrAgg: _bit_or, exp.AnyValue: _any, exp.IgnoreNulls: _any, exp.ArgMin: _arg_min, exp.PercentileDisc: _quantile,
    exp.ArrayAgg: _gathered, exp.Struct: _struct, exp.JSONExtractScalar: _json, exp.JSONArray: _listed, exp.Cast: _cast, exp.TryCast: _try_cast,
    exp.TimestampTrunc: _truncated, exp.DateDiff: _between, exp.Extract: _part, exp.SplitPart: _split, exp.Trim: _trim, exp.IntDiv: _int_div,
    exp.BitwiseAnd: _bit("bitAnd"), exp.BitwiseLeftShift: _bit("bitShiftLeft"), exp.BitwiseRightShift: _bit("bitShiftRight"), exp.Join: _joined,
    exp.Bracket: _field, exp.Dot: _dot, exp.Lower: _lower, exp.Contains: _contains, exp.StartsWith: _starts, exp.RegexpReplace: _replaced,
    exp.NullSafeNEQ: _differ, exp.Alias: _standing,
    exp.Coalesce: _same_scale, exp.Greatest: _same_scale, exp.Least: _same_scale, exp.Case: _same_scale,
}  # fmt: skip
