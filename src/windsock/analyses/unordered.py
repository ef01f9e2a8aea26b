"""Funnels whose steps may come in any order, as parts of one statement.

From every event as the start, the events of its window serve as many steps as can be matched to events of their own: all steps of a group less
the largest want among the choices of its kinds (Hall's theorem with a deficit). Of a person's attempts the one with most steps counts, of those
the one that ends first, and of those the one that starts last.
"""

from __future__ import annotations

from sqlglot import exp

from windsock.conditions import Plan, Search, Shape, add_events, in_time, ours, ours_any
from windsock.conditions.model import Chain

_FAR = 1 << 60


def add_unordered(plan: Plan, search: Search, bucket: exp.Expr | None) -> str:
    """Add the parts; returns the name of the last, with the columns of attempts (see ``funnel.add_attempts``).

    Args:
        plan: where the parts are added.
        search: the steps, where they start, and the field of the breakdown.
        bucket: the bucket of a start ``w.t0``, or None for one attempt a person.

    Raises:
        InvalidInput: an unknown field, or a value that is not of its kind.
    """
    shape = Shape(plan.fresh("u"), search.chain, None if search.value is None else search.value[1])
    add_events(plan, search, shape)
    events = _with_end(plan, search, shape)
    starts = _add_starts(plan, search, shape, events, bucket)
    keys = f"{shape.of('b')}, b.bucket"
    ahead = f"OVER (PARTITION BY {keys} ORDER BY e.t RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    near = f"FROM {starts} AS b JOIN {events} AS e ON {shape.same('b', 'e')} AND e.t >= b.t0"
    reach = f"SELECT {keys}, b.deep AS best, e.t, {_matched(search.chain, ahead)} AS deep {near} AND e.t <= b.until"
    ended = ours(f"SELECT {shape.of('b')}, b.bucket, b.best AS deep, MIN(b.t) AS ended FROM ({reach}) AS b WHERE b.deep = b.best GROUP BY ALL")  # noqa: S608 - as above
    ends = plan.add(shape.name("ends"), ended)
    behind = f"OVER (PARTITION BY {keys} ORDER BY e.t RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)"
    within = f"FROM {ends} AS b JOIN {starts} AS s ON {shape.same('b', 's')} AND b.bucket IS NOT DISTINCT FROM s.bucket"
    within += f" JOIN {events} AS e ON {shape.same('b', 'e')} AND e.t BETWEEN s.t0 AND b.ended"
    back = f"SELECT {keys}, b.deep AS best, b.ended, e.t AS t0, {_matched(search.chain, behind)} AS deep {within}"
    whole = ours(f"SELECT {shape.of('w')}, w.bucket, w.best AS deep, w.ended, MAX(w.t0) AS t0 FROM ({back}) AS w")  # noqa: S608 - as above
    whole = whole.where(ours_any(f"w.deep = w.best AND w.t0 < {search.high_ms}"), copy=False)
    if bucket is not None:
        whole = whole.where(exp.EQ(this=bucket.copy(), expression=exp.column("bucket", "w")), copy=False)
    tries = plan.add(shape.name("tries"), whole.group_by("ALL", copy=False))
    return plan.add(shape.name("attempts"), _chosen(shape, tries, events))


def _with_end(plan: Plan, search: Search, shape: Shape) -> str:
    """Add the events of steps, each with the last instant that a window from it could have."""
    window, chain = search.chain.window_ms, search.chain
    some = " OR ".join(f"e.k{kind}" for kind in range(len(chain.kinds)))
    limits, joins = [str(_FAR) if window is None else f"e.t + {window}"], ""
    for index in range(len(chain.breakers)):
        source = shape.name("ev")
        same = plan.add(shape.name("x", index), ours(f"SELECT DISTINCT {shape.of('e')}, e.t FROM {source} AS e WHERE e.x{index} AND {shape.held()}"))  # noqa: S608 - names of ours
        joins += f" ASOF LEFT JOIN {same} AS a{index} ON {shape.same('e', f'a{index}')} AND e.t < a{index}.t"
        limits.append(f"COALESCE(a{index}.t, {_FAR})")
        if chain.hold is not None:
            every = plan.add(shape.name("y", index), ours(f"SELECT DISTINCT e.person, e.t FROM {source} AS e WHERE e.x{index} AND e.h IS NULL"))  # noqa: S608 - as above
            joins += f" ASOF LEFT JOIN {every} AS y{index} ON e.person = y{index}.person AND e.t < y{index}.t"
            limits.append(f"COALESCE(y{index}.t, {_FAR})")
    held = "TRUE" if chain.hold is None else "NOT e.h IS NULL"
    until = limits[0] if len(limits) == 1 else f"LEAST({', '.join(limits)})"
    return plan.add(shape.name("steps"), ours(f"SELECT e.*, {until} AS until FROM {shape.name('ev')} AS e{joins} WHERE ({some}) AND {held}"))  # noqa: S608 - names of ours


