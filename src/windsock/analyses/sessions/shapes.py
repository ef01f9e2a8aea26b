"""The shapes of sessions over HTTP: questions, figures, entries and exits, and the sessions behind."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import VALUE_MOST, AnalysisNote, AnalysisSpan, Body, PeopleQuestion, Share, What
from windsock.analyses.sessions.model import EDGES_MS
from windsock.analyses.shapes import FunnelTimes


class SessionsNodeAsked(Body):
    """An entry or exit as the answer has it."""

    name: str = Field(max_length=VALUE_MOST)
    value: str | None = Field(None, max_length=VALUE_MOST)

    @property
    def pair(self) -> tuple[str, str | None]:
        """Its name and its value."""
        return self.name, self.value


class SessionsPeopleQuestion(PeopleQuestion):
    """Which sessions a figure stands for: of a cell, with an entry or exit, of a bin of lengths, of one event or still open."""

    cell: Literal["total", "value", "none", "bucket"] = "total"
    value: str | None = Field(None, max_length=VALUE_MOST, description="Of the cell: a value of the breakdown, or a first date")
    entry: SessionsNodeAsked | None = None
    exit: SessionsNodeAsked | None = None
    bin: int | None = Field(None, ge=1, le=len(EDGES_MS), description="From 1, as the answer lists them")
    only: Literal["bounces", "open"] | None = None


class SessionsExport(SessionsPeopleQuestion):
    """What is taken home: the figures, or the sessions behind one of them."""

    what: What = "counts"


class SessionsBin(BaseModel):
    """A bin of lengths: from so long until less than so long, in ms; the last one has no end."""

    from_ms: int
    below_ms: int | None


class SessionsCell(BaseModel):
    """One cell: sessions, people, events, sessions of one event, how long they were, and what is not certain."""

    kind: Literal["total", "value", "none", "other", "bucket"]
    value: str | None = None
    masked: bool = Field(default=False, description="Its value is not shown in full, so that it can't be asked for")
    bucket: str | None = None
    sessions: int
    people: int
    per_person: Share
    events: int
    events_each: Share
    bounces: int
    bounce_share: Share
    times: FunnelTimes
    bins: list[int]
    still_open: int
    cut_off: int = Field(description="Sessions of more than 24 hours, of which 24 hours are followed")


class SessionsEdge(BaseModel):
    """With what sessions begin, or end; its share of all sessions, and how many of its own have this event only."""

    name: str | None
    value: str | None
    other: bool
    masked: bool
    sessions: int
    people: int
    share: Share
    bounces: int
    bounce_share: Share


class SessionsShape(BaseModel):
    """An answer of sessions."""

    name: str
    period: AnalysisSpan
    gap_ms: int
    midnight: bool
    campaign: list[str] = Field(description="The fields that name a campaign; empty where campaigns do not matter")
    field: str | None
    bins: list[SessionsBin]
    total: SessionsCell
    breakdown: list[SessionsCell]
    trend: list[SessionsCell]
    entries: list[SessionsEdge]
    exits: list[SessionsEdge]
    notes: list[AnalysisNote]
    asked_ms: int


class SessionsNode(BaseModel):
    """An event at an end of a session."""

    name: str
    value: str | None


class SessionsPerson(BaseModel):
    """A session with whose it is."""

    person: int
    name: str
    start: str
    length_ms: int
    events: int
    entry: SessionsNode
    exit: SessionsNode
    value: str | None
    still_open: bool
    cut_off: bool


class SessionsPeople(BaseModel):
    """A page of sessions: how many in all, and of how many people."""

    total: int
    of_people: int
    people: list[SessionsPerson]
    next: str | None
