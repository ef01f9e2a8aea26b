"""The shapes of boards of growth over HTTP."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import VALUE_MOST, AnalysisNote, AnalysisSpan, PeopleQuestion, Share, What

StageName = Literal["acquisition", "activation", "retention", "revenue", "referral"]


class BoardPeopleQuestion(PeopleQuestion):
    """Whom a stage stands for."""

    stage: StageName = "acquisition"
    lost: bool = Field(default=False, description="Of those, who are not in the next stage")
    row: Literal["total", "value", "none", "new", "returning"] = "total"
    value: str | None = Field(None, max_length=VALUE_MOST, description="Of the row: a value of the breakdown as the answer has it")
    before: bool = Field(default=False, description="Of the earlier period")


class BoardExport(BoardPeopleQuestion):
    """What is taken home: the figures, or the people of a stage."""

    what: What = "counts"


class BoardStage(BaseModel):
    """A stage: its people, how many of the same people are in the next one (null: it is the last), and their share."""

    stage: StageName
    people: int
    onward: int | None
    share: Share


class BoardCell(BaseModel):
    """A row of the board; ``shown`` is its value as it may be seen, and without ``value`` it can't be asked for. Money as decimal text."""

    kind: Literal["total", "value", "none", "other", "new", "returning"]
    value: str | None = None
    shown: str | None = None
    stages: list[BoardStage]
    still_open: int = Field(description="Who has not returned and still may")
    orders: int
    money: str
    money_each: str | None


class BoardDay(BaseModel):
    """How many people first were in each stage on a day, in the order of the stages."""

    day: str
    people: list[int]


class BoardSold(BaseModel):
    """What was bought of some goods or at a place; none: not known, other: all beyond the first ten."""

    kind: Literal["value", "none", "other"]
    value: str | None
    orders: int
    buyers: int
    money: str


class GrowthBoard(BaseModel):
    """A board's answer; ``until`` is the last day that has begun."""

    name: str
    period: AnalysisSpan
    until: str
    before_period: AnalysisSpan
    stages: list[StageName]
    within_days: int
    money: Literal["booked", "paid", "revenue", "event"]
    currency: str
    field: str | None
    total: BoardCell
    before: BoardCell
    breakdown: list[BoardCell]
    by_day: list[BoardDay]
    people: list[BoardCell]
    goods: list[BoardSold]
    places: list[BoardSold]
    notes: list[AnalysisNote]
    asked_ms: int


class BoardPerson(BaseModel):
    """One of the people: their stages, the first day in the one that is asked, and their money."""

    person: int
    name: str
    value: str | None
    stages: list[StageName]
    day: str | None
    orders: int
    money: str


class BoardPeople(BaseModel):
    """A page of people."""

    total: int
    people: list[BoardPerson]
    next: str | None


class BoardProofStage(BaseModel):
    """Why a person is in a stage or not, also in words."""

    stage: StageName
    counted: bool
    why: str
    en: str
    zh: str


class BoardProofShape(BaseModel):
    """What became of a person in each stage."""

    person: int
    stages: list[BoardProofStage]
    en: list[str]
    zh: list[str]
