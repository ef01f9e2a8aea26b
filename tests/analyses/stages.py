"""A warehouse with the world that is in it, for tests of many random definitions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conditions.world import World, crowd
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local


class Stage(tuple[LocalWarehouse, World]):
    """Both; told in a word, as a failing example is told with all that it was given."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Stage()"


@contextmanager
def staged(folder: Path, seed: int) -> Iterator[Stage]:
    """Open a warehouse with a random crowd."""
    world = crowd(seed, most=14)
    warehouse = open_local(folder / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield Stage((warehouse, world))
    warehouse.close()
