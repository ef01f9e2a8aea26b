"""From a tree in our engine's dialect to one that every engine reads alike: qualified, typed, and without what only our engine has.

Each pass is one trap. What comes out holds only nodes of ``KNOWN``, so that a node nobody has thought about is refused and never guessed at.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, cast

from sqlglot import exp
from sqlglot.dialects import DuckDB
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from windsock.warehouse import schema
from windsock.warehouse.engines.digest import AS_MAPS, LEFT_BEHIND
from windsock.warehouse.engines.refuse import refuse
from windsock.warehouse.face import Value

Type = exp.DType
WHOLE = frozenset({Type.TINYINT, Type.SMALLINT, Type.INT, Type.BIGINT, Type.UBIGINT, Type.INT128})
_PLAIN = """Add Alias And Between Boolean BitwiseAnd BitwiseLeftShift BitwiseOrAgg BitwiseRightShift Bracket CTE Case Cast Coalesce Column Count DPipe
    DataType DataTypeParam DateDiff DayOfWeekIso Distinct Dot EQ Exists Extract From GT GTE Greatest Group Having Identifier If In IntDiv Interval Is
    JSONArray JSONExtractScalar JSONPath JSONPathKey JSONPathRoot Join LT LTE LateralColumn Lag Lead Least Limit Literal LogicalOr Lower Max Min Mod
    Mul NEQ Neg Not Null NullSafeEQ NullSafeNEQ Offset Or Order Ordered Paren PercentileDisc Placeholder PropertyEQ Qualify RowNumber Select
    SplitPart Star StartsWith Struct Sub Subquery Sum Table TableAlias TimestampTrunc Trim TryCast Tuple Union Var Where Window WindowSpec With
    Contains AnyValue ArgMin ArrayAgg IgnoreNulls RegexpReplace"""
KNOWN = frozenset(_PLAIN.split())
_SAID = {
    "Div": "Dividing inside a statement", "Pow": "A decay", "Values": "A list of rows in a statement", "Explode": "A list made into rows",
    "Unnest": "A list made into rows", "JSONKeys": "Listing the properties that occur", "GroupingSets": "Several groupings at once",
    "GroupConcat": "Texts put behind one another", "First": "The first of an order", "Round": "Rounding", "Sin": "A distance on the globe",
}  # fmt: skip
STRICT = r"^[+-]?[0-9]{1,18}(\.[0-9]{1,18})?$"
"""A text that every engine reads as the same number."""
LOOSE = r"^\s*[+-]?[0-9_]*\.?[0-9_]*([eE][+-]?[0-9_]*)?\s*$"
"""A text that ours may read as a number; none other does it."""
_FOLDED = (exp.Sum, exp.Min, exp.Max, exp.Count, exp.LogicalOr, exp.BitwiseOrAgg, exp.PercentileDisc, exp.ArgMin)


def plain(tree: exp.Expr, params: Mapping[str, Value], engine: str) -> exp.Expr:
    """Return a copy of a tree, qualified and typed, made of nodes that are known to every engine.

    Args:
        tree: a SELECT in our engine's dialect.
        params: values of its placeholders; their types are taken over.
        engine: whose words a refusal takes.

    Raises:
        NotAvailable: it holds something that has no exact form elsewhere.
    """
    made = _blanks_last(_firsts(_magnitudes(_bits(_named_windows(tree.copy())))))
    for node in list(made.find_all(exp.Filter)):
        _fold(node, engine)
    made = _typed_values(made, params)
    made = qualify(made, schema=_schema(), dialect="duckdb", validate_qualify_columns=False, quote_identifiers=False)
    _nulls_in_order(made)
    _ours_only(made, engine)
    made = annotate_types(made, schema=_schema(), expression_metadata=_types(), dialect="duckdb")
    _days_apart(made)
    _no_doubles(made, engine)
    _no_whole_maps(made, engine)
    return made


@cache
def _schema() -> MappingSchema:
    return MappingSchema({table.name: dict(table.columns) for table in schema.TABLES}, dialect="duckdb")


def _scaled(kind: type[exp.Expr]) -> Callable[[Any, exp.Expr], exp.Expr]:
    """Return what tells the type of a node, with the digits that a decimal really has behind its point: the library takes the first part's."""
    known = DuckDB.EXPRESSION_METADATA[kind]["annotator"]

    def annotate(annotator: Any, node: exp.Expr) -> exp.Expr:  # noqa: ANN401 - the library's own
        found = known(annotator, node)
        parts = [part for part in node.iter_expressions() if not isinstance(part, exp.If)]
        ifs: list[exp.If] = node.args.get("ifs") or []
        parts += [cast("exp.Expr", one.args["true"]) for one in ifs]
        scales = [scale for part in parts if (scale := scale_of(part)) is not None]
        if scales:
            digits = sum(scales) if kind is exp.Mul else max(scales)
            node.type = exp.DataType.build(f"DECIMAL(38, {min(38, digits)})")
        return found

    return annotate


