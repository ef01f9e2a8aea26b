"""Ask a trend for somebody: its figures, the people or events behind a point, the proof of one of them, and what is taken home."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Literal

from windsock.analyses.asking.asked import TAKEN_MOST, Asking, paged
from windsock.analyses.named import never_stored
from windsock.analyses.trend.behind import Wanted, events_behind_point, people_behind_point
from windsock.analyses.trend.explain import explain_trend
from windsock.analyses.trend.measure import Line, TrendAnswer, ask_trend
from windsock.analyses.trend.model import Trend
from windsock.analyses.trend.points import read_bucket
from windsock.analyses.trend.terminal import point_csv, point_json, trend_csv

Asked = Asking[Trend]


@dataclass(frozen=True)
class Place:
    """Whose list is wanted: the series, the line by its kind and value, the bucket (None: the whole period), and of which period."""

    series: str = "A"
    line: Literal["total", "value", "none"] = "total"
    value: str | None = None
    bucket: str | None = None
    before: bool = False


def figures(asked: Asked) -> dict[str, Any]:
    """Return the answer as it travels, with notes and the moment of asking; values that could name somebody are masked, and can't be asked for.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``ask_trend``.
    """
    answer = _answer(asked)
    told = answer.json()
    for line in told["breakdown"]:
        if line["kind"] == "value":
            shown = [asked.shown(value) for value in line["values"]]
            line["value"] = line["value"] if shown == line["values"] else None
            line["values"] = shown
    definition = asked.definition
    return asked.answered(told, never_stored(asked.workspace.warehouse, [one.rows for one in definition.series], definition.asked.who))


def people_page(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the people behind a point as it travels.

    Raises:
        InvalidInput: there is no such series, line or bucket.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    told = _behind(asked, place, page, events=False)
    return paged({**told, "people": told["rows"]})


def events_page(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the events behind a point as it travels; errors as ``people_page``."""
    told = _behind(asked, place, page, events=True)
    for row in told["rows"]:
        row["value"] = asked.shown(row["value"])
    return paged({**told, "people": told["rows"]})


def proof(asked: Asked, person: int) -> dict[str, Any]:
    """Return the proof of a person.

    Raises:
        TooLarge, Broken: as ``explain_trend``.
    """
    return explain_trend(asked.workspace.warehouse, asked.definition, asked.frame, person, cancel=asked.cancel).json()


def taken(asked: Asked, place: Place | None, *, events: bool = False) -> str:
    """Return the figures, or the people or events of a point (at most 10,000), as CSV, and write into the audit trail who took them.

    Raises:
        NotAllowed: people are wanted by who may not see them.
        InvalidInput: as ``people_page``.
    """
    what = "counts" if place is None else "events" if events else "people"
    asked.may_take(what)
    if place is None:
        body = trend_csv(_masked(asked, _answer(asked)))
    else:
        page = events_page(asked, place, (0, TAKEN_MOST)) if events else people_page(asked, place, (0, TAKEN_MOST))
        body = point_csv({"rows": page["people"]}, events=events)
    return asked.taken("trend", asked.definition.asked.name, what, body)


def _answer(asked: Asked) -> TrendAnswer:
    return ask_trend(asked.workspace.warehouse, asked.definition, asked.frame, cancel=asked.cancel)


def _masked(asked: Asked, answer: TrendAnswer) -> TrendAnswer:
    """Return an answer for a file: lines whose values could name somebody are masked."""
    if asked.unmasked:
        return answer

    def shown(line: Line) -> Line:
        values = [asked.shown(value) for value in answer.values_of(line)]
        return replace(line, value=values[0] if len(values) == 1 else json.dumps(values, ensure_ascii=False))

    return replace(answer, breakdown=tuple(shown(line) if line.kind == "value" else line for line in answer.breakdown))


def _behind(asked: Asked, place: Place, page: tuple[int, int], *, events: bool) -> dict[str, Any]:
    look = events_behind_point if events else people_behind_point
    found = look(asked.workspace.warehouse, asked.definition, asked.frame, _wanted(asked.definition, place), page=page, cancel=asked.cancel)
    return point_json(found, asked.names(int(row["person"]) for row in found.rows), asked.workspace.zone)


def _wanted(definition: Trend, place: Place) -> Wanted:
    bucket = None if place.bucket is None else read_bucket(place.bucket, definition.grain, "bucket")
    return Wanted(definition.series_of(place.series, "series"), bucket, place.line, place.value, place.before)
