"""Stickiness: on how many days of a week or month people were active, and how many were on each day, in each week and month that ends with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from windsock.analyses.activity.days import Asking, Behind, add_days, asking, listed
from windsock.analyses.model.activity import WINDOWS, Activity
from windsock.conditions import Frame, Plan, ours, ours_any
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

BEFORE = max(WINDOWS) - 1


@dataclass(frozen=True)
class Spread:
    """People of a bucket by their number of active days: ``people[n - 1]`` were active on exactly n of its ``days``; ``over``: none can be added."""

    bucket: dt.date
    days: int
    over: bool
    people: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many were active at all."""
        return sum(self.people)

    @property
    def person_days(self) -> int:
        """How many days of activity they have together: the sum of the people of each day."""
        return sum(number * people for number, people in enumerate(self.people, 1))

    @property
    def average(self) -> Decimal | None:
        """Active days of an active person, on average, to six digits."""
        return _share(self.person_days, self.total)

    @property
    def ratio(self) -> Decimal | None:
        """People of an average day by people of the bucket; None while it is not over."""
        return _share(self.person_days, self.total * self.days) if self.over else None

    def at_least(self, days: int) -> int:
        """How many were active on so many days or more."""
        return sum(self.people[days - 1 :])

    def json(self) -> dict[str, Any]:
        """Return it as it travels."""
        by_days = [{"days": number, "people": people, "at_least": self.at_least(number)} for number, people in enumerate(self.people, 1)]
        return {
            "bucket": self.bucket.isoformat(), "days": self.days, "over": self.over, "people": self.total, "person_days": self.person_days,
            "average_days": _text(self.average), "ratio": _text(self.ratio), "by_days": by_days,
        }  # fmt: skip


@dataclass(frozen=True)
class Day:
    """A day: the different people of it, of the 7 days and of the 30 days that end with it; ``over``: the day is."""

    day: dt.date
    over: bool
    dau: int
    wau: int
    mau: int

    def json(self) -> dict[str, Any]:
        """Return it as it travels, with its ratios to six digits; none while the day is not over."""
        ratios = [_share(self.dau, whole) if self.over else None for whole in (self.wau, self.mau)]
        named = {"day": self.day.isoformat(), "over": self.over, "dau": self.dau, "wau": self.wau, "mau": self.mau}
        return named | {"dau_wau": _text(ratios[0]), "dau_mau": _text(ratios[1])}


@dataclass(frozen=True)
class StickinessAnswer:
    """Stickiness by bucket and by day, and what it was asked with."""

    made: Asking
    buckets: tuple[Spread, ...]
    days: tuple[Day, ...]
    sql: str

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels."""
        calendar = self.made.calendar
        return {
            "name": self.made.activity.asked.name,
            "by": calendar.by,
            "period": {"from": calendar.days.start.isoformat(), "to": calendar.days.end.isoformat()},
            "until": iso(calendar.until_ms, calendar.zone),
            "buckets": [bucket.json() for bucket in self.buckets],
            "days": [day.json() for day in self.days],
        }


def ask_stickiness(warehouse: Warehouse, activity: Activity, frame: Frame, *, cancel: Cancel | None = None) -> StickinessAnswer:
    """Answer stickiness.

    Args:
        warehouse: where to ask.
        activity: read by ``read_activity``.
        frame: the moment of asking, its zone, and what counts.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: the definition can't be asked: says what, where and what to write instead.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    made = asking(activity, frame, before_days=BEFORE)
    plan = Plan(made.frame)
    add_counted(plan, made)
    parts = ["SELECT 0 AS part, c.bucket AS day, c.n, COUNT(*) AS people FROM counted AS c GROUP BY c.bucket, c.n"]
    for window in (1, *WINDOWS):
        stays = f"LEAST(COALESCE(DATE_DIFF('day', d.day, d.later), {window}), {window})"
        parts.append(f"SELECT {window}, d.day, 1, COUNT(*) FROM days AS d GROUP BY d.day")  # noqa: S608 - a number of ours
        parts.append(f"SELECT {window}, d.day + CAST({stays} AS INT), -1, COUNT(*) FROM days AS d GROUP BY 2")  # noqa: S608 - numbers of ours
    statement = plan.statement(ours(f"SELECT r.* FROM ({' UNION ALL '.join(parts)}) AS r"))  # noqa: S608 - as above
    rows = warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist()
    return StickinessAnswer(made, tuple(_spreads(made, rows)), tuple(_days(made, rows)), statement.sql(dialect="duckdb", pretty=True))


