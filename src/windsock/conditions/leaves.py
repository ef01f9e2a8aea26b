"""The leaves of a condition as parts of one statement: each gives the persons that meet it, or those that don't."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

from sqlglot import exp

from windsock.conditions.chain import Search, add_chain
from windsock.conditions.events import Reach, events, tested
from windsock.conditions.fields import Field, event_field, order_field, test_sql
from windsock.conditions.lines import travelling
from windsock.conditions.model.nodes import Counted, Edge, Followed, HasId, Leaf, Named, Ordered, SaidTrait, Trip
from windsock.conditions.model.rows import Bound, Rows
from windsock.conditions.model.spans import Span
from windsock.conditions.named import named_port
from windsock.conditions.plan import Plan, known, ours, ours_any, person_sql, since, with_person
from windsock.metrics import local_day_sql
from windsock.warehouse import condition

_SUMMED = "DECIMAL(38, 6)"


@dataclass(frozen=True)
class Found:
    """A part with the column ``person``; ``outside``: those in it are the ones that do not meet the leaf."""

    part: str
    outside: bool = False


def add_leaf(plan: Plan, leaf: Leaf, place: str, people: str) -> Found:
    """Add the parts of a leaf.

    Args:
        plan: where they are added.
        leaf: what is asked.
        place: where it stands, for errors.
        people: the part with everybody, for what those without a row may meet.

    Raises:
        InvalidInput: an unknown field, or a value that is not of its kind.
    """
    return _add(leaf, plan, place, people)


@singledispatch
def _add(leaf: object, plan: Plan, place: str, people: str) -> Found:
    raise NotImplementedError


def span_of(plan: Plan, span: Span) -> tuple[int | None, int | None]:
    """Return the bounds of a span at the moment of asking."""
    frame = plan.frame
    return span.bounds_ms(frame.now_ms, frame.zone, frame.week_start)


def rows_of(plan: Plan, rows: Rows, span: Span, place: str, columns: list[exp.Expr]) -> exp.Select:
    """Return the events of some rows in a span."""
    low, high = span_of(plan, span)
    return events(plan, columns, Reach(low, high, rows.where, (Rows(rows.events),), f"{place}.where"))


def _met(figure: exp.Expr, bound: Bound, plan: Plan, *, outside: bool) -> exp.Expr:
    test = condition(figure, bound.op, bound.value, plan.params)
    # A test of "other than" holds for a missing figure in filters of rows; a missing figure meets no bound.
    found = exp.and_(exp.Not(this=exp.Is(this=figure.copy(), expression=exp.Null())), exp.paren(test)) if bound.op == "!=" else test
    return exp.Not(this=exp.paren(found)) if outside else found


@_add.register
def _(leaf: Counted, plan: Plan, place: str, people: str) -> Found:
    del people
    if leaf.same is not None or leaf.within_ms is not None:
        return _often(leaf, plan, place)
    columns = [] if leaf.of is None else [exp.alias_(measured(leaf, place), "m")]
    source = plan.add(plan.fresh("e"), rows_of(plan, leaf.rows, leaf.span, place, columns))
    select = exp.select("e.person").from_(exp.to_table(source).as_("e")).group_by(exp.column("person", "e"))
    bound = Bound(leaf.bound.op, leaf.bound.value * 0) if leaf.what == "average" else leaf.bound
    select = select.having(_met(figure_of(leaf, plan), bound, plan, outside=leaf.of_nobody))
    return Found(plan.add(plan.fresh("l"), select), leaf.of_nobody)


def measured(leaf: Counted, place: str) -> exp.Expr:
    """Return what of an event a figure is made of."""
    field = event_field(leaf.of or "", f"{place}.of")
    return field.text() if leaf.what == "distinct" else field.number(f"{place}.of")


def figure_of(leaf: Counted, plan: Plan) -> exp.Expr:
    """Return the aggregate; an average is compared by the sum of what lies above it, which is exact."""
    value = exp.column("m", "e")
    if leaf.what == "days":
        low, high = span_of(plan, leaf.span)
        value = local_day_sql(exp.column("t", "e"), plan.frame.days(low, high), plan.frame.zone)
    if leaf.what in ("days", "distinct"):
        return exp.Count(this=exp.Distinct(expressions=[value]))
    if leaf.what == "times":
        return exp.Count(this=exp.Star())
    if leaf.what in ("min", "max"):
        return exp.Min(this=value) if leaf.what == "min" else exp.Max(this=value)
    if leaf.what == "average":
        return exp.Sum(this=exp.cast(exp.Sub(this=value, expression=exp.cast(plan.params.bind(leaf.bound.value), "DECIMAL(28, 6)")), _SUMMED))
    # Inside the sum: of COALESCE(SUM(x), 0) in such a statement the engine believes that it is 0, and compares nothing.
    return exp.Sum(this=exp.cast(exp.Coalesce(this=value, expressions=[exp.Literal.number(0)]), _SUMMED))


def _often(leaf: Counted, plan: Plan, place: str) -> Found:
    """At least so many times, of one value of a field or within a time."""
    times, keys = int(leaf.bound.value), "e.person" if leaf.same is None else "e.person, e.h"
    columns = [] if leaf.same is None else [exp.alias_(event_field(leaf.same, f"{place}.same").text(), "h")]
    source = plan.add(plan.fresh("e"), rows_of(plan, leaf.rows, leaf.span, place, columns))
    held = "TRUE" if leaf.same is None else "NOT e.h IS NULL"
    if leaf.within_ms is None:
        text = f"SELECT DISTINCT e.person FROM {source} AS e WHERE {held} GROUP BY {keys} HAVING COUNT(*) >= {times}"  # noqa: S608 - names of ours
    else:
        later = f"LEAD(e.t, {times - 1}) OVER (PARTITION BY {keys} ORDER BY e.t)"
        inner = f"SELECT e.person, e.t, {later} AS until FROM {source} AS e WHERE {held}"  # noqa: S608 - names of ours
        text = f"SELECT DISTINCT w.person FROM ({inner}) AS w WHERE NOT w.until IS NULL AND w.until - w.t <= {leaf.within_ms}"  # noqa: S608 - as above
    return Found(plan.add(plan.fresh("l"), ours(text)))


@_add.register
def _(leaf: Followed, plan: Plan, place: str, people: str) -> Found:
    del people
    low, high = span_of(plan, leaf.span)
    ways = add_chain(plan, Search(leaf.chain, low, high, high, place=f"{place}.sequence"), last_only=True)
    return Found(plan.add(plan.fresh("l"), ours(f"SELECT DISTINCT w.person FROM {ways} AS w")))  # noqa: S608 - a name of ours


@_add.register
def _(leaf: Edge, plan: Plan, place: str, people: str) -> Found:
    del people
    tests = [tested(test, f"{place}.is", plan.params) for test in leaf.like]
    like = exp.Coalesce(this=exp.paren(exp.and_(*tests)), expressions=[exp.false()]) if tests else exp.true()
    source = plan.add(plan.fresh("e"), rows_of(plan, leaf.rows, leaf.span, place, [exp.alias_(like, "ok")]))
    edge = "MAX" if leaf.last else "MIN"
    inner = f"SELECT e.person, e.t, e.ok, {edge}(e.t) OVER (PARTITION BY e.person) AS edge FROM {source} AS e"  # noqa: S608 - names of ours
    low, high = span_of(plan, leaf.during)
    when = [*([] if low is None else [f"w.t >= {low}"]), *([] if high is None else [f"w.t < {high}"])]
    text = f"SELECT DISTINCT w.person FROM ({inner}) AS w WHERE {' AND '.join(['w.t = w.edge', 'w.ok', *when])}"  # noqa: S608 - as above
    return Found(plan.add(plan.fresh("l"), ours(text)))


@_add.register
def _(leaf: SaidTrait, plan: Plan, place: str, people: str) -> Found:
    value = add_trait(plan, leaf.test.field)
    test = test_sql(Field(exp.column("value", "v"), "property"), leaf.test, place, plan.params)
    text = f"SELECT p.person FROM {people} AS p LEFT JOIN {value} AS v ON v.person = p.person"  # noqa: S608 - names of ours
    return Found(plan.add(plan.fresh("l"), ours(text).where(test, copy=False)))


def add_trait(plan: Plan, name: str) -> str:
    """Add the part with the columns ``person`` and ``value`` of a trait, as ``identity.model.fold_traits`` says it; returns its name."""
    params = plan.params
    did = exp.column("did", "t")
    source = ours(
        """SELECT t.at_ms AS at, COALESCE(t.op, 'set') AS op, t.value, COALESCE(t.source, '') AS source, COALESCE(i.namespace IN
        ('login', 'member', 'customer', 'email', 'phone', 'unionid', 'document'), FALSE) AS own
        FROM trait AS t LEFT JOIN identity AS i ON i.did = t.did"""
    ).select(exp.alias_(person_sql(did), "person"))
    asked = exp.or_(ours_any("t.op = 'delete'"), exp.EQ(this=exp.column("name", "t"), expression=params.bind(name)))
    source = with_person(source.where(asked, since("t", plan.frame, params)), did, plan.frame, params)
    said = plan.add(plan.fresh("t"), source)
    return plan.add(plan.fresh("t"), ours(_FOLDED.replace("said", said)))


_FOLDED = """
SELECT f.person, CASE WHEN f.appended > 0 THEN NULL WHEN f.raised IS NULL THEN f.base.v
    ELSE REGEXP_REPLACE(CAST(COALESCE(TRY_CAST(f.base.v AS DECIMAL(38, 6)), 0) + f.raised AS TEXT), '\\.?0+$', '') END AS value
