"""The shapes of stickiness and of the life cycle over HTTP: questions, figures, people, proofs."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import AnalysisLine, AnalysisNote, AnalysisSpan, PeopleQuestion, Share, What

Bucket = Literal["day", "week", "month"]
State = Literal["active", "new", "returning", "resurrected", "dormant"]
Date = str | None


class StickyPeopleQuestion(PeopleQuestion):
    """Whom a figure stands for: those of a bucket, or of the window of days that ends with a day."""

    bucket: Date = Field(None, max_length=10, description="Any day of the bucket")
    days: int | None = Field(None, ge=1, le=31, description="Of a bucket: those active on exactly so many days of it")
    at_least: bool = Field(default=False, description="Or on more")
    day: Date = Field(None, max_length=10)
    window: Literal[1, 7, 30] = Field(1, description="Of a day: so many days that end with it")


class StickyExport(StickyPeopleQuestion):
    """What is taken home: the figures, or the people behind one."""

    what: What = "counts"


class StagePeopleQuestion(PeopleQuestion):
    """Whom a figure of the life cycle stands for: a bucket by any of its days, and which of its people."""

    bucket: str = Field(max_length=10)
    state: State = "active"


class LifecycleExport(PeopleQuestion):
    """What is taken home: the figures, or the people of a bucket."""

    what: What = "counts"
    bucket: Date = Field(None, max_length=10)
    state: State = "active"


class StickyDays(BaseModel):
    """People active on exactly so many days of a bucket, and on so many or more."""

    days: int
    people: int
    at_least: int


class StickyBucket(BaseModel):
    """A week or month: its days within the period, its people, and the people of an average day as a share of them (null until it is over)."""

    bucket: str
    days: int
    over: bool
    people: int
    person_days: int
    average_days: Share
    ratio: Share
    by_days: list[StickyDays]


class StickyDay(BaseModel):
    """A day: the different people of it, and of the 7 and 30 days that end with it; ratios are null until it is over."""

    day: str
    over: bool
    dau: int
    wau: int
    mau: int
    dau_wau: Share
    dau_mau: Share


class StickinessShape(BaseModel):
    """The answer of stickiness."""

    name: str
    by: Literal["week", "month"]
    period: AnalysisSpan
    until: str
    buckets: list[StickyBucket]
    days: list[StickyDay]
    notes: list[AnalysisNote]
    asked_ms: int


class LifecycleBucket(BaseModel):
    """A bucket: its people by state; dormant is null until it is over."""

    bucket: str
    over: bool
    active: int
    new: int
    returning: int
    resurrected: int
    dormant: int | None


class LifecycleShape(BaseModel):
    """The answer of the life cycle."""

    name: str
    by: Bucket
    period: AnalysisSpan
    until: str
    buckets: list[LifecycleBucket]
    notes: list[AnalysisNote]
    asked_ms: int


class StickyPerson(BaseModel):
    """One of the people: their active days in the bucket or window, and their first event in it."""

    person: int
    name: str
    days: int
    first: str


class StickyPeople(BaseModel):
    """A page of people."""

    total: int
    people: list[StickyPerson]
    next: str | None


class StagePerson(BaseModel):
    """One of the people of a bucket: what they are, their first event in it, and their last one before it."""

    person: int
    name: str
    state: Literal["new", "returning", "resurrected", "dormant"]
    first: str | None
    before: str | None


class StagePeople(BaseModel):
    """A page of people."""

    total: int
    people: list[StagePerson]
    next: str | None


class ActivityEvent(BaseModel):
    """The event that made it so."""

    event: str
    key: str
    at: str


class ActiveDay(AnalysisLine):
    """An active day with its first event."""

    day: str
    event: ActivityEvent | None


class ActivityReason(AnalysisLine):
    """What the person is in a bucket (null: in none), also in words; of stickiness with each active day."""

    bucket: Date
    why: str
    event: ActivityEvent | None
    before: str | None = None
    days: int | None = None
    of: int | None = None
    active: list[ActiveDay] = Field(default_factory=list[ActiveDay])


class ActivityProofShape(BaseModel):
    """What became of a person, bucket by bucket; ``more`` of them are not shown."""

    person: int
    buckets: list[ActivityReason]
    more: int
