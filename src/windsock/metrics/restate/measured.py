"""What a metric stands on: its scans, the kinds of data, and whether it counts people or looks beyond the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.metrics.compile import plan_scans
from windsock.metrics.facts import FACTS
from windsock.metrics.fields import fields_read

if TYPE_CHECKING:
    from windsock.metrics.catalogue import Catalogue
    from windsock.metrics.model.definition import Measure, Metric

Scan = tuple[str, str]
"""A fact and the clock that it is read by."""
_PEOPLE = frozenset({"person", "first", "since_first_ms"})
_EMPTIED = ("e.properties", "e.order_ref")
"""What an erasure empties of an event."""
_BEYOND = frozenset({"first", "since_first_ms"})
"""Fields that depend on rows of other days: what moved on any day may change them."""


@dataclass(frozen=True)
class Measured:
    """A metric with what it stands on.

    Attributes:
        metric: its definition.
        scans: what is read for it.
        kinds: the kinds of data behind them: orders, events, catalog.
        people: the scans in which it tells people apart.
        beyond: whether rows of other days move its figure of a day.
        emptied: whether it reads what an erasure empties.
    """

    metric: Metric
    scans: tuple[Scan, ...]
    kinds: frozenset[str]
    people: frozenset[Scan]
    beyond: bool
    emptied: bool

    @property
    def name(self) -> str:
        """The metric's name."""
        return self.metric.name

    @property
    def adds(self) -> bool:
        """Whether a day without rows has the figure 0."""
        return self.metric.additivity in ("additive", "distinct")


def measured(library: Catalogue, name: str) -> Measured:
    """Return what a metric stands on, each base metric by its own clock.

    Raises:
        InvalidInput: there is no such metric.
    """
    found = plan_scans(library.bases((name,)), None)
    scans = tuple((scan.fact.name, scan.clock) for scan in found)
    people: set[Scan] = set()
    beyond = emptied = False
    for scan in found:
        fields = {read for _, measure in scan.measures for read in _fields(measure)}
        beyond = beyond or bool(fields & _BEYOND)
        emptied = emptied or any(part in scan.fact.fields[name] for name in fields & scan.fact.fields.keys() for part in _EMPTIED)
        emptied = emptied or (scan.fact.name == "session" and "campaign" in fields)
        if fields & _PEOPLE:
            people.add((scan.fact.name, scan.clock))
    kinds = frozenset(scan.fact.source for scan in found)
    return Measured(library.get(name), scans, kinds, frozenset(people), beyond, emptied)


def _fields(measure: Measure) -> set[str]:
    value = {measure.value} if measure.value is not None else set[str]()
    return value | fields_read(measure, FACTS[measure.fact])