def _add_starts(plan: Plan, search: Search, shape: Shape, events: str, bucket: exp.Expr | None) -> str:
    """Add for each person (held value, bucket) the first start from which most steps are done."""
    day = _day(plan, search) if search.chain.window_ms is None else None
    keys = shape.of("e") if day is None else f"{shape.of('e')}, e.day"
    ahead = f"OVER (PARTITION BY {keys} ORDER BY e.t RANGE BETWEEN CURRENT ROW AND (e.until - e.t) FOLLOWING)"
    if day is not None:
        dated = ours(f"SELECT e.* FROM {events} AS e").select(exp.alias_(day, "day"))  # noqa: S608 - a name of ours
        events = plan.add(shape.name("dated"), dated)
    reach = ours(f"SELECT {shape.of('e')}, e.t AS t0, e.until, {_matched(search.chain, ahead)} AS deep FROM {events} AS e")  # noqa: S608 - names of ours
    if day is not None:
        last = ours_any("MAX(e.t) OVER (PARTITION BY e.person, e.day)")
        reach.set(
            "expressions",
            [*reach.expressions[:-2], exp.alias_(exp.Least(this=ours_any("e.until"), expressions=[last]), "until"), reach.expressions[-1]],
        )
    starts = plan.add(shape.name("reach"), reach)
    dated = exp.Null() if bucket is None else bucket.copy()
    inner = ours(f"SELECT w.* FROM {starts} AS w WHERE w.t0 < {search.high_ms}").select(exp.alias_(dated, "bucket"))  # noqa: S608 - names of ours
    order = f"ROW_NUMBER() OVER (PARTITION BY {shape.of('s')}, s.bucket ORDER BY s.deep DESC, s.t0) = 1"
    select = ours(f"SELECT {shape.of('s')}, s.bucket, s.t0, s.until, s.deep FROM s QUALIFY {order}")  # noqa: S608 - names of ours
    select.args["from_"].set("this", exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("s"))))
    return plan.add(shape.name("starts"), select)


def _day(plan: Plan, search: Search) -> exp.Expr:
    """Return the civil day of an event."""
    found = in_time(plan, search, "e.t", "e.t")
    assert isinstance(found, exp.EQ)  # noqa: S101 - so it is for a window of one day
    return found.this


def _matched(chain: Chain, over: str) -> str:
    """Return how many steps the events of a frame can serve, each event one step."""
    parts: list[str] = []
    for group in chain.groups():
        wants = ["0"]
        for kinds in chain.kind_sets(group):
            steps = sum(1 for step in group if chain.kind_of(step) in kinds)
            some = " OR ".join(f"e.k{kind}" for kind in kinds)
            wants.append(f"{steps} - COUNT(*) FILTER (WHERE {some}) {over}")
        parts.append(f"{len(group)} - GREATEST({', '.join(wants)})")
    return " + ".join(parts)


def _chosen(shape: Shape, tries: str, events: str) -> exp.Select:
    """Return one attempt a person (and bucket): the steps done, its ends, and the value at the first event of the breakdown's step."""
    held = "w.h" if shape.chain.hold is not None else "CAST(NULL AS TEXT)"
    value, join = "CAST(NULL AS TEXT)", ""
    if shape.value_at is not None:
        kind = shape.chain.kind_of(shape.value_at)
        join = f" LEFT JOIN {events} AS e ON {shape.same('w', 'e')} AND e.k{kind} AND e.t BETWEEN w.t0 AND w.ended"
        value = "MIN({'t': e.t, 'v': e.v})"
        value = f"({value})['v']"
    best = f"MIN({{'a': -w.deep, 'b': w.ended, 'c': -w.t0, 'd': {held}, 'v': w.v}})"
    times = "".join(f", CAST(NULL AS BIGINT) AS t{step}" for step in range(1, len(shape.chain.steps)))
    inner = f"SELECT {shape.of('w')}, w.bucket, w.deep, w.ended, w.t0, {value} AS v FROM {tries} AS w{join} GROUP BY ALL"  # noqa: S608 - names of ours
    chosen = f"SELECT w.person, w.bucket, {best} AS best FROM ({inner}) AS w GROUP BY w.person, w.bucket"  # noqa: S608 - as above
    return ours(
        f"""SELECT a.person, a.bucket, (CAST(1 AS BIGINT) << CAST(-a.best['a'] AS BIGINT)) - 1 AS mask, CAST(-a.best['a'] AS BIGINT) - 1 AS deep,
        -a.best['c'] AS t0, a.best['b'] AS "end", a.best['d'] AS h{times}, a.best['v'] AS v FROM ({chosen}) AS a"""  # noqa: S608 - as above
    )
