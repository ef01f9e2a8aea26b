"""Ask an attribution for somebody: the credits and costs, the conversions behind a row, the proof of a person, and what is taken home."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from windsock.analyses.asking.asked import Asking, explained, paged
from windsock.analyses.attribution.ask import PAGE_MOST, AttributionAnswer, Wanted, ask_attribution, conversions_behind
from windsock.analyses.attribution.cost import costs_of, priced
from windsock.analyses.attribution.explain import Conversion, Told, explain_attribution
from windsock.analyses.attribution.model import Attribution
from windsock.analyses.attribution.terminal import attribution_csv, conversions_csv, conversions_json
from windsock.analyses.named import never_stored
from windsock.kernel.errors import InvalidInput

Asked = Asking[Attribution]


@dataclass(frozen=True)
class Place:
    """Whose list is wanted: conversions with a touch of a value, with one without a value, without any touch, or all."""

    kind: str = "all"
    value: str | None = None


def counts(asked: Asked) -> dict[str, Any]:
    """Return the answer as it travels, with costs, notes and the moment of asking; a row whose value is ``masked`` has no list.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled, TooLarge: as ``ask_attribution``.
    """
    workspace, definition = asked.workspace, asked.definition
    answer = ask_attribution(workspace.warehouse, definition, asked.frame, cancel=asked.cancel)
    shown = _masked(asked, answer)
    told = priced(shown, costs_of(workspace, answer))
    for row, was, now in zip(told["rows"], answer.rows, shown.rows, strict=True):
        row["masked"] = was.value != now.value
    for removal in told.get("markov", {}).get("removal", ()):
        removal["value"] = asked.shown(removal["value"], definition.by)
    if told.get("cost"):
        told["cost"]["elsewhere_values"] = [asked.shown(value, definition.by) for value in told["cost"]["elsewhere_values"]]
    return asked.answered(told, never_stored(workspace.warehouse, (definition.conversion, definition.touches), definition.asked.who))


def people(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the conversions behind a row, with whose they are and their touches in order.

    Raises:
        InvalidInput: the value is missing.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    if place.kind == "value" and place.value is None:
        raise InvalidInput("Which value is missing.", where="value", fix="Give a value as the answer has it.")
    wanted = Wanted(place.value if place.kind == "value" else None, place.kind)
    found = conversions_behind(asked.workspace.warehouse, asked.definition, asked.frame, wanted, page=page, cancel=asked.cancel)
    told = conversions_json(found, asked.names(row["person"] for row in found.rows), asked.workspace.zone)
    for row in told["rows"]:
        for touch in row["touches"]:
            touch["value"] = asked.shown(touch["value"], asked.definition.by)
    return told


def people_page(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of conversions as it travels.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``people``.
    """
    told = people(asked, place, page)
    return paged({**told, "people": told["rows"]})


def proof(asked: Asked, person: int) -> dict[str, Any]:
    """Return the proof of a person: each conversion, which touches were credited and with what, and why others were not.

    Raises:
        TooLarge: as ``explain_attribution``.
    """
    found = explain_attribution(asked.workspace.warehouse, asked.definition, asked.frame, person, cancel=asked.cancel)

    def veiled(told: Told) -> Told:
        return replace(told, seen=replace(told.seen, value=asked.shown(told.seen.value, asked.definition.by)))

    def hidden(conversion: Conversion) -> Conversion:
        return replace(conversion, touches=tuple(map(veiled, conversion.touches)))

    return explained(replace(found, conversions=tuple(map(hidden, found.conversions))))


def taken(asked: Asked, place: Place | None) -> str:
    """Return the credits, or the conversions of a row (at most 10,000), as CSV, and write into the audit trail who took them.

    Raises:
        NotAllowed: people are wanted by who may not see them.
        InvalidInput: as ``people``.
    """
    what = "counts" if place is None else "people"
    asked.may_take(what)
    if place is None:
        answer = ask_attribution(asked.workspace.warehouse, asked.definition, asked.frame, cancel=asked.cancel)
        body = attribution_csv(_masked(asked, answer), costs_of(asked.workspace, answer))
    else:
        body = conversions_csv(people(asked, place, (0, PAGE_MOST)))
    return asked.taken("attribution", asked.definition.asked.name, what, body)


def _masked(asked: Asked, answer: AttributionAnswer) -> AttributionAnswer:
    """Return an answer whose values that could name somebody are masked, without ``people.unmask``."""
    return replace(answer, rows=tuple(replace(row, value=asked.shown(row.value, asked.definition.by)) for row in answer.rows))
