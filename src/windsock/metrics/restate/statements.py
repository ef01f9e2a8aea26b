"""The statements of restatement: which rows of closed days became known, or stopped being held true, after the close; grouped by day and cause.

One statement for a fact and clock, whatever number of days; a fact is read with all its versions, ``known`` and ``since`` left out. The closes are
bound as ``$d0``/``$c0`` ..., the period as ``$low``/``$high`` (dates, or instants for clocks of instants).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from windsock.governance import SYSTEM
from windsock.metrics.facts import FACTS, ClockColumn
from windsock.metrics.facts_events import EVENT, EVENT_FACTS
from windsock.metrics.time_buckets import bucket_sql

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.metrics.facts_shape import Fact

GROUPS_MAX = 5_000
_EVER = 2**62
_HOUR = ClockColumn("d.hour_ms", "ms")
_QUARTER = ClockColumn("t.at_ms", "ms")
_CALLS = ("known", "since")
_KEYED = ("order_line", "travel_day", "posting", "segment", "ticket")
SINCE = """
    SELECT (SELECT MIN(known_from_ms) FROM order_line) AS orders, (SELECT MIN(known_from_ms) FROM event) AS events,
        (SELECT MIN(known_from_ms) FROM stock_day) AS catalog
"""
BATCH = "SELECT batch_id, source, kind, state, started_ms FROM import_batch WHERE batch_id = $batch LIMIT 1"

# Payments that came of a statement are closed with it when it is taken back; their orders are of other batches.
_BACK = """SELECT s.known_to_ms AS at_ms, MIN(s.batch_id) AS batch_id, MIN(s.source) AS source FROM settlement AS s
    JOIN import_batch AS i ON i.batch_id = s.batch_id AND i.state = 'undone' WHERE s.known_to_ms IS NOT NULL GROUP BY 1"""


@dataclass(frozen=True)
class Versions:
    """How a fact keeps what was known: its FROM text with all versions, and when a row of it began and ceased to be known."""

    relation: str
    since: str
    until: str | None


@functools.cache
def versions_of(name: str) -> Versions | None:
    """Return how a fact keeps versions; None where it keeps one only. Sessions are read as the events that they are made of."""
    fact = FACTS[name]
    if fact.name == "session":
        fact = EVENT
    tree = parse_one(f"SELECT 1 FROM {fact.relation} WHERE {fact.where}", read="duckdb")  # noqa: S608 - constants of the programme
    calls = [call for call in tree.find_all(exp.Anonymous) if call.name.lower() in _CALLS]
    if not calls:
        return None
    since = [f"{call.expressions[0].name}.known_from_ms" for call in calls]
    until = [f"COALESCE({call.expressions[0].name}.known_to_ms, {_EVER})" for call in calls if call.name.lower() == "known"]
    for call in calls:
        call.replace(exp.true())
    return Versions(
        _from_text(tree),
        since[0] if len(since) == 1 else f"GREATEST({', '.join(since)})",
        None if not until else until[0] if len(until) == 1 else f"LEAST({', '.join(until)})",
    )


def _from_text(tree: exp.Expr) -> str:
    found: list[exp.Expr] = tree.args.get("joins") or []
    joins = " ".join(join.sql(dialect="duckdb") for join in found)
    return f"{tree.args['from_'].this.sql(dialect='duckdb')} {joins}"


def _day(fact: Fact, clock: str, period: Period, zone: str) -> str:
    return bucket_sql(fact.clocks[clock], "day", period, zone, 0).sql(dialect="duckdb")


def _within(fact: Fact, clock: str) -> str:
    column = fact.clocks[clock]
    return f"{column.column} BETWEEN $low AND $high" if column.kind == "date" else f"{column.column} >= $low AND {column.column} < $high"


def _closed(days: int) -> str:
    rows = ", ".join(f"(CAST($d{place} AS DATE), CAST($c{place} AS BIGINT))" for place in range(days))
    return f"closed(day, ms) AS (VALUES {rows})"


def moved(name: str, clock: str, period: Period, zone: str, days: int) -> str | None:
    """Return the statement of rows of a fact that moved after the close of their day; None where the fact keeps one version only.

    Columns: day, how, source, batch_id, system, rows, first_ms, last_ms, as ``model.Seen``; with ``days`` 0 what moved at ``$at``, or a millisecond
    later, whatever the day.
    """
    versions = versions_of(name)
    if versions is None:
        return None
    fact = FACTS[name]
    of_events = fact in EVENT_FACTS
    if of_events:
        fact = EVENT if fact.name == "session" else fact
    begun, ended = f"s.since_ms{_test(days, 's.since_ms')}", f"s.until_ms{_test(days, 's.until_ms')} AND s.until_ms < {_EVER}"
    join = "JOIN closed AS c ON c.day = s.day " if days else ""
    real = "" if versions.until is None else "s.since_ms < s.until_ms AND "
    halves = [f"SELECT s.*, s.since_ms AS at_ms, TRUE AS opened FROM seen AS s {join}WHERE {real}{begun}"]  # noqa: S608 - as below
    if versions.until is not None:
        halves.append(f"SELECT s.*, s.until_ms, FALSE FROM seen AS s {join}WHERE {real}{ended}")  # noqa: S608 - as below
    late = f"{versions.since} >= $least" + ("" if versions.until is None else f" OR ({versions.until} >= $least AND {versions.until} < {_EVER})")
    seen = f"""SELECT {_day(fact, clock, period, zone)} AS day, {_columns(fact, of_events=of_events)},
        {versions.since} AS since_ms, {versions.until or _EVER} AS until_ms
        FROM {versions.relation} WHERE {_within(fact, clock)} AND ({late})"""  # noqa: S608 - constants of the programme
    head = f"{_closed(days)}, " if days else ""
    return f"WITH {head}seen AS ({seen}), moved AS ({' UNION ALL '.join(halves)}) {_groups(fact, of_events=of_events)}"


def _test(days: int, column: str) -> str:
    return " > c.ms" if days else f" >= $at AND {column} <= $at + 1"


def _columns(fact: Fact, *, of_events: bool) -> str:
    """Return whose order a row is, and its source and batch where the row itself says them."""
    key, source, batch = "CAST(NULL AS BIGINT)", "CAST(NULL AS VARCHAR)", "CAST(NULL AS VARCHAR)"
    if of_events and fact is EVENT:
        source, batch = "e.source", "e.batch_id"
    elif fact.name in _KEYED:
        key = fact.fields["order_key"]
    elif fact.name == "settlement":
        source, batch = "y.source", "y.batch_id"
    return f"{key} AS order_key, {source} AS source, {batch} AS batch_id"


def _groups(fact: Fact, *, of_events: bool) -> str:
    """Return how moved rows are named: by the batch that began at their instant, else by the batch whose rows they are.

    An event is of the batch that brought it; versions of orders began with the batch that loaded them, a millisecond later with their settling.
    """
    own, source = ("o.batch_id", "o.source") if fact.name in _KEYED else ("m.batch_id", "m.source")
    held = """LEFT JOIN orders AS o ON o.order_key = m.order_key
            AND CASE WHEN m.opened THEN o.known_from_ms = m.at_ms ELSE o.known_to_ms = m.at_ms END""" if fact.name in _KEYED else ""  # fmt: skip
    begun = f"b.batch_id = {own}" if of_events else "b.started_ms = m.at_ms"
    settled = "FALSE" if of_events else "t.started_ms = m.at_ms - 1 AND b.batch_id IS NULL"
    other = "'restored'" if fact.name == "stock_day" else "'late'"
    back = (
        f"LEFT JOIN ({_BACK}) AS y ON y.at_ms = m.at_ms"
        if fact.name in _KEYED
        else "LEFT JOIN (SELECT CAST(NULL AS VARCHAR) AS batch_id, CAST(NULL AS VARCHAR) AS source) AS y ON FALSE"
    )
    rows = "COUNT(DISTINCT order_key)" if fact.name in _KEYED else "COUNT(*)"
    return f"""
        , named AS (
            SELECT m.day, m.order_key, m.at_ms, COALESCE(b.source, t.source, y.source, {source}, '') AS source,
                COALESCE(b.batch_id, t.batch_id) AS began, COALESCE(b.actor, t.actor) = '{SYSTEM.id}' AS system,
                CASE WHEN b.batch_id IS NOT NULL OR t.batch_id IS NOT NULL THEN 'batch'
                    WHEN y.batch_id IS NOT NULL OR (w.state = 'undone' AND NOT m.opened) THEN 'undo'
                    WHEN w.batch_id IS NOT NULL AND m.opened THEN 'restored' ELSE {other} END AS how, COALESCE(y.batch_id, w.batch_id) AS owner
            FROM moved AS m {held}
            LEFT JOIN import_batch AS b ON {begun} LEFT JOIN import_batch AS t ON {settled}
            LEFT JOIN import_batch AS w ON w.batch_id = {own} {back}
        )
        SELECT day, how, source, CASE WHEN how = 'batch' THEN began WHEN how = 'late' THEN NULL ELSE owner END AS batch_id,
            COALESCE(BOOL_OR(system), FALSE) AS system, {rows} AS rows, MIN(at_ms) AS first_ms, MAX(at_ms) AS last_ms
        FROM named GROUP BY day, how, source, 4, CASE WHEN how IN ('undo', 'restored') THEN at_ms END
        ORDER BY day, rows DESC, first_ms LIMIT {GROUPS_MAX}
    """  # noqa: S608 - constants of the programme


# A load leaves a mark for each hour that it changed, with its instant; where no event of the source has the mark's instant and no batch began then,
# the hour was changed in place. The first marks of all, made together when hours are first rolled up, have no mark before them and are passed over;
# so is a batch that came after the close and was taken back, as it left nothing. What a batch had is noted when it is taken back (``event_taken``);
# one of an earlier release is known by its source and count.
def in_place(period: Period, zone: str, days: int) -> str:
    """Return the statement of hours of events that were changed in place after the close of their day; columns as ``moved``, ``how`` place."""
    hour = bucket_sql(_HOUR, "day", period, zone, 0).sql(dialect="duckdb")
    quarter = bucket_sql(_QUARTER, "day", period, zone, 0).sql(dialect="duckdb")
    return f"""
        WITH {_closed(days)}, noted AS (
            SELECT {quarter} AS day, t.batch_id, t.source, t.events, t.taken_ms AS at_ms FROM event_taken AS t
            WHERE t.batch_id IS NOT NULL AND t.dt BETWEEN $first AND $last AND t.taken_ms >= $least
        ), marked AS (
            SELECT {hour} AS day, d.dt, d.hour_ms, d.source, d.events, d.known_from_ms AS at_ms FROM dirty_hour AS d
            ANTI JOIN noted AS o ON o.source = d.source AND o.at_ms = d.known_from_ms
            WHERE d.dt BETWEEN $first AND $last AND d.known_from_ms >= $least
        ), late AS (
            SELECT m.*, c.ms FROM marked AS m JOIN closed AS c ON c.day = m.day WHERE m.at_ms > c.ms
        ), came AS (
            SELECT DISTINCT source, known_from_ms FROM event WHERE dt BETWEEN $first AND $last AND known_from_ms >= $least
        ), gone AS (
            SELECT l.* FROM late AS l ANTI JOIN came AS e ON e.source = l.source AND e.known_from_ms = l.at_ms
            ANTI JOIN import_batch AS i ON i.source = l.source AND i.started_ms = l.at_ms
            WHERE EXISTS (SELECT 1 FROM dirty_hour AS b WHERE b.dt = l.dt AND b.hour_ms = l.hour_ms AND b.known_from_ms < l.at_ms)
        ), whole AS (
            SELECT source, known_from_ms AS at_ms, SUM(events) AS events FROM dirty_hour
            WHERE known_from_ms IN (SELECT at_ms FROM gone) GROUP BY ALL
        ), named AS (
            SELECT g.day, g.ms, g.source, g.at_ms, SUM(g.events) AS rows, ANY_VALUE(w.events) AS events FROM gone AS g
            JOIN whole AS w ON w.source = g.source AND w.at_ms = g.at_ms GROUP BY ALL
        ), undone AS (
            SELECT n.source, n.at_ms, MIN(b.batch_id) AS batch_id, MIN(b.started_ms) AS started_ms
            FROM (SELECT DISTINCT source, at_ms, events FROM named) AS n
            JOIN import_batch AS b ON b.source = n.source AND b.kind = 'events' AND b.state = 'undone' AND b.started_ms < n.at_ms
                AND b.rows_added = n.events GROUP BY 1, 2 HAVING COUNT(*) = 1
        )
        SELECT n.day, CASE WHEN u.batch_id IS NULL THEN 'place' ELSE 'taken' END AS how, n.source, u.batch_id, FALSE AS system,
            CAST(SUM(n.rows) AS BIGINT) AS rows, MIN(n.at_ms) AS first_ms, MAX(n.at_ms) AS last_ms
        FROM named AS n LEFT JOIN undone AS u ON u.source = n.source AND u.at_ms = n.at_ms
        WHERE u.started_ms IS NULL OR u.started_ms <= n.ms GROUP BY 1, 2, 3, 4
        UNION ALL
        SELECT o.day, 'taken', o.source, o.batch_id, FALSE, CAST(SUM(o.events) AS BIGINT), MIN(o.at_ms), MAX(o.at_ms)
        FROM noted AS o JOIN closed AS c ON c.day = o.day AND o.at_ms > c.ms LEFT JOIN import_batch AS b ON b.batch_id = o.batch_id
        WHERE b.batch_id IS NULL OR b.started_ms <= c.ms GROUP BY 1, 2, 3, 4 ORDER BY 1, 6 DESC LIMIT {GROUPS_MAX}
    """  # noqa: S608 - constants of the programme


def emptied(period: Period, zone: str, days: int) -> str:
    """Return the statement of days of which events were emptied by an erasure after their close; columns as ``moved``, ``how`` erased."""
    day = bucket_sql(_QUARTER, "day", period, zone, 0).sql(dialect="duckdb")
    return f"""
        WITH {_closed(days)}, noted AS (
            SELECT {day} AS day, t.events, t.taken_ms AS at_ms FROM event_taken AS t
            WHERE t.batch_id IS NULL AND t.dt BETWEEN $first AND $last AND t.taken_ms >= $least
        )
        SELECT n.day, 'erased' AS how, '' AS source, CAST(NULL AS VARCHAR) AS batch_id, FALSE AS system, CAST(SUM(n.events) AS BIGINT) AS rows,
            MIN(n.at_ms) AS first_ms, MAX(n.at_ms) AS last_ms
        FROM noted AS n JOIN closed AS c ON c.day = n.day AND n.at_ms > c.ms GROUP BY 1 ORDER BY 1 LIMIT {GROUPS_MAX}
    """  # noqa: S608 - constants of the programme


def had(period: Period, zone: str) -> str:
    """Return the statement of the days that a batch of events had when it was taken back, within a period: day, events; the latest first."""
    day = bucket_sql(_QUARTER, "day", period, zone, 0).sql(dialect="duckdb")
    return f"""
        SELECT {day} AS day, CAST(SUM(t.events) AS BIGINT) AS events FROM event_taken AS t WHERE t.batch_id = $batch AND t.dt BETWEEN $first AND $last
        GROUP BY 1 ORDER BY 1 DESC LIMIT {GROUPS_MAX}
    """  # noqa: S608 - constants of the programme


def regrouped(name: str, clock: str, period: Period, zone: str, days: int) -> str:
    """Return the statement of ids of a fact that were joined or parted after the close of their day; columns and ``days`` as ``moved``."""
    fact = EVENT if name == "session" else FACTS[name]
    versions = versions_of(name)
    relation = fact.relation if versions is None else versions.relation
    alias = "e" if fact is EVENT else "n" if name == "identity" else "l"
    head = f"{_closed(days)}, " if days else ""
    join = "JOIN closed AS c ON c.day = h.day" if days else ""
    return f"""
        WITH {head}turned AS (
            SELECT did, known_from_ms AS at_ms, 1 AS joined FROM alias WHERE known_from_ms >= $least
            UNION ALL SELECT did, known_to_ms, -1 FROM alias WHERE known_to_ms >= $least
        ), way AS (
            SELECT at_ms, SUM(joined) AS joined FROM turned GROUP BY at_ms
        ), here AS (
            SELECT DISTINCT {_day(fact, clock, period, zone)} AS day, {alias}.did AS did FROM {relation}
            WHERE {_within(fact, clock)} AND {alias}.did IN (SELECT did FROM turned)
        )
        SELECT h.day, CASE WHEN w.joined >= 0 THEN 'merge' ELSE 'unmerge' END AS how, '' AS source, CAST(NULL AS VARCHAR) AS batch_id,
            FALSE AS system, COUNT(DISTINCT h.did) AS rows, MIN(t.at_ms) AS first_ms, MAX(t.at_ms) AS last_ms
        FROM here AS h JOIN turned AS t ON t.did = h.did {join} JOIN way AS w ON w.at_ms = t.at_ms
        WHERE t.at_ms{_test(days, "t.at_ms")} GROUP BY 1, 2 ORDER BY 1, 2
    """  # noqa: S608 - constants of the programme
