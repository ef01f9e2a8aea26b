"""The catalogue is loaded as a whole or not at all."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from sqlglot import parse_one

from windsock.catalog import add_default_channels, ensure_channels, overbooked_dates, replace_days, touch_source, upsert
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period
from windsock.warehouse import LocalWarehouse

DAY, NEXT = dt.date(2026, 5, 1), dt.date(2026, 5, 2)


def rows_of(warehouse: LocalWarehouse, sql: str) -> list[dict[str, Any]]:
    return warehouse.query(parse_one(sql, read="duckdb")).to_pylist()


def test_upsert_replaces_by_key_and_keeps_the_rest(warehouse: LocalWarehouse) -> None:
    with warehouse.transaction() as tx:
        assert upsert(tx, "supplier", pa.table({"supplier": ["a", "b"], "name": ["A", "B"], "take_rate": [0.1, 0.2]})) == 2
        upsert(tx, "supplier", pa.table({"supplier": ["b", "c"], "name": ["B2", "C"], "take_rate": [0.25, None]}))
    assert [(row["supplier"], row["name"], row["take_rate"]) for row in rows_of(warehouse, "SELECT * FROM supplier ORDER BY 1")] == [
        ("a", "A", Decimal("0.100000")), ("b", "B2", Decimal("0.250000")), ("c", "C", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "rows", "what"),
    [
        ("supplier", {"supplier": ["a"], "take_rate": [12.0]}, "no share between 0 and 1"),
        ("supplier", {"supplier": ["a", None]}, "'supplier' is empty"),
        ("supplier", {"supplier": ["a", "a"]}, "2 rows for supplier=a"),
        ("supplier", {"supplier": ["a"], "colour": ["red"]}, "'colour' is no column"),
        ("supplier", {"supplier": ["a"], "take_rate": ["much"]}, "can't be read"),
        ("goods", {"goods_id": ["a"], "kind": ["ship"]}, "not one of the known words"),
        ("goods", {"goods_id": ["a"], "kind": ["room"], "sold_as": ["gift"]}, "not one of the known words"),
        ("goods", {"goods_id": ["a"], "kind": ["room"], "capacity": [-1]}, "below 0"),
        ("sales_channel", {"channel": ["a"], "channel_group": ["direct"]}, "'tracked' is empty"),
    ],
)
def test_a_bad_row_is_refused_with_its_place_and_nothing_is_written(
    warehouse: LocalWarehouse, table: Any, rows: dict[str, list[Any]], what: str
) -> None:
    with pytest.raises(InvalidInput, match=what) as caught, warehouse.transaction() as tx:
        upsert(tx, table, pa.table(rows))
    assert table in caught.value.where
    assert caught.value.fix
    assert rows_of(warehouse, f"SELECT * FROM {table}") == []


def stock(**columns: list[Any]) -> pa.Table:
    return pa.table({"goods_id": ["F1", "F1"], "travel_date": [DAY, NEXT], "capacity": [72, 72], "currency": ["CNY", "CNY"], **columns})


def test_stock_keeps_its_history_and_overbooking_is_written_as_it_is(warehouse: LocalWarehouse) -> None:
    with warehouse.transaction() as tx:
        assert replace_days(tx, "stock_day", stock(sold=[10, 20], price=[500, None]), now_ms=100) == 2
    with warehouse.transaction() as tx:
        assert replace_days(tx, "stock_day", stock(sold=[75, 20], price=[500, None]), now_ms=200) == 1
    with warehouse.transaction() as tx:
        assert replace_days(tx, "stock_day", stock(sold=[75, 20], price=[500, None]), now_ms=300) == 0
    found = rows_of(warehouse, "SELECT travel_date, sold, hard, known_from_ms, known_to_ms FROM stock_day ORDER BY 1, 4")
    assert [tuple(row.values()) for row in found] == [(DAY, 10, True, 100, 200), (DAY, 75, True, 200, None), (NEXT, 20, True, 100, None)]


def test_stock_may_say_itself_since_when_it_is_known(warehouse: LocalWarehouse) -> None:
    with warehouse.transaction() as tx:
        replace_days(tx, "stock_day", stock(sold=[1, 1], price=[5, 5], known_from_ms=[7, 8]))
    assert rows_of(warehouse, "SELECT known_from_ms AS ms FROM stock_day ORDER BY 1") == [{"ms": 7}, {"ms": 8}]


def test_overbooked_dates_are_reported_as_known_now(warehouse: LocalWarehouse) -> None:
    with warehouse.transaction() as tx:
        replace_days(tx, "stock_day", stock(sold=[75, 73], price=[500, 500]), now_ms=100)
    assert [(d.travel_date, d.over) for d in overbooked_dates(warehouse, Period(DAY, NEXT))] == [(DAY, 3), (NEXT, 1)]
    with warehouse.transaction() as tx:
        replace_days(tx, "stock_day", stock(sold=[72, 73], price=[500, 500]), now_ms=200)
    assert [(d.goods_id, d.capacity, d.sold, d.over) for d in overbooked_dates(warehouse, Period(DAY, NEXT))] == [("F1", 72, 73, 1)]
    assert overbooked_dates(warehouse, Period(DAY, DAY)) == []


def test_a_price_of_nought_and_stock_without_a_moment_are_refused(warehouse: LocalWarehouse) -> None:
    with pytest.raises(InvalidInput, match="not above 0") as caught, warehouse.transaction() as tx:
        replace_days(tx, "stock_day", stock(sold=[1, 1], price=[5, 0]), now_ms=1)
    assert caught.value.where == "stock_day row 2, column price"
    with pytest.raises(InvalidInput, match="since when"), warehouse.transaction() as tx:
        replace_days(tx, "stock_day", stock(sold=[1, 1]))
    with pytest.raises(InvalidInput, match="not loaded by date"), warehouse.transaction() as tx:
        replace_days(tx, "goods", stock())  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="not loaded by key"), warehouse.transaction() as tx:
        upsert(tx, "stock_day", stock())  # type: ignore[arg-type]


def test_costs_replace_those_of_their_date_channel_and_source(warehouse: LocalWarehouse) -> None:
    def cost(*rows: tuple[dt.date, str, int]) -> pa.Table:
        return pa.table(
            {"date": [r[0] for r in rows], "channel": [r[1] for r in rows], "amount": [r[2] for r in rows], "currency": ["CNY"] * len(rows)}
        )

    with warehouse.transaction() as tx:
        replace_days(tx, "channel_cost", cost((DAY, "web", 5), (DAY, "app", 6), (NEXT, "web", 7)))
        replace_days(tx, "channel_cost", cost((DAY, "web", 50)))
    found = rows_of(warehouse, "SELECT date, channel, kind, CAST(amount AS INTEGER) AS amount FROM channel_cost ORDER BY 1, 2")
    assert [tuple(row.values()) for row in found] == [(DAY, "app", "marketing", 6), (DAY, "web", "marketing", 50), (NEXT, "web", "marketing", 7)]


def test_unknown_channels_are_registered_once_and_known_ones_left_alone(warehouse: LocalWarehouse) -> None:
    with warehouse.transaction() as tx:
        assert add_default_channels(tx) == 8
        assert add_default_channels(tx) == 0
        assert ensure_channels(tx, pa.array(["TA/TO", "web", None, "TA/TO", "GDS"])) == 2
        assert ensure_channels(tx, pa.array(["TA/TO", None])) == 0
        assert ensure_channels(tx, pa.array([None, None], pa.string())) == 0
    found = rows_of(warehouse, "SELECT channel, channel_group, tracked, name_en FROM sales_channel WHERE channel IN ('TA/TO', 'web') ORDER BY 1")
    assert [tuple(row.values()) for row in found] == [("TA/TO", "unknown", False, "TA/TO"), ("web", "direct", True, "Website")]


def test_a_watermark_never_goes_back_and_none_keeps_what_was_known(warehouse: LocalWarehouse) -> None:
    with warehouse.transaction() as tx:
        touch_source(tx, "shop", "orders", "Shop", 500, payment_known=True, now_ms=600, expected_lag_ms=10)
        touch_source(tx, "shop", "orders", "The shop", 400, payment_known=None, now_ms=700)
        touch_source(tx, "shop", "orders", "The shop", None, payment_known=None, now_ms=650)
    assert rows_of(warehouse, "SELECT * FROM source") == [
        {
            "source": "shop",
            "kind": "orders",
            "name": "The shop",
            "complete_until_ms": 500,
            "last_loaded_ms": 700,
            "payment_known": True,
            "expected_lag_ms": 10,
        }
    ]
