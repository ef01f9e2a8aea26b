"""Ask sessions for somebody: the figures, the sessions behind one of them, the proof of a person, and what is taken home."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Literal

from windsock.analyses.asking.asked import Asking, explained, paged
from windsock.analyses.funnel import Times
from windsock.analyses.named import never_stored
from windsock.analyses.sessions.cells import Cell, Edge
from windsock.analyses.sessions.explain import explain_sessions
from windsock.analyses.sessions.model import Sessions
from windsock.analyses.sessions.proof import SeenEvent, Session
from windsock.analyses.sessions.terminal import sessions_csv, visits_csv, visits_json
from windsock.analyses.sessions.visits import PAGE_MOST, SessionsAnswer, WantedSessions, ask_sessions, sessions_behind
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import parse_date

Asked = Asking[Sessions]
_NONE = Times(0, None, (None, None, None), None, None)


@dataclass(frozen=True)
class Place:
    """Whose list is wanted: the cell by its kind and value; entry and exit as (name, value); a bin (from 1); bounces or open ones only."""

    cell: str = "total"
    value: str | None = None
    entry: tuple[str, str | None] | None = None
    exit: tuple[str, str | None] | None = None
    bin: int | None = None
    only: Literal["bounces", "open"] | None = None


def counts(asked: Asked) -> dict[str, Any]:
    """Return the answer as it travels, with notes and the moment of asking; what is ``masked`` has no list.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``ask_sessions``.
    """
    warehouse, sessions = asked.workspace.warehouse, asked.definition
    answer = ask_sessions(warehouse, sessions, asked.frame, cancel=asked.cancel)
    shown = _masked(asked, answer)
    told = shown.json()
    for name, was, now in (("breakdown", answer.breakdown, shown.breakdown), ("entries", answer.entries, shown.entries),
                           ("exits", answer.exits, shown.exits)):  # fmt: skip
        for one, before, after in zip(told[name], was, now, strict=True):
            one["masked"] = before.value != after.value
    told["field"] = None if sessions.breakdown is None else sessions.breakdown.field
    said = asked.answered(told, never_stored(warehouse, sessions.events, sessions.asked.who))
    return said | {"notes": [*said["notes"], *_notes(answer.total)]}


def _notes(total: Cell) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    if total.still_open:
        en = f"{total.still_open:,} sessions may still go on: their last event is no longer ago than the gap."
        found.append({"code": "still_open", "en": en, "zh": f"有 {total.still_open:,} 个会话可能仍在继续：其最后事件距今未超过间隔上限。"})
    if total.cut_off:
        en = f"{total.cut_off:,} sessions went on for more than 24 hours and are followed for 24 hours."
        found.append({"code": "cut_off", "en": en, "zh": f"有 {total.cut_off:,} 个会话超过 24 小时，仅计前 24 小时。"})
    return found


def people(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the sessions behind a figure, with whose they are.

    Raises:
        InvalidInput: there is no such bin or cell.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    number = None if place.bin is None else place.bin - 1
    wanted = WantedSessions(_cell(asked.definition, place), place.entry, place.exit, number, place.only)
    behind = sessions_behind(asked.workspace.warehouse, asked.definition, asked.frame, wanted, page=page, cancel=asked.cancel)
    told = visits_json(behind, asked.names(one.person for one in behind.rows), asked.workspace.zone)
    for row in told["sessions"]:
        row["value"] = _cut_value(asked, row["value"])
        for end in ("entry", "exit"):
            row[end]["value"] = _node_value(asked, row[end]["value"])
    return told


def people_page(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of sessions as it travels.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``people``.
    """
    told = people(asked, place, page)
    total = told["total"]
    return paged({"total": total["sessions"], "people": told["sessions"], "next_cursor": told["next_cursor"]}) | {"of_people": total["people"]}


def proof(asked: Asked, person: int) -> dict[str, Any]:
    """Return the proof of a person: where each session begins, and why.

    Raises:
        TooLarge: as ``explain_sessions``.
    """
    found = explain_sessions(asked.workspace.warehouse, asked.definition, asked.frame, person, cancel=asked.cancel)

    def veiled(seen: SeenEvent) -> SeenEvent:
        name, value = seen.node
        return replace(seen, node=(name, _node_value(asked, value)), campaign=asked.shown(seen.campaign))

    def hidden(one: Session) -> Session:
        return replace(one, events=tuple(map(veiled, one.events)), later=tuple(map(veiled, one.later)))

    return explained(replace(found, sessions=tuple(map(hidden, found.sessions))))


def taken(asked: Asked, place: Place | None) -> str:
    """Return the figures, or the sessions of a place (at most 10,000), as CSV, and write into the audit trail who took them.

    Raises:
        NotAllowed: people are wanted by who may not see them.
        InvalidInput: as ``people``.
    """
    what = "counts" if place is None else "people"
    asked.may_take(what)
    if place is None:
        body = sessions_csv(_masked(asked, ask_sessions(asked.workspace.warehouse, asked.definition, asked.frame, cancel=asked.cancel)))
    else:
        body = visits_csv(people(asked, place, (0, PAGE_MOST)))
    return asked.taken("sessions", asked.definition.asked.name, what, body)


def _cut_value(asked: Asked, value: str | None) -> str | None:
    return asked.shown(value, "" if asked.definition.breakdown is None else asked.definition.breakdown.field)


def _node_value(asked: Asked, value: str | None) -> str | None:
    return asked.shown(value, "" if asked.definition.by is None else asked.definition.by.field)


def _masked(asked: Asked, answer: SessionsAnswer) -> SessionsAnswer:
    """Return an answer whose values that could name somebody are masked, without ``people.unmask``."""

    def shown(edges: tuple[Edge, ...]) -> tuple[Edge, ...]:
        return tuple(replace(edge, value=_node_value(asked, edge.value)) for edge in edges)

    breakdown = tuple(replace(cell, value=_cut_value(asked, cell.value)) for cell in answer.breakdown)
    return replace(answer, breakdown=breakdown, entries=shown(answer.entries), exits=shown(answer.exits))


def _cell(sessions: Sessions, place: Place) -> Cell | None:
    """Return the cell of a place, as ``sessions_behind`` takes it.

    Raises:
        InvalidInput: the sessions are not cut that way, or the value is missing.
    """
    if place.cell == "total":
        return None
    if (sessions.trend if place.cell == "bucket" else sessions.breakdown) is None:
        raise InvalidInput(f"There is no cell of the kind '{place.cell}'.", where="cell", fix="Ask with a breakdown, or a trend.")
    if place.cell != "none" and place.value is None:
        raise InvalidInput("Which cell is missing.", where="value", fix="Give its value, or its first date.")
    bucket: dt.date | None = parse_date(place.value or "", "value") if place.cell == "bucket" else None
    return Cell(place.cell, place.value if place.cell == "value" else None, bucket, 0, 0, 0, _NONE, (), 0, 0)
