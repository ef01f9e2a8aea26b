"""What the doors of people answer. Times are ISO text with offset, money and ratios decimal text."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field


class ShownId(BaseModel):
    """An id as it may be shown: masked without ``people.unmask``."""

    did: int
    namespace: str
    namespace_zh: str
    namespace_en: str
    shown: str


class FoundPerson(BaseModel):
    """A row of the search: a person, by which id they were found, and what they are worth."""

    did: int
    pid: int
    name: str | None
    ids: list[ShownId]
    orders: int
    last_seen: str | None
    value: str
    currency: str | None


class PeopleAnswer(BaseModel):
    """A page of people."""

    items: list[FoundPerson]
    next: str | None


class TraitSaid(BaseModel):
    """What another source or an earlier time said of the same trait."""

    value: str | None
    source: str
    at: str


class TraitShown(BaseModel):
    """A trait that counts, who said it and when, and what else was said."""

    name: str
    value: str | None
    source: str
    at: str
    trust: str | None
    others: list[TraitSaid]


class RoleShown(BaseModel):
    """In which role the person is on how many orders: booker, traveller, payer, member."""

    role: Literal["booker", "traveller", "payer", "member"]
    orders: int


class ChannelShown(BaseModel):
    """What a channel saw of the person."""

    channel: str
    events: int
    orders: int
    last_seen: str


class SummaryShown(BaseModel):
    """The person in a few figures."""

    first_seen: str | None
    last_seen: str | None
    events: int
    sessions: int
    orders: int
    amount: str
    currency: str | None
    channels: list[ChannelShown]


class MergedFrom(BaseModel):
    """An id that belongs to the person, since when, and what joined it."""

    did: int
    shown: str
    since: str
    by: str


class GraphNode(BaseModel):
    """An id in the graph of evidence; ``mine`` says whether it belongs to the person."""

    did: int
    namespace: str
    shown: str
    pid: int
    mine: bool


class GraphEdge(BaseModel):
    """A piece of evidence with its verdict."""

    edge_id: int
    a: int
    b: int
    kind: str
    kind_zh: str
    kind_en: str
    evidence: str
    last: str
    source: str
    applied: bool
    why: str
    why_zh: str
    why_en: str
    decided_by: str | None


class GraphShown(BaseModel):
    """The evidence around the person; ``complete`` is false when there is more than is shown."""

    nodes: list[GraphNode]
    edges: list[GraphEdge]
    complete: bool


class PersonAnswer(BaseModel):
    """A person from all sides."""

    did: int
    pid: int
    name: str | None
    as_of: str | None
    ids: list[ShownId]
    traits: list[TraitShown]
    roles: list[RoleShown]
    summary: SummaryShown
    merged_from: list[MergedFrom]
    graph: GraphShown


class Moment(BaseModel):
    """Something that happened."""

    at: str
    kind: Literal["event", "order", "state", "payment", "identity"]
    title_zh: str
    title_en: str
    channel: str | None
    source: str | None
    detail: dict[str, Any]
    order_key: int | None


class TimelineAnswer(BaseModel):
    """A page of what happened, the newest first."""

    items: list[Moment]
    next: str | None


class HeldAnswer(BaseModel):
    """All rows that are held of a person, by ``room.table``, unmasked."""

    tables: dict[str, list[dict[str, Any]]]


class EraseOrder(BaseModel):
    """Why a person is forgotten; it stays in the audit trail, so it names nobody."""

    reason: str = Field(min_length=1, max_length=1_000)


class EraseAnswer(BaseModel):
    """The job that erases."""

    job: str
