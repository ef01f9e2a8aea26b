"""Other engines for what one machine has outgrown: the same trees, written in their words, or refused.

Words: a *link* is another engine; a *plain* tree has only what every engine knows; a part that is *held* is computed once for a statement.
Invariants: a number that can't be had exactly is refused with a sentence (``NotAvailable``); answers have the columns and types of our own engine;
what was moved was compared, table by table and day by day; an engine that was moved to is asked and not written to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from windsock.warehouse.engines.asked import MovedWarehouse
from windsock.warehouse.engines.links import Link
from windsock.warehouse.engines.move import move
from windsock.warehouse.pieces import Moved

if TYPE_CHECKING:
    from windsock.kernel.settings import Settings

__all__ = ["Link", "Moved", "MovedWarehouse", "move", "open_link"]


def open_link(engine: Literal["clickhouse", "spark"], settings: Settings) -> Link:
    """Open another engine with what the settings say of it; its library is imported only then.

    Raises:
        NotAvailable: its library is not installed, or it doesn't answer.
    """
    if engine == "clickhouse":
        from windsock.warehouse.engines.clickhouse_link import ClickHouseLink  # noqa: PLC0415 - who does not use it needn't have it

        return ClickHouseLink(settings.clickhouse)
    from windsock.warehouse.engines.spark_link import SparkLink  # noqa: PLC0415 - as above

    return SparkLink(settings.spark)
