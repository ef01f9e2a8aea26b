"""The shapes of lifetime values over HTTP. Money as decimal text; null is not over for every member, which is not 0."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import AnalysisNote, AnalysisSpan, PeopleQuestion, What
from windsock.analyses.revenue.model import CELLS_MOST


class RevenueMembersQuestion(PeopleQuestion):
    """Whom a cell stands for."""

    cohort: str | None = Field(None, max_length=10, description="Any date of the cohort; null: all of them")
    cell: int | None = Field(None, ge=0, lt=CELLS_MOST, description="Until this age; null: until today")


class RevenueExport(RevenueMembersQuestion):
    """What is taken home: the figures, or the members of a cell."""

    what: What = "counts"


class RevenueCell(BaseModel):
    """The money of a cohort until an age: of how many members it is told, how much, how much for each, and how many of them bought by then."""

    judged: int
    value: str | None
    per_member: str | None
    buyers: int | None


class RevenueRow(BaseModel):
    """A cohort (null: all of them): its members, and those of them with a purchase since."""

    cohort: str | None
    size: int
    buyers: int
    cells: list[RevenueCell]


class RevenueShape(BaseModel):
    """A lifetime value's answer: observed until today, not predicted."""

    name: str
    money: Literal["booked", "paid", "revenue", "event"]
    currency: str
    start: Literal["order", "event"]
    starts: Literal["first", "period"]
    cohorts_by: Literal["day", "week", "month"]
    grain: Literal["day", "week", "month", "ages"]
    period: AnalysisSpan
    cells: list[str]
    total: RevenueRow
    cohorts: list[RevenueRow]
    without_person: str = Field(description="Money of the period of orders whose booker is not known")
    observed: bool
    notes: list[AnalysisNote]
    asked_ms: int


class RevenueMember(BaseModel):
    """One of the members, with what they brought."""

    person: int
    name: str
    cohort: str
    start: str
    value: str
    purchases: int


class RevenueMembers(BaseModel):
    """A page of members, and what all of them brought."""

    total: int
    value: str
    people: list[RevenueMember]
    next: str | None


class RevenueAmount(BaseModel):
    """An amount of a person: at which age it counts, or why it does not."""

    day: str
    amount: str
    ref: str
    why: Literal["adds", "before", "beyond"]
    cell: int | None
    value: str


class RevenueProofShape(BaseModel):
    """What a person brought, also in words."""

    person: int
    start: str | None
    cohort: str | None
    currency: str
    amounts: list[RevenueAmount]
    en: list[str]
    zh: list[str]
