"""Answer paths: nodes, links and exits, and the paths behind each of them, from one set of steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from sqlglot import exp

from windsock.analyses.model.asked import days_of
from windsock.analyses.model.sessions import SessionRule
from windsock.analyses.paths.model import BEYOND_MS, Paths
from windsock.analyses.sessioned import add_sessions, node_value
from windsock.conditions import Frame, Plan, Reach, add_condition, events, is_among, ours, ours_any
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.warehouse import Cancel, Params, Warehouse

PAGE_MOST = 10_000
STEPS = "steps"


@dataclass(frozen=True)
class Node:
    """What happened at a step: a name and the value that is part of it; no name stands for all nodes beyond the top."""

    name: str | None
    value: str | None = None


@dataclass(frozen=True)
class Crowd:
    """How many paths, and of how many people; people of several cells need not sum to those of all."""

    paths: int
    people: int

    def json(self) -> dict[str, int]:
        """Return it as it travels."""
        return {"paths": self.paths, "people": self.people}


@dataclass(frozen=True)
class Stop:
    """A node at its step: who came by, whose path ends here, and (at the last step) whose goes on unseen."""

    step: int
    place: int
    node: Node
    here: Crowd
    exits: Crowd
    beyond: Crowd

    @property
    def key(self) -> str:
        """How links name it."""
        return f"{self.step}:{self.place}"


@dataclass(frozen=True)
class Link:
    """From a node of a step to a node of the next one."""

    step: int
    place: int
    onward: int
    taken: Crowd


@dataclass(frozen=True)
class PathsAnswer:
    """The answer: all paths, those that may still go on, the nodes of each step by size with the others last, and the links between them."""

    paths: Paths
    days: Period
    total: Crowd
    still_open: int
    stops: tuple[Stop, ...]
    links: tuple[Link, ...]
    sql: str

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels: nodes and links as a Sankey takes them, links in the direction of time."""
        ends = ("target", "source") if self.paths.backward else ("source", "target")
        return {
            "name": self.paths.asked.name,
            "period": {"from": self.days.start.isoformat(), "to": self.days.end.isoformat()},
            "counted_from": "end" if self.paths.backward else "start",
            "steps": self.paths.steps,
            "total": self.total.json() | {"still_open": self.still_open},
            "nodes": [
                {
                    "id": stop.key,
                    "step": stop.step,
                    "name": stop.node.name,
                    "value": stop.node.value,
                    "other": stop.node.name is None,
                    **stop.here.json(),
                    "exits": stop.exits.json(),
                    "beyond": stop.beyond.json(),
                }
                for stop in self.stops
            ],
            "links": [{ends[0]: f"{link.step}:{link.place}", ends[1]: f"{link.step + 1}:{link.onward}", **link.taken.json()} for link in self.links],
        }


@dataclass(frozen=True)
class Wanted:
    """Which paths a list is to show.

    Attributes:
        step: those that have this step, from 1.
        node: of those, the ones with this node there; None: with any.
        then: of those, the ones that go on to this node, or ``"exit"``: that end there; None: either.
    """

    step: int = 1
    node: Node | None = None
    then: Node | Literal["exit"] | None = None


@dataclass(frozen=True)
class PathsBehind:
    """Paths behind a figure: their number, their people, rows of person, start and steps; where the next page begins."""

    total: Crowd
    rows: list[dict[str, Any]]
    next_cursor: int | None


