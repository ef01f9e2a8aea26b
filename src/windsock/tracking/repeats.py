"""Take what the same visitor did again within a while for a duplicate: a double click, an impatient reload.

An event repeats another when the rule's columns and the visitor are the same and it happened at most ``within_s`` after the one before it, kept
or not; so ten clicks a second apart are one. The moments are kept in ``event_once`` for what comes in later loads. What is late
and lies before an event that is stored takes nothing back.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.tracking.clean import INSIDE, text_column
from windsock.tracking.coded import plain
from windsock.tracking.model.intake import DAY_MS
from windsock.warehouse import statement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from windsock.tracking.chunk import Step
    from windsock.tracking.model.cleaning import CleaningRule

ONCE = "once"
ANY = "*"
_VISITOR = ("user_id", "anonymous_id", "device_id")
_BETWEEN = "\x1f"
_KEYED = """
    SELECT rn, ts_ms, within_ms, CAST(md5_number_lower(text) >> 1 AS BIGINT) AS once_key,
        CAST(make_timestamp(ts_ms * 1000) AS DATE) AS dt
    FROM stage_once
"""
REPEATED = statement(
    f"""
    WITH come AS ({_KEYED}),
    near AS (
        SELECT rn, once_key, ts_ms, within_ms FROM come
        UNION ALL
        SELECT NULL, k.once_key, k.ts_ms, 0 FROM event_once AS k
        WHERE k.dt BETWEEN $first AND $last AND k.once_key IN (SELECT once_key FROM come)
    )
    SELECT rn FROM (
        SELECT rn, within_ms, ts_ms - LAG(ts_ms) OVER (PARTITION BY once_key ORDER BY ts_ms, rn NULLS FIRST) AS since FROM near
    ) WHERE rn IS NOT NULL AND since <= within_ms
    """  # noqa: S608 - constants of this file
)
REMEMBER = statement(
    f"INSERT INTO event_once BY NAME SELECT dt, once_key, ts_ms, CAST($batch AS VARCHAR) AS batch_id FROM ({_KEYED}) AS come"  # noqa: S608 - as above
)


def repeated(step: Step, rows: pa.Table, ts_ms: NDArray[np.int64], fresh: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the places of new events that repeat another, and remember all that the rules are about.

    Args:
        step: the load, with its rules.
        rows: events in clean form.
        ts_ms: when each happened.
        fresh: which are new.

    Raises:
        InvalidInput: a rule names a field that is no text.
    """
    rules = [rule for rule in step.cleaning.rules if rule.do == ONCE] if step.cleaning is not None else []
    if not rules:
        return np.array([], np.int64)
    # The names come as codes where the plan gave events other ones, and codes can be neither compared nor joined.
    rows = pa.table({name: plain(rows.column(name)) for name in rows.column_names})
    found: list[NDArray[np.int64]] = []
    for rule in rules:
        meant = fresh if rule.value == ANY else fresh & np.asarray(pc.fill_null(pc.equal(rows.column("event"), rule.value), fill_value=False))
        at = np.flatnonzero(meant)
        if not len(at):
            continue
        some = rows.take(pa.array(at))
        texts = _texts(some, rule)
        named = np.flatnonzero(np.asarray(pc.is_valid(texts)))
        if not len(named):
            continue
        at, moments = at[named], ts_ms[at][named]
        within_ms = rule.within_s * 1000
        staged = {"rn": at, "ts_ms": moments, "within_ms": np.full(len(at), within_ms), "text": texts.take(pa.array(named))}
        step.tx.stage("stage_once", pa.table(staged))
        days = [(int(moments.min()) - within_ms) // DAY_MS, int(moments.max()) // DAY_MS]
        first, last = (pa.scalar(day, pa.int32()).cast(pa.date32()).as_py() for day in days)
        found.append(step.tx.query(REPEATED, {"first": first, "last": last}).column("rn").to_numpy())
        step.tx.execute(REMEMBER, {"batch": step.batch_id})
    return np.unique(np.concatenate(found)) if found else np.array([], np.int64)


def _texts(rows: pa.Table, rule: CleaningRule) -> Any:  # noqa: ANN401 - an array of texts
    """Return of each event what it is told apart by; NULL for one that names no visitor."""
    visitor: Any = pc.coalesce(*(rows.column(name).combine_chunks() for name in _VISITOR))
    parts: list[Any] = [pa.scalar(rule.value or ""), rows.column("event").combine_chunks(), visitor]
    parts += [pc.fill_null(_by(rows, name), "") for name in rule.by]
    return pc.binary_join_element_wise(*parts, _BETWEEN, null_handling="emit_null")


def _by(rows: pa.Table, name: str) -> Any:  # noqa: ANN401 - an array of texts
    if not name.startswith(INSIDE):
        return text_column(rows, name)
    key = name.removeprefix(INSIDE)
    read = [json.loads(text).get(key) if text else None for text in rows.column("properties").to_pylist()]
    return pa.array([None if value is None else json.dumps(value, ensure_ascii=False) for value in read], pa.string())
