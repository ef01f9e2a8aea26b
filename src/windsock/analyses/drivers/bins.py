"""The people of a driver tree as parts of one statement: a row for each, with what is driven and the bin of each driver."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlglot import exp

from windsock.analyses.drivers.model import Driver, Drivers
from windsock.analyses.model.asked import days_of
from windsock.conditions import Frame, Plan, Reach, add_condition, add_trait, event_field, events, is_among, ours
from windsock.kernel.period import Period

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

VALUES_MOST = 12
"""A category has so many bins, the most frequent values; all others share one."""
EDGES = 8
"""A number has so many bins of equally many people, as far as equal values allow."""
PEOPLE = "people_of"
UNITS = "units"


@dataclass(frozen=True)
class Bins:
    """The bins of a driver: the labels of its codes in order; code 0 is: not known."""

    driver: Driver
    labels: tuple[str, ...]


def plan_people(drivers: Drivers, frame: Frame) -> tuple[Plan, Period]:
    """Return the plan with the part ``people_of``, and the civil days.

    Its rows: ``person``, ``t`` (their first start, ms), ``y`` (what is driven, a decimal), ``young`` (the time of the target is not over), and
    ``d0`` ... (each driver's value: text, or a decimal of a number).

    Raises:
        InvalidInput: an unknown field, a value that is not of its kind, or a period without two ends.
    """
    frame = replace(frame, internal=drivers.asked.internal or frame.internal)
    plan, target = Plan(frame), drivers.target
    low, high, days = days_of(drivers.asked.span, (frame.now_ms, frame.zone, frame.week_start), "drivers.period")
    columns: list[exp.Expr] = [exp.column("key_hi", "e"), exp.column("key_lo", "e")]
    fields = [(place, one) for place, one in enumerate(drivers.by) if not one.trait]
    columns += [exp.alias_(_of_event(one, place), f"d{place}") for place, one in fields]
    select = events(plan, columns, Reach(low, high, drivers.asked.where, (drivers.start,), "drivers.where"))
    started = plan.add("started", select.where(is_among(drivers.start, "drivers.start", plan.params), copy=False))
    if drivers.asked.who is not None:
        who = add_condition(plan, drivers.asked.who, "drivers.who")
        started = plan.add("mine", ours(f"SELECT s.* FROM {started} AS s SEMI JOIN {who} AS w ON w.person = s.person"))  # noqa: S608 - names of ours
    ranked = "ROW_NUMBER() OVER (PARTITION BY s.person ORDER BY s.t, s.key_hi, s.key_lo)"
    ordered = plan.add("ordered", ours(f"SELECT s.*, {ranked} AS place FROM {started} AS s"))  # noqa: S608 - names of ours
    first = plan.add("first_start", ours(f"SELECT o.* FROM {ordered} AS o WHERE o.place = 1"))  # noqa: S608 - names of ours
    figure = (
        exp.cast(exp.Literal.number(1), "INT")
        if target.sum_of is None
        else event_field(target.sum_of, "drivers.target.sum").number("drivers.target.sum")
    )
    keys: list[exp.Expr] = [exp.column("key_hi", "e"), exp.column("key_lo", "e"), exp.alias_(figure, "x")]
    after = events(plan, keys, Reach(low, high + target.within_ms + 1, drivers.asked.where, (target.rows,), "drivers.where"))
    done = plan.add("done", after.where(is_among(target.rows, "drivers.target", plan.params), copy=False))
    near = f"d.person = f.person AND d.t >= f.t AND d.t - f.t <= {target.within_ms} AND NOT (d.key_hi = f.key_hi AND d.key_lo = f.key_lo)"
    y = (
        "CAST(CASE WHEN COUNT(d.t) > 0 THEN 1 ELSE 0 END AS DECIMAL(38, 6))"
        if target.sum_of is None
        else "SUM(CAST(COALESCE(d.x, 0) AS DECIMAL(38, 6)))"
    )
    measured = plan.add(
        "measured",
        ours(f"SELECT f.person, {y} AS y FROM {first} AS f LEFT JOIN {done} AS d ON {near} GROUP BY f.person"),  # noqa: S608 - names of ours
    )
    joins, told = "", [f"f.d{place}" for place, _ in fields]
    for place, one in enumerate(drivers.by):
        if one.trait:
            trait = add_trait(plan, one.name)
            joins += f" LEFT JOIN {trait} AS v{place} ON v{place}.person = f.person"
            told.append(f"{'TRY_CAST(' * (one.as_ == 'number')}v{place}.value{' AS DECIMAL(28, 6))' * (one.as_ == 'number')} AS d{place}")
    young = f"f.t + {target.within_ms} > {int(frame.now_ms)} AS young"
    text = f"SELECT f.person, f.t, m.y, {', '.join([young, *told])} FROM {first} AS f JOIN {measured} AS m ON m.person = f.person{joins}"  # noqa: S608 - names of ours
    plan.add(PEOPLE, ours(text))
    return plan, days


def _of_event(driver: Driver, place: int) -> exp.Expr:
    where = f"drivers.by[{place}]"
    field = event_field(driver.name, where)
    return field.number(where) if driver.as_ == "number" else field.text()


def add_codes(plan: Plan, bins: tuple[Bins, ...], edges: tuple[tuple[str, ...], ...]) -> str:
    """Add the part ``units``: those whose time is over, with ``c0`` ..., the code of each driver's bin; edges and labels are bound values."""
    codes: list[exp.Expr] = []
    for place, one in enumerate(bins):
        column, case = exp.column(f"d{place}", "p"), exp.Case()
        case = case.when(exp.Is(this=column.copy(), expression=exp.null()), exp.Literal.number(0))
        if one.driver.as_ == "number":
            for code, edge in enumerate(edges[place], 1):
                case = case.when(exp.LT(this=column.copy(), expression=exp.cast(plan.params.bind(edge), "DECIMAL(28, 6)")), exp.Literal.number(code))
            last = len(edges[place]) + 1
        else:
            for code, value in enumerate(edges[place], 1):
                case = case.when(exp.EQ(this=column.copy(), expression=plan.params.bind(value)), exp.Literal.number(code))
            last = len(edges[place]) + 1
        codes.append(exp.alias_(case.else_(exp.Literal.number(last)), f"c{place}"))
    select = ours(f"SELECT p.person, p.t, p.y FROM {PEOPLE} AS p WHERE NOT p.young").select(*codes)  # noqa: S608 - names of ours
    return plan.add(UNITS, select)


def bins_of(warehouse: Warehouse, drivers: Drivers, frame: Frame, cancel: Cancel | None) -> tuple[tuple[Bins, ...], tuple[tuple[str, ...], ...]]:
    """Return the bins of each driver, and their values (of a category) or edges (of a number).

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    plan, _days = plan_people(drivers, frame)
    union: exp.Expr | None = None
    for place, one in enumerate(drivers.by):
        if one.as_ == "number":
            parts = ", ".join(f"QUANTILE_DISC(p.d{place}, {part / EDGES})" for part in range(1, EDGES))
            text = f"SELECT {place} AS driver, 0 AS place, CAST([{parts}] AS TEXT[]) AS found FROM {PEOPLE} AS p WHERE NOT p.young"  # noqa: S608 - names of ours
        else:
            value = f"CAST(p.d{place} AS TEXT)"
            counted = f"SELECT {value} AS v, ROW_NUMBER() OVER (ORDER BY COUNT(*) DESC, {value}) AS place FROM {PEOPLE} AS p WHERE NOT p.young AND NOT p.d{place} IS NULL GROUP BY {value}"  # noqa: S608, E501 - as above
            text = f"SELECT {place} AS driver, r.place, [r.v] AS found FROM ({counted}) AS r WHERE r.place <= {VALUES_MOST}"  # noqa: S608 - as above
        union = ours(text) if union is None else exp.Union(this=union, expression=ours(text), distinct=False)
    assert union is not None  # noqa: S101 - there are drivers
    part = plan.add("bins", union)
    rows = warehouse.query(plan.statement(ours(f"SELECT b.* FROM {part} AS b")), plan.params.values, cancel=cancel).to_pylist()  # noqa: S608 - as above
    rows.sort(key=lambda row: (row["driver"], row["place"]))
    values = tuple(_values(one, [row["found"] for row in rows if row["driver"] == place]) for place, one in enumerate(drivers.by))
    return tuple(Bins(one, _labels(one, found)) for one, found in zip(drivers.by, values, strict=True)), values


def _values(driver: Driver, found: list[list[str | None]]) -> tuple[str, ...]:
    if driver.as_ == "category":
        return tuple(str(one[0]) for one in found)
    return tuple(dict.fromkeys(edge for edge in (found[0] if found else []) if edge is not None))


def _labels(driver: Driver, values: tuple[str, ...]) -> tuple[str, ...]:
    if driver.as_ == "category":
        return ("(not known)", *values, "(other)")
    short = [edge.rstrip("0").rstrip(".") if "." in edge else edge for edge in values]
    if not short:
        return ("(not known)", "any")
    between = [f"{low} to under {high}" for low, high in pairwise(short)]
    return ("(not known)", f"under {short[0]}", *between, f"{short[-1]} and more")