@cache
def _types() -> dict[type[exp.Expr], Any]:
    kinds = (exp.Mul, exp.Add, exp.Sub, exp.Coalesce, exp.Case, exp.Greatest, exp.Least)
    return {**DuckDB.EXPRESSION_METADATA, **{kind: {"annotator": _scaled(kind)} for kind in kinds}}


def of_kind(node: exp.Expr | None, kinds: Iterable[exp.DType]) -> bool:
    """Return whether the type of an expression is known and one of some."""
    found = None if node is None else node.type
    return found is not None and found.this in kinds


def scale_of(node: exp.Expr) -> int | None:
    """Return how many digits a decimal has behind its point; None: it is no decimal, or nobody knows."""
    found = node.type
    if found is None or found.this != Type.DECIMAL or len(found.expressions) != 2:
        return None
    return int(found.expressions[1].name)


def swap(node: exp.Expr, made: exp.Expr) -> None:
    """Put a node in the place of another that means the same: its type stays known to those above it."""
    made.type = node.type
    node.replace(made)


def _days_apart(tree: exp.Expr) -> None:
    """One date taken from another is a number of days."""
    for node in list(tree.find_all(exp.Sub)):
        if of_kind(node.this, (Type.DATE,)) and of_kind(node.expression, (Type.DATE,)):
            made = exp.DateDiff(this=node.this, expression=node.expression, unit=exp.var("DAY"))
            made.type = exp.DataType.build("BIGINT")
            node.replace(made)


def _typed_values(tree: exp.Expr, params: Mapping[str, Value]) -> exp.Expr:
    """Write beside each value what it is, and NULL for none, so that no engine has to guess."""
    for node in list(tree.find_all(exp.Placeholder)):
        value = params.get(node.name)
        if isinstance(node.parent, exp.Cast) and value is not None:
            continue
        if value is None:
            node.replace(exp.null())
        elif not isinstance(value, str):
            node.replace(exp.cast(exp.Placeholder(this=node.name), kind_of(value)))
    return tree


def kind_of(value: Value) -> str:
    """Return the type of a value in our engine's dialect."""
    if isinstance(value, bool):
        return "BOOLEAN"
    if isinstance(value, int):
        return "BIGINT"
    if isinstance(value, Decimal):
        places = -cast("int", value.as_tuple().exponent)
        return f"DECIMAL(38, {max(0, places)})"
    if isinstance(value, dt.date):
        return "DATE"
    return "DOUBLE" if isinstance(value, float) else "TEXT"


def _fold(node: exp.Filter, engine: str) -> None:
    """FILTER (WHERE ...) of an aggregate that passes NULL over is the same as a CASE inside it."""
    inner, test = node.this, node.expression.this
    if not isinstance(inner, _FOLDED):
        refuse(engine, f"A filtered {type(inner).__name__}")
    if isinstance(inner, exp.Count) and isinstance(inner.this, exp.Distinct):
        distinct = inner.this.expressions
        if len(distinct) != 1:
            refuse(engine, "Counting different rows under a filter")
        inner.this.set("expressions", [exp.Case().when(test, distinct[0])])
    else:
        counted = isinstance(inner, exp.Count) and (inner.this is None or isinstance(inner.this, exp.Star))
        inner.set("this", exp.Case().when(test, exp.convert(1) if counted else cast("exp.Expr", inner.this)))
    node.replace(inner)


def _bits(tree: exp.Expr) -> exp.Expr:
    """Different whole numbers counted by bits below a bound, and by a list from it on: counted as such."""
    for node in list(tree.find_all(exp.Anonymous)):
        if node.name.upper() == "BIT_COUNT":
            node.replace(_counted_once(node.expressions[0]))
    for node in list(tree.find_all(exp.Length)):
        if isinstance(node.this, exp.ArrayDistinct):
            node.replace(_counted_once(node.this.this))
    return tree


def _magnitudes(tree: exp.Expr) -> exp.Expr:
    """ABS as what it is: ClickHouse makes a whole number one without a sign, which another type then stands for."""
    for node in reversed(list(tree.find_all(exp.Abs))):
        value = node.this
        node.replace(
            exp.paren(
                exp.Case()
                .when(exp.LT(this=value.copy(), expression=exp.Literal.number(0)), exp.Neg(this=exp.paren(value.copy())))
                .else_(value.copy())
            )
        )
    return tree


