"""The people of a board of growth: who is in which stage, since when, with how much money, from one statement."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlglot import exp

from windsock.analyses.aarrr.model import Board
from windsock.analyses.earlier import earlier
from windsock.analyses.model.asked import days_of
from windsock.analyses.money import SUMMED, MoneyFrame, add_money, asked_money
from windsock.conditions import Frame, Plan, Reach, add_condition, event_text, events, is_among, ours, ours_any
from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.kernel.period import Period
from windsock.metrics import local_day_sql

FLAGS = ("q", "a", "r", "m", "f")
"""The columns of the stages: acquired, activated, returned, paid (money), referred."""


@dataclass(frozen=True)
class Asking:
    """A board with its period; ``until`` is its last civil day that has begun."""

    board: Board
    around: MoneyFrame
    days: Period
    bounds: tuple[int, int]

    @property
    def frame(self) -> Frame:
        """The circumstances of any question."""
        return self.around.frame

    @property
    def until(self) -> dt.date:
        """The last civil day of which something can have been counted."""
        return max(self.days.start, min(self.days.end, local_date(self.bounds[1] - 1, self.frame.zone)))


def asking(board: Board, around: MoneyFrame, *, before: bool = False) -> Asking:
    """Return a board with its bounds, or those of the earlier period.

    Raises:
        InvalidInput: the period is open or too long.
    """
    frame = replace(around.frame, internal=board.asked.internal or around.frame.internal)
    low, high, days = days_of(board.asked.span, (frame.now_ms, frame.zone, frame.week_start), "aarrr.period")
    high = min(high, frame.now_ms + 1)
    if before:
        days, (low, high) = earlier(days, high, board.compare, frame.zone)
    return Asking(board, replace(around, frame=frame), days, (low, high))


def read_rows_of(plan: Plan, made: Asking) -> exp.Select:
    """Return the events of the stages, in the period and until the last return counts: among which (``q``, ``a``, ``r``, ``f``), day and value.

    Raises:
        InvalidInput: an unknown field, or a value that is not of its kind.
    """
    board, frame = made.board, plan.frame
    after = start_of_day_ms(made.days.end + dt.timedelta(days=board.days + 1), frame.zone)
    reach = Reach(made.bounds[0], min(after, frame.now_ms + 1), board.asked.where, board.rows, "aarrr.where")
    kinds = {"q": ("acquisition", board.acquired), "a": ("activation", board.activated), "r": ("retention", board.returned)}
    kinds["f"] = ("referral", board.referred)
    columns: list[exp.Expr] = [exp.alias_(is_among(rows, f"aarrr.stages.{stage}", plan.params), name) for name, (stage, rows) in kinds.items()]
    day = local_day_sql(exp.column("ts_ms", "e"), frame.days(reach.low_ms, reach.high_ms), frame.zone)
    none = exp.cast(exp.null(), "TEXT")
    value = none if board.breakdown is None else event_text(board.breakdown.fields, "aarrr.breakdown")
    columns += [exp.alias_(day, "day"), exp.alias_(value, "v"), *(exp.column(name, "e") for name in ("event", "key_hi", "key_lo"))]
    return events(plan, columns, reach)


def planned(made: Asking) -> Plan:
    """Return the plan with the part ``board``, a row for each person of any stage, and ``spent``, their money of the period.

    ``board``: ``person``; ``q``, ``a``, ``r``, ``m``, ``f`` (whether in the stage) and the first day of each (``dq`` ...); ``back`` (the day of the
    return); ``open`` (may still return); ``v`` (the value); ``orders``, ``amount``. ``spent``: ``person``, ``ref``, ``amount``, ``buys``, ``goods``,
    ``place``, ``lost``.

    Raises:
        InvalidInput: as ``ask_board``.
    """
    board, plan = made.board, Plan(made.frame)
    low, high = made.bounds
    source = plan.add("ev", read_rows_of(plan, made))
    who = None if board.asked.who is None else add_condition(plan, board.asked.who, "aarrr.who")
    if who is not None:
        source = plan.add("mine", ours(f"SELECT e.* FROM {source} AS e SEMI JOIN {who} AS w ON w.person = e.person"))  # noqa: S608 - names of ours
    first = events(plan, [], Reach(None, high, board.asked.where, (board.acquired,), "aarrr.where"))
    plan.add("acquired", first.where(is_among(board.acquired, "aarrr.stages.acquisition", plan.params), copy=False))
    plan.add("firsts", ours("SELECT e.person, MIN(e.t) AS t FROM acquired AS e GROUP BY e.person"))
    inside = f"e.t < {high}"
    days = ", ".join(f"MIN(CASE WHEN e.{name} AND {inside} THEN e.day END) AS d{name}" for name in ("q", "a", "r", "f"))
    value = f"MIN(CASE WHEN (e.q OR e.r) AND {inside} THEN {{'t': e.t, 'hi': e.key_hi, 'lo': e.key_lo, 'v': e.v}} END)['v'] AS v"
    seen = f"SELECT e.person, {days}, {value} FROM {source} AS e GROUP BY e.person HAVING BOOL_OR({inside})"  # noqa: S608 - names and numbers of ours
    plan.add("seen", ours(seen))
    again = f"e.r AND e.day > s.dr AND e.day <= s.dr + {board.days}"
    joined = f"{source} AS e JOIN seen AS s ON s.person = e.person"
    plan.add("backs", ours(f"SELECT e.person, MIN(e.day) AS back FROM {joined} WHERE {again} GROUP BY e.person"))  # noqa: S608 - as above
    _add_spent(plan, made, who)
    today = plan.params.bind(local_date(made.frame.now_ms, made.frame.zone))
    may = ours_any(f"b.back IS NULL AND NOT s.dr IS NULL AND s.dr + {board.days} >= 0")
    may.find(exp.GTE).set("expression", today)  # pyright: ignore[reportOptionalMemberAccess]
    told = ours(
        f"""SELECT p.person, NOT s.dq IS NULL AND f.t >= {low} AS q, NOT s.da IS NULL AS a, NOT b.back IS NULL AS r, COALESCE(x.orders, 0) > 0 AS m,
        NOT s.df IS NULL AS f, s.dq, s.da, s.dr, x.dm, s.df, b.back, s.v, COALESCE(x.orders, 0) AS orders, COALESCE(x.amount, 0) AS amount
        FROM (SELECT s.person FROM seen AS s UNION SELECT x.person FROM paid AS x) AS p LEFT JOIN seen AS s ON s.person = p.person
        LEFT JOIN firsts AS f ON f.person = p.person LEFT JOIN backs AS b ON b.person = p.person
        LEFT JOIN paid AS x ON x.person = p.person"""  # noqa: S608 - numbers of ours
    ).select(exp.alias_(exp.paren(may), "open"), copy=False)
    plan.add("board", told)
    return plan


def _add_spent(plan: Plan, made: Asking, who: str | None) -> None:
    board = made.board
    add_money(plan, asked_money(plan, board.money, made.around.home), "aarrr.stages.revenue")
    spent = ours("SELECT m.* FROM money AS m WHERE NOT m.person IS NULL")
    first, last = ours_any("m.day >= 0"), ours_any("m.day <= 0")
    first.set("expression", plan.params.bind(made.days.start))
    last.set("expression", plan.params.bind(made.until))
    spent = spent.where(first, last, copy=False)
    if who is not None:
        spent = spent.where(ours_any(f"m.person IN (SELECT w.person FROM {who} AS w)"), copy=False)  # noqa: S608 - a name of ours
    plan.add("within", spent)
    # A refund of an earlier order is no purchase: money counts of those who bought in the period, and all of theirs.
    bought = "MIN(m.day) FILTER (WHERE m.buys) AS dm, COUNT(DISTINCT m.ref) FILTER (WHERE m.buys) AS orders"
    plan.add(
        "paid",
        ours(f"SELECT m.person, {bought}, SUM(CAST(m.amount AS {SUMMED})) AS amount FROM within AS m GROUP BY m.person HAVING BOOL_OR(m.buys)"),  # noqa: S608 - constants of ours
    )
    plan.add("spent", ours("SELECT m.* FROM within AS m SEMI JOIN paid AS x ON x.person = m.person"))
