"""The shapes of known days that travel over HTTP. Instants are ms UTC; ``ends_ms`` is the first one after the day."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

KnownDayKind = Literal["holiday", "sale", "campaign", "release", "incident", "other"]


class KnownDayShape(BaseModel):
    """A time that is known not to be as others, in a part of the cut or (``where`` is empty) all of it."""

    id: str
    kind: KnownDayKind
    starts_ms: int
    ends_ms: int
    where: dict[str, str]
    title: str
    source: Literal["hand", "ics", "calendar"]
    by: str


class KnownDayList(BaseModel):
    """Known days, the first one first; at most 5,000 besides those of the calendar, so there is never a next page."""

    items: list[KnownDayShape]
    next: str | None


class NewKnownDay(BaseModel):
    """A day to keep."""

    model_config = ConfigDict(extra="forbid")

    kind: KnownDayKind
    starts_ms: int = Field(ge=0, lt=2**53)
    ends_ms: int = Field(ge=0, lt=2**53)
    where: dict[str, str] = Field(default_factory=dict[str, str], max_length=4)
    title: str = Field(min_length=1, max_length=200)
