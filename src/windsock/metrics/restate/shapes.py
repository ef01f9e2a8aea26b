"""The shapes of restatements as they travel over HTTP; figures are exact decimals as text."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from windsock.metrics.restate.model import CauseKind
from windsock.metrics.shapes import Text


class RestatedSpan(BaseModel):
    """A period, both dates included."""

    start: str
    end: str


class RestatedMetric(BaseModel):
    """A metric that was asked for; ``lag_hours`` after a day's end the day is closed."""

    name: str
    title: Text
    unit: str
    direction: str
    lag_hours: int


class RestatedChange(BaseModel):
    """A metric of a day as known at its close and now; not ``certain`` where something changed the day in place."""

    name: str
    closed_at: str
    at_close: str | None
    now: str | None
    difference: str | None
    share: str | None
    certain: bool


class RestatedCause(BaseModel):
    """What changed rows of the day after its close; not ``exact`` where the rows as they were are not kept."""

    kind: CauseKind
    source: str
    batch_id: str | None
    rows: int
    exact: bool
    at: str
    until: str


class ToldValue(BaseModel):
    """What was said of a metric; null where the figure itself was not kept."""

    name: str
    value: str | None


class ToldShape(Text):
    """Something that told the old figures; ``people`` is null for whoever looked, ``to`` is for who may see the receivers."""

    kind: str
    id: str
    at: str
    people: int | None
    to: list[str]
    values: list[ToldValue]


class RestatedDay(BaseModel):
    """A closed day with a figure that changed."""

    day: str
    closed_at: str
    metrics: list[RestatedChange]
    causes: list[RestatedCause]
    told: list[ToldShape]


class RestatedBatch(BaseModel):
    """The batch that was asked about; not ``exact`` where its rows are gone, so that what it changed can't be told any more."""

    batch_id: str
    source: str
    kind: str
    state: Literal["loaded", "undone", "replaced"]
    exact: bool
    at: str


class RestatementsShape(BaseModel):
    """Closed days that changed, the latest first; ``filled`` are days of which nothing was known at all when they were closed (the last 62)."""

    period: RestatedSpan
    currency: str
    metrics: list[RestatedMetric]
    days: list[RestatedDay]
    changed: int
    closed: int
    filled: list[str]
    filled_days: int
    single: list[str]
    batch: RestatedBatch | None
