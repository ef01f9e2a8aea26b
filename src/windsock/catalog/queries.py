"""What the catalogue is asked."""

from __future__ import annotations

from sqlglot import exp, parse_one


def _statement(text: str) -> exp.Expr:
    return parse_one(text, read="duckdb")


OVERBOOKED_DATES = _statement(
    """
    SELECT d.goods_id, d.travel_date, d.capacity, d.sold FROM stock_day AS d
    WHERE d.known_to_ms IS NULL AND d.sold > d.capacity AND d.travel_date BETWEEN $first AND $last
    ORDER BY d.sold - d.capacity DESC, d.travel_date, d.goods_id LIMIT $most
    """
)
