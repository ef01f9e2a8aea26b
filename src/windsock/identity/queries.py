"""What the ledger of ids, edges and aliases is asked."""

from __future__ import annotations

from sqlglot import exp, parse_one


def _statement(text: str) -> exp.Expr:
    return parse_one(text, read="duckdb")


EVERY_EDGE = _statement("SELECT edge_id, did_a, did_b, kind, evidence_ms FROM identity_edge")
DECISIONS_TAKEN = _statement("SELECT edge_id, did_a, did_b, kind, evidence_ms FROM identity_edge WHERE kind IN ('accepted', 'rejected')")
NAMESPACES_OF = _statement("SELECT s.slot, i.namespace FROM stage_dids AS s JOIN identity AS i ON i.did = s.did")
TIES_OF = _statement(
    """
    SELECT e.edge_id, e.did_a, e.did_b, e.kind, e.evidence_ms, e.source, e.accepted_by,
        LEAST(a.namespace || ':' || a.id, b.namespace || ':' || b.id) || ' ' || GREATEST(a.namespace || ':' || a.id, b.namespace || ':' || b.id)
            || ' ' || e.source AS tie
    FROM stage_edge_ids AS s JOIN identity_edge AS e ON e.edge_id = s.edge_id
        JOIN identity AS a ON a.did = e.did_a JOIN identity AS b ON b.did = e.did_b
    """
)
ALIASES_OF = _statement("SELECT s.slot, a.pid FROM stage_dids AS s JOIN alias AS a ON a.did = s.did WHERE a.known_to_ms IS NULL")
CLOSE_ALIASES = _statement("UPDATE alias SET known_to_ms = $now FROM stage_closed AS s WHERE alias.did = s.did AND alias.known_to_ms IS NULL")

PERSON_OF = _statement("SELECT pid FROM alias WHERE did = $did AND known_from_ms <= $at AND (known_to_ms IS NULL OR known_to_ms > $at)")
IDS_OF_PERSON = _statement(
    """
    SELECT i.did, i.namespace, i.id, i.first_ms FROM identity AS i LEFT JOIN alias AS a
        ON a.did = i.did AND a.known_from_ms <= $at AND (a.known_to_ms IS NULL OR a.known_to_ms > $at)
    WHERE COALESCE(a.pid, i.did) = $pid ORDER BY i.first_ms, i.did LIMIT $most
    """
)
EDGES_AROUND = _statement(
    """
    WITH RECURSIVE both_ways AS (SELECT did_a AS x, did_b AS y FROM identity_edge UNION SELECT did_b, did_a FROM identity_edge),
    reach(did) AS (SELECT CAST($did AS BIGINT) UNION SELECT w.y FROM reach AS r JOIN both_ways AS w ON w.x = r.did)
    SELECT e.edge_id, e.did_a, e.did_b, e.kind, e.evidence_ms, e.source, e.accepted_by, e.known_from_ms,
        a.namespace AS namespace_a, a.id AS id_a, b.namespace AS namespace_b, b.id AS id_b
    FROM identity_edge AS e SEMI JOIN reach AS r ON r.did = e.did_a
        JOIN identity AS a ON a.did = e.did_a JOIN identity AS b ON b.did = e.did_b
    ORDER BY e.edge_id LIMIT $most
    """
)
"""All evidence that hangs together with an id, directly or not."""

EDGE = _statement("SELECT edge_id, did_a, did_b, kind FROM identity_edge WHERE edge_id = $edge")
FIND_ID = _statement("SELECT did FROM identity WHERE namespace = $namespace AND id = $id")

_ABOUT = {
    "identity": "did IN (SELECT did FROM stage_dids)",
    "identity_edge": "did_a IN (SELECT did FROM stage_dids) OR did_b IN (SELECT did FROM stage_dids)",
    "trait": "did IN (SELECT did FROM stage_dids)",
    "alias": "did IN (SELECT did FROM stage_dids) OR pid IN (SELECT did FROM stage_dids)",
}
ROWS_ABOUT = {table: _statement(f"SELECT * FROM {table} WHERE {about}") for table, about in _ABOUT.items()}  # noqa: S608 - names of ours
FORGET = (
    _statement(f"DELETE FROM identity_edge WHERE {_ABOUT['identity_edge']}"),  # noqa: S608 - names of ours
    _statement(f"DELETE FROM trait WHERE {_ABOUT['trait']}"),  # noqa: S608 - names of ours
    _statement(f"UPDATE identity SET id = 'erased:' || CAST(did AS VARCHAR) WHERE {_ABOUT['identity']}"),  # noqa: S608 - names of ours
)
TEXTS_OF = _statement("SELECT DISTINCT id FROM identity WHERE did IN (SELECT did FROM stage_dids)")
