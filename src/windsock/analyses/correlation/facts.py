"""The facts of attempts as parts of one statement: a row for each attempt and fact, from which every count and every list is made."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from windsock.analyses.attempts import search_of
from windsock.analyses.correlation.model import Between, Correlation
from windsock.analyses.funnel import planned
from windsock.conditions import Frame, Plan, Reach, Search, add_trait, event_field, event_text, events, in_time, is_among, ours, ours_any
from windsock.kernel.period import Period

BASE, FACTS = "base", "facts"
_KEYS = "b.person, b.h, b.t0, b.yes"


def plan_facts(correlation: Correlation, frame: Frame) -> tuple[Plan, Period]:
    """Return the plan with two parts, and the civil days of the starts.

    ``base`` has a row for each attempt that reached the first step: ``person``, ``h`` (the held value), ``t0`` (its start), ``from_ms``, ``to_ms``,
    ``yes`` (it reached the last step). ``facts`` has one for each of these and each fact: their keys, ``kind`` (its place in
    ``correlation.kinds``), ``value``, and ``at``, the first instant at which it was so (NULL of traits).

    Raises:
        InvalidInput: an unknown field, a value that is not of its kind, or a period without two ends.
    """
    frame = replace(frame, internal=correlation.funnel.internal or frame.internal)
    plan, attempts, days = planned(correlation.funnel, frame)
    start = "a.t0" if correlation.first == 0 else f"a.t{correlation.first}"
    plan.add(
        BASE,
        ours(
            f"SELECT a.person, a.h, a.t0, {start} AS from_ms, a.t{correlation.last} AS to_ms, a.deep >= {correlation.last} AS yes "  # noqa: S608 - names of ours
            f"FROM {attempts} AS a WHERE a.deep >= {correlation.first}"
        ),
    )
    search = search_of(correlation.funnel, frame)
    found = [*_at(plan, correlation, search), *_traits(plan, correlation), *_between(plan, correlation, search)]
    union: exp.Expr | None = None
    for text in found:
        union = ours(text) if union is None else exp.Union(this=union, expression=ours(text), distinct=False)
    assert union is not None  # noqa: S101 - a correlation has kinds
    every = plan.add("every", union)
    keys = "f.person, f.h, f.t0, f.yes, f.kind, f.value"
    plan.add(FACTS, ours(f"SELECT {keys}, MIN(f.at) AS at FROM {every} AS f WHERE NOT f.value IS NULL GROUP BY {keys}"))  # noqa: S608 - names of ours
    return plan, days


def _held(correlation: Correlation) -> list[exp.Expr]:
    hold = correlation.funnel.chain.hold
    return [] if hold is None else [exp.alias_(event_field(hold, "correlation.funnel.same").text(), "h")]


def _at(plan: Plan, correlation: Correlation, search: Search) -> list[str]:
    """Return SELECTs of the values that the step's events have at its instant."""
    if not correlation.at:
        return []
    rows = correlation.funnel.chain.steps[correlation.first].rows
    columns = [exp.alias_(event_text(names, "correlation.at"), f"f{place}") for place, names in enumerate(correlation.at)]
    columns += _held(correlation)
    reach = Reach(search.low_ms, search.latest_ms, correlation.funnel.where, (rows,), "correlation.funnel.where")
    select = events(plan, columns, reach).where(is_among(rows, "correlation.funnel.steps", plan.params), copy=False)
    source = plan.add("at_step", select)
    same = " AND e.h = b.h" if correlation.funnel.chain.hold is not None else ""
    values = ", ".join(f"e.f{place}" for place in range(len(correlation.at)))
    text = f"SELECT {_KEYS}, e.t, {values} FROM {BASE} AS b JOIN {source} AS e ON e.person = b.person AND e.t = b.from_ms{same}"  # noqa: S608 - names of ours
    joined = plan.add("at_attempt", ours(text))
    return [f"SELECT {_KEYS}, {place} AS kind, b.f{place} AS value, b.t AS at FROM {joined} AS b" for place in range(len(correlation.at))]  # noqa: S608 - as above


def _traits(plan: Plan, correlation: Correlation) -> list[str]:
    found: list[str] = []
    for place, name in enumerate(correlation.traits, len(correlation.at)):
        trait = add_trait(plan, name)
        columns = f"{_KEYS}, {place} AS kind, v.value, CAST(NULL AS BIGINT) AS at"
        found.append(f"SELECT {columns} FROM {BASE} AS b JOIN {trait} AS v ON v.person = b.person")  # noqa: S608 - names of ours
    return found


def _between(plan: Plan, correlation: Correlation, search: Search) -> list[str]:
    """Return SELECTs of the events after the first step: of who went on before the last one, of all others until their window is over."""
    between, chain = correlation.between, correlation.funnel.chain
    if between is None:
        return []
    columns: list[exp.Expr] = [exp.alias_(exp.column("event", "e"), "name")]
    columns += [exp.alias_(event_field(name, "correlation.between.fields").text(), f"f{place}") for place, name in enumerate(between.fields)]
    columns += _held(correlation)
    reach = Reach(search.low_ms, search.latest_ms, correlation.funnel.where, (between.rows,), "correlation.funnel.where")
    select = events(plan, columns, reach)
    if between.rows.where:
        select = select.where(is_among(between.rows, "correlation.between", plan.params), copy=False)
    own = sorted({name for rows in (*chain.kinds, *(one.rows for one in chain.exclusions)) for name in rows.events})
    if own:  # what makes or breaks a step tells nothing new
        among = exp.In(this=exp.column("event", "e"), expressions=[plan.params.bind(name) for name in own])
        select = select.where(exp.Not(this=among), copy=False)
    source = plan.add("after_step", select)
    named = ", ".join(f"e.{name}" for name in ("name", *(f"f{place}" for place in range(len(between.fields)))))
    text = f"SELECT {_KEYS}, e.t, {named} FROM {BASE} AS b JOIN {source} AS e ON {_near(correlation, between)}"  # noqa: S608 - names of ours
    inside = exp.Case().when(ours_any("b.yes"), ours_any("e.t < b.to_ms")).else_(in_time(plan, search, "b.t0", "e.t"))
    joined = plan.add("after_attempt", ours(text).where(inside, copy=False))
    first = len(correlation.at) + len(correlation.traits)
    found = [f"SELECT {_KEYS}, {first} AS kind, b.name AS value, b.t AS at FROM {joined} AS b"]  # noqa: S608 - names of ours
    for place in range(len(between.fields)):
        both = f"CASE WHEN NOT b.f{place} IS NULL THEN CAST(JSON_ARRAY(b.name, b.f{place}) AS TEXT) END"
        found.append(f"SELECT {_KEYS}, {first + 1 + place} AS kind, {both} AS value, b.t AS at FROM {joined} AS b")  # noqa: S608 - names of ours
    return found


def _near(correlation: Correlation, between: Between) -> str:
    held = " AND (e.h = b.h OR e.h IS NULL)" if correlation.funnel.chain.hold is not None else ""
    within = "" if between.within_ms is None else f" AND e.t - b.from_ms <= {between.within_ms}"
    return f"e.person = b.person AND e.t > b.from_ms{within}{held}"
