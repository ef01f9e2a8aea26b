"""The port of what was told: whoever shows, sends or closes figures of a day (Today, reports, targets, alerts) plugs in how to say it, and to whom.

A closed day whose figure changed later is told of with everybody who had the old one; what a plugged function can't say is left out and logged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from windsock.kernel.clock import iso
from windsock.kernel.errors import WindsockError
from windsock.metrics.model.definition import Words

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.kernel.period import Period
    from windsock.workspace import Workspace

TOLD_MAX = 500
"""So many are taken of each who is plugged in."""


@dataclass(frozen=True)
class Told:
    """Something that told figures of a day.

    Attributes:
        kind: what it is: ``today``, ``report``, ``target``, later ``alert``.
        id: its id, for a link.
        title: what people call it.
        day: the civil date whose figures it showed.
        at_ms: when it was shown or sent.
        people: how many it was sent to; None for whoever looked.
        to: to whom, as far as the reader may see it.
        values: what it said by metric, exact decimals as text; None where the figure was not kept. Only metrics that were asked for.
        now: what it would say now, where its figures are not those of the day.
        owner: who answers for it; "" for nobody.
        period: what its figures are of, where that is not the day.
    """

    kind: str
    id: str
    title: Words
    day: dt.date
    at_ms: int
    people: int | None = None
    to: tuple[str, ...] = ()
    values: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    now: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    owner: str = ""
    period: Period | None = None

    def json(self, zone: str) -> dict[str, Any]:
        """Return it as it travels; the day stands where it is listed."""
        return {
            "kind": self.kind,
            "id": self.id,
            **self.title.json(),
            "at": iso(self.at_ms, zone),
            "people": self.people,
            "to": list(self.to),
            "owner": self.owner,
            "period": None if self.period is None else {"start": self.period.start.isoformat(), "end": self.period.end.isoformat()},
            "values": [{"name": name, "value": value, "now": self.now.get(name)} for name, value in self.values.items()],
        }


@dataclass(frozen=True)
class Asked:
    """What is asked: by whom (names of receivers are for those who may see them), metrics by day, and before which instant by day."""

    actor: Actor
    metrics: Mapping[dt.date, frozenset[str]]
    before_ms: Mapping[dt.date, int]


class ToldPort(Protocol):
    """Says what was told about days before an instant of each."""

    def __call__(self, workspace: Workspace, asked: Asked) -> Iterable[Told]:
        """Return what was told, in no order."""
        ...


_log = structlog.get_logger(__name__)
_plugged: dict[str, Callable[[Workspace, Asked], Iterable[Told]]] = {}


def plug_told(kind: str, find: ToldPort) -> None:
    """Take a function that knows what was told; a second one of the same kind replaces the first."""
    _plugged[kind] = find


def told_about(workspace: Workspace, asked: Asked) -> tuple[Told, ...]:
    """Return what was told about days before their instants by all who plugged in, by day and time; at most 500 of each."""
    found: list[Told] = []
    for kind, find in _plugged.items():
        try:
            said = list(find(workspace, asked))[:TOLD_MAX]
        except WindsockError as error:
            _log.warning("restate.told_left_out", plugged=kind, error=str(error))
            continue
        found += [one for one in said if one.day in asked.before_ms and one.at_ms < asked.before_ms[one.day]]
    return tuple(sorted(found, key=lambda one: (one.day, one.at_ms, one.kind, one.id)))
