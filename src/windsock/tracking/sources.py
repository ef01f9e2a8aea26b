"""Say how the sources do: until when each is whole, how late it is, and whether its intake balances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.catalog import source_state
from windsock.tracking import queries

if TYPE_CHECKING:
    from windsock.warehouse import Warehouse

SOURCES_MOST = 1_000
DAY_MS = 86_400_000


@dataclass(frozen=True)
class Balance:
    """The sums of a source's last day of intake: ``received == stored + duplicate + quarantined``."""

    until_ms: int
    received: int
    stored: int
    duplicate: int
    quarantined: int

    @property
    def holds(self) -> bool:
        """Whether nothing was lost."""
        return self.received == self.stored + self.duplicate + self.quarantined


@dataclass(frozen=True)
class Source:
    """A source and how it does; ``lag_ms`` and ``complete_until_ms`` are None while it never said until when it is whole."""

    source: str
    kind: str
    name: str
    complete_until_ms: int | None
    last_loaded_ms: int | None
    payment_known: bool | None
    lag_ms: int | None
    state: str
    balance: Balance | None


def read_sources(warehouse: Warehouse, now_ms: int) -> list[Source]:
    """Return the sources by code, 1,000 at most."""
    rows = warehouse.query(queries.BALANCE_OF_SOURCES, {"span": DAY_MS, "most": SOURCES_MOST}).to_pylist()
    return [
        Source(
            row["source"],
            row["kind"],
            row["name"],
            row["complete_until_ms"],
            row["last_loaded_ms"],
            row["payment_known"],
            max(now_ms - row["complete_until_ms"], 0) if row["complete_until_ms"] is not None else None,
            source_state(row["complete_until_ms"], now_ms, row["expected_lag_ms"]),
            Balance(row["minute_ms"] + 60_000, row["received"], row["stored"], row["duplicate"], row["quarantined"])
            if row["minute_ms"] is not None
            else None,
        )
        for row in rows
    ]
