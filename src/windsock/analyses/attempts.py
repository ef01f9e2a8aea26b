"""The attempts of a funnel: one row for each person (bucket, entry) that is counted, from which every figure and every list is made."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlglot import exp

from windsock.analyses.model import Funnel
from windsock.analyses.model.funnel import starts_of
from windsock.analyses.unordered import add_unordered
from windsock.conditions import Frame, Plan, Reach, Search, add_chain, add_condition, event_text, events, in_time, is_among, ours, run_of
from windsock.metrics import ClockColumn, bucket_sql
from windsock.warehouse import Cut

if TYPE_CHECKING:
    from windsock.kernel.period import Period

WAYS = "ways"
_EPOCH = dt.date(1970, 1, 1)
LOOKED_AT = "looked_at"


def begin(funnel: Funnel, frame: Frame, *, follow: bool) -> Plan:
    """Return the plan of a funnel without attempts: with a run, where it has that form and the warehouse can follow it.

    Raises:
        InvalidInput: the definition can't be asked.
    """
    plan = Plan(frame)
    if follow and funnel.order != "unordered":
        among = None if funnel.who is None else Plan(frame)
        asked = None if among is None else (among, _looked_at(among, funnel))
        plan.run = run_of(search_of(funnel, frame), frame, funnel.count, asked)
    if plan.run is None and funnel.who is not None:
        plan.add(LOOKED_AT, _looked_at(plan, funnel))
    return plan


def _looked_at(plan: Plan, funnel: Funnel) -> exp.Select:
    assert funnel.who is not None  # noqa: S101 - the caller looked
    return ours(f"SELECT w.person FROM {add_condition(plan, funnel.who, 'funnel.who')} AS w")  # noqa: S608 - a name of ours


def bucket_of(funnel: Funnel, days: Period, frame: Frame) -> exp.Expr:
    """Return the bucket of a start ``w.t0`` as the first date of it."""
    assert funnel.trend is not None  # noqa: S101 - the caller looked
    return bucket_sql(ClockColumn("w.t0", "ms"), funnel.trend, days, frame.zone, frame.week_start)


def search_of(funnel: Funnel, frame: Frame) -> Search:
    """Return what the funnel's steps look for; where people are asked for, among those of the part ``LOOKED_AT``.

    Raises:
        InvalidInput: the period is open or too long.
    """
    low, high, _ = starts_of(funnel, frame.now_ms, frame.zone, frame.week_start)
    value = None if funnel.breakdown is None else (funnel.breakdown.fields, funnel.breakdown.step)
    return Search(funnel.chain, low, high, None, funnel.where, "funnel.steps", value, None if funnel.who is None else LOOKED_AT)


def add_attempts(plan: Plan, funnel: Funnel, dated: Period | None) -> str:
    """Add the attempts; returns the name of the part.

    Its rows: ``person``, ``bucket`` (NULL without one), ``mask`` (bit i: step i was reached), ``deep`` (the last step reached), ``t0``,
    ``"end"`` (its instant), ``h``, ``t1`` ..., ``v``, and ``open`` (the window is not over yet). Of a person's ways the deepest counts, of those the
    one that ends first, of those the one that starts last, of those the least held value; the mask joins all ways that were counted.

    Args:
        plan: one of ``begin``, where the parts are added.
        funnel: what is asked.
        dated: the civil days of the starts, to answer each bucket of the trend as if it alone were asked; None: all starts together.

    Raises:
        InvalidInput: an unknown field, or a value that is not of its kind.
    """
    search = search_of(funnel, plan.frame)
    bucket = None if dated is None else bucket_of(funnel, dated, plan.frame)
    if plan.run is not None:
        made = _followed(plan, funnel, search, dated)
    elif funnel.order == "unordered":
        made = add_unordered(plan, search, bucket)
    else:
        if WAYS not in plan.parts:
            plan.add(WAYS, ours(f"SELECT w.* FROM {add_chain(plan, search)} AS w"))  # noqa: S608 - a name of ours
        made = plan.add(plan.fresh("attempts"), _chosen(plan, funnel, bucket))
    now = plan.params.bind(plan.frame.now_ms)
    still = in_time(plan, search, "a.t0", "a.now")
    whole = ours(f"SELECT b.* FROM {made} AS b").select(exp.alias_(now, "now"))  # noqa: S608 - a name of ours
    timed = plan.add(plan.fresh("dated"), whole)
    return plan.add(plan.fresh("all"), ours(f"SELECT a.* FROM {timed} AS a").select(exp.alias_(still, "open")))  # noqa: S608 - a name of ours


def _followed(plan: Plan, funnel: Funnel, search: Search, dated: Period | None) -> str:
    """Have the run make the attempts; the value of a breakdown is read beside them, of the step's events at its instant."""
    made = f"stage_{plan.fresh('attempts')}"
    plan.cuts[made] = Cut() if dated is None else _cut(funnel, plan.frame, dated)
    if search.value is None:
        return made
    names, step = search.value
    rows = funnel.chain.steps[step].rows
    columns: list[exp.Expr] = [exp.alias_(event_text(names, "breakdown"), "v")]
    found = events(plan, columns, Reach(search.low_ms, search.latest_ms, funnel.where, (rows,), "funnel.where"))
    source = plan.add(plan.fresh("valued"), found.where(is_among(rows, "funnel.steps", plan.params), copy=False))
    told = ", ".join(f"a.t{other}" for other in range(1, len(funnel.chain.steps)))
    kept = f'a.person, a.bucket, a.mask, a.deep, a.t0, a."end", a.h, {told}'
    joined = f"SELECT {kept}, MIN(e.v) AS v FROM {made} AS a LEFT JOIN {source} AS e ON e.person = a.person AND e.t = a.t{step} GROUP BY ALL"  # noqa: S608 - names of ours
    return plan.add(plan.fresh("attempts"), ours(joined))


