"""Metrics as an Apache Ossie model (formerly Open Semantic Interchange), core specification 0.2.0.dev0.

Followed: https://github.com/apache/ossie, ``core-spec/spec.md``, ``core-spec/ossie-schema.json`` and ``core-spec/expression_language.md``.
A fact becomes a dataset, its fields become fields, a metric becomes one aggregate expression over them, filters written as CASE as that
language asks for. What the format has no place for (clocks, class, owner, direction, additivity, the Chinese words, the worked example, and
that a metric is made of others) travels in a custom extension of the vendor WINDSOCK, as the whole definition in JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import yaml
from sqlglot import exp, parse_one

from windsock.metrics.authoring.files import ordered
from windsock.metrics.authoring.lineage import fact_words, field_words
from windsock.metrics.facts import DIMENSIONS, FACTS, Fact
from windsock.metrics.model import expression
from windsock.metrics.model.definition import QUANTILES, Measure, Metric

if TYPE_CHECKING:
    from windsock.metrics.catalogue import Catalogue

VERSION: Final = "0.2.0.dev0"
VENDOR: Final = "WINDSOCK"
DIALECT: Final = "ANSI_SQL"
RESERVED: Final = frozenset({"order", "left", "first", "open", "value", "date", "end", "start", "year", "month", "day", "minute", "second", "line"})
_TYPES: Final = {"text": "String", "boolean": "Boolean", "date": "Date", "integer": "Integer"}
_UNIT_TYPES: Final = {"count": "Integer", "nights": "Integer"}


def model_of(library: Catalogue, bodies: Iterable[Mapping[str, Any]], home: Mapping[str, Any]) -> dict[str, Any]:
    """Return definitions as the root object of an Ossie document.

    Args:
        library: the metrics that they are made of.
        bodies: the definitions to write, each in force in ``library``.
        home: what holds for all of them: currency, time zone, first day of the week.
    """
    names = [str(body["name"]) for body in bodies]
    facts = sorted({measure.fact for base in library.bases(names) for measure in base.measures})
    model = {
        "name": "windsock",
        "description": "Metrics of travel sales: events, orders, payments, stock and costs.",
        "ai_context": {"instructions": "Money is in the workspace's currency. A ratio whose divisor is zero is missing, never 0."},
        "datasets": [_dataset(FACTS[fact]) for fact in facts] or [_dataset(next(iter(FACTS.values())))],
        "metrics": [_metric(library, name) for name in names],
        "custom_extensions": [_extension(home)],
    }
    return {"version": VERSION, "dialects": [DIALECT], "vendors": [VENDOR], "semantic_model": [model]}


def ossie_text(document: Mapping[str, Any]) -> str:
    """Return an Ossie document as YAML."""
    return yaml.safe_dump(dict(document), allow_unicode=True, sort_keys=False, width=140)


def metric_sql(library: Catalogue, name: str) -> str:
    """Return a metric as one aggregate expression over ``fact.field``, all metrics it is made of written out."""
    return _sql(_tree(library, name))


def _tree(library: Catalogue, name: str) -> exp.Expr:
    node = library.expressions.get(name)
    return _base(library.get(name)) if node is None else _node(library, node)


def _node(library: Catalogue, node: expression.Node) -> exp.Expr:
    if isinstance(node, expression.Number):
        return exp.Literal.number(f"{node.value:f}")
    if isinstance(node, expression.Name):
        return _tree(library, node.name)
    left, right = exp.paren(_node(library, node.left)), exp.paren(_node(library, node.right))
    if node.sign == "/":
        return exp.Div(this=left, expression=exp.Nullif(this=right.unnest(), expression=exp.Literal.number(0)))
    kind = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}[node.sign]
    return kind(this=left, expression=right)


def _base(metric: Metric) -> exp.Expr:
    parts = [_aggregate(measure) for measure in metric.measures if measure.clock(metric.clock) is not None]
    if len(parts) == 1:
        return parts[0]
    zero = exp.Literal.number(0)
    whole = [exp.Coalesce(this=part, expressions=[zero.copy()]) for part in parts]
    found: exp.Expr = whole[0]
    for part in whole[1:]:
        found = exp.Add(this=found, expression=part)
    return found


def _aggregate(measure: Measure) -> exp.Expr:
    fact = FACTS[measure.fact]
    if measure.aggregate == "count":
        value: exp.Expr = _column(fact.name, fact.key[0]) if measure.where is None else exp.Literal.number(1)
    else:
        value = _over(fact, measure.value or "")
    if measure.where is not None:
        value = exp.Case(ifs=[exp.If(this=_over(fact, measure.where), true=value)])
    if measure.aggregate == "sum":
        return exp.Sum(this=value)
    if measure.aggregate in QUANTILES:
        share = exp.PercentileDisc(this=exp.Literal.number(QUANTILES[measure.aggregate]))
        return exp.WithinGroup(this=share, expression=exp.Order(expressions=[exp.Ordered(this=value, nulls_first=False)]))
    return exp.Count(this=exp.Distinct(expressions=[value]) if measure.aggregate == "count_distinct" else value)


def _over(fact: Fact, text: str) -> exp.Expr:
    def swap(node: exp.Expr) -> exp.Expr:
        return _column(fact.name, node.name) if isinstance(node, exp.Column) else node

    return parse_one(text, read="duckdb").transform(swap)


def _column(fact: str, field: str) -> exp.Column:
    return exp.column(exp.to_identifier(field, quoted=field in RESERVED), table=exp.to_identifier(fact))


def _sql(tree: exp.Expr) -> str:
    return tree.sql()


def _dataset(fact: Fact) -> dict[str, Any]:
    times = {clock.column for clock in fact.clocks.values()}
    return {
        "name": fact.name,
        "source": f"windsock.{fact.name}",
        "primary_key": list(fact.key),
        "description": fact_words(fact.name).en,
        "ai_context": {"synonyms": [fact_words(fact.name).zh]},
        "fields": [_field(name, is_time=sql in times) for name, sql in sorted(fact.fields.items())],
        "custom_extensions": [_extension({"fact": fact.name, "clocks": list(fact.clocks)})],
    }


def _field(name: str, *, is_time: bool) -> dict[str, Any]:
    dimension = DIMENSIONS.get(name)
    title = dimension.title if dimension is not None else field_words(name)
    column = exp.to_identifier(name, quoted=name in RESERVED)
    found: dict[str, Any] = {"name": name, "expression": _expression(column.sql())}
    if dimension is not None or is_time:
        found["dimension"] = {"is_time": is_time}
    if title is not None:
        found |= {"description": title.en, "ai_context": {"synonyms": [title.zh]}}
    if dimension is not None:
        found["datatype"] = _TYPES[dimension.kind]
    return found


def _metric(library: Catalogue, name: str) -> dict[str, Any]:
    metric = library.get(name)
    return {
        "name": name,
        "expression": _expression(metric_sql(library, name)),
        "description": metric.description.en,
        "datatype": _UNIT_TYPES.get(metric.unit, "Decimal"),
        "ai_context": {"instructions": metric.formula.en, "synonyms": list(dict.fromkeys([metric.title.en, metric.title.zh]))},
        "custom_extensions": [_extension(ordered(library.bodies[name]))],
    }


def _expression(text: str) -> dict[str, Any]:
    return {"dialects": [{"dialect": DIALECT, "expression": text}]}


def _extension(data: Mapping[str, Any]) -> dict[str, str]:
    return {"vendor_name": VENDOR, "data": json.dumps(data, ensure_ascii=False)}
