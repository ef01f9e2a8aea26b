"""Ask an interval for somebody: the figures, the intervals behind a bin of a cell, the proof of a person, and what is taken home."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from windsock.analyses.asking.asked import Asking, explained, paged
from windsock.analyses.funnel import Times
from windsock.analyses.interval.explain import explain_interval
from windsock.analyses.interval.measure import PAGE_MOST, IntervalAnswer, Span, WantedSpans, ask_interval, spans_behind
from windsock.analyses.interval.model import Interval
from windsock.analyses.interval.terminal import interval_csv, spans_csv, spans_json
from windsock.analyses.named import never_stored
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import parse_date

Asked = Asking[Interval]
_NONE = Times(0, None, (None, None, None), None, None)


@dataclass(frozen=True)
class Place:
    """Whose list is wanted: a bin (from 1; None: all of them), and the cell by its kind and value."""

    bin: int | None = None
    cell: str = "total"
    value: str | None = None


def counts(asked: Asked) -> dict[str, Any]:
    """Return the answer as it travels, with notes and the moment of asking; a cell whose value is ``masked`` has no list.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``ask_interval``.
    """
    warehouse, interval = asked.workspace.warehouse, asked.definition
    answer = ask_interval(warehouse, interval, asked.frame, cancel=asked.cancel)
    shown = _masked(asked, answer)
    told = shown.json()
    for cell, was, now in zip(told["breakdown"], answer.breakdown, shown.breakdown, strict=True):
        cell["masked"] = was.value != now.value
    told["field"] = None if interval.breakdown is None else interval.breakdown.field
    return asked.answered(told, never_stored(warehouse, (interval.start, interval.end), interval.asked.who))


def people(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the intervals behind a figure, with whose they are.

    Raises:
        InvalidInput: there is no such bin or cell.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    interval = asked.definition
    wanted = WantedSpans(None if place.bin is None else place.bin - 1, _cell(interval, place))
    behind = spans_behind(asked.workspace.warehouse, interval, asked.frame, wanted, page=page, cancel=asked.cancel)
    told = spans_json(behind, asked.names(row["person"] for row in behind.rows), asked.workspace.zone)
    for row in told["intervals"]:
        row["held"] = asked.shown(row["held"], interval.same or "")
        row["value"] = _shown(asked, row["value"])
    return told


def people_page(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of intervals as it travels.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``people``.
    """
    told = people(asked, place, page)
    total = told["total"]
    return paged({"total": total["intervals"], "people": told["intervals"], "next_cursor": told["next_cursor"]}) | {"of_people": total["people"]}


def proof(asked: Asked, person: int) -> dict[str, Any]:
    """Return the proof of a person: with which start each end was paired.

    Raises:
        TooLarge: as ``explain_interval``.
    """
    return explained(explain_interval(asked.workspace.warehouse, asked.definition, asked.frame, person, cancel=asked.cancel))


def taken(asked: Asked, place: Place | None) -> str:
    """Return the figures, or the intervals of a place (at most 10,000), as CSV, and write into the audit trail who took them.

    Raises:
        NotAllowed: people are wanted by who may not see them.
        InvalidInput: as ``people``.
    """
    what = "counts" if place is None else "people"
    asked.may_take(what)
    if place is None:
        body = interval_csv(_masked(asked, ask_interval(asked.workspace.warehouse, asked.definition, asked.frame, cancel=asked.cancel)))
    else:
        body = spans_csv(people(asked, place, (0, PAGE_MOST)))
    return asked.taken("interval", asked.definition.asked.name, what, body)


def _shown(asked: Asked, value: str | None) -> str | None:
    return asked.shown(value, "" if asked.definition.breakdown is None else asked.definition.breakdown.field)


def _masked(asked: Asked, answer: IntervalAnswer) -> IntervalAnswer:
    """Return an answer whose values that could name somebody are masked, without ``people.unmask``."""
    return replace(answer, breakdown=tuple(replace(cell, value=_shown(asked, cell.value)) for cell in answer.breakdown))


def _cell(interval: Interval, place: Place) -> Span | None:
    """Return the cell of a place, as ``spans_behind`` takes it.

    Raises:
        InvalidInput: the intervals are not cut that way, or the value is missing.
    """
    if place.cell == "total":
        return None
    if (interval.trend if place.cell == "bucket" else interval.breakdown) is None:
        raise InvalidInput(f"There is no cell of the kind '{place.cell}'.", where="cell", fix="Ask with a breakdown, or a trend.")
    if place.cell != "none" and place.value is None:
        raise InvalidInput("Which cell is missing.", where="value", fix="Give its value, or its first date.")
    bucket: dt.date | None = parse_date(place.value or "", "value") if place.cell == "bucket" else None
    return Span(place.cell, place.value if place.cell == "value" else None, bucket, 0, _NONE, (), 0)
