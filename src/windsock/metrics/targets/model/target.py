"""What a target is: a metric, all of the business or one value of a dimension, a period, and the value to reach."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal, get_args

from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period, bucket_start, parse_date
from windsock.metrics.model.definition import Words

if TYPE_CHECKING:
    from windsock.metrics.model.definition import Dimension, Metric

Grain = Literal["day", "week", "month", "quarter"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
GRAIN_WORDS: Mapping[str, Words] = {
    "day": Words("day", "日"),
    "week": Words("week", "周"),
    "month": Words("month", "月"),
    "quarter": Words("quarter", "季度"),
}
OWNER_MAX, NOTE_MAX, MEMBER_MAX = 80, 300, 200
WEIGHT_MAX = 100
_VALUE_MAX = Decimal(10) ** 18
_PLACES_MAX = 6
_DAYS = {"day": 1, "week": 7}
_QUARTER, _YEAR = 3, 12
_THURSDAY = 3
_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+", re.ASCII)
_WEEK = re.compile(r"(\d{4})-?W(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_QUARTERS = re.compile(r"(\d{4})-?Q([1-4])", re.ASCII)
_FIX = "Write a day as 2026-11-20, a week as 2026-W47, a month as 2026-11, a quarter as 2026-Q4."


@dataclass(frozen=True)
class Place:
    """What a target is about; no two targets share a place.

    Attributes:
        metric: the metric's name.
        dimension: the dimension that is cut by, "" for all of the business.
        member: its value, "" for all of the business.
        grain: day, week, month or quarter.
        start: the period's first date.
    """

    metric: str
    dimension: str
    member: str
    grain: Grain
    start: dt.date

    @property
    def period(self) -> Period:
        """The dates of the period, both included."""
        return period_of(self.grain, self.start)

    @property
    def name(self) -> str:
        """The period's name, such as 2026-W47."""
        return period_name(self.grain, self.start)


@dataclass(frozen=True)
class Aim:
    """What is to be reached there, and who answers for it; ``weight`` is its share in the owner's score, 1 to 100."""

    value: Decimal
    owner: str
    weight: int = 1
    note: str = ""


@dataclass(frozen=True)
class Target:
    """A target as it is kept. ``revision`` counts its changes, so that nobody overwrites what they have not seen."""

    id: str
    place: Place
    aim: Aim
    revision: int
    changed_ms: int
    changed_by: str


