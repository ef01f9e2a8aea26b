"""The shapes of dashboards that travel over HTTP."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from windsock.metrics.dashboards.model import PANELS_MAX, WHERE_MAX, Compare, Kind, PanelGrain, Theme
from windsock.metrics.page_shapes import Dates, Point, TreeShape
from windsock.metrics.shapes import AnswerShape, Filter, Scalar, Text

_ID = Field(max_length=40, pattern=r"^[a-z0-9][a-z0-9_\-]*$")


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PlaceShape(_Body):
    """Where a panel stands on twelve columns."""

    x: int = Field(ge=0, le=11)
    y: int = Field(ge=0, le=300)
    w: int = Field(ge=1, le=12)
    h: int = Field(ge=1, le=24)


class PanelWords(_Body):
    """A text in both languages; an empty one takes the other."""

    en: str = Field(default="", max_length=4_000)
    zh: str = Field(default="", max_length=4_000)


class PanelShape(_Body):
    """A card of a dashboard."""

    id: str = _ID
    kind: Kind
    title: PanelWords = Field(default_factory=PanelWords)
    at: PlaceShape
    metrics: list[str] = Field(default_factory=list[str], max_length=10)
    by: list[str] = Field(default_factory=list[str], max_length=3)
    where: list[Filter] = Field(default_factory=list[Filter], max_length=WHERE_MAX)
    grain: PanelGrain = "auto"
    top: int = Field(8, ge=1, le=20)
    clock: str | None = Field(None, max_length=20)
    text: PanelWords | None = None
    analysis: str | None = Field(None, max_length=40, description="Of the kind analysis: the id of a saved analysis")


class BoardShape(_Body):
    """What a dashboard is made of."""

    title: PanelWords
    description: PanelWords = Field(default_factory=PanelWords)
    theme: Theme = "own"
    days: int = Field(28, ge=1, le=800)
    compare: Compare = "previous"
    filters: list[str] = Field(default_factory=list[str], max_length=8)
    panels: list[PanelShape] = Field(default_factory=list[PanelShape], max_length=PANELS_MAX)


class NewDashboard(_Body):
    """A dashboard to make, and the roles that shall see it."""

    board: BoardShape
    shared: list[str] = Field(default_factory=list[str], max_length=10)


class ChangedDashboard(NewDashboard):
    """A dashboard to change; ``base_version`` is the one that its author looked at."""

    base_version: int = Field(ge=1)


class DashboardItem(BaseModel):
    """A dashboard in the list."""

    id: str
    origin: Literal["first", "shipped", "made"]
    title: Text
    description: Text
    theme: str
    panels: int
    owner: str | None
    mine: bool
    shared: list[str]
    version: int
    changed: str | None
    pinned: bool
    may_edit: bool
    has_data: bool


class DashboardList(BaseModel):
    """All dashboards that the caller may see; at most 1,010, so there is never a next page."""

    items: list[DashboardItem]
    next: str | None


class DashboardShape(DashboardItem):
    """A dashboard with its panels, and the last day that has data."""

    board: BoardShape
    last_day: str


class PanelsQuestion(_Body):
    """Which panels of a dashboard to fill, for which period; the last ``days`` days that have data when no period is given."""

    panels: list[PanelShape] = Field(max_length=PANELS_MAX)
    from_: dt.date | None = Field(None, alias="from")
    to: dt.date | None = None
    days: int = Field(28, ge=1, le=800)
    compare: Compare = "previous"
    where: list[Filter] = Field(default_factory=list[Filter], max_length=WHERE_MAX)
    as_of: dt.datetime | None = None


class WorkbookQuestion(PanelsQuestion):
    """A whole dashboard as an Excel file, a sheet a panel."""

    title: str = Field("dashboard", max_length=120)
    language: Literal["zh", "en"] = "en"


class PanelError(BaseModel):
    """Why a panel has no numbers."""

    code: str
    message: str
    where: str
    fix: str


class LineShape(BaseModel):
    """A line of a plot: a metric, a value of the dimension, or the rest; ``before`` is the metric on the same weekdays before, hour by hour."""

    key: str
    kind: Literal["metric", "value", "rest", "before"]
    points: list[Point]


class RangePoint(BaseModel):
    """A day with the range that was expected of it."""

    period: str
    value: str | int | None
    expected: str | None
    low: str | None
    high: str | None
    partial: bool


class PanelTile(BaseModel):
    """What a saved analysis comes down to in the period: a figure, a sentence, a course; ``definition`` opens just that. Figures as decimal text."""

    kind: str
    name: str
    title: Text
    value: str | None
    before: str | None
    unit: Literal["count", "ratio", "number", "money", "seconds"]
    currency: str | None
    sentence: Text
    course: list[Point]
    definition: dict[str, Any]
    notes: list[Text]


class PanelData(BaseModel):
    """The numbers of a panel, or why there are none. Of a line by hour ``whole_until`` is the last whole hour, else the last whole day."""

    id: str
    error: PanelError | None
    answer: AnswerShape | None
    spark: list[Point] | None
    lines: list[LineShape] | None
    band: list[RangePoint] | None
    rest: dict[str, Scalar] | None
    whole_until: str | None
    tree: TreeShape | None
    tile: PanelTile | None = None


class NoteItem(BaseModel):
    """What happened on a date."""

    id: str
    date: str
    text: str
    author: str
    mine: bool


class NoteList(BaseModel):
    """Notes of a span of dates, by date; at most 500."""

    items: list[NoteItem]
    next: str | None


class NewNote(_Body):
    """What happened on a date."""

    date: str = Field(max_length=10)
    text: str = Field(min_length=1, max_length=300)


class DashboardData(BaseModel):
    """The numbers of the panels asked for, with the period that they are of and the notes on its dates."""

    period: Dates
    compared_with: Dates
    currency: str
    panels: list[PanelData]
    notes: list[NoteItem]
