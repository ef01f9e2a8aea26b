"""The loader's statements, one constant each, in the order in which they run.

All work on ``stage_lines`` (one row per line, with its order's header) and ``stage_plan`` (one row per order: its key and what is to be done).
"""

from __future__ import annotations

VERSIONED: tuple[str, ...] = ("orders", "order_line", "travel_day", "posting", "order_state", "passenger", "segment", "ticket")
CLOSED: tuple[str, ...] = (*VERSIONED, "row_flag")

TAKE_LINES = "CREATE OR REPLACE TEMPORARY TABLE stage_lines AS SELECT * FROM stage_given_lines"


def hash_bare_lines(columns: list[str]) -> str:
    """Return the statement that hashes the content of lines without a hash; where they stand in their file does not count."""
    cells = ", ".join(f"coalesce(CAST({name} AS VARCHAR), '~')" for name in columns if name not in ("row_hash", "source_line"))
    return f"UPDATE stage_lines SET row_hash = md5(concat_ws('|', {cells})) WHERE row_hash IS NULL"  # noqa: S608 - column names of the schema


# The hash of an order is that of its lines in order, so that a change of any line is seen. Keys are dense and follow the file's order.
# A closed order (undone, replaced) that comes again keeps its key and counts as new.
HAS_LINES = "SELECT count(*) AS lines FROM (SELECT 1 FROM stage_lines WHERE line_no > 1 LIMIT 1)"

_HEADS = """
        SELECT order_ref, CASE WHEN count(*) = 1 THEN min(row_hash)
                ELSE CAST(bit_xor(md5_number_upper(row_hash || ':' || CAST(line_no AS VARCHAR))) AS VARCHAR) || '-' ||
                    CAST(bit_xor(md5_number_lower(row_hash || ':' || CAST(line_no AS VARCHAR))) AS VARCHAR) END AS row_hash,
            min(source_line) AS first_line, min(line_no) AS head_line, count(*) AS lines, sum(booked_amount) AS booked_amount,
            coalesce(bool_or(cancelled), FALSE) AND NOT coalesce(bool_and(coalesce(cancelled, FALSE)), FALSE) AS partly
        FROM stage_lines GROUP BY order_ref
"""

# Where every order has one line there is nothing to put together.
_ONLY_HEADS = """
        SELECT order_ref, row_hash, source_line AS first_line, line_no AS head_line, 1 AS lines, booked_amount, FALSE AS partly FROM stage_lines
"""

_PLAN = """
    CREATE OR REPLACE TEMPORARY TABLE stage_plan AS
    WITH head AS ({heads}
    ), held AS (
        SELECT order_ref, max(order_key) AS order_key, max(row_hash) FILTER (WHERE known_to_ms IS NULL) AS row_hash
        FROM orders WHERE source = $source AND order_ref IN (SELECT order_ref FROM head) GROUP BY order_ref
    ), base AS (
        SELECT coalesce(max(order_key), 0) AS last_key FROM orders
    )
    SELECT head.order_ref, head.row_hash, head.head_line, head.lines, head.booked_amount, head.partly,
        coalesce(held.order_key,
            base.last_key + row_number() OVER (PARTITION BY held.order_key IS NULL ORDER BY head.first_line, head.order_ref)) AS order_key,
        CASE WHEN held.row_hash IS NULL THEN 'new' WHEN held.row_hash = head.row_hash THEN 'known' ELSE 'changed' END AS action
    FROM head LEFT JOIN held ON held.order_ref = head.order_ref CROSS JOIN base
"""
PLAN, PLAN_OF_ONE_LINE = _PLAN.format(heads=_HEADS), _PLAN.format(heads=_ONLY_HEADS)

COUNT_PLAN = "SELECT action, count(*) AS orders, CAST(sum(lines) AS BIGINT) AS lines FROM stage_plan GROUP BY action"

_CLOCKS = "{0}.booked_ms, {0}.paid_ms, {0}.ticketed_ms, {0}.changed_ms, {0}.travelled_ms, {0}.cancelled_ms, {0}.refunded_ms"

# A version whose last clock is before the last one known came late: it does not take back what happened after it. Any other version is the newer
# truth as a whole, so that a booking can be reinstated.
CARRY_CLOCKS = f"""
    UPDATE stage_lines SET
        paid_ms = least(stage_lines.paid_ms, held.paid_ms), ticketed_ms = least(stage_lines.ticketed_ms, held.ticketed_ms),
        cancelled_ms = least(stage_lines.cancelled_ms, held.cancelled_ms), refunded_ms = least(stage_lines.refunded_ms, held.refunded_ms),
        travelled_ms = least(stage_lines.travelled_ms, held.travelled_ms), changed_ms = greatest(stage_lines.changed_ms, held.changed_ms),
        cancelled = stage_lines.cancelled OR held.cancelled_ms IS NOT NULL,
        stay_amount = CASE WHEN held.cancelled_ms IS NULL THEN stage_lines.stay_amount ELSE 0 END
    FROM stage_plan AS plan, orders AS held
    WHERE plan.action = 'changed' AND stage_lines.order_ref = plan.order_ref AND held.order_key = plan.order_key AND held.known_to_ms IS NULL
        AND greatest({_CLOCKS.format("stage_lines")}) < greatest({_CLOCKS.format("held")})
"""  # noqa: S608 - column names of this file

