"""The net view of the tree: ask what was taken, given back and spent on selling, and divide the change of the margin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from windsock.metrics.answer import Answer, answer
from windsock.metrics.model.net import LEAVES, Values, build_net, net_value
from windsock.metrics.model.sentences import tree_sentences
from windsock.metrics.queries import source_marks
from windsock.metrics.query import MetricQuery
from windsock.metrics.tree import BUCKETS_MAX, SparkPoint, Tree, common_clock, node_targets, spark_span, unique_notes

if TYPE_CHECKING:
    from windsock.kernel.period import Grain, Period
    from windsock.metrics.model.predicate import Predicate
    from windsock.workspace import Workspace


def net_tree(workspace: Workspace, from_period: Period, to_period: Period, clock: str | None = None, where: Sequence[Predicate] = ()) -> Tree:
    """Explain the change of the margin between two periods: revenue, refunds, distribution, payment and marketing cost.

    Args:
        workspace: where to ask.
        from_period: the first period.
        to_period: the second period.
        clock: one clock for what is sold; None for each metric's own. Marketing cost stands on the date of spending.
        where: filters that all of them know: the sales channel, its group, tracked.

    Raises:
        InvalidInput: an unknown clock, or a filter that costs do not know.
    """
    own, notes = common_clock(source_marks(workspace.warehouse), clock)
    cut = tuple(where)
    asked = [_ask(workspace, period, "total", cut, own) for period in (from_period, to_period)]
    before, after = (_values(found.rows[0] if found.rows else {}) for found in asked)
    nodes = build_net(before, after)
    grain, span = spark_span(to_period, workspace.settings.workspace.week_start)
    series = {dt.date.fromisoformat(str(row["period"])[:10]): _values(row) for row in _ask(workspace, span, grain, cut, own).rows}
    days = sorted(series)
    until = [found.complete_until_ms for found in asked if found.complete_until_ms is not None]
    currency = asked[1].currency
    return Tree(
        from_period,
        to_period,
        tuple(nodes),
        tuple(tree_sentences(nodes, currency)),
        currency,
        own,
        min(until, default=None),
        unique_notes((*notes, *asked[0].notes, *asked[1].notes)),
        {node.id: tuple(SparkPoint(day, net_value(node.id, series[day])) for day in days) for node in nodes},
        targets=node_targets(workspace, nodes, to_period, cut),
    )


def _ask(workspace: Workspace, period: Period, grain: Grain, where: tuple[Predicate, ...], clock: str | None) -> Answer:
    return answer(workspace, MetricQuery(metrics=LEAVES, where=where, grain=grain, period=period, clock=clock, limit=BUCKETS_MAX))


def _values(row: Mapping[str, object]) -> Values:
    return {name: Decimal(str(row[name])) for name in LEAVES if row.get(name) is not None}
