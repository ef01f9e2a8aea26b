"""Expressions of mapping files: parsed, typed against a small safe list, and turned into syntax trees.

What can be written: names of columns (in double quotes when they are not plain words), numbers, 'text', true, false, null, and, or, not, in (...),
is null, + - * / || = <> < <= > >=, case when ... then ... else ... end, and the functions of ``FUNCTIONS``. Nothing else gets through, so that a
mapping file cannot reach anything but the row it maps.

Each operation that can fail on a value (a date that does not exist, a division by zero, a number too large) yields NULL and leaves a ``Check`` that
finds the rows where it failed, so that one bad value costs its row and never the import.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from sqlglot import exp

from windsock.kernel.errors import InvalidInput
from windsock.sources.mapping.expression_parts import NUMBER, Check, Params, Typed, call, cast_to, parse

_NUMERIC = ("integer", "decimal")
_STORED = {"decimal": NUMBER, "datetime": "TIMESTAMP", "instant": "TIMESTAMP", "integer": "BIGINT", "text": "VARCHAR", "date": "DATE"}
FUNCTIONS: dict[str, str] = {
    "add_days": "add_days(date, days)",
    "coalesce": "coalesce(a, b, ...)",
    "concat": "concat(a, b, ...)",
    "date": "date(year, month, day)",
    "days_between": "days_between(from, to)",
    "if": "if(condition, then, else)",
    "lower": "lower(text)",
    "month_number": "month_number(name of a month)",
    "round": "round(number, decimals)",
    "substr": "substr(text, start, length)",
    "trim": "trim(text)",
    "upper": "upper(text)",
}


@dataclass
class Compiler:
    """Types one expression after the other and collects their checks.

    Attributes:
        scope: names that can be used, with their types.
        hints: further names of the file, for the advice of an error.
        params: where literals are bound.
        months: names of months in lower case, with their number.
        blame: the column or target that the checks name.
    """

    scope: Mapping[str, Typed]
    params: Params
    months: Mapping[str, int]
    where: str = ""
    blame: str = ""
    checks: list[Check] = field(default_factory=list[Check])
    hints: Sequence[str] = ()
    _path: list[exp.Expr] = field(default_factory=list[exp.Expr])

    def compile(self, text: str, where: str, blame: str) -> Typed:
        """Return the typed tree of an expression.

        Raises:
            InvalidInput: an unknown name or function, or types that do not go together.
        """
        self.where, self.blame = where, blame
        try:
            return self._node(parse(text, where))
        except RecursionError:
            raise InvalidInput("The expression is nested too deeply.", where=where, fix="Give parts of it a name under let.") from None

    def _node(self, node: exp.Expr) -> Typed:
        handler = _HANDLERS.get(type(node))
        if handler is None:
            raise self._wrong(
                f"'{node.sql(dialect='duckdb')[:60]}' cannot be used in a mapping.", f"Use {', '.join(FUNCTIONS)}, case, and + - * / || = < in."
            )
        return handler(self, node)

    def _wrong(self, what: str, fix: str) -> InvalidInput:
        return InvalidInput(what, where=self.where, fix=fix)

    def fallible(self, tree: exp.Expr, args: Iterable[exp.Expr], reason: str) -> exp.Expr:
        """Note that a tree may give NULL although all its arguments are there; returns the tree."""
        given = list(args)
        conditions = [exp.Paren(this=step.copy()) for step in self._path]
        conditions += [exp.Not(this=exp.Is(this=exp.Paren(this=arg.copy()), expression=exp.Null())) for arg in given]
        failed = exp.and_(*conditions, exp.Is(this=exp.Paren(this=tree.copy()), expression=exp.Null()))
        texts = [cast_to(arg.copy(), "VARCHAR") for arg in given]
        self.checks.append(Check(self.blame, reason, failed, call("concat_ws", exp.Literal.string(" "), *texts)))
        return tree

    # --- leaves ---

    def name(self, node: exp.Column) -> Typed:
        """Look a name up."""
        if node.args.get("table"):
            raise self._wrong(f"'{node.sql()[:60]}' has a dot in it.", 'Put the name of the column in double quotes: "a.b".')
        found = self.scope.get(node.name)
        if found is None:
            names = list(dict.fromkeys((*self.scope, *self.hints)))
            close = difflib.get_close_matches(node.name, names, n=3)
            known = ", ".join(close or names[:12])
            raise self._wrong(f"There is no column '{node.name[:80]}'.", f"{'Did you mean' if close else 'The file has'}: {known}")
        return Typed(found.tree.copy(), found.type)

    def literal(self, node: exp.Literal) -> Typed:
        """Bind a literal."""
        if node.is_string:
            return Typed(cast_to(self.params.bind(str(node.this)), "VARCHAR"), "text")
        text = str(node.this)
        if text.isdigit() and len(text) <= 18:
            return Typed(cast_to(self.params.bind(int(text)), "BIGINT"), "integer")
        try:
            return Typed(cast_to(self.params.bind(Decimal(text)), NUMBER), "decimal")
        except ArithmeticError:
            raise self._wrong(f"'{text[:40]}' is no number.", "Write it like 12 or 0.5.") from None

    def null(self, _: exp.Expr) -> Typed:
        """Give NULL."""
        return Typed(exp.Null(), "null")

    def boolean(self, node: exp.Boolean) -> Typed:
        """Give true or false."""
        return Typed(exp.Boolean(this=bool(node.this)), "boolean")

    def paren(self, node: exp.Paren) -> Typed:
        """Open brackets."""
        inner = self._node(node.this)
        return Typed(exp.Paren(this=inner.tree), inner.type)

    # --- operators ---

    def negative(self, node: exp.Neg) -> Typed:
        """Turn a sign."""
        inner = self._number(node.this)
        return Typed(exp.Neg(this=exp.Paren(this=inner.tree)), inner.type)

    def arithmetic(self, node: exp.Binary) -> Typed:
        """Add, subtract, multiply or divide; a date moves by days, two dates give days."""
        left, right = self._node(node.this), self._node(node.expression)
        plus = isinstance(node, exp.Add)
        if isinstance(node, exp.Add | exp.Sub) and left.type == "date" and right.type == "integer":
            return self._moved(left, right, 1 if plus else -1)
        if isinstance(node, exp.Sub) and left.type == right.type == "date":
            return Typed(cast_to(exp.Paren(this=exp.Sub(this=left.tree, expression=right.tree)), "BIGINT"), "integer")
        if left.type not in _NUMERIC or right.type not in _NUMERIC:
            raise self._wrong(
                f"'{node.sql()[:60]}' calculates with {left.type} and {right.type}.",
                "Give the columns a type (integer, decimal, date) under columns.",
            )
        whole = left.type == right.type == "integer" and not isinstance(node, exp.Div)
        if isinstance(node, exp.Div):
            by = call("nullif", cast_to(right.tree.copy(), "DOUBLE"), exp.Literal.number(0))
            raw: exp.Expr = exp.Div(this=cast_to(left.tree.copy(), "DOUBLE"), expression=by)
        else:
            raw = type(node)(this=exp.Paren(this=left.tree.copy()), expression=exp.Paren(this=right.tree.copy()))
        tree = cast_to(call("try", raw), "BIGINT" if whole else NUMBER, careful=True)
        reason = "division by zero, or a number too large" if isinstance(node, exp.Div) else "the number is too large"
        return Typed(self.fallible(tree, (left.tree, right.tree), reason), "integer" if whole else "decimal")

    def compare(self, node: exp.Binary) -> Typed:
        """Compare values of one type."""
        left, right = self._node(node.this), self._node(node.expression)
        self._unify([left, right])
        return Typed(exp.Paren(this=type(node)(this=left.tree, expression=right.tree)), "boolean")

    def logic(self, node: exp.Connector) -> Typed:
        """Join conditions."""
        left, right = self._condition(node.this), self._condition(node.expression)
        return Typed(exp.Paren(this=type(node)(this=left, expression=right)), "boolean")

    def negation(self, node: exp.Not) -> Typed:
        """Turn a condition."""
        return Typed(exp.Not(this=exp.Paren(this=self._condition(node.this))), "boolean")

    def is_null(self, node: exp.Is) -> Typed:
        """Ask whether there is a value."""
        if not isinstance(node.expression, exp.Null):
            raise self._wrong("'is' is for null only.", "Write: x is null, or: x = true.")
        return Typed(exp.Paren(this=exp.Is(this=exp.Paren(this=self._node(node.this).tree), expression=exp.Null())), "boolean")

    def is_in(self, node: exp.In) -> Typed:
        """Ask whether a value is in a list."""
        given = cast("list[exp.Expr]", node.args.get("expressions") or [])
        if node.args.get("query") or node.args.get("unnest") or not given:
            raise self._wrong("'in' needs a list of values.", "Write: x in ('a', 'b').")
        left, options = self._node(node.this), [self._node(item) for item in given]
        self._unify([left, *options])
        return Typed(exp.Paren(this=exp.In(this=exp.Paren(this=left.tree), expressions=[item.tree for item in options])), "boolean")

    def joined(self, node: exp.DPipe) -> Typed:
        """Join two texts; NULL when one is missing."""
        left, right = self._text(node.this), self._text(node.expression)
        return Typed(exp.Paren(this=exp.DPipe(this=left, expression=right)), "text")

    # --- choices ---

    def choice(self, node: exp.Case) -> Typed:
        """Take the first branch whose condition holds; checks inside a branch look only at rows that take it."""
        subject = node.args.get("this")
        branches: list[tuple[exp.Expr, exp.Expr]] = []
        for branch in node.args["ifs"]:
            condition = exp.EQ(this=subject.copy(), expression=branch.this) if subject is not None else branch.this
            branches.append((condition, branch.args["true"]))
        return self._choose(branches, node.args.get("default"))

    def condition_if(self, node: exp.If) -> Typed:
        """Choose between two values."""
        return self._choose([(node.this, node.args["true"])], node.args.get("false"))

    def _choose(self, branches: Sequence[tuple[exp.Expr, exp.Expr]], default: exp.Expr | None) -> Typed:
        depth = len(self._path)
        conditions: list[exp.Expr] = []
        values: list[Typed] = []
        for condition, value in branches:
            tree = self._condition(condition)
            conditions.append(tree)
            self._path.append(tree)
            values.append(self._node(value))
            self._path[-1] = call("coalesce", exp.Not(this=exp.Paren(this=tree.copy())), exp.Boolean(this=True))
        values.append(self._node(default) if default is not None else Typed(exp.Null(), "null"))
        del self._path[depth:]
        kind = self._unify(values)
        ifs = [exp.If(this=condition.copy(), true=_as(value, kind)) for condition, value in zip(conditions, values, strict=False)]
        return Typed(exp.Case(ifs=ifs, default=_as(values[-1], kind)), kind)

    # --- functions ---

    def function(self, node: exp.Anonymous) -> Typed:
        """Call a function that the parser does not know as one of SQL's."""
        name, args = str(node.this).lower(), cast("list[exp.Expr]", node.expressions)
        if name == "add_days" and len(args) == 2:
            return self._moved(self._of(args[0], "date"), self._of(args[1], "integer"), 1)
        if name == "days_between" and len(args) == 2:
            first, last = self._of(args[0], "date"), self._of(args[1], "date")
            return Typed(cast_to(exp.Paren(this=exp.Sub(this=last.tree, expression=first.tree)), "BIGINT"), "integer")
        if name == "month_number" and len(args) == 1:
            return self._month(self._of(args[0], "text"))
        if name in FUNCTIONS:
            raise self._wrong(f"{name} is called with {len(args)} values.", f"Write: {FUNCTIONS[name]}.")
        close = difflib.get_close_matches(name, [*FUNCTIONS, "case"], n=2)
        raise self._wrong(f"There is no function '{name[:40]}'.", f"{'Did you mean' if close else 'Use'}: {', '.join(close or FUNCTIONS)}?")

    def make_date(self, node: exp.Date) -> Typed:
        """Put a date together."""
        args = [node.this, node.args.get("zone"), *cast("list[exp.Expr]", node.expressions)]
        if len(args) != 3 or None in args:
            raise self._wrong(
                "date needs a year, a month and a day.", f"Write: {FUNCTIONS['date']}; give a column of dates the type date under columns."
            )
        parts = [self._of(arg, "integer").tree for arg in args if arg is not None]
        made = call("try", call("make_date", *[cast_to(part.copy(), "INTEGER", careful=True) for part in parts]))
        return Typed(self.fallible(made, parts, "there is no such date"), "date")

    def coalesce(self, node: exp.Coalesce) -> Typed:
        """Take the first value that is there."""
        values = [self._node(node.this), *[self._node(item) for item in cast("list[exp.Expr]", node.expressions)]]
        kind = self._unify(values)
        return Typed(call("coalesce", *[_as(value, kind) for value in values]), kind)

    def concat(self, node: exp.Concat) -> Typed:
        """Join texts; what is missing is left out."""
        return Typed(call("concat", *[self._text(item) for item in cast("list[exp.Expr]", node.expressions)]), "text")

    def text_function(self, node: exp.Func) -> Typed:
        """Change the case of a text, or trim it."""
        if any(node.args.get(key) for key in ("expression", "position", "collation")):
            raise self._wrong(f"{type(node).__name__.lower()} takes one text.", f"Write: {FUNCTIONS[type(node).__name__.lower()]}.")
        return Typed(call(type(node).__name__.lower(), self._of(node.this, "text").tree), "text")

    def substring(self, node: exp.Substring) -> Typed:
        """Take a part of a text."""
        start, length = node.args.get("start"), node.args.get("length")
        if start is None or length is None:
            raise self._wrong("substr needs a start and a length.", f"Write: {FUNCTIONS['substr']}.")
        parts = [self._of(node.this, "text").tree, self._of(start, "integer").tree, self._of(length, "integer").tree]
        return Typed(call("substr", *parts), "text")

    def rounded(self, node: exp.Round) -> Typed:
        """Round half away from zero to 0 to 8 decimals."""
        inner, decimals = self._number(node.this), node.args.get("decimals")
        if decimals is not None and not (isinstance(decimals, exp.Literal) and str(decimals.this) in "012345678"):
            raise self._wrong("round needs a number of decimals from 0 to 8.", f"Write: {FUNCTIONS['round']}.")
        places = exp.Literal.number(int(str(decimals.this)) if decimals is not None else 0)
        return Typed(cast_to(call("round", cast_to(inner.tree, NUMBER), places), NUMBER), "decimal")

    def _month(self, text: Typed) -> Typed:
        lower = call("lower", call("trim", text.tree.copy()))
        ifs = [
            exp.If(this=exp.EQ(this=lower.copy(), expression=self.params.bind(name)), true=cast_to(exp.Literal.number(number), "BIGINT"))
            for name, number in self.months.items()
        ]
        return Typed(self.fallible(exp.Case(ifs=ifs), [text.tree], "this is no name of a month"), "integer")

    def _moved(self, date: Typed, days: Typed, sign: int) -> Typed:
        step = cast_to(days.tree.copy(), "INTEGER", careful=True)
        moved: exp.Expr = (exp.Add if sign > 0 else exp.Sub)(this=exp.Paren(this=date.tree.copy()), expression=step)
        tree = cast_to(call("try", moved), "DATE")
        return Typed(self.fallible(tree, (date.tree, days.tree), "the date is out of range"), "date")

    # --- types ---

    def _of(self, node: exp.Expr, kind: str) -> Typed:
        found = self._node(node)
        if found.type not in (kind, "null"):
            raise self._wrong(f"'{node.sql()[:60]}' is {found.type}, {kind} is needed.", f"Give the column the type {kind} under columns.")
        return found

    def _number(self, node: exp.Expr) -> Typed:
        found = self._node(node)
        if found.type not in (*_NUMERIC, "null"):
            raise self._wrong(
                f"'{node.sql()[:60]}' is {found.type}, a number is needed.", "Give the column the type integer or decimal under columns."
            )
        return found

    def _text(self, node: exp.Expr) -> exp.Expr:
        found = self._node(node)
        return found.tree if found.type == "text" else cast_to(found.tree, "VARCHAR")

    def _condition(self, node: exp.Expr) -> exp.Expr:
        found = self._node(node)
        if found.type not in ("boolean", "null"):
            raise self._wrong(f"'{node.sql()[:60]}' is {found.type}, not a condition.", "Write a comparison, for example: status = 'Paid'.")
        return found.tree

    def _unify(self, values: Sequence[Typed]) -> str:
        kinds = {value.type for value in values} - {"null"}
        if len(kinds) > 1 and kinds <= set(_NUMERIC):
            return "decimal"
        if len(kinds) > 1 and kinds <= {"date", "datetime"}:
            return "datetime"
        if len(kinds) > 1:
            raise self._wrong(f"{' and '.join(sorted(kinds))} do not go together.", "Give the columns one type under columns.")
        return next(iter(kinds), "null")


