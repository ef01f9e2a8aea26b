"""The shapes of the event library that travel over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Reason = Annotated[str, Field(min_length=1, max_length=1_000, description="Why; kept with the version")]


class Body(BaseModel):
    """What is sent; a key that means nothing is refused."""

    model_config = ConfigDict(extra="forbid")


class WordsShape(BaseModel):
    """A text in both languages."""

    en: str
    zh: str


class KnownEventItem(BaseModel):
    """An entry in the list; ``newest`` above ``version`` is a draft or a trial that waits."""

    name: str
    title: WordsShape
    about: WordsShape
    owner: str
    origin: Literal["shipped", "made"]
    state: Literal["draft", "trial", "active", "retired"]
    version: int
    newest: int
    author: str
    changed: str | None
    ships: Annotated[bool, Field(description="Windsock ships an entry of this name, which is its version 0")]


class KnownEventList(BaseModel):
    """The library; at most 200 besides those that ship, so there is never a next page."""

    items: list[KnownEventItem]
    next: str | None


class KnownEventFull(KnownEventItem):
    """An entry with what it says (as ``GET /api/known-events/schema`` describes), and who may change it."""

    body: dict[str, Any]
    may_edit: bool
    may_approve: bool


class NewKnownEvent(Body):
    """An entry to keep as its next version."""

    body: Annotated[dict[str, Any], Field(description="As the schema says")]
    reason: Reason
    base_version: Annotated[int | None, Field(ge=0, lt=2**31, description="The newest version that the author saw; 0 for a new one")] = None
    as_draft: Annotated[bool, Field(description="Keep it as a draft also where the actor could put it in force")] = False


class KnownEventVersion(Body):
    """Which version, seen beside which newest one."""

    version: Annotated[int, Field(ge=1, lt=2**31)]
    base_version: Annotated[int, Field(ge=0, lt=2**31)] = 0
    reason: Reason


class KnownEventReason(Body):
    """Why."""

    reason: Reason


class FindingAsked(Body):
    """What was found, to be held against the library."""

    finding: Annotated[dict[str, Any], Field(description="As the schema of findings says")]
    least: Annotated[float, Field(ge=0, le=1, description="The least likeness that is named")] = 0.5


class MatchReason(BaseModel):
    """A part of the signature: its weight, and whether it fits (1), is not so (0), is contradicted (-1), or can't be told (null)."""

    part: Literal["moves", "steady", "named", "values", "beside", "hours", "course", "lasts"]
    what: str
    weight: float
    fit: int | None
    sentence: WordsShape


class MatchShape(BaseModel):
    """How like a known event the finding is, from 0 to 1, and why."""

    known_event: str
    title: WordsShape
    likeness: float
    reasons: list[MatchReason]


class MatchList(BaseModel):
    """The known events that the finding is like, the likest first."""

    items: list[MatchShape]
