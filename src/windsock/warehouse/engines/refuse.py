"""What another engine can't do exactly as ours does it: refused with a sentence, never answered with another number."""

from __future__ import annotations

from typing import NoReturn

from windsock.kernel.errors import NotAvailable


def refuse(engine: str, what: str, fix: str = "") -> NoReturn:
    """Say that something is not available on an engine.

    Args:
        engine: its name as people write it: ClickHouse, Spark.
        what: what was asked, with a capital letter.
        fix: what to do instead; by default to ask the workspace's own engine.

    Raises:
        NotAvailable: always.
    """
    raise NotAvailable(
        f"{what} is not available on {engine}.",
        where="warehouse.engine",
        fix=fix or "Ask the workspace's own engine: WINDSOCK_WAREHOUSE__ENGINE=duckdb.",
    )
