"""The shapes of trends over HTTP."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import VALUE_MOST, AnalysisNote, AnalysisSpan, PeopleQuestion

Kind = Literal["total", "value", "none", "other"]


class TrendPeopleQuestion(PeopleQuestion):
    """Whom, or what, a point stands for."""

    series: str = Field("A", max_length=120, description="The letter of a series, or its name")
    line: Literal["total", "value", "none"] = "total"
    value: str | None = Field(None, max_length=VALUE_MOST, description="Of the line: a value of the breakdown as the answer has it")
    bucket: str | None = Field(None, max_length=40, description="As the answer names it; null for the whole period")
    before: bool = Field(default=False, description="Of the earlier period")


class TrendExport(TrendPeopleQuestion):
    """What is taken home: the figures, or the people or events behind a point."""

    what: Literal["counts", "people", "events"] = "counts"


class TrendSeries(BaseModel):
    """A series: its letter, as formulas name it, and what it measures."""

    letter: str
    name: str
    measure: Literal["events", "people", "per_person", "sum", "average", "min", "max", "median"]
    of: str | None


class TrendDrawn(BaseModel):
    """Figures as decimal text, one for each bucket, and the one of the whole period; null is blank, which is not 0."""

    total: str | None
    points: list[str | None]
    moving: list[str | None] = Field(default_factory=list[str | None])


class TrendLine(BaseModel):
    """All series of a line; ``values`` has one for each field; without ``value`` they are masked."""

    kind: Kind
    value: str | None = None
    values: list[str | None] = Field(default_factory=list[str | None])
    series: list[TrendDrawn]
    formula: TrendDrawn | None


class TrendBefore(TrendLine):
    """The line of everything in an earlier period, its points beside those of this one."""

    from_: str = Field(alias="from")
    to: str


class TrendBucket(BaseModel):
    """A bucket: open where it is not over, cut where the period holds a part of it; and the one of the earlier period beside it."""

    bucket: str
    state: Literal["whole", "cut", "open"]
    before: str | None


class TrendShape(BaseModel):
    """A trend's answer."""

    name: str
    period: AnalysisSpan
    grain: Literal["hour", "day", "week", "month"]
    series: list[TrendSeries]
    formula: str | None
    fields: list[str]
    cumulative: bool
    moving: int | None
    buckets: list[TrendBucket]
    total: TrendLine
    breakdown: list[TrendLine]
    before: TrendBefore | None
    notes: list[AnalysisNote]
    asked_ms: int


class TrendPerson(BaseModel):
    """One of the people: how many of the events, the first and the last."""

    person: int
    name: str
    events: int
    first: str
    last: str


class TrendPeople(BaseModel):
    """A page of people."""

    total: int
    people: list[TrendPerson]
    next: str | None


class TrendEvent(BaseModel):
    """One of the events, with its person; ``number`` is that of the field that is measured."""

    person: int
    name: str
    event: str
    at: str
    key: str
    number: str | None
    value: str | None


class TrendEvents(BaseModel):
    """A page of events."""

    total: int
    people: list[TrendEvent]
    next: str | None


class TrendProofEvent(BaseModel):
    """An event of the person, and in which series it counts."""

    event: str
    key: str
    at: str
    bucket: str
    why: Literal["counted", "no_number", "tests"]
    series: list[str]


class TrendProofShape(BaseModel):
    """What each event of a person counts for, also in words."""

    person: int
    asked: bool
    counts: dict[str, int]
    events: list[TrendProofEvent]
    en: list[str]
    zh: list[str]
