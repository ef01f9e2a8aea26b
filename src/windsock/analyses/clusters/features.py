"""The figures of people that clusters are made of: one statement over their events and orders, a row for each of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from sqlglot import exp

from windsock.analyses.clusters.model import OF_EVENTS, Clusters, Feature
from windsock.analyses.model.asked import days_of
from windsock.analyses.money import SUMMED, MoneyFrame, add_money, asked_money, check_lost
from windsock.conditions import Plan, Reach, add_condition, event_field, events, is_among, ours, ours_any
from windsock.kernel.clock import local_date
from windsock.kernel.errors import TooLarge
from windsock.metrics import local_day_sql

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from windsock.kernel.period import Period
    from windsock.warehouse import Cancel, Warehouse

PEOPLE_MOST = 1_000_000


@dataclass(frozen=True)
class Figures:
    """People by their figures: numbers of persons, a row of values for each, the civil days, and the day that recency is counted from."""

    persons: NDArray[np.int64]
    values: NDArray[np.float64]
    days: Period
    until: dt.date
    sql: str


def figures_of(warehouse: Warehouse, clusters: Clusters, around: MoneyFrame, *, cancel: Cancel | None = None) -> Figures:
    """Return the figures of everybody who did or bought something of what is measured, in an order that the figures alone decide.

    Raises:
        InvalidInput: an unknown field, one that is no number, or money without a rate.
        TooLarge: more than a million people.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    frame = replace(around.frame, internal=clusters.asked.internal or around.frame.internal)
    plan = Plan(frame)
    _low, _high, days = days_of(clusters.asked.span, (frame.now_ms, frame.zone, frame.week_start), "clusters.period")
    until = min(days.end, local_date(frame.now_ms, frame.zone))
    sources: list[str] = []
    if any(feature.measure in OF_EVENTS for feature in clusters.features):
        sources.append(_of_events(plan, clusters))
    if clusters.of_orders:
        sources.append(_of_orders(plan, clusters, around, (days, until)))
    either = " UNION ".join(f"SELECT p.person FROM {name} AS p" for name in sources)  # noqa: S608 - names of ours
    people = plan.add("people", ours_any(either))
    columns = ", ".join(f"CAST({_shown(feature, index, days)} AS DOUBLE) AS x{index}" for index, feature in enumerate(clusters.features))
    joins = " ".join(f"LEFT JOIN {name} AS {name} ON {name}.person = p.person" for name in sources)
    lost = "COALESCE(bought.lost, 0)" if "bought" in sources else "0"
    select = ours(f"SELECT p.person, {columns}, {lost} AS lost FROM {people} AS p {joins} LIMIT {PEOPLE_MOST + 1}")  # noqa: S608 - names and numbers of ours
    if clusters.asked.who is not None:
        who = add_condition(plan, clusters.asked.who, "clusters.who")
        select = select.where(ours_any(f"p.person IN (SELECT w.person FROM {who} AS w)"), copy=False)  # noqa: S608 - a name of ours
    statement = plan.statement(select)
    table = warehouse.query(statement, plan.params.values, cancel=cancel)
    if table.num_rows > PEOPLE_MOST:
        raise TooLarge(f"More than {PEOPLE_MOST:,} people.", where="clusters", fix="Ask for a shorter period, or name whom with who:.")
    check_lost(int(np.asarray(table.column("lost").to_numpy()).sum()), clusters.money.currency or around.home)
    persons = np.asarray(table.column("person").to_numpy(), dtype=np.int64)
    values = np.column_stack([np.asarray(table.column(f"x{index}").to_numpy(), dtype=np.float64) for index in range(len(clusters.features))])
    # By the figures first: the numbers of persons, which intake gives, decide only among people who are alike.
    order = np.lexsort((persons, *values.T))
    return Figures(persons[order], values[order], days, until, statement.sql(dialect="duckdb", pretty=True, copy=False))


