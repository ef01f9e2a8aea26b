"""Ask a correlation for somebody: what they may see of values and people, and what they take home."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from windsock.analyses.asking.asked import TAKEN_MOST, Asking, paged
from windsock.analyses.correlation.ask import CellWanted, CorrelationAnswer, Fact, ask_correlation, attempts_behind, unseen_in
from windsock.analyses.correlation.explain import explain_correlation
from windsock.analyses.correlation.model import Correlation, Kind
from windsock.analyses.correlation.terminal import attempts_csv, attempts_json, correlation_csv

Asked = Asking[Correlation]


def facts(asked: Asked) -> dict[str, Any]:
    """Return the answer as it travels; a value that could name somebody is masked, and can't be asked for by what is shown of it.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``ask_correlation``.
    """
    answer = _answer(asked)
    told = answer.json()
    for way, found in (("more", answer.more), ("less", answer.less)):
        for one, fact in zip(told[way], found, strict=True):
            shown = _shown(asked, answer.correlation.kinds[fact.kind], fact)
            if list(shown) != one["values"]:
                one |= {"values": list(shown), "value": None}
    return asked.answered(told, unseen_in(asked.workspace.warehouse, asked.definition))


def people(asked: Asked, wanted: CellWanted, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the people of a cell; names and held values are masked without ``people.unmask``.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``attempts_behind``.
    """
    behind = attempts_behind(asked.workspace.warehouse, asked.definition, asked.frame, wanted, page=page, cancel=asked.cancel)
    told = attempts_json(behind, asked.names(int(row["person"]) for row in behind.rows), asked.workspace.zone)
    for row in told["people"]:
        row["held"] = asked.shown(row["held"], asked.definition.funnel.chain.hold or "")
    return told


def people_page(asked: Asked, wanted: CellWanted, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of people as it travels.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``people``.
    """
    return paged(people(asked, wanted, page))


def proof(asked: Asked, person: int) -> dict[str, Any]:
    """Return the proof of a person.

    Raises:
        TooLarge: as ``explain_correlation``.
    """
    return explain_correlation(asked.workspace.warehouse, asked.definition, asked.frame, person, cancel=asked.cancel).json()


def taken(asked: Asked, wanted: CellWanted | None) -> str:
    """Return the facts, or the people of a cell (at most 10,000), as CSV, and write into the audit trail who took them.

    Raises:
        NotAllowed: people are wanted by who may not see them.
        InvalidInput: as ``people``.
    """
    what = "counts" if wanted is None else "people"
    asked.may_take(what)
    body = correlation_csv(_masked(asked, _answer(asked))) if wanted is None else attempts_csv(people(asked, wanted, (0, TAKEN_MOST)))
    return asked.taken("correlation", asked.definition.name, what, body)


def _answer(asked: Asked) -> CorrelationAnswer:
    return ask_correlation(asked.workspace.warehouse, asked.definition, asked.frame, cancel=asked.cancel)


def _shown(asked: Asked, kind: Kind, fact: Fact) -> tuple[str | None, ...]:
    """Return the values of a fact as the asker may see them; what is named after a field is judged by its name as well."""
    fields = ("", *kind.fields) if kind.family == "between" and kind.fields else kind.fields or ("",)
    values = fact.values(asked.definition.kinds)
    return tuple(asked.shown(value, field.removeprefix("properties.")) for field, value in zip(fields, values, strict=True))


def _masked(asked: Asked, answer: CorrelationAnswer) -> CorrelationAnswer:
    """Return an answer whose values that could name somebody are masked in full."""

    def shown(fact: Fact) -> Fact:
        kind = answer.correlation.kinds[fact.kind]
        values = _shown(asked, kind, fact)
        return fact if values == fact.values(answer.correlation.kinds) else fact.told_as(values)

    return replace(answer, more=tuple(map(shown, answer.more)), less=tuple(map(shown, answer.less)))
