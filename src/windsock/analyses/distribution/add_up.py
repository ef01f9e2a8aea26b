"""The rules of a person's figure, event by event: what each adds. The statement in ``measure`` says the same of everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from windsock.analyses.distribution.model import Distribution


@dataclass(frozen=True)
class Seen:
    """An event of the person, and its value of the field that is added up."""

    t_ms: int
    event: str
    key: tuple[int, int]
    value: Decimal | None = None


@dataclass(frozen=True)
class Added:
    """What an event adds to the figure, and the figure with it."""

    seen: Seen
    adds: Decimal
    figure: Decimal


def add_up(distribution: Distribution, events: Sequence[Seen], zone: str) -> tuple[Added, ...]:
    """Return what each event adds, in the order of time."""
    return tuple(_added(distribution, sorted(events, key=lambda seen: (seen.t_ms, seen.key)), zone))


def _added(distribution: Distribution, events: Sequence[Seen], zone: str) -> Iterator[Added]:
    figure, known = Decimal(0), set[object]()
    for seen in events:
        if distribution.of == "sum":
            adds = seen.value or Decimal(0)
        else:
            mark = _mark(distribution, seen, zone)
            adds = Decimal(0 if mark in known else 1)
            known.add(mark)
        figure += adds
        yield Added(seen, adds, figure)


def _mark(distribution: Distribution, seen: Seen, zone: str) -> object:
    """Return what is counted once."""
    local = dt.datetime.fromtimestamp(seen.t_ms / 1000, ZoneInfo(zone))
    if distribution.of == "days":
        return local.date()
    if distribution.of == "hours":
        return local.date(), local.hour, local.fold
    return local.hour if distribution.of == "hours_of_day" else (seen.t_ms, seen.key)