def ask_paths(warehouse: Warehouse, paths: Paths, frame: Frame, *, cancel: Cancel | None = None) -> PathsAnswer:
    """Answer paths.

    Args:
        warehouse: where to ask.
        paths: read by ``read_paths``.
        frame: the moment of asking, its zone, and what counts.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: the definition can't be asked: says what, where and what to write instead.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    plan, sessions, ranks, linked, days = _planned(paths, frame)
    since = int(frame.now_ms - paths.gap_ms)
    still = plan.add("still", ours(f"SELECT DISTINCT e.person, e.t0 FROM {sessions} AS e WHERE e.t >= {since}"))  # noqa: S608 - names and numbers of ours
    # People are counted by making a row of each, once for links and once for nodes: COUNT(DISTINCT) would do it anew for each figure.
    taken = plan.add(
        "taken",
        ours(f"SELECT l.person, l.step, l.place, l.onward, COUNT(*) AS paths FROM {linked} AS l GROUP BY l.person, l.step, l.place, l.onward"),  # noqa: S608 - as above
    )
    ends = "CASE WHEN t.onward IS NULL THEN {} ELSE {} END"
    columns = f"SUM(t.paths) AS paths, SUM({ends.format('t.paths', 0)}) AS exits, MAX({ends.format(1, 0)}) AS ended, MAX({ends.format(0, 1)}) AS went"
    came = plan.add("came", ours(f"SELECT t.person, t.step, t.place, {columns} FROM {taken} AS t GROUP BY t.person, t.step, t.place"))  # noqa: S608 - as above
    opened = f"(SELECT COUNT(*) FROM {STEPS} AS o SEMI JOIN {still} AS s ON s.person = o.person AND s.t0 = o.t0 WHERE o.step = 1)"  # noqa: S608 - as above
    figures = "SUM(c.paths) AS paths, COUNT(*) AS people, SUM(c.exits) AS exits, SUM(c.ended) AS exit_people, SUM(c.went) AS onward_people"
    named = ours(
        f"""SELECT n.*, k.n, k.v FROM (SELECT 1 AS part, c.step, c.place, 0 AS onward, {figures} FROM {came} AS c
        GROUP BY c.step, c.place) AS n LEFT JOIN {ranks} AS k ON k.step = n.step AND k.place = n.place"""  # noqa: S608 - as above
    )
    none = "CAST(NULL AS TEXT) AS n, CAST(NULL AS TEXT) AS v"
    links = ours(
        f"""SELECT 2 AS part, t.step, t.place, t.onward, SUM(t.paths) AS paths, COUNT(*) AS people, 0 AS exits, 0 AS exit_people, 0 AS onward_people,
        {none} FROM {taken} AS t WHERE NOT t.onward IS NULL AND t.step < {paths.steps} GROUP BY t.step, t.place, t.onward"""  # noqa: S608 - as above
    )
    total = ours(
        f"""SELECT 0 AS part, 0 AS step, 0 AS place, 0 AS onward, COALESCE(SUM(c.paths), 0) AS paths, COUNT(DISTINCT c.person) AS people,
        {opened} AS exits, 0 AS exit_people, 0 AS onward_people, {none} FROM {came} AS c WHERE c.step = 1"""  # noqa: S608 - as above
    )
    whole = total.union(named, distinct=False, copy=False).union(links, distinct=False, copy=False)
    # Put in order outside the engine, as for funnels.
    statement = plan.statement(ours("SELECT r.* FROM r"), whole=whole)
    rows = warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist()
    rows.sort(key=lambda row: (row["part"], row["step"], row["place"], row["onward"]))
    stops = tuple(_stop(row, paths) for row in rows if row["part"] == 1)
    found = tuple(Link(int(row["step"]), int(row["place"]), int(row["onward"]), _crowd(row)) for row in rows if row["part"] == 2)
    return PathsAnswer(paths, days, _crowd(rows[0]), int(rows[0]["exits"]), stops, found, statement.sql(dialect="duckdb", pretty=True, copy=False))


def _crowd(row: dict[str, Any]) -> Crowd:
    return Crowd(int(row["paths"]), int(row["people"]))


def _stop(row: dict[str, Any], paths: Paths) -> Stop:
    step, place, exits = int(row["step"]), int(row["place"]), int(row["exits"])
    node = Node(None) if place > paths.top else Node(row["n"], row["v"])
    beyond = Crowd(int(row["paths"]) - exits, int(row["onward_people"])) if step == paths.steps else Crowd(0, 0)
    return Stop(step, place, node, _crowd(row), Crowd(exits, int(row["exit_people"])), beyond)


def paths_behind(
    warehouse: Warehouse, paths: Paths, frame: Frame, wanted: Wanted, *, page: tuple[int, int] = (0, 100), cancel: Cancel | None = None
) -> PathsBehind:
    """Return the paths that a figure stands for, in the order of persons and starts.

    Each row has ``person``, ``t0`` (the start of the session, in ms) and ``steps``: name, value and instant of each step that is shown.

    Args:
        warehouse: where to ask.
        paths: the very definition that was answered.
        frame: the very moment and circumstances of the answer, so that the number is the same.
        wanted: which figure.
        page: how many to pass over, and how many to return.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: a page too large, or a step that is not shown.
    """
    if not 1 <= wanted.step <= paths.steps:
        raise InvalidInput(f"There is no step {wanted.step}.", where="step", fix=f"Steps are 1 to {paths.steps}.")
    if isinstance(wanted.then, Node) and wanted.step == paths.steps:
        raise InvalidInput("What comes after the last step is not shown.", where="step", fix="Write more steps in the definition.")
    skip, want = page
    if skip < 0 or not 0 < want <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} rows.", where="limit")
    plan, _sessions, _ranks, linked, _days = _planned(paths, frame)
    select = ours(f"SELECT l.person, l.t0 FROM {linked} AS l WHERE l.step = {int(wanted.step)}")  # noqa: S608 - names and numbers of ours
    if wanted.node is not None:
        select = select.where(_at(wanted.node, ("l.n", "l.v", "l.place"), paths, plan.params), copy=False)
    if wanted.then == "exit":
        select = select.where(ours_any("l.onward IS NULL"), copy=False)
    elif wanted.then is not None:
        select = select.where(_at(wanted.then, ("l.n2", "l.v2", "l.onward"), paths, plan.params), copy=False)
    listed = plan.add("listed", select)
    shown = plan.add("shown", ours(f"SELECT a.* FROM {listed} AS a ORDER BY a.person, a.t0 LIMIT {int(want)} OFFSET {int(skip)}"))  # noqa: S608 - as above
    told = plan.statement(
        ours(
            f"""SELECT a.person, a.t0, (SELECT COUNT(*) FROM {listed}) AS total, (SELECT COUNT(DISTINCT b.person) FROM {listed} AS b) AS people,
            LIST({{'name': l.n, 'value': l.v, 't': l.t}} ORDER BY l.step) AS steps
            FROM {shown} AS a JOIN {linked} AS l ON l.person = a.person AND l.t0 = a.t0 GROUP BY a.person, a.t0"""  # noqa: S608 - as above
        )
    )
    rows = warehouse.query(told, plan.params.values, cancel=cancel).to_pylist()
    rows.sort(key=lambda row: (row["person"], row["t0"]))
    total = Crowd(int(rows[0]["total"]), int(rows[0]["people"])) if rows else Crowd(0, 0)
    found = [{"person": int(row["person"]), "t0": int(row["t0"]), "steps": row["steps"]} for row in rows]
    return PathsBehind(total, found, skip + want if skip + want < total.paths else None)


def _at(node: Node, columns: tuple[str, str, str], paths: Paths, params: Params) -> exp.Expr:
    name, value, place = columns
    if node.name is None:
        return ours_any(f"{place} > {paths.top}")
    same = ours_any(name).eq(params.bind(node.name))
    return exp.and_(same, ours_any(f"{value} IS NULL") if node.value is None else ours_any(value).eq(params.bind(node.value)))


def read_events(plan: Plan, paths: Paths, extra: Sequence[exp.Expr] = ()) -> exp.Select:
    """Return the events that take part, each with its keys, its node (``n``, ``v``) and whether it is the anchor (``a``).

    Raises:
        InvalidInput: an unknown field, a value that is not of its kind, or a period without two ends.
    """
    frame, params = plan.frame, plan.params
    low, high, _ = days_of(paths.asked.span, (frame.now_ms, frame.zone, frame.week_start), "paths.period")
    ruled = [is_among(group.rows, "paths.group", params) for group in paths.groups]
    name: exp.Expr = exp.func("COALESCE", exp.column("event", "e"), exp.Literal.string(""))
    value = node_value(paths.by, "paths.by", params)
    if paths.by is not None and ruled:
        only = exp.Case()
        for rule in ruled:
            only = only.when(rule.copy(), exp.cast(exp.null(), "TEXT"))
        value = only.else_(value)
    if ruled:
        case = exp.Case()
        for rule, group in zip(ruled, paths.groups, strict=True):
            case = case.when(rule, params.bind(group.name))
        name = case.else_(name)
    anchor = exp.true() if paths.anchor is None else is_among(paths.anchor, "paths.end" if paths.backward else "paths.start", params)
    columns = [exp.column("key_hi", "e"), exp.column("key_lo", "e"), exp.alias_(name, "n"), exp.alias_(value, "v"), exp.alias_(anchor, "a"), *extra]
    select = events(plan, columns, Reach(low - paths.gap_ms, high + BEYOND_MS, paths.asked.where, paths.events, "paths.where"))
    if any(rows.where for rows in paths.events):
        select = select.where(exp.or_(*(is_among(rows, "paths.events", params) for rows in paths.events)), copy=False)
    return select


def _planned(paths: Paths, frame: Frame) -> tuple[Plan, str, str, str, Period]:
    """Return the plan, the parts of the sessions, of the ranks of nodes and of the steps with what comes next, and the civil days of the starts.

    A step's row: ``person``, ``t0``, ``step``, ``t``, ``n``, ``v``, ``place`` (of its node, one more than the top for all others), and ``n2``,
    ``v2``, ``onward`` of the next step, NULL where the path ends.
    """
    frame = replace(frame, internal=paths.asked.internal or frame.internal)
    plan = Plan(frame)
    low, high, days = days_of(paths.asked.span, (frame.now_ms, frame.zone, frame.week_start), "paths.period")
    source = plan.add("ev", read_events(plan, paths))
    if paths.asked.who is not None:
        who = add_condition(plan, paths.asked.who, "paths.who")
        source = plan.add("mine", ours(f"SELECT e.* FROM {source} AS e SEMI JOIN {who} AS w ON w.person = e.person"))  # noqa: S608 - names of ours
    dated = add_sessions(plan, source, SessionRule(paths.gap_ms), ("n",) if paths.by is None else ("n", "v"))
    columns = ", ".join(f"e.{name}" for name in ("person", "t", "t0", "n", "v", "a", "i", "fresh", "again"))  # keys would only be carried along
    sessions = plan.add("sessions", ours(f"SELECT {columns} FROM {dated} AS e WHERE e.t0 >= {low} AND e.t0 < {high}"))  # noqa: S608 - names and numbers of ours
    return plan, sessions, *_stepped(plan, paths, _shown(plan, paths, sessions)), days


def _shown(plan: Plan, paths: Paths, sessions: str) -> str:
    """Add the events of sessions that are steps: none before the first start or after the last end, none that says again what came before."""
    first, last = "NOT e.fresh IS NULL", sessions
    if paths.anchor is not None:
        edge, beyond = ("MAX", "<=") if paths.backward else ("MIN", ">=")
        edges = f"SELECT e.person, e.t0, {edge}(e.i) AS edge FROM {sessions} AS e WHERE e.a GROUP BY e.person, e.t0"  # noqa: S608 - names of ours
        edges = plan.add("edges", ours(edges))
        joined = f"{last} AS e JOIN {edges} AS x ON x.person = e.person AND x.t0 = e.t0 AND e.i {beyond} x.edge"
        last = plan.add("cut", ours(f"SELECT e.*, x.edge FROM {joined}"))  # noqa: S608 - as above
        first = first if paths.backward else "e.i = e.edge"
    if paths.repeats == "one":
        last = plan.add("once", ours(f"SELECT e.* FROM {last} AS e WHERE NOT e.again OR {first}"))  # noqa: S608 - as above
    return last


def _stepped(plan: Plan, paths: Paths, source: str) -> tuple[str, str]:
    """Add the ranks of nodes, and the steps with what comes next; returns their names."""
    way = "PARTITION BY e.person, e.t0 ORDER BY e.i DESC" if paths.backward else "PARTITION BY e.person, e.t0 ORDER BY e.i"
    count = f"ROW_NUMBER() OVER ({way})"
    valued = paths.by is not None
    nexts = f"LEAD(e.n) OVER ({way}) AS n2, {f'LEAD(e.v) OVER ({way})' if valued else 'CAST(NULL AS TEXT)'} AS v2"
    here, there = (" AND k.v IS NOT DISTINCT FROM s.v", " AND o.v IS NOT DISTINCT FROM s.v2") if valued else ("", "")
    steps = plan.add(
        STEPS,
        ours(f"SELECT e.person, e.t0, e.t, e.n, e.v, {count} AS step, {nexts} FROM {source} AS e QUALIFY {count} <= {paths.steps}"),  # noqa: S608 - names and numbers of ours
    )
    sized = plan.add("sized", ours(f"SELECT s.step, s.n, s.v, COUNT(*) AS size FROM {steps} AS s GROUP BY ALL"))  # noqa: S608 - as above
    place = "ROW_NUMBER() OVER (PARTITION BY s.step ORDER BY s.size DESC, s.n, s.v NULLS FIRST)"
    ranks = plan.add("ranks", ours(f"SELECT s.step, s.n, s.v, {place} AS place FROM {sized} AS s QUALIFY {place} <= {paths.top}"))  # noqa: S608 - as above
    other = paths.top + 1
    return ranks, plan.add(
        "linked",
        ours(
            f"""SELECT s.*, COALESCE(k.place, {other}) AS place, CASE WHEN NOT s.n2 IS NULL THEN COALESCE(o.place, {other}) END AS onward
            FROM {steps} AS s LEFT JOIN {ranks} AS k ON k.step = s.step AND k.n = s.n{here}
            LEFT JOIN {ranks} AS o ON o.step = s.step + 1 AND o.n = s.n2{there}"""  # noqa: S608 - as above
        ),
    )
