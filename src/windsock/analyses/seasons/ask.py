"""Answer a view of seasons: a metric's buckets as trend, seasons and rest, which add up exactly, with how strong each is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from windsock.analyses.model.asked import days_of
from windsock.analyses.seasons.model import CHANGES_FROM, LEAST, PERIODS, SPAN_USUAL, YEAR_SMOOTH, Seasons
from windsock.analyses.seasons.stl import Floats, Spans, decompose_several, spans_of
from windsock.conditions import Frame
from windsock.kernel.clock import start_of_day_ms
from windsock.kernel.errors import InvalidInput
from windsock.metrics import MetricQuery, answer

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.workspace import Workspace

_DIGITS = Decimal("0.000001")
_NORMAL_MAD, _NORMAL_MEAN = 1.4826, 1.2533
KNOWN_LEAST = 8
HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Point:
    """A bucket.

    Attributes:
        at: its first date, or the first instant of the hour on the clock on the wall.
        value: what the metric says; None where it is missing.
        trend, seasons: the parts, known from the first value to the last; None beyond, as nothing is foretold.
        rest: value less trend and seasons, exactly; None where there is no value.
        score: the rest in deviations; None where there is none.
        unusual: whether the score is beyond the bound.
        why: of a missing one: empty (nothing is said of it) or incomplete (data may still arrive).
    """

    at: str
    value: Decimal | None
    trend: Decimal | None
    seasons: tuple[Decimal | None, ...]
    rest: Decimal | None
    score: Decimal | None
    unusual: bool
    why: str | None

    def json(self, names: Sequence[str]) -> dict[str, Any]:
        """Return it as it travels, exact as text."""
        return {
            "at": self.at,
            "value": _plain(self.value),
            "trend": _plain(self.trend),
            "seasons": {name: _plain(part) for name, part in zip(names, self.seasons, strict=True)},
            "rest": _plain(self.rest),
            "score": _plain(self.score),
            "unusual": self.unusual,
            "missing": self.why,
        }


def _plain(part: Decimal | None) -> str | None:
    return None if part is None else f"{part:f}"


@dataclass(frozen=True)
class SeasonsAnswer:
    """The answer: the buckets, and how much of what is not the rest each part explains (0 to 1; None where nothing varies)."""

    asked: Seasons
    days: Period
    unit: str
    currency: str | None
    of: tuple[str, ...]
    steady: tuple[bool, ...]
    points: tuple[Point, ...]
    trend_strength: Decimal | None
    season_strengths: tuple[Decimal | None, ...]

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels."""
        strengths = {name: _text(part) for name, part in zip(self.of, self.season_strengths, strict=True)}
        return {
            "name": self.asked.name,
            "metric": self.asked.metric,
            "unit": self.unit,
            "currency": self.currency,
            "by": self.asked.by,
            "robust": self.asked.robust,
            "period": {"from": self.days.start.isoformat(), "to": self.days.end.isoformat()},
            "seasons": list(self.of),
            "steady": dict(zip(self.of, self.steady, strict=True)),
            "trend_strength": _text(self.trend_strength),
            "season_strengths": strengths,
            "missing": sum(1 for point in self.points if point.why == "empty"),
            "incomplete": sum(1 for point in self.points if point.why == "incomplete"),
            "unusual": sum(1 for point in self.points if point.unusual),
            "points": [point.json(self.of) for point in self.points],
        }


def _text(part: Decimal | None) -> str | None:
    return None if part is None else str(part)


def ask_seasons(workspace: Workspace, asked: Seasons, frame: Frame) -> SeasonsAnswer:
    """Answer a view of seasons.

    Args:
        workspace: where the metric is asked.
        asked: read by ``read_seasons``.
        frame: the moment of asking and its zone.

    Raises:
        InvalidInput: no such metric, a period without two ends or too short for the seasons, or too few values.
        QueryTimeout, Busy, Cancelled, TooLarge: as the metrics.
    """
    _low, _high, days = days_of(asked.span, (frame.now_ms, frame.zone, frame.week_start), "seasons.period")
    query = MetricQuery((asked.metric,), days, where=asked.where, grain=asked.by, clock=asked.clock, limit=10_000)
    found = answer(workspace, query)
    said = {str(row["period"]): row[asked.metric] for row in found.rows if row["period"] is not None}
    until = frame.now_ms if found.complete_until_ms is None else min(frame.now_ms, found.complete_until_ms)
    slots = _days(days, said, frame.zone, until) if asked.by == "day" else _hours(days, said, until)
    values = [_value(slot, asked) for slot in slots]
    known = [place for place, value in enumerate(values) if value is not None]
    if len(known) < KNOWN_LEAST:
        raise InvalidInput(f"Fewer than {KNOWN_LEAST} values.", where="seasons.period", fix="Ask for a longer period, or another metric.")
    inside = slice(known[0], known[-1] + 1)
    series = np.array([np.nan if value is None else float(value) for value in values[inside]])
    of = _seasons_of(asked, len(series))
    _check_phases(series, of, asked)
    spans = [_spans(asked, name, len(series)) for name in of]
    seasons, trend = decompose_several(series, [PERIODS[asked.by][name] for name in of], spans, robust=asked.robust)
    points = _points(slots, values, (inside, seasons, trend), asked.unusual)
    metric, rest = found.metrics[0], series - trend - sum(seasons, np.zeros(len(series)))
    return SeasonsAnswer(
        asked,
        days,
        metric.unit,
        found.currency if metric.unit in ("money", "money_ratio") else None,
        of,
        tuple(span.season is None for span in spans),
        points,
        _strength(rest, trend),
        tuple(_strength(rest, season) for season in seasons),
    )


