"""The shapes of RFM grids over HTTP. Money and means as decimal text."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import AnalysisNote, AnalysisSpan, PeopleQuestion, Share, What
from windsock.analyses.rfm.model import SCORES


class RfmBuyersQuestion(PeopleQuestion):
    """Whom a cell or group stands for; without any of them, all buyers."""

    recency: int | None = Field(None, ge=1, le=SCORES)
    frequency: int | None = Field(None, ge=1, le=SCORES)
    group: str | None = Field(None, pattern=r"^[01]{3}$")


class RfmExport(RfmBuyersQuestion):
    """What is taken home: the figures, or the buyers of a cell or group."""

    what: What = "counts"


class RfmHeap(BaseModel):
    """Some buyers: how many, their share of all, their orders and money, and what each has on average."""

    people: int
    share: Share
    orders: int
    money: str
    money_each: str | None
    orders_each: str | None
    days_each: str | None


class RfmCell(RfmHeap):
    """A cell of the grid by its scores, 1 to 5."""

    recency: int
    frequency: int


class RfmGroup(RfmHeap):
    """One of the eight groups: which sides of the thresholds (recent, often, much), and its names."""

    code: str
    en: str
    zh: str


class RfmThresholds(BaseModel):
    """What the groups are cut at: days, orders, money."""

    recency: str | None
    frequency: str | None
    monetary: str | None


class RfmRange(BaseModel):
    """What buyers of a score have on an axis, from the least to the most: days, orders, or money."""

    score: int
    low: str
    high: str


class RfmRanges(BaseModel):
    """The ranges of each axis, of the scores that somebody has."""

    recency: list[RfmRange]
    frequency: list[RfmRange]
    monetary: list[RfmRange]


class RfmShape(BaseModel):
    """An RFM grid's answer; ``until`` is the day that recency is counted from."""

    name: str
    money: Literal["booked", "paid", "revenue", "event"]
    monetary: Literal["order", "total"]
    currency: str
    period: AnalysisSpan
    until: str
    scores: Literal["quantiles", "cuts"]
    side: Literal["mean", "median", "given"]
    thresholds: RfmThresholds
    ranges: RfmRanges
    total: RfmHeap
    cells: list[RfmCell]
    groups: list[RfmGroup]
    notes: list[AnalysisNote]
    asked_ms: int


class RfmBuyer(BaseModel):
    """One of the buyers: figures, scores and group."""

    person: int
    name: str
    last: str
    days: int
    orders: int
    money: str
    monetary: str
    recency: int
    frequency: int
    monetary_score: int
    group: str


class RfmBuyers(BaseModel):
    """A page of buyers."""

    total: int
    people: list[RfmBuyer]
    next: str | None


class RfmProofScores(BaseModel):
    """Scores, 1 to 5."""

    recency: int
    frequency: int
    monetary: int


class RfmProofBuyer(BaseModel):
    """Where the amounts put a person."""

    last: str
    days: int
    orders: int
    money: str
    monetary: str
    scores: RfmProofScores
    group: str


class RfmProofAmount(BaseModel):
    """An amount of the person."""

    day: str
    amount: str
    ref: str


class RfmProofShape(BaseModel):
    """What a person bought and what it makes on each axis, also in words; without ``buyer`` the person is none."""

    person: int
    currency: str
    until: str
    buyer: RfmProofBuyer | None
    amounts: list[RfmProofAmount]
    en: list[str]
    zh: list[str]
