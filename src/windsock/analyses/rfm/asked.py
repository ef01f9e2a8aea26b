"""Ask an RFM grid for somebody: its figures, the buyers of a cell or group, the proof of one of them, and what is taken home."""

from __future__ import annotations

from typing import Any

from windsock.analyses.asking.asked import TAKEN_MOST, Asking, paged
from windsock.analyses.money import MoneyFrame
from windsock.analyses.named import never_stored
from windsock.analyses.rfm.explain import explain_rfm
from windsock.analyses.rfm.grid import Wanted, ask_rfm, buyers_behind
from windsock.analyses.rfm.model import Rfm
from windsock.analyses.rfm.terminal import buyers_csv, buyers_json, rfm_csv

Asked = Asking[Rfm]


def figures(asked: Asked) -> dict[str, Any]:
    """Return the answer as it travels, with notes and the moment of asking.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``ask_rfm``.
    """
    definition, warehouse = asked.definition, asked.workspace.warehouse
    rows = [] if definition.money.rows is None else [definition.money.rows]
    told = ask_rfm(warehouse, definition, _around(asked), cancel=asked.cancel).json()
    return asked.answered(told, never_stored(warehouse, rows, definition.asked.who))


def buyers_page(asked: Asked, wanted: Wanted, page: tuple[int, int]) -> dict[str, Any]:
    """Return a page of the buyers of a cell or group as it travels.

    Raises:
        InvalidInput: there is no such score or group.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    found = buyers_behind(asked.workspace.warehouse, asked.definition, _around(asked), wanted, page=page, cancel=asked.cancel)
    return paged(buyers_json(found, asked.names(int(row["person"]) for row in found.rows)))


def proof(asked: Asked, person: int) -> dict[str, Any]:
    """Return the proof of a person.

    Raises:
        TooLarge, Broken: as ``explain_rfm``.
    """
    return explain_rfm(asked.workspace.warehouse, asked.definition, _around(asked), person, cancel=asked.cancel).json()


def taken(asked: Asked, wanted: Wanted | None) -> str:
    """Return the figures, or the buyers of a cell or group (at most 10,000), as CSV, and write into the audit trail who took them.

    Raises:
        NotAllowed: people are wanted by who may not see them.
        InvalidInput: as ``buyers_page``.
    """
    what = "counts" if wanted is None else "people"
    asked.may_take(what)
    if wanted is None:
        body = rfm_csv(ask_rfm(asked.workspace.warehouse, asked.definition, _around(asked), cancel=asked.cancel))
    else:
        body = buyers_csv(buyers_page(asked, wanted, (0, TAKEN_MOST)))
    return asked.taken("rfm", asked.definition.asked.name, what, body)


def _around(asked: Asked) -> MoneyFrame:
    return MoneyFrame(asked.frame, asked.workspace.settings.workspace.currency)
