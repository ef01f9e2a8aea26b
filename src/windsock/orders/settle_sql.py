"""The statements that match statements of payment providers to orders and make them payments where nothing else tells of any."""

from __future__ import annotations

# A row is known by what it says of its transaction; where it has none, by its content; and by its occurrence in the file.
NUMBER = """
    CREATE OR REPLACE TEMPORARY TABLE stage_statement AS
    WITH told AS (
        SELECT *, CASE WHEN transaction_ref IS NULL THEN 'row:' || row_id
            ELSE concat_ws(':', transaction_ref, kind, CAST(amount AS VARCHAR), CAST(at_ms AS VARCHAR)) END AS about
        FROM stage_settled
    )
    SELECT *, about || ':' || CAST(row_number() OVER (PARTITION BY about ORDER BY source_line) AS VARCHAR) AS row_ref FROM told
"""
COUNT_KNOWN = """
    SELECT count(*) AS rows, count(*) FILTER (WHERE row_ref IN (
        SELECT row_ref FROM settlement WHERE source = $source AND known_to_ms IS NULL)) AS known FROM stage_statement
"""
ADD = """
    INSERT INTO settlement BY NAME
    SELECT $batch AS batch_id, $source AS source, row_ref, source_line AS line, provider, kind, at_ms, at_date, abs(amount) AS amount, fee, net,
        currency, order_ref, transaction_ref, CAST(NULL AS BIGINT) AS order_key, 'new' AS state, CAST(NULL AS VARCHAR) AS reason,
        CAST($now AS BIGINT) AS known_from_ms, CAST(NULL AS BIGINT) AS known_to_ms
    FROM stage_statement
    WHERE row_ref NOT IN (SELECT row_ref FROM settlement WHERE source = $source AND known_to_ms IS NULL)
"""

# What each row is now: an order that tells of its own payments is only reconciled; one that does not is paid by its statement.
MATCH = """
    CREATE OR REPLACE TEMPORARY TABLE stage_match AS
    WITH held AS (
        SELECT source, row_ref, order_ref, kind, currency, order_key, state, reason FROM settlement WHERE known_to_ms IS NULL
    ), money AS (
        SELECT order_key, bool_and(starts_with(posting_ref, 'statement:')) AS of_statements FROM posting WHERE known_to_ms IS NULL
            AND order_key IN (SELECT order_key FROM orders WHERE known_to_ms IS NULL AND order_ref IN (SELECT order_ref FROM held))
        GROUP BY order_key
    ), found AS (
        SELECT sold.order_ref, count(*) AS orders, min(sold.order_key) AS order_key, min(sold.currency) AS currency,
            bool_or(coalesce(sold.payment_known, FALSE) AND NOT coalesce(money.of_statements, FALSE)) AS own_payments
        FROM orders AS sold LEFT JOIN money ON money.order_key = sold.order_key
        WHERE sold.known_to_ms IS NULL AND sold.order_ref IN (SELECT order_ref FROM held) GROUP BY sold.order_ref
    ), judged AS (
        SELECT held.source, held.row_ref, held.state AS was, held.reason AS because, held.order_key AS had,
            CASE WHEN found.orders = 1 THEN found.order_key END AS order_key,
            CASE WHEN held.order_ref IS NULL THEN 'no_reference' WHEN found.orders IS NULL THEN 'no_order' WHEN found.orders > 1 THEN 'several_orders'
                WHEN found.currency <> held.currency THEN 'other_currency' END AS reason,
            held.kind IN ('payment', 'refund') AS moves, found.own_payments
        FROM held LEFT JOIN found ON found.order_ref = held.order_ref
    )
    SELECT source, row_ref, order_key, was, because, had, reason,
        CASE WHEN NOT moves THEN 'noted' WHEN reason IS NOT NULL THEN 'unmatched' WHEN own_payments THEN 'reconciled' ELSE 'posted' END AS state
    FROM judged
"""
CHANGED = """
    CREATE OR REPLACE TEMPORARY TABLE stage_rematched AS
    SELECT held.* REPLACE (match.order_key AS order_key, match.state AS state,
        CASE WHEN match.state IN ('unmatched', 'noted') THEN match.reason END AS reason,
        CAST($now AS BIGINT) AS known_from_ms), held.known_from_ms AS held_since
    FROM settlement AS held JOIN stage_match AS match ON match.source = held.source AND match.row_ref = held.row_ref
    WHERE held.known_to_ms IS NULL AND (match.was <> match.state OR match.had IS DISTINCT FROM match.order_key
        OR (match.state IN ('unmatched', 'noted') AND match.because IS DISTINCT FROM match.reason))
"""
# A row that came in this very turn has no history yet: it is written over; an older one is closed.
FORGET_NEW = """
    DELETE FROM settlement WHERE known_to_ms IS NULL AND known_from_ms = $now AND (source, row_ref) IN (SELECT (source, row_ref) FROM stage_rematched)
"""
CLOSE_OLD = """
    UPDATE settlement SET known_to_ms = $now
    WHERE known_to_ms IS NULL AND known_from_ms < $now AND (source, row_ref) IN (SELECT (source, row_ref) FROM stage_rematched)
"""
ADD_REMATCHED = "INSERT INTO settlement BY NAME SELECT * EXCLUDE (held_since) FROM stage_rematched"

