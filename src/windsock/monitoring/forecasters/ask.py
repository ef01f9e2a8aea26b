"""Which of today's targets will be missed: each metric asked once with its former days by the hour, each target judged by its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.metrics import SeriesAsked, catalogue_of, complete_until, figures, series, sums_up, targets_of_day, unit_of
from windsock.monitoring.forecasters.model import ERRORS, WEEK, WEEKS, Ahead, ahead

if TYPE_CHECKING:
    from windsock.metrics import Catalogue, SeriesFound, Words
    from windsock.monitoring.forecasters.model import Floats
    from windsock.workspace import Workspace

HOUR_MS = 3_600_000
TARGETS_MOST, SERIES_MOST = 200, 20_000
HISTORY_DAYS = ERRORS + WEEKS * WEEK
WHY_NOT = {
    "people_or_ratio": "It does not add up by the hour.",
    "no_hours": "Its rows are not known by the hour.",
    "too_young": "There are too few former days.",
    "not_begun": "Nothing of the day is whole yet.",
    "too_wide": "Its dimension has too many values.",
}


@dataclass(frozen=True)
class Warned:
    """A target of today, and how its day will end.

    Attributes:
        target: its id.
        metric: its metric, and how that is called.
        title: see ``metric``.
        unit: of the figures.
        key: the value that it is cut to by its dimension; empty for all of the business.
        owner: who answers for it.
        value: what is to be reached.
        now: what is there, up to ``until_ms``.
        until_ms: the end of the last whole hour.
        hours_left: from there to the end of the day.
        ahead: how the day will end; None where nothing can be said.
        why_not: a key of ``WHY_NOT``, or empty.
    """

    target: str
    metric: str
    title: Words
    unit: str
    key: Mapping[str, str]
    owner: str
    value: float
    now: float | None
    until_ms: int | None
    hours_left: float | None
    ahead: Ahead | None
    why_not: str


def warnings_of(workspace: Workspace) -> list[Warned]:
    """Return today's targets (200 at most), the likeliest to be missed first, those of which nothing can be said last.

    Raises:
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    now_ms, zone, library = workspace.clock.now_ms(), workspace.zone, catalogue_of(workspace)
    today = local_date(now_ms, zone)
    groups: dict[tuple[str, str], list[Any]] = {}
    for target in targets_of_day(workspace, today, TARGETS_MOST):
        if target.place.metric in library.metrics:
            groups.setdefault((target.place.metric, target.place.dimension), []).append(target)
    found = [one for (metric, by), targets in groups.items() for one in _of_metric(workspace, library, (metric, by), targets, today)]
    return sorted(found, key=lambda one: (one.ahead is None, -(one.ahead.probability if one.ahead is not None else 0.0), one.metric, str(one.key)))


def _of_metric(workspace: Workspace, library: Catalogue, asked: tuple[str, str], targets: list[Any], today: dt.date) -> list[Warned]:
    metric, by = asked
    zone = workspace.zone
    begins, ends = start_of_day_ms(today, zone), start_of_day_ms(today + dt.timedelta(days=1), zone)
    whole = complete_until(workspace, metric, workspace.clock.now_ms(), None, library).until_ms
    until = None if whole is None else min(whole // HOUR_MS * HOUR_MS, ends)
    why_not, found = "", None
    if unit_of(metric, library) == "ratio" or not sums_up(metric, library):
        why_not = "people_or_ratio"
    elif until is None or until <= begins:
        why_not = "not_begun"
    else:
        first = start_of_day_ms(today - dt.timedelta(days=HISTORY_DAYS), zone) // HOUR_MS * HOUR_MS
        try:
            found = series(workspace, SeriesAsked(metric, first, until, HOUR_MS, (by,) if by else ()), library, most=SERIES_MOST)
        except TooLarge:
            why_not = "too_wide"
        except InvalidInput:
            why_not = "no_hours"
    return [_of_target(library, target, found, (today, zone, until), why_not) for target in targets]


def _of_target(library: Catalogue, target: Any, found: SeriesFound | None, day: tuple[dt.date, str, int | None], why_not: str) -> Warned:  # noqa: ANN401 - a Target of the metrics
    place, (today, zone, until) = target.place, day
    metric, value = library.get(place.metric), float(target.aim.value)
    begins, ends = (start_of_day_ms(today + dt.timedelta(days=number), zone) for number in (0, 1))
    now: float | None = None
    told: Ahead | None = None
    if found is not None and until is not None:
        hours = hours_of(library, found, place.metric, place.member if place.dimension else None)
        now, done, rest = split(hours, found.start_ms, (today, zone), until)
        told = ahead(done, rest, now, value)
        why_not = "" if told is not None else "too_young"
    key = {place.dimension: place.member} if place.dimension else {}
    left = None if until is None or until <= begins else (ends - until) / HOUR_MS
    return Warned(target.id, metric.name, metric.title, metric.unit, key, target.aim.owner, value, now, until, left, told, why_not)


def hours_of(library: Catalogue, found: SeriesFound, metric: str, member: str | None) -> Floats:
    """Return the hours of one series; nothing at all where it has none."""
    values, _ = figures(found, metric, library)
    for row, key in enumerate(found.keys):
        if member is None or _told(key[0]) == member:
            return np.nan_to_num(values[row])
    return np.zeros(found.points)


def _told(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def split(hours: Floats, start_ms: int, day: tuple[dt.date, str], until_ms: int) -> tuple[float, Floats, Floats]:
    """Return what there is of a day up to an instant, and of each day before what there was at this time, and what came after it.

    Days before the first hour with anything are no history: the business had not begun. A day of 23 or 25 hours is cut at the same length after
    its midnight.
    """
    today, zone = day
    ends = [start_of_day_ms(today - dt.timedelta(days=number), zone) for number in range(HISTORY_DAYS, -1, -1)]
    total = np.concatenate([[0.0], np.cumsum(hours)])

    def sum_of(low_ms: int, high_ms: int) -> float:
        low, high = (min(max((ms - start_ms) // HOUR_MS, 0), len(hours)) for ms in (low_ms, high_ms))
        return float(total[high] - total[low])

    gone = until_ms - ends[-1]
    something = np.flatnonzero(hours)
    begun = start_ms + int(something[0]) * HOUR_MS if len(something) else until_ms
    known = [number for number in range(HISTORY_DAYS) if ends[number] >= begun]
    done = np.array([sum_of(ends[number], min(ends[number] + gone, ends[number + 1])) for number in known])
    rest = np.array([sum_of(min(ends[number] + gone, ends[number + 1]), ends[number + 1]) for number in known])
    return sum_of(ends[-1], until_ms), done, rest


def warned_json(one: Warned) -> dict[str, Any]:
    """Return it as it travels; figures as floats, the probability from 0 to 1."""
    told = {**vars(one), "title": one.title.json(), "key": dict(one.key)}
    return {**told, "ahead": None if one.ahead is None else {**vars(one.ahead)}}
