"""Check a definition as somebody writes it: all findings at once, and the catalogue as it would be with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from windsock.kernel.errors import InvalidInput
from windsock.metrics.authoring.model import (
    Finding,
    example_findings,
    expression_findings,
    filled,
    measure_findings,
    override_findings,
    shape_of,
    text_findings,
    units_of,
)
from windsock.metrics.authoring.types import run_findings, type_findings
from windsock.metrics.catalogue import Catalogue, catalogue
from windsock.metrics.facts import DIMENSIONS
from windsock.metrics.model import expression

if TYPE_CHECKING:
    from windsock.workspace import Workspace


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Attributes:
        body: the definition with its blank texts filled.
        findings: errors first.
        library: the catalogue with the definition in it, or None where an error keeps it out.
        units: units that fit the formula, the likeliest first.
        additivity: what the formula's totals are, or None for a base metric.
    """

    body: dict[str, Any]
    findings: tuple[Finding, ...]
    library: Catalogue | None
    units: tuple[str, ...] = ()
    additivity: str | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the definition from being saved."""
        return tuple(one for one in self.findings if one.level == "error")


def check(library: Catalogue, body: Mapping[str, Any]) -> Checked:
    """Check a definition against a catalogue by rules alone; nothing is run.

    Args:
        library: the metrics that it may name.
        body: the definition in the form of a library file.
    """
    full = filled(body)
    found = list(text_findings(full, DIMENSIONS))
    node, broken = _parse(full, library)
    found += broken
    if any(one.level == "error" for one in found):
        return Checked(full, _ordered(found), None)
    try:
        with_it = library.changed({full["name"]: full})
    except InvalidInput as error:
        return Checked(full, _ordered([*found, _worded(error, full["name"])]), None)
    metric = with_it.get(full["name"])
    found += override_findings(metric, catalogue().metrics.get(metric.name))
    if node is None:
        found += measure_findings(metric)
        return Checked(full, _ordered(found), with_it)
    shape = shape_of(node, with_it.metrics)
    found += expression_findings(metric, node, with_it.metrics)
    found += example_findings(metric, lambda values: _deep(metric.name, values, with_it))
    return Checked(full, _ordered(found), with_it, units_of(shape), shape.additivity)


def probe(workspace: Workspace, checked: Checked, *, run: bool = False) -> Checked:
    """Ask the engine for the types of a base metric's expressions: a text can't be summed, and a condition must be true or false.

    Args:
        workspace: where to ask.
        checked: what the rules found; one with errors is returned as it is.
        run: compute the metric once too, over the last days with data, as some mistakes show on rows only; else no rows are read.
    """
    if checked.library is None or checked.errors:
        return checked
    metric = checked.library.get(str(checked.body["name"]))
    if not metric.measures:
        return checked
    found = [*checked.findings, *type_findings(workspace, metric)]
    if run and len(found) == len(checked.findings):
        found += run_findings(workspace, metric)
    return Checked(checked.body, _ordered(found), checked.library, checked.units, checked.additivity)


def refuse(checked: Checked) -> Catalogue:
    """Return the catalogue with the definition in it.

    Raises:
        InvalidInput: the definition has errors; the first is told, with how many more there are.
    """
    if checked.library is not None and not checked.errors:
        return checked.library
    first, more = checked.errors[0], len(checked.errors) - 1
    rest = f" There {'is' if more == 1 else 'are'} {more} more." if more else ""
    raise InvalidInput(first.en + rest, where=f"{checked.body.get('name') or 'metric'}.{first.field}", fix=first.fix)


def _ordered(found: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.level != "error"))


def _deep(name: str, values: Mapping[str, Decimal], library: Catalogue) -> Decimal | None:
    """Evaluate a metric from given values, going down only where none is given."""
    if name in values:
        return values[name]
    node = library.expressions.get(name)
    if node is None:
        return None
    return expression.evaluate(node, {part: _deep(part, values, library) for part in expression.names(node)})


def _parse(body: Mapping[str, Any], library: Catalogue) -> tuple[expression.Node | None, list[Finding]]:
    text = body.get("expression")
    if not isinstance(text, str) or not text.strip():
        if not body.get("measures"):
            return None, [Finding("error", "expression", "Write a formula, or choose what to count.", "请填写公式，或选择要统计的内容。")]
        return None, []
    try:
        node = expression.parse(text, "expression")
    except InvalidInput as error:
        zh = "除数为零。" if "divides by zero" in error.what else f"公式无法识别：{error.what}"
        return None, [Finding("error", "expression", error.what, zh, error.fix)]
    unknown = [name for name in expression.names(node) if name not in library.metrics and name != body.get("name")]
    found: list[Finding] = []
    for name in unknown[:5]:
        close = get_close_matches(name, library.metrics, n=3)
        found.append(Finding("error", "expression", f"There is no metric '{name[:60]}'.", f"没有名为“{name[:60]}”的指标。", " / ".join(close)))
    if not expression.names(node):
        found.append(Finding("error", "expression", "Name at least one metric.", "公式中至少要有一个指标。"))
    return node, found


def _worded(error: InvalidInput, name: str) -> Finding:
    """Say an error of the catalogue in both languages."""
    place = error.where.removeprefix(f"{name}.").split(".")[0]
    field = place if place in ("expression", "measures", "clock", "name", "unit", "use", "class", "scope", "direction", "additivity") else "measures"
    circle = " is made of itself: "
    if circle in error.what:
        return Finding("error", "expression", error.what, f"指标循环引用：{error.what.split(circle, 1)[1]}", error.fix)
    return Finding("error", field, error.what, f"定义有误：{error.what}", error.fix)
