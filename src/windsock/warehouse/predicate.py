"""Row predicates (field, operator, value) as part of a plan: the one way in which a filter becomes SQL, values always bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from windsock.kernel.errors import Broken
from windsock.warehouse.face import Value

_COMPARISONS: dict[str, type[exp.Binary]] = {"=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}


@dataclass
class Params:
    """The values of a statement's placeholders, numbered as they are bound."""

    values: dict[str, Value] = field(default_factory=dict[str, Value])

    def bind(self, value: Value) -> exp.Placeholder:
        """Keep a value and return the placeholder that stands for it."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return exp.Placeholder(this=name)


def condition(column: exp.Expr, operator: str, value: Value | Sequence[Value], params: Params) -> exp.Expr:
    """Return the condition that a row meets when ``column operator value`` is true.

    NULL is a value that can be asked for: ``!=`` and ``not in`` keep rows whose column is NULL, as people expect of "everything but".

    Args:
        column: the SQL expression of the field.
        operator: one of = != < <= > >= in "not in" "is null" "is not null" contains.
        value: one value, a list for ``in`` and ``not in``, ignored for the NULL tests.
        params: where the values are bound.

    Raises:
        Broken: an operator that the caller should have refused.
    """
    if operator in ("is null", "is not null"):
        missing = exp.Is(this=column.copy(), expression=exp.Null())
        return missing if operator == "is null" else exp.Not(this=missing)
    if operator in ("in", "not in"):
        values = list(value) if isinstance(value, (list, tuple)) else [value]
        bound = [params.bind(item) for item in values]  # pyright: ignore[reportArgumentType] - a sequence holds plain values
        among = exp.In(this=column.copy(), expressions=bound)
        return among if operator == "in" else _or_null(column, exp.Not(this=among))
    if isinstance(value, (list, tuple)):
        raise Broken(f"'{operator}' takes one value.")
    bound_one = params.bind(value)  # pyright: ignore[reportArgumentType] - lists were refused above
    if operator == "contains":
        return exp.Contains(this=exp.Lower(this=column.copy()), expression=exp.Lower(this=bound_one))
    if operator not in _COMPARISONS:
        raise Broken(f"'{operator}' is no operator.")
    comparison = _COMPARISONS[operator](this=column.copy(), expression=bound_one)
    return _or_null(column, comparison) if operator == "!=" else comparison


def _or_null(column: exp.Expr, test: exp.Expr) -> exp.Expr:
    return exp.paren(exp.or_(test, exp.Is(this=column.copy(), expression=exp.Null())))
