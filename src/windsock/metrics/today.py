"""Today, the 09:00 page: yesterday in five numbers, whether it was normal, why it moved, and what is late.

A page is frozen once a day (a job at 08:45, or the first look) so that everybody sees the same numbers; what later data changed is shown
beside it. It takes two questions to make a page and two to see what changed, and none of these while nothing new was loaded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windsock.catalog import source_state
from windsock.kernel.clock import iso, local_date, start_of_day_ms
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period
from windsock.metrics.catalogue import catalogue
from windsock.metrics.model.band import DayValue, band
from windsock.metrics.model.definition import Words
from windsock.metrics.model.expression import rounded
from windsock.metrics.model.tree import TreeValues, Unit
from windsock.metrics.queries import SourceMark, last_day, source_marks
from windsock.metrics.store import Frozen, keep_snapshot, read_snapshot
from windsock.metrics.tree import Slice, Sold, assemble, common_clock, figure, read_sold, unique_notes

if TYPE_CHECKING:
    from windsock.workspace import Workspace

BAND_DAYS = 56
HISTORY_DAYS = 56
SPARK_DAYS = 28
FREEZE_AT = dt.time(8, 45)
CARDS: dict[str, Unit] = {"revenue": "money", "uv": "count", "conversion": "ratio", "average_order_value": "money", "take_rate": "ratio"}
_WEEK = dt.timedelta(weeks=1)
_DAY = dt.timedelta(days=1)
_SECOND_MS = 1000


@dataclass(frozen=True)
class TodayPage:
    """The page: what was frozen, and what is true at the moment of looking.

    Attributes:
        date: the civil date the figures are about.
        body: the frozen part, as JSON.
        frozen: the snapshot; None for a day that is not over, or without any data.
        late: how the sources do now.
        changed: figures that later data changed.
    """

    date: dt.date
    body: dict[str, Any]
    frozen: Frozen | None
    late: tuple[dict[str, Any], ...]
    changed: tuple[dict[str, Any], ...]
    zone: str = "UTC"

    def json(self) -> dict[str, Any]:
        """Return the page as it travels over HTTP."""
        return {
            "date": self.date.isoformat(),
            "snapshot": None if self.frozen is None else {"id": self.frozen.id, "as_of": iso(self.frozen.as_of_ms, self.zone)},
            **{name: self.body[name] for name in ("cards", "band", "why", "notes", "currency", "complete_until")},
            "late": list(self.late),
            "changed_since": list(self.changed),
            "red": [],
        }


def today(workspace: Workspace, date: dt.date | None = None) -> TodayPage:
    """Return the page of a date: from its snapshot, which is taken now if there is none.

    Args:
        workspace: where to ask.
        date: a civil date; None for yesterday, or the last date that has data.

    Raises:
        InvalidInput: the date lies in the future.
    """
    now_ms = workspace.clock.now_ms()
    marks = source_marks(workspace.warehouse)
    page = _page(workspace, marks, _default_date(workspace, marks, now_ms) if date is None else date, now_ms)
    late = tuple(_late(mark, now_ms, workspace.zone) for mark in marks)
    return TodayPage(page.date, page.body, page.frozen, late, _changed(workspace, marks, page, now_ms), workspace.zone)


def freeze(workspace: Workspace, date: dt.date | None = None) -> Frozen | None:
    """Take the snapshot of a date (yesterday by default) unless it has one; None when there is nothing to freeze."""
    now_ms = workspace.clock.now_ms()
    day = local_date(now_ms, workspace.zone) - _DAY if date is None else date
    return _page(workspace, source_marks(workspace.warehouse), day, now_ms).frozen


def _page(workspace: Workspace, marks: Sequence[SourceMark], day: dt.date, now_ms: int) -> TodayPage:
    """Read the snapshot of a day, or make the page and freeze it when the day is over and has any data."""
    current = local_date(now_ms, workspace.zone)
    if day > current:
        raise InvalidInput(f"{day} has not come yet.", where="date", fix=f"Choose a date up to {current}.")
    with workspace.records.read() as session:
        frozen = read_snapshot(session, day.isoformat())
    if frozen is None:
        body = compose(workspace, marks, day, now_ms)
        if day == current or not body["values"]:
            return TodayPage(day, body, None, (), ())
        with workspace.records.write() as session:
            frozen = keep_snapshot(session, Frozen(workspace.ids.new("snapshot"), day.isoformat(), now_ms, body), now_ms)
    return TodayPage(day, frozen.body, frozen, (), ())


def _default_date(workspace: Workspace, marks: Sequence[SourceMark], now_ms: int) -> dt.date:
    """Yesterday, or the last date that orders reach; before 08:45 the last frozen day, while the new one is still being collected."""
    zone = workspace.zone
    yesterday = local_date(now_ms, zone) - _DAY
    reached = [local_date(mark.complete_until_ms - 1, zone) for mark in marks if mark.kind == "orders" and mark.complete_until_ms is not None]
    day = min(yesterday, max(reached, default=yesterday))
    day = last_day(workspace.warehouse, day) or day
    early = now_ms < start_of_day_ms(yesterday + _DAY, zone) + (FREEZE_AT.hour * 60 + FREEZE_AT.minute) * 60_000
    if day == yesterday and early:
        with workspace.records.read() as session:
            if read_snapshot(session, day.isoformat()) is None and read_snapshot(session, (day - _DAY).isoformat()) is not None:
                return day - _DAY
    return day


def compose(workspace: Workspace, marks: Sequence[SourceMark], day: dt.date, as_of_ms: int) -> dict[str, Any]:
    """Make the page of a day as of an instant: two questions, for 112 days by day.

    Returns:
        The frozen part of the page, with ``values`` (the five figures, empty when the day has no data) and ``version`` of the warehouse.
    """
    version = workspace.warehouse.version()
    clock, notes = common_clock(marks, None)
    span = Period(day - dt.timedelta(days=BAND_DAYS + HISTORY_DAYS - 1), day)
    sold = read_sold(workspace, span, "day", Slice(clock=clock, as_of_ms=as_of_ms))
    days = [when for when in sold.values if when is not None]
    tree = assemble((Period(day - _WEEK, day - _WEEK), Period(day, day)), (sold, sold), at=(day - _WEEK, day))
    known = min(days, default=day) <= day - _WEEK
    why = tree.json()
    return {
        "cards": [_card(workspace, name, sold, day) for name in CARDS],
        "band": {"metric": "revenue", "points": _band(workspace, sold, day)},
        "why": {name: why[name] for name in ("from", "to", "currency", "sentences", "waterfall", "notes")} if known and day in days else None,
        "notes": [note.json() for note in unique_notes((*notes, *sold.notes))],
        "currency": sold.currency,
        "complete_until": None if sold.complete_until_ms is None else iso(sold.complete_until_ms, workspace.zone),
        "values": _values(sold, day),
        "version": version,
    }


def _values(sold: Sold, day: dt.date) -> dict[str, Any]:
    found = {name: figure(_value(name, sold.values.get(day)), unit) for name, unit in CARDS.items()}
    return found if any(value is not None for value in found.values()) else {}


def _value(name: str, values: TreeValues | None) -> Decimal | None:
    """Return one of the five figures of a day; None where nothing is known or there is nothing to divide by."""
    if values is None or (values.tracked.empty and values.untracked.empty):
        return None
    tracked, others = values.tracked, values.untracked
    revenue, booked, orders = (
        (getattr(tracked, part) or Decimal(0)) + (getattr(others, part) or Decimal(0)) for part in ("revenue", "booked_amount", "orders")
    )
    if name == "revenue":
        return revenue
    if name == "uv":
        return tracked.uv
    if name == "conversion":
        return (tracked.orders or Decimal(0)) / tracked.uv if tracked.uv else None
    if name == "average_order_value":
        return booked / orders if orders else None
    return revenue / booked if booked else None


def _card(workspace: Workspace, name: str, sold: Sold, day: dt.date) -> dict[str, Any]:
    unit, metric = CARDS[name], catalogue().get(name)
    spark = [day - dt.timedelta(days=back) for back in range(SPARK_DAYS - 1, -1, -1)]
    shown = {when: _value(name, sold.values.get(when)) for when in {*spark, day - _WEEK, day - _DAY}}
    value, same = shown[day], shown[day - _WEEK]
    marks = {"uv": (sold.visits_until_ms,), "conversion": (sold.orders_until_ms, sold.visits_until_ms)}.get(name, (sold.orders_until_ms,))
    end = start_of_day_ms(day + _DAY, workspace.zone)
    return {
        "metric": name,
        "title": metric.title.json(),
        "unit": unit,
        "value": figure(rounded(value), unit),
        "previous": figure(rounded(shown[day - _DAY]), unit),
        "same_weekday": figure(rounded(same), unit),
        "change_rate": figure((value - same) / abs(same), "ratio") if value is not None and same else None,
        "direction": metric.direction,
        "spark": [{"period": when.isoformat(), "value": figure(rounded(shown[when]), unit)} for when in spark],
        "complete": all(mark is not None and mark >= end - _SECOND_MS for mark in marks),
    }


def _band(workspace: Workspace, sold: Sold, day: dt.date) -> list[dict[str, Any]]:
    """Return 56 points with their band; a day without rows is zero within the data's span and unknown before it."""
    known = [when for when in sold.values if when is not None]
    first = min(known, default=day)
    span = [day - dt.timedelta(days=back) for back in range(BAND_DAYS + HISTORY_DAYS - 1, -1, -1)]
    series = [DayValue(when, None if when < first or not known else _value("revenue", sold.values.get(when)) or Decimal(0)) for when in span]
    until = None
    if sold.orders_until_ms is not None:
        until = local_date(sold.orders_until_ms + _SECOND_MS, workspace.zone) - _DAY
    return [
        {
            "period": point.day.isoformat(),
            "value": figure(point.value, "money"),
            "low": figure(point.low, "money"),
            "high": figure(point.high, "money"),
            "expected": figure(point.expected, "money"),
            "partial": point.partial,
        }
        for point in band(series, day - dt.timedelta(days=BAND_DAYS - 1), complete_until=until)
    ]


