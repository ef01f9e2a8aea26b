"""Answer sessions: their figures by value and by time, entries and exits, and the sessions behind each figure, from one set of sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Literal

from sqlglot import exp

from windsock.analyses.funnel import Times
from windsock.analyses.model.asked import days_of
from windsock.analyses.sessioned import add_sessions, node_value
from windsock.analyses.sessions.cells import Cell, Edge, Visit
from windsock.analyses.sessions.model import EDGES_MS, LONGEST_MS, Sessions
from windsock.conditions import Frame, Plan, Reach, add_condition, event_field, event_text, events, is_among, ours, ours_any
from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.kernel.errors import InvalidInput
from windsock.metrics import ClockColumn, bucket_sql, local_day_sql

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.warehouse import Cancel, Warehouse

PAGE_MOST = 10_000
_QUARTERS = (25, 50, 75)
_ENDS: tuple[Literal["entry", "exit"], ...] = ("entry", "exit")


@dataclass(frozen=True)
class SessionsAnswer:
    """The answer: its total and its cuts, each session in one cell of a cut; entries and exits; and what it was asked with."""

    sessions: Sessions
    days: Period
    total: Cell
    breakdown: tuple[Cell, ...]
    trend: tuple[Cell, ...]
    entries: tuple[Edge, ...]
    exits: tuple[Edge, ...]
    sql: str

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels."""
        rule, all_ = self.sessions.rule, self.total.sessions
        return {
            "name": self.sessions.asked.name,
            "period": {"from": self.days.start.isoformat(), "to": self.days.end.isoformat()},
            "gap_ms": rule.gap_ms,
            "midnight": rule.midnight,
            "campaign": [*rule.campaign],
            "bins": [{"from_ms": low, "below_ms": high} for low, high in EDGES_MS],
            "total": self.total.json(),
            "breakdown": [cell.json() for cell in self.breakdown],
            "trend": [cell.json() for cell in self.trend],
            "entries": [edge.json(all_) for edge in self.entries],
            "exits": [edge.json(all_) for edge in self.exits],
        }


@dataclass(frozen=True)
class WantedSessions:
    """Which sessions a list is to show.

    Attributes:
        cell: those of a cell (total, value, none or bucket); None: all.
        entry, exit: those that begin, or end, with an event of this name and value; None: with any.
        bin: those whose length is in this bin, from 0.
        only: those of one event (``bounces``), or those that may still go on (``open``).
    """

    cell: Cell | None = None
    entry: tuple[str, str | None] | None = None
    exit: tuple[str, str | None] | None = None
    bin: int | None = None
    only: Literal["bounces", "open"] | None = None


@dataclass(frozen=True)
class SessionsBehind:
    """Sessions behind a figure: their number, their people, the sessions themselves; where the next page begins."""

    total: int
    people: int
    rows: list[Visit]
    next_cursor: int | None


