"""Ask paths for somebody: the counts, the paths behind a node, a link or an exit, the proof of a person, and what is taken home."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from windsock.analyses.asking.asked import Asking, explained, paged
from windsock.analyses.named import never_stored
from windsock.analyses.paths.explain import explain_paths
from windsock.analyses.paths.flow import PAGE_MOST, Node, PathsAnswer, Wanted, ask_paths, paths_behind
from windsock.analyses.paths.model import Paths
from windsock.analyses.paths.proof import Session, Told
from windsock.analyses.paths.terminal import behind_csv, behind_json, paths_csv
from windsock.kernel.errors import InvalidInput

Asked = Asking[Paths]


@dataclass(frozen=True)
class Place:
    """Whose paths are wanted: a step (from 1), the node there as (name, value), the node they go on to, or only those that end there."""

    step: int = 1
    node: tuple[str | None, str | None] | None = None
    onto: tuple[str | None, str | None] | None = None
    exits: bool = False


def counts(asked: Asked) -> dict[str, Any]:
    """Return the answer as it travels, with notes and the moment of asking; a node whose value is ``masked`` has no list.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``ask_paths``.
    """
    warehouse, paths = asked.workspace.warehouse, asked.definition
    answer = ask_paths(warehouse, paths, asked.frame, cancel=asked.cancel)
    shown = _masked(asked, answer)
    told = shown.json()
    for node, was, now in zip(told["nodes"], answer.stops, shown.stops, strict=True):
        node["masked"] = was.node != now.node
    rows = [*paths.events, *(group.rows for group in paths.groups), *([] if paths.anchor is None else [paths.anchor])]
    return asked.answered(told, never_stored(warehouse, rows, paths.asked.who))


def people(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the paths behind a figure, with who went them.

    Raises:
        InvalidInput: there is no such step, or a path that ends is said to go on.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    if place.exits and place.onto is not None:
        raise InvalidInput("A path that ends has no next step.", where="onto", fix="Ask for the exits, or for a next node.")
    then = "exit" if place.exits else None if place.onto is None else Node(*place.onto)
    wanted = Wanted(place.step, None if place.node is None else Node(*place.node), then)
    behind = paths_behind(asked.workspace.warehouse, asked.definition, asked.frame, wanted, page=page, cancel=asked.cancel)
    told = behind_json(behind, asked.names(row["person"] for row in behind.rows), asked.workspace.zone)
    for row in told["paths"]:
        for step in row["steps"]:
            step["value"] = _shown(asked, step["value"])
    return told


def people_page(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of paths as it travels.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``people``.
    """
    told = people(asked, place, page)
    total = told["total"]
    return paged({"total": total["paths"], "people": told["paths"], "next_cursor": told["next_cursor"]}) | {"of_people": total["people"]}


def proof(asked: Asked, person: int) -> dict[str, Any]:
    """Return the proof of a person: their sessions, and what became of each event.

    Raises:
        TooLarge: as ``explain_paths``.
    """
    found = explain_paths(asked.workspace.warehouse, asked.definition, asked.frame, person, cancel=asked.cancel)

    def veiled(told: Told) -> Told:
        name, value = told.seen.node
        return replace(told, seen=replace(told.seen, node=(name, _shown(asked, value))))

    def hidden(session: Session) -> Session:
        return replace(session, events=tuple(map(veiled, session.events)))

    return explained(replace(found, sessions=tuple(map(hidden, found.sessions))))


def taken(asked: Asked, place: Place | None) -> str:
    """Return the counts, or the paths of a place (at most 10,000), as CSV, and write into the audit trail who took them.

    Raises:
        NotAllowed: people are wanted by who may not see them.
        InvalidInput: as ``people``.
    """
    what = "counts" if place is None else "people"
    asked.may_take(what)
    if place is None:
        body = paths_csv(_masked(asked, ask_paths(asked.workspace.warehouse, asked.definition, asked.frame, cancel=asked.cancel)))
    else:
        body = behind_csv(people(asked, place, (0, PAGE_MOST)))
    return asked.taken("paths", asked.definition.asked.name, what, body)


def _shown(asked: Asked, value: str | None) -> str | None:
    return asked.shown(value, "" if asked.definition.by is None else asked.definition.by.field)


def _masked(asked: Asked, answer: PathsAnswer) -> PathsAnswer:
    """Return an answer whose values that could name somebody are masked, without ``people.unmask``."""
    stops = (replace(stop, node=replace(stop.node, value=_shown(asked, stop.node.value))) for stop in answer.stops)
    return replace(answer, stops=tuple(stops))
