"""Write evidence that two ids are one person into the ledger of edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.identity.in_force import policy_in_force
from windsock.identity.model import DECISIONS, KINDS, UNBOUND, check_kind
from windsock.warehouse import schema, statement

if TYPE_CHECKING:
    from windsock.warehouse import Transaction

_SPOKEN = ("did_a", "did_b", "kind", "evidence_ms", "source", "accepted_by")
_NEWS = statement(
    """
    WITH given AS (
        SELECT LEAST(did_a, did_b) AS a, GREATEST(did_a, did_b) AS b, kind, COALESCE(source, '') AS source, accepted_by,
            MIN(COALESCE(evidence_ms, $now)) AS evidence_ms, MAX(COALESCE(evidence_ms, $now)) AS last_ms
        FROM stage_edges WHERE did_a <> did_b GROUP BY 1, 2, 3, 4, 5
    ), ledger AS (
        SELECT e.edge_id, e.did_a, e.did_b, e.kind, e.source, e.evidence_ms, COALESCE(e.last_ms, e.evidence_ms) AS last_ms
        FROM identity_edge AS e SEMI JOIN given AS g ON e.did_a = g.a AND e.did_b = g.b
    ), known AS (
        SELECT did_a, did_b, kind, source, MIN(edge_id) AS edge_id, MIN(evidence_ms) AS evidence_ms, MAX(last_ms) AS last_ms
        FROM ledger GROUP BY 1, 2, 3, 4
    ), cut AS (SELECT DISTINCT did_a, did_b FROM ledger WHERE kind = 'unbound')
    SELECT g.a, g.b, g.kind, g.source, g.accepted_by, g.evidence_ms, g.last_ms, k.edge_id, c.did_a IS NOT NULL AS cut,
        k.edge_id IS NULL OR g.evidence_ms < k.evidence_ms OR g.kind IN ('accepted', 'rejected') AS new,
        COALESCE(g.last_ms > k.last_ms, FALSE) AS later
    FROM given AS g LEFT JOIN known AS k ON k.did_a = g.a AND k.did_b = g.b AND k.kind = g.kind AND k.source = g.source
        LEFT JOIN cut AS c ON c.did_a = g.a AND c.did_b = g.b
    WHERE k.edge_id IS NULL OR g.evidence_ms < k.evidence_ms OR g.last_ms > k.last_ms OR g.kind IN ('accepted', 'rejected')
    ORDER BY g.evidence_ms, g.a, g.b, g.kind, g.source
    """
)
_SEEN_LATER = statement("UPDATE identity_edge SET last_ms = s.last_ms FROM stage_later AS s WHERE identity_edge.edge_id = s.edge_id")
_LAST = statement("SELECT COALESCE(MAX(edge_id), 0) AS last FROM identity_edge")


def add_edges(tx: Transaction, edges: pa.Table, now_ms: int) -> pa.Array:
    """Append evidence; what the ledger holds already (same pair, kind and source, not earlier) is only noted as seen again.

    When a pair was last seen is kept beside its first sighting, so that what came after an ``unbound`` counts again whatever came first.

    Args:
        tx: the transaction to write in.
        edges: columns did_a, did_b, kind, evidence_ms and, optionally, source and accepted_by. Rows without both ids, or with one
            id twice, say nothing and are passed over.
        now_ms: the moment at which Windsock learns of it.

    Returns:
        The distinct ids that new evidence touches which may join people, to be given to ``rebuild_aliases``.

    Raises:
        InvalidInput: a kind of evidence is unknown.
    """
    none = pa.nulls(edges.num_rows, pa.string())
    given = pa.table({name: edges.column(name) if name in edges.column_names else none for name in _SPOKEN})
    for kind in pc.unique(given.column("kind")).to_pylist():
        check_kind(str(kind))
    tx.stage("stage_edges", given)
    news = tx.query(_NEWS, {"now": now_ms})
    later = news.filter(news.column("later"))
    if later.num_rows:
        tx.stage("stage_later", later.select(["edge_id", "last_ms"]))
        tx.execute(_SEEN_LATER)
    new = news.filter(news.column("new"))
    if new.num_rows:
        _append(tx, new, now_ms)
    if not news.num_rows:
        return pa.array([], pa.int64())
    # A pair that is seen again counts already, but for one that was unbound meanwhile; what may join nobody changes nobody.
    kinds = policy_in_force(tx).policy.kinds
    decides = pa.array(sorted({*DECISIONS, UNBOUND, *(name for name, kind in kinds.items() if kind.joins)}), pa.string())
    matters = pc.or_(news.column("new"), pc.or_(news.column("cut"), pc.equal(news.column("kind"), UNBOUND)))
    ends = news.filter(pc.and_(matters, pc.is_in(news.column("kind"), decides)))
    return pc.unique(pa.chunked_array([*ends.column("a").chunks, *ends.column("b").chunks], pa.int64())).cast(pa.int64())


def _append(tx: Transaction, new: pa.Table, now_ms: int) -> None:
    last = int(tx.query(_LAST).column("last")[0].as_py())
    priorities = {kind: rule.priority for kind, rule in KINDS.items()}
    rows = {
        "edge_id": pa.array(last + 1 + np.arange(new.num_rows)),
        "did_a": new.column("a"),
        "did_b": new.column("b"),
        "kind": new.column("kind"),
        "priority": pa.array([priorities[kind] for kind in new.column("kind").to_pylist()], pa.int32()),
        "evidence_ms": new.column("evidence_ms"),
        "source": new.column("source"),
        "accepted_by": new.column("accepted_by"),
        "known_from_ms": pa.repeat(pa.scalar(now_ms, pa.int64()), new.num_rows),
        "last_ms": new.column("last_ms"),
    }
    tx.append("identity_edge", pa.table(rows).cast(schema.BY_NAME["identity_edge"].arrow()))


assert frozenset({"accepted", "rejected"}) == DECISIONS  # noqa: S101 - the statement above names them