def ask_sessions(warehouse: Warehouse, sessions: Sessions, frame: Frame, *, cancel: Cancel | None = None) -> SessionsAnswer:
    """Answer sessions.

    Args:
        warehouse: where to ask.
        sessions: read by ``read_sessions``.
        frame: the moment of asking, its zone, and what counts.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: the definition can't be asked: says what, where and what to write instead.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    plan, visits, days = _planned(sessions, frame)
    figures = _figures()
    none = "CAST(NULL AS TEXT) AS n, CAST(NULL AS TEXT) AS v"
    parts = [ours(f"SELECT 0 AS part, 0 AS place, {none}, CAST(NULL AS DATE) AS bucket, {figures} FROM {visits} AS a")]  # noqa: S608 - names and numbers of ours
    if sessions.breakdown is not None:
        top = sessions.breakdown.top
        ranks = f"SELECT a.b, ROW_NUMBER() OVER (ORDER BY COUNT(*) DESC, a.b) AS place FROM {visits} AS a WHERE NOT a.b IS NULL GROUP BY a.b"  # noqa: S608 - as above
        ranked = plan.add("ranked", ours(ranks))
        place = f"CASE WHEN a.b IS NULL THEN {top + 2} ELSE LEAST(k.place, {top + 1}) END"
        cut = (
            f"SELECT a.*, {place} AS place, CASE WHEN k.place <= {top} THEN a.b END AS value FROM {visits} AS a LEFT JOIN {ranked} AS k ON k.b = a.b"  # noqa: S608 - as above
        )
        placed = plan.add("placed", ours(cut))
        parts.append(ours(f"SELECT 1, a.place, NULL, a.value, NULL, {figures} FROM {placed} AS a GROUP BY a.place, a.value"))  # noqa: S608 - as above
    if sessions.trend is not None:
        parts.append(ours(f"SELECT 2, 0, NULL, NULL, a.bucket, {figures} FROM {visits} AS a GROUP BY a.bucket"))  # noqa: S608 - as above
    for number, end in enumerate(_ENDS, 3):
        name = _add_edges(plan, visits, end, sessions.top)
        parts.append(ours(f"SELECT {number}, a.place, a.n, a.v, NULL, {figures} FROM {name} AS a GROUP BY a.place, a.n, a.v"))  # noqa: S608 - as above
    whole: exp.Select | exp.Union = parts[0]
    for part in parts[1:]:
        whole = whole.union(part, distinct=False, copy=False)
    # Put in order outside the engine, as for funnels.
    statement = plan.statement(ours("SELECT r.* FROM r"))
    statement.args["from_"].set("this", whole.subquery("r", copy=False))
    rows = warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist()
    rows.sort(key=lambda row: (row["part"], row["place"], row["bucket"] or dt.date.min, row["v"] or ""))
    by_part = {number: [row for row in rows if row["part"] == number] for number in range(5)}
    total, broken, trend = (tuple(_cell(sessions, row) for row in by_part[number]) for number in range(3))
    entries, exits = (tuple(_edge(sessions, row) for row in by_part[number]) for number in (3, 4))
    return SessionsAnswer(sessions, days, total[0], broken, trend, entries, exits, statement.sql(dialect="duckdb", pretty=True, copy=False))


def _add_edges(plan: Plan, visits: str, end: Literal["entry", "exit"], top: int) -> str:
    """Add the sessions with the place of their entry or exit, and its name and value where it has a row of its own."""
    name, value = f"a.{end}['n']", f"a.{end}['v']"
    place = "ROW_NUMBER() OVER (ORDER BY COUNT(*) DESC, a.n, a.v NULLS FIRST)"
    told = plan.add(f"{end}_told", ours(f"SELECT a.*, {name} AS n, {value} AS v FROM {visits} AS a"))  # noqa: S608 - names of ours
    ranked = plan.add(f"{end}_ranked", ours(f"SELECT a.n, a.v, {place} AS place FROM {told} AS a GROUP BY a.n, a.v"))  # noqa: S608 - as above
    shown = ", ".join(f"CASE WHEN k.place <= {top} THEN a.{column} END AS {column}" for column in ("n", "v"))
    figures = "a.person, a.t0, a.t1, a.size, a.still, a.cut"
    joined = f"{told} AS a JOIN {ranked} AS k ON k.n = a.n AND k.v IS NOT DISTINCT FROM a.v"
    return plan.add(f"{end}_placed", ours(f"SELECT {figures}, LEAST(k.place, {top + 1}) AS place, {shown} FROM {joined}"))  # noqa: S608 - names and numbers of ours


def sessions_behind(
    warehouse: Warehouse, sessions: Sessions, frame: Frame, wanted: WantedSessions, *, page: tuple[int, int] = (0, 100), cancel: Cancel | None = None
) -> SessionsBehind:
    """Return the sessions that a figure stands for, by person and start.

    Args:
        warehouse: where to ask.
        sessions: the very definition that was answered.
        frame: the very moment and circumstances of the answer, so that the number is the same.
        wanted: which figure.
        page: how many to pass over, and how many to return.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: a page too large, no such bin, or the cell is "other", which is no list of its own.
    """
    skip, want = page
    if skip < 0 or not 0 < want <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} rows.", where="limit")
    plan, visits, _days = _planned(sessions, frame)
    select = _narrowed(plan, ours(f"SELECT a.* FROM {visits} AS a"), wanted)  # noqa: S608 - a name of ours
    listed = plan.add("listed", select)
    counted = f"(SELECT COUNT(*) FROM {listed}) AS total, (SELECT COUNT(DISTINCT b.person) FROM {listed} AS b) AS people"  # noqa: S608 - as above
    told = plan.statement(ours(f"SELECT a.*, {counted} FROM {listed} AS a ORDER BY a.person, a.s LIMIT {int(want)} OFFSET {int(skip)}"))  # noqa: S608 - as above
    rows = warehouse.query(told, plan.params.values, cancel=cancel).to_pylist()
    total, people = (int(rows[0]["total"]), int(rows[0]["people"])) if rows else (0, 0)
    return SessionsBehind(total, people, [_visit(row) for row in rows], skip + want if skip + want < total else None)


def _visit(row: dict[str, Any]) -> Visit:
    first, last = row["entry"], row["exit"]
    ends = (first["n"], first["v"]), (last["n"], last["v"])
    return Visit(int(row["person"]), int(row["t0"]), int(row["t1"]), int(row["size"]), *ends, row["b"], bool(row["still"]), bool(row["cut"]))


def _narrowed(plan: Plan, select: exp.Select, wanted: WantedSessions) -> exp.Select:
    cell, tests = wanted.cell, list[exp.Expr]()
    if cell is not None and cell.kind == "other":
        raise InvalidInput("All other values have no list of their own.", where="value", fix="Ask for a larger top.")
    if cell is not None and cell.kind == "none":
        tests.append(ours_any("a.b IS NULL"))
    elif cell is not None and cell.kind != "total":
        bound = plan.params.bind(cell.value if cell.kind == "value" else cell.bucket)
        tests.append(ours_any("a.b" if cell.kind == "value" else "a.bucket").eq(bound))
    for end, node in (("entry", wanted.entry), ("exit", wanted.exit)):
        if node is not None:
            tests.append(ours_any(f"a.{end}['n']").eq(plan.params.bind(node[0])))
            missing = ours_any(f"a.{end}['v'] IS NULL")
            tests.append(missing if node[1] is None else ours_any(f"a.{end}['v']").eq(plan.params.bind(node[1])))
    if wanted.bin is not None:
        if not 0 <= wanted.bin < len(EDGES_MS):
            raise InvalidInput(f"There is no bin {wanted.bin + 1}.", where="bin", fix=f"Bins are 1 to {len(EDGES_MS)}.")
        tests.append(ours_any(_within(EDGES_MS[wanted.bin])))
    if wanted.only is not None:
        tests.append(ours_any("a.size = 1" if wanted.only == "bounces" else "a.still"))
    return select.where(*tests, copy=False) if tests else select


def read_events(plan: Plan, sessions: Sessions, extra: Sequence[exp.Expr] = ()) -> exp.Select:
    """Return the events that take part: keys, node (``n``, ``v``), value (``b``), and where the rule needs them the ``day`` and the campaign (``c``).

    Raises:
        InvalidInput: an unknown field, a value that is not of its kind, or a period without two ends.
    """
    frame, params, rule = plan.frame, plan.params, sessions.rule
    low, high, _ = days_of(sessions.asked.span, (frame.now_ms, frame.zone, frame.week_start), "sessions.period")
    # Back as far as the rule looks, and on until the longest session is over and what comes next is known.
    low, high = low - rule.before_ms, high + LONGEST_MS + rule.gap_ms
    none = exp.cast(exp.null(), "TEXT")
    value = none if sessions.breakdown is None else event_field(sessions.breakdown.field, "sessions.breakdown").text()
    name = exp.func("COALESCE", exp.column("event", "e"), exp.Literal.string(""))
    columns: list[exp.Expr] = [
        exp.column("key_hi", "e"), exp.column("key_lo", "e"), exp.alias_(name, "n"),
        exp.alias_(node_value(sessions.by, "sessions.by", params), "v"), exp.alias_(value, "b"),
    ]  # fmt: skip
    if rule.midnight:
        columns.append(exp.alias_(local_day_sql(exp.column("ts_ms", "e"), frame.days(low, high), frame.zone), "day"))
    if rule.campaign:
        columns.append(exp.alias_(event_text(rule.campaign, "sessions.campaign"), "c"))
    select = events(plan, [*columns, *extra], Reach(low, high, sessions.asked.where, sessions.events, "sessions.where"))
    if any(rows.where for rows in sessions.events):
        select = select.where(exp.or_(*(is_among(rows, "sessions.events", params) for rows in sessions.events)), copy=False)
    return select


def _planned(sessions: Sessions, frame: Frame) -> tuple[Plan, str, Period]:
    """Return the plan, the part with the sessions, and the civil days of their starts.

    Its rows: ``person``, ``s`` (which of the person's), ``t0``, ``t1``, ``size`` (events), ``entry`` and ``exit`` (``n``, ``v``), ``b`` (value of the
    first event), ``bucket``, ``still`` (it may go on), ``cut`` (it went on after the longest that is followed).
    """
    frame = replace(frame, internal=sessions.asked.internal or frame.internal)
    plan, rule = Plan(frame), sessions.rule
    low, high, days = days_of(sessions.asked.span, (frame.now_ms, frame.zone, frame.week_start), "sessions.period")
    source = plan.add("ev", read_events(plan, sessions))
    if sessions.asked.who is not None:
        who = add_condition(plan, sessions.asked.who, "sessions.who")
        source = plan.add("mine", ours(f"SELECT e.* FROM {source} AS e SEMI JOIN {who} AS w ON w.person = e.person"))  # noqa: S608 - names of ours
    dated = add_sessions(plan, source, rule)
    inside = plan.add("inside", ours(f"SELECT e.*, e.t - e.t0 <= {LONGEST_MS} AS near FROM {dated} AS e WHERE e.t0 >= {low} AND e.t0 < {high}"))  # noqa: S608 - as above
    mark, node = "s" if rule.campaign else "t0", "{'i': e.i, 'n': e.n, 'v': e.v}"
    still = f"MAX(e.t) >= {int(frame.now_ms - rule.gap_ms)}"
    if rule.midnight:
        still += f" AND MAX(e.t) >= {today_ms(frame)}"
    figures = f"""MIN(e.t) AS t0, MAX(e.t) FILTER (WHERE e.near) AS t1, COUNT(*) FILTER (WHERE e.near) AS size, MIN({{'i': e.i, 'b': e.b}}) AS head,
        MIN({node}) AS entry, MAX({node}) FILTER (WHERE e.near) AS exit, {still} AS still, NOT BOOL_AND(e.near) AS cut"""
    grouped = plan.add("grouped", ours(f"SELECT e.person, e.{mark} AS s, {figures} FROM {inside} AS e GROUP BY e.person, e.{mark}"))  # noqa: S608 - as above
    bucket: exp.Expr = exp.cast(exp.null(), "DATE")
    if sessions.trend is not None:
        bucket = bucket_sql(ClockColumn("a.t0", "ms"), sessions.trend, days, frame.zone, frame.week_start)
    select = ours(f"SELECT a.*, a.head['b'] AS b FROM {grouped} AS a").select(exp.alias_(bucket, "bucket"), copy=False)  # noqa: S608 - a name of ours
    return plan, plan.add("visits", select), days


def today_ms(frame: Frame) -> int:
    """Return the first instant of the civil day of asking."""
    return start_of_day_ms(local_date(frame.now_ms, frame.zone), frame.zone)


def _within(edges: tuple[int, int | None]) -> str:
    low, high = edges
    return f"a.t1 - a.t0 >= {low}" + ("" if high is None else f" AND a.t1 - a.t0 < {high}")


def _figures() -> str:
    length = "a.t1 - a.t0"
    named = {"least": f"MIN({length})", "most": f"MAX({length})", "sum": f"SUM({length})"}
    named |= {f"p{part}": f"QUANTILE_DISC({length}, {part / 100})" for part in _QUARTERS}
    named |= {
        "sessions": "COUNT(*)",
        "people": "COUNT(DISTINCT a.person)",
        "events": "SUM(a.size)",
        "bounces": "COUNT(CASE WHEN a.size = 1 THEN 1 END)",
    }
    named |= {"still_open": "COUNT(CASE WHEN a.still THEN 1 END)", "cut_off": "COUNT(CASE WHEN a.cut THEN 1 END)"}
    named |= {f"b{index}": f"COUNT(CASE WHEN {_within(edges)} THEN 1 END)" for index, edges in enumerate(EDGES_MS)}
    return ", ".join(f"{written} AS {word}" for word, written in named.items())


def _cell(sessions: Sessions, row: dict[str, Any]) -> Cell:
    kind = ("total", "value", "bucket")[int(row["part"])]
    if kind == "value" and sessions.breakdown is not None and row["v"] is None:
        kind = "other" if row["place"] == sessions.breakdown.top + 1 else "none"
    count = int(row["sessions"])
    least, most, total, p25, p50, p75 = (None if row[word] is None else int(row[word]) for word in ("least", "most", "sum", "p25", "p50", "p75"))
    mean = None if total is None else int((Decimal(total) / count).to_integral_value(ROUND_HALF_UP))
    bins = tuple(int(row[f"b{index}"]) for index in range(len(EDGES_MS)))
    people, events_, bounces = (int(row[word] or 0) for word in ("people", "events", "bounces"))
    ends = int(row["still_open"]), int(row["cut_off"])
    return Cell(kind, row["v"], row["bucket"], people, events_, bounces, Times(count, least, (p25, p50, p75), most, mean), bins, *ends)


def _edge(sessions: Sessions, row: dict[str, Any]) -> Edge:
    other = int(row["place"]) > sessions.top
    return Edge(None if other else row["n"], row["v"], int(row["sessions"]), int(row["people"]), int(row["bounces"]))
