"""Conversions and their touches as parts of one statement: one row for each touch of each conversion, from which every figure and list is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from windsock.analyses.attribution.model import Attribution
from windsock.analyses.model.asked import days_of
from windsock.conditions import Frame, Plan, Reach, add_condition, event_field, events, is_among, ours
from windsock.conditions.model import Rows

if TYPE_CHECKING:
    from windsock.kernel.period import Period

EVENTS, CONVERSIONS, TOUCHES, IDLE = "ev", "conv", "touch", "idle"
_WORTH = "DECIMAL(38, 6)"


def read_events(plan: Plan, asked: Attribution, extra: Sequence[exp.Expr] = ()) -> exp.Select:
    """Return the events that take part: whether each converts (``c``) or touches (``k``), the value that is credited (``ch``), worth, held value.

    Raises:
        InvalidInput: an unknown field, a value that is not of its kind, or a period without two ends.
    """
    frame, params = plan.frame, plan.params
    low, high, _ = days_of(asked.asked.span, (frame.now_ms, frame.zone, frame.week_start), "attribution.period")
    kinds = ((asked.conversion, "attribution.conversion", "c"), (asked.touches, "attribution.touches", "k"))
    tests = [exp.alias_(is_among(rows, place, params), name) for rows, place, name in kinds]
    columns = [*_keys(), *tests, _credited(asked), _worth(asked), _held(asked), *extra]
    reach = Reach(low - asked.look_back_ms, high, asked.asked.where, (asked.conversion, asked.touches), "attribution.where")
    return events(plan, columns, reach)


def planned(asked: Attribution, frame: Frame) -> tuple[Plan, Period]:
    """Return a plan with the parts that everything is made of, and the civil days of the conversions.

    ``conv``: ``id``, ``person``, ``t``, its keys, ``worth``, ``h``. ``touch``: ``id``, ``ch``, ``t``, its keys, ``i`` (its place, from 1), ``n``
    (of so many), ``chosen`` (the last that is not direct), ``pull`` (by decay: of the youngest touch 1), ``worth``. ``idle``: touches that led to
    no conversion of the period, a way for each person.

    Raises:
        InvalidInput: as ``read_events``.
    """
    plan = Plan(replace(frame, internal=asked.asked.internal or frame.internal))
    low, high, days = days_of(asked.asked.span, (frame.now_ms, frame.zone, frame.week_start), "attribution.period")
    who = None if asked.asked.who is None else add_condition(plan, asked.asked.who, "attribution.who")
    among = "" if who is None else f" SEMI JOIN {who} AS w ON w.person = e.person"
    source = plan.add(EVENTS, _conversions(plan, asked, (low, high)))
    plan.add(
        CONVERSIONS,
        ours(
            f"""SELECT ROW_NUMBER() OVER (ORDER BY e.person, e.t, e.key_hi, e.key_lo) AS id, e.person, e.t, e.key_hi, e.key_lo, e.worth, e.h
            FROM {source} AS e{among}"""  # noqa: S608 - names of ours
        ),
    )
    # Most people never convert: their touches are read on their own and joined with nothing, all idle as they are.
    read = plan.add("read", _touches(plan, asked, (low - asked.look_back_ms, high)))
    # Joined, and not by SEMI or ANTI: of those the engine may keep all touches in memory and look up the few people in them.
    some = plan.add("some", ours(f"SELECT c.person FROM {CONVERSIONS} AS c GROUP BY c.person"))  # noqa: S608 - as above
    near = plan.add("near", ours(f"SELECT e.* FROM {read} AS e JOIN {some} AS p ON p.person = e.person"))  # noqa: S608 - as above
    shared = asked.conversion.may_share(asked.touches)
    same = "" if asked.same is None else " AND e.h = c.h"
    itself = "" if not shared else "WHERE NOT (e.key_hi = c.key_hi AND e.key_lo = c.key_lo)"
    worth = "" if asked.value is None else ", c.worth"
    joined = plan.add(
        "joined",
        ours(
            f"""SELECT c.id{worth}, e.t, e.key_hi, e.key_lo, e.ch FROM {CONVERSIONS} AS c
            JOIN {near} AS e ON e.person = c.person AND e.t <= c.t AND e.t >= c.t - {int(asked.look_back_ms)}{same} {itself}"""  # noqa: S608 - names and numbers of ours
        ),
    )
    plan.add(TOUCHES, _numbered(plan, asked, joined))
    rest = plan.add("rest", _touches(plan, asked, (low, high)))
    if among:
        rest = plan.add("others", ours(f"SELECT e.* FROM {rest} AS e{among}"))  # noqa: S608 - as above
    only = "NOT e.c" if shared else "TRUE"
    columns = "e.person, e.t, e.key_hi, e.key_lo, e.ch"
    plan.add(
        IDLE,
        ours(
            f"""SELECT e.* FROM (SELECT {columns} FROM {rest} AS e LEFT JOIN {some} AS p ON p.person = e.person
            WHERE p.person IS NULL AND {only} UNION ALL
            SELECT {columns} FROM {near} AS e ANTI JOIN {joined} AS j ON j.key_hi = e.key_hi AND j.key_lo = e.key_lo
            WHERE e.t >= {int(low)} AND {only}) AS e"""  # noqa: S608 - names and numbers of ours
        ),
    )
    return plan, days


def _conversions(plan: Plan, asked: Attribution, bounds: tuple[int, int]) -> exp.Select:
    reach = Reach(*bounds, asked.asked.where, (asked.conversion,), "attribution.where")
    select = events(plan, [*_keys(), _worth(asked), _held(asked)], reach)
    return _only(select, asked.conversion, "attribution.conversion", plan)


def _touches(plan: Plan, asked: Attribution, bounds: tuple[int, int]) -> exp.Select:
    reach = Reach(*bounds, asked.asked.where, (asked.touches,), "attribution.where")
    columns = [*_keys(), _credited(asked), *([] if asked.same is None else [_held(asked)])]
    if asked.conversion.may_share(asked.touches):
        columns.append(exp.alias_(is_among(asked.conversion, "attribution.conversion", plan.params), "c"))
    return _only(events(plan, columns, reach), asked.touches, "attribution.touches", plan)


def _only(select: exp.Select, rows: Rows, place: str, plan: Plan) -> exp.Select:
    return select.where(is_among(rows, place, plan.params), copy=False) if rows.where else select


def _keys() -> list[exp.Expr]:
    return [exp.column("key_hi", "e"), exp.column("key_lo", "e")]


def _credited(asked: Attribution) -> exp.Expr:
    return exp.alias_(event_field(asked.by, "attribution.by").text(), "ch")


def _worth(asked: Attribution) -> exp.Expr:
    worth: exp.Expr = exp.Literal.number(0)
    if asked.value is not None:
        worth = exp.func("COALESCE", event_field(asked.value, "attribution.value").number("attribution.value"), exp.Literal.number(0))
    return exp.alias_(exp.cast(worth, _WORTH), "worth")


def _held(asked: Attribution) -> exp.Expr:
    held = exp.null() if asked.same is None else event_field(asked.same, "attribution.same").text()
    return exp.alias_(exp.cast(held, "TEXT"), "h")


def _numbered(plan: Plan, asked: Attribution, joined: str) -> exp.Select:
    # Events of one instant stand in the order of their keys: the same whatever order they came in. One sort serves all windows.
    way = "PARTITION BY j.id ORDER BY j.t, j.key_hi, j.key_lo"
    rows = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
    worth = f"CAST(0 AS {_WORTH}) AS worth" if asked.value is None else "j.worth"
    columns = f"j.id, {worth}, j.t, j.key_hi, j.key_lo, j.ch, ROW_NUMBER() OVER ({way}) AS i, COUNT(*) OVER ({way} {rows}) AS n"
    columns += f", LEAD(j.ch) OVER ({way}) AS onto, MAX(j.t) OVER ({way} {rows}) AS youngest"
    chosen = "e.i = e.n"
    if asked.direct:
        among = exp.column("ch", "j").isin(*(plan.params.bind(one) for one in asked.direct))
        marked = ours(f"SELECT j.* FROM {joined} AS j").select(exp.alias_(exp.func("COALESCE", among, exp.false()), "direct"), copy=False)  # noqa: S608 - names of ours
        joined = plan.add("marked", marked)
        count = "COUNT(CASE WHEN NOT j.direct THEN 1 END) OVER"
        columns += f", j.direct, {count} ({way} ROWS UNBOUNDED PRECEDING) AS so_far, {count} ({way} {rows}) AS in_all"
        chosen = "CASE WHEN e.in_all = 0 THEN e.i = e.n ELSE NOT e.direct AND e.so_far = e.in_all END"
    numbered = plan.add("numbered", ours(f"SELECT {columns} FROM {joined} AS j"))  # noqa: S608 - names of ours
    # The youngest touch pulls with 1: however long a way is, nothing falls below what a number can hold.
    pull = f"POWER(2.0, CAST(e.t - e.youngest AS DOUBLE) / {int(asked.half_life_ms)})"
    shown = "e.id, e.worth, e.t, e.key_hi, e.key_lo, e.ch, e.onto, e.i, e.n"
    return ours(f"SELECT {shown}, {chosen} AS chosen, {pull} AS pull FROM {numbered} AS e")  # noqa: S608 - names and numbers of ours
