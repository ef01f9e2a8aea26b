"""The engine gives itself up after a failed write; the next who asks finds it open again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from sqlglot import parse_one

from windsock.kernel.errors import Busy
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local

COUNT = parse_one("SELECT COUNT(*) AS n FROM dirty_hour", read="duckdb")
ADD = parse_one("INSERT INTO suppressed (hash, known_from_ms) VALUES ('x', 1)", read="duckdb")
STORED = parse_one("SELECT COUNT(*) AS n FROM suppressed", read="duckdb")


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[LocalWarehouse]:
    local = open_local(tmp_path / "warehouse.duckdb", WarehouseSettings())
    yield local
    local.close()


def give_up(warehouse: LocalWarehouse) -> None:
    """Leave it as a failed sync leaves it: closed for every statement to come."""
    warehouse._held._connection.close()


def test_it_is_opened_again(warehouse: LocalWarehouse):
    with warehouse.transaction() as tx:
        tx.execute(ADD)
    before = warehouse.version()
    for ask in (lambda: warehouse.query(COUNT), warehouse.version, lambda: warehouse.transaction().__enter__()):
        give_up(warehouse)
        with pytest.raises(Busy):
            ask()
        assert warehouse.query(STORED).column("n").to_pylist() == [1]
        assert warehouse.version() == before


def test_a_fatal_error_inside_a_transaction_takes_it_back_and_opens_again(warehouse: LocalWarehouse):
    def fail_at_the_end() -> None:
        with warehouse.transaction() as tx:
            tx.execute(ADD)
            raise duckdb.FatalException("fsync failed!")

    with pytest.raises(Busy):
        fail_at_the_end()
    assert warehouse.query(STORED).column("n").to_pylist() == [0]
    with warehouse.transaction() as tx:
        tx.execute(ADD)
    assert warehouse.query(STORED).column("n").to_pylist() == [1]


def test_closed_on_purpose_stays_closed(tmp_path: Path):
    local = open_local(tmp_path / "warehouse.duckdb", WarehouseSettings())
    local.close()
    with pytest.raises(duckdb.ConnectionException):
        local._held._connection.cursor()
    with pytest.raises(duckdb.ConnectionException), local._held.cursor():
        pass