CLOSE = """
    UPDATE {table} SET known_to_ms = $now
    WHERE known_to_ms IS NULL AND order_key IN (SELECT order_key FROM stage_plan WHERE action = 'changed')
"""

# An order is cancelled when all of its lines are.
_CANCELLED = "CASE WHEN plan.partly THEN NULL ELSE line.cancelled_ms END"

ADD_ORDERS = f"""
    INSERT INTO orders BY NAME
    SELECT plan.order_key, $source AS source, line.order_ref, $batch AS batch_id, line.source_line, line.did, line.member, line.member_no,
        line.sales_channel, line.currency,
        coalesce(line.state, CASE greatest(line.paid_ms, line.ticketed_ms, line.changed_ms, line.travelled_ms, {_CANCELLED}, line.refunded_ms)
            WHEN line.refunded_ms THEN 'refunded' WHEN {_CANCELLED} THEN 'cancelled' WHEN line.travelled_ms THEN 'travelled'
            WHEN line.changed_ms THEN 'changed' WHEN line.ticketed_ms THEN 'ticketed' WHEN line.paid_ms THEN 'paid' ELSE 'created' END) AS state,
        line.booked_ms, line.booked_date, line.paid_ms, line.ticketed_ms, line.changed_ms, {_CANCELLED} AS cancelled_ms,
        line.refunded_ms, line.travelled_ms,
        CAST(plan.booked_amount AS DECIMAL(18, 4)) AS booked_amount, line.payment_known, line.split_from, line.attributes, plan.row_hash,
        $now AS known_from_ms, CAST(NULL AS BIGINT) AS known_to_ms
    FROM stage_plan AS plan JOIN stage_lines AS line ON line.order_ref = plan.order_ref AND line.line_no = plan.head_line
    WHERE plan.action <> 'known'
"""  # noqa: S608 - column names of this file

_LINE = """kind, sold_as, supplier, goods_id, property, room_type, rate_plan, route, flight_no, cabin, fare_class, quantity, pax, nights,
    arrival_date, departure_date, cancelled, no_show, booked_amount, stay_amount, take_rate, take_fee, did, member, sales_channel,
    market_segment, country, device,
    agent, purpose, currency, fx_rate, booked_ms, booked_date, cancelled_ms, payment_known"""

ADD_LINES = f"""
    INSERT INTO order_line BY NAME
    SELECT plan.order_key, line.line_no, {", ".join(f"line.{name.strip()}" for name in _LINE.split(","))},
        coalesce(line.paid, CASE WHEN line.payment_known THEN line.paid_ms IS NOT NULL END) AS paid,
        $source AS source, $now AS known_from_ms, CAST(NULL AS BIGINT) AS known_to_ms
    FROM stage_plan AS plan JOIN stage_lines AS line ON line.order_ref = plan.order_ref
    WHERE plan.action <> 'known'
"""  # noqa: S608 - column names of this file

# Equal shares by largest remainder in steps of 0.0001: the first nights take the steps that are left over (floor, so that refunds work too).
ADD_NIGHTS = """
    INSERT INTO travel_day BY NAME
    WITH stay AS (
        SELECT plan.order_key, line.line_no, line.arrival_date, line.nights, coalesce(line.quantity, 1) AS units,
            CAST(coalesce(line.stay_amount, CASE WHEN line.cancelled THEN 0 ELSE line.booked_amount END) * 10000 AS BIGINT) AS steps
        FROM stage_plan AS plan JOIN stage_lines AS line ON line.order_ref = plan.order_ref
        WHERE plan.action <> 'known' AND line.kind = 'hotel' AND line.nights > 0 AND line.arrival_date IS NOT NULL
    ), night AS (
        SELECT order_key, line_no, arrival_date, units, steps, nights, unnest(range(nights)) AS number,
            ((steps % nights) + nights) % nights AS over
        FROM stay
    )
    SELECT order_key, line_no, CAST(arrival_date + CAST(number AS INTEGER) AS DATE) AS travel_date, units,
        CAST(CAST((steps - over) // nights + CASE WHEN number < over THEN 1 ELSE 0 END AS DECIMAL(18, 0)) / 10000 AS DECIMAL(18, 4)) AS amount,
        $now AS known_from_ms, CAST(NULL AS BIGINT) AS known_to_ms
    FROM night
"""