def add_counted(plan: Plan, made: Asking) -> None:
    """Add the people's days, each with the next one, and how many of them lie in each bucket of the period."""
    active = add_days(plan, made)
    plan.add("each", ours(f"SELECT e.person, e.bucket, e.day, MIN(e.t) AS t FROM {active} AS e GROUP BY e.person, e.bucket, e.day"))  # noqa: S608 - a name of ours
    plan.add("days", ours("SELECT d.*, LEAD(d.day) OVER (PARTITION BY d.person ORDER BY d.day) AS later FROM each AS d"))
    low = exp.cast(exp.Literal.string(made.calendar.days.start.isoformat()), "DATE")
    counted = ours("SELECT d.person, d.bucket, COUNT(*) AS n, MIN(d.t) AS t FROM days AS d GROUP BY d.person, d.bucket")
    plan.add("counted", counted.where(exp.GTE(this=exp.column("day", "d"), expression=low)))


def _spreads(made: Asking, rows: Sequence[dict[str, Any]]) -> list[Spread]:
    found = {(row["day"], int(row["n"])): int(row["people"]) for row in rows if row["part"] == 0}
    calendar = made.calendar
    return [
        Spread(bucket, days, calendar.over(bucket), tuple(found.get((bucket, number), 0) for number in range(1, days + 1)))
        for bucket in calendar.buckets
        for days in [calendar.days_in(bucket)]
    ]


def _days(made: Asking, rows: Sequence[dict[str, Any]]) -> list[Day]:
    """Return each day of the period: who comes into a window is added, who leaves it is taken away, and nobody is in it twice."""
    change: dict[tuple[int, dt.date], int] = {}
    for row in rows:
        if row["part"] != 0:
            change[row["part"], row["day"]] = change.get((row["part"], row["day"]), 0) + int(row["n"]) * int(row["people"])
    calendar, found, inside = made.calendar, list[Day](), dict.fromkeys((1, *WINDOWS), 0)
    day = calendar.days.start - dt.timedelta(days=BEFORE)
    while day <= min(calendar.days.end, calendar.today):
        for window in inside:
            inside[window] += change.get((window, day), 0)
        if day >= calendar.days.start:
            found.append(Day(day, day < calendar.today, *inside.values()))
        day += dt.timedelta(days=1)
    return found


@dataclass(frozen=True)
class Wanted:
    """Whom a list is to show.

    Attributes:
        bucket: those active in this bucket (any of its days); or
        day, window: those active in so many days that end with this one.
        days: of those of a bucket, the ones active on so many days; None: all.
        at_least: on so many days or more.
    """

    bucket: dt.date | None = None
    days: int | None = None
    at_least: bool = False
    day: dt.date | None = None
    window: int = 1


def sticky_people(
    warehouse: Warehouse, activity: Activity, frame: Frame, wanted: Wanted, *, page: tuple[int, int] = (0, 100), cancel: Cancel | None = None
) -> Behind:
    """Return the people that a figure stands for: rows of person, days (active ones), first (the first event's instant in ms).

    Args:
        warehouse: where to ask.
        activity: the very definition that was answered.
        frame: the very moment and circumstances of the answer, so that the number is the same.
        wanted: which figure.
        page: how many to pass over, and how many to return.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: a page too large, no such window, or neither a bucket nor a day (or both).
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    if (wanted.bucket is None) == (wanted.day is None):
        raise InvalidInput("People are of a bucket or of a day.", where="bucket", fix="Name a bucket, or a day and its window.")
    if wanted.window not in (1, *WINDOWS):
        raise InvalidInput(f"There is no window of {wanted.window} days.", where="window", fix="Write 1, 7 or 30.")
    made = asking(activity, frame, before_days=BEFORE)
    plan = Plan(made.frame)
    add_counted(plan, made)
    if wanted.bucket is not None:
        select = ours("SELECT c.person, c.n AS days, c.t AS first FROM counted AS c")
        select = select.where(ours_any("c.bucket").eq(plan.params.bind(made.calendar.bucket(wanted.bucket))))
        if wanted.days is not None:
            select = select.where(ours_any(f"c.n {'>=' if wanted.at_least else '='} {int(wanted.days)}"))
    else:
        assert wanted.day is not None  # noqa: S101 - looked at above
        if not made.calendar.days.start <= wanted.day <= made.calendar.days.end:
            raise InvalidInput(f"{wanted.day} is not in the period.", where="day", fix=f"Write a day of {made.calendar.days}.")
        first, last = (plan.params.bind(wanted.day - dt.timedelta(days=before)) for before in (wanted.window - 1, 0))
        select = ours("SELECT d.person, COUNT(*) AS days, MIN(d.t) AS first FROM days AS d GROUP BY d.person")
        select = select.where(exp.Between(this=exp.column("day", "d"), low=first, high=last))
    return listed(warehouse, plan, select, page, cancel=cancel)


def _share(count: int, whole: int) -> Decimal | None:
    return None if whole == 0 else (Decimal(count) / whole).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _text(share: Decimal | None) -> str | None:
    return None if share is None else str(share)
