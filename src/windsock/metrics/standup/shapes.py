"""The shapes of the stand-up that travel over HTTP: the frozen page and the promises."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from windsock.metrics.page_shapes import BandShape, ChangedShape, ComparedShape, LateShape, Point, SnapshotShape
from windsock.metrics.shapes import NoteShape, Text


class DayPlanShape(BaseModel):
    """What the day was to bring: from a target of the day itself, or cut out of a longer one; ``rate`` is value / plan."""

    value: str
    grain: str
    target: str
    rate: str | None


class CardShape(BaseModel):
    """One of the five figures of the day; ``state`` is below, within or above its expected range, null where there is none."""

    metric: str
    title: Text
    owner: str
    unit: str
    value: str | int | None
    previous: str | int | None
    same_weekday: str | int | None
    change_rate: str | None
    direction: str
    spark: list[Point]
    complete: bool
    state: str | None
    expected: str | None
    plan: DayPlanShape | None


class DayFlagShape(Text):
    """Something that is on or happened: its dates, its kind (holiday, note, spend, stock, target ...) and its name."""

    start: str
    end: str
    kind: str
    link: str


class RedShape(Text):
    """A line that costs money now; ``money`` is what is at stake, null where it is not known in money."""

    id: str
    kind: str
    metric: str
    money: str | None
    owner: str
    link: str


class TodayShape(BaseModel):
    """The page of the 09:00 stand-up."""

    date: str
    snapshot: SnapshotShape | None
    cards: list[CardShape]
    band: BandShape
    flags: list[DayFlagShape]
    why: ComparedShape | None
    notes: list[NoteShape]
    currency: str
    complete_until: str | None
    late: list[LateShape]
    changed_since: list[ChangedShape]
    red: list[RedShape]
    runs: list[DayFlagShape]


class PromiseBody(BaseModel):
    """A promise to be made or changed."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=500)
    owner: str = Field(max_length=80)
    due: str = Field(max_length=10)
    metric: str = Field(default="", max_length=80)
    about: str = Field(default="", max_length=200, description="The id of the red line that it answers")


class NewPromise(PromiseBody):
    """A new promise; ``made_on`` is the date of the page on which it is made."""

    made_on: str = Field(max_length=10)


class PromiseChange(PromiseBody):
    """What an open promise is to say; ``revision`` is the one that the writer saw."""

    revision: int = Field(ge=1)


class PromiseState(BaseModel):
    """Close a promise, or open it again."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["open", "done", "dropped"]
    outcome: str = Field(default="", max_length=500)
    revision: int = Field(ge=1)


class PromiseSinceShape(BaseModel):
    """How the promise's metric went: its day's figure when it was made and on the last frozen page. It does not say why it moved."""

    title: Text
    unit: str
    direction: str
    made_on: str
    before: str | int | None
    date: str
    now: str | int | None


class PromiseShape(BaseModel):
    """A promise."""

    id: str
    made_on: str
    text: str
    owner: str
    due: str
    metric: str
    about: str
    state: str
    overdue: bool
    outcome: str
    revision: int
    made_at: str
    made_by: str
    closed_at: str | None
    closed_by: str | None
    since: PromiseSinceShape | None


class PromisesShape(BaseModel):
    """A page of promises: open ones by their date, then those that were closed within two weeks."""

    items: list[PromiseShape]
    next: str | None
    open: int
    owners: list[str]
