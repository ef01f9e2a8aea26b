"""The rules of a trend's points: which buckets there are, what a figure is, how figures add up over time, and what a formula makes of them.

Everything is exact or computed to 50 digits, and rounded once, half up to six digits, when it is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, cast

from windsock.analyses.trend.model import Formula, Grain, Measure
from windsock.kernel.clock import start_of_day_ms
from windsock.kernel.errors import InvalidInput
from windsock.kernel.hours import beside, hour_ms, hours_of
from windsock.kernel.period import Period, bucket_start, parse_date
from windsock.metrics.model.expression import PRECISION, evaluate

if TYPE_CHECKING:
    from windsock.kernel.period import Grain as DayGrain

Key = dt.date | int
State = Literal["whole", "open", "cut"]
_SHOWN = Decimal("0.000001")


@dataclass(frozen=True)
class Bucket:
    """A bucket: its first date, or of an hour its first instant in ms; open (not over), cut (the period holds a part of it only) or whole."""

    key: Key
    state: State


@dataclass(frozen=True)
class Base:
    """What a figure is made of: events, people, how many numbers, their sum, least, most and median; people whose first event is in the bucket."""

    events: int = 0
    people: int = 0
    numbers: int = 0
    total: Decimal = Decimal(0)
    least: Decimal | None = None
    most: Decimal | None = None
    median: Decimal | None = None
    fresh: int = 0

    def figure(self, measure: Measure) -> Decimal | None:
        """Return the figure, to 50 digits; None where there is nothing to average or to choose from."""
        if measure in ("events", "people"):
            return Decimal(self.events if measure == "events" else self.people)
        if measure == "per_person":
            return _divided(Decimal(self.events), self.people)
        if measure == "average":
            return _divided(self.total, self.numbers)
        return {"sum": self.total, "min": self.least, "max": self.most, "median": self.median}[measure]

    def with_next(self, other: Base) -> Base:
        """Return what both make together, the other after this; people by those who were not there before."""
        people = self.people + other.fresh
        least = min((one for one in (self.least, other.least) if one is not None), default=None)
        most = max((one for one in (self.most, other.most) if one is not None), default=None)
        with localcontext() as context:
            context.prec = PRECISION
            return Base(self.events + other.events, people, self.numbers + other.numbers, self.total + other.total, least, most, None, other.fresh)


def _divided(figure: Decimal, by: int) -> Decimal | None:
    with localcontext() as context:
        context.prec = PRECISION
        return None if by == 0 else figure / by


def cumulated(bases: Sequence[Base]) -> list[Base]:
    """Return for each bucket what all buckets until it make together."""
    first = replace(bases[0], people=bases[0].fresh) if bases else Base()
    return list(accumulate([first, *bases[1:]], Base.with_next)) if bases else []


def moved(points: Sequence[Decimal | None], buckets: Sequence[Bucket], count: int) -> list[Decimal | None]:
    """Return for each point the mean of so many points until it: none where one of them is missing, or its bucket is not over."""
    found: list[Decimal | None] = []
    for index, bucket in enumerate(buckets):
        known = [one for one in points[max(0, index + 1 - count) : index + 1] if one is not None]
        whole = len(known) == count and bucket.state != "open"
        with localcontext() as context:
            context.prec = PRECISION
            found.append(sum(known, Decimal(0)) / count if whole else None)
    return found


def computed(formula: Formula, letters: str, figures: Iterable[Decimal | None]) -> Decimal | None:
    """Return what a formula makes of the series' figures: None where one is missing, a divisor is zero, or the result is out of reach."""
    try:
        return evaluate(formula.node, dict(zip(letters, figures, strict=False)))
    except InvalidOperation:
        return None


def shown(figure: Decimal | None) -> str | None:
    """Return a figure as people write it: half up to six digits, without zeros behind it.

    >>> shown(Decimal("66.66666666")), shown(Decimal("-0.0000001")), shown(Decimal(1200))
    ('66.666667', '0', '1200')
    """
    if figure is None:
        return None
    with localcontext() as context:
        context.prec = 4 * PRECISION
        text = f"{figure.quantize(_SHOWN, ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def buckets_of(days: Period, bounds: tuple[int, int], grain: Grain, moment: tuple[int, str, int]) -> tuple[Bucket, ...]:
    """Return the buckets of a period that have begun, in order.

    Args:
        days: its civil days.
        bounds: its first instant and the first after it, in ms.
        grain: what a bucket is.
        moment: the moment of asking in ms, the zone, and the first day of the week.
    """
    now_ms, zone, _ = moment
    return tuple(Bucket(key, _state(low, high, bounds, now_ms)) for key, low, high in _spans(days, grain, zone, moment[2]) if low <= now_ms)


def _state(low: int, high: int, bounds: tuple[int, int], now_ms: int) -> State:
    if now_ms < high:
        return "open"
    return "whole" if bounds[0] <= low and high <= bounds[1] else "cut"


def _spans(days: Period, grain: Grain, zone: str, week_start: int) -> Iterator[tuple[Key, int, int]]:
    """Yield each bucket with its first instant and the first after it."""
    if grain == "hour":
        yield from ((hour.start_ms, hour.start_ms, hour.end_ms) for hour in hours_of(days, zone))
        return
    each = (days.start + dt.timedelta(days=number) for number in range(days.days))
    for first in dict.fromkeys(bucket_start(day, cast("DayGrain", grain), week_start) for day in each):
        yield first, start_of_day_ms(first, zone), start_of_day_ms(_after(first, grain), zone)


def _after(first: dt.date, grain: Grain) -> dt.date:
    if grain == "month":
        return (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return first + dt.timedelta(days=7 if grain == "week" else 1)


def paired(buckets: Sequence[Bucket], days: Period, other: tuple[Period, Sequence[Bucket]], grain: Grain, zone: str) -> list[Key | None]:
    """Return which bucket of an earlier period stands beside each: hours by the clock on the wall, others by their number; None: there is none."""
    earlier, there = other
    keys = [bucket.key for bucket in there]
    if grain == "hour":
        known = beside(days, earlier, zone)
        return [known.get(cast("int", bucket.key)) for bucket in buckets]
    return [keys[index] if index < len(keys) else None for index in range(len(buckets))]


def read_bucket(written: str, grain: Grain, where: str) -> Key:
    """Return the bucket that an answer calls so.

    Raises:
        InvalidInput: it is no date, or no hour.
    """
    if grain != "hour":
        return parse_date(written, where)
    try:
        return hour_ms(written)
    except (ValueError, OverflowError):
        raise InvalidInput(f"'{written[:40]}' is no hour.", where=where, fix="Write it as 2026-03-31T08:00:00+08:00.") from None
