"""What warnings ask of stock: dates with what is sold of them, and on which day before travel it was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from windsock.metrics import local_day_sql
from windsock.warehouse import statement

if TYPE_CHECKING:
    from windsock.kernel.period import Period

_CHOSEN = """
    WITH chosen AS (
        SELECT k.goods_id, SUM(k.capacity) AS offered FROM stock_day AS k
        WHERE k.known_to_ms IS NULL AND k.travel_date BETWEEN $today AND $last AND k.capacity > 0
        GROUP BY k.goods_id ORDER BY offered DESC, k.goods_id LIMIT $most
    )
    """
GOODS = statement(
    f"""
    {_CHOSEN}
    SELECT c.goods_id, g.kind, g.name_en, g.name_zh, COALESCE(g.route, g.property) AS place
    FROM chosen AS c JOIN goods AS g ON g.goods_id = c.goods_id ORDER BY c.offered DESC, c.goods_id
    """  # noqa: S608 - a constant of this file
)
DATES = statement(
    f"""
    {_CHOSEN}
    SELECT k.goods_id, k.travel_date, k.capacity, COALESCE(k.sold, 0) AS sold, COALESCE(k.hard, TRUE) AS hard
    FROM stock_day AS k JOIN chosen AS c ON c.goods_id = k.goods_id
    WHERE k.known_to_ms IS NULL AND k.travel_date BETWEEN $first AND $last AND k.capacity > 0
    """  # noqa: S608 - as above
)
FIRST_BOOKED = statement("SELECT MIN(l.booked_date) AS day FROM order_line AS l WHERE l.known_to_ms IS NULL")
_TAKEN = f"""
    {_CHOSEN}, lines AS (
        SELECT l.goods_id, t.travel_date, l.booked_date, l.cancelled, l.cancelled_ms, t.units
        FROM order_line AS l JOIN chosen AS c ON c.goods_id = l.goods_id
            JOIN travel_day AS t ON t.order_key = l.order_key AND t.line_no = l.line_no AND t.known_to_ms IS NULL
        WHERE l.known_to_ms IS NULL AND t.travel_date BETWEEN $first AND $last AND l.booked_date <= t.travel_date
    ), moved AS (
        SELECT goods_id, travel_date, booked_date AS day, units FROM lines
        UNION ALL
        SELECT goods_id, travel_date, local_day(cancelled_ms) AS day, -units AS units FROM lines WHERE cancelled AND NOT cancelled_ms IS NULL
    ), days AS (
        SELECT goods_id, travel_date, GREATEST(travel_date - day, 0) AS lead, SUM(units) AS units FROM moved
        WHERE travel_date - day < $columns GROUP BY goods_id, travel_date, GREATEST(travel_date - day, 0)
    )
    SELECT goods_id, travel_date, LIST(lead ORDER BY lead) AS leads, LIST(units ORDER BY lead) AS units FROM days
    WHERE units <> 0 GROUP BY goods_id, travel_date
    """  # noqa: S608 - as above


def taken(period: Period, zone: str) -> exp.Expr:
    """Return the statement of what was booked less what was given back, by product, date and days before travel.

    Args:
        period: dates within which lines were cancelled, for the changes of the zone's offset.
        zone: of the workspace.
    """

    def day(node: exp.Expr) -> exp.Expr:
        return local_day_sql(node.expressions[0], period, zone) if isinstance(node, exp.Anonymous) and node.name == "local_day" else node

    return statement(_TAKEN).tree.transform(day)