DUE = """
    CREATE OR REPLACE TEMPORARY TABLE stage_due AS
    SELECT row.order_key, 'statement:' || row.source || ':' || row.row_ref AS posting_ref, row.kind, row.at_ms, row.at_date, row.amount,
        row.currency, row.provider
    FROM settlement AS row
    WHERE row.known_to_ms IS NULL AND row.state = 'posted' AND NOT EXISTS (
        SELECT 1 FROM posting AS paid WHERE paid.known_to_ms IS NULL AND paid.order_key = row.order_key
            AND paid.posting_ref = 'statement:' || row.source || ':' || row.row_ref)
"""
# Shares by the booked value of the lines; the first line takes what rounding leaves, so that the parts sum to the payment.
POST = """
    INSERT INTO posting BY NAME
    WITH line AS (
        SELECT order_key, line_no, booked_amount, sold_as, take_rate, take_fee, sum(booked_amount) OVER (PARTITION BY order_key) AS total,
            row_number() OVER (PARTITION BY order_key ORDER BY line_no) AS place
        FROM order_line WHERE known_to_ms IS NULL AND order_key IN (SELECT order_key FROM stage_due)
    ), part AS (
        SELECT due.*, line.line_no, line.place, line.sold_as, line.take_rate, line.take_fee,
            CASE WHEN line.total = 0 THEN CASE WHEN line.place = 1 THEN due.amount ELSE 0 END
                ELSE CAST(round(CAST(due.amount AS DOUBLE) * CAST(line.booked_amount AS DOUBLE) / CAST(line.total AS DOUBLE), 4)
                    AS DECIMAL(18, 4)) END AS share
        FROM stage_due AS due JOIN line ON line.order_key = due.order_key
    ), even AS (
        SELECT *, CAST(share + CASE WHEN place = 1 THEN amount - sum(share) OVER (PARTITION BY order_key, posting_ref) ELSE 0 END
            AS DECIMAL(18, 4)) AS cut
        FROM part
    )
    SELECT order_key, line_no, posting_ref, kind, at_ms, at_date, CASE WHEN kind = 'refund' THEN -cut ELSE cut END AS amount,
        CAST(CASE WHEN kind = 'refund' THEN -1 ELSE 1 END * CASE WHEN coalesce(sold_as, 'own') = 'own' THEN cut ELSE least(cut, CAST(round(
            cut * coalesce(take_rate, 0) + CASE WHEN kind = 'refund' THEN 0 ELSE coalesce(take_fee, 0) END, 4) AS DECIMAL(18, 4))) END
            AS DECIMAL(18, 4)) AS take_amount,
        currency, provider, CAST($now AS BIGINT) AS known_from_ms, CAST(NULL AS BIGINT) AS known_to_ms
    FROM even
"""
TOUCHED_BY_DUE = "CREATE OR REPLACE TEMPORARY TABLE stage_paid_keys AS SELECT DISTINCT order_key FROM stage_due"

