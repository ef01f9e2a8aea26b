"""Why one person meets a condition or does not: each leaf, whether it is met, and the figure that says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from windsock.conditions.compile import add_condition
from windsock.conditions.fields import order_field, test_sql
from windsock.conditions.leaves import add_trait, figure_of, measured, rows_of, span_of
from windsock.conditions.model.nodes import Condition, Counted, Edge, Leaf, Ordered, SaidTrait, leaves_of
from windsock.conditions.plan import Frame, Plan, known, ours, with_person

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse


@dataclass(frozen=True)
class Judged:
    """A leaf for one person.

    Attributes:
        leaf: what is asked.
        met: whether the person meets it.
        figure: what it is held against its bound: a count, a sum, the value of a trait; None where there is none.
        last_ms: when the last of the rows that it reads was, None where there is none.
    """

    leaf: Leaf
    met: bool
    figure: Any = None
    last_ms: int | None = None


def judged(warehouse: Warehouse, condition: Condition, frame: Frame, person: int, cancel: Cancel | None = None) -> tuple[bool, list[Judged]]:
    """Return whether a person meets a condition, and each leaf from left to right.

    Raises:
        InvalidInput: as ``add_condition``.
    """
    alone = replace(frame, person=person)
    leaves = list(leaves_of(condition))
    plan = Plan(alone)
    parts = [add_condition(plan, one) for one in (condition, *leaves)]
    columns = ", ".join(f"EXISTS (SELECT 1 FROM {part} AS w WHERE w.person = {person}) AS c{index}" for index, part in enumerate(parts))  # noqa: S608 - names and numbers of ours
    row = warehouse.query(plan.statement(ours(f"SELECT {columns}")), plan.params.values, cancel=cancel).to_pylist()[0]
    met = [bool(row[f"c{index}"]) for index in range(len(parts))]
    return met[0], [_with_figure(warehouse, leaf, met[index], alone) for index, leaf in enumerate(leaves, 1)]


def _with_figure(warehouse: Warehouse, leaf: Leaf, met: bool, frame: Frame) -> Judged:  # noqa: FBT001 - what the leaf says
    plan = Plan(frame)
    if isinstance(leaf, Counted):
        select = _counted(plan, leaf)
    elif isinstance(leaf, Edge):
        source = plan.add("e", rows_of(plan, leaf.rows, leaf.span, "condition", []))
        select = ours(f"SELECT NULL AS figure, {'MAX' if leaf.last else 'MIN'}(e.t) AS last_ms FROM {source} AS e")  # noqa: S608 - a name of ours
    elif isinstance(leaf, Ordered):
        select = _ordered(plan, leaf)
    elif isinstance(leaf, SaidTrait):
        source = add_trait(plan, leaf.test.field)
        select = ours(f"SELECT ANY_VALUE(v.value) AS figure, CAST(NULL AS BIGINT) AS last_ms FROM {source} AS v WHERE v.person = {frame.person}")  # noqa: S608 - as above
    else:
        return Judged(leaf, met)
    row = warehouse.query(plan.statement(select), plan.params.values).to_pylist()[0]
    return Judged(leaf, met, row["figure"], row["last_ms"])


def _counted(plan: Plan, leaf: Counted) -> exp.Select:
    columns = [] if leaf.of is None else [exp.alias_(measured(leaf, "condition"), "m")]
    source = plan.add("e", rows_of(plan, leaf.rows, leaf.span, "condition", columns))
    figure = exp.Avg(this=exp.column("m", "e")) if leaf.what == "average" else figure_of(leaf, plan)
    select = exp.select(exp.alias_(figure, "figure"), exp.alias_(exp.Max(this=exp.column("t", "e")), "last_ms"))
    return select.from_(exp.to_table(source).as_("e"))


def _ordered(plan: Plan, leaf: Ordered) -> exp.Select:
    """Return the figure of the orders that the leaf reads."""
    did, clock = exp.column("did", "o"), f"o.{leaf.clock}_ms"
    figure = "COUNT(*)" if leaf.what == "count" else "SUM(o.booked_amount)"
    select = ours(f"SELECT {figure} AS figure, MAX({clock}) AS last_ms FROM orders AS o WHERE NOT {clock} IS NULL AND NOT o.did IS NULL")  # noqa: S608 - as above
    low, high = span_of(plan, leaf.span)
    bounds = [*([] if low is None else [f"{clock} >= {low}"]), *([] if high is None else [f"{clock} < {high}"])]
    select = select.where(known("o", plan.frame, plan.params), *bounds)
    if leaf.currency is not None:
        select = select.where(exp.EQ(this=exp.column("currency", "o"), expression=plan.params.bind(leaf.currency)))
    select = select.where(*[test_sql(order_field(test.field, "condition"), test, "condition", plan.params) for test in leaf.where])
    return with_person(select, did, plan.frame, plan.params)
