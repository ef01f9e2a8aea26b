"""Expressions of measures over a fact's fields: a small safe part of SQL, checked node by node, never text of users in a statement."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import parse_date
from windsock.metrics.facts import DIMENSIONS, READ, Fact
from windsock.metrics.model.definition import QUANTILES, Measure
from windsock.metrics.model.predicate import Plain, Predicate
from windsock.warehouse import Value

_ALLOWED = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Neg, exp.Not, exp.And, exp.Or, exp.Add, exp.Sub, exp.Mul,
    exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Is, exp.Case, exp.If, exp.Coalesce, exp.Abs,
)  # fmt: skip
_SUMMED = "DECIMAL(38, 4)"
"""Sums run in 128 bits: behind a LEFT JOIN the engine may add 64-bit decimals without watching for overflow."""
_PICKED = "DECIMAL(18, 4)"
_FACTOR = "DECIMAL(38, 6)"
"""Factors are widened before they are multiplied, so that products keep all their digits; each row is then kept to 0.0001."""


@functools.lru_cache(maxsize=1024)
def _parsed(text: str, fact_name: str) -> exp.Expr:
    fact = READ[fact_name]
    try:
        tree = parse_one(text, read="duckdb")
    except SqlglotError as error:
        raise InvalidInput(f"'{text}' is no expression.", where=f"measure over {fact_name}", fix=str(error).split("\n", 1)[0][:200]) from error
    for node in tree.walk():
        if not isinstance(node, _ALLOWED):
            raise InvalidInput(
                f"'{node.sql()[:40]}' is not allowed in a measure.", where=f"measure over {fact_name}", fix="Use fields, numbers and comparisons."
            )
    return _with_columns(tree, fact)


def _with_columns(tree: exp.Expr, fact: Fact) -> exp.Expr:
    def swap(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column):
            return node
        if node.table or node.name not in fact.fields:
            raise InvalidInput(f"'{node.sql()}' is no field of {fact.name}.", where="measure", fix=f"Fields: {', '.join(sorted(fact.fields))}.")
        field = exp.paren(parse_one(fact.fields[node.name], read="duckdb"))
        return exp.cast(field, _FACTOR) if node.find_ancestor(exp.Mul) is not None else field

    return tree.transform(swap)


def rows_sql(fact: Fact) -> exp.Expr:
    """Return the aggregate that counts the rows of what a fact measures."""
    return exp.Count(this=exp.Star()) if fact.weight is None else exp.Sum(this=parse_one(fact.weight, read="duckdb"))


def fields_read(measure: Measure, fact: Fact) -> frozenset[str]:
    """Return the fields that a measure's condition reads.

    Raises:
        InvalidInput: an expression that is not allowed, or an unknown field.
    """
    if measure.where is None:
        return frozenset()
    _parsed(measure.where, fact.name)
    return frozenset(column.name for column in parse_one(measure.where, read="duckdb").find_all(exp.Column))


def measure_sql(measure: Measure, fact: Fact, below: int | None = None) -> exp.Expr:
    """Return a measure's aggregate, with its filter; distinct ids below a number by bits where there is one, which takes no filter.

    Raises:
        InvalidInput: an expression that is not allowed, or an unknown field.
    """
    if measure.aggregate == "count":
        value: exp.Expr = rows_sql(fact)
    else:
        if measure.value is None:
            raise InvalidInput(f"A {measure.aggregate} needs a value.", where=f"measure over {fact.name}")
        inner = _parsed(measure.value, fact.name).copy()
        if below is not None and measure.aggregate == "count_distinct" and measure.where is None:
            return _counted_by_bits(inner, below)
        value = _aggregate(measure.aggregate, inner)
    if measure.where is None:
        return value
    return exp.Filter(this=value, expression=exp.Where(this=_parsed(measure.where, fact.name).copy()))


def _counted_by_bits(person: exp.Expr, below: int) -> exp.Expr:
    """Return the exact number of different ids: small whole numbers are a set of bits, in which who comes again sets the same one.

    Those from ``below`` on, such as who came just now, are counted one by one.
    """
    known = exp.Filter(
        this=exp.func("BITSTRING_AGG", person.copy(), exp.Literal.number(0), exp.Literal.number(below - 1), dialect="duckdb"),
        expression=exp.Where(this=exp.LT(this=person.copy(), expression=exp.Literal.number(below))),
    )
    more = exp.Filter(
        this=exp.func("LIST", person.copy(), dialect="duckdb"),
        expression=exp.Where(this=exp.GTE(this=person.copy(), expression=exp.Literal.number(below))),
    )
    bits = exp.func("COALESCE", exp.func("BIT_COUNT", known, dialect="duckdb"), exp.Literal.number(0))
    rest = exp.func("COALESCE", exp.func("LEN", exp.func("LIST_DISTINCT", more, dialect="duckdb"), dialect="duckdb"), exp.Literal.number(0))
    return exp.Paren(this=exp.Add(this=bits, expression=rest))


def _aggregate(name: str, inner: exp.Expr) -> exp.Expr:
    if name in QUANTILES:
        return exp.func("QUANTILE_DISC", exp.cast(inner, _PICKED), exp.Literal.number(QUANTILES[name]))
    return exp.Sum(this=exp.cast(inner, _SUMMED, copy=False)) if name == "sum" else exp.Count(this=exp.Distinct(expressions=[inner]))


def measure_condition(measure: Measure, fact: Fact) -> exp.Expr | None:
    """Return the condition of the rows that a measure counts, or None for all of them."""
    return None if measure.where is None else _parsed(measure.where, fact.name).copy()


def measure_value(measure: Measure, fact: Fact) -> exp.Expr | None:
    """Return what a measure reads of each row, or None where it counts rows."""
    return None if measure.aggregate == "count" or measure.value is None else _parsed(measure.value, fact.name).copy()


def coerce(predicate: Predicate) -> Value | Sequence[Value]:
    """Return a predicate's value in its dimension's type.

    Raises:
        InvalidInput: the dimension is unknown, or the value is not of its type.
    """
    if isinstance(predicate.value, tuple):
        return [_coerce_one(predicate.field, value) for value in predicate.value]
    return _coerce_one(predicate.field, predicate.value)


def _coerce_one(name: str, value: Plain) -> Value:
    dimension = DIMENSIONS.get(name)
    if dimension is None or value is None:
        return value
    if dimension.kind == "boolean":
        if isinstance(value, bool):
            return value
        if str(value).lower() in ("true", "false"):
            return str(value).lower() == "true"
        raise InvalidInput(f"'{value}' is neither true nor false.", where=name)
    if dimension.kind == "date":
        return parse_date(str(value), name)
    if dimension.kind == "integer":
        try:
            return int(value)
        except ValueError:
            raise InvalidInput(f"'{value}' is no whole number.", where=name) from None
    return str(value) if not isinstance(value, bool) else str(value).lower()
