"""What is asked to judge the sources: hours received, flags, completeness and the distributions of values before and lately.

Time is each source's own: its last day ends with the last minute in which it received anything.
"""

from __future__ import annotations

from windsock.tracking.model.quality import CELLS_MOST, OTHER
from windsock.warehouse import statement

HOUR_MS, DAY_MS, WEEK_MS = 3_600_000, 86_400_000, 7 * 86_400_000
SAMPLE = 2_000
_GRAINS = 1 << 20
COLUMNS = ("route", "property", "provider", "outcome", "currency", "country", "channel", "device", "platform", "app_version", "price")


_LASTS = "lasts AS (SELECT source, MAX(minute_ms) + 60000 AS last_ms FROM intake_balance WHERE ($source = '' OR source = $source) GROUP BY 1)"

HOURS = statement(
    f"""
    WITH {_LASTS}
    SELECT l.source, l.last_ms, (l.last_ms - 1 - b.minute_ms) // {HOUR_MS} AS hours_ago, CAST(SUM(b.received) AS BIGINT) AS received,
        CAST(SUM(b.stored) AS BIGINT) AS stored, CAST(SUM(b.duplicate) AS BIGINT) AS duplicate, CAST(SUM(b.quarantined) AS BIGINT) AS quarantined
    FROM lasts AS l JOIN intake_balance AS b ON b.source = l.source AND b.minute_ms > l.last_ms - {4 * WEEK_MS + DAY_MS + 1}
    GROUP BY ALL ORDER BY ALL
    """  # noqa: S608 - numbers of ours
)
"""Per source and hour, counted back from its last minute, over four weeks and a day."""

FLAGS = statement(
    f"""
    WITH {_LASTS},
    lately AS (
        SELECT e.source, e.bot, UNNEST(CASE WHEN e.flags IS NULL OR e.flags = '' THEN [''] ELSE string_split(e.flags, ',') END) AS flag,
            e.key_hi, e.key_lo
        FROM event AS e JOIN lasts AS l ON l.source = e.source WHERE e.received_ms >= l.last_ms - {DAY_MS} AND e.received_ms < l.last_ms
    )
    SELECT source, flag, COUNT(*) AS events, COUNT(*) FILTER (WHERE bot) AS bots FROM lately GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2
    """  # noqa: S608 - as above
)
TOTALS = statement(
    f"""
    WITH {_LASTS}
    SELECT e.source, COUNT(*) AS events, COUNT(*) FILTER (WHERE e.bot) AS bots,
        COUNT(*) FILTER (WHERE e.flags IS NOT NULL AND regexp_matches(e.flags, $broken)) AS broken
    FROM event AS e JOIN lasts AS l ON l.source = e.source WHERE e.received_ms >= l.last_ms - {DAY_MS} AND e.received_ms < l.last_ms
    GROUP BY 1 ORDER BY 1
    """  # noqa: S608 - as above
)

_ENTRIES = " UNION ALL ".join(
    f"SELECT source, event, lately, '{name}' AS name, to_json({name}) AS value FROM picked WHERE {name} IS NOT NULL"  # noqa: S608 - as above
    for name in COLUMNS
)
CELLS = statement(
    f"""
    WITH {_LASTS},
    spans AS (
        SELECT e.source, e.event, e.ts_ms >= l.last_ms - {DAY_MS} AS lately, COUNT(*) AS volume
        FROM event AS e JOIN lasts AS l ON l.source = e.source
        WHERE e.ts_ms < l.last_ms AND e.ts_ms >= l.last_ms - {4 * WEEK_MS + DAY_MS} GROUP BY 1, 2, 3
    ),
    picked AS (
        SELECT e.source, e.event, v.lately, e.properties, {", ".join(f"e.{name}" for name in COLUMNS)}
        FROM event AS e JOIN lasts AS l ON l.source = e.source
            JOIN spans AS v ON v.source = e.source AND v.event = e.event AND v.lately = (e.ts_ms >= l.last_ms - {DAY_MS})
        WHERE e.ts_ms < l.last_ms AND e.ts_ms >= l.last_ms - {4 * WEEK_MS + DAY_MS}
            AND (e.key_lo & {_GRAINS - 1}) * v.volume < CAST({SAMPLE} AS HUGEINT) * {_GRAINS}
    ),
    looked AS (
        SELECT source, event, COUNT(*) FILTER (WHERE NOT lately) AS rows_before, COUNT(*) FILTER (WHERE lately) AS rows_after
        FROM picked GROUP BY 1, 2
    ),
    entries AS (
        SELECT source, event, lately, UNNEST(json_keys(properties)) AS name, UNNEST(json_extract(properties, '$.*')) AS value
        FROM picked WHERE properties IS NOT NULL
        UNION ALL {_ENTRIES}
    ),
    told AS (
        SELECT source, event, name, lately, CASE json_type(value) WHEN 'VARCHAR' THEN 'text' WHEN 'BOOLEAN' THEN 'boolean'
            WHEN 'ARRAY' THEN 'list' WHEN 'OBJECT' THEN 'object' ELSE 'number' END AS kind,
            json_extract_string(value, '$') AS text, TRY_CAST(CAST(value AS VARCHAR) AS DOUBLE) AS number
        FROM entries WHERE json_type(value) <> 'NULL'
    ),
    binned AS (
        SELECT source, event, name, kind, CASE
                WHEN kind IN ('list', 'object') THEN kind
                WHEN kind <> 'number' THEN SUBSTR(text, 1, 60)
                WHEN number = 0 THEN '0'
                ELSE CONCAT(CASE WHEN number < 0 THEN '-' ELSE '' END, '2^', CAST(FLOOR(LOG2(ABS(number))) AS INTEGER)) END AS value,
            COUNT(*) FILTER (WHERE NOT lately) AS before, COUNT(*) FILTER (WHERE lately) AS after
        FROM told GROUP BY ALL
    ),
    ranked AS (
        SELECT *, ROW_NUMBER() OVER (PARTITION BY source, event, name ORDER BY before + after DESC, value) AS place,
            DENSE_RANK() OVER (PARTITION BY source, event ORDER BY name) AS nth FROM binned
    )
    SELECT r.source, r.event, r.name, r.kind, CASE WHEN r.place <= {CELLS_MOST} THEN r.value ELSE '{OTHER}' END AS value,
        CAST(SUM(r.before) AS BIGINT) AS before, CAST(SUM(r.after) AS BIGINT) AS after, l.rows_before, l.rows_after
    FROM ranked AS r JOIN looked AS l ON l.source = r.source AND l.event = r.event WHERE r.nth <= 100 GROUP BY ALL ORDER BY ALL LIMIT 90000
    """  # noqa: S608 - names and numbers of ours
)
"""Per source, event and property: the most frequent values (numbers by powers of two) with their counts before and in the last day."""