def _as(value: Typed, kind: str) -> exp.Expr:
    tree = value.tree.copy()
    if value.type == kind:
        return tree
    return cast_to(tree, _STORED.get(kind, "BOOLEAN"))


_HANDLERS = cast(
    "dict[type[exp.Expr], Callable[[Compiler, Any], Typed]]",
    {
        exp.Column: Compiler.name,
        exp.Literal: Compiler.literal,
        exp.Null: Compiler.null,
        exp.Boolean: Compiler.boolean,
        exp.Paren: Compiler.paren,
        exp.Neg: Compiler.negative,
        exp.Not: Compiler.negation,
        exp.Is: Compiler.is_null,
        exp.In: Compiler.is_in,
        exp.DPipe: Compiler.joined,
        exp.Case: Compiler.choice,
        exp.If: Compiler.condition_if,
        exp.Anonymous: Compiler.function,
        exp.Date: Compiler.make_date,
        exp.Coalesce: Compiler.coalesce,
        exp.Concat: Compiler.concat,
        exp.Substring: Compiler.substring,
        exp.Round: Compiler.rounded,
        **dict.fromkeys((exp.Add, exp.Sub, exp.Mul, exp.Div), Compiler.arithmetic),
        **dict.fromkeys((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE), Compiler.compare),
        **dict.fromkeys((exp.And, exp.Or), Compiler.logic),
        **dict.fromkeys((exp.Lower, exp.Upper, exp.Trim), Compiler.text_function),
    },
)
