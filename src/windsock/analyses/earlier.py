"""With which earlier period an answer is compared, and until when that one is read while this one is not over."""

from __future__ import annotations

import datetime as dt
from typing import cast

from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.kernel.period import Period
from windsock.metrics import Compare, comparison


def earlier(days: Period, high_ms: int, compare: str, zone: str) -> tuple[Period, tuple[int, int]]:
    """Return the civil days of the earlier period and its bounds: where this one ends early, until the same time of the day of the same number.

    Args:
        days: the civil days of this period.
        high_ms: the first instant after it, or after the moment of asking.
        compare: as in metrics: previous, same_weekday or last_year.
        zone: the zone of civil days.
    """
    there = comparison(days, cast("Compare", compare))
    low, end = there.bounds_ms(zone)
    if high_ms >= days.bounds_ms(zone)[1]:
        return there, (low, end)
    last = local_date(high_ms - 1, zone)
    day = there.start + (last - days.start)
    next_day = start_of_day_ms(day + dt.timedelta(days=1), zone)
    return there, (low, min(end, next_day, start_of_day_ms(day, zone) + high_ms - start_of_day_ms(last, zone)))
