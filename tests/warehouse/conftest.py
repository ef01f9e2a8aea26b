"""A warehouse of its own for each test, and the same one over its owner's socket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, Warehouse, connect_socket, open_local, serve_socket


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LocalWarehouse]:
    """A warehouse with small bounds, in this process."""
    warehouse = open_local(tmp_path / "warehouse.duckdb", WarehouseSettings(rows_max=1000, wait_s=0.5))
    yield warehouse
    warehouse.close()


@pytest.fixture(params=["local", "socket"])
def warehouse(request: pytest.FixtureRequest, local: LocalWarehouse, tmp_path: Path) -> Iterator[Warehouse]:
    """The same, asked here or over the socket."""
    if request.param == "local":
        yield local
        return
    server = serve_socket(local, tmp_path / "owner.sock")
    guest = connect_socket(tmp_path / "owner.sock")
    yield guest
    guest.close()
    server.close()
