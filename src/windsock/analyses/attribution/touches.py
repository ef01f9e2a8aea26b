"""Conversions and their touches as parts of one statement: one row for each touch of each conversion, from which every figure and list is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from windsock.analyses.attribution.model import Attribution
from windsock.analyses.model.asked import days_of
from windsock.conditions import Frame, Plan, Reach, add_condition, event_field, events, is_among, ours

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
    worth: exp.Expr = exp.Literal.number(0)
    if asked.value is not None:
        worth = exp.func("COALESCE", event_field(asked.value, "attribution.value").number("attribution.value"), exp.Literal.number(0))
    held = exp.null() if asked.same is None else event_field(asked.same, "attribution.same").text()
    columns = [
        exp.column("key_hi", "e"), exp.column("key_lo", "e"),
        exp.alias_(is_among(asked.conversion, "attribution.conversion", params), "c"),
        exp.alias_(is_among(asked.touches, "attribution.touches", params), "k"),
        exp.alias_(event_field(asked.by, "attribution.by").text(), "ch"),
        exp.alias_(exp.cast(worth, _WORTH), "worth"),
        exp.alias_(exp.cast(held, "TEXT"), "h"),
        *extra,
    ]  # fmt: skip
    reach = Reach(low - asked.look_back_ms, high, asked.asked.where, (asked.conversion, asked.touches), "attribution.where")
    return events(plan, columns, reach)


def planned(asked: Attribution, frame: Frame) -> tuple[Plan, Period]:
    """Return a plan with the parts that everything is made of, and the civil days of the conversions.

    ``conv``: ``id``, ``person``, ``t``, its keys, ``worth``, ``h``. ``touch``: ``id``, ``ch``, ``t``, ``i`` (its place, from 1), ``n`` (of so
    many), ``new`` (the first of its value), ``d`` (so many different values), ``chosen`` (the last that is not direct), ``w`` (its share by decay),
    ``worth``. ``idle``: touches that led to no conversion of the period, a way for each person.

    Raises:
        InvalidInput: as ``read_events``.
    """
    plan = Plan(replace(frame, internal=asked.asked.internal or frame.internal))
    low, high, days = days_of(asked.asked.span, (frame.now_ms, frame.zone, frame.week_start), "attribution.period")
    source = plan.add(EVENTS, read_events(plan, asked))
    if asked.asked.who is not None:
        who = add_condition(plan, asked.asked.who, "attribution.who")
        source = plan.add("mine", ours(f"SELECT e.* FROM {source} AS e SEMI JOIN {who} AS w ON w.person = e.person"))  # noqa: S608 - names of ours
    inside = f"e.t >= {int(low)} AND e.t < {int(high)}"
    held = "" if asked.same is None else " AND NOT e.h IS NULL"
    plan.add(
        CONVERSIONS,
        ours(
            f"""SELECT ROW_NUMBER() OVER (ORDER BY e.person, e.t, e.key_hi, e.key_lo) AS id, e.person, e.t, e.key_hi, e.key_lo, e.worth, e.h
            FROM {source} AS e WHERE e.c AND {inside}"""  # noqa: S608 - names and numbers of ours
        ),
    )
    same = "" if asked.same is None else " AND e.h = c.h"
    joined = plan.add(
        "joined",
        ours(
            f"""SELECT c.id, c.t AS at, c.worth, e.person, e.t, e.key_hi, e.key_lo, e.ch FROM {CONVERSIONS} AS c
            JOIN (SELECT e.* FROM {source} AS e WHERE e.k{held}) AS e
            ON e.person = c.person AND e.t <= c.t AND e.t >= c.t - {int(asked.look_back_ms)}{same}
            WHERE NOT (e.key_hi = c.key_hi AND e.key_lo = c.key_lo)"""  # noqa: S608 - as above
        ),
    )
    numbered = plan.add("numbered", _numbered(plan, asked, joined))
    chosen = "COALESCE(MAX(CASE WHEN NOT j.direct THEN j.i END) OVER (PARTITION BY j.id), j.n)"
    plan.add(
        TOUCHES,
        ours(
            f"""SELECT j.*, {chosen} = j.i AS chosen, SUM(CAST(j.new AS INT)) OVER (PARTITION BY j.id) AS d,
            j.pull / SUM(j.pull) OVER (PARTITION BY j.id) AS w FROM {numbered} AS j"""  # noqa: S608 - as above
        ),
    )
    plan.add(
        IDLE,
        ours(
            f"""SELECT e.person, e.t, e.key_hi, e.key_lo, e.ch FROM {source} AS e
            ANTI JOIN {joined} AS j ON j.person = e.person AND j.key_hi = e.key_hi AND j.key_lo = e.key_lo
            WHERE e.k AND {inside} AND NOT e.c"""  # noqa: S608 - as above
        ),
    )
    return plan, days


def _numbered(plan: Plan, asked: Attribution, joined: str) -> exp.Select:
    # Events of one instant stand in the order of their keys: the same whatever order they came in.
    way = "PARTITION BY j.id ORDER BY j.t, j.key_hi, j.key_lo"
    direct: exp.Expr = exp.false()
    if asked.direct:
        among = exp.column("ch", "j").isin(*(plan.params.bind(one) for one in asked.direct))
        direct = exp.func("COALESCE", among, exp.false())
    # The youngest touch pulls with 1: however long a way is, nothing falls below what a number can hold.
    youngest = "MAX(j.t) OVER (PARTITION BY j.id)"
    select = ours(
        f"""SELECT j.*, ROW_NUMBER() OVER ({way}) AS i, COUNT(*) OVER (PARTITION BY j.id) AS n,
        ROW_NUMBER() OVER (PARTITION BY j.id, j.ch ORDER BY j.t, j.key_hi, j.key_lo) = 1 AS new,
        POWER(2.0, CAST(j.t - {youngest} AS DOUBLE) / {int(asked.half_life_ms)}) AS pull FROM {joined} AS j"""  # noqa: S608 - names and numbers of ours
    )
    return select.select(exp.alias_(direct, "direct"), copy=False)