def _changed(workspace: Workspace, marks: Sequence[SourceMark], page: TodayPage, now_ms: int) -> tuple[dict[str, Any], ...]:
    """Compare the frozen figures with those of now; nothing is asked while nothing was loaded since."""
    if page.frozen is None or workspace.warehouse.version() == page.body["version"]:
        return ()
    cut = Slice(clock=common_clock(marks, None)[0], as_of_ms=now_ms)
    now = _values(read_sold(workspace, Period(page.date, page.date), "day", cut), page.date)
    then = page.body["values"]
    return tuple(
        {"metric": name, "title": catalogue().get(name).title.json(), "unit": unit, "at_snapshot": then.get(name), "now": now.get(name)}
        for name, unit in CARDS.items()
        if then.get(name) != now.get(name)
    )


def _late(mark: SourceMark, now_ms: int, zone: str) -> dict[str, Any]:
    until = mark.complete_until_ms
    state = source_state(until, now_ms, mark.expected_lag_ms)
    if until is None:
        note = Words("Nothing was loaded yet.", "尚未载入数据。")
    else:
        at = iso(until, zone)[:16].replace("T", " ")
        note = Words(f"Complete until {at}.", f"数据完整至 {at}。")
    return {
        "source": mark.source,
        "name": mark.name,
        "kind": mark.kind,
        "complete_until": None if until is None else iso(until, zone),
        "lag_ms": None if until is None else max(0, now_ms - until),
        "state": state,
        "note": note.json(),
    }