FROM (
    SELECT b.person, ANY_VALUE(b.base) AS base,
        SUM(COALESCE(TRY_CAST(b.value AS DECIMAL(28, 6)), 0)) FILTER (WHERE b.op = 'increment' AND b.later) AS raised,
        COUNT(*) FILTER (WHERE b.op = 'append' AND b.later) AS appended
    FROM (
        SELECT a.person, a.op, a.value, a.base, a.base IS NULL OR a.at > a.base.at AS later FROM (
            SELECT l.person, l.op, l.value, l.at, COALESCE(
                MAX({'own': l.own, 'at': l.at, 's': l.source, 'v': l.value}) FILTER (WHERE l.op = 'set') OVER (PARTITION BY l.person),
                MIN({'own': FALSE, 'at': l.at, 's': l.source, 'v': l.value}) FILTER (WHERE l.op = 'set_once') OVER (PARTITION BY l.person)
            ) AS base
            FROM (
                SELECT c.*, MAX(c.at) FILTER (WHERE c.op = 'unset') OVER (PARTITION BY c.person) AS cleared FROM (
                    SELECT d.*, MAX(d.at) FILTER (WHERE d.op = 'delete') OVER (PARTITION BY d.person) AS wiped FROM said AS d
                ) AS c WHERE c.wiped IS NULL OR c.at > c.wiped
            ) AS l WHERE (l.cleared IS NULL OR l.at > l.cleared) AND l.op IN ('set', 'set_once', 'increment', 'append')
        ) AS a
    ) AS b GROUP BY b.person
) AS f
"""
"""What ``identity.model.fold_traits`` says, for everybody at once (tested against it); a list of appended items is no value to compare with."""


@_add.register
def _(leaf: Named, plan: Plan, place: str, people: str) -> Found:
    del people
    if plan.frame.check is not None:
        plan.frame.check(leaf, place)
    part = named_port(leaf.kind, place).add(plan, leaf.name)
    tests: list[exp.Expr] = []
    if leaf.test is not None:
        tests.append(test_sql(Field(exp.column("value", "v"), "property"), leaf.test, place, plan.params))
    if leaf.weight is not None:
        tests.append(_met(exp.column("weight", "v"), leaf.weight, plan, outside=False))
    select = ours(f"SELECT DISTINCT v.person FROM {part} AS v WHERE NOT v.person IS NULL")  # noqa: S608 - a name of ours
    return Found(plan.add(plan.fresh("l"), select.where(*tests, copy=False)))


@_add.register
def _(leaf: HasId, plan: Plan, place: str, people: str) -> Found:
    del place, people
    did = exp.column("did", "i")
    select = exp.select(exp.alias_(person_sql(did), "person")).distinct().from_(exp.to_table("identity").as_("i"))
    named = exp.EQ(this=exp.column("namespace", "i"), expression=plan.params.bind(leaf.namespace))
    select = select.where(named, ours_any("NOT STARTS_WITH(i.id, 'erased:')"), since("i", plan.frame, plan.params))
    return Found(plan.add(plan.fresh("l"), with_person(select, did, plan.frame, plan.params)))


@_add.register
def _(leaf: Ordered, plan: Plan, place: str, people: str) -> Found:
    del people
    params, did = plan.params, exp.column("did", "o")
    clock = exp.column(f"{leaf.clock}_ms", "o")
    select = exp.select(exp.alias_(person_sql(did), "person")).from_(exp.to_table("orders").as_("o"))
    select = select.where(known("o", plan.frame, params), ours_any("NOT o.did IS NULL"), exp.Not(this=exp.Is(this=clock, expression=exp.Null())))
    low, high = span_of(plan, leaf.span)
    if low is not None:
        select = select.where(exp.GTE(this=clock.copy(), expression=params.bind(low)))
    if high is not None:
        select = select.where(exp.LT(this=clock.copy(), expression=params.bind(high)))
    if leaf.currency is not None:
        select = select.where(exp.EQ(this=exp.column("currency", "o"), expression=params.bind(leaf.currency)))
    select = select.where(*[test_sql(order_field(test.field, place), test, f"{place}.where", params) for test in leaf.where])
    select = with_person(select, did, plan.frame, params).group_by(exp.Literal.number(1))
    figure = exp.Count(this=exp.Star()) if leaf.what == "count" else ours_any(f"SUM(CAST(COALESCE(o.booked_amount, 0) AS {_SUMMED}))")
    return Found(plan.add(plan.fresh("l"), select.having(_met(figure, leaf.bound, plan, outside=leaf.of_nobody))), leaf.of_nobody)


@_add.register
def _(leaf: Trip, plan: Plan, place: str, people: str) -> Found:
    del people
    select = travelling(plan, leaf.edge, span_of(plan, leaf.span), leaf.where, f"{place}.where")
    return Found(plan.add(plan.fresh("l"), select))
