"""What the doors of the tracking plan take and give."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from windsock.tracking.model.plan import Mode
from windsock.tracking.shapes import Asked, Reason


class PropertyAnswer(BaseModel):
    """A property: what was agreed, and what came in the last seven days (``share_7d`` decimal text of the event's rows that have it)."""

    name: str
    type: str | None
    required: bool
    planned: bool
    share_7d: str | None
    seen_types: list[str]
    values: list[str] | None
    pii: bool
    drift: str | None


class EventAnswer(BaseModel):
    """An event: what was agreed, and what came."""

    event: str
    title_zh: str
    title_en: str
    means_zh: str
    means_en: str
    who: Literal["client", "server"]
    activity: bool
    aliases: list[str]
    planned: bool
    seen: bool
    volume_7d: int
    last_seen: str | None
    flagged_7d: int
    properties: list[PropertyAnswer]


class PlanAnswer(BaseModel):
    """The plan in force; version 0 where only the catalogue holds; ``latest`` is the newest version, a draft may be newer than what holds."""

    version: int
    latest: int
    state: Literal["builtin", "draft", "trial", "active", "retired"]
    modes: dict[str, Mode]
    sources: dict[str, dict[str, Mode]]
    events: list[EventAnswer]


class InferRequest(Asked):
    """From which source (all where absent) and how many days to learn."""

    source: str | None = Field(default=None, max_length=120)
    days: int = Field(default=28, ge=1, le=400)


class PlanChangeAnswer(BaseModel):
    """One difference of a proposal to the plan in force; ``before`` and ``after`` are worded in JSON."""

    event: str
    property: str | None
    change: Literal["new", "gone", "type", "values", "required"]
    before: Any
    after: Any


class InferAnswer(BaseModel):
    """A proposal as a plan's body, and how it differs; ``events_read`` says on how many events it rests."""

    proposal: dict[str, Any]
    changes: list[PlanChangeAnswer]
    events_read: int
    sampled: bool


class FreezeRequest(Asked):
    """A plan's body to put in force, and why."""

    body: dict[str, Any]
    reason: Reason


class ModesRequest(Asked):
    """Rule -> mode; for one source where one is named."""

    modes: dict[str, Mode]
    reason: Reason
    source: str | None = Field(default=None, max_length=120)


class VersionAnswer(BaseModel):
    """The version that was written, and whether it is in force: a draft waits for somebody who may approve."""

    version: int
    state: Literal["draft", "trial", "active", "retired"]
