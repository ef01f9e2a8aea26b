"""What the doors of the quarantine take and give."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from windsock.tracking.shapes import Asked

GroupId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class GroupAnswer(BaseModel):
    """Events of one source that are kept apart for one reason; ``fixable`` says that a rule could mend them."""

    id: str
    source: str
    reason: str
    reason_zh: str
    reason_en: str
    field: str | None
    event: str | None
    count: int
    first: str
    last: str
    fixable: bool


class GroupsAnswer(BaseModel):
    """The groups, the largest first; ``total`` counts the events of all of them, also of groups that are not shown."""

    groups: list[GroupAnswer]
    total: int


class RowAnswer(BaseModel):
    """One event as it came; ids and personal values are masked for those who may not see them."""

    qid: int
    received: str
    trust: str | None
    event: str | None
    raw: dict[str, Any]


class RowsAnswer(BaseModel):
    """A page of events, the newest first."""

    items: list[RowAnswer]
    next: str | None


class Fix(Asked):
    """How to mend a group.

    ``none``: as they are (the plan changed); ``set``: ``field`` gets ``value``; ``rename_event``: they become ``value``;
    ``map_value``: values of ``field`` are replaced as ``values`` says; ``drop_property``: ``field`` is taken out;
    ``cast``: ``field`` is read as ``value`` (text, integer, decimal, date, boolean). A field is a column of events or ``properties.<key>``.
    """

    do: Literal["none", "set", "rename_event", "map_value", "drop_property", "cast"] = "none"
    field: str | None = Field(default=None, min_length=1, max_length=220)
    value: str | None = Field(default=None, max_length=400)
    values: dict[str, str] | None = Field(default=None, max_length=200)


class TryRequest(Asked):
    """A group and a fix to try on up to 100 of its events."""

    group: GroupId
    fix: Fix = Fix()


class ExampleAnswer(BaseModel):
    """An event before and after the fix, and why it would be kept apart again (None: it would pass)."""

    before: dict[str, Any]
    after: dict[str, Any]
    reason: str | None


class TryAnswer(BaseModel):
    """How many events were tried, and how many would pass."""

    rows: int
    would_pass: int
    examples: list[ExampleAnswer]


class ReplayAnswer(BaseModel):
    """What became of them; above 10,000 events a job does it and the counts are 0."""

    stored: int
    duplicate: int
    quarantined: int
    job: str | None


class DiscardRequest(Asked):
    """A group that nobody needs, and why."""

    group: GroupId
    note: str = Field(min_length=1, max_length=1_000)


class DiscardAnswer(BaseModel):
    """How many events were discarded; they stay counted as kept apart."""

    discarded: int
    job: str | None
