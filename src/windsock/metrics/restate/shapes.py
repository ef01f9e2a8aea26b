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
    """What was said of a metric; null where the figure itself was not kept. ``now`` is what would be said now, where that is no figure of the day."""

    name: str
    value: str | None
    now: str | None


class ToldShape(Text):
    """Something that told the old figures; ``people`` is null for whoever looked, ``to`` is for who may see the receivers.

    ``owner`` answers for a closed target, whose figures are of its ``period``.
    """

    kind: str
    id: str
    at: str
    people: int | None
    to: list[str]
    owner: str
    period: RestatedSpan | None
    values: list[ToldValue]


class RestatedDay(BaseModel):
    """A closed day with a figure that changed."""

    day: str
    closed_at: str
    metrics: list[RestatedChange]
    causes: list[RestatedCause]
    told: list[ToldShape]


class RestatedHad(BaseModel):
    """A day of which a batch had events when it was taken back."""

    day: str
    events: int


class RestatedBatch(BaseModel):
    """The batch that was asked about; not ``exact`` where its rows are gone: ``had`` are the days that it had then, the latest 62 of ``had_days``."""

    batch_id: str
    source: str
    kind: str
    state: Literal["loaded", "undone", "replaced"]
    exact: bool
    at: str
    had: list[RestatedHad]
    had_days: int


class RestatementsMark(BaseModel):
    """Days within a shown period that changed after they were closed; not ``whole`` where only some days or metrics were looked at."""

    period: RestatedSpan
    metrics: list[str]
    days: list[str]
    whole: bool


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
