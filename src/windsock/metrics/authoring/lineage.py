"""What a metric is made of, down to the facts, and what stands on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from windsock.kernel.written import read_yaml
from windsock.metrics.authoring.model import measure_words
from windsock.metrics.facts import FACTS
from windsock.metrics.model import expression
from windsock.metrics.model.definition import Words

if TYPE_CHECKING:
    from windsock.metrics.catalogue import Catalogue

NODES_MAX = 300


@dataclass(frozen=True)
class Step:
    """One line of a lineage, indented by ``depth``.

    Attributes:
        depth: 0 is the metric itself.
        kind: ``metric``, ``measure`` (an aggregate over a fact) or ``fact``.
        name: the metric's or fact's name.
        title: what it is called, in both languages.
        text: the formula, the measure, or "".
        seen: it was written out above already.
    """

    depth: int
    kind: str
    name: str
    title: Words
    text: str
    seen: bool = False


def lineage(library: Catalogue, name: str) -> tuple[Step, ...]:
    """Return what a metric is made of, as lines of a tree, at most 300.

    Raises:
        InvalidInput: there is no such metric.
    """
    steps: list[Step] = []
    shown: set[str] = set()

    def walk(one: str, depth: int) -> None:
        if len(steps) >= NODES_MAX:
            return
        metric = library.get(one)
        steps.append(Step(depth, "metric", one, metric.title, metric.expression or metric.formula.en, one in shown))
        if one in shown:
            return
        shown.add(one)
        for part in expression.names(library.expressions[one]) if one in library.expressions else ():
            walk(part, depth + 1)
        for measure in metric.measures:
            title = Words(measure_words(measure), measure_words(measure))
            clocks = ", ".join(asked if asked == own else f"{asked} by {own}" for asked, own in measure.clocks)
            steps.append(Step(depth + 1, "measure", measure.fact, title, clocks))
            steps.append(Step(depth + 2, "fact", measure.fact, fact_words(measure.fact), FACTS[measure.fact].source))

    walk(name, 0)
    return tuple(steps[:NODES_MAX])


@cache
def _book() -> dict[str, Any]:
    return read_yaml(files("windsock.metrics.authoring").joinpath("words.yaml").read_text("utf-8"))


def fact_words(name: str) -> Words:
    """Return what a fact is called; one without words is called by its name."""
    found = _book()["facts"].get(name)
    return Words(**found) if found else Words(name.replace("_", " "), name)


def field_words(name: str) -> Words | None:
    """Return what a field is called, or None where nobody named it."""
    found = _book()["fields"].get(name)
    return Words(**found) if found else None
