"""What a deviation costs: units that are missing or too many, times the money of a unit, where the monitor says what that is."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from windsock.kernel.clock import local_date
from windsock.kernel.period import Period
from windsock.metrics import MetricQuery, answer

if TYPE_CHECKING:
    from windsock.metrics import Catalogue
    from windsock.monitoring.monitors.model import Monitor
    from windsock.workspace import Workspace

DAYS = 28


@dataclass(frozen=True)
class Deviation:
    """One window of a series: the value, what was to be expected, and what a ratio is divided by (None where it is no ratio)."""

    value: float
    expected: float
    volume: float | None


def unit_worth(workspace: Workspace, monitor: Monitor, at_ms: int, library: Catalogue) -> float | None:
    """Return the money of one unit of a monitor: 1 for a metric in money, what it says otherwise, or its metric's figure over the last 28 days.

    Raises:
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    if monitor.analysis is None and library.get(monitor.metric).unit == "money":
        return 1.0
    if monitor.worth is None or isinstance(monitor.worth, Decimal):
        return None if monitor.worth is None else float(monitor.worth)
    end = local_date(at_ms, workspace.zone)
    query = MetricQuery((monitor.worth,), Period(end - dt.timedelta(days=DAYS), end))
    rows = answer(workspace, query, library).rows
    value = rows[0][monitor.worth] if rows else None
    return None if value is None else float(value)


def cost(deviation: Deviation, worth: float | None) -> float | None:
    """Return the money of a window's deviation; None where a unit's worth, or what was to be expected, is not known.

    >>> cost(Deviation(0.6, 0.95, 40.0), 100.0), cost(Deviation(10.0, 25.0, None), 2.0), cost(Deviation(1.0, float("nan"), None), 2.0)
    (1400.0, 30.0, None)
    """
    if worth is None or not (math.isfinite(deviation.expected) and math.isfinite(deviation.value)):
        return None
    off = abs(deviation.expected - deviation.value)
    return round(off * worth * (1.0 if deviation.volume is None else deviation.volume), 2)
