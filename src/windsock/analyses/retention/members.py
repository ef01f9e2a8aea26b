"""The members of cohorts as parts of one statement: one row for each person and cohort, from which every figure and every list is made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from windsock.analyses.model.retention import SHRUNK_BY, Retention, starts_of
from windsock.conditions import Frame, Plan, Reach, add_condition, event_field, events, is_among, ours, ours_any
from windsock.kernel.clock import local_date
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import bucket_start
from windsock.metrics import ClockColumn, bucket_sql, local_day_sql

if TYPE_CHECKING:
    import datetime as dt

    from windsock.conditions.model import Rows
    from windsock.kernel.period import Period
    from windsock.warehouse import Cancel, Warehouse

EVENTS, BEGINS, BACKS, MEMBERS, HITS, ALL, TOLD = "ev", "begins", "backs_ev", "members", "hits", "all_members", "told"
_SUMMED = "DECIMAL(38, 6)"
_DAY_MS = 86_400_000


@dataclass(frozen=True)
class Asking:
    """A definition at a moment.

    Attributes:
        asked: the definition.
        frame: the circumstances.
        low_ms, high_ms: the starts, [first instant, first instant after).
        days: their civil days.
        until_ms: the last instant that is looked at: the moment of asking, or that as of which it is asked, whichever came first.
        site_days: of trips: the interval that is given, or the median of all repeat intervals.
    """

    asked: Retention
    frame: Frame
    low_ms: int
    high_ms: int
    days: Period
    until_ms: int
    site_days: int | None = None

    @property
    def today(self) -> dt.date:
        """The civil day of the last instant."""
        return local_date(self.until_ms, self.frame.zone)

    @property
    def read_from_ms(self) -> int | None:
        """From when events are read; None: from the first one."""
        return None if self.asked.starts == "first" or self.asked.interval == "own" else self.low_ms


def asking(warehouse: Warehouse, asked: Retention, frame: Frame, *, cancel: Cancel | None = None) -> Asking:
    """Return a definition at a moment, with the site's interval where trips are counted by it.

    Raises:
        InvalidInput: the period is open or too long, or nobody did it again, so that there is no interval.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    frame = replace(frame, internal=asked.internal or frame.internal)
    low, high, days = starts_of(asked, (frame.now_ms, frame.zone, frame.week_start))
    until = frame.now_ms if frame.as_of_ms is None else min(frame.now_ms, frame.as_of_ms)
    made = Asking(asked, frame, low, high, days, until, asked.interval if isinstance(asked.interval, int) else None)
    if asked.grain != "trip" or made.site_days is not None:
        return made
    plan = Plan(replace(frame, person=None))  # the site's interval is everybody's, also where one person is asked about
    whole = replace(made, frame=plan.frame, asked=replace(asked, interval="own"))
    _add_gaps(plan, _add_begins(plan, whole))
    statement = plan.statement(ours("SELECT QUANTILE_DISC(g.gap, 0.5) AS days FROM gaps AS g"))
    found = warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist()[0]["days"]
    if found is None:
        raise InvalidInput("Nobody did it on two days, so there is no interval.", where="retention.interval", fix="Write interval: 90 days.")
    return replace(made, site_days=int(found))


def add_members(plan: Plan, made: Asking) -> None:
    """Add the parts of the members.

    ``ALL``: ``person``, ``cohort`` (the first date of the bucket), ``t0`` (the first start in it), ``day0`` (its civil day), ``v`` (the least value
    at that instant), ``days`` (the interval of trips), ``ripe`` (how many cells are over), ``mask`` (bit n: returned in cell n) and ``f0`` ... (the
    measure). ``HITS``: the return events by member and cell ``n``. ``TOLD``: of each cohort how many cells are told.

    Raises:
        InvalidInput: an unknown field, or a value that is not of its kind.
    """
    asked = made.asked
    begins = _add_begins(plan, made)
    _add_begun(plan, made, begins)
    plan.add("paced", _paced(plan, made, begins))
    today = f"CAST('{made.today.isoformat()}' AS DATE)"
    ripe = f"LEAST(GREATEST({_cell(asked, 'm', str(made.until_ms), today)}, 0), {asked.cells})"
    plan.add(MEMBERS, ours(f"SELECT m.*, {ripe} AS ripe FROM paced AS m"))  # noqa: S608 - names, numbers and a date of ours
    _add_hits(plan, made, _add_backs(plan, made, begins))
    plan.add(ALL, _marked(asked))
    closed = "TRUE" if made.high_ms <= made.until_ms else f"m.cohort < CAST('{_bucket(made).isoformat()}' AS DATE)"
    plan.add(TOLD, ours(f"SELECT m.cohort, CASE WHEN {closed} THEN MIN(m.ripe) ELSE 0 END AS told FROM {ALL} AS m GROUP BY m.cohort"))  # noqa: S608 - as above


