"""Ask stickiness or the life cycle for somebody: figures, the people behind each of them, the proof of one of them, and what is taken home."""

from __future__ import annotations

from typing import Any, Literal

from windsock.analyses.activity.days import Behind
from windsock.analyses.activity.explain import explain_activity
from windsock.analyses.activity.lifecycle import ask_lifecycle, people_in
from windsock.analyses.activity.stickiness import Wanted, ask_stickiness, sticky_people
from windsock.analyses.activity.terminal import lifecycle_csv, people_csv, people_json, stickiness_csv
from windsock.analyses.asking.asked import TAKEN_MOST, Asking, paged
from windsock.analyses.model.activity import Activity, State
from windsock.analyses.named import never_stored
from windsock.kernel.period import parse_date

Asked = Asking[Activity]
Staged = tuple[str, State | Literal["active"]]
"""A day of a bucket, and which of its people."""
Place = Wanted | Staged
"""Whose list is wanted: of stickiness, or of the life cycle."""


def figures(asked: Asked) -> dict[str, Any]:
    """Return the answer as it travels, with notes and the moment of asking.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``ask_stickiness`` and ``ask_lifecycle``.
    """
    warehouse, definition = asked.workspace.warehouse, asked.definition
    ask = ask_stickiness if definition.kind == "stickiness" else ask_lifecycle
    told = ask(warehouse, definition, asked.frame, cancel=asked.cancel).json()
    return asked.answered(told, never_stored(warehouse, [definition.rows], definition.asked.who))


def sticky_place(bucket: str | None, day: str | None, days: tuple[int | None, bool], window: int) -> Wanted:
    """Return whom a list of stickiness is to show.

    Args:
        bucket: a day of it, or None.
        day: the day that a window ends with, or None.
        days: of those of a bucket, the ones active on so many days (None: all), and whether on more too.
        window: 1, 7 or 30 days.

    Raises:
        InvalidInput: a day is no date.
    """
    first, last = (None if text is None else parse_date(text, name) for name, text in (("bucket", bucket), ("day", day)))
    return Wanted(first, days[0], days[1], last, window)


def people(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the people behind a figure; their names are masked without ``people.unmask``.

    Raises:
        InvalidInput: there is no such figure.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    found = _behind(asked, place, page)
    return people_json(found, asked.names(int(row["person"]) for row in found.rows), asked.workspace.zone)


def people_page(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of people as it travels: how many there are, these, and where the next page begins.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``people``.
    """
    return paged(people(asked, place, page))


def proof(asked: Asked, person: int) -> dict[str, Any]:
    """Return the proof of a person.

    Raises:
        TooLarge, Broken: as ``explain_activity``.
    """
    return explain_activity(asked.workspace.warehouse, asked.definition, asked.frame, person, cancel=asked.cancel).json()


def taken(asked: Asked, place: Place | None) -> str:
    """Return the figures, or the people behind one (at most 10,000), as CSV, and write into the audit trail who took them.

    Raises:
        NotAllowed: people are wanted by who may not see them.
        InvalidInput: as ``people``.
    """
    what = "counts" if place is None else "people"
    asked.may_take(what)
    body = _figures_csv(asked) if place is None else people_csv(people(asked, place, (0, TAKEN_MOST)))
    return asked.taken(asked.definition.kind, asked.definition.asked.name, what, body)


def _figures_csv(asked: Asked) -> str:
    warehouse, definition = asked.workspace.warehouse, asked.definition
    if definition.kind == "stickiness":
        return stickiness_csv(ask_stickiness(warehouse, definition, asked.frame, cancel=asked.cancel))
    return lifecycle_csv(ask_lifecycle(warehouse, definition, asked.frame, cancel=asked.cancel))


def _behind(asked: Asked, place: Place, page: tuple[int, int]) -> Behind:
    warehouse = asked.workspace.warehouse
    if isinstance(place, Wanted):
        return sticky_people(warehouse, asked.definition, asked.frame, place, page=page, cancel=asked.cancel)
    wanted = (parse_date(place[0], "bucket"), place[1])
    return people_in(warehouse, asked.definition, asked.frame, wanted, page=page, cancel=asked.cancel)
