"""What a batch of events is asked before it is stored, and what sources are asked afterwards.

``stage_events`` holds one chunk with its row number ``rn``; ``stage_kinds`` the catalogue (event, needs, believed);
``stage_skew`` the devices whose clock is off (device, skew).
"""

from __future__ import annotations

from sqlglot import exp, parse_one

from windsock.tracking.model import FUTURE_MS, NAME_PATTERN, PROPERTIES_LONGEST, SANE_MS, SKEW_LEAST_MS, YEARS_OFF_MS

CONTENT = (
    "message_id", "anonymous_id", "user_id", "device_id", "event", "client_ms", "channel", "device", "platform", "route", "property", "item_id",
    "price", "currency", "session_id", "order_ref", "provider", "outcome", "country", "app_version", "properties",
)  # fmt: skip
"""What is the same when a device sends an event again; clocks of transport and marks of ours are not among it."""

BOUNDS: dict[str, int | str] = {
    "future": FUTURE_MS,
    "years": YEARS_OFF_MS,
    "longest": PROPERTIES_LONGEST,
    "pattern": NAME_PATTERN,
    "object": r"^\s*\{",
}
_ABSENT = "\x01"
_BETWEEN = "\x1f"


def _statement(text: str) -> exp.Expr:
    return parse_one(text, read="duckdb")


def _sane(column: str) -> str:
    """Return a clock of a client within the years that can be reckoned with: what is further off is off by years anyway.

    LEAST and GREATEST pass over a NULL; no clock must stay no clock.
    """
    return f"CASE WHEN {column} IS NOT NULL THEN GREATEST(LEAST({column}, {SANE_MS[1]}), {SANE_MS[0]}) END"


WHICH_CLOCKS_ARE_OFF = _statement(
    f"""
    SELECT COALESCE(device_id, anonymous_id, user_id) AS device, MIN(received_ms - {_sane("sent_ms")}) AS skew
    FROM stage_events WHERE sent_ms IS NOT NULL AND COALESCE(device_id, anonymous_id, user_id) IS NOT NULL
    GROUP BY 1 HAVING ABS(MIN(received_ms - {_sane("sent_ms")})) > {SKEW_LEAST_MS}
    """  # noqa: S608 - a number of ours
)

_JUDGED = f"""
    SELECT s.rn, s.client_ms, s.received_ms, COALESCE(s.device_id, s.anonymous_id, s.user_id) AS device,
        {_sane("s.client_ms")} + COALESCE(o.skew, 0) AS corrected,
        CASE
            WHEN s.event IS NULL OR s.event = '' THEN 'missing_event'
            WHEN NOT regexp_matches(s.event, $pattern) THEN 'bad_event_name'
            WHEN k.event IS NULL THEN 'unknown_event'
            WHEN NOT k.believed THEN 'untrusted_event'
            WHEN s.no_time THEN 'missing_time'
            WHEN k.needs_order AND s.order_ref IS NULL THEN 'missing_property'
            WHEN s.price < 0 THEN 'negative_price'
            WHEN s.currency IS NOT NULL AND NOT regexp_matches(s.currency, '^[A-Z]{{3}}$') THEN 'bad_currency'
            WHEN strlen(s.properties) > $longest THEN 'too_large'
            WHEN s.properties IS NOT NULL AND NOT (json_valid(s.properties) AND regexp_matches(s.properties, $object))
                THEN 'bad_properties'
        END AS reason
    FROM stage_events AS s LEFT JOIN stage_kinds AS k ON k.event = s.event
        LEFT JOIN stage_skew AS o ON o.device = COALESCE(s.device_id, s.anonymous_id, s.user_id)
"""  # noqa: S608 - numbers of ours

_TIMED = """
    SELECT rn, reason, received_ms, device, client_ms,
        corrected IS NOT NULL AND ABS(corrected - received_ms) <= $years AS plausible,
        CASE WHEN corrected IS NULL OR ABS(corrected - received_ms) > $years THEN received_ms
            ELSE LEAST(corrected, received_ms + $future) END AS ts_ms,
        COALESCE(corrected > received_ms + $future, FALSE) AS ahead
    FROM judged
"""

# An event that had to be pulled back may not fall behind earlier ones of its device: they are pulled back with it.
_ORDERED = """
    SELECT t.rn, MIN(t.ts_ms) OVER (PARTITION BY t.device ORDER BY t.client_ms, t.rn ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS ts_ms
    FROM timed AS t SEMI JOIN (SELECT DISTINCT device FROM timed WHERE ahead AND plausible) AS a ON a.device = t.device
    WHERE t.plausible
"""


def _keys() -> str:
    absent, between = f"chr({ord(_ABSENT)})", f"chr({ord(_BETWEEN)})"
    parts = ", ".join(f"COALESCE(CAST({name} AS VARCHAR), {absent})" for name in CONTENT)
    day = f"CAST(make_timestamp({_sane('COALESCE(client_ms, 0)')} * 1000) AS DATE)"
    return f"SELECT rn, {day} AS key_day, md5_number(concat_ws({between}, $source, {parts})) AS key FROM stage_events"  # noqa: S608 - names of ours


