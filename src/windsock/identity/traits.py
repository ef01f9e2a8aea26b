"""Write what sources say of an id: names, cities, tiers ... each with who said it and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from windsock.identity.model import TRAIT_OPS
from windsock.kernel.errors import InvalidInput
from windsock.warehouse import schema, statement

if TYPE_CHECKING:
    from windsock.warehouse import Transaction

COLUMNS = pa.schema(
    [("did", pa.int64()), *((name, pa.string()) for name in ("name", "value", "source", "trust")), ("at_ms", pa.int64()), ("op", pa.string())]
)
"""What a statement about an id says; ``op`` NULL means ``set``."""
_NEW = statement(
    """
    WITH given AS (
        SELECT did, name, value, COALESCE(source, '') AS source, MIN(trust) AS trust, COALESCE(at_ms, $now) AS at_ms, COALESCE(op, 'set') AS op
        FROM stage_traits WHERE did IS NOT NULL AND name IS NOT NULL GROUP BY 1, 2, 3, 4, 6, 7
    )
    SELECT g.did, g.name, g.value, g.source, g.trust, g.at_ms, CAST($now AS BIGINT) AS known_from_ms, g.op
    FROM given AS g ANTI JOIN trait AS t ON t.did = g.did AND t.name = g.name AND t.at_ms = g.at_ms AND t.source = g.source
        AND COALESCE(t.op, 'set') = g.op AND t.value IS NOT DISTINCT FROM g.value
    ORDER BY g.did, g.name, g.at_ms
    """
)


def add_traits(tx: Transaction, traits: pa.Table, now_ms: int) -> int:
    """Append statements about ids; one that is known already (same id, name, value, source, time and op) is not written again.

    Args:
        tx: the transaction to write in.
        traits: columns of ``COLUMNS``; rows without a did or name say nothing. Numbers and lists come as JSON text.
        now_ms: the moment at which Windsock learns of them; stands for a missing time.

    Returns:
        How many were new.

    Raises:
        InvalidInput: an operation is unknown.
    """
    given = pa.table({field.name: _column(traits, field) for field in COLUMNS}, schema=COLUMNS)
    for op in pc.unique(given.column("op")).drop_null().to_pylist():
        if op not in TRAIT_OPS:
            raise InvalidInput(f"There is no operation '{str(op)[:40]}' on traits.", where="op", fix=f"Use one of: {', '.join(TRAIT_OPS)}.")
    tx.stage("stage_traits", given)
    new = tx.query(_NEW, {"now": now_ms})
    return tx.append("trait", new.cast(schema.BY_NAME["trait"].arrow())) if new.num_rows else 0


def _column(traits: pa.Table, field: pa.Field) -> pa.ChunkedArray | pa.Array:
    return traits.column(field.name).cast(field.type) if field.name in traits.column_names else pa.nulls(traits.num_rows, field.type)
