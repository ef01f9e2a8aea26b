"""Ask a board of growth for somebody: its figures, the people of a stage, the proof of one of them, and what is taken home."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from windsock.analyses.aarrr.ask import BoardAnswer, Cell, Sold, Wanted, ask_board, board_behind
from windsock.analyses.aarrr.explain import explain_board
from windsock.analyses.aarrr.model import Board, named_rows
from windsock.analyses.aarrr.terminal import board_csv, people_csv, people_json
from windsock.analyses.asking.asked import TAKEN_MOST, Asking, paged
from windsock.analyses.money import MoneyFrame
from windsock.analyses.named import never_stored

Asked = Asking[Board]


def figures(asked: Asked) -> dict[str, Any]:
    """Return the answer as it travels, with notes and the moment of asking; values that could name somebody are masked, and can't be asked for.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``ask_board``.
    """
    told = _answer(asked).json()
    for cell in told["breakdown"]:
        if cell["kind"] == "value":
            cell["shown"] = asked.shown(cell["value"])
            cell["value"] = cell["value"] if cell["shown"] == cell["value"] else None
    for one in (*told["goods"], *told["places"]):
        one["value"] = asked.shown(one["value"])
    definition = asked.definition
    return asked.answered(told, never_stored(asked.workspace.warehouse, named_rows(definition), definition.asked.who))


def people_page(asked: Asked, wanted: Wanted, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the people of a stage as it travels.

    Raises:
        InvalidInput: there is no such stage or row.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    found = board_behind(asked.workspace.warehouse, asked.definition, _around(asked), wanted, page=page, cancel=asked.cancel)
    told = people_json(found, asked.names(int(row["person"]) for row in found.rows))
    for row in told["people"]:
        row["value"] = asked.shown(row["value"])
    return paged(told)


def proof(asked: Asked, person: int) -> dict[str, Any]:
    """Return the proof of a person.

    Raises:
        Broken: as ``explain_board``.
    """
    return explain_board(asked.workspace.warehouse, asked.definition, _around(asked), person, cancel=asked.cancel).json()


def taken(asked: Asked, wanted: Wanted | None) -> str:
    """Return the figures, or the people of a stage (at most 10,000), as CSV, and write into the audit trail who took them.

    Raises:
        NotAllowed: people are wanted by who may not see them.
        InvalidInput: as ``people_page``.
    """
    what = "counts" if wanted is None else "people"
    asked.may_take(what)
    body = board_csv(_masked(asked, _answer(asked))) if wanted is None else people_csv(people_page(asked, wanted, (0, TAKEN_MOST)))
    return asked.taken("aarrr", asked.definition.asked.name, what, body)


def _around(asked: Asked) -> MoneyFrame:
    return MoneyFrame(asked.frame, asked.workspace.settings.workspace.currency)


def _answer(asked: Asked) -> BoardAnswer:
    return ask_board(asked.workspace.warehouse, asked.definition, _around(asked), cancel=asked.cancel)


def _masked(asked: Asked, answer: BoardAnswer) -> BoardAnswer:
    """Return an answer for a file: values that could name somebody are masked."""

    def cell(one: Cell) -> Cell:
        return replace(one, value=asked.shown(one.value))

    def sold(one: Sold) -> Sold:
        return replace(one, value=asked.shown(one.value))

    breakdown, goods, places = tuple(map(cell, answer.breakdown)), tuple(map(sold, answer.goods)), tuple(map(sold, answer.places))
    return replace(answer, breakdown=breakdown, goods=goods, places=places)
