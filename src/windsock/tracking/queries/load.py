"""What a chunk of events is asked while it is loaded.

``stage_events`` holds the chunk in clean form with its row number ``rn``, ``stage_raw`` what its keys are made of, ``stage_keys`` the keys
of those that may be stored, ``stage_apart`` those that may not.
"""

from __future__ import annotations

from functools import cache, lru_cache

from windsock.warehouse import Statement, statement

CONTENT = (
    "message_id", "anonymous_id", "user_id", "device_id", "event", "client_ms", "channel", "device", "platform", "route", "property", "item_id",
    "price", "currency", "session_id", "order_ref", "provider", "outcome", "country", "app_version", "properties", "type", "name", "previous_id",
    "traits", "trait_op", "other_ids", "unbind", "context",
)  # fmt: skip
"""What is the same when a device sends an event again; clocks of transport and marks of ours are not among it."""
OBJECTS = ("properties", "traits", "other_ids")
"""Columns that must hold JSON, if anything: the first two an object, the last a list."""
BETWEEN = "\x1f"
"""What stands between two values in the text of a key."""


def _reads(name: str) -> str:
    sign = "[" if name == "other_ids" else "{"
    return f"{name} IS NULL OR (json_valid({name}) AND (starts_with({name}, '{sign}') OR regexp_matches({name}, '^\\s*\\{sign}')))"


@cache
def readable(name: str) -> Statement:
    """Return the statement that says of each value of a column of JSON in ``stage_raw`` whether it is what it should be."""
    return statement(f"SELECT rn, {_reads(name)} AS good FROM stage_raw")  # noqa: S608 - a name of ours


@lru_cache(64)
def keys(present: tuple[str, ...], *, messages: bool, unread: tuple[str, ...] = (), begun: bool = False) -> Statement:
    """Return the statement that makes the keys of a chunk.

    A key is the MD5 of the source, a mask of which columns have a value, and those values; so a column without any costs nothing, and
    the key does not depend on what else is in the chunk. Columns of JSON are looked at on the way.

    Args:
        present: the columns of ``CONTENT`` in which the chunk has values.
        messages: hash the message ids as well.
        unread: columns of JSON that are looked at elsewhere.
        begun: the source stands before the mask already.
    """
    parts = ", ".join(f"CAST({name} AS VARCHAR)" for name in present)
    first = "mask" if begun else "$source, CAST(mask AS VARCHAR)"
    text = f"concat_ws(chr({ord(BETWEEN)}), {first}{', ' if parts else ''}{parts})"
    json = "".join(f", {_reads(name)} AS good_{name}" for name in OBJECTS if name in present and name not in unread)
    return statement(
        f"""
        SELECT rn, CAST(key >> 64 AS UBIGINT) AS key_hi, CAST(key & CAST(18446744073709551615 AS UHUGEINT) AS UBIGINT) AS key_lo,
            * EXCLUDE (rn, key)
        FROM (SELECT rn, md5_number({text}) AS key{json}{", hash(message_id) AS message" if messages else ""} FROM stage_raw)
        """,  # noqa: S608 - names of ours
    )


KEYS_OF_FEW = {messages: keys(CONTENT, messages=messages) for messages in (False, True)}
"""For chunks so small that looking which columns have values costs more than it saves."""

LAST_APART = statement("SELECT COALESCE(MAX(qid), 0) AS last FROM quarantine")


@cache
def keep_apart(columns: tuple[str, ...]) -> Statement:
    """Return the statement that puts ``stage_apart`` (reason, field, qid and all columns of events) into quarantine."""
    raw = ", ".join(f"'{name}': s.{name}" for name in columns)
    return statement(
        f"""
        INSERT INTO quarantine (source, batch_id, received_ms, reason, field, raw, qid, trust, state)
        SELECT $source, $batch, s.received_ms, s.reason, s.field, CASE WHEN s.reason = 'suppressed' THEN '{{}}' ELSE to_json({{{raw}}}) END,
            s.qid, $trust, 'open'
        FROM stage_apart AS s ORDER BY s.qid
        """  # noqa: S608 - names of ours
    )


ADD_TO_MINUTES = statement(
    """
    UPDATE intake_balance SET received = intake_balance.received + m.received, stored = intake_balance.stored + m.stored,
        duplicate = intake_balance.duplicate + m.duplicate, quarantined = intake_balance.quarantined + m.quarantined
    FROM stage_minutes AS m WHERE intake_balance.source = $source AND intake_balance.minute_ms = m.minute_ms
    """
)
NEW_MINUTES = statement(
    """
    INSERT INTO intake_balance (source, minute_ms, received, stored, duplicate, quarantined)
    SELECT $source, m.minute_ms, m.received, m.stored, m.duplicate, m.quarantined FROM stage_minutes AS m
    ANTI JOIN (SELECT minute_ms FROM intake_balance WHERE source = $source) AS k ON k.minute_ms = m.minute_ms ORDER BY 2
    """
)
MINUTES_OUT_OF_BALANCE = statement(
    """
    SELECT b.minute_ms FROM intake_balance AS b SEMI JOIN stage_minutes AS m ON m.minute_ms = b.minute_ms
    WHERE b.source = $source AND (b.received <> b.stored + b.duplicate + b.quarantined OR b.quarantined < 0) LIMIT 1
    """
)

CLOCKS = statement(
    """
    SELECT s.slot, k.day, k.offset_ms, k.until_ms FROM stage_clocks AS s JOIN device_clock AS k ON k.device = s.device
    WHERE k.source = $source AND k.day >= s.day - 6 AND k.day >= CAST($first AS DATE) - 6
    """
)
CLOCK_IS_LOWER = statement(
    """
    UPDATE device_clock SET offset_ms = s.offset_ms FROM stage_lower AS s
    WHERE device_clock.source = $source AND device_clock.device = s.device AND device_clock.day = s.day AND device_clock.until_ms IS NULL
    """
)
LAST_CLOCK = statement("SELECT MAX(day) AS day FROM device_clock")
FORGET_CLOCKS = statement("DELETE FROM device_clock WHERE day < CAST($day AS DATE) - 14")
