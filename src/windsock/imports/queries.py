"""Every analytical query of the room: batches, their rejections, cursors of feeds, and what an undo of events and people removes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock.warehouse import statement

if TYPE_CHECKING:
    from windsock.warehouse import Transaction, Value, Warehouse


def run(tx: Transaction, sql: str, params: Mapping[str, Value]) -> int:
    """Run a fixed statement with those of the values that it names; returns the rows touched."""
    asked = statement(sql)
    return tx.execute(asked, {name: value for name, value in params.items() if name in asked.names})


# --- batches ---

_BATCHES = """
    SELECT * FROM import_batch
    WHERE ($first OR started_ms < $before_ms OR (started_ms = $before_ms AND batch_id < $before_id)) AND ($kind = '' OR kind = $kind)
    ORDER BY started_ms DESC, batch_id DESC LIMIT $most
"""
_BATCH = "SELECT * FROM import_batch WHERE batch_id = $batch LIMIT 1"
_FLAGS = "SELECT rule, count(*) AS rows FROM row_flag WHERE batch_id = $batch AND known_to_ms IS NULL GROUP BY rule ORDER BY rule LIMIT 100"
_REJECTIONS = """
    SELECT line, column_name, reason, value, raw FROM import_rejection WHERE batch_id = $batch AND line > $after ORDER BY line LIMIT $most
"""
_LAST = "SELECT coalesce(max(started_ms), 0) AS last FROM import_batch"
SET_STATE = "UPDATE import_batch SET state = $state WHERE batch_id = $batch"


def batches(warehouse: Warehouse, most: int, before: tuple[int, str] | None, kind: str) -> list[dict[str, Any]]:
    """Return batches, the newest first, that come after a place (started_ms, batch_id) in the list; of one kind where it is not ""."""
    params: dict[str, Value] = {
        "first": before is None,
        "before_ms": before[0] if before else 0,
        "before_id": before[1] if before else "",
        "kind": kind,
        "most": most,
    }
    return warehouse.query(statement(_BATCHES), params).to_pylist()


def batch(warehouse: Warehouse, batch_id: str) -> dict[str, Any] | None:
    """Return a batch, or None."""
    found = warehouse.query(statement(_BATCH), {"batch": batch_id}).to_pylist()
    return found[0] if found else None


def batch_in(tx: Transaction, batch_id: str) -> dict[str, Any] | None:
    """Return a batch as a transaction sees it, or None."""
    found = tx.query(statement(_BATCH), {"batch": batch_id}).to_pylist()
    return found[0] if found else None


def batch_flags(warehouse: Warehouse, batch_id: str) -> dict[str, int]:
    """Return the number of doubts of a batch by rule."""
    return {row["rule"]: int(row["rows"]) for row in warehouse.query(statement(_FLAGS), {"batch": batch_id}).to_pylist()}


def rejections(warehouse: Warehouse, batch_id: str, most: int, after_line: int) -> list[dict[str, Any]]:
    """Return rejected rows of a batch in the order of the file."""
    return warehouse.query(statement(_REJECTIONS), {"batch": batch_id, "after": after_line, "most": most}).to_pylist()


def last_started(tx: Transaction) -> int:
    """Return the instant of the newest batch; the next one is later, so that its rows can be told by their instant."""
    return int(tx.query(statement(_LAST)).to_pylist()[0]["last"])


# --- cursors ---

_CURSORS = "SELECT feed, cursor, saved_ms FROM import_cursor ORDER BY feed LIMIT 1000"
_CURSOR_OUT = "DELETE FROM import_cursor WHERE feed = $feed"
_CURSOR_IN = """
    INSERT INTO import_cursor BY NAME
    SELECT $feed AS feed, $cursor AS cursor, $batch AS batch_id, CAST($now AS BIGINT) AS saved_ms
"""


def cursors(warehouse: Warehouse) -> dict[str, str]:
    """Return up to where each feed has read."""
    return {row["feed"]: row["cursor"] for row in warehouse.query(statement(_CURSORS)).to_pylist()}


def save_cursor(tx: Transaction, feed: str, cursor: str, batch_id: str, now_ms: int) -> None:
    """Note up to where a feed has read, with the rows."""
    tx.execute(statement(_CURSOR_OUT), {"feed": feed})
    tx.execute(statement(_CURSOR_IN), {"feed": feed, "cursor": cursor, "batch": batch_id, "now": now_ms})


# --- rows without an id are known by their content and occurrence ---

FIRST_IDS = "CREATE OR REPLACE TEMPORARY TABLE stage_row_ids AS SELECT source_line, row_id FROM stage_some_ids"
NEXT_IDS = "INSERT INTO stage_row_ids SELECT source_line, row_id FROM stage_some_ids"
AGAIN = """
    SELECT source_line, occurrence FROM (
        SELECT source_line, row_number() OVER (PARTITION BY row_id ORDER BY source_line) AS occurrence FROM stage_row_ids
    ) WHERE occurrence > 1
