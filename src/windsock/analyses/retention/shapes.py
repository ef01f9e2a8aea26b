"""The shapes of retention over HTTP: questions, rates, members, proofs."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import VALUE_MOST, AnalysisLine, AnalysisNote, AnalysisSpan, PeopleQuestion, PersonQuestion, Share, What
from windsock.analyses.model.retention import CELLS_MOST

Figure = str | None


class RetentionPeopleQuestion(PeopleQuestion):
    """Whom a cell stands for."""

    row: Literal["total", "cohort", "value", "none"] = "total"
    value: str | None = Field(None, max_length=VALUE_MOST, description="Of the row: a first date, or a value of the breakdown as the answer has it")
    cell: int | None = Field(None, ge=0, lt=CELLS_MOST, description="Those who returned in this cell, from 0; null: all members of the row")
    lost: bool = Field(default=False, description="Those who did not return in the cell instead")


class RetentionExplainQuestion(PersonQuestion):
    """For whom it is explained, and of which cohort by any of its days; all cohorts otherwise."""

    cohort: str | None = Field(None, max_length=10)


class RetentionExport(RetentionPeopleQuestion):
    """What is taken home: the rates, or the members behind one cell."""

    what: What = "counts"


class RetentionCell(BaseModel):
    """One cell: of how many members it is over, how many returned (null: not over for all of them), and the measure as decimal text."""

    judged: int
    returned: int | None
    rate: Share
    measure: Figure = None
    per_member: Figure = None


class RetentionRow(BaseModel):
    """A cohort by its first date, a value, or all; ``value`` is what its people are asked by, ``shown`` what it is called, masked if it must be."""

    kind: Literal["cohort", "value", "none", "other", "total"]
    cohort: str | None = None
    value: str | None = None
    shown: str | None = None
    size: int
    cells: list[RetentionCell]


class RetentionMeasure(BaseModel):
    """What else is told of a cell: the number of return events, the days with one, or the sum of a field."""

    what: Literal["count", "days", "sum"]
    of: str | None


class RetentionShape(BaseModel):
    """A retention's answer; ``cells`` are what the cells are called, ``people`` the different people among all members."""

    name: str
    grain: Literal["day", "week", "month", "rolling", "brackets", "trip"]
    cohorts_by: Literal["day", "week", "month"]
    starts: Literal["recurring", "first"]
    returns: Literal["on", "on_or_after"]
    period: AnalysisSpan
    until: str
    interval: Literal["given", "site", "own"] | None = None
    interval_days: int | None = None
    cells: list[str]
    brackets: list[int] = Field(description="Of brackets: the first day of each cell, and the first day after the last one")
    measure: RetentionMeasure | None
    people: int
    total: RetentionRow
    cohorts: list[RetentionRow]
    breakdown: list[RetentionRow]
    notes: list[AnalysisNote]
    asked_ms: int


class RetentionMember(BaseModel):
    """A member: the person, the cohort, the start, its value, the first return in the cell, and the member's interval of trips."""

    person: int
    name: str
    cohort: str
    started: str
    value: str | None
    returned: str | None
    interval_days: int | None


class RetentionPeople(BaseModel):
    """A page of members, by person and cohort."""

    total: int
    people: list[RetentionMember]
    next: str | None


class RetentionEvent(BaseModel):
    """The event that counted, or nearly did."""

    event: str
    key: str
    at: str


class RetentionCellProof(AnalysisLine):
    """What became of a cell, also in words."""

    cell: int
    label: str
    why: str
    event: RetentionEvent | None


class RetentionNobody(AnalysisLine):
    """Why a person is in no cohort."""

    why: str
    event: RetentionEvent | None


class RetentionCohortProof(BaseModel):
    """A cohort of the person: the start, and each cell."""

    cohort: str
    start: RetentionEvent | None
    interval_days: int | None
    cells: list[RetentionCellProof]


class RetentionProofShape(BaseModel):
    """What became of a person; ``more`` cohorts are not shown."""

    person: int
    nobody: RetentionNobody | None
    cohorts: list[RetentionCohortProof]
    more: int
