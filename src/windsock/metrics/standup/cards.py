"""The five figures of a day: value, the days beside it, the plan, and whether it is what was to be expected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windsock.kernel.money import CENT
from windsock.metrics.catalogue import catalogue
from windsock.metrics.model.band import BandPoint, DayValue, band
from windsock.metrics.model.expression import rounded
from windsock.metrics.model.tree import TreeValues, Unit
from windsock.metrics.standup.model import Plan, plan_of_day
from windsock.metrics.tree import figure

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.metrics.targets.model.target import Target

CARDS: dict[str, Unit] = {"revenue": "money", "uv": "count", "conversion": "ratio", "average_order_value": "money", "take_rate": "ratio"}
SPARK_DAYS = 28
BAND_DAYS = 56
_FINE = Decimal("0.000001")
_WEEK, _DAY = dt.timedelta(weeks=1), dt.timedelta(days=1)
_QUANTUM = {"money": CENT, "count": CENT, "ratio": _FINE}


def value_of(name: str, values: TreeValues | None) -> Decimal | None:
    """Return one of the five figures of a day; None where nothing is known or there is nothing to divide by."""
    if values is None:
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


def card(name: str, days: Mapping[dt.date, TreeValues], span: Period, targets: Sequence[Target], *, whole: dt.date | None) -> dict[str, Any]:
    """Return a card as it travels.

    Args:
        name: the metric.
        days: what is known by day.
        span: the dates read; the last one is the card's.
        targets: those that hold the day.
        whole: the last date on which all the data is there that the figure needs.
    """
    unit, metric, day = CARDS[name], catalogue().get(name), span.end
    spark = [day - dt.timedelta(days=back) for back in range(SPARK_DAYS - 1, -1, -1)]
    shown = {when: rounded(value_of(name, days.get(when))) for when in {*spark, day - _WEEK, day - _DAY}}
    value, same = shown[day], shown[day - _WEEK]
    point = points(name, days, span, whole)[-1]
    plan = _plan(name, days, day, targets)
    return {
        "metric": name,
        "title": metric.title.json(),
        "owner": metric.owner,
        "unit": unit,
        "value": figure(value, unit),
        "previous": figure(shown[day - _DAY], unit),
        "same_weekday": figure(same, unit),
        "change_rate": figure((value - same) / abs(same), "ratio") if value is not None and same else None,
        "direction": metric.direction,
        "spark": [{"period": when.isoformat(), "value": figure(shown[when], unit)} for when in spark],
        "complete": whole is not None and day <= whole,
        "state": _state(point),
        "expected": None if point.expected is None else f"{point.expected:f}",
        "plan": None
        if plan is None
        else {
            "value": figure(rounded(plan.value), "money" if unit == "money" else "ratio"),
            "grain": plan.grain,
            "target": plan.target,
            "rate": figure(rounded(value / plan.value), "ratio") if value is not None else None,
        },
    }


def points(name: str, days: Mapping[dt.date, TreeValues], span: Period, whole: dt.date | None) -> list[BandPoint]:
    """Return the last 56 days of a figure with its band."""
    series = [DayValue(when, value_of(name, days.get(when))) for when in (span.start + n * _DAY for n in range(span.days))]
    return band(series, span.end - (BAND_DAYS - 1) * _DAY, complete_until=whole, quantum=_QUANTUM[CARDS[name]])


def _state(point: BandPoint) -> str | None:
    if point.value is None or point.low is None or point.high is None or point.partial:
        return None
    return "below" if point.value < point.low else "above" if point.value > point.high else "within"


def _plan(name: str, days: Mapping[dt.date, TreeValues], day: dt.date, targets: Sequence[Target]) -> Plan | None:
    own = [target for target in targets if target.place.metric == name and not target.place.dimension]
    if not own:
        return None
    history = {when: value for when, values in days.items() if when < day and (value := value_of(name, values)) is not None}
    return plan_of_day(own, day, catalogue().get(name).additivity, history)
