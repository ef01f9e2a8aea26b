"""Today, the 09:00 page: yesterday in five numbers, whether it was normal, why it moved, and what is late.

A page is frozen once a day (a job at a set time, or the first look) so that everybody sees the same numbers: those of the same questions
as of the snapshot. What later data changed is shown beside it. It takes four questions to make a page, besides those of the day's targets,
and two to see what changed; none of these while nothing new was loaded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from windsock.catalog import source_state
from windsock.kernel.clock import iso, local_date
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period
from windsock.metrics.catalogue import catalogue
from windsock.metrics.model.definition import Words
from windsock.metrics.model.expression import rounded
from windsock.metrics.model.tree import TreeValues
from windsock.metrics.queries import SourceMark, last_day, source_marks
from windsock.metrics.standup.cards import BAND_DAYS, CARDS, card, points, value_of
from windsock.metrics.standup.sides import flags_of, red_lines, running, targets_on
from windsock.metrics.store import Frozen, keep_snapshot, read_snapshot
from windsock.metrics.tree import Slice, Sold, assemble, common_clock, figure, read_sold, unique_notes

if TYPE_CHECKING:
    from windsock.workspace import Workspace

HISTORY_DAYS = 56
AHEAD_DAYS = 14
_WEEK = dt.timedelta(weeks=1)
_DAY = dt.timedelta(days=1)
_SECOND_MS = 1000
# What pages that were frozen by an earlier version lack.
_NEW: dict[str, list[Any]] = {"flags": [], "red": [], "runs": []}
_NEW_ON_CARD = {"owner": "", "state": None, "expected": None, "plan": None}


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
            **{name: self.body[name] for name in ("band", "why", "notes", "currency", "complete_until")},
            "cards": [_NEW_ON_CARD | one for one in self.body["cards"]],
            **{name: self.body.get(name, empty) for name, empty in _NEW.items()},
            "late": list(self.late),
            "changed_since": list(self.changed),
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
        # To the second, so that the instant that people read on the page is exactly the one to ask --as-of.
        now_ms = now_ms // _SECOND_MS * _SECOND_MS
        body = compose(workspace, marks, day, now_ms)
        if day == current or not body["values"]:
            return TodayPage(day, body, None, (), ())
        with workspace.records.write() as session:
            frozen = keep_snapshot(session, Frozen(workspace.ids.new("snapshot"), day.isoformat(), now_ms, body), now_ms)
    return TodayPage(day, frozen.body, frozen, (), ())


def _default_date(workspace: Workspace, marks: Sequence[SourceMark], now_ms: int) -> dt.date:
    """Yesterday, or the last date that orders reach; before the set time the last frozen day, as the new one is still collected."""
    zone = workspace.zone
    yesterday = local_date(now_ms, zone) - _DAY
    reached = [local_date(mark.complete_until_ms - 1, zone) for mark in marks if mark.kind == "orders" and mark.complete_until_ms is not None]
    day = min(yesterday, max(reached, default=yesterday))
    if not reached or day < yesterday:
        # A live shop that sold nothing yesterday must show just that; a file of old data opens where it ends.
        day = last_day(workspace.warehouse, day) or day
    at = dt.time.fromisoformat(workspace.settings.metrics.today_at)
    early = now_ms < round(dt.datetime.combine(yesterday + _DAY, at, ZoneInfo(zone)).timestamp() * 1000)
    if day == yesterday and early:
        with workspace.records.read() as session:
            if read_snapshot(session, day.isoformat()) is None and read_snapshot(session, (day - _DAY).isoformat()) is not None:
                return day - _DAY
    return day


def compose(workspace: Workspace, marks: Sequence[SourceMark], day: dt.date, as_of_ms: int) -> dict[str, Any]:
    """Make the page of a day as of an instant: what was sold on 112 days, and what stands around it.

    Returns:
        The frozen part of the page, with ``values`` (the five figures, empty when the day has no data) and ``version`` of the warehouse.
    """
    version = workspace.warehouse.version()
    clock, notes = common_clock(marks, None)
    span = Period(day - dt.timedelta(days=BAND_DAYS + HISTORY_DAYS - 1), day)
    sold = read_sold(workspace, span, "day", Slice(clock=clock, as_of_ms=as_of_ms))
    days = _filled(sold, span, workspace.zone)
    tree = assemble((Period(day - _WEEK, day - _WEEK), Period(day, day)), (sold, sold), at=(day - _WEEK, day))
    why = tree.json()
    targets = targets_on(workspace, day)
    cards = [card(name, days, span, targets, whole=_whole(name, sold, workspace.zone)) for name in CARDS]
    flags = flags_of(workspace, Period(day - (BAND_DAYS - 1) * _DAY, day + AHEAD_DAYS * _DAY), as_of_ms)
    return {
        "cards": cards,
        "band": {"metric": "revenue", "points": _band(days, span, _last_whole(sold.orders_until_ms, workspace.zone))},
        "flags": [flag.json() for flag in flags if flag.start <= day],
        "red": [line.json() for line in red_lines(workspace, day, cards, targets, as_of_ms)],
        "runs": [flag.json() for flag in running(workspace, day, flags, targets, as_of_ms)],
        "why": {name: why[name] for name in ("from", "to", "currency", "sentences", "waterfall", "notes")}
        if {day, day - _WEEK} <= days.keys()
        else None,
        "notes": [note.json() for note in unique_notes((*notes, *sold.notes))],
        "currency": sold.currency,
        "complete_until": None if sold.complete_until_ms is None else iso(sold.complete_until_ms, workspace.zone),
        "values": _values(days.get(day)),
        "version": version,
    }


def _filled(sold: Sold, span: Period, zone: str) -> dict[dt.date, TreeValues]:
    """Return the days of a span: one without rows sold nothing when it lies between the first row and the end of whole data, else it is unknown."""
    found = {day: values for day, values in sold.values.items() if day is not None}
    seen = {day for day, values in found.items() if values.tracked.uv is not None}
    first, first_visit = min(found, default=None), min(seen, default=None)
    whole, whole_visits = _last_whole(sold.orders_until_ms, zone), _last_whole(sold.visits_until_ms, zone)
    for back in range(span.days):
        day = span.end - dt.timedelta(days=back)
        if first is None or day < first or (day not in found and not (whole is not None and day <= whole)):
            continue
        values = found.get(day, TreeValues())
        if values.tracked.uv is None and first_visit is not None and day >= first_visit and whole_visits is not None and day <= whole_visits:
            values = replace(values, tracked=replace(values.tracked, uv=Decimal(0)))
        found[day] = values
    return found


def _last_whole(until_ms: int | None, zone: str) -> dt.date | None:
    """Return the last civil date whose data is whole, a second short being none."""
    return None if until_ms is None else local_date(until_ms + _SECOND_MS, zone) - _DAY


def _values(day: TreeValues | None) -> dict[str, Any]:
    found = {name: figure(rounded(value_of(name, day)), unit) for name, unit in CARDS.items()}
    return found if any(value is not None for value in found.values()) else {}


def _whole(name: str, sold: Sold, zone: str) -> dt.date | None:
    """Return the last date on which all the data is there that a figure needs."""
    marks = {"uv": (sold.visits_until_ms,), "conversion": (sold.orders_until_ms, sold.visits_until_ms)}.get(name, (sold.orders_until_ms,))
    ends = [_last_whole(mark, zone) for mark in marks]
    return None if None in ends else min(end for end in ends if end is not None)


def _band(days: Mapping[dt.date, TreeValues], span: Period, whole: dt.date | None) -> list[dict[str, Any]]:
    """Return 56 points of revenue with their band."""
    return [
        {
            "period": point.day.isoformat(),
            "value": figure(point.value, "money"),
            "low": figure(point.low, "money"),
            "high": figure(point.high, "money"),
            "expected": figure(point.expected, "money"),
            "partial": point.partial,
        }
        for point in points("revenue", days, span, whole)
    ]


def _changed(workspace: Workspace, marks: Sequence[SourceMark], page: TodayPage, now_ms: int) -> tuple[dict[str, Any], ...]:
    """Compare the frozen figures with those of now; nothing is asked while nothing was loaded since."""
    if page.frozen is None or workspace.warehouse.version() == page.body["version"]:
        return ()
    cut = Slice(clock=common_clock(marks, None)[0], as_of_ms=now_ms)
    now = _values(read_sold(workspace, Period(page.date, page.date), "day", cut).values.get(page.date, TreeValues()))
    then = page.body["values"]
    return tuple(
        {"metric": name, "title": catalogue().get(name).title.json(), "unit": unit, "at_snapshot": then.get(name), "now": now.get(name)}
        for name, unit in CARDS.items()
        if not _same(then.get(name), now.get(name))
    )


def _same(then: str | int | None, now: str | int | None) -> bool:
    """Compare two figures as they travel; a day that still has no rows is as it was when it was shown as zero."""
    return then == now or (now is None and then is not None and not Decimal(then))


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
