"""What is asked of events that are kept apart."""

from __future__ import annotations

from functools import cache

from windsock.tracking.event_columns import COLUMNS
from windsock.warehouse import Statement, statement

_TYPES = {"int64": "BIGINT", "bool": "BOOLEAN", "string": "VARCHAR"}
_GROUP = """SUBSTR(md5(concat_ws(chr(31), source, reason, COALESCE(field, chr(1)), COALESCE(raw->>'event', chr(1)))), 1, 16)"""
_OPEN = "COALESCE(state, 'open') = 'open'"


GROUPS = statement(
    f"""
    SELECT {_GROUP} AS id, source, reason, field, raw->>'event' AS event, COUNT(*) AS count,
        MIN(received_ms) AS first_ms, MAX(received_ms) AS last_ms,
        CAST(SUM(COUNT(*)) OVER () AS BIGINT) AS total
    FROM quarantine WHERE {_OPEN} AND ($source = '' OR source = $source) AND ($group = '' OR {_GROUP} = $group)
    GROUP BY ALL ORDER BY count DESC, source, reason, field, event LIMIT $most
    """  # noqa: S608 - expressions of ours
)
ROWS = statement(
    f"""
    SELECT qid, received_ms, trust, raw->>'event' AS event, raw FROM quarantine
    WHERE {_OPEN} AND {_GROUP} = $group AND qid < $before ORDER BY qid DESC LIMIT $most
    """  # noqa: S608 - as above
)
UNNUMBERED = statement("SELECT COUNT(*) AS n FROM quarantine WHERE qid IS NULL")
NUMBER = statement(
    """
    UPDATE quarantine SET qid = n.qid FROM (
        SELECT rowid AS place, ROW_NUMBER() OVER (ORDER BY rowid) + (SELECT COALESCE(MAX(qid), 0) FROM quarantine) AS qid
        FROM quarantine WHERE qid IS NULL
    ) AS n WHERE quarantine.rowid = n.place
    """
)
LAST = statement("SELECT COALESCE(MAX(qid), 0) AS last FROM quarantine")
DECIDE = statement(
    """
    UPDATE quarantine SET state = $state, decided_ms = $now, decided_by = $by, note = $note WHERE qid IN (SELECT qid FROM stage_qids)
    """
)
DISCARD = statement(
    f"""
    UPDATE quarantine SET state = 'discarded', decided_ms = $now, decided_by = $by, note = $note WHERE {_OPEN} AND {_GROUP} = $group
    """  # noqa: S608 - as above
)


@cache
def pick() -> Statement:
    """Return the statement that gives the events of a group as the load takes them, the oldest first, with ``qid`` and ``trust``."""
    columns = ", ".join(
        f"TRY_CAST(raw->>'{field.name}' AS {_TYPES.get(str(field.type), 'DECIMAL(18,4)')}) AS {field.name}"
        for field in COLUMNS
        if field.name != "received_ms"
    )
    return statement(
        f"""
        SELECT qid, COALESCE(trust, 'import') AS trust, received_ms, {columns} FROM quarantine
        WHERE {_OPEN} AND {_GROUP} = $group AND qid <= $until ORDER BY qid LIMIT $most
        """  # noqa: S608 - names of ours
    )
