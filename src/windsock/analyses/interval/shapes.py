"""The shapes of intervals over HTTP: questions, figures and bins, and the intervals behind."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import VALUE_MOST, AnalysisNote, AnalysisSpan, PeopleQuestion, What
from windsock.analyses.interval.model import BINS_MOST
from windsock.analyses.shapes import FunnelTimes


class IntervalPeopleQuestion(PeopleQuestion):
    """Which intervals a figure stands for: a bin, or all, of a cell."""

    bin: int | None = Field(None, ge=1, le=BINS_MOST + 1, description="From 1, as the answer lists them")
    cell: Literal["total", "value", "none", "bucket"] = "total"
    value: str | None = Field(None, max_length=VALUE_MOST, description="Of the cell: a value of the breakdown, or a first date")


class IntervalExport(IntervalPeopleQuestion):
    """What is taken home: the figures, or the intervals behind one of them."""

    what: What = "counts"


class IntervalBin(BaseModel):
    """A bin: from so long until less than so long, in ms; the last one has no end."""

    from_ms: int
    below_ms: int | None


class IntervalCell(BaseModel):
    """One cell: its intervals, their people, how long they took, how many lie in each bin, and starts that may still find an end."""

    kind: Literal["total", "value", "none", "other", "bucket"]
    value: str | None = None
    masked: bool = Field(default=False, description="Its value is not shown in full, so that it can't be asked for")
    bucket: str | None = None
    intervals: int
    people: int
    times: FunnelTimes
    bins: list[int]
    still_open: int


class IntervalShape(BaseModel):
    """An answer of intervals."""

    name: str
    period: AnalysisSpan
    pair: Literal["last", "first"]
    field: str | None
    bins: list[IntervalBin]
    total: IntervalCell
    breakdown: list[IntervalCell]
    trend: list[IntervalCell]
    notes: list[AnalysisNote]
    asked_ms: int


class IntervalPerson(BaseModel):
    """An interval with whose it is."""

    person: int
    name: str
    held: str | None
    value: str | None
    start: str
    end: str
    length_ms: int


class IntervalPeople(BaseModel):
    """A page of intervals: how many in all, and of how many people."""

    total: int
    of_people: int
    people: list[IntervalPerson]
    next: str | None
