"""What came back for a panel, as it travels: lines with every period in its place, what is left over, and until when the days are whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windsock.kernel.clock import local_date
from windsock.kernel.hours import beside, hour_ms, hour_name, hours_of
from windsock.kernel.money import CENT
from windsock.kernel.period import Grain, Period, bucket_start
from windsock.metrics import hours
from windsock.metrics.answer import Answer, Cell, cell_json
from windsock.metrics.model.band import DayValue, band

if TYPE_CHECKING:
    from windsock.metrics.dashboards.ask import Asked
    from windsock.metrics.model.definition import Metric
    from windsock.workspace import Workspace

_SECOND_MS = 1000
_FINE = Decimal("0.000001")
_DAY = dt.timedelta(days=1)


def panel_json(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Return a panel's numbers as they travel."""
    found = asked.answer
    return {
        "id": asked.panel.id,
        "error": None
        if asked.error is None
        else {"code": asked.error.code, "message": asked.error.what, "where": asked.error.where, "fix": asked.error.fix},
        "answer": None if found is None else found.json(),
        "spark": _spark(workspace, asked),
        "lines": _lines(workspace, asked),
        "band": _band(workspace, asked),
        "rest": _rest(asked),
        "whole_until": None if found is None else _whole_until(workspace, found, by_hour=asked.panel.kind == "line" and asked.panel.grain == "hour"),
        "tree": asked.tree,
        "tile": None if asked.tile is None else asked.tile.json(),
    }


def last_whole(until_ms: int | None, zone: str) -> dt.date | None:
    """Return the last civil date whose data is whole, a second short being none."""
    return None if until_ms is None else local_date(until_ms + _SECOND_MS, zone) - _DAY


def _whole_until(workspace: Workspace, found: Answer, *, by_hour: bool) -> str | None:
    """Return the last day whose data is whole; of a course by hour the last hour, the one before it where none of its own is."""
    if by_hour:
        return hour_name(hours.last_whole(found.query.period, found.complete_until_ms, found.as_of_ms, workspace.zone).start_ms, workspace.zone)
    whole = last_whole(found.complete_until_ms, workspace.zone)
    return None if whole is None else whole.isoformat()


def buckets(period: Period, grain: Grain, week_start: int) -> Iterator[dt.date]:
    """Yield the first date of each bucket that a period touches."""
    seen: dt.date | None = None
    for back in range(period.days):
        start = bucket_start(period.start + dt.timedelta(days=back), grain, week_start)
        if start != seen:
            yield start
        seen = start


def course(workspace: Workspace, found: Answer, rows: Sequence[dict[str, Cell]], metric: Metric) -> list[tuple[dt.date, Decimal | None]]:
    """Return a value for each bucket of an answer's period.

    A bucket without rows is missing, but where the metric adds up and the bucket lies between the first row and the end of whole data: then nothing
    happened in it, which is zero.
    """
    week_start = workspace.settings.workspace.week_start
    grain = found.query.grain
    whole = last_whole(found.complete_until_ms, workspace.zone)
    seen = {dt.date.fromisoformat(str(row["period"])): _decimal(row.get(metric.name)) for row in rows if row.get("period") is not None}
    first = min(seen, default=None)
    out: list[tuple[dt.date, Decimal | None]] = []
    for start in buckets(found.query.period, grain, week_start):
        value = seen.get(start)
        if value is None and metric.additivity == "additive" and first is not None and whole is not None and first <= start <= whole:
            value = Decimal(0)
        out.append((start, value))
    return out


def hourly_course(
    workspace: Workspace, found: Answer, rows: Sequence[dict[str, Cell]], metric: Metric, earlier: Answer | None = None
) -> list[tuple[int, Decimal | None]]:
    """Return a value for each civil hour of an answer's period, by its first instant in ms.

    An hour without rows is zero where the metric counts or adds up, between the first row and the end of whole data, and before the first row too
    where an earlier time has some, as most nights are quiet. Any other is missing: hours to come, and those before there was any data.
    """
    whole = hours.last_whole(found.query.period, found.complete_until_ms, found.as_of_ms, workspace.zone)
    seen = {hour_ms(str(row["period"])): _decimal(row.get(metric.name)) for row in rows if row.get("period") is not None}
    fills = metric.additivity in ("additive", "distinct") and found.complete_until_ms is not None and bool(seen)
    first = 0 if earlier is not None and earlier.rows else min(seen, default=0)
    return [
        (hour.start_ms, seen.get(hour.start_ms, Decimal(0) if fills and first <= hour.start_ms <= whole.start_ms else None))
        for hour in hours_of(found.query.period, workspace.zone)
    ]


def _named(
    workspace: Workspace, found: Answer, rows: Sequence[dict[str, Cell]], metric: Metric, earlier: Answer | None = None
) -> list[tuple[str, Decimal | None]]:
    """Return a value for each bucket of an answer's period by the bucket's name."""
    if found.query.grain == "hour":
        return [(hour_name(start, workspace.zone), value) for start, value in hourly_course(workspace, found, rows, metric, earlier)]
    return [(day.isoformat(), value) for day, value in course(workspace, found, rows, metric)]