def _bucket(made: Asking) -> dt.date:
    return bucket_start(made.today, made.asked.cohorts, made.frame.week_start)


def add_events(plan: Plan, made: Asking) -> None:
    """Add the events of both kinds with their civil day, held value, name and key, whoever is looked at.

    Raises:
        InvalidInput: an unknown field, or a value that is not of its kind.
    """
    asked, params = made.asked, plan.params
    columns = [exp.alias_(is_among(asked.start, "retention.start", params), "s"), exp.alias_(is_among(asked.back, "retention.return", params), "r")]
    columns += [exp.column(name, "e") for name in ("event", "key_hi", "key_lo")]
    span = (made.read_from_ms, made.until_ms + 1)
    plan.add(EVENTS, _read(plan, made, (asked.start, asked.back), span, [*columns, *_held(asked)]))


def _read(plan: Plan, made: Asking, rows: tuple[Rows, ...], span: tuple[int | None, int], columns: list[exp.Expr]) -> exp.Select:
    """Return the events of some rows with their civil day; of rows only the names are looked at."""
    frame = plan.frame
    day = local_day_sql(exp.column("ts_ms", "e"), frame.days(*span), frame.zone)
    return events(plan, [exp.alias_(day, "day"), *columns], Reach(*span, made.asked.where, rows, "retention.where"))


def _held(asked: Retention) -> list[exp.Expr]:
    return [] if asked.hold is None else [exp.alias_(event_field(asked.hold, "retention.same").text(), "h")]


def _add_begins(plan: Plan, made: Asking) -> str:
    """Add the starts of those who are looked at, with their held value, value and, where they are returns as well, measured field.

    Those after the period count for intervals of trips alone. Returns ``BEGINS``.
    """
    asked = made.asked
    high = made.until_ms + 1 if asked.grain == "trip" or asked.start == asked.back else min(made.until_ms + 1, made.high_ms)
    columns = _held(asked)
    if asked.breakdown is not None:
        columns.append(exp.alias_(event_field(asked.breakdown.field, "retention.breakdown").text(), "v"))
    if asked.start == asked.back:
        columns += _figure(asked)
    select = _read(plan, made, (asked.start,), (made.read_from_ms, high), columns)
    if asked.start.where:
        select = select.where(is_among(asked.start, "retention.start", plan.params, named=True), copy=False)
    if asked.who is not None:
        seen = plan.add("seen", select)
        who = add_condition(plan, asked.who, "retention.who")
        select = ours(f"SELECT e.* FROM {seen} AS e WHERE e.person IN (SELECT w.person FROM {who} AS w)")  # noqa: S608 - names of ours
    return plan.add(BEGINS, select)


def _add_backs(plan: Plan, made: Asking, begins: str) -> str:
    """Add the events by which people return, whoever they are of, with their held value and measured field; return their name.

    None before the period can count, and none after the last cell of who began last. Read apart from starts, as reading twice costs
    less than keeping in between what is read once.
    """
    asked = made.asked
    if asked.start == asked.back:
        return begins
    high = made.until_ms + 1 if (days := _reach_days(asked)) is None else min(made.until_ms + 1, made.high_ms + days * _DAY_MS)
    select = _read(plan, made, (asked.back,), (made.low_ms, high), [*_held(asked), *_figure(asked)])
    if asked.back.where:
        select = select.where(is_among(asked.back, "retention.return", plan.params, named=True), copy=False)
    return plan.add(BACKS, select)


