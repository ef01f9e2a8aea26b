"""The facts on another engine, as other rooms meet it; what it needs is imported when it is asked for, as most workspaces never do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from windsock.warehouse.pieces import Moment, Moved

if TYPE_CHECKING:
    from windsock.kernel.settings import Settings
    from windsock.warehouse.face import Cancel, Warehouse

__all__ = ["Elsewhere", "Moment", "Moved", "move_elsewhere", "open_elsewhere"]
Elsewhere = Literal["clickhouse", "spark"]


def open_elsewhere(engine: Elsewhere, settings: Settings) -> Warehouse:
    """Open the facts that were moved to an engine: to be asked, not to be written to.

    Raises:
        NotAvailable: its library is not installed, or it doesn't answer.
    """
    from windsock.warehouse.engines import MovedWarehouse, open_link  # noqa: PLC0415 - see above

    return MovedWarehouse(open_link(engine, settings), settings.warehouse)


def move_elsewhere(engine: Elsewhere, settings: Settings, moment: Moment, told: Callable[[Moved], None], cancel: Cancel | None = None) -> list[Moved]:
    """Move all facts that answers read to an engine, and compare each table and day; what is there and equal is passed over.

    Args:
        engine: where to.
        settings: say where that is.
        moment: what is moved.
        told: called after each piece.
        cancel: a switch that stops between two pieces; what was moved stays.

    Raises:
        NotAvailable: its library is not installed, or it doesn't answer.
        Broken: a piece differs after it was written.
        Cancelled: the switch was used.
    """
    from windsock.warehouse.engines import move, open_link  # noqa: PLC0415 - see above

    link = open_link(engine, settings)
    try:
        return move(moment, link, told=told, cancel=cancel)
    finally:
        link.close()
