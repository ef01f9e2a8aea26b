"""The shapes of distributions over HTTP: questions, figures and bins, and the people behind."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import AnalysisNote, AnalysisSpan, PeopleQuestion, What
from windsock.analyses.distribution.model import BINS_MOST

Figure = Annotated[str | None, Field(description="Exact decimal text; null where there is none")]


class DistributionPeopleQuestion(PeopleQuestion):
    """Whom a figure stands for: those of a bin, or all; of a bucket of the trend, or of the whole period."""

    bin: int | None = Field(None, ge=1, le=BINS_MOST + 1, description="From 1, as the answer lists them")
    bucket: str | None = Field(None, max_length=10, description="The first date of the bucket")


class DistributionExport(DistributionPeopleQuestion):
    """What is taken home: the figures, or the people behind one of them."""

    what: What = "counts"


class DistributionBin(BaseModel):
    """A bin: from an amount until less than another one; null where it has no end."""

    from_: Figure = Field(alias="from")
    below: Figure


class DistributionCell(BaseModel):
    """One cell: the people, the quartiles of their figures, and how many lie in each bin."""

    bucket: str | None = None
    people: int
    least: Figure
    p25: Figure
    median: Figure
    p75: Figure
    most: Figure
    mean: Figure
    total: Figure
    bins: list[int]


class DistributionShape(BaseModel):
    """An answer of a distribution."""

    name: str
    of: Literal["times", "days", "hours", "hours_of_day", "sum"]
    field: str | None
    period: AnalysisSpan
    bins: list[DistributionBin]
    total: DistributionCell
    trend: list[DistributionCell]
    notes: list[AnalysisNote]
    asked_ms: int


class DistributionPerson(BaseModel):
    """A person with their figure, the number of events, and when the first and the last one was."""

    person: int
    name: str
    figure: str
    events: int
    first: str
    last: str


class DistributionPeople(BaseModel):
    """A page of people."""

    total: int
    people: list[DistributionPerson]
    next: str | None
