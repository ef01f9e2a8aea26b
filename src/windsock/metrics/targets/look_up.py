"""Targets as others ask for them: the value for a figure that is shown, and which metrics have one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from windsock.metrics.model.definition import Words
from windsock.metrics.targets import store
from windsock.metrics.targets.model.target import GRAINS, Grain, Place, Target, period_of
from windsock.metrics.uses import Use

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.metrics.model.predicate import Predicate
    from windsock.records import Session
    from windsock.workspace import Workspace


def targets_for(workspace: Workspace, metrics: Sequence[str], period: Period, where: Sequence[Predicate]) -> Mapping[str, Decimal]:
    """Return the targets of metrics for just a period and cut; where one figure has several (a month that is asked as such), the longest.

    Args:
        workspace: where.
        metrics: the names of metrics.
        period: the dates of the figure; a target for other dates is none of it.
        where: the figure's filters: none, or one dimension that equals one value; anything else has no target.
    """
    cut = _cut(where)
    if cut is None:
        return {}
    places = {Place(name, *cut, grain, period.start): name for grain in _grains(period) for name in metrics}
    with workspace.records.read() as session:
        found = store.at_places(session, places.keys())
    return {place.metric: target.aim.value for place, target in sorted(found.items(), key=lambda one: GRAINS.index(one[0].grain))}


def targets_of_day(workspace: Workspace, day: dt.date, most: int) -> list[Target]:
    """Return the targets of one day, at most so many, in the order of their metrics."""
    with workspace.records.read() as session:
        return store.page(session, store.Wanted(grain="day", start=day), most)


def target_uses(session: Session, metrics: frozenset[str]) -> Iterable[Use]:
    """Return the targets that stand on metrics, one line for each metric: how many there are."""
    for name in sorted(metrics):
        number = store.count_of_metric(session, name)
        if number:
            yield Use(name, "target", name, Words(f"{number} target{'s' if number > 1 else ''}", f"{number} 项目标"))


def _grains(period: Period) -> list[Grain]:
    return [grain for grain in GRAINS if period_of(grain, period.start) == period]


def _cut(where: Sequence[Predicate]) -> tuple[str, str] | None:
    if not where:
        return "", ""
    first = where[0]
    if len(where) > 1 or first.op != "=" or first.value is None:
        return None
    return first.field, str(first.value).lower() if isinstance(first.value, bool) else str(first.value)
