"""What the catalogue is asked."""

from __future__ import annotations

from windsock.warehouse import statement

OVERBOOKED_DATES = statement(
    """
    SELECT d.goods_id, d.travel_date, d.capacity, d.sold FROM stock_day AS d
    WHERE d.known_to_ms IS NULL AND d.sold > d.capacity AND d.travel_date BETWEEN $first AND $last
    ORDER BY d.sold - d.capacity DESC, d.travel_date, d.goods_id LIMIT $most
    """
)
