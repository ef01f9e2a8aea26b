"""The shapes of segments that travel over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Reason = Annotated[str, Field(min_length=1, max_length=1_000, description="Why; kept with the version")]
SegmentName = Annotated[str, Field(max_length=60)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SegmentTitle(BaseModel):
    """What people call it."""

    en: str
    zh: str


class SegmentPoint(BaseModel):
    """A size after an evaluation."""

    at_ms: int
    members: int


class SegmentItem(BaseModel):
    """A segment in the list; ``newest`` above ``version`` is a draft that waits to be approved."""

    name: str
    kind: Literal["live", "snapshot", "list"]
    title: SegmentTitle
    state: Literal["draft", "trial", "active", "retired"]
    version: int
    newest: int
    author: str
    owner: str
    changed: str
    people: int | None
    sizes: list[SegmentPoint]
    used_by: list[str]


class SegmentList(BaseModel):
    """All segments; at most 200, so there is never a next page."""

    items: list[SegmentItem]
    next: str | None


class SegmentFull(SegmentItem):
    """A segment with what it says in both languages, what is odd about it, and who may change it."""

    body: dict[str, Any]
    note: str
    sentence: SegmentTitle | None
    warnings: list[str]
    may_edit: bool
    may_approve: bool


class NewSegment(_Body):
    """A segment to save; ``base_version`` is the newest one that its author saw, 0 for a new one."""

    body: dict[str, Any]
    base_version: int = Field(0, ge=0, lt=2**31)
    reason: Reason


class SegmentVersion(_Body):
    """A version to put in force, and the newest one that was seen."""

    version: int = Field(ge=1, lt=2**31)
    base_version: int = Field(ge=1, lt=2**31)
    reason: Reason


class SegmentReason(_Body):
    """Why something is taken out of force or back."""

    reason: Reason


class SegmentQuestion(_Body):
    """A condition to count; with ``kills`` also without each of its parts."""

    condition: dict[str, Any]
    kills: bool = True


class SegmentKill(BaseModel):
    """A part of an ``all``: who meets it alone, and who met the rest without it."""

    en: str
    zh: str
    alone: int
    without: int


class SegmentPreview(BaseModel):
    """How many meet a condition now."""

    people: int
    sentence: SegmentTitle
    kills: list[SegmentKill]
    warnings: list[str]


class SegmentMember(BaseModel):
    """A person in a segment; masked without people.unmask."""

    person: int
    name: str | None
    ids: list[str]
    entered_ms: int


class SegmentMembers(BaseModel):
    """A page of members."""

    total: int
    people: list[SegmentMember]
    next: str | None


class SegmentWhyQuestion(_Body):
    """One person and a condition, or the segment of that name."""

    person: int = Field(ge=1, le=2**53)
    segment: SegmentName | None = None
    condition: dict[str, Any] | None = None


class SegmentLeaf(BaseModel):
    """A condition for one person: met or not, its figure, what was asked of it, and when the last row was."""

    en: str
    zh: str
    met: bool
    figure: str | None
    bound: str | None
    last_ms: int | None


class SegmentWhy(BaseModel):
    """Why a person meets a condition, or does not."""

    person: int
    met: bool
    leaves: list[SegmentLeaf]


class SegmentRun(BaseModel):
    """An evaluation that changed a segment, or judged everybody (``judged`` null)."""

    run: int
    version: int
    at_ms: int
    kind: Literal["full", "touched", "check"]
    members: int
    entered: int
    lost: int
    judged: int | None
    took_ms: int


class SegmentHistory(BaseModel):
    """Evaluations, the newest first."""

    runs: list[SegmentRun]
    next: str | None


class SegmentOverlapPart(BaseModel):
    """How many are in exactly these segments."""

    segments: list[str]
    people: int


class SegmentOverlap(BaseModel):
    """Every choice of segments that somebody is in."""

    parts: list[SegmentOverlapPart]


class SegmentWay(BaseModel):
    """How many have an id of a kind."""

    namespace: str
    people: int


class SegmentReachable(BaseModel):
    """By which ids the people of a segment could be reached; whether they want to be is not among it."""

    total: int
    ways: list[SegmentWay]


class NewSegmentUpload(_Body):
    """Ids of a list, one a line; without ``namespace`` the lines are namespace,id. Larger files go through ``windsock segment upload``."""

    text: str = Field(max_length=2_500_000)
    namespace: str | None = Field(None, max_length=40)
    mode: Literal["replace", "add"] = "replace"
    file_name: str = Field("", max_length=200)


class SegmentRejection(BaseModel):
    """A row that was kept apart: where, why, and how long its text was."""

    line: int
    reason: str
    length: int


class SegmentUpload(BaseModel):
    """What became of an upload."""

    number: int
    mode: Literal["replace", "add"]
    state: Literal["in_force", "undone"]
    file_name: str
    rows: int
    ids: int
    unknown: int
    twice: int
    rejected: int
    rejections: list[SegmentRejection]
    actor: str
    created: str


class SegmentUploads(BaseModel):
    """The uploads of a list, the newest first."""

    uploads: list[SegmentUpload]
