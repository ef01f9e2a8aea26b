"""What may come, of every kind, as one list; and whether what was warned of came."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.kernel.errors import InvalidInput, NotFound, TooLarge
from windsock.metrics import SeriesAsked, catalogue_of, complete_until, series
from windsock.monitoring.alerts.model import fingerprint
from windsock.monitoring.forecasters.ask import HOUR_MS, hours_of, warnings_of
from windsock.monitoring.forecasters.ask_breach import judgeable, limits_of, watched
from windsock.monitoring.forecasters.ask_stock import judged, read_stock, today_of
from windsock.monitoring.forecasters.breach import ran
from windsock.monitoring.forecasters.kept import Forewarning, Kind, Likely, Outcome
from windsock.monitoring.forecasters.stock import HISTORY
from windsock.monitoring.monitors.check import step_start
from windsock.monitoring.monitors.keep import find
from windsock.monitoring.subject import whole_until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from windsock.metrics import Catalogue
    from windsock.monitoring.forecasters.ask_stock import Dated, Stock
    from windsock.workspace import Workspace

Outcomes = dict[str, Outcome]
STOCK_OWNER = "revenue operations"
STOCK: tuple[Kind, ...] = ("sold_out", "empty", "oversold")


def hourly(workspace: Workspace) -> list[Likely]:
    """Return how likely each of today's targets is missed, and each limit passed in the next hours.

    Raises:
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    now_ms, zone = workspace.clock.now_ms(), workspace.zone
    today = local_date(now_ms, zone)
    ends = start_of_day_ms(today + dt.timedelta(days=1), zone)
    found = list[Likely]()
    for one in warnings_of(workspace):
        if one.ahead is None:
            continue
        about = {
            "target": one.target, "metric": one.metric, "key": dict(one.key), "unit": one.unit, "value": one.value, "now": one.now,
            "expected": one.ahead.expected, "low": one.ahead.low, "high": one.ahead.high, "date": today.isoformat(),
        }  # fmt: skip
        subject = f"target:{one.target}:{today.isoformat()}"
        found.append(Likely("target", subject, one.title.en, one.title.zh, one.owner, one.ahead.probability, about, ends, ends))
    for series_of in watched(workspace):
        told, monitor = series_of.passing, series_of.monitor
        if told is None:
            continue
        limit = monitor.rule.below if monitor.rule.above is None or monitor.rule.below is not None else monitor.rule.above
        key = {name: None if value is None else str(value) for name, value in series_of.key.items()}
        about = {
            "monitor": monitor.name, "metric": monitor.metric, "key": key, "unit": series_of.unit, "value": series_of.value, "limit": limit,
            "expected": told.expected, "low": told.low, "high": told.high, "from_ms": series_of.from_ms,
        }  # fmt: skip
        subject = f"breach:{fingerprint(monitor.name, list(series_of.key.values()))}"
        titles, at_ms = monitor.title, series_of.at_ms(told.step)
        found.append(Likely("breach", subject, titles.en, titles.zh, monitor.owner, told.probability, about, at_ms, series_of.until_ms))
    return found


