"""The shapes of the HTTP door: bodies that come in, answers that go out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Title = Annotated[str, Field(max_length=300)]
Reason = Annotated[str, Field(min_length=1, max_length=1_000)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class IncidentBody(_Body):
    """An incident opened by hand; one of the same ``cause`` is joined. ``money_per_hour`` is decimal text in the workspace's currency."""

    title_zh: Title = ""
    title_en: Title = ""
    reason: Reason
    cause: str | None = Field(None, min_length=1, max_length=200)
    money_per_hour: str | None = Field(None, max_length=30)
    people: int | None = Field(None, ge=0, le=10**10)
    owner: str = Field("", max_length=120)
    where: dict[str, str] = Field(default_factory=dict[str, str], max_length=20)


class ItsmRecordBody(_Body):
    """A problem, a change or a task; what is made twice under one ``key`` is made once."""

    kind: Literal["problem", "change", "task"]
    title_zh: Title = ""
    title_en: Title = ""
    of: list[str] = Field(default_factory=list[str], max_length=100)
    given: dict[str, Any] = Field(default_factory=dict[str, Any], max_length=20)
    key: str | None = Field(None, min_length=1, max_length=80)


class ItsmMoveBody(_Body):
    """A move: ``event`` is one of the record's ``events``, ``version`` the one that was seen."""

    event: str = Field(max_length=20)
    reason: Reason
    version: int = Field(ge=1)
    evidence: dict[str, str] = Field(default_factory=dict[str, str], max_length=20)


class ItsmWordsBody(_Body):
    """Words of a record to change; ``version`` is the one that was seen."""

    given: dict[str, Any] = Field(max_length=20)
    version: int = Field(ge=1)


class ItsmNoteBody(_Body):
    """A line for the timeline."""

    text: str = Field(min_length=1, max_length=4_000)


class ItsmLinkBody(_Body):
    """A problem, change or task that belongs to the record."""

    target: str = Field(max_length=40)


class IncidentMergeBody(_Body):
    """The incident that this one becomes a part of."""

    into: str = Field(max_length=40)
    reason: Reason
    version: int = Field(ge=1)


class IncidentReviewBody(_Body):
    """The five answers; ``version`` is the one that was seen, 0 for none."""

    what: str = Field(max_length=4_000)
    seen: str = Field(max_length=4_000)
    cost: str = Field(max_length=4_000)
    cause: str = Field(max_length=4_000)
    change: str = Field(max_length=4_000)
    version: int = Field(ge=0)


class DutyBody(_Body):
    """A weekly slot (weekday 0 is Monday; local minutes of the day) or an override (ms UTC)."""

    member: str = Field(min_length=1, max_length=120)
    level: int = Field(1, ge=1, le=3)
    weekday: int | None = Field(None, ge=0, le=6)
    from_minute: int | None = Field(None, ge=0, le=1439)
    to_minute: int | None = Field(None, ge=0, le=1439)
    from_ms: int | None = Field(None, ge=1, le=10**14)
    to_ms: int | None = Field(None, ge=1, le=10**14)


class ItsmRecordItem(BaseModel):
    """A record: its ITIL state, and the plain word of an incident's; money is decimal text, ``worked_s`` leaves out the time it waited."""

    id: str
    kind: str
    title_zh: str
    title_en: str
    state: str
    plain: dict[str, str] | None
    version: int
    cause: str | None
    owner: str
    severity: int
    money_per_hour: str | None
    people: int | None
    cost: str | None
    worked_s: int | None
    waiting: str
    escalated: int
    unverified: int
    merged_into: str | None
    fallback: str
    accepted_risk: str
    rule: str
    review: str | None
    person: str
    opened_by: str
    opened: str
    changed: str
    seen: str | None
    resolved: str | None
    closed: str | None
    events: list[str]
    body: dict[str, Any]


class ItsmRecordList(BaseModel):
    """A page of records, those that cost most per hour first."""

    items: list[ItsmRecordItem]
    next: str | None


class ItsmLesson(BaseModel):
    """What an incident showed: a window of history for the event library (``finding`` as its schema says), and the known event it is like."""

    name: str
    finding: dict[str, Any]
    expect: bool
    like: str | None


class ItsmOpened(BaseModel):
    """The incident, and whether it was opened, joined or reopened."""

    how: str
    record: ItsmRecordItem


class ItsmLine(BaseModel):
    """A line of a timeline: a move has the states before and after."""

    at: str
    by: str
    what: str
    text: str
    before: str
    after: str
    evidence: dict[str, str]


class ItsmWhole(BaseModel):
    """A record with all that belongs to it."""

    record: ItsmRecordItem
    timeline: list[ItsmLine]
    alerts: list[dict[str, str | None]]
    linked: list[ItsmRecordItem]
    of: list[ItsmRecordItem]
    actions: list[dict[str, str]]


class IncidentReview(BaseModel):
    """A review; version 0 is the form filled in beforehand."""

    record: str
    review: str | None
    version: int
    saved: str | None
    saved_by: str | None
    answers: dict[str, str]


class DutyItem(BaseModel):
    """A line of the rota."""

    id: str
    level: int
    member: str
    weekday: int | None
    from_minute: int | None
    to_minute: int | None
    from_ms: int | None
    to_ms: int | None


class RotaAnswer(BaseModel):
    """The rota, and who is on duty now by level."""

    items: list[DutyItem]
    now: dict[int, str]


class HandOverAnswer(BaseModel):
    """The note of a shift: as text in both languages, and what it is made of."""

    zh: str
    en: str
    open: list[ItsmRecordItem]
    open_count: int
    happened: dict[str, list[str]]
    duty: str
