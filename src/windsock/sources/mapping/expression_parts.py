"""What expressions are made of: typed trees, checks of failure, bound values, and the parser's bounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from windsock.kernel.errors import InvalidInput

TEXT_MAX = 2_000
NODES_MAX = 600
NUMBER = "DECIMAL(28, 8)"


@dataclass(frozen=True)
class Typed:
    """A tree and the type of its value: text, integer, decimal, date, datetime, boolean or null."""

    tree: exp.Expr
    type: str


@dataclass(frozen=True)
class Check:
    """A condition that is true for the rows in which something failed.

    Attributes:
        column: the column or target that is to blame.
        reason: what to tell.
        failed: the condition.
        value: text of what was there.
    """

    column: str
    reason: str
    failed: exp.Expr
    value: exp.Expr


@dataclass
class Params:
    """Values of a statement: literals are bound, never written into it."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])

    def bind(self, value: Any) -> exp.Expr:  # noqa: ANN401 - any value the engine takes
        """Return the placeholder of a value."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return exp.Placeholder(this=name)


def call(name: str, *args: exp.Expr) -> exp.Expr:
    """Return a call of an engine's function; the name is the programme's."""
    return exp.Anonymous(this=name, expressions=list(args))


def cast_to(tree: exp.Expr, kind: str, *, careful: bool = False) -> exp.Expr:
    """Return a cast; a careful one gives NULL where it fails."""
    return (exp.TryCast if careful else exp.Cast)(this=tree, to=_type(kind).copy())


@cache
def _type(kind: str) -> exp.DataType:
    return exp.DataType.build(kind, dialect="duckdb")


def parse(text: str, where: str) -> exp.Expr:
    """Parse one expression.

    Raises:
        InvalidInput: too long, or it is no expression.
    """
    if len(text) > TEXT_MAX:
        raise InvalidInput(
            f"The expression has {len(text):,} characters.", where=where, fix=f"Use at most {TEXT_MAX:,}; give parts a name under let."
        )
    try:
        trees = [tree for tree in sqlglot.parse(text, read="duckdb") if tree is not None]
        if len(trees) != 1:
            raise InvalidInput("This is no single expression.", where=where, fix="Write one expression, for example: lead_time + 1.")
        if sum(1 for _ in trees[0].walk()) > NODES_MAX:
            raise InvalidInput("The expression is too long.", where=where, fix="Give parts of it a name under let.")
    except (SqlglotError, RecursionError) as error:
        shown = text if len(text) < 80 else text[:80] + "..."
        raise InvalidInput(
            f"'{shown}' is no expression.", where=where, fix=f"Check its brackets and quotes ({str(error).splitlines()[0][:120]})."
        ) from None
    return trees[0]