def hourly_outcomes(workspace: Workspace, open_: Sequence[Forewarning]) -> Outcomes:
    """Return whether targets were missed and limits passed, of those warnings of which it is known by now, by id.

    Raises:
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    library, found = catalogue_of(workspace), Outcomes()
    by_monitor: dict[str, list[Forewarning]] = {}
    for one in open_:
        if one.what.kind == "breach":
            by_monitor.setdefault(str(one.what.about["monitor"]), []).append(one)
        elif one.what.kind == "target":
            outcome = _target(workspace, one, library)
            if outcome is not None:
                found[one.id] = outcome
    for name, ones in by_monitor.items():
        found |= _breaches(workspace, name, ones, library)
    return found


def _target(workspace: Workspace, one: Forewarning, library: Catalogue) -> Outcome | None:
    about, due_ms = one.what.about, one.what.due_ms
    metric, key = str(about["metric"]), dict(about["key"])
    if workspace.clock.now_ms() < due_ms or metric not in library.metrics:
        return None
    whole = complete_until(workspace, metric, workspace.clock.now_ms(), None, library).until_ms
    if whole is None or whole < due_ms:
        return None
    day = dt.date.fromisoformat(str(about["date"]))
    first = start_of_day_ms(day, workspace.zone) // HOUR_MS * HOUR_MS
    try:
        asked = SeriesAsked(metric, first, -(-due_ms // HOUR_MS) * HOUR_MS, HOUR_MS, tuple(key))
        told = hours_of(library, series(workspace, asked, library), metric, next(iter(key.values()), None))
    except (InvalidInput, TooLarge):
        return None
    return "hit" if float(told.sum()) < float(about["value"]) else "false"


def _breaches(workspace: Workspace, name: str, ones: Sequence[Forewarning], library: Catalogue) -> Outcomes:
    """Return the outcomes of one monitor's warnings: its series are read once, from the first warning on."""
    try:
        with workspace.records.read() as session:
            monitor = find(session, name).monitor
        whole = whole_until(workspace, monitor, workspace.clock.now_ms(), library).until_ms
        start = step_start(monitor, workspace.zone, min(int(one.what.about["from_ms"]) for one in ones))
        end = start if whole is None else step_start(monitor, workspace.zone, min(whole, max(one.what.due_ms for one in ones)))
        if end <= start:
            return {}
        keys, values, _ = judgeable(monitor, workspace, (start, end), library)
    except (InvalidInput, TooLarge, NotFound):
        return {}
    rows = {fingerprint(name, list(key)): number for number, key in enumerate(keys)}
    found = Outcomes()
    for one in ones:
        row = rows.get(one.what.subject.partition(":")[2])
        first, last = (max(0, (at - start) // monitor.every_ms) for at in (int(one.what.about["from_ms"]), min(end, one.what.due_ms)))
        seen = np.array([]) if row is None else values[row, first:last]
        if ran(seen, limits_of(monitor)):
            found[one.id] = "hit"
        elif end >= one.what.due_ms:
            found[one.id] = "false"
    return found


def stocked(workspace: Workspace, open_: Sequence[Forewarning]) -> tuple[list[Likely], Outcomes]:
    """Return how likely dates sell out or stay empty, and what became of those that were warned of; the warehouse is asked once for both.

    Raises:
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    today = today_of(workspace)
    stock = read_stock(workspace, today, HISTORY)
    if stock is None:
        return [], {}
    known = {one.what.subject for one in open_ if one.what.kind == "oversold"}
    likely = [one for each in judged(stock, today) for one in (*_of_date(workspace, today, each), *_oversold(workspace, each, known))]
    rows = {product.id: number for number, product in enumerate(stock.products)}
    outcomes: dict[str, Outcome | None] = {one.id: _dated_outcome(stock, rows, today, one) for one in open_ if one.what.kind in STOCK}
    return likely, {name: outcome for name, outcome in outcomes.items() if outcome is not None}


def _of_date(workspace: Workspace, today: dt.date, one: Dated) -> list[Likely]:
    course, product, date = one.course, one.product, one.date
    if course is None:
        return []
    due = start_of_day_ms(date + dt.timedelta(days=1), workspace.zone)
    on = None if course.out_in is None else today + dt.timedelta(days=round(course.out_in))
    at = None if on is None else start_of_day_ms(on, workspace.zone)
    about = {
        "product": product.id, "product_kind": product.kind, "place": product.place, "date": date.isoformat(), "capacity": one.capacity,
        "left": one.left, "left_end": course.left, "left_low": course.left_low, "left_high": course.left_high, "dates": course.dates, "unit": "count",
    }  # fmt: skip
    name = f"{product.id[:150]}:{date.isoformat()}"
    titles = (product.title.en, product.title.zh)
    sells = {**about, "out_on": None if on is None else on.isoformat()}
    out = Likely("sold_out", f"sold_out:{name}", *titles, STOCK_OWNER, course.sold_out, sells, at, due)
    # What is on request costs nothing where it stays unsold.
    return [out] if not one.hard else [
        out,
        Likely("empty", f"empty:{name}", *titles, STOCK_OWNER, course.empty, {**about, "floor": course.floor, "usual": course.usual}, due, due),
    ]  # fmt: skip


def _oversold(workspace: Workspace, one: Dated, known: AbstractSet[str]) -> list[Likely]:
    """Return that more is sold than there is, and more than usual: no forecast, it is so, or was (``known``) and is no more."""
    name = f"oversold:{one.product.id[:150]}:{one.date.isoformat()}"
    too_much = -one.left > one.usual_over + 1e-9
    if not too_much and name not in known:
        return []
    about = {
        "product": one.product.id, "product_kind": one.product.kind, "place": one.product.place, "date": one.date.isoformat(),
        "capacity": one.capacity, "left": one.left, "sold": one.sold, "over": max(0.0, -one.left), "usual_over": one.usual_over, "unit": "count",
    }  # fmt: skip
    due = start_of_day_ms(one.date + dt.timedelta(days=1), workspace.zone)
    titles = one.product.title
    return [Likely("oversold", name, titles.en, titles.zh, STOCK_OWNER, 1.0 if too_much else 0.0, about, due, due)]


def _dated_outcome(stock: Stock, rows: dict[str, int], today: dt.date, one: Forewarning) -> Outcome | None:
    about = one.what.about
    date, row = dt.date.fromisoformat(str(about["date"])), rows.get(str(about["product"]))
    column = (date - stock.first).days
    if row is None or not 0 <= column < stock.capacity.shape[1] or stock.capacity[row, column] <= 0:
        return None
    capacity, sold = float(stock.capacity[row, column]), float(stock.sold[row, column])
    if one.what.kind == "sold_out":
        return "hit" if sold >= capacity else "false" if date < today else None
    if date >= today:
        return None
    if one.what.kind == "oversold":
        return "hit" if sold > capacity else "false"
    return "hit" if sold / capacity < float(about["floor"]) - 1e-9 else "false"
