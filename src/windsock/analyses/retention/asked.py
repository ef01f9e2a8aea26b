"""Ask a retention for somebody: its rates, the members behind each cell, the proof of one of them, and what is taken home."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from windsock.analyses.asking.asked import TAKEN_MOST, Asking, paged
from windsock.analyses.model import Retention
from windsock.analyses.named import never_stored
from windsock.analyses.retention.ask import RetentionAnswer, Row, Wanted, ask_retention, members_behind
from windsock.analyses.retention.explain import explain_retention
from windsock.analyses.retention.terminal import members_csv, members_json, retention_csv
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import parse_date

Asked = Asking[Retention]


@dataclass(frozen=True)
class Place:
    """Whose list is wanted: the row by its kind and value, the cell (None: all members of the row), and whether those who did not return in it."""

    row: Literal["total", "cohort", "value", "none"] = "total"
    value: str | None = None
    cell: int | None = None
    lost: bool = False


def rates(asked: Asked) -> dict[str, Any]:
    """Return the answer as it travels, with notes and the moment of asking.

    ``shown`` of a row of the breakdown is its value as the asker may see it; ``value`` is missing where it is masked, as it can't be asked for then.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``ask_retention``.
    """
    warehouse, definition = asked.workspace.warehouse, asked.definition
    answer = ask_retention(warehouse, definition, asked.frame, cancel=asked.cancel)
    told = answer.json()
    for row, was in zip(told["breakdown"], answer.breakdown, strict=True):
        row["shown"] = asked.shown(was.value)
        row["value"] = was.value if row["shown"] == was.value else None
    return asked.answered(told, never_stored(warehouse, [definition.start, definition.back], definition.who))


def members(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the members behind a cell; names, and values that could name somebody, are masked without ``people.unmask``.

    Raises:
        InvalidInput: there is no such row or cell, or it is not over.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    workspace = asked.workspace
    found = members_behind(workspace.warehouse, asked.definition, asked.frame, wanted_of(asked.definition, place), page=page, cancel=asked.cancel)
    told = members_json(found, asked.names(int(row["person"]) for row in found.rows), workspace.zone)
    for row in told["people"]:
        row["value"] = asked.shown(row["value"])
    return told


def members_page(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of members as it travels: how many there are, these, and where the next page begins.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``members``.
    """
    return paged(members(asked, place, page))


def proof(asked: Asked, person: int, cohort: str | None = None) -> dict[str, Any]:
    """Return the proof of a person, of all their cohorts or of the one with a day.

    Raises:
        InvalidInput: the day is no date.
        TooLarge, Broken: as ``explain_retention``.
    """
    day = None if cohort is None else parse_date(cohort, "cohort")
    found = explain_retention(asked.workspace.warehouse, asked.definition, asked.frame, person, cohort=day, cancel=asked.cancel)
    return found.with_values(asked.shown).json()


def taken(asked: Asked, place: Place | None) -> str:
    """Return the rates, or the members behind a cell (at most 10,000), as CSV, and write into the audit trail who took them.

    Raises:
        NotAllowed: people are wanted by who may not see them.
        InvalidInput: as ``members``.
    """
    what = "counts" if place is None else "people"
    asked.may_take(what)
    if place is None:
        answer = ask_retention(asked.workspace.warehouse, asked.definition, asked.frame, cancel=asked.cancel)
        body = retention_csv(_masked(asked, answer))
    else:
        body = members_csv(members(asked, place, (0, TAKEN_MOST)))
    return asked.taken("retention", asked.definition.name, what, body)


def _masked(asked: Asked, answer: RetentionAnswer) -> RetentionAnswer:
    return replace(answer, breakdown=tuple(replace(row, value=asked.shown(row.value)) for row in answer.breakdown))


def wanted_of(retention: Retention, place: Place) -> Wanted:
    """Return whom a list is to show.

    Raises:
        InvalidInput: the retention is not cut by a value, or the value is missing.
    """
    if place.row in ("value", "none") and retention.breakdown is None:
        raise InvalidInput("The retention is not cut by a value.", where="row", fix="Ask with a breakdown.")
    if place.row in ("value", "cohort") and place.value is None:
        raise InvalidInput("Which row is missing.", where="value", fix="Give its value, or its first date.")
    if place.row == "cohort":
        return Wanted(parse_date(place.value or "", "value"), place.cell, lost=place.lost)
    row = None if place.row == "total" else Row(place.row, None, place.value if place.row == "value" else None, 0, ())
    return Wanted(None, place.cell, lost=place.lost, row=row)
