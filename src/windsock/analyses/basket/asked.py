"""Ask a basket analysis for somebody: what they may see of items and people, and what they take home."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from windsock.analyses.asking.asked import TAKEN_MOST, Asking
from windsock.analyses.basket.ask import BasketAnswer, Pair, ask_basket, baskets_behind, item_told
from windsock.analyses.basket.explain import explain_basket
from windsock.analyses.basket.model import Basket
from windsock.analyses.basket.terminal import basket_csv, baskets_csv, baskets_json
from windsock.analyses.named import never_stored
from windsock.kernel.errors import InvalidInput

Asked = Asking[Basket]
Items = tuple[str, str] | None


def items_of(one: str | None, other: str | None) -> Items:
    """Return the pair that is asked for; None: all baskets.

    Raises:
        InvalidInput: one item without the other.
    """
    if one is None and other is None:
        return None
    if one is None or other is None:
        raise InvalidInput("A pair has two items.", where="one, other", fix="Give both, or none for all baskets.")
    return one, other


def pairs(asked: Asked) -> dict[str, Any]:
    """Return the answer as it travels; an item that could name somebody is masked, and can't be asked for by what is shown of it.

    Raises:
        InvalidInput, TooLarge, QueryTimeout, Busy, Cancelled: as ``ask_basket``.
    """
    answer, definition = _answer(asked), asked.definition
    told = answer.json()
    for one, pair in zip(told["pairs"], answer.pairs, strict=True):
        shown = [_shown(asked, item) for item in (pair.one, pair.other)]
        if shown != one["values"]:
            one |= {"values": shown, "one": None, "other": None}
    rows = () if definition.rows is None else (definition.rows,)
    return asked.answered(told, never_stored(asked.workspace.warehouse, rows, definition.asked.who))


def baskets(asked: Asked, items: Items, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the baskets of a pair with their people; names are masked without ``people.unmask``.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``baskets_behind``.
    """
    behind = baskets_behind(asked.workspace.warehouse, asked.definition, asked.frame, items, page=page, cancel=asked.cancel)
    told = baskets_json(behind, asked.names(int(row["person"]) for row in behind.rows if row["person"] is not None), asked.workspace.zone)
    if asked.definition.rows is not None and asked.definition.inside != "person":
        for row in told["baskets"]:
            row["basket"] = asked.shown(row["basket"], asked.definition.inside)
    return told


def baskets_page(asked: Asked, items: Items, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of baskets as it travels.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``baskets``.
    """
    told = baskets(asked, items, page)
    following = told["next_cursor"]
    return {"total": told["total"], "baskets": told["baskets"], "next": None if following is None else str(following)}


def proof(asked: Asked, person: int) -> dict[str, Any]:
    """Return the proof of a person.

    Raises:
        TooLarge: as ``explain_basket``.
    """
    return explain_basket(asked.workspace.warehouse, asked.definition, asked.frame, person, cancel=asked.cancel).json()


def taken(asked: Asked, items: Items, what: str) -> str:
    """Return the pairs, or the baskets of one (at most 10,000), as CSV, and write into the audit trail who took them.

    Raises:
        NotAllowed: people are wanted by who may not see them.
        InvalidInput: as ``baskets``.
    """
    asked.may_take(what)
    body = basket_csv(_masked(asked, _answer(asked))) if what == "counts" else baskets_csv(baskets(asked, items, (0, TAKEN_MOST)))
    return asked.taken("basket", asked.definition.asked.name, what, body)


def _answer(asked: Asked) -> BasketAnswer:
    return ask_basket(asked.workspace.warehouse, asked.definition, asked.frame, cancel=asked.cancel)


def _shown(asked: Asked, item: str) -> str | None:
    field, value = item_told(asked.definition, item)
    return asked.shown(value, field.removeprefix("properties."))


def _masked(asked: Asked, answer: BasketAnswer) -> BasketAnswer:
    """Return an answer whose items that could name somebody are masked."""

    def shown(item: str) -> str:
        value = _shown(asked, item) or ""
        return item if value == item_told(asked.definition, item)[1] else answer.basket.item_of(item_told(answer.basket, item)[0], value)

    def both(pair: Pair) -> Pair:
        return replace(pair, one=shown(pair.one), other=shown(pair.other))

    return replace(answer, pairs=tuple(map(both, answer.pairs)))
