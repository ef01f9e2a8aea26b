"""The question that the catalogue compiles to show what a metric is in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.kernel.clock import local_date
from windsock.kernel.period import Period
from windsock.metrics.catalogue import catalogue_of
from windsock.metrics.query import MetricQuery

if TYPE_CHECKING:
    from windsock.workspace import Workspace


def example_query(workspace: Workspace, name: str) -> MetricQuery:
    """Return a question for a metric by month of this year.

    Raises:
        InvalidInput: there is no such metric.
    """
    today = local_date(workspace.clock.now_ms(), workspace.zone)
    metric = catalogue_of(workspace).get(name)
    return MetricQuery(metrics=(metric.name,), period=Period(today.replace(month=1, day=1), today), grain="month")
