"""A question as data: metrics, cuts, filters, period, clock, time of knowledge; checked before anything runs."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import GRAINS, Grain, Period
from windsock.metrics.catalogue import Catalogue
from windsock.metrics.facts import DIMENSIONS
from windsock.metrics.model.definition import CLOCK_ALIASES, CLOCKS
from windsock.metrics.model.predicate import Predicate

METRICS_MAX = 20
BY_MAX = 4
WHERE_MAX = 20
LIMIT_MAX = 10_000
BUCKETS_MAX = 4_000
_BUCKET_DAYS = {"day": 1, "week": 7, "month": 28, "quarter": 89, "year": 365, "total": 1_000_000}
MONTHS = 12


@dataclass(frozen=True)
class MetricQuery:
    """What is asked. ``order`` holds column names, a leading "-" for descending; ``compare`` adds the same for an earlier period."""

    metrics: tuple[str, ...]
    period: Period
    by: tuple[str, ...] = ()
    where: tuple[Predicate, ...] = ()
    grain: Grain = "total"
    clock: str | None = None
    as_of_ms: int | None = None
    compare: Literal["previous", "last_year"] | None = None
    limit: int = 1000
    cursor: int = 0
    order: tuple[str, ...] = ()
    with_total: bool = False

    def check(self, catalogue: Catalogue) -> None:
        """Refuse what cannot be answered.

        Raises:
            InvalidInput: says what, where and what to write instead.
        """
        if not 0 < len(self.metrics) <= METRICS_MAX:
            raise InvalidInput(f"Ask for 1 to {METRICS_MAX} metrics.", where="metrics")
        for name in self.metrics:
            catalogue.get(name)
        if len(set(self.metrics)) != len(self.metrics) or len(set(self.by)) != len(self.by):
            raise InvalidInput("A metric or dimension is asked for twice.", where="metrics / by")
        self._check_dimensions()
        self._check_time()
        if not 0 < self.limit <= LIMIT_MAX or self.cursor < 0:
            raise InvalidInput(f"The limit must lie between 1 and {LIMIT_MAX}.", where="limit")
        for entry in self.order:
            if entry.lstrip("-") not in {*self.metrics, *self.by, "period"}:
                raise InvalidInput(f"Nothing called '{entry.lstrip('-')[:80]}' is in the answer.", where="order")

    def _check_dimensions(self) -> None:
        if len(self.by) > BY_MAX or len(self.where) > WHERE_MAX:
            raise InvalidInput(f"At most {BY_MAX} dimensions and {WHERE_MAX} filters.", where="by / where")
        for name in (*self.by, *(predicate.field for predicate in self.where)):
            if name not in DIMENSIONS:
                close = get_close_matches(name, DIMENSIONS, n=3)
                fix = f"Did you mean {' or '.join(close)}?" if close else f"Known: {', '.join(DIMENSIONS)}."
                raise InvalidInput(f"There is no dimension '{name[:80]}'.", where="by / where", fix=fix)

    def _check_time(self) -> None:
        if self.grain not in GRAINS:
            raise InvalidInput(f"'{self.grain}' is no grain.", where="grain", fix=f"Use one of: {', '.join(GRAINS)}.")
        if self.period.days / _BUCKET_DAYS[self.grain] > BUCKETS_MAX:
            raise InvalidInput(f"The period has more than {BUCKETS_MAX} buckets.", where="grain", fix="Take a coarser grain or a shorter period.")
        clock = CLOCK_ALIASES.get(self.clock or "", self.clock)
        if clock is not None and clock not in CLOCKS:
            raise InvalidInput(f"'{self.clock}' is no clock.", where="clock", fix=f"Use one of: {', '.join(CLOCKS)}.")


def comparison(period: Period, compare: Literal["previous", "last_year"]) -> Period:
    """Return the period to compare with.

    Whole months are compared with as many whole months before (or the same months of last year); other periods with as many days before,
    or 364 days earlier, so that weekdays meet weekdays.
    """
    if _whole_months(period):
        count = (period.end.year - period.start.year) * MONTHS + period.end.month - period.start.month + 1
        back = MONTHS if compare == "last_year" else count
        return Period(_month_start(period.start, -back), _month_end(_month_start(period.end.replace(day=1), -back)))
    return period.shifted(-364) if compare == "last_year" else period.previous()


def _whole_months(period: Period) -> bool:
    return period.start.day == 1 and period.end == _month_end(period.end)


def _month_start(day: dt.date, months: int) -> dt.date:
    index = day.year * MONTHS + day.month - 1 + months
    return dt.date(index // MONTHS, index % MONTHS + 1, 1)


def _month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
