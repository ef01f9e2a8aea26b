"""Ask a funnel for somebody: what they may ask, at which moment, what they may see of the people behind, and what they take home."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace
from typing import Any

from windsock.analyses.asking.asked import Asking, paged
from windsock.analyses.explain import explain_funnel
from windsock.analyses.funnel import PAGE_MOST, Cell, FunnelAnswer, Times, Wanted, ask_funnel, people_behind, unseen_events
from windsock.analyses.model import Funnel
from windsock.analyses.terminal import funnel_csv, people_csv, people_json
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import parse_date

Asked = Asking[Funnel]
_NONE = Times(0, None, (None, None, None), None, None)


@dataclass(frozen=True)
class Place:
    """Whose list is wanted: a step (from 1), whether only who dropped out, and the cell by its kind and value."""

    step: int = 1
    dropped: bool = False
    cell: str = "total"
    value: str | None = None


def counts(asked: Asked) -> dict[str, Any]:
    """Return the answer as it travels, with notes and the moment of asking.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``ask_funnel``.
    """
    warehouse = asked.workspace.warehouse
    answer = ask_funnel(warehouse, asked.definition, asked.frame, cancel=asked.cancel)
    shown = _masked(asked, answer)
    told = shown.json()
    for cell, was, now in zip(told["breakdown"], answer.breakdown, shown.breakdown, strict=True):
        if was.value != now.value:
            cell["value"] = None  # it could not be asked for by what is shown of it
    return asked.answered(told, unseen_events(warehouse, asked.definition))


def people(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the people behind a count; their names are masked without ``people.unmask``.

    Raises:
        InvalidInput: there is no such step or cell, or nobody drops out after it.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    workspace = asked.workspace
    wanted = Wanted(asked.definition.step_of(str(place.step), "step"), dropped=place.dropped, cell=_cell(asked.definition, place))
    behind = people_behind(workspace.warehouse, asked.definition, asked.frame, wanted, page=page, cancel=asked.cancel)
    told = people_json(behind, asked.names(int(row["person"]) for row in behind.rows), workspace.zone)
    for row in told["people"]:
        row["held"] = asked.shown(row["held"], asked.definition.chain.hold or "")
        row["value"] = asked.shown(row["value"])
    return told


def people_page(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of people as it travels: how many there are, these, and where the next page begins.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``people``.
    """
    return paged(people(asked, place, page))


def proof(asked: Asked, person: int, start_ms: int | None = None) -> dict[str, Any]:
    """Return the proof of a person, or of one attempt of theirs.

    Raises:
        InvalidInput, TooLarge: as ``explain_funnel``.
    """
    return explain_funnel(asked.workspace.warehouse, asked.definition, asked.frame, person, start_ms=start_ms, cancel=asked.cancel).json()


def taken(asked: Asked, place: Place | None) -> str:
    """Return the counts, or the people of a place (at most 10,000), as CSV, and write into the audit trail who took them.

    Raises:
        NotAllowed: people are wanted by who may not see them.
        InvalidInput: as ``people``.
    """
    what = "counts" if place is None else "people"
    asked.may_take(what)
    if place is None:
        body = funnel_csv(_masked(asked, ask_funnel(asked.workspace.warehouse, asked.definition, asked.frame, cancel=asked.cancel)))
    else:
        body = people_csv(people(asked, place, (0, PAGE_MOST)))
    return asked.taken("funnel", asked.definition.name, what, body)


def _masked(asked: Asked, answer: FunnelAnswer) -> FunnelAnswer:
    """Return an answer whose values that could name somebody are masked, without ``people.unmask``."""

    def shown(cell: Cell) -> Cell:
        was = answer.values_of(cell)
        now = tuple(asked.shown(value) for value in was)
        return cell if now == was else replace(cell, value=now[0] if len(now) == 1 else json.dumps(now, ensure_ascii=False))

    return replace(answer, breakdown=tuple(shown(cell) if cell.kind == "value" else cell for cell in answer.breakdown))


def _cell(funnel: Funnel, place: Place) -> Cell | None:
    """Return the cell of a place, as ``people_behind`` takes it.

    Raises:
        InvalidInput: the funnel is not cut that way, or the value is missing.
    """
    if place.cell == "total":
        return None
    if (funnel.trend if place.cell == "bucket" else funnel.breakdown) is None:
        raise InvalidInput(f"The funnel has no cell of the kind '{place.cell}'.", where="cell", fix="Ask with a breakdown, or a trend.")
    if place.cell != "none" and place.value is None:
        raise InvalidInput("Which cell is missing.", where="value", fix="Give its value, or its first date.")
    bucket: dt.date | None = parse_date(place.value or "", "value") if place.cell == "bucket" else None
    return Cell(place.cell, place.value if place.cell == "value" else None, bucket, (), _NONE, (), 0)