_SPLIT = """
    SELECT t.rn, d.key_day,
        CAST(CAST(d.key >> 64 AS HUGEINT) - 9223372036854775808 AS BIGINT) AS key_hi,
        CAST(CAST(d.key & CAST(18446744073709551615 AS UHUGEINT) AS HUGEINT) - 9223372036854775808 AS BIGINT) AS key_lo,
        t.reason, t.received_ms, COALESCE(o.ts_ms, t.ts_ms) AS ts_ms
    FROM timed AS t JOIN keyed AS d ON d.rn = t.rn LEFT JOIN ordered AS o ON o.rn = t.rn
"""

WHAT_BECOMES_OF_EACH = _statement(
    f"""
    WITH judged AS ({_JUDGED}), timed AS MATERIALIZED ({_TIMED}), ordered AS ({_ORDERED}), keyed AS ({_keys()}),
    split AS MATERIALIZED ({_SPLIT}),
    firsts AS (SELECT key_day, key_hi, key_lo, MIN(rn) AS rn FROM split WHERE reason IS NULL GROUP BY 1, 2, 3),
    fresh AS (
        SELECT f.rn FROM firsts AS f ANTI JOIN event_key AS k ON k.dt = f.key_day AND k.key_hi = f.key_hi AND k.key_lo = f.key_lo
    )
    SELECT s.rn, s.key_day, s.key_hi, s.key_lo, s.reason, s.received_ms, s.ts_ms, CAST(make_timestamp(s.ts_ms * 1000) AS DATE) AS dt,
        f.rn IS NOT NULL AS fresh
    FROM split AS s LEFT JOIN fresh AS f ON f.rn = s.rn ORDER BY s.rn
    """  # noqa: S608 - pieces of this file
)
"""One row per event in order: its key, its reason to be kept apart (or NULL), its time, and whether it is new.

A key's day is the day that the device itself said, not the corrected one: so the same event finds its key however late it is sent
again and however its clock is corrected then.
"""

_AS_IT_CAME = ", ".join(f"'{name}': s.{name}" for name in (*CONTENT, "sent_ms", "received_ms", "bot", "internal"))
KEEP_APART = _statement(
    f"""
    INSERT INTO quarantine (source, batch_id, received_ms, reason, field, raw, state)
    SELECT $source, $batch, v.received_ms, v.reason, f.field, to_json({{{_AS_IT_CAME}}}), 'open'
    FROM stage_verdict AS v JOIN stage_events AS s ON s.rn = v.rn LEFT JOIN stage_fields AS f ON f.reason = v.reason
    WHERE v.reason IS NOT NULL ORDER BY v.rn
    """  # noqa: S608 - names of ours
)

COUNT_MINUTES = _statement(
    """
    SELECT v.received_ms // 60000 * 60000 AS minute_ms, COUNT(*) AS received, COUNT(*) FILTER (WHERE v.fresh) AS stored,
        COUNT(*) FILTER (WHERE v.reason IS NULL AND NOT v.fresh) AS duplicate, COUNT(*) FILTER (WHERE v.reason IS NOT NULL) AS quarantined
    FROM stage_verdict AS v GROUP BY 1
    """
)
ADD_TO_MINUTES = _statement(
    """
    UPDATE intake_balance SET received = intake_balance.received + m.received, stored = intake_balance.stored + m.stored,
        duplicate = intake_balance.duplicate + m.duplicate, quarantined = intake_balance.quarantined + m.quarantined
    FROM stage_minutes AS m WHERE intake_balance.source = $source AND intake_balance.minute_ms = m.minute_ms
    """
)
NEW_MINUTES = _statement(
    """
    INSERT INTO intake_balance (source, minute_ms, received, stored, duplicate, quarantined)
    SELECT $source, m.minute_ms, m.received, m.stored, m.duplicate, m.quarantined FROM stage_minutes AS m
    ANTI JOIN (SELECT minute_ms FROM intake_balance WHERE source = $source) AS k ON k.minute_ms = m.minute_ms ORDER BY 2
    """
)
MINUTES_OUT_OF_BALANCE = _statement(
    """
    SELECT b.minute_ms FROM intake_balance AS b SEMI JOIN stage_minutes AS m ON m.minute_ms = b.minute_ms
    WHERE b.source = $source AND b.received <> b.stored + b.duplicate + b.quarantined LIMIT 1
    """
)
BALANCE_OF_SOURCES = _statement(
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

_THEIRS = " OR ".join(f"COALESCE(raw->>'{name}', '') IN (SELECT id FROM stage_ids)" for name in ("anonymous_id", "user_id", "device_id"))  # noqa: S608
ROWS_ABOUT = {
    "event": _statement("SELECT * FROM event WHERE did IN (SELECT did FROM stage_dids)"),
    "quarantine": _statement(f"SELECT * FROM quarantine WHERE {_THEIRS}"),  # noqa: S608 - names of ours
}
FORGET = (
    _statement("UPDATE event SET properties = NULL, order_ref = NULL WHERE did IN (SELECT did FROM stage_dids)"),
    _statement(f"DELETE FROM quarantine WHERE {_THEIRS}"),  # noqa: S608 - names of ours
)
