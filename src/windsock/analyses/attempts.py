"""The attempts of a funnel: one row for each person (bucket, entry) that is counted, from which every figure and every list is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from windsock.analyses.model import Funnel
from windsock.analyses.model.funnel import starts_of
from windsock.analyses.unordered import add_unordered
from windsock.conditions import Frame, Plan, Search, add_chain, in_time, ours
from windsock.metrics import ClockColumn, bucket_sql

if TYPE_CHECKING:
    from windsock.kernel.period import Period

WAYS = "ways"
LOOKED_AT = "looked_at"


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


def add_attempts(plan: Plan, funnel: Funnel, bucket: exp.Expr | None) -> str:
    """Add the attempts; returns the name of the part.

    Its rows: ``person``, ``bucket`` (NULL without one), ``mask`` (bit i: step i was reached), ``deep`` (the last step reached), ``t0``,
    ``"end"`` (its instant), ``h``, ``t1`` ..., ``v``, and ``open`` (the window is not over yet). Of a person's ways the deepest counts, of those the
    one that ends first, of those the one that starts last, of those the least held value; the mask joins all ways that were counted.

    Args:
        plan: where the parts are added.
        funnel: what is asked.
        bucket: the bucket of a start ``w.t0``: each bucket is then answered as if it alone were asked.

    Raises:
        InvalidInput: an unknown field, or a value that is not of its kind.
    """
    search = search_of(funnel, plan.frame)
    if funnel.order == "unordered":
        made = add_unordered(plan, search, bucket)
    else:
        if WAYS not in plan.parts:
            plan.add(WAYS, ours(f"SELECT w.* FROM {add_chain(plan, search)} AS w"))  # noqa: S608 - a name of ours
        made = plan.add(plan.fresh("attempts"), _chosen(plan, funnel, bucket))
    now = plan.params.bind(plan.frame.now_ms)
    still = in_time(plan, search, "a.t0", "a.now")
    whole = ours(f"SELECT b.* FROM {made} AS b").select(exp.alias_(now, "now"))  # noqa: S608 - a name of ours
    dated = plan.add(plan.fresh("dated"), whole)
    return plan.add(plan.fresh("all"), ours(f"SELECT a.* FROM {dated} AS a").select(exp.alias_(still, "open")))  # noqa: S608 - a name of ours


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
