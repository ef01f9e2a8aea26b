"""An Ossie metric's expression, read back: aggregates over fields become measures over facts, what stands between them a formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, cast

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from windsock.kernel.errors import InvalidInput
from windsock.metrics.facts import FACTS
from windsock.metrics.model.expression import Name, Node, Number, Operation

LENGTH_MAX: Final = 5_000
_DIALECTS: Final = {"ANSI_SQL": None, "OSSIE_SQL_2026": None, "SNOWFLAKE": "snowflake", "DATABRICKS": "databricks", "BIGQUERY": "bigquery"}
_SIGNS: Final[dict[type[exp.Expr], str]] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
_DEPTH_MAX: Final = 40


@dataclass(frozen=True)
class Dataset:
    """A dataset of the document: the fact it stands for, and what each of its fields reads."""

    name: str
    fact: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Read:
    """What an expression became: a formula in which the name ``#0`` stands for the first measure."""

    measures: list[dict[str, Any]]
    formula: Node


def tree_of(given: Any, where: str) -> exp.Expr:  # noqa: ANN401 - it comes from YAML
    """Parse an Ossie expression object, in the first of its dialects that can be read.

    Raises:
        InvalidInput: there is none, or it is no SQL.
    """
    dialects = cast("Mapping[str, Any]", given).get("dialects") if isinstance(given, Mapping) else None
    listed = cast("list[Any]", dialects) if isinstance(dialects, list) else []
    pairs = [cast("Mapping[str, Any]", one) for one in listed if isinstance(one, Mapping)]
    offered = {str(one["dialect"]): str(one["expression"]) for one in pairs if "dialect" in one and "expression" in one}
    name = next((name for name in _DIALECTS if name in offered), None)
    if name is None:
        raise InvalidInput("It has no expression in a dialect that can be read.", where=where, fix=f"Dialects: {', '.join(_DIALECTS)}.")
    text = offered[name]
    if len(text) > LENGTH_MAX:
        raise InvalidInput(f"The expression has more than {LENGTH_MAX} characters.", where=where)
    try:
        return parse_one(text, read=_DIALECTS[name])
    except (SqlglotError, RecursionError) as error:
        raise InvalidInput("The expression is no SQL.", where=where, fix=str(error).split("\n", 1)[0][:200]) from error


def read_tree(tree: exp.Expr, datasets: Mapping[str, Dataset], metrics: frozenset[str], where: str) -> Read:
    """Turn a parsed expression into measures and a formula over them.

    Args:
        tree: of SQL.
        datasets: by name.
        metrics: names that may stand for themselves.
        where: the metric, for errors.

    Raises:
        InvalidInput: something in it has no counterpart; says what.
    """
    reader = _Reader(datasets, metrics, where)
    formula = reader.formula(tree, 0)
    return Read(reader.measures, formula)


