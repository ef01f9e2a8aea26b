"""Who may be answered otherwise because time alone has passed.

A leaf's answer for a person depends on the rows within its span. When the moment of asking goes from one instant to another, the rows that come in
or fall out are those between the old and the new bounds: only persons with such a row can be judged otherwise. Spans of dates never move.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from sqlglot import exp

from windsock.conditions import Frame, Plan, Reach, events, ours, travelling
from windsock.conditions.model import Condition, Counted, Edge, Followed, Ordered, Rows, Span, Trip, leaves_of

Where = Literal["event", "booked", "paid", "cancelled", "travelled", "departs", "returns"]
Shift = tuple[Where, tuple[str, ...], int, int]


def shifts(condition: Condition, then: Frame, now: Frame) -> list[Shift]:
    """Return what came in or fell out between two moments: on which clock, of which events, from an instant until before another."""
    found: set[Shift] = set()
    for leaf in leaves_of(condition):
        if isinstance(leaf, (Counted, Edge)):
            spans = (leaf.span,) if isinstance(leaf, Counted) else (leaf.span, leaf.during)
            found |= {("event", leaf.rows.events, *ends) for span in spans for ends in _ends(span, then, now)}
        elif isinstance(leaf, Followed):
            found |= {("event", (), *ends) for ends in _ends(leaf.span, then, now)}
        elif isinstance(leaf, Ordered):
            found |= {(leaf.clock, (), *ends) for ends in _ends(leaf.span, then, now)}
        elif isinstance(leaf, Trip):
            found |= {(leaf.edge, (), *ends) for ends in _ends(leaf.span, then, now)}
    return sorted(found)


def _ends(span: Span, then: Frame, now: Frame) -> Iterator[tuple[int, int]]:
    if not span.moves:
        return
    old, new = (span.bounds_ms(frame.now_ms, frame.zone, frame.week_start) for frame in (then, now))
    for before, after in zip(old, new, strict=True):
        if before is not None and after is not None and before != after:
            yield min(before, after), max(before, after)


def add_moved(plan: Plan, found: list[Shift]) -> exp.Expr:
    """Return a SELECT of ``did``: ids and persons with a row in one of the shifts."""
    parts: list[exp.Expr] = []
    for place, names, low, high in found:
        if place == "event":
            tree: exp.Expr = events(plan, [], Reach(low, high, rows=(Rows(names),)))
        elif place in ("departs", "returns"):
            tree = travelling(plan, "departs" if place == "departs" else "returns", (low, high), (), "trip")
        else:
            clock = f"o.{place}_ms"
            tree = ours(f"SELECT o.did AS person FROM orders AS o WHERE NOT o.did IS NULL AND {clock} >= {low} AND {clock} < {high}")  # noqa: S608 - names and numbers of ours
        name = plan.add(plan.fresh("m"), tree)
        parts.append(ours(f"SELECT s.person AS did FROM {name} AS s WHERE NOT s.person IS NULL"))  # noqa: S608 - a name of ours
    if not parts:
        return ours("SELECT CAST(0 AS BIGINT) AS did WHERE FALSE")
    every = plan.add(plan.fresh("m"), _union(parts))
    return plan.statement(ours(f"SELECT DISTINCT u.did FROM {every} AS u"))  # noqa: S608 - as above


def _union(parts: list[exp.Expr]) -> exp.Expr:
    whole = parts[0]
    for part in parts[1:]:
        whole = exp.Union(this=whole, expression=part, distinct=False)
    return whole