"""


def occurrences(tx: Transaction, pieces: Any) -> dict[int, int]:  # noqa: ANN401 - an iterable of Arrow tables with source_line and row_id
    """Return the occurrence of each row that equals an earlier one of the file, by its line."""
    for number, piece in enumerate(pieces):
        tx.stage("stage_some_ids", piece.select(["source_line", "row_id"]))
        tx.execute(statement(FIRST_IDS if number == 0 else NEXT_IDS))
    return {row["source_line"]: int(row["occurrence"]) for row in tx.query(statement(AGAIN)).to_pylist()}


# --- people ---

_NOT_YET = """
    WITH given AS (
        SELECT *, row_number() OVER () AS place FROM stage_said
    ), last AS (
        SELECT did, name, value, source, trust, at_ms FROM given WHERE at_ms IS NULL
        QUALIFY row_number() OVER (PARTITION BY did, name ORDER BY place DESC) = 1
    ), held AS (
        SELECT did, name, value FROM trait WHERE source = $source AND did IN (SELECT did FROM last)
        QUALIFY row_number() OVER (PARTITION BY did, name ORDER BY at_ms DESC, known_from_ms DESC, value DESC) = 1
    )
    SELECT did, name, value, source, trust, at_ms FROM given WHERE at_ms IS NOT NULL
    UNION ALL
    SELECT last.did, last.name, last.value, last.source, last.trust, CAST($now AS BIGINT)
    FROM last LEFT JOIN held ON held.did = last.did AND held.name = last.name WHERE held.value IS DISTINCT FROM last.value
"""
_PEOPLE = """
    WITH people AS (
        SELECT did FROM stage_everyone WHERE did IS NOT NULL GROUP BY did
    ), fresh AS (
        SELECT did FROM identity WHERE known_from_ms = $now
    ), told AS (
        SELECT did FROM trait WHERE known_from_ms = $now AND source = $source
        UNION SELECT did_a FROM identity_edge WHERE known_from_ms = $now AND source = $source
        UNION SELECT did_b FROM identity_edge WHERE known_from_ms = $now AND source = $source
    )
    SELECT count(*) AS people, count(*) FILTER (WHERE did IN (SELECT did FROM fresh)) AS added,
        count(*) FILTER (WHERE did NOT IN (SELECT did FROM fresh) AND did IN (SELECT did FROM told)) AS changed
    FROM people
"""


def not_said_yet(tx: Transaction, said: pa.Table, source: str, now_ms: int) -> pa.Table:
    """Return statements about ids without those that have no time and say what the source said last; the last of a file counts."""
    if said.num_rows == 0:
        return said
    tx.stage("stage_said", said)
    return tx.query(statement(_NOT_YET), {"source": source, "now": now_ms})


def people_of(tx: Transaction, dids: pa.ChunkedArray, source: str, now_ms: int) -> dict[str, int]:
    """Return how many rows and ids there are, how many ids are new with this instant, and of how many others something new is known."""
    tx.stage("stage_everyone", pa.table({"did": dids}))
    found: dict[str, Any] = tx.query(statement(_PEOPLE), {"source": source, "now": now_ms}).to_pylist()[0]
    return {**{name: int(count) for name, count in found.items()}, "rows": len(dids) - dids.null_count}


# --- undo of events and people ---

EVENTS_BY_MINUTE = """
    CREATE OR REPLACE TEMPORARY TABLE stage_gone AS
    SELECT source, minute_ms, CAST(sum(stored) AS BIGINT) AS stored, CAST(sum(quarantined) AS BIGINT) AS quarantined FROM (
        SELECT source, received_ms - received_ms % 60000 AS minute_ms, 1 AS stored, 0 AS quarantined FROM event WHERE batch_id = $batch
        UNION ALL
        SELECT source, received_ms - received_ms % 60000, 0, 1 FROM quarantine WHERE batch_id = $batch
    ) GROUP BY source, minute_ms
"""
COUNT_EVENTS = "SELECT coalesce(sum(stored), 0) AS stored, coalesce(sum(quarantined), 0) AS quarantined FROM stage_gone"
BALANCE_BACK = """
    UPDATE intake_balance SET received = intake_balance.received - gone.stored - gone.quarantined, stored = intake_balance.stored - gone.stored,
        quarantined = intake_balance.quarantined - gone.quarantined
    FROM stage_gone AS gone WHERE intake_balance.source = gone.source AND intake_balance.minute_ms = gone.minute_ms
"""
HOURS_DIRTY = """
    INSERT INTO dirty_hour BY NAME
    SELECT dt, ts_ms - ts_ms % 3600000 AS hour_ms, source, count(*) AS events, CAST(0 AS BIGINT) AS late, CAST($now AS BIGINT) AS known_from_ms
    FROM event WHERE batch_id = $batch GROUP BY 1, 2, 3
"""
QUARTERS_TAKEN = """
    INSERT INTO event_taken BY NAME
    SELECT batch_id, dt, ts_ms - ts_ms % 900000 AS at_ms, source, count(*) AS events, CAST($now AS BIGINT) AS taken_ms
    FROM event WHERE batch_id = $batch GROUP BY ALL ORDER BY at_ms
"""
KEYS_OUT = """
    DELETE FROM event_key WHERE (key_hi, key_lo) IN (SELECT key_hi, key_lo FROM event WHERE batch_id = $batch)
"""
ONCE_OUT = "DELETE FROM event_once WHERE batch_id = $batch"
EVENTS_OUT = "DELETE FROM event WHERE batch_id = $batch"
QUARANTINE_OUT = "DELETE FROM quarantine WHERE batch_id = $batch"
TOUCHED = """
    SELECT DISTINCT did FROM (
        SELECT did_a AS did FROM identity_edge WHERE source = $source AND known_from_ms = $loaded
        UNION ALL SELECT did_b FROM identity_edge WHERE source = $source AND known_from_ms = $loaded
    )
"""
EDGES_OUT = "DELETE FROM identity_edge WHERE source = $source AND known_from_ms = $loaded AND accepted_by IS NULL"
TRAITS_OUT = "DELETE FROM trait WHERE source = $source AND known_from_ms = $loaded AND trust = 'import'"
