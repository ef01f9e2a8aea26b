"""The metric library: definitions as files, read once, checked against each other."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import resources
from typing import Any

import yaml

from windsock.kernel.errors import Broken, InvalidInput
from windsock.metrics.facts import DIMENSIONS, FACTS
from windsock.metrics.fields import measure_sql
from windsock.metrics.model import expression
from windsock.metrics.model.definition import CLOCKS, Metric, metric_from


@dataclass(frozen=True)
class Catalogue:
    """All metrics by name, with the parsed expressions of those that are made of others."""

    metrics: dict[str, Metric]
    expressions: dict[str, expression.Node]

    def get(self, name: str) -> Metric:
        """Return a metric.

        Raises:
            InvalidInput: there is none of that name; says which come close.
        """
        metric = self.metrics.get(name)
        if metric is None:
            close = get_close_matches(name, self.metrics, n=3)
            fix = f"Did you mean {' or '.join(close)}?" if close else "See `windsock metrics list` or the metric catalogue."
            raise InvalidInput(f"There is no metric '{name[:80]}'.", where="metrics", fix=fix)
        return metric

    def bases(self, names: Iterable[str]) -> tuple[Metric, ...]:
        """Return the base metrics behind metrics, each once, in order of need."""
        found: dict[str, Metric] = {}
        for name in names:
            metric = self.get(name)
            if metric.expression is None:
                found.setdefault(name, metric)
            else:
                for base in self.bases(expression.names(self.expressions[name])):
                    found.setdefault(base.name, base)
        return tuple(found.values())

    def clocks(self, name: str) -> tuple[str, ...]:
        """Return the clocks on which a metric can be asked: those that all its base metrics know, but for visits, which know one."""
        bases = [base for base in self.bases([name]) if base.clocks != ("event",)]
        if not bases:
            return ("event",)
        return tuple(clock for clock in CLOCKS if all(clock in base.clocks for base in bases))

    def dimensions(self, name: str) -> tuple[str, ...]:
        """Return the dimensions by which a metric can be cut: those of all its facts on its default clock."""
        facts = [FACTS[measure.fact] for base in self.bases([name]) for measure in base.measures if measure.clock(base.clock) is not None]
        return tuple(dimension for dimension in DIMENSIONS if all(dimension in fact.dimensions for fact in facts))

    def used_by(self, name: str) -> tuple[str, ...]:
        """Return the metrics whose expression names this one."""
        return tuple(other for other, node in self.expressions.items() if name in expression.names(node))


@functools.cache
def catalogue() -> Catalogue:
    """Read and check the built-in library.

    Raises:
        Broken: a file of the library is wrong: ours, found by the tests.
    """
    metrics: dict[str, Metric] = {}
    for folder in resources.files("windsock.metrics").joinpath("library").iterdir():
        if not folder.is_dir():
            continue
        for file in folder.iterdir():
            if not file.name.endswith(".yaml"):
                continue
            metric = _read(yaml.safe_load(file.read_text("utf-8")), f"{folder.name}/{file.name}")
            if metric.class_ != folder.name or f"{metric.name}.yaml" != file.name or metric.name in metrics:
                raise Broken(f"'{metric.name}' lies in the wrong place of the library.", where=f"{folder.name}/{file.name}")
            metrics[metric.name] = metric
    metrics = dict(sorted(metrics.items()))
    found = Catalogue(metrics, {name: expression.parse(metric.expression, name) for name, metric in metrics.items() if metric.expression})
    _check(found)
    return found


def _read(given: Any, where: str) -> Metric:  # noqa: ANN401 - it comes from YAML
    try:
        return metric_from(given, where)
    except InvalidInput as error:
        raise Broken(str(error), where=where) from error


def _check(found: Catalogue) -> None:
    for name, metric in found.metrics.items():
        found.bases([name])
        for measure in metric.measures:
            fact = FACTS.get(measure.fact)
            if fact is None or any(own not in fact.clocks for _, own in measure.clocks):
                raise Broken(f"'{name}' measures an unknown fact or clock.", where=measure.fact)
            measure_sql(measure, fact)
        if metric.measures and metric.clock not in metric.clocks:
            raise Broken(f"'{name}' has a default clock that it does not know.", where=metric.clock)
