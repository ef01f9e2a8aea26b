"""What the doors of sources and keys take and give. Instants are ISO 8601 in the workspace's zone."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from windsock.tracking.keys import KeyKind, SourceKind

SourceCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
Reason = Annotated[str, Field(min_length=1, max_length=1_000)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class Asked(BaseModel):
    """A body that is sent to a door: what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid")


class BalanceAnswer(BaseModel):
    """The sums of the last day of intake: received = stored + duplicate + quarantined."""

    until: str
    received: int
    stored: int
    duplicate: int
    quarantined: int
    holds: bool


class StripAnswer(BaseModel):
    """A minute received: how many events, and how many of them were kept apart."""

    at: str
    received: int
    bad: int


class SourceAnswer(BaseModel):
    """A source: until when its data is whole, how late it is, what is on its way, and its last hour of intake."""

    source: str
    kind: str
    name: str
    complete_until: str | None
    last_loaded: str | None
    payment_known: bool | None
    lag_ms: int | None
    state: Literal["ok", "late", "silent"]
    balance: BalanceAnswer | None
    collects: bool = Field(description="it takes events over HTTP and can be given keys")
    channel: str | None = Field(description="sales channel of events that name none")
    stopped: str | None = Field(description="since when what it sends is refused")
    keys: int
    in_flight: int = Field(description="events that were answered 200 and are not in the warehouse yet")
    last_event: str | None = Field(description="the last minute in which it received anything")
    strip: list[StripAnswer] = Field(description="the last hour of its own time, minute by minute")
    bad_share: str | None = Field(description="share of the last day that was kept apart, as decimal text")


class SourcesAnswer(BaseModel):
    """All sources, by code."""

    sources: list[SourceAnswer]


class NewSourceBody(Asked):
    """A source that shall collect over HTTP."""

    source: SourceCode
    name: Text
    kind: SourceKind
    channel: Text | None = None


class RunningBody(Asked):
    """Whether a source takes events."""

    running: bool


class IntakeSourceAnswer(BaseModel):
    """A source that collects."""

    source: str
    name: str
    kind: SourceKind
    channel: str | None
    created: str
    created_by: str
    stopped: str | None


class NewKeyBody(Asked):
    """A write key; ``sensors_default``: it stands in for a missing token of ``/sa?project=<source>``."""

    source: SourceCode
    name: Text
    kind: KeyKind
    sensors_default: bool = False


class KeyAnswer(BaseModel):
    """A write key; ``secret`` is there for public keys only, which are none."""

    id: str
    source: str
    name: str
    kind: KeyKind
    secret: str | None
    hint: str
    sensors_default: bool
    created: str
    created_by: str
    used: str | None
    revoked: str | None


class KeysAnswer(BaseModel):
    """Keys, the newest first."""

    items: list[KeyAnswer]


class MadeKeyAnswer(BaseModel):
    """A key that was just made; its secret is not shown again where it is a server key."""

    key: KeyAnswer
    secret: str


class SnippetAnswer(BaseModel):
    """What to put into a page, an app or a server."""

    id: str
    title_zh: str
    title_en: str
    language: str
    code: str


class SnippetsAnswer(BaseModel):
    """Snippets with address and key filled in."""

    endpoint: str
    items: list[SnippetAnswer]
