"""What is asked of events outside of their load: how sources do, and what is kept about a person."""

from __future__ import annotations

from windsock.warehouse import statement

BALANCE_OF_SOURCES = statement(
    """
    SELECT s.source, s.kind, s.name, s.complete_until_ms, s.last_loaded_ms, s.payment_known, s.expected_lag_ms,
        b.minute_ms, b.received, b.stored, b.duplicate, b.quarantined
    FROM source AS s LEFT JOIN (
        SELECT m.source, MAX(m.minute_ms) AS minute_ms, CAST(SUM(m.received) AS BIGINT) AS received, CAST(SUM(m.stored) AS BIGINT) AS stored,
            CAST(SUM(m.duplicate) AS BIGINT) AS duplicate, CAST(SUM(m.quarantined) AS BIGINT) AS quarantined
        FROM intake_balance AS m JOIN (SELECT source, MAX(minute_ms) AS last_ms FROM intake_balance GROUP BY 1) AS l ON l.source = m.source
        WHERE m.minute_ms > l.last_ms - $span GROUP BY 1
    ) AS b ON b.source = s.source ORDER BY s.source LIMIT $most
    """
)
"""Every source with its watermark, and the sums of the last span of its own minutes (NULL: it takes in no events)."""

_NAMED = ("anonymous_id", "user_id", "device_id", "previous_id")
_SAME = tuple(f"COALESCE(raw->>'{name}', '') IN (SELECT id FROM stage_ids)" for name in _NAMED)  # noqa: S608 - names of ours
_AMONG = "EXISTS (SELECT 1 FROM stage_ids AS i WHERE contains(concat(raw->>'traits', raw->>'other_ids'), concat('\"', i.id, '\"')))"
_THEIRS = " OR ".join((*_SAME, _AMONG))
ROWS_ABOUT = {
    "event": statement("SELECT * FROM event WHERE did IN (SELECT did FROM stage_dids)"),
    "quarantine": statement(f"SELECT * FROM quarantine WHERE {_THEIRS}"),  # noqa: S608 - names of ours
    "device_clock": statement("SELECT * FROM device_clock WHERE device IN (SELECT id FROM stage_ids)"),
}
EMPTIED = statement(
    """
    SELECT ts_ms - ts_ms % 900000 AS at_ms, COUNT(*) AS events FROM event
    WHERE did IN (SELECT did FROM stage_dids) AND (properties IS NOT NULL OR order_ref IS NOT NULL) GROUP BY 1 ORDER BY 1
    """
)
"""What an erasure is about to empty, by quarter of an hour: no zone's day begins between two of them."""
FORGET = (
    statement("UPDATE event SET properties = NULL, order_ref = NULL, uncleaned = NULL, message_id = NULL WHERE did IN (SELECT did FROM stage_dids)"),
    statement(f"DELETE FROM quarantine WHERE {_THEIRS}"),  # noqa: S608 - names of ours
    statement("DELETE FROM device_clock WHERE device IN (SELECT id FROM stage_ids)"),
)
IDS_OF = statement("SELECT namespace, id FROM identity WHERE did IN (SELECT did FROM stage_dids)")
HASHES_KNOWN = statement("SELECT hash FROM suppressed")
