"""Say which dates have more sold than there is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.catalog import queries
from windsock.catalog.model import overbooked

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.warehouse import Warehouse

DATES_MOST = 1_000


@dataclass(frozen=True)
class OverbookedDate:
    """A date of goods that is oversold, by ``over`` seats, rooms or places."""

    goods_id: str
    travel_date: dt.date
    capacity: int
    sold: int
    over: int


def overbooked_dates(warehouse: Warehouse, period: Period) -> list[OverbookedDate]:
    """Return the oversold dates of a travel period as known now, the worst first, 1,000 at most."""
    rows = warehouse.query(queries.OVERBOOKED_DATES, {"first": period.start, "last": period.end, "most": DATES_MOST}).to_pylist()
    return [OverbookedDate(**row, over=overbooked(row["sold"], row["capacity"])) for row in rows]
