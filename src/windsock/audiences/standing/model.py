"""The rules of standing: what they may say, and the stage of a buyer. Formulas: shrunken median gap, and times away in units of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, cast

from windsock.kernel.errors import InvalidInput

Stage = Literal["new", "growing", "mature", "dozing", "at_risk", "lost"]
STAGES: tuple[Stage, ...] = ("new", "growing", "mature", "dozing", "at_risk", "lost")
GROWING_FROM, MATURE_FROM = 2, 4
Thresholds = Literal["held", "mean", "median"] | tuple[Decimal, Decimal, Decimal]
MONEYS = ("paid", "booked", "revenue")
OFS = ("order", "total")
MONTHS_MOST, TIMES_MOST = 60, 100
DEFAULT: dict[str, Any] = {
    "months": 12, "money": "paid", "monetary": "order", "thresholds": "held", "shrink": 3, "dozing": 1, "at_risk": 2, "lost": 3,
}  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """What a standing is judged by.

    Attributes:
        months: purchases of so many months make the class.
        money: which money, as in analyses.
        monetary: money of an order on average, or of all.
        thresholds: held (the means of the first month with a whole look back that was frozen under this version), mean, median, or given: days at
            most, orders and money at least.
        shrink: so many gaps of everybody are mixed with a buyer's own.
        dozing, at_risk, lost: stages begin at so many usual gaps away.
    """

    months: int
    money: str
    monetary: str
    thresholds: Thresholds
    shrink: float
    dozing: float
    at_risk: float
    lost: float

    def json(self) -> dict[str, Any]:
        """Return the rules as they are written."""
        given = self.thresholds
        names = ("recency", "frequency", "monetary")
        told = {name: float(one) for name, one in zip(names, given, strict=True)} if isinstance(given, tuple) else given
        return {**vars(self), "thresholds": told}


def read_rules(given: object, where: str = "rules") -> Rules:
    """Read rules; what is left out is as it ships.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    if not isinstance(given, Mapping):
        raise InvalidInput("The rules are no mapping.", where=where, fix="Write {months: 12, thresholds: held}.")
    found = cast("Mapping[str, Any]", given)
    unknown = [key for key in found if key not in DEFAULT]
    if unknown:
        raise InvalidInput(f"There is no rule '{str(unknown[0])[:40]}'.", where=where, fix=f"Known: {', '.join(DEFAULT)}.")
    said = DEFAULT | dict(found)
    months = said["months"]
    if isinstance(months, bool) or not isinstance(months, int) or not 1 <= months <= MONTHS_MOST:
        raise InvalidInput("So many months can't be looked at.", where=f"{where}.months", fix=f"Write 1 to {MONTHS_MOST}.")
    for name, known in (("money", MONEYS), ("monetary", OFS)):
        if said[name] not in known:
            raise InvalidInput(f"'{str(said[name])[:40]}' is no {name}.", where=f"{where}.{name}", fix=f"Write {' or '.join(known)}.")
    bounds = [_number(said[name], f"{where}.{name}") for name in ("shrink", "dozing", "at_risk", "lost")]
    if not 0 < bounds[1] < bounds[2] < bounds[3]:
        raise InvalidInput("The stages are not in order.", where=where, fix="Write dozing below at_risk below lost, all above 0.")
    return Rules(months, said["money"], said["monetary"], _thresholds(said["thresholds"], f"{where}.thresholds"), *bounds)


def _thresholds(given: object, where: str) -> Thresholds:
    if given in ("held", "mean", "median"):
        return cast("Thresholds", given)
    names = ("recency", "frequency", "monetary")
    if not isinstance(given, Mapping) or sorted(cast("Mapping[str, Any]", given)) != sorted(names):
        raise InvalidInput(
            "The thresholds are not understood.", where=where, fix="Write held, mean, median or {recency: 90, frequency: 2, monetary: 1500}."
        )
    found = cast("Mapping[str, Any]", given)
    days, orders, money = (Decimal(str(_number(found[name], f"{where}.{name}", most=10**12))) for name in names)
    return days, orders, money


def _number(given: object, where: str, most: float = TIMES_MOST) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float, Decimal)) or not 0 <= given <= most:
        raise InvalidInput("A number is wanted.", where=where, fix=f"Write 0 to {most:g}.")
    return float(given)


def usual_gap(gaps: int, median: float, of_everybody: float, shrink: float) -> float:
    """Return a buyer's usual days between purchases: their own median, pulled towards that of everybody's gaps as if they had so many of those.

    >>> usual_gap(3, 40, 100, 3)
    70.0
    """
    return (gaps * median + shrink * of_everybody) / (gaps + shrink) if gaps + shrink else of_everybody


def stage_of(purchases: int, away: float, rules: Rules) -> Stage:
    """Return the stage of a buyer who has been away for so many of their usual gaps.

    >>> stage_of(4, 150 / 70, read_rules({}))
    'at_risk'
    """
    if away >= rules.lost:
        return "lost"
    if away >= rules.at_risk:
        return "at_risk"
    if away >= rules.dozing:
        return "dozing"
    return "mature" if purchases >= MATURE_FROM else "growing" if purchases >= GROWING_FROM else "new"


def month_ends(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the last days of the months from that of ``first`` to the last one that is over by ``last``.

    >>> month_ends(dt.date(2026, 1, 15), dt.date(2026, 3, 30))
    [datetime.date(2026, 1, 31), datetime.date(2026, 2, 28)]
    """
    found: list[dt.date] = []
    day = first.replace(day=1)
    while (end := next_month(day) - dt.timedelta(days=1)) <= last:
        found.append(end)
        day = next_month(day)
    return found


def next_month(day: dt.date) -> dt.date:
    """Return the first day of the month after that of a day."""
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
