"""Ask a lifetime value for somebody: its figures, the members of a cell, the proof of one of them, and what is taken home."""

from __future__ import annotations

import datetime as dt
from typing import Any

from windsock.analyses.asking.asked import TAKEN_MOST, Asking, paged
from windsock.analyses.money import MoneyFrame
from windsock.analyses.named import never_stored
from windsock.analyses.revenue.ask import ask_revenue, revenue_behind
from windsock.analyses.revenue.explain import explain_revenue
from windsock.analyses.revenue.model import Revenue
from windsock.analyses.revenue.terminal import members_csv, members_json, revenue_csv
from windsock.kernel.period import parse_date

Asked = Asking[Revenue]
Place = tuple[str | None, int | None]
"""A cohort by any of its dates, and a cell from 0; None: all."""


def figures(asked: Asked) -> dict[str, Any]:
    """Return the answer as it travels, with notes and the moment of asking.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``ask_revenue``.
    """
    definition, warehouse = asked.definition, asked.workspace.warehouse
    rows = [one for one in (definition.start, definition.money.rows) if one is not None]
    told = ask_revenue(warehouse, definition, _around(asked), cancel=asked.cancel).json()
    return asked.answered(told, never_stored(warehouse, rows, definition.asked.who))


def members_page(asked: Asked, place: Place, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the members of a cell as it travels, with what all of them brought.

    Raises:
        InvalidInput: there is no such cell, or it is not told yet.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    cohort: dt.date | None = None if place[0] is None else parse_date(place[0], "cohort")
    warehouse, around = asked.workspace.warehouse, _around(asked)
    found = revenue_behind(warehouse, asked.definition, around, (cohort, place[1]), page=page, cancel=asked.cancel)
    told = members_json(found, asked.names(int(row["person"]) for row in found.rows))
    return {**paged(told), "value": told["value"]}


def proof(asked: Asked, person: int) -> dict[str, Any]:
    """Return the proof of a person.

    Raises:
        TooLarge, Broken: as ``explain_revenue``.
    """
    return explain_revenue(asked.workspace.warehouse, asked.definition, _around(asked), person, cancel=asked.cancel).json()


def taken(asked: Asked, place: Place | None) -> str:
    """Return the figures, or the members of a cell (at most 10,000), as CSV, and write into the audit trail who took them.

    Raises:
        NotAllowed: people are wanted by who may not see them.
        InvalidInput: as ``members_page``.
    """
    what = "counts" if place is None else "people"
    asked.may_take(what)
    if place is None:
        body = revenue_csv(ask_revenue(asked.workspace.warehouse, asked.definition, _around(asked), cancel=asked.cancel))
    else:
        body = members_csv(members_page(asked, place, (0, TAKEN_MOST)))
    return asked.taken("revenue", asked.definition.asked.name, what, body)


def _around(asked: Asked) -> MoneyFrame:
    return MoneyFrame(asked.frame, asked.workspace.settings.workspace.currency)
