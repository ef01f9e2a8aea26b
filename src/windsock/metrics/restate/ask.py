"""A question about closed days, and what is put to the warehouse for it: moved rows by fact and clock, and figures by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from windsock.kernel.clock import local_date
from windsock.kernel.period import Period
from windsock.metrics.answer import rows_of
from windsock.metrics.catalogue import Catalogue, catalogue_of
from windsock.metrics.facts import FACTS
from windsock.metrics.query import MetricQuery
from windsock.metrics.restate import statements as text
from windsock.metrics.restate.measured import Measured, Scan, measured
from windsock.metrics.restate.model import DAYS_DEFAULT, HEADLINE, Figure, Seen, check_asked, closes_ms
from windsock.warehouse import statement

if TYPE_CHECKING:
    from windsock.warehouse import Value
    from windsock.workspace import Workspace

Groups = dict[Scan, list[Seen]]
Figures = dict[dt.date, dict[str, Figure]]
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Question:
    """Days and metrics, by the definitions of now.

    Attributes:
        workspace: where.
        library: the definitions.
        period: civil dates.
        metrics: with what they stand on.
        now_ms: the instant of asking.
        first_ms: when the first row of each kind of data became known; None where there is none.
    """

    workspace: Workspace
    library: Catalogue
    period: Period
    metrics: tuple[Measured, ...]
    now_ms: int
    first_ms: Mapping[str, int | None]

    @property
    def days(self) -> list[dt.date]:
        """The civil dates of the period."""
        return [self.period.start + place * _DAY for place in range(self.period.days)]

    def close(self, metric: Measured, day: dt.date) -> int:
        """Return when a day of a metric is closed."""
        at = dt.time.fromisoformat(self.workspace.settings.metrics.today_at)
        return closes_ms(day, metric.metric.lag_hours, at, self.workspace.zone)

    def known(self, metric: Measured, at_ms: int) -> bool:
        """Say whether anything of each kind of data that a metric stands on was known at an instant."""
        return all(first is not None and first <= at_ms for first in (self.first_ms.get(kind) for kind in metric.kinds))

    def figures(self, period: Period, names: Sequence[str], as_of_ms: int | None) -> Figures:
        """Return the figures of the days of a period as known at an instant, None for now; days without any row are left out."""
        if not names:
            return {}
        query = MetricQuery(tuple(names), period, grain="day", as_of_ms=as_of_ms)
        rows = rows_of(self.workspace, query, self.library)
        return {dt.date.fromisoformat(str(row["period"])): {name: cast("Figure", row[name]) for name in names} for row in rows if row["period"]}

    def moved(self, scan: Scan, closes: Mapping[dt.date, int] | None, at_ms: int) -> list[Seen]:
        """Return what moved of a fact after the close of each day, or at an instant without closes."""
        sql = text.moved(*scan, self.period, self.workspace.zone, len(closes or ()))
        return [] if sql is None else self._seen(sql, scan, closes, at_ms)

    def regrouped(self, scan: Scan, closes: Mapping[dt.date, int] | None, at_ms: int) -> list[Seen]:
        """Return the days of a fact whose ids were joined or parted after their close, or at an instant without closes."""
        return self._seen(text.regrouped(*scan, self.period, self.workspace.zone, len(closes or ())), scan, closes, at_ms)

    def in_place(self, closes: Mapping[dt.date, int]) -> list[Seen]:
        """Return the days on which events were marked or taken out after the close."""
        return self._seen(text.in_place(self.period, self.workspace.zone, len(closes)), ("event", "event"), closes, min(closes.values()))

    def emptied(self, closes: Mapping[dt.date, int]) -> list[Seen]:
        """Return the days on which events were emptied by an erasure after the close."""
        return self._seen(text.emptied(self.period, self.workspace.zone, len(closes)), ("event", "event"), closes, min(closes.values()))

    def _seen(self, sql: str, scan: Scan, closes: Mapping[dt.date, int] | None, least_ms: int) -> list[Seen]:
        dates = FACTS[scan[0]].clocks[scan[1]].kind == "date"
        low, high = (self.period.start, self.period.end) if dates else self.period.bounds_ms(self.workspace.zone)
        given: dict[str, Value] = {"low": low, "high": high, "least": least_ms, "at": least_ms}
        given |= {"first": self.period.start - _DAY, "last": self.period.end + _DAY}
        for place, (day, close) in enumerate((closes or {}).items()):
            given |= {f"d{place}": day, f"c{place}": close}
        asked = statement(sql)
        rows = self.workspace.warehouse.query(asked, {name: value for name, value in given.items() if name in asked.names}).to_pylist()
        return [_seen(row) for row in rows]


def _seen(row: dict[str, Any]) -> Seen:
    return Seen(**{name: row[name] for name in ("day", "how", "source", "batch_id", "system", "rows", "first_ms", "last_ms")})


def question(workspace: Workspace, period: Period | None, metrics: Sequence[str]) -> Question:
    """Return a question, once it is found right.

    Args:
        workspace: where.
        period: civil dates; the last 28 that are over by default.
        metrics: of the library; the headline by default.

    Raises:
        InvalidInput: too many days or metrics, or an unknown one.
    """
    last = local_date(workspace.clock.now_ms(), workspace.zone) - _DAY
    period = Period(last - (DAYS_DEFAULT - 1) * _DAY, last) if period is None else period
    names = tuple(metrics) or HEADLINE
    check_asked(period, names)
    library = catalogue_of(workspace)
    return about(workspace, library, period, tuple(measured(library, name) for name in names))


def about(workspace: Workspace, library: Catalogue, period: Period, metrics: tuple[Measured, ...]) -> Question:
    """Return a question about days and metrics that are found right, as of now."""
    first = workspace.warehouse.query(statement(text.SINCE)).to_pylist()[0]
    return Question(workspace, library, period, metrics, workspace.clock.now_ms(), first)


def single(metrics: Sequence[Measured]) -> tuple[str, ...]:
    """Return the facts behind metrics that are kept in one version only."""
    return tuple(sorted({fact for metric in metrics for fact, _ in metric.scans if text.versions_of(fact) is None}))
