"""A question as data: metrics, cuts, filters, period, clock, time of knowledge; checked before anything runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches

from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import GRAINS, Grain, Period
from windsock.metrics.catalogue import Catalogue
from windsock.metrics.compare import COMPARES, Compare, comparison
from windsock.metrics.dimensions import DIMENSIONS, TIME_DIMENSIONS, below
from windsock.metrics.hours import check_hours
from windsock.metrics.model.definition import CLOCK_ALIASES, CLOCKS
from windsock.metrics.model.predicate import Plain, Predicate

METRICS_MAX = 20
BY_MAX = 4
WHERE_MAX = 20
LIMIT_MAX = 10_000
BUCKETS_MAX = 4_000
_BUCKET_DAYS = {"hour": 1, "day": 1, "week": 7, "month": 28, "quarter": 89, "year": 365, "total": 1_000_000}
TOP_MAX = 100


@dataclass(frozen=True)
class MetricQuery:
    """What is asked. ``order`` holds column names, a leading "-" for descending; ``compare`` adds the same for an earlier period.

    ``top`` keeps so many values of the first dimension, the largest by the first metric over the whole period; all others make one more row,
    marked ``other``, computed from their rows and not from their figures, so that ratios and distinct people are right in it too.
    """

    metrics: tuple[str, ...]
    period: Period
    by: tuple[str, ...] = ()
    where: tuple[Predicate, ...] = ()
    grain: Grain = "total"
    clock: str | None = None
    as_of_ms: int | None = None
    compare: Compare | None = None
    limit: int = 1000
    cursor: int = 0
    order: tuple[str, ...] = ()
    with_total: bool = False
    top: int | None = None

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
        self._check_time(catalogue)
        self._check_top()
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

    def _check_top(self) -> None:
        if self.top is None:
            return
        if not 0 < self.top <= TOP_MAX:
            raise InvalidInput(f"The top must lie between 1 and {TOP_MAX}.", where="top")
        if not self.by or self.by[0] in TIME_DIMENSIONS:
            raise InvalidInput("A top needs a first dimension that is none of time.", where="top / by", fix="For example by sales_channel.")

    def _check_time(self, catalogue: Catalogue) -> None:
        if self.grain not in GRAINS:
            raise InvalidInput(f"'{self.grain}' is no grain.", where="grain", fix=f"Use one of: {', '.join(GRAINS)}.")
        if self.period.days / _BUCKET_DAYS[self.grain] > BUCKETS_MAX:
            raise InvalidInput(f"The period has more than {BUCKETS_MAX} buckets.", where="grain", fix="Take a coarser grain or a shorter period.")
        if self.compare is not None and self.compare not in COMPARES:
            raise InvalidInput(f"'{str(self.compare)[:40]}' is no comparison.", where="compare", fix=f"Use one of: {', '.join(COMPARES)}.")
        clock = CLOCK_ALIASES.get(self.clock or "", self.clock)
        if clock is not None and clock not in CLOCKS:
            raise InvalidInput(f"'{self.clock}' is no clock.", where="clock", fix=f"Use one of: {', '.join(CLOCKS)}.")
        if self.grain == "hour":
            check_hours(self.metrics, self.period, self.clock, catalogue)


def drill_down(query: MetricQuery, dimension: str, value: Plain) -> MetricQuery:
    """Return the question one level further down: the rows of one value, cut by the level below it.

    Where a dimension stands in several hierarchies, the first one's level is taken; other cuts stay.

    Raises:
        InvalidInput: the question is not cut by the dimension, or nothing is below it.
    """
    if dimension not in query.by:
        raise InvalidInput(f"The question is not cut by '{dimension[:80]}'.", where="by", fix=f"It is cut by: {', '.join(query.by) or 'nothing'}.")
    level = next((name for name in below(dimension) if name not in query.by), None)
    if level is None:
        raise InvalidInput(f"Nothing is below '{dimension}'.", where="by", fix="Open the rows behind the number instead.")
    here = Predicate(dimension, "is null") if value is None else Predicate(dimension, "=", value)
    kept = tuple(other for other in query.where if other != here)
    return replace(query, by=tuple(level if name == dimension else name for name in query.by), where=(*kept, here), cursor=0, order=(), top=None)


__all__ = ["BY_MAX", "LIMIT_MAX", "METRICS_MAX", "TOP_MAX", "WHERE_MAX", "Compare", "MetricQuery", "comparison", "drill_down"]