def _cut(funnel: Funnel, frame: Frame, days: Period) -> Cut:
    """Return the buckets of the trend by civil day; the same as ``bucket_of``."""
    dates = [days.start + dt.timedelta(days=number) for number in range(days.days)]
    return Cut(tuple((_bucket(date, funnel, frame.week_start) - _EPOCH).days for date in dates), (days.start - _EPOCH).days)


def _bucket(date: dt.date, funnel: Funnel, week_start: int) -> dt.date:
    if funnel.trend == "week":
        return date - dt.timedelta(days=(date.weekday() - week_start) % 7)
    return date.replace(day=1) if funnel.trend == "month" else date


def _chosen(plan: Plan, funnel: Funnel, bucket: exp.Expr | None) -> exp.Select:
    """Return one attempt for each person and bucket, or for each entry."""
    steps = range(1, len(funnel.chain.steps))
    times = "".join(f", 't{step}': w.t{step}" for step in steps)
    best = f"MIN({{'a': -w.deep, 'b': w.\"end\", 'c': -w.t0, 'd': w.h{times}, 'v': w.v}})"
    dated = ours(f"SELECT w.* FROM {WAYS} AS w")  # noqa: S608 - a name of ours
    dated = dated.select(exp.alias_(exp.cast(exp.null(), "DATE") if bucket is None else bucket.copy(), "bucket"))
    ways = plan.add(plan.fresh("dated"), dated)
    keys, join = "w.person, w.bucket", ""
    if funnel.count == "entries":
        keys = "w.person, w.bucket, w.h, w.t0"
    if funnel.count == "first":
        first = plan.add(plan.fresh("first"), ours(f"SELECT w.person, w.bucket, MIN(w.t0) AS t0 FROM {ways} AS w GROUP BY ALL"))  # noqa: S608 - names of ours
        join = f" JOIN {first} AS f ON f.person = w.person AND f.t0 = w.t0 AND f.bucket IS NOT DISTINCT FROM w.bucket"
    mask = "BIT_OR(CAST(1 AS BIGINT) << w.deep)"
    inner = f"SELECT w.person, w.bucket, {mask} AS mask, {best} AS best FROM {ways} AS w{join} GROUP BY {keys}"  # noqa: S608 - names of ours
    told = "".join(f", a.best['t{step}'] AS t{step}" for step in steps)
    return ours(
        f"""SELECT a.person, a.bucket, a.mask, -a.best['a'] AS deep, -a.best['c'] AS t0, a.best['b'] AS "end", a.best['d'] AS h{told},
        a.best['v'] AS v FROM ({inner}) AS a"""  # noqa: S608 - as above
    )
