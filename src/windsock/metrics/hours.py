"""Answers by hour: who can be asked, what their buckets are called, which hour stands beside which, and what has no hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from windsock.kernel.errors import InvalidInput
from windsock.kernel.hours import DAYS_MAX, beside, hour_ms, hour_name, hours_of, last_whole_hour
from windsock.kernel.period import Period
from windsock.metrics.compile import plan_scans
from windsock.metrics.model.definition import CLOCK_ALIASES

if TYPE_CHECKING:
    from windsock.kernel.hours import Hour
    from windsock.metrics.catalogue import Catalogue
    from windsock.metrics.model.definition import Metric

_WEEK = dt.timedelta(weeks=1)


def check_hours(metrics: Sequence[str], period: Period, asked: str | None, library: Catalogue) -> None:
    """Refuse a question by hour that is too long, or a metric whose clock only knows dates.

    Args:
        metrics: names of metrics.
        period: the period asked for.
        asked: the clock for all of them, or None for each metric's own.
        library: the definitions.

    Raises:
        InvalidInput: names the limit, or the metric and its clock.
    """
    if period.days > DAYS_MAX:
        raise InvalidInput(
            f"By hour a period has at most {DAYS_MAX} days; this one has {period.days}.",
            where="grain",
            fix=f"Take {DAYS_MAX} days or fewer, or a coarser grain.",
        )
    for name in metrics:
        for base in library.bases([name]):
            if not hourly(base, asked):
                wanted = CLOCK_ALIASES.get(asked or "", asked)
                clock = wanted if wanted in base.clocks else base.clock
                made = "" if base.name == name else f", which '{name}' is made of,"
                raise InvalidInput(
                    f"'{base.name}'{made} goes by its {clock} clock, which knows dates, not hours.",
                    where="grain",
                    fix=f"Ask it by day{_others(base)}.",
                )


def _others(base: Metric) -> str:
    known = [clock for clock in base.clocks if hourly(base, clock)]
    return f", or by its {' or '.join(known)} clock" if known else ""


def hourly(base: Metric, clock: str | None = None) -> bool:
    """Say whether a base metric can tell hours apart on a clock: one of the facts that it stands on does.

    What it takes from others, as the stays that stand in where payments are unknown, has no hour and is kept apart.
    """
    return any(scan.fact.clocks[scan.clock].hourly for scan in plan_scans([base], clock))


def knows_hours(name: str, library: Catalogue) -> bool:
    """Say whether a metric can be asked by hour on its own clocks."""
    return all(hourly(base) for base in library.bases([name]))


def counterparts(period: Period, other: Period, zone: str) -> dict[str | None, str | None]:
    """Return by name which hour of another period stands beside each of a period; what has no hour stands beside what has none."""
    return {None: None, **{hour_name(now, zone): hour_name(then, zone) for now, then in beside(period, other, zone).items()}}


def known_until(complete_until_ms: int | None, as_of_ms: int) -> int:
    """Return until when hours can be whole: the end of whole data, never after the time of knowledge."""
    return as_of_ms if complete_until_ms is None else min(complete_until_ms, as_of_ms)


def last_whole(period: Period, complete_until_ms: int | None, as_of_ms: int, zone: str) -> Hour:
    """Return the last hour of a period that is whole; the one before the period where none is."""
    longer = hours_of(Period(period.start - _WEEK, period.end), zone)
    before = [hour for hour in longer if hour.date < period.start]
    found = last_whole_hour(longer, known_until(complete_until_ms, as_of_ms))
    return before[-1] if found is None or found < before[-1] else found


def without_empty(records: Sequence[dict[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    """Leave out records without an hour that bring nothing: rows that were looked at, and counted by none of the metrics."""
    return [record for record in records if record["period"] is not None or any(record[name] for name in names)]


__all__ = [
    "DAYS_MAX",
    "check_hours",
    "counterparts",
    "hour_ms",
    "hour_name",
    "hourly",
    "hours_of",
    "knows_hours",
    "last_whole",
    "without_empty",
]
