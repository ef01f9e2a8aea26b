"""The statements of an import: from mapped rows to the loader's lines, what is known already, undo and replace."""

from __future__ import annotations

from windsock.orders.load import LINES

FIRST = "CREATE OR REPLACE TEMPORARY TABLE stage_mapped AS SELECT * FROM stage_chunk"
NEXT = "INSERT INTO stage_mapped SELECT * FROM stage_chunk"

# A row without an id is known by its content and its occurrence number; of equal rows with an id the first counts, the others are repeats.
NUMBER = """
    CREATE OR REPLACE TEMPORARY TABLE stage_numbers AS
    WITH counted AS (
        SELECT source_line, order_ref, row_id, row_number() OVER (PARTITION BY order_ref, row_id ORDER BY source_line) AS occurrence FROM stage_mapped
    )
    SELECT source_line, occurrence, order_ref IS NULL OR occurrence = 1 AS kept,
        coalesce(order_ref, 'row:' || row_id || ':' || CAST(occurrence AS VARCHAR)) AS ref,
        CASE WHEN order_ref IS NULL THEN 1
            ELSE sum(CASE WHEN occurrence = 1 THEN 1 ELSE 0 END)
                OVER (PARTITION BY order_ref ORDER BY source_line ROWS UNBOUNDED PRECEDING) END AS line_no
    FROM counted
"""

NUMBER_WITHOUT_ID = """
    CREATE OR REPLACE TEMPORARY TABLE stage_numbers AS
    WITH counted AS (SELECT source_line, row_id, row_number() OVER (PARTITION BY row_id ORDER BY source_line) AS occurrence FROM stage_mapped)
    SELECT source_line, occurrence, TRUE AS kept, 'row:' || row_id || ':' || CAST(occurrence AS VARCHAR) AS ref, 1 AS line_no FROM counted
"""

COUNT_ROWS = """
    SELECT count(*) AS rows, count(*) FILTER (WHERE occurrence > 1) AS repeated, count(*) FILTER (WHERE NOT kept) AS dropped FROM stage_numbers
"""

_OWN = ("order_ref", "line_no", "payment_known", "paid")
_PLAIN = ", ".join(f"rows.{name}" for name in LINES.names if name not in _OWN)
BUILD_LINES = f"""
    CREATE OR REPLACE TEMPORARY TABLE stage_lines AS
    SELECT numbers.ref AS order_ref, CAST(numbers.line_no AS INTEGER) AS line_no, CAST($payments AS BOOLEAN) AS payment_known,
        CAST(NULL AS BOOLEAN) AS paid, {_PLAIN}
    FROM stage_mapped AS rows JOIN stage_numbers AS numbers ON numbers.source_line = rows.source_line WHERE numbers.kept
"""  # noqa: S608 - column names of the schema

BUILD_POSTINGS = """
    CREATE OR REPLACE TEMPORARY TABLE stage_posting AS
    WITH paid AS (
        SELECT numbers.ref AS order_ref, CAST(numbers.line_no AS INTEGER) AS line_no, rows.paid_ms, rows.paid_date,
            rows.refunded_ms, rows.refunded_date, rows.currency, rows.provider,
            coalesce(rows.paid_amount, rows.booked_amount) AS amount, rows.refunded_amount,
            CASE WHEN coalesce(rows.sold_as, 'own') = 'own' THEN coalesce(rows.paid_amount, rows.booked_amount)
                ELSE least(coalesce(rows.paid_amount, rows.booked_amount),
                    CAST(round(coalesce(rows.paid_amount, rows.booked_amount) * coalesce(rows.take_rate, 0) + coalesce(rows.take_fee, 0), 4)
                        AS DECIMAL(18, 4))) END AS take
        FROM stage_mapped AS rows JOIN stage_numbers AS numbers ON numbers.source_line = rows.source_line
        WHERE numbers.kept AND rows.paid_ms IS NOT NULL
    )
    SELECT order_ref, line_no, 'payment' AS posting_ref, 'payment' AS kind, paid_ms AS at_ms, paid_date AS at_date, amount,
        take AS take_amount, currency, provider
    FROM paid
    UNION ALL
    SELECT order_ref, line_no, 'refund', 'refund', refunded_ms, refunded_date, -coalesce(refunded_amount, amount),
        -CASE WHEN coalesce(refunded_amount, amount) = amount THEN take
            ELSE CAST(round(take * refunded_amount / amount, 4) AS DECIMAL(18, 4)) END, currency, provider
    FROM paid WHERE refunded_ms IS NOT NULL AND amount <> 0
"""

# What is still to come does not make a source whole until then.
WHOLE_UNTIL = """
    SELECT least($now, max(greatest(booked_ms, paid_ms, ticketed_ms, changed_ms, cancelled_ms, refunded_ms, travelled_ms))) AS until FROM stage_lines
"""

KNOWN_IN = """
    SELECT held.batch_id, any_value(batch.file_name) AS file_name, CAST(sum(plan.lines) AS BIGINT) AS rows
    FROM stage_plan AS plan JOIN orders AS held ON held.order_key = plan.order_key AND held.known_to_ms IS NULL
    LEFT JOIN import_batch AS batch ON batch.batch_id = held.batch_id
    WHERE plan.action = 'known' GROUP BY held.batch_id ORDER BY rows DESC LIMIT 20
"""

BATCH = "SELECT * FROM import_batch WHERE batch_id = $batch"
SET_STATE = "UPDATE import_batch SET state = $state WHERE batch_id = $batch"

HELD_KEYS = """
    CREATE OR REPLACE TEMPORARY TABLE stage_keys AS SELECT order_key FROM orders WHERE batch_id = $batch AND known_to_ms IS NULL
"""
COUNT_KEYS = "SELECT count(*) AS orders FROM stage_keys"

# What the batch closed when it came is held true again: orders that it changed, and those of the batch that it replaced.
RESTORED_KEYS = """
    CREATE OR REPLACE TEMPORARY TABLE stage_restored AS
    SELECT order_key FROM orders WHERE known_to_ms = $loaded AND (order_key IN (SELECT order_key FROM stage_keys) OR batch_id = $replaced)
        AND order_key NOT IN (SELECT order_key FROM orders WHERE known_to_ms IS NULL)
    GROUP BY order_key
"""
RESTORE_FLAGS = """
    UPDATE row_flag SET known_to_ms = NULL WHERE known_to_ms = $loaded AND order_key IN (SELECT order_key FROM stage_restored)
"""
COUNT_RESTORED = "SELECT count(*) AS orders FROM stage_restored"


def close_keys(table: str) -> str:
    """Return the statement that closes the rows of the staged keys; the table is one of ``VERSIONED``."""
    return f"UPDATE {table} SET known_to_ms = $now WHERE known_to_ms IS NULL AND order_key IN (SELECT order_key FROM stage_keys)"  # noqa: S608 - a table of the schema


def restore(table: str) -> str:
    """Return the statement that holds true again what was closed at an instant; the table is one of ``VERSIONED``."""
    return f"""
        INSERT INTO {table} BY NAME SELECT * REPLACE ($now AS known_from_ms, CAST(NULL AS BIGINT) AS known_to_ms) FROM {table}
        WHERE known_to_ms = $loaded AND order_key IN (SELECT order_key FROM stage_restored)
    """  # noqa: S608 - a table of the schema
