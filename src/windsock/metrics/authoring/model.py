"""Rules of a metric that somebody writes: names, units that fit, sums that may be summed, divisors that are not zero. Pure; nothing is run.

Each rule answers with findings in both languages: an *error* keeps a definition from being saved, a *hint* does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal, cast

from windsock.metrics.model.definition import Measure, Metric
from windsock.metrics.model.expression import Name, Node, Number, Operation, evaluate, names

Level = Literal["error", "hint"]

NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,59}", re.ASCII)
TEXT_MAX: Final = {"title": 80, "description": 600, "formula": 300}
OWNER_MAX: Final = 80
EXPRESSION_MAX: Final = 500
MEASURES_MAX: Final = 6
WORDS: Final = ("title", "description", "formula")
_RESERVED: Final = re.compile(r"period|total|several|other|rows_\d+", re.ASCII)
_PEOPLE: Final = ("person", "did")
_CLOSE: Final = Decimal("0.000001")


@dataclass(frozen=True)
class Finding:
    """One thing to mend or to mind.

    Attributes:
        level: ``error`` keeps the definition from being saved.
        field: which part of the definition: ``expression``, ``measures``, ``title`` ...
        en: what is wrong, in English.
        zh: the same in Chinese.
        fix: what to write instead, or "": names and formulas, which have no language.
    """

    level: Level
    field: str
    en: str
    zh: str
    fix: str = ""


def filled(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a definition whose texts stand in both languages: one that is blank takes the other's.

    >>> filled({"title": {"en": "", "zh": "搜索数"}})["title"]["en"]
    '搜索数'
    """
    found = dict(body)
    for key in WORDS:
        given = found.get(key)
        if isinstance(given, Mapping):
            texts = {language: str(text).strip() for language, text in cast("Mapping[str, Any]", given).items()}
            spare = next((text for text in texts.values() if text), "")
            found[key] = {language: text or spare for language, text in texts.items()}
    return found


def text_findings(body: Mapping[str, Any], taken: Iterable[str]) -> Iterator[Finding]:
    """Check names and texts.

    Args:
        body: the definition in the form of a library file.
        taken: names that mean something else in a question: dimensions.
    """
    name = body.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        yield Finding(
            "error", "name", "The name needs 2 to 60 small letters, digits or _.", "名称须为 2 至 60 个小写字母、数字或下划线。", "searches_per_visit"
        )
    elif name in set(taken) or _RESERVED.fullmatch(name):
        yield Finding("error", "name", f"'{name}' means something else in a question.", f"“{name}” 在查询中另有含义。", f"{name}_count")
    for key in WORDS:
        given = body.get(key)
        texts = [text for text in cast("Mapping[str, Any]", given).values() if isinstance(text, str)] if isinstance(given, Mapping) else []
        if not any(text.strip() for text in texts):
            yield Finding("error", key, "Write a text, in one language at least.", "请至少用一种语言填写。")
        elif any(len(text) > TEXT_MAX[key] for text in texts):
            yield Finding("error", key, f"At most {TEXT_MAX[key]} characters.", f"最多 {TEXT_MAX[key]} 个字符。")
    owner = body.get("owner")
    if not isinstance(owner, str) or not 0 < len(owner.strip()) <= OWNER_MAX:
        yield Finding("error", "owner", "Say who answers for it.", "请填写负责人。", "operations lead")
    yield from _size_findings(body)


def _size_findings(body: Mapping[str, Any]) -> Iterator[Finding]:
    texts = [body.get("expression")]
    measures = body.get("measures")
    if isinstance(measures, list):
        given = cast("list[Any]", measures)
        if len(given) > MEASURES_MAX:
            yield Finding("error", "measures", f"At most {MEASURES_MAX} measures.", f"最多 {MEASURES_MAX} 个度量。")
        for one in given[:MEASURES_MAX]:
            if isinstance(one, Mapping):
                texts += [cast("Mapping[str, Any]", one).get(key) for key in ("value", "where")]
    for text in texts:
        if text is not None and (not isinstance(text, str) or len(text) > EXPRESSION_MAX):
            yield Finding("error", "expression", f"A formula has at most {EXPRESSION_MAX} characters.", f"公式最多 {EXPRESSION_MAX} 个字符。")


