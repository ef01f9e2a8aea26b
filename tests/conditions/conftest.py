"""A real warehouse for the tests of conditions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[LocalWarehouse]:
    """An empty warehouse in a folder of its own."""
    local = open_local(tmp_path / "warehouse.duckdb", WarehouseSettings())
    yield local
    local.close()
