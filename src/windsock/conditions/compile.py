"""A condition as one statement that gives the persons who meet it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from sqlglot import exp

from windsock.conditions.events import Reach, events
from windsock.conditions.leaves import Found, add_leaf
from windsock.conditions.model.nodes import AllOf, AnyOf, Condition, Counted, Edge, Followed, Leaf, Named, NotThat, Ordered, Trip
from windsock.conditions.plan import Plan, ours, ours_any, person_sql, since, with_person


def add_condition(plan: Plan, condition: Condition, place: str = "condition") -> str:
    """Add the parts of a condition; returns the name of the one with the column ``person``, each person once.

    Everybody is whoever has an event that counts, an order, or an id that names somebody; "not" and "never" are answered among them. Whoever did
    something or ordered is one of them: where that is asked, everybody need not be found first, for which all events would be read.

    Who is in a segment or has a tag is one of them too.

    Raises:
        InvalidInput: an unknown field, or a value that is not of its kind.
    """
    if _of_doers(condition):
        return _doers(plan, condition, place)
    people = add_people(plan)
    test = _test(plan, condition, place, people)
    return plan.add(plan.fresh("who"), ours(f"SELECT p.person FROM {people} AS p").where(test, copy=False))  # noqa: S608 - a name of ours


def _of_doers(condition: Condition) -> bool:
    """Whether all who meet it have done or ordered something that counts, or are said to be something."""
    if isinstance(condition, AllOf):
        return any(_of_doers(part) for part in condition.of)
    if isinstance(condition, AnyOf):
        return all(_of_doers(part) for part in condition.of)
    return isinstance(condition, Followed | Edge | Trip | Named) or (isinstance(condition, Counted | Ordered) and not condition.of_nobody)


def _doers(plan: Plan, condition: Condition, place: str) -> str:
    """Add the part of a condition that only doers meet, each person once."""
    if isinstance(condition, AnyOf):
        parts = [_doers(plan, part, f"{place}.any[{index}]") for index, part in enumerate(condition.of)]
        return plan.add(plan.fresh("who"), ours_any(" UNION ".join(f"SELECT p.person FROM {part} AS p" for part in parts)))  # noqa: S608 - names of ours
    if not isinstance(condition, AllOf):
        return add_leaf(plan, cast("Leaf", condition), place, "").part
    first = next(index for index, part in enumerate(condition.of) if _of_doers(part))
    found = _doers(plan, condition.of[first], f"{place}.all[{first}]")
    tests = [_test(plan, part, f"{place}.all[{index}]", found) for index, part in enumerate(condition.of) if index != first]
    if not tests:
        return found
    return plan.add(plan.fresh("who"), ours(f"SELECT p.person FROM {found} AS p").where(*tests, copy=False))  # noqa: S608 - as above


def condition_statement(plan: Plan, condition: Condition) -> exp.Select:
    """Return a condition as a whole statement, persons in order.

    Raises:
        InvalidInput: as ``add_condition``.
    """
    who = add_condition(plan, condition)
    return plan.statement(ours(f"SELECT w.person FROM {who} AS w ORDER BY w.person"))  # noqa: S608 - a name of ours


def add_people(plan: Plan) -> str:
    """Add the part with everybody, once."""
    if "people" in plan.parts:
        return "people"
    union: exp.Expr | None = None
    for select in _everybody(plan):
        union = select if union is None else exp.Union(this=union, expression=select, distinct=True)
    assert union is not None  # noqa: S101 - there are three
    return plan.add("people", union)


def _everybody(plan: Plan) -> Iterator[exp.Select]:
    frame, params = plan.frame, plan.params
    seen = events(plan, [], Reach())
    yield exp.select("s.person").from_(exp.Subquery(this=seen, alias=exp.TableAlias(this=exp.to_identifier("s"))))
    bought = ours("SELECT 1 FROM orders AS o WHERE NOT o.did IS NULL").select(exp.alias_(person_sql(exp.column("did", "o")), "person"), append=False)
    yield with_person(bought.where(since("o", frame, params)), exp.column("did", "o"), frame, params)
    named = ours(
        """SELECT 1 FROM identity AS i WHERE i.namespace IN ('login', 'member', 'customer', 'email', 'phone', 'unionid', 'document')
        AND NOT STARTS_WITH(i.id, 'erased:')"""
    ).select(exp.alias_(person_sql(exp.column("did", "i")), "person"), append=False)
    yield with_person(named.where(since("i", frame, params)), exp.column("did", "i"), frame, params)


def _test(plan: Plan, condition: Condition, place: str, people: str) -> exp.Expr:
    """Return the condition on ``p.person``."""
    if isinstance(condition, (AllOf, AnyOf)):
        word = "all" if isinstance(condition, AllOf) else "any"
        parts = [_test(plan, part, f"{place}.{word}[{index}]", people) for index, part in enumerate(condition.of)]
        return exp.paren(exp.and_(*parts) if word == "all" else exp.or_(*parts))
    if isinstance(condition, NotThat):
        return exp.Not(this=exp.paren(_test(plan, condition.of, f"{place}.not", people)))
    return _among(add_leaf(plan, condition, place, people))


def _among(found: Found) -> exp.Expr:
    inner = ours_any(f"p.person IN (SELECT l.person FROM {found.part} AS l WHERE NOT l.person IS NULL)")  # noqa: S608 - a name of ours
    return exp.Not(this=inner) if found.outside else inner
