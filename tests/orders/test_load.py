"""The loader: keys, versions, nights, postings, doubts; the same again changes nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.orders.make import DAY, ask, line, lines, warehouse
from windsock.catalog import touch_source
from windsock.kernel.errors import Broken
from windsock.kernel.money import allocate
from windsock.orders import Batch, LoadReport, OrderFacts, load_orders
from windsock.warehouse import LocalWarehouse


def load(house: LocalWarehouse, *rows: dict[str, Any], now: int = 1, batch: str = "b1", **more: Any) -> LoadReport:
    with house.transaction() as tx:
        return load_orders(tx, Batch(batch, "pms", now), OrderFacts(lines(*rows), **more))


@pytest.fixture
def house(tmp_path: Path) -> Any:
    opened = warehouse(tmp_path)
    yield opened
    opened.close()


def postings(*rows: tuple[str, str, int, str]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"order_ref": ref, "line_no": 1, "posting_ref": name, "kind": "payment" if Decimal(amount) > 0 else "refund", "at_ms": day * DAY,
             "at_date": dt.date(1970, 1, 1) + dt.timedelta(days=day), "amount": Decimal(amount), "take_amount": Decimal(amount), "currency": "EUR"}
            for ref, name, day, amount in rows
        ]
    )  # fmt: skip


def test_an_order_has_its_lines_its_nights_and_its_states(house: LocalWarehouse) -> None:
    report = load(house, line("A1"), line("A1", 2, booked_amount=Decimal(5), kind="ancillary"), line("A2", source_line=9))
    assert (report.orders_added, report.orders_changed, report.orders_known, report.lines_added) == (2, 0, 0, 3)
    rows = ask(house, "SELECT order_key, order_ref, booked_amount, state, batch_id FROM orders ORDER BY order_key")
    assert [(r["order_key"], r["order_ref"], r["booked_amount"], r["state"]) for r in rows] == [
        (1, "A1", Decimal("105.0000"), "created"),
        (2, "A2", Decimal("100.0000"), "created"),
    ]
    nights = ask(house, "SELECT travel_date, amount FROM travel_day WHERE order_key = 1 ORDER BY travel_date")
    assert [(str(n["travel_date"]), str(n["amount"])) for n in nights] == [
        ("2016-12-30", "33.3334"),
        ("2016-12-31", "33.3333"),
        ("2017-01-01", "33.3333"),
    ]
    assert ask(house, "SELECT state, count(*) AS n FROM order_state GROUP BY 1") == [{"state": "created", "n": 2}]


def test_the_same_again_changes_nothing(house: LocalWarehouse) -> None:
    load(house, line("A1"), line("A2"))
    before = ask(house, "SELECT * FROM orders ORDER BY ALL")
    again = load(house, line("A2"), line("A1"), now=2, batch="b2")
    assert (again.orders_added, again.orders_changed, again.orders_known) == (0, 0, 2)
    assert ask(house, "SELECT * FROM orders ORDER BY ALL") == before
    assert len(ask(house, "SELECT 1 FROM travel_day")) == 6


def test_a_new_version_keeps_the_key_and_the_old_answer(house: LocalWarehouse) -> None:
    load(house, line("A1"), now=10)
    report = load(house, line("A1", booked_amount=Decimal(80), stay_amount=Decimal(80)), line("A9"), now=20, batch="b2")
    assert (report.orders_added, report.orders_changed) == (1, 1)
    rows = ask(house, "SELECT order_key, booked_amount, known_from_ms, known_to_ms FROM orders WHERE order_ref = 'A1' ORDER BY known_from_ms")
    assert [(r["order_key"], r["booked_amount"], r["known_from_ms"], r["known_to_ms"]) for r in rows] == [(1, 100, 10, 20), (1, 80, 20, None)]
    held = ask(house, "SELECT sum(amount) AS s, count(*) AS n FROM travel_day WHERE known_to_ms IS NULL AND order_key = 1")
    assert held == [{"s": Decimal(80), "n": 3}]
    old = ask(house, "SELECT sum(amount) AS s FROM travel_day WHERE known_from_ms <= 15 AND (known_to_ms IS NULL OR known_to_ms > 15)")
    assert old == [{"s": Decimal(100)}]


def test_a_change_of_any_line_is_a_new_version(house: LocalWarehouse) -> None:
    load(house, line("A1", row_hash="x"), line("A1", 2, row_hash="y"))
    assert load(house, line("A1", row_hash="x"), line("A1", 2, row_hash="z"), now=2).orders_changed == 1
    assert load(house, line("A1", 2, row_hash="z"), line("A1", row_hash="x"), now=3).orders_known == 1


def test_a_late_update_does_not_take_a_state_back(house: LocalWarehouse) -> None:
    load(house, line("A1", cancelled_ms=50, booked_ms=10), now=1)
    load(house, line("A1", paid_ms=20, booked_ms=10), now=2)
    row = ask(house, "SELECT state, paid_ms, cancelled_ms FROM orders WHERE known_to_ms IS NULL")
    assert row == [{"state": "cancelled", "paid_ms": 20, "cancelled_ms": 50}]


def test_a_partial_refund_in_a_later_version_leaves_the_payment_on_its_day(house: LocalWarehouse) -> None:
    load(house, line("A1", row_hash="v1"), postings=postings(("A1", "p1", 100, "100")), now=1)
    load(house, line("A1", row_hash="v2"), postings=postings(("A1", "p1", 100, "100"), ("A1", "r1", 130, "-40")), now=2)
    by_day = ask(house, "SELECT at_date, sum(amount) AS s FROM posting WHERE known_to_ms IS NULL GROUP BY 1 ORDER BY 1")
    assert [(str(r["at_date"]), r["s"]) for r in by_day] == [("1970-04-11", 100), ("1970-05-11", -40)]


def test_doubts_are_flagged_and_the_rows_are_kept(house: LocalWarehouse) -> None:
    report = load(
        house,
        line("A1", nights=0, booked_amount=Decimal(0)),
        line("A2", booked_amount=Decimal("-63.80"), stay_amount=Decimal("-63.80")),
        line("row:ab:1"),
        line("row:ab:2"),
        line("row:ab:11"),
        line("A3", cancelled=True, stay_amount=Decimal(0), cancelled_ms=1_490_000_000_000),
        line("A4", cancelled=True, stay_amount=Decimal(0)),
        line("A5", currency="EUR"),
        line("A5", 2, currency="CNY"),
    )
    assert report.flags == {
        "cancelled_after_arrival": 1,
        "cancelled_without_time": 1,
        "exact_duplicate": 2,
        "mixed_currency": 1,
        "negative_rate": 1,
        "zero_nights": 1,
    }
    assert len(ask(house, "SELECT 1 FROM orders")) == 8
    assert ask(house, "SELECT sum(amount) AS s FROM travel_day JOIN orders USING (order_key) WHERE order_ref = 'A2'") == [{"s": Decimal("-63.8000")}]


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.integers(-10_000_000, 10_000_000), st.integers(1, 40))
def test_nights_share_a_stay_as_the_kernel_allocates(tmp_path_factory: pytest.TempPathFactory, steps: int, nights: int) -> None:
    total = Decimal(steps) / 10_000
    house = warehouse(tmp_path_factory.mktemp("nights"))
    try:
        load(house, line("A1", nights=nights, stay_amount=total, booked_amount=total))
        shares = [r["amount"] for r in ask(house, "SELECT amount FROM travel_day ORDER BY travel_date")]
    finally:
        house.close()
    assert shares == allocate(total, [total / nights] * nights, Decimal("0.0001"))


def test_wrong_columns_are_refused_and_nothing_stays(house: LocalWarehouse) -> None:
    with pytest.raises(Broken, match="unknown"), house.transaction() as tx:
        load_orders(tx, Batch("b", "pms", 1), OrderFacts(pa.table({"order_ref": ["x"], "colour": ["red"]})))
    bad = lines(line("A1")).drop(["booked_amount"]).append_column("booked_amount", pa.array(["many"]))
    with pytest.raises(Broken, match="types"), house.transaction() as tx:
        load_orders(tx, Batch("b", "pms", 1), OrderFacts(bad))
    assert ask(house, "SELECT 1 FROM orders") == []


def test_a_source_is_noted_once_and_never_moves_back(house: LocalWarehouse) -> None:
    for now, until in ((1, 100), (2, 50), (3, None)):
        with house.transaction() as tx:
            touch_source(tx, "pms", "orders", "PMS", until, payment_known=False, now_ms=now)
    assert ask(house, "SELECT source, complete_until_ms, last_loaded_ms FROM source") == [
        {"source": "pms", "complete_until_ms": 100, "last_loaded_ms": 3}
    ]


def test_two_lines_with_one_number_are_refused(house: LocalWarehouse) -> None:
    with pytest.raises(Broken, match="same number"):
        load(house, line("A1"), line("A1"))
    assert ask(house, "SELECT 1 FROM orders") == []
