"""The items of baskets as parts of one statement: a row for each basket and item, from which every count and every list is made."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from windsock.analyses.basket.model import Basket
from windsock.analyses.model.asked import days_of
from windsock.conditions import Frame, Plan, Reach, add_condition, event_field, events, is_among, line_field, lines, ours
from windsock.kernel.period import Period

THINGS = "things"


def plan_things(basket: Basket, frame: Frame) -> tuple[Plan, Period]:
    """Return the plan with the part ``things``, and the civil days.

    Its rows: ``basket`` (text that names it), ``item`` (of several fields the text of a JSON list of field and value), ``person`` (NULL where nobody
    is known; of a basket of several the least), ``t`` (ms), one row for each basket and item, and where a person's items must be near each
    other one for each instant.

    Raises:
        InvalidInput: an unknown field, a value that is not of its kind, or a period without two ends.
    """
    frame = replace(frame, internal=basket.asked.internal or frame.internal)
    plan = Plan(frame)
    low, high, days = days_of(basket.asked.span, (frame.now_ms, frame.zone, frame.week_start), "basket.period")
    reach = Reach(low, high, basket.asked.where, () if basket.rows is None else (basket.rows,), "basket.where")
    source = plan.add("lines", _of_lines(plan, basket, reach) if basket.rows is None else _of_events(plan, basket, reach))
    if basket.asked.who is not None:
        who = add_condition(plan, basket.asked.who, "basket.who")
        source = plan.add("mine", ours(f"SELECT e.* FROM {source} AS e SEMI JOIN {who} AS w ON w.person = e.person"))  # noqa: S608 - names of ours
    if basket.inside == "trip":
        source = _add_trips(plan, source, basket.gap)
    union: exp.Expr | None = None
    for place, name in enumerate(basket.items):
        item = f"e.i{place}" if len(basket.items) == 1 else f"CAST(JSON_ARRAY('{name}', e.i{place}) AS TEXT)"
        one = ours(f"SELECT e.basket, {item} AS item, e.person, e.t FROM {source} AS e WHERE NOT e.basket IS NULL AND NOT e.i{place} IS NULL")  # noqa: S608 - names that are known
        union = one if union is None else exp.Union(this=union, expression=one, distinct=False)
    assert union is not None  # noqa: S101 - a basket has items
    every = plan.add("every", union)
    instant = "e.t" if basket.within_ms is not None else "MIN(e.t) AS t"
    keys = "e.basket, e.item, e.t" if basket.within_ms is not None else "e.basket, e.item"
    plan.add(THINGS, ours(f"SELECT e.basket, e.item, MIN(e.person) AS person, {instant} FROM {every} AS e GROUP BY {keys}"))  # noqa: S608 - names of ours
    return plan, days


def _of_lines(plan: Plan, basket: Basket, reach: Reach) -> exp.Select:
    columns: list[exp.Expr] = [exp.alias_(line_field(name, "basket.items").text(), f"i{place}") for place, name in enumerate(basket.items)]
    columns += [exp.column("arrival_date", "l"), exp.column("departure_date", "l")]
    found = plan.add("booked", lines(plan, columns, reach))
    name = "CAST(e.person AS TEXT)" if basket.inside == "person" else "CAST(e.order_key AS TEXT)"
    return ours(f"SELECT e.*, {name} AS basket FROM {found} AS e")  # noqa: S608 - names of ours


def _of_events(plan: Plan, basket: Basket, reach: Reach) -> exp.Select:
    assert basket.rows is not None  # noqa: S101 - the caller looked
    columns: list[exp.Expr] = [exp.alias_(event_field(name, "basket.items").text(), f"i{place}") for place, name in enumerate(basket.items)]
    if basket.inside != "person":
        columns.append(exp.alias_(event_field(basket.inside, "basket.in").text(), "basket"))
    select = events(plan, columns, reach)
    select = select.where(is_among(basket.rows, "basket.event", plan.params), copy=False) if basket.rows.where else select
    found = plan.add("seen", select)
    name = ", CAST(e.person AS TEXT) AS basket" if basket.inside == "person" else ""
    return ours(f"SELECT e.*{name} FROM {found} AS e")  # noqa: S608 - names of ours


def _add_trips(plan: Plan, source: str, gap: int) -> str:
    """Add the lines of persons with the trip as their basket; what has no dates of its own travels with its order.

    A person's lines stand in the order of their first day; a trip ends where more than ``gap`` days lie between the last day of all that began
    earlier and the next first day. Lines of one first day are taken together, as their order means nothing.
    """
    dated = f"""SELECT e.* EXCLUDE (basket), COALESCE(e.arrival_date, MIN(e.arrival_date) OVER (PARTITION BY e.order_key)) AS starts,
        COALESCE(e.departure_date, e.arrival_date, MAX(COALESCE(e.departure_date, e.arrival_date)) OVER (PARTITION BY e.order_key)) AS ends
        FROM {source} AS e WHERE NOT e.person IS NULL"""  # noqa: S608 - names of ours
    found = plan.add("dated", ours(dated))
    day = "CAST(e.starts - CAST('1970-01-01' AS DATE) AS BIGINT)"
    numbered = plan.add("days_of", ours(f"SELECT e.*, {day} AS day FROM {found} AS e WHERE NOT e.starts IS NULL"))  # noqa: S608 - names of ours
    earlier = "OVER (PARTITION BY e.person ORDER BY e.day RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    after = plan.add("after", ours(f"SELECT e.*, MAX(e.ends) {earlier} AS last FROM {numbered} AS e"))  # noqa: S608 - names of ours
    new = f"CASE WHEN e.starts - e.last <= {int(gap)} THEN 0 ELSE 1 END"
    until = "OVER (PARTITION BY e.person ORDER BY e.day RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    counted = plan.add("trip_of", ours(f"SELECT e.*, SUM({new}) {until} AS trip FROM {after} AS e"))  # noqa: S608 - names of ours
    first = "MIN(e.starts) OVER (PARTITION BY e.person, e.trip)"
    return plan.add("trips", ours(f"SELECT e.*, CAST(e.person AS TEXT) || ':' || CAST({first} AS TEXT) AS basket FROM {counted} AS e"))  # noqa: S608 - as above