def _spans(asked: Seasons, name: str, buckets: int) -> Spans:
    """Return how widely a season is smoothed: as asked, and where nothing is said it may change where enough periods are known; a year never."""
    period = PERIODS[asked.by][name]
    if name == "year":
        return replace(spans_of(period, None), smooth=YEAR_SMOOTH)
    return spans_of(period, asked.neighbours or (SPAN_USUAL if buckets >= CHANGES_FROM * period else None))


@dataclass(frozen=True)
class _Slot:
    """A bucket: how it is called, what the metric said, and why it says nothing."""

    at: str
    said: Any
    why: str | None


def _days(days: Period, said: dict[str, Any], zone: str, until: int) -> list[_Slot]:
    found: list[_Slot] = []
    for number in range(days.days):
        day = days.start + dt.timedelta(days=number)
        whole = start_of_day_ms(day + dt.timedelta(days=1), zone) <= until
        found.append(_Slot(day.isoformat(), said.get(day.isoformat()), None if whole else "incomplete"))
    return found


def _hours(days: Period, said: dict[str, Any], until: int) -> list[_Slot]:
    """Return 24 hours a day: one that a day has not is missing, of one that it has twice the first stands, as hours stand beside hours."""
    first: dict[tuple[str, int], tuple[str, Any]] = {}
    for name in sorted(said, key=dt.datetime.fromisoformat):
        at = dt.datetime.fromisoformat(name)
        first.setdefault((at.date().isoformat(), at.hour), (name, said[name]))
    found: list[_Slot] = []
    for number in range(days.days):
        day = (days.start + dt.timedelta(days=number)).isoformat()
        for hour in range(24):
            name, value = first.get((day, hour), (f"{day}T{hour:02}:00", None))
            at = dt.datetime.fromisoformat(name)
            whole = at.tzinfo is None or at.timestamp() * 1000 + HOUR_MS <= until
            found.append(_Slot(name, value, None if whole else "incomplete"))
    last = max((index for index, slot in enumerate(found) if slot.said is not None and slot.why is None), default=-1)
    # What follows the last whole hour may still come: it is not empty.
    return [slot if index <= last else _Slot(slot.at, slot.said, "incomplete") for index, slot in enumerate(found)]


def _value(slot: _Slot, asked: Seasons) -> Decimal | None:
    if slot.why is not None:
        return None
    if slot.said is None:
        return Decimal(0) if asked.zero else None
    return Decimal(slot.said)


def _seasons_of(asked: Seasons, buckets: int) -> tuple[str, ...]:
    least = LEAST[asked.by]
    if asked.of is None:
        return tuple(name for name in least if buckets >= least[name])
    for name in asked.of:
        if buckets < least[name]:
            told = f"A season of a {name} needs {least[name]} {asked.by}s; there are {buckets} from the first value to the last."
            raise InvalidInput(told, where="seasons.of", fix="Ask for a longer period, or leave that season out.")
    return asked.of


def _check_phases(series: Floats, of: Sequence[str], asked: Seasons) -> None:
    for name in of:
        period = PERIODS[asked.by][name]
        if any(np.isnan(series[phase::period]).all() for phase in range(period)):
            fix = "Leave that season out, ask for a longer period, or write empty: zero where nothing is 0."
            raise InvalidInput(f"A part of the {name} has no value at all, so its season can't be told.", where="seasons.of", fix=fix)


def _points(
    slots: Sequence[_Slot], values: Sequence[Decimal | None], parts: tuple[slice, Sequence[Floats], Floats], unusual: int
) -> tuple[Point, ...]:
    """Return the buckets; parts are rounded to six digits, and the rest is what then remains, so that the sum is the value."""
    inside, seasons, trend = parts
    rests: list[Decimal | None] = []
    slow: list[Decimal | None] = []
    back: list[tuple[Decimal | None, ...]] = []
    for place, value in enumerate(values):
        within = inside.start <= place < inside.stop
        slow.append(_six(float(trend[place - inside.start])) if within else None)
        back.append(tuple(_six(float(season[place - inside.start])) if within else None for season in seasons))
        rests.append(None if value is None else value - sum((part for part in (slow[-1], *back[-1]) if part is not None), Decimal(0)))
    wide = _deviation([float(rest) for rest in rests if rest is not None])
    found: list[Point] = []
    for place, (slot, value, rest) in enumerate(zip(slots, values, rests, strict=True)):
        score = None if rest is None or not wide else (rest / Decimal(repr(wide))).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
        why = None if value is not None else slot.why or "empty"
        found.append(Point(slot.at, value, slow[place], back[place], rest, score, score is not None and abs(score) > unusual, why))
    return tuple(found)


def _six(figure: float) -> Decimal:
    return Decimal(repr(float(figure))).quantize(_DIGITS, ROUND_HALF_EVEN)


def _deviation(rests: Sequence[float]) -> float:
    """Return how far rests are from their middle: the median deviation as a normal's standard deviation, as bands of Today have it."""
    known = np.array(rests)
    off = np.abs(known - np.median(known))
    return float(_NORMAL_MAD * np.median(off)) or float(_NORMAL_MEAN * off.mean())


def _strength(rest: Floats, part: Floats) -> Decimal | None:
    """Return max(0, 1 - var(rest) / var(part + rest)) over the known buckets.

    After Wang, Smith and Hyndman (Data Mining and Knowledge Discovery 13, 2006), as in Hyndman and Athanasopoulos, FPP3, 4.3.
    """
    known = ~np.isnan(rest)
    whole = float(np.var((part + rest)[known]))
    return None if whole <= 0 else _six(max(0.0, 1 - float(np.var(rest[known])) / whole))