def override_findings(metric: Metric, shipped: Metric | None) -> Iterator[Finding]:
    """Check a definition that takes the place of a metric of the library: pages and the tree rely on what kind of number it is."""
    if shipped is None:
        return
    for key in ("unit", "additivity", "clock"):
        kept, given = getattr(shipped, key), getattr(metric, key)
        if kept != given:
            yield Finding(
                "error",
                key,
                f"'{metric.name}' is a metric of the library: its {key} stays {kept}.",
                f"“{metric.name}” 是内置指标，该属性须保持为 {kept}。",
                str(kept),
            )
    yield Finding("hint", "name", f"This changes the shipped metric '{metric.name}' everywhere.", f"这会在所有地方改变内置指标“{metric.name}”。")


def measure_findings(metric: Metric) -> Iterator[Finding]:
    """Check a base metric: what is counted once must not be summed over cells, and a quantile never adds up."""
    people = any(measure.aggregate == "count_distinct" and measure.value in _PEOPLE for measure in metric.measures)
    quantile = any(measure.aggregate not in ("sum", "count", "count_distinct") for measure in metric.measures)
    if people and metric.additivity == "additive":
        yield Finding("error", "additivity", "Distinct people do not add up over cells.", "去重人数在各单元格之间不可相加。", "distinct")
    if quantile and metric.additivity not in ("none", "ratio"):
        yield Finding("error", "additivity", "A quantile does not add up.", "分位数不可相加。", "none")
    counted = {"count", "count_distinct"} & {measure.aggregate for measure in metric.measures}
    if counted and metric.unit not in ("count", "nights"):
        yield Finding("error", "unit", "What is counted has the unit count.", "计数的单位应为“数量”。", "count")


_DIMENSIONS: Final[dict[str, dict[str, int] | None]] = {
    "money": {"money": 1},
    "money_ratio": {"money": 1, "count": -1},
    "count": {"count": 1},
    "nights": {"count": 1},
    "ratio": {},
    "days": {"day": 1},
    "seconds": {"second": 1},
    "number": None,
}
_UNITS: Final[tuple[tuple[dict[str, int], tuple[str, ...]], ...]] = (
    ({"money": 1}, ("money",)),
    ({"money": 1, "count": -1}, ("money_ratio",)),
    ({"count": 1}, ("count", "nights")),
    ({}, ("ratio", "number")),
    ({"day": 1}, ("days",)),
    ({"second": 1}, ("seconds",)),
    ({"day": 1, "count": -1}, ("days",)),
    ({"second": 1, "count": -1}, ("seconds",)),
)
_ANY: Final[dict[str, int] | None] = None


@dataclass(frozen=True)
class Shape:
    """What kind of number an expression gives: exponents of its units (None: a bare number fits anywhere) and whether it adds up."""

    dimension: dict[str, int] | None
    additivity: str


def expression_findings(metric: Metric, node: Node, parts: Mapping[str, Metric]) -> Iterator[Finding]:
    """Check a formula over metrics: divisors, units and additivity.

    Args:
        metric: the definition.
        node: its parsed expression.
        parts: the metrics it names.
    """
    found: list[Finding] = []
    shape = _shape(node, parts, found)
    yield from found
    if any(one.level == "error" for one in found):
        return
    fits = units_of(shape)
    if fits and metric.unit not in (*fits, "number"):
        yield Finding(
            "error",
            "unit",
            f"The formula gives {' or '.join(fits)}, not {metric.unit}.",
            f"公式的结果单位是 {'、'.join(fits)}，不是 {metric.unit}。",
            fits[0],
        )
    if not fits:
        yield Finding("hint", "unit", "The formula gives a unit that has no name here.", "公式结果的单位在此没有名称。")
    if shape.additivity != metric.additivity and {shape.additivity, metric.additivity} != {"ratio", "none"}:
        level: Level = "error" if metric.additivity in ("additive", "distinct") and shape.additivity != "additive" else "hint"
        yield Finding(
            level,
            "additivity",
            f"Parts of this formula make it '{shape.additivity}': as '{metric.additivity}' its totals would be misread.",
            f"按公式应为“{shape.additivity}”；设为“{metric.additivity}”会使合计被误读。",
            shape.additivity,
        )


def units_of(shape: Shape) -> tuple[str, ...]:
    """Return the units that fit a shape, the likeliest first; none where it has no name here."""
    if shape.dimension is None:
        return ("ratio", "number", "count", "money")
    return next((units for dimension, units in _UNITS if dimension == shape.dimension), ())


def shape_of(node: Node, parts: Mapping[str, Metric]) -> Shape:
    """Return what kind of number an expression gives."""
    return _shape(node, parts, [])