def _firsts(tree: exp.Expr) -> exp.Expr:
    """The value of the first row, where the value is the last key of the order: the least of the keys as rows, and its last field."""
    for node in list(tree.find_all(exp.First)):
        order = node.this
        if not isinstance(order, exp.Order) or order.expressions[-1].this != order.this or any(one.args.get("desc") for one in order.expressions):
            continue  # which is refused
        keys = [exp.PropertyEQ(this=exp.to_identifier(f"k{place}"), expression=one.this.copy()) for place, one in enumerate(order.expressions)]
        node.replace(exp.Bracket(this=exp.Min(this=exp.Struct(expressions=keys)), expressions=[exp.Literal.string(f"k{len(keys) - 1}")]))
    return tree


def _blanks_last(tree: exp.Expr) -> exp.Expr:
    """The least and the most of rows: a field that is NULL comes after every value, and other engines put it first."""
    for node in list(tree.find_all(exp.Min, exp.Max)):
        if not isinstance(node.this, exp.Struct):
            continue
        fields: list[exp.Expr] = []
        for one in node.this.expressions:
            blank = exp.Is(this=exp.paren(one.expression.copy()), expression=exp.null())
            fields += [exp.PropertyEQ(this=exp.to_identifier(f"{one.name}_blank"), expression=blank), one]
        node.this.set("expressions", fields)
    return tree


def _counted_once(node: exp.Expr) -> exp.Expr:
    test = node.expression.this if isinstance(node, exp.Filter) else None
    gathered = node.this if isinstance(node, exp.Filter) else node
    value = gathered.expressions[0] if isinstance(gathered, exp.Anonymous) else gathered.this
    return exp.Count(this=exp.Distinct(expressions=[value if test is None else exp.Case().when(test, value)]))


def _named_windows(tree: exp.Expr) -> exp.Expr:
    """A window with a name is written out where it is used."""
    for select in list(tree.find_all(exp.Select)):
        windows: list[exp.Window] = select.args.get("windows") or []
        named = {window.name: window for window in windows}
        for window in list(select.find_all(exp.Window)) if named else []:
            known = named.get(window.alias)
            if known is not None and window is not known:
                for key in ("partition_by", "order", "spec"):
                    found: Any = known.args.get(key)
                    window.set(key, copy.deepcopy(found))
                window.set("alias", None)
        select.set("windows", None)
    return tree


def _nulls_in_order(tree: exp.Expr) -> None:
    """NULL comes last in every order that doesn't say otherwise."""
    for node in tree.find_all(exp.Ordered):
        if node.args.get("nulls_first") is None:
            node.set("nulls_first", False)  # noqa: FBT003 - an argument of the library's


def _ours_only(tree: exp.Expr, engine: str) -> None:
    for node in tree.walk():
        if isinstance(node, exp.Table) and node.name in LEFT_BEHIND:
            refuse(engine, f"The table {node.name}, which is not moved,")
        name = type(node).__name__
        if name not in KNOWN:
            said = node.name if isinstance(node, exp.Anonymous) else node.sql_name() if isinstance(node, exp.Func) else name
            refuse(engine, _SAID.get(name, f"{said.upper()} in a statement"))
        if isinstance(node, exp.Join) and (node.side not in ("", "LEFT") or node.kind not in ("", "INNER", "SEMI", "ANTI", "CROSS")):
            refuse(engine, f"A {node.side} {node.kind} join".replace("  ", " "))
        if isinstance(node, exp.WindowSpec) and not (_bound_known(node.args.get("start")) and _bound_known(node.args.get("end"))):
            refuse(
                engine,
                "Steps in any order within a time",
                "Ask for steps in order, or ask the workspace's own engine: WINDSOCK_WAREHOUSE__ENGINE=duckdb.",
            )


def _bound_known(bound: object) -> bool:
    return bound is None or (isinstance(bound, str) and bound.upper() in ("UNBOUNDED", "CURRENT ROW"))


def _no_whole_maps(tree: exp.Expr, engine: str) -> None:
    """A JSON column is moved as a map: what is in it can be asked for, all of it as text can't."""
    for node in tree.find_all(exp.Column):
        if node.name in AS_MAPS and of_kind(node, (Type.JSON,)) and not isinstance(node.parent, exp.JSONExtractScalar):
            refuse(engine, "All properties as one text")


def _no_doubles(tree: exp.Expr, engine: str) -> None:
    """Sums of floating numbers depend on the order of the rows: no two engines need agree."""
    for node in tree.find_all(exp.Cast, exp.TryCast):
        if node.args["to"].this in (Type.DOUBLE, Type.FLOAT):
            refuse(engine, "A figure of floating numbers")
