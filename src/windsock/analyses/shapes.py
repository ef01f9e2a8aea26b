"""The shapes of analyses over HTTP: questions, answers, people, proofs, and what is saved."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import VALUE_MOST, AnalysisNote, AnalysisSpan, Body, Definition, PeopleQuestion, PersonQuestion, Share, What
from windsock.conditions.model import STEPS_MOST


class FunnelPeopleQuestion(PeopleQuestion):
    """Whom a count stands for."""

    step: int = Field(1, ge=1, le=STEPS_MOST, description="Those who reached this step, from 1")
    dropped: bool = Field(default=False, description="Of those, who did not reach the next step that can't be left out")
    cell: Literal["total", "value", "none", "bucket"] = "total"
    value: str | None = Field(None, max_length=VALUE_MOST, description="Of the cell: a value of the breakdown as the answer has it, or a first date")


class FunnelExplainQuestion(PersonQuestion):
    """For whom each step is explained, and which attempt by its first instant, as the list of people has it."""

    start_ms: int | None = Field(None, ge=0, le=2**53)


class FunnelExport(FunnelPeopleQuestion):
    """What is taken home: the counts, or the people behind one of them."""

    what: What = "counts"


class FunnelTimes(BaseModel):
    """How long it took, in ms."""

    count: int
    least_ms: int | None
    p25_ms: int | None
    median_ms: int | None
    p75_ms: int | None
    most_ms: int | None
    mean_ms: int | None


class FunnelStep(BaseModel):
    """A step of a cell; ``hop`` is the time since the step before, ``dropped`` who did not go on."""

    count: int
    of_first: Share
    of_before: Share
    dropped: int | None
    hop: FunnelTimes | None = None


class FunnelCell(BaseModel):
    """One funnel of an answer; ``values`` are those of a cell of the breakdown, one for each field; without ``value`` they are masked."""

    kind: Literal["total", "value", "none", "other", "bucket"]
    value: str | None = None
    values: list[str | None] = Field(default_factory=list[str | None])
    bucket: str | None = None
    steps: list[FunnelStep]
    to_convert: FunnelTimes
    still_open: int


class FunnelShape(BaseModel):
    """A funnel's answer."""

    name: str
    count: Literal["people", "first", "entries"]
    order: Literal["ordered", "strict", "unordered"]
    period: AnalysisSpan
    steps: list[str]
    fields: list[str]
    total: FunnelCell
    breakdown: list[FunnelCell]
    trend: list[FunnelCell]
    notes: list[AnalysisNote]
    asked_ms: int


class FunnelPerson(BaseModel):
    """One of the people (or entries): the number of the person, the held value, the instants of the steps, the value of the breakdown."""

    person: int
    name: str
    held: str | None
    value: str | None
    times: list[str | None]
    start_ms: int = Field(description="The first instant, to the millisecond: names the attempt when it is explained")


class FunnelPeople(BaseModel):
    """A page of people."""

    total: int
    people: list[FunnelPerson]
    next: str | None


class ProofEvent(BaseModel):
    """The event that counted, or nearly did."""

    event: str
    key: str
    at: str


class ProofStep(BaseModel):
    """What became of a step, also in words."""

    step: str
    why: str
    event: ProofEvent | None
    gap_ms: int | None
    limit_ms: int | None
    en: str
    zh: str


class FunnelProof(BaseModel):
    """What became of a person."""

    person: int
    steps: list[ProofStep]


class KnownTitle(BaseModel):
    """What something is called."""

    en: str
    zh: str


class KnownEvent(BaseModel):
    """An event that was stored: how many, and when the last one was."""

    name: str
    title: KnownTitle
    volume: int
    last: str


class KnownField(BaseModel):
    """A field of events, or of the lines of orders; ``valued``: its values can be listed."""

    name: str
    title: KnownTitle
    valued: bool


class KnownDays(BaseModel):
    """The first and the last civil date of something."""

    first: str
    last: str


class KnownShape(BaseModel):
    """What analyses can be asked about; ``orders`` says when orders were booked, null where there are none; ``today`` is the workspace's date."""

    events: list[KnownEvent]
    fields: list[KnownField]
    line_fields: list[KnownField]
    orders: KnownDays | None
    traits: list[str]
    today: str


class ValuesShape(BaseModel):
    """Values of a field, the most frequent ones first."""

    values: list[str]


class NewAnalysis(Body):
    """An analysis to save under the name that its definition has."""

    kind: str = Field("funnel", max_length=20, description="What kind of analysis")
    definition: Definition


class ChangedAnalysis(Body):
    """An analysis to change; ``base_version`` is the one that was looked at."""

    definition: Definition
    base_version: int = Field(ge=1, le=2**31)


class SavedAnalysis(BaseModel):
    """A saved analysis."""

    id: str
    kind: str
    name: str
    definition: dict[str, Any]
    owner: str
    mine: bool
    may_edit: bool
    version: int
    changed: str


class SavedList(BaseModel):
    """Saved analyses, the last changed first."""

    items: list[SavedAnalysis]
    next: str | None
