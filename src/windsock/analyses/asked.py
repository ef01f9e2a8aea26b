"""Ask a funnel for somebody: what they may ask, at which moment, what they may see of the people behind, and what they take home."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from windsock.analyses.explain import explain_funnel
from windsock.analyses.funnel import PAGE_MOST, Cell, FunnelAnswer, Times, Wanted, ask_funnel, people_behind, unseen_events
from windsock.analyses.model import Funnel, read_funnel
from windsock.analyses.personal import check_fields
from windsock.analyses.terminal import funnel_csv, people_csv, people_json
from windsock.conditions import Frame, frame_of
from windsock.governance import audit
from windsock.identity import display_names, shown_trait
from windsock.kernel.errors import InvalidInput, NotAllowed
from windsock.kernel.period import parse_date

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.warehouse import Cancel
    from windsock.workspace import Workspace

ASKED_AGO_MOST_MS = 86_400_000
NAMES_AT_ONCE = 1_000
_NONE = Times(0, None, (None, None, None), None, None)


@dataclass(frozen=True)
class Asking:
    """A funnel that somebody asks: who, what, in which circumstances, and the switch that stops it."""

    workspace: Workspace
    actor: Actor
    funnel: Funnel
    frame: Frame
    cancel: Cancel | None = None


@dataclass(frozen=True)
class Place:
    """Whose list is wanted: a step (from 1), whether only who dropped out, and the cell by its kind and value."""

    step: int = 1
    dropped: bool = False
    cell: str = "total"
    value: str | None = None


def asking(workspace: Workspace, actor: Actor, definition: Mapping[str, Any], asked_ms: int | None, cancel: Cancel | None = None) -> Asking:
    """Read what somebody asks.

    Raises:
        InvalidInput: the definition can't be answered, or the moment is not within the last day.
        NotAllowed: it asks by a personal field.
    """
    funnel = read_funnel(dict(definition))
    check_fields(workspace, actor, dict(definition))
    frame = frame_of(workspace)
    if asked_ms is not None:
        if not frame.now_ms - ASKED_AGO_MOST_MS <= asked_ms <= frame.now_ms:
            raise InvalidInput("The moment is not within the last day.", where="asked_ms", fix="Take asked_ms of a fresh answer.")
        frame = replace(frame, now_ms=asked_ms)
    return Asking(workspace, actor, funnel, frame, cancel)


def counts(asked: Asking) -> dict[str, Any]:
    """Return the answer as it travels, with notes and the moment of asking.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``ask_funnel``.
    """
    warehouse = asked.workspace.warehouse
    answer = ask_funnel(warehouse, asked.funnel, asked.frame, cancel=asked.cancel)
    shown = _masked(asked, answer)
    told = shown.json()
    for cell, was, now in zip(told["breakdown"], answer.breakdown, shown.breakdown, strict=True):
        if was.value != now.value:
            cell["value"] = None  # it could not be asked for by what is shown of it
    notes = [
        {"code": "never_stored", "en": f"No event called '{name}' was ever stored.", "zh": f"从未收到过名为“{name}”的事件。"}
        for name in unseen_events(warehouse, asked.funnel)
    ]
    return {**told, "notes": notes, "asked_ms": asked.frame.now_ms}


def people(asked: Asking, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the people behind a count; their names are masked without ``people.unmask``.

    Raises:
        InvalidInput: there is no such step or cell, or nobody drops out after it.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    workspace, unmasked = asked.workspace, asked.actor.may("people.unmask")
    wanted = Wanted(asked.funnel.step_of(str(place.step), "step"), dropped=place.dropped, cell=_cell(asked.funnel, place))
    behind = people_behind(workspace.warehouse, asked.funnel, asked.frame, wanted, page=page, cancel=asked.cancel)
    dids = sorted({int(row["person"]) for row in behind.rows})
    named: dict[int, str] = {}
    for first in range(0, len(dids), NAMES_AT_ONCE):
        named |= display_names(workspace.warehouse, dids[first : first + NAMES_AT_ONCE], unmasked=unmasked)
    told = people_json(behind, named, workspace.zone)
    for row in told["people"]:
        row["held"] = shown_trait(asked.funnel.chain.hold or "", row["held"], unmasked=unmasked)
        row["value"] = shown_trait("", row["value"], unmasked=unmasked)
    return told


def proof(asked: Asking, person: int, start_ms: int | None = None) -> dict[str, Any]:
    """Return the proof of a person, or of one attempt of theirs.

    Raises:
        InvalidInput, TooLarge: as ``explain_funnel``.
    """
    return explain_funnel(asked.workspace.warehouse, asked.funnel, asked.frame, person, start_ms=start_ms, cancel=asked.cancel).json()


def taken(asked: Asking, place: Place | None) -> str:
    """Return the counts, or the people of a place (at most 10,000), as CSV, and write into the audit trail who took them.

    Raises:
        NotAllowed: people are wanted by who may not see them.
        InvalidInput: as ``people``.
    """
    if place is not None and not asked.actor.may("people.see"):
        raise NotAllowed("The people behind a count need the permission people.see.", where="what", fix="Take the counts, or ask an admin or lead.")
    if place is None:
        body = funnel_csv(_masked(asked, ask_funnel(asked.workspace.warehouse, asked.funnel, asked.frame, cancel=asked.cancel)))
        rows = body.count("\n") - 1
    else:
        told = people(asked, place, (0, PAGE_MOST))
        body, rows = people_csv(told), len(told["people"])
    detail = {"kind": "funnel", "name": asked.funnel.name, "what": "counts" if place is None else "people", "rows": rows, "format": "csv"}
    with asked.workspace.records.write() as session:
        audit(session, asked.actor, "analyses.exported", "analysis:funnel", detail, asked.workspace.clock.now_ms())
    return body


def _masked(asked: Asking, answer: FunnelAnswer) -> FunnelAnswer:
    """Return an answer whose values that could name somebody are masked, without ``people.unmask``."""
    unmasked = asked.actor.may("people.unmask")

    def shown(cell: Cell) -> Cell:
        was = answer.values_of(cell)
        now = tuple(shown_trait("", value, unmasked=unmasked) for value in was)
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
