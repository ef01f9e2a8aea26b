"""What is asked of stored events to see which properties come, of which type, with which values.

A sample is taken by the events' keys, which are hashes: the same events at each look, evenly over the time.
"""

from __future__ import annotations

from functools import cache

from windsock.tracking.model.infer import ENUM_MOST
from windsock.tracking.model.plan import EVENTS_MOST, RULES
from windsock.warehouse import Statement, statement

_GRAINS = 1 << 20


def _window(at: str = "") -> str:
    day = f"{at}dt >= CAST(make_timestamp($start * 1000) AS DATE) AND {at}dt <= CAST(make_timestamp($until * 1000) AS DATE)"
    return f"{at}ts_ms >= $start AND {at}ts_ms < $until AND {day} AND ($source = '' OR {at}source = $source)"


_BROKEN = f"(^|,)({'|'.join(RULES)})(,|$)"
TEXTS = (
    "route", "property", "item_id", "currency", "order_ref", "provider", "outcome", "country", "app_version", "channel", "device", "platform",
)  # fmt: skip
"""Columns of events that are properties on the wire."""


VOLUMES = statement(
    f"""
    SELECT event, COUNT(*) AS volume, MAX(ts_ms) AS last_ms,
        COUNT(*) FILTER (WHERE flags IS NOT NULL AND regexp_matches(flags, '{_BROKEN}')) AS flagged
    FROM event WHERE {_window()} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {EVENTS_MOST}
    """  # noqa: S608 - words and numbers of ours
)

_PICKED = f"""
    volumes AS (SELECT event, COUNT(*) AS volume FROM event WHERE {_window()} GROUP BY 1),
    picked AS (
        SELECT e.event, e.properties{{columns}} FROM event AS e JOIN volumes AS v ON v.event = e.event
        WHERE {_window("e.")}
            AND (e.key_lo & {_GRAINS - 1}) * v.volume < CAST($sample AS HUGEINT) * {_GRAINS}
    )"""  # noqa: S608 - a number of ours

PROPERTIES = statement(
    f"""
    WITH {_PICKED.format(columns="")},
    looked AS (SELECT event, COUNT(*) AS looked FROM picked GROUP BY 1),
    entries AS (
        SELECT event, UNNEST(json_keys(properties)) AS name, UNNEST(json_extract(properties, '$.*')) AS value FROM picked WHERE properties IS NOT NULL
    ),
    counted AS (
        SELECT event, name, value, json_type(value) AS kind, COUNT(*) AS n FROM entries GROUP BY ALL HAVING json_type(value) <> 'NULL'
    ),
    told AS (
        SELECT event, name, n, kind, json_extract_string(value, '$') AS text, TRY_CAST(CAST(value AS VARCHAR) AS DOUBLE) AS number FROM counted
    ),
    summed AS (
        SELECT event, name, CAST(SUM(n) AS BIGINT) AS filled, COUNT(*) AS distincts,
            CAST(COALESCE(SUM(n) FILTER (WHERE kind = 'VARCHAR'), 0) AS BIGINT) AS texts,
            CAST(COALESCE(SUM(n) FILTER (WHERE kind IN ('BIGINT', 'UBIGINT') OR (kind = 'DOUBLE' AND number = TRUNC(number))), 0) AS BIGINT)
                AS integers,
            CAST(COALESCE(SUM(n) FILTER (WHERE kind = 'DOUBLE' AND number <> TRUNC(number)), 0) AS BIGINT) AS decimals,
            CAST(COALESCE(SUM(n) FILTER (WHERE kind = 'BOOLEAN'), 0) AS BIGINT) AS booleans,
            CAST(COALESCE(SUM(n) FILTER (WHERE kind = 'VARCHAR' AND TRY_CAST(SUBSTR(text, 1, 10) AS DATE) IS NOT NULL), 0) AS BIGINT) AS dates,
            CAST(COALESCE(SUM(n) FILTER (WHERE kind = 'VARCHAR'
                AND regexp_full_match(text, '[^@ ]+@[^@ ]+[.][A-Za-z]+|[+]?(86)?1[3-9][0-9]{{9}}')), 0) AS BIGINT) AS people,
            MIN(number) FILTER (WHERE kind <> 'VARCHAR') AS least, MAX(number) FILTER (WHERE kind <> 'VARCHAR') AS most,
            LIST(SUBSTR(text, 1, 400) ORDER BY n DESC, text)[1:{ENUM_MOST + 1}] AS tops
        FROM told GROUP BY 1, 2
    ),
    ranked AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY event ORDER BY filled DESC, name) AS place FROM summed)
    SELECT r.*, l.looked FROM ranked AS r JOIN looked AS l ON l.event = r.event WHERE r.place <= $most ORDER BY r.event, r.place
    """  # noqa: S608 - pieces of this file
)
"""Per event and key of the properties: how many of which type, the most frequent values; NULL in JSON is no value."""


@cache
def columns() -> Statement:
    """Return the statement that says per event how often each column has a value, and its most frequent ones."""
    names = [*TEXTS, "price"]
    parts = ", ".join(f"COUNT({name}) AS n_{name}, COUNT(DISTINCT {name}) AS d_{name}" for name in names)
    tops = ", ".join(f"LIST_SORT(LIST(DISTINCT {name}) FILTER (WHERE {name} IS NOT NULL))[1:{ENUM_MOST + 1}] AS v_{name}" for name in TEXTS)
    return statement(
        f"""
        WITH {_PICKED.format(columns="".join(f", e.{name}" for name in names))}
        SELECT event, COUNT(*) AS looked, CAST(MIN(price) AS DOUBLE) AS least, CAST(MAX(price) AS DOUBLE) AS most, {parts}, {tops}
        FROM picked GROUP BY 1 ORDER BY 1
        """  # noqa: S608 - names of ours
    )