def _decimal(value: Cell) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _points(pairs: Sequence[tuple[str, Decimal | None]], unit: str) -> list[dict[str, Any]]:
    return [{"period": name, "value": _figure(value, unit)} for name, value in pairs]


def _figure(value: Decimal | None, unit: str) -> Any:  # noqa: ANN401 - a count, exact text, or nothing
    if value is not None and unit in ("count", "nights") and value == value.to_integral_value():
        return int(value)
    return cell_json(value, unit)


def _spark(workspace: Workspace, asked: Asked) -> list[dict[str, Any]] | None:
    if asked.panel.kind != "number" or asked.series is None:
        return None
    metric = asked.series.metrics[0]
    return _points(_named(workspace, asked.series, asked.series.rows, metric), metric.unit)


def _lines(workspace: Workspace, asked: Asked) -> list[dict[str, Any]] | None:
    found = asked.answer
    if asked.panel.kind != "line" or found is None:
        return None
    if not asked.panel.by:
        lines = [
            {"key": metric.name, "kind": "metric", "points": _points(_named(workspace, found, found.rows, metric, asked.series), metric.unit)}
            for metric in found.metrics
        ]
        return lines if asked.series is None or len(lines) > 1 else [*lines, _before(workspace, found, asked.series)]
    return _cut_lines(workspace, asked, found)


def _before(workspace: Workspace, found: Answer, earlier: Answer) -> dict[str, Any]:
    """The hours of the same weekdays before, each where the hour stands that it is compared with, also those that are still to come."""
    metric, zone = found.metrics[0], workspace.zone
    values = dict(hourly_course(workspace, earlier, earlier.rows, metric))
    pairs = beside(found.query.period, earlier.query.period, zone)
    points = [(hour_name(hour.start_ms, zone), values.get(pairs.get(hour.start_ms, -1))) for hour in hours_of(found.query.period, zone)]
    return {"key": metric.name, "kind": "before", "points": _points(points, metric.unit)}


def _cut_lines(workspace: Workspace, asked: Asked, found: Answer) -> list[dict[str, Any]]:
    """A line for each of the largest values, and one for the rest where the metric adds up."""
    metric, name = found.metrics[0], asked.panel.by[0]
    lines: list[dict[str, Any]] = []
    sums: dict[str, Decimal] = {}
    if asked.series is not None:
        for row in found.rows:
            value = row[name]
            if value is None:
                continue
            own = [part for part in asked.series.rows if part[name] == value]
            pairs = _named(workspace, asked.series, own, metric)
            for day, part in pairs:
                sums[day] = sums.get(day, Decimal(0)) + (part or Decimal(0))
            lines.append({"key": _key(value), "kind": "value", "points": _points(pairs, metric.unit)})
    if asked.history is not None and metric.additivity == "additive":
        rest = [
            (day, None if value is None else value - sums.get(day, Decimal(0)))
            for day, value in _named(workspace, asked.history, asked.history.rows, metric)
        ]
        if any(value for _, value in rest):
            lines.append({"key": "", "kind": "rest", "points": _points(rest, metric.unit)})
    return lines


def _key(value: Cell) -> str:
    return "true" if value is True else "false" if value is False else str(value)


def _band(workspace: Workspace, asked: Asked) -> list[dict[str, Any]] | None:
    """The days of a single line with the range that was expected of each, from the same weekdays of eight weeks before."""
    if asked.panel.kind != "line" or asked.panel.by or asked.history is None or asked.answer is None:
        return None
    metric = asked.history.metrics[0]
    series = [DayValue(day, value) for day, value in course(workspace, asked.history, asked.history.rows, metric)]
    fine = CENT if metric.unit in ("money", "money_ratio", "count", "nights") else _FINE
    whole = last_whole(asked.answer.complete_until_ms, workspace.zone)
    points = band(series, asked.answer.query.period.start, complete_until=whole, quantum=fine)
    return [
        {
            "period": point.day.isoformat(),
            "value": _figure(point.value, metric.unit),
            "expected": cell_json(point.expected, metric.unit),
            "low": cell_json(point.low, metric.unit),
            "high": cell_json(point.high, metric.unit),
            "partial": point.partial,
        }
        for point in points
    ]


def _rest(asked: Asked) -> dict[str, Any] | None:
    """What the values that are not shown sum to, for metrics that add up; None when all are shown or sums make no sense."""
    found = asked.answer
    if asked.panel.kind not in ("bars", "table") or found is None or not found.query.by or found.next_cursor is None or found.total is None:
        return None
    out: dict[str, Any] = {}
    for metric in found.metrics:
        whole = _decimal(found.total.get(metric.name))
        if metric.additivity == "additive" and whole is not None:
            shown = sum((_decimal(row.get(metric.name)) or Decimal(0) for row in found.rows), Decimal(0))
            out[metric.name] = _figure(whole - shown, metric.unit)
    return out or None