def _reach_days(asked: Retention) -> int | None:
    """Return how many days after the period cells end at the latest; None: not told."""
    if asked.returns != "on" or asked.grain == "trip":
        return None
    if asked.grain == "brackets":
        return max(asked.brackets) + 2
    return asked.cells * {"day": 1, "rolling": 1, "week": 7, "month": 31}[asked.grain] + 2


def _figure(asked: Retention) -> list[exp.Expr]:
    if asked.measure is None or asked.measure.of is None:
        return []
    return [exp.alias_(event_field(asked.measure.of, "retention.measure").number("retention.measure"), "m")]


def _add_begun(plan: Plan, made: Asking, begins: str) -> None:
    """Add who began in the period, by person and cohort: the first start in it, its civil day, and the least value at that instant."""
    asked, frame = made.asked, plan.frame
    held = "" if asked.hold is None else " WHERE NOT e.h IS NULL"
    firsts = f"SELECT e.person, MIN(e.t) AS t0, MIN(e.day) AS day0 FROM {begins} AS e{held} GROUP BY e.person"  # noqa: S608 - names of ours
    if asked.starts == "first":
        plan.add("firsts", ours(firsts))
        if asked.hold is None and asked.breakdown is None:
            cohort = bucket_sql(ClockColumn("f.day0", "date"), asked.cohorts, made.days, frame.zone, frame.week_start)
            inside = f"f.t0 >= {made.low_ms} AND f.t0 < {made.high_ms}"
            found = ours(f"SELECT f.person, f.t0, f.day0, CAST(NULL AS TEXT) AS v FROM firsts AS f WHERE {inside}")  # noqa: S608 - numbers of ours
            plan.add("begun", found.select(exp.alias_(cohort, "cohort"), copy=False))
            return
    join = " JOIN firsts AS f ON f.person = e.person AND f.t0 = e.t" if asked.starts == "first" else ""
    cohort = bucket_sql(ClockColumn("e.day", "date"), asked.cohorts, made.days, frame.zone, frame.week_start)
    inside = f"e.t >= {made.low_ms} AND e.t < {made.high_ms}" + held.replace("WHERE", "AND")
    found = ours(f"SELECT e.* FROM {begins} AS e{join} WHERE {inside}")  # noqa: S608 - names and numbers of ours
    plan.add("starts", found.select(exp.alias_(cohort, "cohort"), copy=False))
    value = "CAST(NULL AS TEXT)" if asked.breakdown is None else "MIN({'t': s.t, 'v': s.v})['v']"
    begun = f"SELECT s.person, s.cohort, MIN(s.t) AS t0, MIN(s.day) AS day0, {value} AS v FROM starts AS s GROUP BY s.person, s.cohort"  # noqa: S608 - names of ours
    plan.add("begun", ours(begun))


def _add_gaps(plan: Plan, begins: str) -> None:
    """Add the days between a person's days with a start, at the later one."""
    plan.add("start_days", ours(f"SELECT DISTINCT e.person, e.day FROM {begins} AS e"))  # noqa: S608 - a name of ours
    before = "LAG(d.day) OVER (PARTITION BY d.person ORDER BY d.day)"
    plan.add("gaps", ours(f"SELECT d.person, d.day, DATE_DIFF('day', {before}, d.day) AS gap FROM start_days AS d"))  # noqa: S608 - names of ours


def _paced(plan: Plan, made: Asking, begins: str) -> exp.Select:
    """Return the members with the length of their interval in days; NULL where cells are not counted by one."""
    days = "CAST(NULL AS BIGINT)" if made.site_days is None else f"CAST({made.site_days} AS BIGINT)"
    if made.asked.interval != "own":
        return ours(f"SELECT m.*, {days} AS days FROM begun AS m")  # noqa: S608 - names and numbers of ours
    _add_gaps(plan, begins)
    plan.add(
        "own",
        ours(
            """SELECT m.person, m.cohort, COUNT(g.gap) AS n, COALESCE(QUANTILE_DISC(g.gap, 0.5), 0) AS middle
            FROM begun AS m LEFT JOIN gaps AS g ON g.person = m.person AND g.day <= m.day0 AND NOT g.gap IS NULL GROUP BY m.person, m.cohort"""
        ),
    )
    weight = f"(o.n + {SHRUNK_BY})"
    own = f"GREATEST(1, (2 * (o.n * o.middle + {SHRUNK_BY} * {made.site_days}) + {weight}) // (2 * {weight}))"
    return ours(f"SELECT m.*, {own} AS days FROM begun AS m JOIN own AS o ON o.person = m.person AND o.cohort = m.cohort")  # noqa: S608 - as above