# New versions of the orders that are paid by statements: what they are worth is known now.
PAID = """
    CREATE OR REPLACE TEMPORARY TABLE stage_paid AS
    SELECT posted.order_key, min(posted.at_ms) FILTER (WHERE posted.kind = 'payment') AS paid_ms,
        max(posted.at_ms) FILTER (WHERE posted.kind = 'refund') AS refunded_ms, sum(posted.amount) AS left_over,
        bool_or(posted.kind = 'payment') AS paid
    FROM posting AS posted WHERE posted.known_to_ms IS NULL AND posted.order_key IN (SELECT order_key FROM stage_paid_keys)
        AND starts_with(posted.posting_ref, 'statement:') GROUP BY posted.order_key
"""
NEW_ORDERS = """
    CREATE OR REPLACE TEMPORARY TABLE stage_new_orders AS
    SELECT held.* REPLACE (TRUE AS payment_known, coalesce(paid.paid_ms, held.paid_ms) AS paid_ms,
        coalesce(paid.refunded_ms, held.refunded_ms) AS refunded_ms,
        CASE WHEN paid.paid AND paid.refunded_ms IS NOT NULL AND paid.left_over <= 0 AND held.state IN ('created', 'paid') THEN 'refunded'
            WHEN paid.paid AND held.state = 'created' THEN 'paid' ELSE held.state END AS state,
        CAST($now AS BIGINT) AS known_from_ms)
    FROM orders AS held JOIN stage_paid AS paid ON paid.order_key = held.order_key WHERE held.known_to_ms IS NULL
"""
NEW_LINES = """
    CREATE OR REPLACE TEMPORARY TABLE stage_new_lines AS
    SELECT held.* REPLACE (TRUE AS payment_known, paid.paid AS paid, CAST($now AS BIGINT) AS known_from_ms)
    FROM order_line AS held JOIN stage_paid AS paid ON paid.order_key = held.order_key WHERE held.known_to_ms IS NULL
"""

# An order that no statement pays any more is as its last version before was.
FREED = """
    CREATE OR REPLACE TEMPORARY TABLE stage_paid AS
    WITH free AS (
        SELECT order_key FROM stage_paid_keys
        WHERE order_key NOT IN (SELECT order_key FROM posting WHERE known_to_ms IS NULL AND order_key IS NOT NULL)
    )
    SELECT old.order_key, old.payment_known, old.paid_ms, old.refunded_ms, old.state
    FROM orders AS old JOIN free ON free.order_key = old.order_key
    WHERE old.known_to_ms IS NOT NULL AND NOT coalesce(old.payment_known, FALSE)
    QUALIFY row_number() OVER (PARTITION BY old.order_key ORDER BY old.known_from_ms DESC) = 1
"""
FREED_ORDERS = """
    CREATE OR REPLACE TEMPORARY TABLE stage_new_orders AS
    SELECT held.* REPLACE (before.payment_known AS payment_known, before.paid_ms AS paid_ms, before.refunded_ms AS refunded_ms, before.state AS state,
        CAST($now AS BIGINT) AS known_from_ms)
    FROM orders AS held JOIN stage_paid AS before ON before.order_key = held.order_key WHERE held.known_to_ms IS NULL
"""
FREED_LINES = """
    CREATE OR REPLACE TEMPORARY TABLE stage_new_lines AS
    SELECT held.* REPLACE (before.payment_known AS payment_known, CAST(NULL AS BOOLEAN) AS paid, CAST($now AS BIGINT) AS known_from_ms)
    FROM order_line AS held JOIN stage_paid AS before ON before.order_key = held.order_key WHERE held.known_to_ms IS NULL
"""
CLOSE_ORDERS = "UPDATE orders SET known_to_ms = $now WHERE known_to_ms IS NULL AND order_key IN (SELECT order_key FROM stage_new_orders)"
CLOSE_LINES = "UPDATE order_line SET known_to_ms = $now WHERE known_to_ms IS NULL AND order_key IN (SELECT order_key FROM stage_new_lines)"
ADD_ORDERS = "INSERT INTO orders BY NAME SELECT * FROM stage_new_orders"
ADD_LINES = "INSERT INTO order_line BY NAME SELECT * FROM stage_new_lines"

UNPOSTED_KEYS = """
    CREATE OR REPLACE TEMPORARY TABLE stage_paid_keys AS
    SELECT DISTINCT paid.order_key FROM posting AS paid WHERE paid.known_to_ms IS NULL AND starts_with(paid.posting_ref, 'statement:')
        AND paid.posting_ref NOT IN (SELECT 'statement:' || source || ':' || row_ref FROM settlement WHERE known_to_ms IS NULL AND state = 'posted')
"""
UNPOST = """
    UPDATE posting SET known_to_ms = $now WHERE known_to_ms IS NULL AND starts_with(posting_ref, 'statement:')
        AND posting_ref NOT IN (SELECT 'statement:' || source || ':' || row_ref FROM settlement WHERE known_to_ms IS NULL AND state = 'posted')
"""
CLOSE_BATCH = "UPDATE settlement SET known_to_ms = $now WHERE known_to_ms IS NULL AND batch_id = $batch"
COUNT_STATES = """
    SELECT state, coalesce(reason, '') AS reason, count(*) AS rows FROM settlement
    WHERE known_to_ms IS NULL AND batch_id = $batch GROUP BY 1, 2 ORDER BY 1, 2
"""
ANY = "SELECT count(*) AS rows FROM (SELECT 1 FROM settlement LIMIT 1)"
