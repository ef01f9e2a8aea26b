"""Name many people at once, as they may be shown: one query for a page of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from windsock.governance import mask
from windsock.kernel.errors import TooLarge

if TYPE_CHECKING:
    from windsock.warehouse import Value, Warehouse

DIDS_MOST = 1_000
_IDS = "SELECT i.did, i.namespace, i.id FROM identity AS i"


def display_names(warehouse: Warehouse, dids: Sequence[int], *, unmasked: bool) -> dict[int, str]:
    """Return what to show for ids, such as ``login 10***55``.

    Args:
        warehouse: where to ask.
        dids: up to 1,000 ids.
        unmasked: show them in full; only for who holds ``people.unmask``.

    Raises:
        TooLarge: more ids than a page shows.
    """
    if len(dids) > DIDS_MOST:
        raise TooLarge(f"More than {DIDS_MOST} people on one page.", where="dids")
    if not dids:
        return {}
    params: dict[str, Value] = {f"p{index}": did for index, did in enumerate(dids)}
    among = exp.In(this=exp.column("did", "i"), expressions=[exp.Placeholder(this=name) for name in params])
    statement = parse_one(_IDS, read="duckdb", into=exp.Select).where(among)
    rows = warehouse.query(statement, params).to_pylist()
    return {int(row["did"]): f"{row['namespace']} {row['id'] if unmasked else mask(row['namespace'], row['id'])}" for row in rows}
