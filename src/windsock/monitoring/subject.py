"""What a monitor looks at, a metric or an analysis: its series on one grid, its noise, its names, and until when its data is whole.

The one seam between what is watched and how it is judged: a tick, a preview, a replay and a drawing all ask here. A metric is asked as its charts
ask it; a step of a funnel and a series of a trend are asked as their analyses ask them, so a point is the analysis' own answer of that hour or day.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.kernel.errors import TooLarge
from windsock.metrics import SeriesFound, Whole, Words, complete_until, figures, series, trailing, unit_of, whole_of
from windsock.monitoring.monitors.analysed import FORMULA, Analysed, titles
from windsock.monitoring.monitors.check import SERIES_MAX, asked_of
from windsock.monitoring.monitors.model import DAY_MS
from windsock.monitoring.rules import Figures

if TYPE_CHECKING:
    from windsock.analyses import TrendAnswer
    from windsock.metrics import Catalogue
    from windsock.monitoring.detectors.model import Unit
    from windsock.monitoring.monitors.model import Monitor
    from windsock.workspace import Workspace

HOUR_MS = 3_600_000
TOP, LINES_MOST = 100, 50_000
STEP, ON, VALUE = "step", "on", "value"
_COUNTED = ("events", "people")


def ask_series(workspace: Workspace, monitor: Monitor, span: tuple[int, int], library: Catalogue) -> SeriesFound:
    """Return all series of a monitor over whole steps, from the start of one up to before another, ms UTC, in one question.

    Raises:
        InvalidInput, TooLarge, QueryTimeout, Busy, Cancelled: as the metric or the analysis.
    """
    if monitor.analysis is None:
        return series(workspace, asked_of(monitor, *span), library, most=SERIES_MAX)
    if monitor.analysis.kind == "funnel":
        return _of_funnel(workspace, monitor, monitor.analysis, span)
    return _of_trend(workspace, monitor, monitor.analysis, span)


def figures_of(monitor: Monitor, found: SeriesFound, library: Catalogue) -> Figures:
    """Return what a rule looks at."""
    if monitor.analysis is None:
        values, volumes = figures(found, monitor.metric, library, monitor.window)
    elif monitor.analysis.kind == "trend":
        values, volumes = trailing(found.bases[VALUE], monitor.window) if monitor.window > 1 else found.bases[VALUE], None
    else:
        volumes, on = (trailing(found.bases[name], monitor.window) if monitor.window > 1 else found.bases[name] for name in (STEP, ON))
        with np.errstate(invalid="ignore", divide="ignore"):
            values = np.where(volumes > 0, on / volumes, np.nan)
    return Figures(found.start_ms, found.step_ms, values, volumes, noise_of(monitor, library), monitor.window)


def noise_of(monitor: Monitor, library: Catalogue) -> Unit:
    """Return which noise its figure has: that of counts, of ratios of two counts, of amounts."""
    one = monitor.analysis
    if one is None:
        return unit_of(monitor.metric, library)
    if one.kind == "funnel":
        return "ratio"
    return "count" if one.part != FORMULA and one.trend.series[one.trend.series_of(one.part, "figure")].measure in _COUNTED else "amount"


def shown_unit(monitor: Monitor | None, metric: str, library: Catalogue) -> str:
    """Return the unit that figures are shown in; a count where nothing is known."""
    if monitor is not None and monitor.analysis is not None:
        noise = noise_of(monitor, library)
        return "number" if noise == "amount" else noise
    found = library.metrics.get(metric)
    return "count" if found is None else found.unit


def title_of(monitor: Monitor | None, metric: str, library: Catalogue) -> Words | None:
    """Return how what is watched is called; None where it is known no more."""
    if monitor is not None and monitor.analysis is not None:
        return Words(*titles(monitor.analysis))
    found = library.metrics.get(metric)
    return None if found is None else found.title


def whole_until(workspace: Workspace, monitor: Monitor, now_ms: int, library: Catalogue) -> Whole:
    """Return until when points can be judged: all data is there, and of a funnel the time to go on is over for whoever started before."""
    one = monitor.analysis
    if one is None:
        return complete_until(workspace, monitor.metric, now_ms, monitor.clock, library)
    whole = whole_of(workspace, ("events",), now_ms)
    if one.kind == "trend" or whole.until_ms is None:
        return whole
    window = one.funnel.chain.window_ms
    # Of "same day" the day has to be over.
    ready = start_of_day_ms(local_date(whole.until_ms, workspace.zone), workspace.zone) if window is None else whole.until_ms - window
    return replace(whole, until_ms=ready)


def _of_funnel(workspace: Workspace, monitor: Monitor, one: Analysed, span: tuple[int, int]) -> SeriesFound:
    from windsock.analyses import funnel_course, steps_between  # noqa: PLC0415 - much to import, and most monitors watch a metric
    from windsock.conditions import frame_of  # noqa: PLC0415 - as above

    funnel = replace(one.funnel, span=_days(workspace, span))
    step, _ = steps_between(funnel, one.part, "analysis.step")
    reached = funnel_course(workspace.warehouse, funnel, frame_of(workspace), step, "day" if monitor.every_ms == DAY_MS else "hour")
    keys: dict[tuple[str | None, ...], int] = {}
    cells: list[tuple[int, int, int, int]] = []
    count = _count(workspace, monitor, span)
    for row in reached:
        at = _place(workspace, monitor, span, row.bucket)
        if 0 <= at < count and row.step:
            cells.append((keys.setdefault(row.values, len(keys)), at, row.step, row.on))
    _bounded(len(keys), count)
    stepped, on = np.zeros((len(keys), count)), np.zeros((len(keys), count))
    for row, at, reached_it, went_on in cells:
        stepped[row, at], on[row, at] = reached_it, went_on
    return SeriesFound(span[0], monitor.every_ms, tuple(keys), {STEP: stepped, ON: on}, stepped)


def _of_trend(workspace: Workspace, monitor: Monitor, one: Analysed, span: tuple[int, int]) -> SeriesFound:
    from windsock.analyses import ask_trend  # noqa: PLC0415 - as above
    from windsock.conditions import frame_of  # noqa: PLC0415 - as above

    count, trend = _count(workspace, monitor, span), one.trend
    buckets = max(1, count + 2 * 24) * len(trend.series)
    breakdown = None if trend.breakdown is None else replace(trend.breakdown, top=max(1, min(TOP, LINES_MOST // buckets - 2)))
    asked = replace(
        trend,
        asked=replace(trend.asked, span=_days(workspace, span)),
        grain="day" if monitor.every_ms == DAY_MS else "hour",
        breakdown=breakdown,
        compare=None,
        moving=None,
    )
    answer: TrendAnswer = ask_trend(workspace.warehouse, asked, frame_of(workspace))
    fields = len(one.fields)
    lines = [line for line in answer.breakdown if line.kind in ("value", "none")] if fields else [answer.total]
    keys = [() if not fields else answer.values_of(line) if line.kind == "value" else (None,) * fields for line in lines]
    values = np.full((len(lines), count), 0.0 if _zero_is_known(one) else np.nan)
    for number, line in enumerate(lines):
        drawn = line.formula if one.part == FORMULA else line.series[trend.series_of(one.part, "figure")]
        for bucket, point in zip(answer.made.buckets, () if drawn is None else drawn.points, strict=False):
            at = _place(workspace, monitor, span, bucket.key)
            if 0 <= at < count and point is not None:
                values[number, at] = float(point)
    return SeriesFound(span[0], monitor.every_ms, tuple(keys), {VALUE: values}, np.nan_to_num(values))


def _zero_is_known(one: Analysed) -> bool:
    """Say whether nothing is 0 of a trend's figure: of counts it is, of means and formulas nothing is known."""
    return one.part != FORMULA and one.trend.series[one.trend.series_of(one.part, "figure")].measure in (*_COUNTED, "sum")