def _shown(feature: Feature, index: int, days: Period) -> str:
    """Return a figure: 0 for who did nothing; of who did not buy, all days of the period have gone by."""
    if feature.measure in OF_EVENTS:
        return f"COALESCE(acted.f{index}, 0)"
    none = days.days if feature.measure == "recency" else 0
    return f"COALESCE(bought.{feature.measure}, {none})"


def _of_events(plan: Plan, clusters: Clusters) -> str:
    """Add the figures of events, a row for each person: ``f`` and the number of the feature."""
    frame, params = plan.frame, plan.params
    low, high, _ = days_of(clusters.asked.span, (frame.now_ms, frame.zone, frame.week_start), "clusters.period")
    columns: list[exp.Expr] = []
    figures: list[str] = []
    asked = [(index, feature) for index, feature in enumerate(clusters.features) if feature.rows is not None]
    for index, feature in asked:
        assert feature.rows is not None  # noqa: S101 - they are those with rows
        place = f"clusters.features[{index}]"
        columns.append(exp.alias_(is_among(feature.rows, f"{place}.event", params), f"k{index}"))
        if feature.of is not None:
            field = event_field(feature.of, f"{place}.of")
            columns.append(exp.alias_(field.text() if feature.measure == "distinct" else field.number(f"{place}.of"), f"m{index}"))
        figures.append(f"{_figure(feature, index)} AS f{index}")
    if any(feature.measure == "days" for _, feature in asked):
        columns.append(exp.alias_(local_day_sql(exp.column("ts_ms", "e"), frame.days(low, high), frame.zone), "day"))
    rows = tuple(feature.rows for _, feature in asked if feature.rows is not None)
    source = plan.add("ev", events(plan, columns, Reach(low, high, clusters.asked.where, rows, "clusters.where")))
    among = " OR ".join(f"e.k{index}" for index, _ in asked)
    return plan.add("acted", ours(f"SELECT e.person, {', '.join(figures)} FROM {source} AS e WHERE {among} GROUP BY e.person"))  # noqa: S608 - names of ours


def _figure(feature: Feature, index: int) -> str:
    mine = f"CASE WHEN e.k{index} THEN"
    if feature.measure == "times":
        return f"COUNT({mine} 1 END)"
    if feature.measure == "sum":
        return f"SUM(CAST(COALESCE({mine} e.m{index} END, 0) AS {SUMMED}))"
    return f"COUNT(DISTINCT {mine} {'e.day' if feature.measure == 'days' else f'e.m{index}'} END)"


def _of_orders(plan: Plan, clusters: Clusters, around: MoneyFrame, span: tuple[Period, dt.date]) -> str:
    """Add the figures of orders, a row for each person, as RFM has them: ``orders``, ``money``, ``recency``, and how many amounts have no rate."""
    days, until = span
    add_money(plan, asked_money(plan, clusters.money, around.home), "clusters.money")
    last = plan.params.bind(until)
    low, high = ours_any("m.day >= 0"), ours_any("m.day <= 0")
    low.set("expression", plan.params.bind(days.start))
    high.set("expression", last)
    plan.add("amounts", ours("SELECT m.* FROM money AS m WHERE NOT m.person IS NULL").where(low, high, copy=False))
    bought = "MAX(m.day) FILTER (WHERE m.buys) AS last, COUNT(DISTINCT m.ref) FILTER (WHERE m.buys) AS orders"
    amount = f"SUM(CAST(m.amount AS {SUMMED})) AS money, COUNT(*) FILTER (WHERE m.lost) AS lost"
    sums = plan.add("sums", ours(f"SELECT m.person, {bought}, {amount} FROM amounts AS m GROUP BY m.person"))  # noqa: S608 - constants of ours
    gone = exp.cast(exp.Sub(this=last.copy(), expression=ours_any("s.last")), "BIGINT")
    return plan.add("bought", ours(f"SELECT s.* FROM {sums} AS s").select(exp.alias_(gone, "recency"), copy=False))  # noqa: S608 - a name of ours
