"""The shapes of playbooks that travel over HTTP. Instants are ms UTC; money is exact decimal text in the workspace's currency."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

PlaybookState = Literal["proposed", "approved", "running", "ok", "failed", "refused", "undone", "shadow"]
PlaybookCheck = Literal["", "waiting", "verified", "not_recovered", "undone"]
FlagKindName = Literal["pause_campaign", "switch_slot", "rank_rule", "issue_vouchers"]


class PlaybookWords(BaseModel):
    """A text in both languages."""

    en: str
    zh: str


class PlaybookParam(BaseModel):
    """A parameter of an action kind."""

    name: str
    type: Literal["text", "whole", "money"]
    en: str
    zh: str
    required: bool
    default: str | int | None
    least: int
    most: int


class ActionKindItem(BaseModel):
    """A way to act."""

    name: str
    title: PlaybookWords
    params: list[PlaybookParam]
    approval: bool
    undoable: bool
    heals: bool


class ActionKindList(BaseModel):
    """Every way to act, and the actions that are done by hand."""

    items: list[ActionKindItem]
    by_hand: list[str]


class PlaybookLine(BaseModel):
    """One thing that a run changes."""

    en: str
    zh: str
    before: str
    after: str


class PlaybookWish(BaseModel):
    """Which step of which known event, for which alert; ``step`` counts from 1."""

    model_config = ConfigDict(extra="forbid")

    alert: str = Field(min_length=1, max_length=40)
    known_event: str = Field(min_length=1, max_length=60)
    step: int = Field(ge=1, le=100)
    inputs: dict[str, str | int] = Field(default_factory=dict[str, str | int], max_length=20)


class DryRunAnswer(BaseModel):
    """What a step would change, and with which parameters."""

    kind: str
    title: PlaybookWords
    inputs: dict[str, str | int]
    diff: list[PlaybookLine]
    money: str | None
    approval: bool
    undoable: bool


class PlaybookRunItem(BaseModel):
    """A run."""

    id: str
    alert: str
    incident: str | None
    event: str
    event_version: int
    step: int
    kind: str
    title: PlaybookWords
    kind_title: PlaybookWords
    mode: Literal["auto", "manual"]
    inputs: dict[str, str | int]
    diff: list[PlaybookLine]
    money: str | None
    state: PlaybookState
    proposed_name: str
    proposed_ms: int
    approved_name: str
    started_ms: int | None
    ended_ms: int | None
    caps: dict[str, Any]
    result: dict[str, Any]
    note: str
    verification: PlaybookCheck
    verify_until_ms: int | None
    undone_name: str
    undo_reason: str
    revision: int
    approval: bool
    undoable: bool
    mine: bool


class PlaybookMove(BaseModel):
    """What happened to a run."""

    at_ms: int
    actor_name: str
    before: str
    after: str
    reason: str


class PlaybookRunDetail(PlaybookRunItem):
    """A run with its history."""

    history: list[PlaybookMove]


class PlaybookRunList(BaseModel):
    """A page of runs, the last proposed first."""

    items: list[PlaybookRunItem]
    next: str | None


class DecideBody(BaseModel):
    """Why, and the revision of the run that was seen."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=1_000)
    revision: int = Field(ge=1)


class PlaybookReason(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=1_000)


class CapItem(BaseModel):
    """The caps of a kind and what is used of them: runs within an hour, money of today."""

    kind: str
    title: PlaybookWords
    per_hour: int
    used: int
    money_per_day: str | None
    used_money: str | None
    changed_ms: int
    changed_by: str


class CapList(BaseModel):
    """The caps of every kind."""

    items: list[CapItem]
    currency: str


class CapBody(BaseModel):
    """New caps of a kind; 0 runs an hour switches it off."""

    model_config = ConfigDict(extra="forbid")

    per_hour: int = Field(ge=0, le=1_000)
    money_per_day: str | None = Field(default=None, max_length=20)


class FlagItem(BaseModel):
    """A flag while it was one value."""

    id: str
    name: str
    kind: str
    value: str
    reason: str
    run: str | None
    from_ms: int
    until_ms: int | None
    by: str
    ended_ms: int | None
    ended_by: str
    ended_reason: str
    holds: bool


class FlagList(BaseModel):
    """Flags, the last set first; at most 500, so there is never a next page."""

    items: list[FlagItem]
    next: str | None


class FlagBody(BaseModel):
    """A flag to switch by hand."""

    model_config = ConfigDict(extra="forbid")

    kind: FlagKindName
    subject: str = Field(min_length=1, max_length=120)
    value: str = Field(min_length=1, max_length=300)
    reason: str = Field(min_length=1, max_length=1_000)
    until_ms: int | None = Field(default=None, ge=0, lt=2**53)
