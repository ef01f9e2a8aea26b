"""What the ledger of ids, edges and aliases is asked."""

from __future__ import annotations

from windsock.warehouse import statement

EVERY_EDGE = statement("SELECT edge_id, did_a, did_b, kind FROM identity_edge")
EDGES_AT = statement(
    """
    SELECT x.edge_id, x.did_a, x.did_b, x.kind FROM identity_edge AS x SEMI JOIN stage_dids AS s ON s.did = x.did_a
    UNION ALL SELECT y.edge_id, y.did_a, y.did_b, y.kind FROM identity_edge AS y SEMI JOIN stage_dids AS t ON t.did = y.did_b
    """
)
"""Evidence with an end among some ids; what has both ends there comes twice. Its kind is looked at afterwards: only of what was found."""

DECISIONS_TAKEN = statement(
    """
    WITH cut AS (SELECT DISTINCT did_a, did_b FROM identity_edge WHERE kind = 'unbound')
    SELECT edge_id, did_a, did_b, kind, evidence_ms, source, last_ms FROM identity_edge WHERE kind IN ('accepted', 'rejected')
    UNION ALL
    SELECT e.edge_id, e.did_a, e.did_b, e.kind, e.evidence_ms, e.source, e.last_ms FROM identity_edge AS e
    SEMI JOIN cut AS c ON c.did_a = e.did_a AND c.did_b = e.did_b WHERE e.kind NOT IN ('accepted', 'rejected')
    """
)
"""What people decided, and all evidence between ids that were unbound once."""

EVER_JOINED = statement(
    """
    SELECT DISTINCT a.did FROM alias AS a JOIN identity AS i ON i.did = a.did
    WHERE a.known_to_ms IS NULL AND NOT STARTS_WITH(i.id, 'erased:')
    """
)
"""Ids that are joined now; who was erased stays as counted, as the evidence is gone."""

JOINED_AMONG = statement(
    """
    SELECT s.did FROM stage_dids AS s SEMI JOIN alias AS a ON a.did = s.did AND a.known_to_ms IS NULL
    UNION ALL SELECT s.did FROM stage_dids AS s SEMI JOIN alias AS a ON a.pid = s.did AND a.known_to_ms IS NULL
    """
)
BLOCKED_AMONG = statement(
    """
    SELECT s.slot FROM stage_dids AS s JOIN identity AS i ON i.did = s.did
    WHERE (i.namespace, i.id) IN (SELECT (b.namespace, b.id) FROM stage_blocked AS b)
        OR (i.namespace = 'email' AND (
            ('mailbox', SPLIT_PART(i.id, '@', 1)) IN (SELECT (b.namespace, b.id) FROM stage_blocked AS b)
            OR ('domain', SPLIT_PART(i.id, '@', 2)) IN (SELECT (b.namespace, b.id) FROM stage_blocked AS b)
        ))
    """
)
NAMESPACES_OF = statement("SELECT s.slot, i.namespace FROM stage_dids AS s JOIN identity AS i ON i.did = s.did")
TIES_OF = statement(
    """
    SELECT e.edge_id, e.did_a, e.did_b, e.kind, e.evidence_ms, e.source, e.accepted_by, e.last_ms,
        LEAST(a.namespace || ':' || a.id, b.namespace || ':' || b.id) || ' ' || GREATEST(a.namespace || ':' || a.id, b.namespace || ':' || b.id)
            || ' ' || e.source AS tie
    FROM stage_edge_ids AS s JOIN identity_edge AS e ON e.edge_id = s.edge_id
        JOIN identity AS a ON a.did = e.did_a JOIN identity AS b ON b.did = e.did_b
    """
)
ALIASES_OF = statement("SELECT s.slot, a.pid FROM stage_dids AS s JOIN alias AS a ON a.did = s.did WHERE a.known_to_ms IS NULL")
CLOSE_ALIASES = statement("UPDATE alias SET known_to_ms = $now FROM stage_closed AS s WHERE alias.did = s.did AND alias.known_to_ms IS NULL")

PERSON_OF = statement("SELECT pid FROM alias WHERE did = $did AND known_from_ms <= $at AND (known_to_ms IS NULL OR known_to_ms > $at)")
IDS_OF_PERSON = statement(
    """
    SELECT i.did, i.namespace, i.id, i.first_ms FROM identity AS i LEFT JOIN alias AS a
        ON a.did = i.did AND a.known_from_ms <= $at AND (a.known_to_ms IS NULL OR a.known_to_ms > $at)
    WHERE COALESCE(a.pid, i.did) = $pid ORDER BY i.first_ms, i.did LIMIT $most
    """
)
EDGE = statement("SELECT edge_id, did_a, did_b, kind FROM identity_edge WHERE edge_id = $edge")
COUNT_IDS = statement("SELECT COUNT(*) AS ids FROM identity")
FIND_ID = statement("SELECT did FROM identity WHERE namespace = $namespace AND id = $id")

_ABOUT = {
    "identity": "did IN (SELECT did FROM stage_dids)",
    "identity_edge": "did_a IN (SELECT did FROM stage_dids) OR did_b IN (SELECT did FROM stage_dids)",
    "trait": "did IN (SELECT did FROM stage_dids)",
    "alias": "did IN (SELECT did FROM stage_dids) OR pid IN (SELECT did FROM stage_dids)",
}
ROWS_ABOUT = {table: statement(f"SELECT * FROM {table} WHERE {about}") for table, about in _ABOUT.items()}  # noqa: S608 - names of ours
FORGET = (
    statement(f"DELETE FROM identity_edge WHERE {_ABOUT['identity_edge']}"),  # noqa: S608 - names of ours
    statement(f"DELETE FROM trait WHERE {_ABOUT['trait']}"),  # noqa: S608 - names of ours
    statement(f"UPDATE identity SET id = 'erased:' || CAST(did AS VARCHAR) WHERE {_ABOUT['identity']}"),  # noqa: S608 - names of ours
)
TEXTS_OF = statement("SELECT DISTINCT id FROM identity WHERE did IN (SELECT did FROM stage_dids)")
