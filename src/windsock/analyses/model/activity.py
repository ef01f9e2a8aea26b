"""The definitions of stickiness and of the life cycle, how they are read, and what a bucket of days is.

What the words mean stands in docs/concepts/activity.md; every rule there has a test here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal, cast

from windsock.analyses.model.asked import ASKED_KEYS, Asked, days_of, read_asked, read_kind
from windsock.conditions.model import Rows
from windsock.conditions.model.given import bounded, known_keys, mapping, one_of
from windsock.kernel.clock import local_date
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Grain, Period, bucket_start

Bucket = Literal["day", "week", "month"]
BUCKETS: tuple[Bucket, ...] = ("day", "week", "month")
WINDOWS = (7, 30)
"""So many days have a trailing week and a trailing month."""
State = Literal["new", "returning", "resurrected", "dormant"]
STATES: tuple[State, ...] = ("new", "returning", "resurrected", "dormant")


@dataclass(frozen=True)
class Activity:
    """What is asked: the events by which somebody is active, and the buckets in which they are looked at."""

    kind: Literal["stickiness", "lifecycle"]
    rows: Rows
    asked: Asked
    by: Bucket


def read_activity(given: object, kind: Literal["stickiness", "lifecycle"]) -> Activity:
    """Read a definition of stickiness or of the life cycle from what JSON or YAML says.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    bounded(given, kind)
    found = mapping(given, kind)
    known_keys(found, (*ASKED_KEYS, kind, "event", "by"), kind)
    if "event" not in found:
        raise InvalidInput("'event' is missing.", where=kind, fix='Write event: search, {event: search, where: [...]}, or "*" for any event.')
    asked = read_asked(found, kind, kind)
    buckets = BUCKETS if kind == "lifecycle" else BUCKETS[1:]
    return Activity(kind, read_kind(found["event"], f"{kind}.event"), asked, cast("Any", one_of(found.get("by", "week"), buckets, f"{kind}.by")))


@dataclass(frozen=True)
class Calendar:
    """The days and buckets of a question at a moment.

    Attributes:
        by: what a bucket is.
        days: the civil days of the period, rounded out to whole ones; of the life cycle to whole buckets.
        low_ms, high_ms: [first instant, first instant after) of the events that count in the buckets.
        until_ms: the last instant that is looked at.
        zone, week_start: of the civil days and weeks.
    """

    by: Bucket
    days: Period
    low_ms: int
    high_ms: int
    until_ms: int
    zone: str
    week_start: int = 0
    today: dt.date = field(init=False)

    def __post_init__(self) -> None:
        """Keep the civil day of the last instant."""
        object.__setattr__(self, "today", local_date(self.until_ms, self.zone))

    def bucket(self, day: dt.date) -> dt.date:
        """Return the first date of the bucket that holds a day."""
        return bucket_start(day, cast("Grain", self.by), self.week_start)

    def after(self, bucket: dt.date) -> dt.date:
        """Return the first date of the next bucket."""
        return self.bucket(bucket + dt.timedelta(days={"day": 1, "week": 7, "month": 31}[self.by]))

    def before(self, bucket: dt.date) -> dt.date:
        """Return the first date of the bucket before."""
        return self.bucket(bucket - dt.timedelta(days=1))

    @property
    def buckets(self) -> Sequence[dt.date]:
        """The first dates of the buckets that have begun, oldest first."""
        found, one = list[dt.date](), self.bucket(self.days.start)
        while one <= min(self.days.end, self.today):
            found.append(one)
            one = self.after(one)
        return found

    def days_in(self, bucket: dt.date) -> int:
        """Return how many days of a bucket lie in the period."""
        first, last = max(bucket, self.days.start), min(self.after(bucket) - dt.timedelta(days=1), self.days.end)
        return (last - first).days + 1

    def over(self, bucket: dt.date) -> bool:
        """Whether the part of a bucket that lies in the period is over."""
        return self.high_ms <= self.until_ms or self.after(bucket) <= self.today


def calendar_of(activity: Activity, moment: tuple[int, str, int], until_ms: int) -> Calendar:
    """Return the days and buckets of a question.

    Args:
        activity: what is asked.
        moment: the moment of asking in ms, its zone, and the first day of the week.
        until_ms: the last instant that is looked at.

    Raises:
        InvalidInput: the period is open, or longer than three years.
    """
    now, zone, week_start = moment
    _, _, days = days_of(activity.asked.span, (now, zone, week_start), f"{activity.kind}.period")
    if activity.kind == "lifecycle":
        grain = cast("Grain", activity.by)
        last = bucket_start(days.end, grain, week_start)
        end = bucket_start(last + dt.timedelta(days={"day": 1, "week": 7, "month": 31}[activity.by]), grain, week_start)
        days = Period(bucket_start(days.start, grain, week_start), end - dt.timedelta(days=1))
    return Calendar(activity.by, days, *days.bounds_ms(zone), until_ms, zone, week_start)


def states_of(buckets: Sequence[dt.date], calendar: Calendar) -> dict[dt.date, State]:
    """Return a person's state in each bucket that is theirs, from all buckets in which they were ever active, oldest first.

    A bucket in which they are dormant is told whether or not it is over.
    """
    found: dict[dt.date, State] = {}
    for before, one in pairwise([None, *buckets]):
        assert one is not None  # noqa: S101 - only the first is none
        found[one] = "new" if before is None else "returning" if before == calendar.before(one) else "resurrected"
    for one in buckets:
        found.setdefault(calendar.after(one), "dormant")
    return found
