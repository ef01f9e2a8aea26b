"""When warnings of stock would have told Gull's stories of dates to come: worked out from what was booked when, as the data end after the stories.

A date is oversold from the first booking beyond its capacity on; the look of a quarter of an hour after it tells it. A date that stays empty is told
on the first day on which former dates that stood alike make it likely, each day judged as it stood when it began (`course_on`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from windsock.kernel.clock import start_of_day_ms
from windsock.monitoring.forecasters.ask_stock import course_on, read_stock, usual_over
from windsock.monitoring.forecasters.kept import LIKELY
from windsock.monitoring.forecasters.stock import HISTORY, LEADS
from windsock.warehouse import statement
from windsock.workspace import Workspace

QUARTER, DAY_MS = 900_000, 86_400_000
_MOVED = statement(
    """
    WITH moved AS (
        SELECT l.goods_id, t.travel_date, l.booked_ms AS at_ms, t.units FROM order_line AS l
            JOIN travel_day AS t ON t.order_key = l.order_key AND t.line_no = l.line_no AND t.known_to_ms IS NULL
        WHERE l.known_to_ms IS NULL AND t.travel_date >= $first
        UNION ALL
        SELECT l.goods_id, t.travel_date, l.cancelled_ms AS at_ms, -t.units AS units FROM order_line AS l
            JOIN travel_day AS t ON t.order_key = l.order_key AND t.line_no = l.line_no AND t.known_to_ms IS NULL
        WHERE l.known_to_ms IS NULL AND t.travel_date >= $first AND l.cancelled AND NOT l.cancelled_ms IS NULL
    ), held AS (
        SELECT goods_id, travel_date, at_ms, SUM(units) OVER (PARTITION BY goods_id, travel_date ORDER BY at_ms, units) AS sold FROM moved
    )
    SELECT h.goods_id, h.travel_date, g.property, h.at_ms, h.sold - k.capacity AS over
    FROM held AS h JOIN stock_day AS k ON k.goods_id = h.goods_id AND k.travel_date = h.travel_date AND k.known_to_ms IS NULL
        JOIN goods AS g ON g.goods_id = h.goods_id
    WHERE h.sold > k.capacity AND k.capacity > 0 ORDER BY h.at_ms, h.goods_id
    """
)


@dataclass(frozen=True)
class ToldOfStock:
    """The first warning of a story: its kind, when it was told, of what, and how many of the story's dates were told while it lasted."""

    kind: str
    at_ms: int
    place: str
    dates: int


def oversold(workspace: Workspace, first: dt.date) -> list[dict[str, Any]]:
    """Return the dates from a day on of which at some time more was sold than there is and than is usual, the first to be so first."""
    stock = read_stock(workspace, first, HISTORY)
    by_kind = {} if stock is None else usual_over(stock, (first - stock.first).days)
    usual = {} if stock is None else {one.id: by_kind[one.kind] for one in stock.products}
    rows = workspace.warehouse.query(_MOVED, {"first": first}).to_pylist()
    found: dict[tuple[str, dt.date], dict[str, Any]] = {}
    for row in rows:
        if float(row["over"]) > usual.get(row["goods_id"], 0.0):
            found.setdefault((row["goods_id"], row["travel_date"]), row)
    return list(found.values())


def of_night(workspace: Workspace, story: Mapping[str, Any]) -> ToldOfStock | None:
    """Return when the oversold night was told."""
    where = story["where"]
    day = dt.date.fromisoformat(where["travel_date"])
    rows = [one for one in oversold(workspace, day) if one["property"] == where["property"] and one["travel_date"] == day]
    if not rows:
        return None
    at_ms = -(-rows[0]["at_ms"] // QUARTER) * QUARTER
    return ToldOfStock("oversold", at_ms, f"{rows[0]['goods_id']}, {day}", len(rows))


def of_tail(workspace: Workspace, story: Mapping[str, Any], end: dt.date) -> ToldOfStock | None:
    """Return when the first of the dates that stay empty was told; flights alone, as rooms on request cost nothing where they stay unsold."""
    stock = read_stock(workspace, end + dt.timedelta(days=1), HISTORY)
    if stock is None:
        return None
    flights = story["where"]["flight_no"].split(",")
    first, last = (dt.date.fromisoformat(one) for one in story["where"]["travel_date"].split(".."))
    begins = dt.datetime.fromtimestamp(story["start"] / 1000, dt.UTC).date()
    told: dict[tuple[str, dt.date], dt.date] = {}
    for number in range((end - begins).days + 1):
        today = begins + dt.timedelta(days=number)
        for row, product in enumerate(stock.products):
            for date in (first + dt.timedelta(days=one) for one in range((last - first).days + 1)):
                lead = (date - today).days
                if product.id not in flights or not 0 <= lead <= LEADS or (product.id, date) in told:
                    continue
                course = course_on(stock, row, (date - stock.first).days, lead)
                if course is not None and course.empty >= LIKELY:
                    told[product.id, date] = today
    if not told:
        return None
    (name, date), today = min(told.items(), key=lambda one: (one[1], one[0]))
    return ToldOfStock("empty", start_of_day_ms(today, workspace.zone) + QUARTER, f"{name}, {date}", len(told))
