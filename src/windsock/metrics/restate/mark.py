"""A mark beside shown figures: how many closed days of their period changed, asked so that it costs little whatever is shown."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.kernel.clock import local_date
from windsock.kernel.period import Period
from windsock.metrics.catalogue import catalogue_of
from windsock.metrics.restate.ask import about
from windsock.metrics.restate.measured import measured
from windsock.metrics.restate.model import DAYS_MAX, MARK_ASKS, MARK_METRICS
from windsock.metrics.restate.read import compared

if TYPE_CHECKING:
    from windsock.workspace import Workspace

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Mark:
    """What changed within a shown period.

    Attributes:
        period: the days that were looked at: the latest 62 that are over.
        metrics: those that were looked at: at most 12 that are known and don't look beyond their day.
        days: the days that changed, the latest first.
        whole: whether all days, metrics and closes were looked at; without it there may be more days.
    """

    period: Period
    metrics: tuple[str, ...]
    days: tuple[dt.date, ...]
    whole: bool


def restated_mark(workspace: Workspace, period: Period, metrics: Sequence[str]) -> Mark:
    """Say which closed days of a shown period changed, within bounds: 62 days, 12 metrics, the latest 60 closes that something moved.

    Metrics that look beyond their day (first orders, new visitors) would be asked about for every day, and those that are gone about none: both are
    passed over.

    Raises:
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    last = min(period.end, local_date(workspace.clock.now_ms(), workspace.zone) - _DAY)
    span = Period(max(period.start, last - (DAYS_MAX - 1) * _DAY), last) if last >= period.start else None
    library, wanted = catalogue_of(workspace), dict.fromkeys(metrics)
    known = (measured(library, name) for name in wanted if name in library.metrics)
    looked = tuple(itertools.islice((metric for metric in known if not metric.beyond), MARK_METRICS))
    names = tuple(metric.name for metric in looked)
    if span is None or not looked:
        return Mark(Period(last, last) if span is None else span, names, (), whole=False)
    found = compared(about(workspace, library, span, looked), MARK_ASKS)
    whole = span.start == period.start and len(looked) == len(wanted) and not found.cut
    return Mark(span, names, tuple(day.day for day in found.days), whole)
