"""What a headline is, how figures stand in its sentence, and how a definition is asked for another period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from windsock.kernel.period import Period

Unit = Literal["count", "ratio", "number", "money", "seconds"]


@dataclass(frozen=True)
class Told:
    """A text in both languages."""

    en: str
    zh: str

    def json(self) -> dict[str, str]:
        """Return both."""
        return {"en": self.en, "zh": self.zh}


@dataclass(frozen=True)
class Point:
    """A bucket of a course by its first date or hour; without a value it is blank, which is not 0."""

    bucket: str
    value: Decimal | None


@dataclass(frozen=True)
class Headline:
    """What an answer comes down to.

    Attributes:
        title: what the figure is.
        value: the figure; None where the answer has none.
        unit: count, ratio (1 is all), number, money (in ``currency``), seconds.
        sentence: the answer in one sentence.
        course: the figure by bucket; empty where the answer has no buckets.
        currency: of money.
    """

    title: Told
    value: Decimal | None
    unit: Unit
    sentence: Told
    course: tuple[Point, ...] = ()
    currency: str | None = None

    def json(self) -> dict[str, Any]:
        """Return it as it travels; figures are decimal text."""
        return {
            "title": self.title.json(),
            "value": _text(self.value),
            "unit": self.unit,
            "currency": self.currency,
            "sentence": self.sentence.json(),
            "course": [{"bucket": point.bucket, "value": _text(point.value)} for point in self.course],
        }


def at_period(kind: str, definition: Mapping[str, Any], period: Period | None) -> dict[str, Any]:
    """Return a definition with another period in place of its own; None leaves it.

    What separates who came through is asked of a funnel inside the definition, whose period it is.
    """
    given = dict(definition)
    if period is None:
        return given
    span = {"from": period.start.isoformat(), "to": period.end.isoformat()}
    inner = given.get("funnel")
    if kind == "correlation" and isinstance(inner, dict):
        return given | {"funnel": {**inner, "period": span}}
    return given | {"period": span}


def figure(given: object) -> Decimal | None:
    """Return a figure of an answer: a count or decimal text; None where it is blank."""
    return None if given is None else Decimal(str(given))


def course_of(rows: Iterable[Mapping[str, Any]], bucket: str, value: str) -> tuple[Point, ...]:
    """Return the course of a figure that stands in rows by bucket."""
    return tuple(Point(str(row[bucket]), figure(row[value])) for row in rows)


def plain(value: Decimal | int | None, digits: int = 2) -> str:
    """Return a figure as people read it, at most so many digits behind the point; a dash where there is none.

    >>> plain(Decimal("1234.50")), plain(7), plain(None)
    ('1,234.5', '7', '-')
    """
    if value is None:
        return "-"
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: Decimal | None) -> str:
    """Return a share as people read it.

    >>> percent(Decimal("0.2173")), percent(None)
    ('21.7%', '-')
    """
    return "-" if value is None else f"{(value * 100).quantize(Decimal('0.1'), ROUND_HALF_UP):,f}%"


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
