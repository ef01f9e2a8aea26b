"""The definition of paths, and how it is read from JSON or YAML; what the words mean stands in docs/concepts/paths.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from windsock.analyses.model.asked import ASKED_KEYS, Asked, read_asked, read_kind
from windsock.analyses.model.nodes import ENTRIES_MOST, By, read_by, read_part
from windsock.analyses.model.sessions import GAP_MS, read_gap
from windsock.conditions.model import Rows, read_rows
from windsock.conditions.model.given import bounded, known_keys, listing, mapping, number_of, one_of, word
from windsock.kernel.errors import InvalidInput

Repeats = Literal["one", "each"]
REPEATS: tuple[Repeats, ...] = ("one", "each")
STEPS_LEAST, STEPS_MOST = 2, 20
TOP_MOST = 30
BEYOND_MS = 86_400_000
"""A path that starts in the period is followed so long beyond its end at most."""
_KEYS = (*ASKED_KEYS, "paths", "events", "by", "group", "start", "end", "session_gap", "repeats", "steps", "top")


@dataclass(frozen=True)
class Named:
    """Events that are one kind of node, whatever their own name."""

    name: str
    rows: Rows


@dataclass(frozen=True)
class Paths:
    """What is asked.

    Attributes:
        asked: what every analysis is asked with; the period is the one in which a path starts.
        events: which events take part.
        by: a field that tells nodes of one event apart.
        groups: events that have another name; the first that fits counts.
        start, end: the anchor: a path is cut before the first event that is the start, or after the last that is the end; one of them at most.
        gap_ms: the longest pause within a path.
        repeats: ``one``: the same node several times in a row is one step; ``each``: it is as many steps.
        steps: so many steps are shown.
        top: so many nodes of a step have a row of their own, all others share one.
    """

    asked: Asked
    events: tuple[Rows, ...] = (Rows(),)
    by: By | None = None
    groups: tuple[Named, ...] = ()
    start: Rows | None = None
    end: Rows | None = None
    gap_ms: int = GAP_MS
    repeats: Repeats = "one"
    steps: int = 5
    top: int = 10

    @property
    def anchor(self) -> Rows | None:
        """The start or the end, whichever there is."""
        return self.start if self.start is not None else self.end

    @property
    def backward(self) -> bool:
        """Whether steps are counted from the end of a path."""
        return self.end is not None


def read_paths(given: object, where: str = "paths") -> Paths:
    """Read paths from what JSON or YAML says.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    bounded(given, where)
    found = mapping(given, where)
    known_keys(found, _KEYS, where)
    if "events" not in found:
        raise InvalidInput("'events' is missing.", where=where, fix='Write events: "*" for all, or events: [search, detail_view, order_placed].')
    if found.get("start") is not None and found.get("end") is not None:
        fix = "Write one of them; for what lies between two events ask a funnel or an interval."
        raise InvalidInput("Paths have a start or an end, not both.", where=where, fix=fix)
    events = read_part(found["events"], f"{where}.events")
    return Paths(
        read_asked(found, "paths", where),
        events,
        read_by(found.get("by"), f"{where}.by"),
        tuple(_named(one, f"{where}.group[{index}]") for index, one in enumerate(listing(found.get("group", []), f"{where}.group", 0, ENTRIES_MOST))),
        _anchor(found, "start", events, where),
        _anchor(found, "end", events, where),
        read_gap(found.get("session_gap"), f"{where}.session_gap"),
        cast("Repeats", one_of(found.get("repeats", "one"), REPEATS, f"{where}.repeats")),
        number_of(found.get("steps", 5), f"{where}.steps", STEPS_LEAST, STEPS_MOST),
        number_of(found.get("top", 10), f"{where}.top", 1, TOP_MOST),
    )


def _named(given: object, where: str) -> Named:
    found = mapping(given, where)
    known_keys(found, ("as", "event", "where"), where)
    for key in ("as", "event"):
        if key not in found:
            raise InvalidInput(f"'{key}' is missing.", where=where, fix="Write {as: pay, event: [checkout, payment_submitted]}.")
    return Named(word(found["as"], f"{where}.as"), read_rows(found["event"], found.get("where"), where))


def _anchor(found: Mapping[str, Any], key: str, events: tuple[Rows, ...], where: str) -> Rows | None:
    if found.get(key) is None:
        return None
    rows = read_kind(found[key], f"{where}.{key}")
    if all(one.events for one in events):
        part = {name for one in events for name in one.events}
        for name in rows.events:
            if name not in part:
                raise InvalidInput(f"'{name}' does not take part.", where=f"{where}.{key}", fix="Name it under events, too.")
    return rows
