"""Days added up: what a longer bucket has of metrics whose days add up, cell for cell as one statement would say it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal, Inexact
from typing import TYPE_CHECKING

from windsock.kernel.period import bucket_start
from windsock.metrics.compile import OTHER

if TYPE_CHECKING:
    from windsock.metrics.compile import Scope
    from windsock.metrics.model.definition import Metric
    from windsock.metrics.shelf import Record

ADD_UP = frozenset({"count", "sum"})
"""Aggregates of which a period's is the sum of its days'."""
_WIDE = Context(prec=60, traps=[Inexact])


def adds_up(bases: Sequence[Metric]) -> bool:
    """Say whether the days of all metrics add up."""
    return all(measure.aggregate in ADD_UP for base in bases for measure in base.measures)


def fold(days: Sequence[Record], bases: Sequence[Metric], scope: Scope) -> list[Record] | None:
    """Return the records by the grain of a scope from those by day.

    Returns:
        The records; None where days don't say it: there are none, or figures are of a kind whose sum depends on its order.
    """
    keys = [*scope.by, *([OTHER] if scope.top is not None else [])]
    named = {base.name for base in bases}
    found: dict[tuple[object, ...], Record] = {}
    for day in days:
        head = {name: day[name] for name in keys}
        if scope.grain != "total":
            head["period"] = bucket_start(day["period"], scope.grain, scope.week_start)
        figures = {name: value for name, value in day.items() if name in named or name.startswith("rows_")}
        if any(isinstance(value, float) for value in figures.values()):
            return None
        known = found.setdefault(tuple(head.values()), head)
        for name, value in figures.items():
            known[name] = _sum(known.get(name), value)
    return list(found.values()) or None


def _sum(one: Decimal | int | None, other: Decimal | int | None) -> Decimal | int | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other if isinstance(one, int) and isinstance(other, int) else _WIDE.add(Decimal(one), Decimal(other))
