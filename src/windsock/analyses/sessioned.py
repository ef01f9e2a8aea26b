"""Cut people's events into sessions, as ``model.sessions`` says it for one person: a part of a statement, for paths and for sessions."""

from __future__ import annotations

from sqlglot import exp

from windsock.analyses.model.nodes import By
from windsock.analyses.model.sessions import HELD_MS, SessionRule
from windsock.conditions import Plan, event_field, ours
from windsock.warehouse import Params

# Events of one instant stand in the order of their keys: the same whatever order they came in. Names tell nothing more, and cost a sort by text.
_ORDER = "PARTITION BY e.person ORDER BY e.t, e.key_hi, e.key_lo"


def node_value(by: By | None, place: str, params: Params) -> exp.Expr:
    """Return what tells events of one name apart, as text; NULL where nothing does.

    Raises:
        InvalidInput: an unknown field.
    """
    none = exp.cast(exp.null(), "TEXT")
    if by is None:
        return none
    value = event_field(by.field, place).text()
    if not by.events:
        return value
    among = exp.column("event", "e").isin(*(params.bind(one) for one in by.events))
    return exp.Case().when(exp.Not(this=among), none).else_(value)


def add_sessions(plan: Plan, source: str, rule: SessionRule, node: tuple[str, ...] = ("n", "v")) -> str:
    """Add the part in which each event has its session; returns its name.

    The source's rows are ``person``, ``t``, ``key_hi``, ``key_lo``, ``n``, ``v`` (a node), where days matter ``day``, where campaigns do ``c``, and
    any more. They come back with ``i`` (their place among the person's), ``fresh`` (their instant where a pause was before them), ``again`` (the
    columns of ``node`` are those of the person's event before), ``t0`` (the start of their session, in ms), and where campaigns matter ``s``
    (the place of that start: two sessions may then begin at one instant).
    """
    same = f"e.t - LAG(e.t) OVER ({_ORDER}) <= {int(rule.gap_ms)}"
    if rule.midnight:
        same += f" AND e.day = LAG(e.day) OVER ({_ORDER})"
    begins = f"CASE WHEN {same} THEN NULL ELSE e.t END"
    again = " AND ".join(f"LAG(e.{column}) OVER ({_ORDER}) IS NOT DISTINCT FROM e.{column}" for column in node)
    columns = f"ROW_NUMBER() OVER ({_ORDER}) AS i, {begins} AS fresh, {again} AS again"
    fresh = plan.add("fresh", ours(f"SELECT e.*, {columns} FROM {source} AS e"))  # noqa: S608 - names and numbers of ours
    run = "PARTITION BY e.person ORDER BY e.i"
    if not rule.campaign:
        return plan.add("dated", ours(f"SELECT e.*, MAX(e.fresh) OVER (PARTITION BY e.person ORDER BY e.i) AS t0 FROM {fresh} AS e"))  # noqa: S608 - as above
    runs = plan.add("runs", ours(f"SELECT e.*, MAX(CASE WHEN NOT e.fresh IS NULL THEN e.i END) OVER ({run}) AS r FROM {fresh} AS e"))  # noqa: S608 - as above
    # Of events with a campaign, the one before: of the same run, not too long ago, and of the same campaign, or a session begins.
    told = "PARTITION BY e.person, e.c IS NULL ORDER BY e.i"
    held = f"LAG(e.c) OVER ({told}) = e.c AND LAG(e.r) OVER ({told}) = e.r AND e.t - LAG(e.t) OVER ({told}) <= {HELD_MS}"
    turns = f"CASE WHEN e.r = e.i THEN e.i WHEN e.c IS NULL THEN NULL WHEN {held} THEN NULL ELSE e.i END"
    turned = plan.add("turned", ours(f"SELECT e.*, {turns} AS turn FROM {runs} AS e"))  # noqa: S608 - as above
    placed = plan.add("placed_in", ours(f"SELECT e.*, MAX(e.turn) OVER ({run}) AS s FROM {turned} AS e"))  # noqa: S608 - as above
    return plan.add("dated", ours(f"SELECT e.*, MIN(e.t) OVER (PARTITION BY e.person, e.s) AS t0 FROM {placed} AS e"))  # noqa: S608 - as above
