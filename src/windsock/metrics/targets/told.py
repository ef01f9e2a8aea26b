"""What closed targets told: the figures that were written down when their period ended, beside what they would be now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from windsock.metrics.catalogue import catalogue_of
from windsock.metrics.model.definition import Words
from windsock.metrics.targets import store
from windsock.metrics.targets.measure import measure
from windsock.metrics.targets.show import figure
from windsock.metrics.told_port import Told
from windsock.metrics.value_names import namer

if TYPE_CHECKING:
    import datetime as dt

    from windsock.metrics.targets.model.target import Place
    from windsock.metrics.told_port import Asked
    from windsock.metrics.value_names import Namer
    from windsock.workspace import Workspace

CLOSED_MAX = 60
"""So many closed targets are measured anew for an answer, those of the latest periods."""


def told_targets(workspace: Workspace, asked: Asked) -> Iterable[Told]:
    """Return the targets that were closed with a figure of a changed metric and whose period holds a changed day, a row for each such day.

    A target of one value of a dimension is left out where its figure is the same now: the change was elsewhere.
    """
    if not asked.before_ms or not asked.actor.may("metrics.read"):
        return
    names = frozenset(name for metrics in asked.metrics.values() for name in metrics)
    with workspace.records.read() as session:
        closed = store.closed_over(session, names, (min(asked.metrics), max(asked.metrics)), max(asked.before_ms.values()), CLOSED_MAX)
    days = {target.id: _days(target.place, result.as_of_ms, asked) for target, result in closed}
    held = [(target, result) for target, result in closed if days[target.id]]
    if not held:
        return
    library, named = catalogue_of(workspace), namer(workspace)
    now = measure(workspace, [target for target, _ in held], workspace.clock.now_ms())
    for target, result in held:
        metric = library.metrics.get(target.place.metric)
        unit = "count" if metric is None else metric.unit
        then, later = figure(result.actual, unit), figure(now[target.id].actual, unit)
        if target.place.dimension and then == later:
            continue
        for day in days[target.id]:
            yield Told(
                "target",
                target.id,
                _title(target.place, named),
                day,
                result.as_of_ms,
                values={target.place.metric: then},
                now={target.place.metric: later},
                owner=str(result.body.get("owner", target.aim.owner)),
                period=target.place.period,
            )


def _days(place: Place, at_ms: int, asked: Asked) -> list[dt.date]:
    """Return the asked days of a target's period on which its metric changed after an instant."""
    within = [day for day, metrics in asked.metrics.items() if place.metric in metrics and place.period.start <= day <= place.period.end]
    return [day for day in within if at_ms < asked.before_ms[day]]


def _title(place: Place, named: Namer) -> Words:
    """Name a target by its period, and by the value that it is of."""
    if not place.dimension:
        return Words(place.name, place.name)
    member = named(place.dimension, place.member)
    return Words(f"{place.name}, {member.en}", f"{place.name}，{member.zh}")