@dataclass
class _Reader:
    datasets: Mapping[str, Dataset]
    metrics: frozenset[str]
    where: str
    measures: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def formula(self, node: exp.Expr, depth: int) -> Node:
        if depth > _DEPTH_MAX:
            raise self.no(node, "nests too deep")
        if isinstance(node, exp.Paren):
            return self.formula(node.this, depth + 1)
        sign = _SIGNS.get(type(node))
        if sign is not None:
            return Operation(sign, self.formula(node.this, depth + 1), self.formula(node.expression, depth + 1))
        if isinstance(node, (exp.Nullif, exp.Coalesce)):
            return self.formula(self.unwrapped(node), depth + 1)
        if isinstance(node, exp.Literal) and not node.is_string:
            return Number(Decimal(str(node.this)))
        return self.leaf(node)

    def unwrapped(self, node: exp.Nullif | exp.Coalesce) -> exp.Expr:
        """Take away NULLIF(x, 0) and COALESCE(x, 0): a divisor of zero is missing here anyway, and a sum takes what is not there as 0."""
        others = [node.expression] if isinstance(node, exp.Nullif) else node.expressions
        if len(others) == 1 and isinstance(others[0], exp.Literal) and others[0].this in ("0", "0.0"):
            return node.this
        raise self.no(node, "has no counterpart")

    def leaf(self, node: exp.Expr) -> Node:
        if isinstance(node, exp.Column) and not node.table and node.name in self.metrics:
            return Name(node.name)
        if isinstance(node, exp.Avg):
            return Operation("/", self.measure("sum", node.this), self.measure("count", node.this))
        if isinstance(node, exp.Sum):
            return self.measure("sum", node.this)
        if isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct) and len(node.this.expressions) == 1:
            return self.measure("count_distinct", node.this.expressions[0])
        if isinstance(node, exp.Count) and not isinstance(node.this, exp.Distinct):
            return self.measure("count", node.this)
        raise self.no(node, "has no counterpart")

    def no(self, node: exp.Expr, why: str) -> InvalidInput:
        return InvalidInput(
            f"'{node.sql()[:80]}' {why}.", where=self.where, fix="SUM, COUNT, COUNT(DISTINCT), AVG, CASE filters and + - * / are read."
        )

    def measure(self, aggregate: str, value: exp.Expr) -> Node:
        test: exp.Expr | None = None
        if isinstance(value, exp.Distinct):
            raise self.no(value, "sums distinct values, which has no counterpart")
        if isinstance(value, exp.Case) and value.this is None and len(value.args["ifs"]) == 1 and _nothing(value.args.get("default")):
            test, value = value.args["ifs"][0].this, value.args["ifs"][0].args["true"]
        if aggregate == "count" and not isinstance(value, (exp.Star, exp.Literal)):
            present = exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))
            test = present if test is None else exp.and_(test, present)
        fact, texts = self.over([part for part in (None if aggregate == "count" else value, test) if part is not None], value)
        found: dict[str, Any] = {"fact": fact, "aggregate": aggregate}
        if aggregate != "count":
            found["value"] = texts.pop(0)
        if test is not None:
            found["where"] = texts.pop(0)
        found["clocks"] = list(FACTS[fact].clocks)
        if found not in self.measures:
            self.measures.append(found)
        return Name(f"#{self.measures.index(found)}")

    def over(self, parts: list[exp.Expr], shown: exp.Expr) -> tuple[str, list[str]]:
        """Return the one fact that expressions read, and their texts over its fields."""
        tables = {column.table for part in parts for column in part.find_all(exp.Column)}
        if not parts and len(self.datasets) == 1:
            tables = set(self.datasets)
        known = {self.datasets[table].fact for table in tables if table in self.datasets}
        if tables == {""} and len(self.datasets) == 1:
            known = {next(iter(self.datasets.values())).fact}
        if len(known) != 1 or not tables <= {"", *self.datasets}:
            raise self.no(shown, "reads none or several of the datasets that have a counterpart")
        fact = known.pop()

        def swap(node: exp.Expr) -> exp.Expr:
            return self.column(node, fact) if isinstance(node, exp.Column) else node

        return fact, [part.transform(swap).sql("duckdb") for part in parts]

    def column(self, node: exp.Column, fact: str) -> exp.Expr:
        dataset = self.datasets.get(node.table) or next(iter(self.datasets.values()))
        name = dataset.fields.get(node.name, node.name)
        if name not in FACTS[fact].fields:
            raise InvalidInput(
                f"'{dataset.name}.{node.name[:60]}' has no counterpart in {fact}.",
                where=self.where,
                fix=f"Fields: {', '.join(sorted(FACTS[fact].fields))}.",
            )
        return exp.column(exp.to_identifier(name, quoted=name in ("order", "left", "first", "open")))


def _nothing(default: exp.Expr | None) -> bool:
    return default is None or isinstance(default, exp.Null) or (isinstance(default, exp.Literal) and default.this == "0")