ADD_FLIGHT_DATES = """
    INSERT INTO travel_day BY NAME
    SELECT plan.order_key, line.line_no, line.arrival_date AS travel_date, coalesce(line.pax, line.quantity, 1) AS units,
        coalesce(line.stay_amount, CASE WHEN line.cancelled THEN 0 ELSE line.booked_amount END) AS amount,
        $now AS known_from_ms, CAST(NULL AS BIGINT) AS known_to_ms
    FROM stage_plan AS plan JOIN stage_lines AS line ON line.order_ref = plan.order_ref
    WHERE plan.action <> 'known' AND line.kind = 'flight' AND line.arrival_date IS NOT NULL
"""

ADD_STATES = """
    INSERT INTO order_state BY NAME
    WITH head AS (
        SELECT plan.order_key, plan.partly, line.* FROM stage_plan AS plan
        JOIN stage_lines AS line ON line.order_ref = plan.order_ref AND line.line_no = plan.head_line WHERE plan.action <> 'known'
    ), reached AS (
        SELECT order_key, 'created' AS state, booked_ms AS at_ms FROM head UNION ALL SELECT order_key, 'paid', paid_ms FROM head
        UNION ALL SELECT order_key, 'ticketed', ticketed_ms FROM head UNION ALL SELECT order_key, 'changed', changed_ms FROM head
        UNION ALL SELECT order_key, 'cancelled', CASE WHEN partly THEN NULL ELSE cancelled_ms END FROM head
        UNION ALL SELECT order_key, 'refunded', refunded_ms FROM head
        UNION ALL SELECT order_key, 'travelled', travelled_ms FROM head
    )
    SELECT order_key, CAST(NULL AS INTEGER) AS line_no, state, at_ms, $now AS known_from_ms, CAST(NULL AS BIGINT) AS known_to_ms
    FROM reached WHERE at_ms IS NOT NULL
"""


def add_child(table: str, columns: list[str]) -> str:
    """Return the statement that adds rows of a table that hangs on orders; both names come from the warehouse's schema."""
    names = ", ".join(f"child.{name}" for name in columns)
    return f"""
        INSERT INTO {table} BY NAME
        SELECT plan.order_key, {names}, $now AS known_from_ms, CAST(NULL AS BIGINT) AS known_to_ms
        FROM stage_plan AS plan JOIN stage_{table} AS child ON child.order_ref = plan.order_ref WHERE plan.action <> 'known'
    """  # noqa: S608 - table and column names of the schema


# A day and 14 hours: whatever the zones, the cancellation is after the arrival date.
DOUBTS = """
    CREATE OR REPLACE TEMPORARY TABLE stage_flags AS
    WITH doubt AS (
        SELECT order_ref, line_no, 'zero_nights' AS rule, CAST(nights AS VARCHAR) AS value FROM stage_lines WHERE kind = 'hotel' AND nights = 0
        UNION ALL SELECT order_ref, line_no, 'negative_rate', CAST(booked_amount AS VARCHAR) FROM stage_lines WHERE booked_amount < 0
        UNION ALL SELECT order_ref, line_no, 'no_guests', CAST(pax AS VARCHAR) FROM stage_lines WHERE kind = 'hotel' AND pax = 0
        UNION ALL SELECT order_ref, line_no, 'exact_duplicate', order_ref FROM stage_lines
            WHERE starts_with(order_ref, 'row:') AND NOT ends_with(order_ref, ':1')
        UNION ALL SELECT order_ref, line_no, 'cancelled_after_arrival', CAST(arrival_date AS VARCHAR) FROM stage_lines
            WHERE cancelled AND NOT coalesce(no_show, FALSE) AND cancelled_ms > epoch_ms(CAST(arrival_date AS TIMESTAMP)) + 136800000
        UNION ALL SELECT order_ref, line_no, 'cancelled_without_time', NULL FROM stage_lines WHERE cancelled AND cancelled_ms IS NULL
        UNION ALL SELECT order_ref, line_no, 'booked_after_arrival', CAST(booked_date AS VARCHAR) FROM stage_lines WHERE booked_date > arrival_date
        UNION ALL SELECT order_ref, line_no, 'departure_before_arrival', CAST(departure_date AS VARCHAR) FROM stage_lines
            WHERE departure_date < arrival_date
        UNION ALL SELECT order_ref, min(line_no), 'mixed_currency', min(currency) || ' ' || max(currency) FROM stage_lines
            GROUP BY order_ref HAVING min(currency) <> max(currency)
    )
    SELECT plan.order_key, doubt.line_no, doubt.rule, doubt.value FROM doubt JOIN stage_plan AS plan ON plan.order_ref = doubt.order_ref
    WHERE plan.action <> 'known'
"""

ADD_FLAGS = """
    INSERT INTO row_flag BY NAME SELECT $batch AS batch_id, order_key, line_no, rule, value, CAST(NULL AS BIGINT) AS known_to_ms FROM stage_flags
"""

COUNT_FLAGS = "SELECT rule, count(*) AS rows FROM stage_flags GROUP BY rule ORDER BY rule"