def period_of(grain: Grain, start: dt.date) -> Period:
    """Return the period that starts on a date.

    >>> str(period_of("month", dt.date(2026, 2, 1))), str(period_of("week", dt.date(2026, 11, 16)))
    ('2026-02-01:2026-02-28', '2026-11-16:2026-11-22')
    """
    if grain in _DAYS:
        return Period(start, start + dt.timedelta(days=_DAYS[grain] - 1))
    months = 1 if grain == "month" else _QUARTER
    index = start.year * _YEAR + start.month - 1 + months
    return Period(start, dt.date(index // _YEAR, index % _YEAR + 1, 1) - dt.timedelta(days=1))


def period_name(grain: Grain, start: dt.date) -> str:
    """Return the name of the period that starts on a date: a week has that of its Thursday in ISO 8601, on whatever day weeks begin.

    >>> [period_name(grain, dt.date(2026, 10, 1)) for grain in ("day", "month", "quarter")], period_name("week", dt.date(2025, 12, 29))
    (['2026-10-01', '2026-10', '2026-Q4'], '2026-W01')
    """
    if grain == "week":
        year, week, _ = (start + dt.timedelta(days=(_THURSDAY - start.weekday()) % 7)).isocalendar()
        return f"{year:04d}-W{week:02d}"
    if grain == "day":
        return start.isoformat()
    return f"{start.year:04d}-{start.month:02d}" if grain == "month" else f"{start.year:04d}-Q{(start.month + 2) // 3}"


def parse_name(text: str, where: str, week_start: int = 0) -> tuple[Grain, dt.date]:
    """Read the name of a period.

    Returns:
        Its grain and its first date.

    Raises:
        InvalidInput: it names no day, week, month or quarter.

    >>> parse_name("2026-W47", "period"), parse_name("2026-Q4", "period"), parse_name("2026-W47", "period", 6)[1].isoformat()
    (('week', datetime.date(2026, 11, 16)), ('quarter', datetime.date(2026, 10, 1)), '2026-11-15')
    """
    name = text.strip().upper()
    try:
        if found := _WEEK.fullmatch(name):
            thursday = dt.date.fromisocalendar(int(found[1]), int(found[2]), _THURSDAY + 1)
            return "week", bucket_start(thursday, "week", week_start)
        if found := _QUARTERS.fullmatch(name):
            return "quarter", dt.date(int(found[1]), int(found[2]) * _QUARTER - 2, 1)
        if found := _MONTH.fullmatch(name):
            return "month", dt.date(int(found[1]), int(found[2]), 1)
    except ValueError:
        raise InvalidInput(f"There is no period '{name[:40]}'.", where=where, fix=_FIX) from None
    try:
        return "day", parse_date(name, where)
    except InvalidInput:
        raise InvalidInput(f"'{text[:40]}' names no period.", where=where, fix=_FIX) from None


def parse_value(text: str, where: str) -> Decimal:
    """Read the value to reach: a number above zero, with thousands separators or as per cent if need be.

    Raises:
        InvalidInput: it is no such number, not above zero, too large, or too fine.

    >>> parse_value("1,284,000.50", "value"), parse_value("3.1 %", "value")
    (Decimal('1284000.50'), Decimal('0.031'))
    """
    given = text.strip()
    share = given.endswith("%")
    number = given.removesuffix("%").strip() if share else given
    if not _NUMBER.fullmatch(number):
        raise InvalidInput(f"'{text[:40]}' is no number.", where=where, fix="Write it as 1284000.50 or as 3.1%.")
    try:
        value = Decimal(number.replace(",", "")) / (100 if share else 1)
    except InvalidOperation:
        raise InvalidInput(f"'{text[:40]}' is no number.", where=where) from None
    if value <= 0:
        raise InvalidInput("A target is above zero.", where=where, fix="What was reached is divided by it, so it can't be zero.")
    if value >= _VALUE_MAX or -int(value.normalize().as_tuple().exponent) > _PLACES_MAX:
        raise InvalidInput("The target is too large or has more than six decimals.", where=where, fix="Round it.")
    return value


def check_text(text: str, where: str) -> None:
    """Refuse text that not every database can keep: control characters but line breaks, and halves of characters.

    Raises:
        InvalidInput: it holds one.
    """
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in text):
        raise InvalidInput("The text holds a control character.", where=where, fix="Type it anew.")


def check_place(place: Place, metric: Metric, dimensions: Mapping[str, Dimension], cuts: tuple[str, ...], week_start: int) -> None:
    """Refuse a target that could never be measured.

    Args:
        place: what it is about.
        metric: its metric.
        dimensions: all dimensions by name.
        cuts: the dimensions by which the metric can be cut.
        week_start: the first day of the week, 0 is Monday.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    if bucket_start(place.start, place.grain, week_start) != place.start:
        right = bucket_start(place.start, place.grain, week_start)
        raise InvalidInput(f"{place.start} is not the first date of a {place.grain}.", where="start", fix=f"It starts on {right}.")
    if not place.dimension and not place.member:
        return
    if not place.dimension or not place.member:
        raise InvalidInput("A dimension needs its value, and a value its dimension.", where="dimension", fix="Give both, or neither.")
    check_text(place.member, "member")
    if len(place.member) > MEMBER_MAX:
        raise InvalidInput(f"The value is longer than {MEMBER_MAX} characters.", where="member")
    if place.dimension not in cuts or dimensions[place.dimension].kind == "date":
        known = [name for name in cuts if dimensions[name].kind != "date"]
        raise InvalidInput(
            f"{metric.name} can't be cut by '{place.dimension[:60]}'.", where="dimension", fix=f"Use one of: {', '.join(known)[:400]}."
        )
    _check_member(place, dimensions[place.dimension].kind)


def _check_member(place: Place, kind: str) -> None:
    if kind == "boolean" and place.member not in ("true", "false"):
        raise InvalidInput(f"'{place.member[:40]}' is neither true nor false.", where="member", fix="Write true or false.")
    if kind == "integer" and not re.fullmatch(r"-?\d{1,18}", place.member, re.ASCII):
        raise InvalidInput(f"'{place.member[:40]}' is no whole number.", where="member")


def check_aim(aim: Aim) -> None:
    """Refuse an owner, weight or note that can't be.

    Raises:
        InvalidInput: says which.
    """
    check_text(aim.owner, "owner")
    check_text(aim.note, "note")
    if not aim.owner.strip() or len(aim.owner) > OWNER_MAX:
        raise InvalidInput(f"An owner has 1 to {OWNER_MAX} characters.", where="owner", fix="Name the role or team that answers for it.")
    if not 1 <= aim.weight <= WEIGHT_MAX:
        raise InvalidInput(f"A weight lies between 1 and {WEIGHT_MAX}.", where="weight")
    if len(aim.note) > NOTE_MAX:
        raise InvalidInput(f"A note has at most {NOTE_MAX} characters.", where="note")