def _cell(asked: Retention, member: str, t: str, day: str) -> str:
    """Return in which cell a moment lies, as ``model.cell_at``."""
    if asked.grain == "rolling":
        return f"({t} - {member}.t0) // 86400000"
    if asked.grain == "month":
        return f"DATE_DIFF('month', {member}.cohort, {day})"
    if asked.grain in ("day", "week"):
        return f"DATE_DIFF('day', {member}.cohort, {day})" + (" // 7" if asked.grain == "week" else "")
    gone = f"DATE_DIFF('day', {member}.day0, {day})"
    if asked.grain == "trip":
        return f"{gone} // {member}.days"
    whens = " ".join(f"WHEN {gone} < {first} THEN {cell}" for cell, first in enumerate(asked.brackets, -1))
    return f"CASE {whens} ELSE {asked.cells} END"


def _add_hits(plan: Plan, made: Asking, backs: str) -> None:
    """Add the return events of members, each with its cell."""
    asked = made.asked
    source, since, same = MEMBERS, "a.t0", ""
    if asked.hold is not None:
        plan.add("held", ours("SELECT s.person, s.cohort, s.h, MIN(s.t) AS since FROM starts AS s GROUP BY s.person, s.cohort, s.h"))
        joined = f"SELECT m.*, h.h, h.since FROM {MEMBERS} AS m JOIN held AS h ON h.person = m.person AND h.cohort = m.cohort"  # noqa: S608 - names of ours
        source = plan.add("anchors", ours(joined))
        since, same = "a.since", " AND b.h = a.h"
    figure = ", b.m" if asked.measure is not None and asked.measure.of is not None else ""
    cell = _cell(asked, "a", "b.t", "b.day")
    inner = f"SELECT a.person, a.cohort, b.t, b.day{figure}, {cell} AS n FROM {source} AS a JOIN {backs} AS b ON b.person = a.person{same}"  # noqa: S608 - as above
    most = f" AND x.n < {asked.cells}" if asked.returns == "on" else ""
    plan.add(HITS, ours(f"SELECT x.* FROM ({inner} AND b.t >= {since}) AS x WHERE x.n >= 0{most}"))  # noqa: S608 - as above


def _marked(asked: Retention) -> exp.Select:
    """Return the members with their mask and their measure."""
    mask = "BIT_OR(CAST(1 AS BIGINT) << CAST(x.n AS INT))"
    if asked.returns == "on_or_after":
        mask = f"(CAST(2 AS BIGINT) << CAST(LEAST(MAX(x.n), {asked.cells - 1}) AS INT)) - 1"
    columns, taken = "", ""
    if asked.measure is not None:
        what = {"count": "COUNT(*)", "days": "COUNT(DISTINCT x.day)", "sum": f"SUM(CAST(x.m AS {_SUMMED}))"}[asked.measure.what]
        columns = "".join(f", {what} FILTER (WHERE x.n = {cell}) AS f{cell}" for cell in range(asked.cells))
        taken = "".join(f", COALESCE(k.f{cell}, 0) AS f{cell}" for cell in range(asked.cells))
    marks = f"SELECT x.person, x.cohort, {mask} AS mask{columns} FROM {HITS} AS x GROUP BY x.person, x.cohort"  # noqa: S608 - names of ours
    return ours(
        f"""SELECT m.*, COALESCE(k.mask, 0) AS mask{taken} FROM {MEMBERS} AS m
        LEFT JOIN ({marks}) AS k ON k.person = m.person AND k.cohort = m.cohort"""  # noqa: S608 - as above
    )


def returned(cell: int) -> exp.Expr:
    """Return the condition that a member ``m`` returned in a cell."""
    return ours_any(f"(m.mask >> {cell}) & 1 = 1")