def _shape(node: Node, parts: Mapping[str, Metric], found: list[Finding]) -> Shape:
    if isinstance(node, Number):
        return Shape(_ANY, "additive")
    if isinstance(node, Name):
        metric = parts[node.name]
        return Shape(_DIMENSIONS.get(metric.unit), metric.additivity)
    left, right = _shape(node.left, parts, found), _shape(node.right, parts, found)
    if node.sign in "+-":
        return _sum_shape(left, right, found)
    constant = [not names(side) for side in (node.left, node.right)]
    if node.sign == "/" and constant[1] and evaluate(node.right, {}) == Decimal(0):
        found.append(Finding("error", "expression", "This divides by zero.", "除数为零。"))
    power = 1 if node.sign == "*" else -1
    keys = {*(left.dimension or {}), *(right.dimension or {})}
    exponents = {key: (left.dimension or {}).get(key, 0) + power * (right.dimension or {}).get(key, 0) for key in keys}
    dimension = _ANY if left.dimension is None and right.dimension is None else {key: one for key, one in exponents.items() if one}
    if constant[1]:
        return Shape(dimension, left.additivity)
    if constant[0] and node.sign == "*":
        return Shape(dimension, right.additivity)
    return Shape(dimension, "ratio")


def _sum_shape(left: Shape, right: Shape, found: list[Finding]) -> Shape:
    if left.dimension is not None and right.dimension is not None and left.dimension != right.dimension:
        told = " / ".join(" or ".join(units_of(side)[:1]) or "?" for side in (left, right))
        found.append(Finding("error", "expression", f"Unlike units are added: {told}.", f"不同单位不能相加减：{told}。"))
    kinds = {left.additivity, right.additivity}
    worst = next((kind for kind in ("none", "ratio", "distinct") if kind in kinds), "additive")
    return Shape(right.dimension if left.dimension is None else left.dimension, worst)


_BINDS: Final = {"+": 1, "-": 1, "*": 2, "/": 2}


def text_of(node: Node) -> str:
    """Return an expression as text that reads back as the same tree.

    >>> text_of(Operation("/", Name("a"), Operation("*", Name("b"), Number(Decimal(2)))))
    'a / (b * 2)'
    """
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Number):
        return f"{node.value:f}"
    binds = _BINDS[node.sign]
    left, right = text_of(node.left), text_of(node.right)
    if isinstance(node.left, Operation) and _BINDS[node.left.sign] < binds:
        left = f"({left})"
    if isinstance(node.right, Operation) and _BINDS[node.right.sign] <= binds:
        right = f"({right})"
    return f"{left} {node.sign} {right}"


def renamed(node: Node, to: Mapping[str, str]) -> Node:
    """Return an expression with other names for some of its metrics."""
    if isinstance(node, Name):
        return Name(to.get(node.name, node.name))
    if isinstance(node, Number):
        return node
    return Operation(node.sign, renamed(node.left, to), renamed(node.right, to))


def example_findings(metric: Metric, value_of: Callable[[Mapping[str, Decimal]], Decimal | None]) -> Iterator[Finding]:
    """Check the worked example of a formula over metrics: it must give the figure that it says.

    Args:
        metric: the definition.
        value_of: gives the metric's value from the values that the example gives; None where one is missing or a divisor is zero.
    """
    example = metric.example
    if metric.expression is None or not example or "given" not in example or "expect" not in example:
        return
    try:
        values = {str(name): Decimal(str(value)) for name, value in dict(example["given"]).items()}
        wanted = Decimal(str(example["expect"]))
    except (ArithmeticError, TypeError, ValueError):
        yield Finding("error", "example", "The worked example holds something that is no number.", "示例中有非数字内容。")
        return
    result = value_of(values)
    if result is None or abs(result - wanted) > _CLOSE:
        told = "-" if result is None else f"{result.normalize():f}"
        yield Finding("error", "example", f"The worked example gives {told}, not {wanted}.", f"示例计算结果为 {told}，而不是 {wanted}。", told)


def measure_words(measure: Measure) -> str:
    """Return a measure as one line, for the lineage: ``sum(booked_value) over order_line where paid``."""
    inner = "*" if measure.aggregate == "count" else measure.value or "?"
    kept = f" where {measure.where}" if measure.where else ""
    return f"{measure.aggregate}({inner}) over {measure.fact}{kept}"