def _days(workspace: Workspace, span: tuple[int, int]) -> Any:  # noqa: ANN401 - a Span, whose room is loaded late
    from windsock.conditions.model import Span  # noqa: PLC0415 - as above

    return Span("dates", local_date(span[0], workspace.zone), local_date(span[1] - 1, workspace.zone))


def _count(workspace: Workspace, monitor: Monitor, span: tuple[int, int]) -> int:
    if monitor.every_ms != DAY_MS:
        return (span[1] - span[0]) // monitor.every_ms
    return (local_date(span[1] - 1, workspace.zone) - local_date(span[0], workspace.zone)).days + 1


def _place(workspace: Workspace, monitor: Monitor, span: tuple[int, int], bucket: dt.date | int) -> int:
    if isinstance(bucket, dt.date):
        return (bucket - local_date(span[0], workspace.zone)).days
    return (bucket - span[0]) // monitor.every_ms


def _bounded(keys: int, count: int) -> None:
    if keys > SERIES_MAX or keys * count > LINES_MOST * TOP:
        what = f"The breakdown has {keys:,} values over {count:,} steps; {SERIES_MAX:,} series can be watched."
        raise TooLarge(what, where="analysis.definition.breakdown", fix="Break down by a field with fewer values, or by none.")


def behind(workspace: Workspace, monitor: Monitor, key: Sequence[Any], span: tuple[int, int]) -> dict[str, Any] | None:
    """Return what to ask the analysis for to see whom a point of a monitor stands for; None where the monitor watches a metric.

    Args:
        workspace: whose days count.
        monitor: as it is now.
        key: of the series.
        span: from the first instant of the first step up to before the end of the last; of hours it is their whole days that can be asked for.

    Returns:
        ``kind``, ``definition`` with its period; of a funnel ``step`` (from 1), ``dropped`` and the cell by its kind and value.
    """
    one = monitor.analysis
    if one is None:
        return None
    first, last = (local_date(at, workspace.zone).isoformat() for at in (span[0], span[1] - 1))
    definition = {**one.definition, "period": {"from": first, "to": last}}
    told: dict[str, Any] = {"kind": one.kind, "definition": definition, "step": None, "dropped": False, "cell": "total", "value": None}
    if one.kind == "funnel":
        told |= {"step": one.funnel.step_of(one.part, "analysis.step") + 1, "dropped": True}
    if one.fields:
        none = all(value is None for value in key)
        told |= {"cell": "none" if none else "value", "value": None if none else _value(key)}
    return told


def _value(key: Sequence[Any]) -> str:
    return str(key[0]) if len(key) == 1 else json.dumps(list(key), ensure_ascii=False, separators=(",", ":"))


__all__ = ["ask_series", "behind", "figures_of", "noise_of", "shown_unit", "title_of", "whole_until"]
