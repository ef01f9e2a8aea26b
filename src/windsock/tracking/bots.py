"""Mark robots: by the name they give themselves, and by doing what no person can. They are flagged, never dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.tracking.coded import plain
from windsock.tracking.model import catalogue
from windsock.tracking.model.bots import BURST_EVENTS, STEADY_EVENTS, is_robot, never_rests, too_fast
from windsock.warehouse import statement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from windsock.warehouse import Transaction

WINDOW_MS = 24 * 3_600_000
FOUND_MOST = 10_000
MOMENTS_LEAST = 20
"""Distinct times that a burst must have: a file whose clock only knows days puts a whole day into one moment."""


def marked(events: pa.Table) -> pa.Array:
    """Return for each event whether a robot did it: it says so itself (column ``bot``), its user agent or its pace does.

    Args:
        events: columns of ``load.COLUMNS``.

    Returns:
        Booleans without NULLs, in the order of the events.
    """
    said: Any = pc.fill_null(_whole(events, "bot"), fill_value=False)
    named, hurried = _named(events), _hurried(events)
    for more in (named, hurried):
        said = said if more is None else pc.or_(said, more)
    return said


def _whole(events: pa.Table, name: str) -> Any:  # noqa: ANN401 - an array of any type
    return plain(events.column(name))


def _named(events: pa.Table) -> pa.Array | None:
    """Judge each agent once: a batch has far fewer of them than events."""
    agents = _whole(events, "user_agent")
    if agents.null_count == len(agents):
        return None
    coded = agents.dictionary_encode()
    robots = pa.array([is_robot(agent) for agent in coded.dictionary.to_pylist()], pa.bool_())
    return pc.fill_null(robots.take(coded.indices), fill_value=False) if pc.any(robots).as_py() else None


def _hurried(events: pa.Table) -> pa.Array | None:
    """Judge the pace of each id that has many events in the batch."""
    if events.num_rows < BURST_EVENTS:
        return None
    coded = pc.coalesce(_whole(events, "anonymous_id"), _whole(events, "user_id"), _whole(events, "device_id")).dictionary_encode()
    if not len(coded.dictionary):
        return None
    codes: NDArray[np.int64] = np.asarray(pc.fill_null(coded.indices, -1)).astype(np.int64)
    counts = np.bincount(codes[codes >= 0], minlength=len(coded.dictionary))
    times: NDArray[np.int64] = np.asarray(pc.fill_null(pc.coalesce(_whole(events, "client_ms"), _whole(events, "received_ms")), 0))
    fast = np.zeros(len(counts) + 1, dtype=bool)
    for code in np.flatnonzero(counts >= BURST_EVENTS).tolist():
        theirs = np.sort(times[codes == code])
        moments = int(np.count_nonzero(np.diff(theirs))) + 1
        fast[code] = moments >= MOMENTS_LEAST and too_fast(len(theirs), int(theirs[-1]) - int(theirs[0]))
    return pa.array(fast[codes]) if fast.any() else None


_PACES = statement(
    """
    WITH seen AS (
        SELECT did, ts_ms, ts_ms - LAG(ts_ms) OVER (PARTITION BY did ORDER BY ts_ms) AS gap FROM event
        WHERE ts_ms >= $start AND ts_ms < $until AND dt >= CAST(make_timestamp($start * 1000) AS DATE) AND NOT bot AND NOT internal
            AND event IN (SELECT event FROM stage_client_events)
            AND did IN (
                SELECT did FROM event WHERE ts_ms >= $start AND ts_ms < $until AND dt >= CAST(make_timestamp($start * 1000) AS DATE) AND NOT bot
                GROUP BY did HAVING COUNT(*) >= $least
            )
    ), hours AS (SELECT did, ts_ms // 3600000 AS hour, COUNT(*) AS events FROM seen GROUP BY ALL)
    SELECT s.did, COUNT(*) AS events, MAX(s.ts_ms) - MIN(s.ts_ms) AS span, MAX(s.gap) AS longest, ANY_VALUE(h.busiest) AS busiest
    FROM seen AS s JOIN (SELECT did, MAX(events) AS busiest FROM hours GROUP BY 1) AS h ON h.did = s.did
    GROUP BY s.did ORDER BY events DESC, s.did LIMIT $most
    """
)
_THEIRS = "ts_ms >= $start AND ts_ms < $until AND NOT bot AND did IN (SELECT did FROM stage_robots)"
_TOUCHED = statement(
    f"""
    INSERT INTO dirty_hour (dt, hour_ms, source, events, late, known_from_ms)
    SELECT dt, ts_ms // 3600000 * 3600000, source, COUNT(*), 0, $now FROM event WHERE {_THEIRS} GROUP BY ALL ORDER BY ALL
    """,  # noqa: S608 - a condition of ours
)
_MARK = statement(
    f"""
    UPDATE event SET bot = TRUE, flags = CASE WHEN flags IS NULL OR flags = '' THEN 'bot_pace'
        ELSE array_to_string(list_sort(list_distinct(list_append(string_split(flags, ','), 'bot_pace'))), ',') END
    WHERE {_THEIRS}
    """,  # noqa: S608 - as above
)


def find_bots(tx: Transaction, now_ms: int) -> int:
    """Mark the stored events of ids that kept a machine's pace over the last day; returns how many events.

    Only events that a person makes are counted: what a server says about somebody may come at any pace.

    Args:
        tx: a transaction; the hours whose figures change are noted in it.
        now_ms: end of the day that is looked at.
    """
    names = [kind.name for kind in catalogue().values() if kind.who == "client"]
    tx.stage("stage_client_events", pa.table({"event": names}))
    window = {"start": now_ms - WINDOW_MS, "until": now_ms + 1}
    rows = tx.query(_PACES, {**window, "least": STEADY_EVENTS, "most": FOUND_MOST}).to_pylist()
    robots = [row["did"] for row in rows if never_rests(row["busiest"], row["events"], row["span"], row["longest"] or 0)]
    if not robots:
        return 0
    tx.stage("stage_robots", pa.table({"did": pa.array(robots, pa.int64())}))
    tx.execute(_TOUCHED, {**window, "now": now_ms})
    return tx.execute(_MARK, window)
