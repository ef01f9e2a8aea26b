"""The shapes of the pages that travel over HTTP: the revenue tree, a divided change, and parts of Today."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from windsock.metrics.shapes import Filter, NoteShape, Text


class Dates(BaseModel):
    """A period, both dates included."""

    start: str
    end: str


class Point(BaseModel):
    """A bucket's first date, of an hour its first instant with its offset, and its value as exact text, a count, or null."""

    period: str
    value: str | int | None


class NodeShape(BaseModel):
    """A node of the tree; ``contribution`` is money, and children sum to their parent to the cent.

    ``alone`` is what the factor would have added without the others; ``by`` and ``value`` say what stands below an opened node.
    """

    id: str
    parent: str | None
    metric: str
    title: Text
    operator: str
    unit: str
    direction: str
    from_: str | int | None = Field(alias="from")
    to: str | int | None
    change: str | int | None
    change_rate: str | None
    contribution: str | None
    alone: str | None = None
    target: str | int | None = None
    by: str | None = None
    value: str | None = None
    spark: list[Point]
    missing: Text | None
    collapsed: bool
    factors: list[str]
    where: list[Filter]


class SentenceShape(Text):
    """What happened, in a sentence."""

    node: str
    amount: str


class StepShape(BaseModel):
    """A bar of the waterfall."""

    label: Text
    node: str
    amount: str
    kind: str


class ComparedShape(BaseModel):
    """What two periods compared come to: sentences and a waterfall."""

    from_: Dates = Field(alias="from")
    to: Dates
    currency: str | None
    notes: list[NoteShape]
    sentences: list[SentenceShape]
    waterfall: list[StepShape]


class InteractionShape(BaseModel):
    """What several factors of a branch did together, beyond what each did alone."""

    branch: str
    nodes: list[str]
    amount: str


class TreeShape(ComparedShape):
    """Two periods on the revenue tree."""

    method: str
    interactions: list[InteractionShape]

    complete_until: str | None
    clock: str | None
    nodes: list[NodeShape]


class End(Dates):
    """A period with the metric's value in it."""

    value: str | int | None


class PartShape(BaseModel):
    """A value's part of a change; the dimensions' values stand beside as further fields."""

    model_config = ConfigDict(extra="allow")

    kind: str
    from_: str | int | None = Field(alias="from")
    to: str | int | None
    change: str | int | None
    rate: str | int | None
    mix: str | int | None
    share_from: str | None
    share_to: str | None
    money: str | None = None
    inside: list[PartShape] = Field(default_factory=list["PartShape"])


class DecompositionShape(BaseModel):
    """A change divided by dimensions; the parts sum to it."""

    metric: str
    title: Text
    unit: str
    currency: str | None
    by: str | list[str]
    from_: End = Field(alias="from")
    to: End
    change: str | int | None
    worth: str | None
    parts: list[PartShape]
    sums: bool
    simpson: bool
    sentences: list[SentenceShape]
    notes: list[NoteShape]


class SnapshotShape(BaseModel):
    """The frozen state that a page shows."""

    id: str
    as_of: str


class BandPoint(BaseModel):
    """A day with what it was expected to bring."""

    period: str
    value: str | None
    low: str | None
    high: str | None
    expected: str | None
    partial: bool


class BandShape(BaseModel):
    """A line over its band."""

    metric: str
    points: list[BandPoint]


class LateShape(BaseModel):
    """How a source does."""

    source: str
    name: str
    kind: str
    complete_until: str | None
    lag_ms: int | None
    state: str
    note: Text


class ChangedShape(BaseModel):
    """A figure that later data changed after the page was frozen."""

    metric: str
    title: Text
    unit: str
    at_snapshot: str | int | None
    now: str | int | None
