"""The shapes that travel over HTTP: what a question and its answer look like to a typed client."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from windsock.kernel.errors import InvalidInput
from windsock.kernel.hours import DAYS_MAX
from windsock.kernel.period import Grain, Period
from windsock.metrics.model.predicate import VALUES_MAX, Predicate, predicate_from_json
from windsock.metrics.query import BY_MAX, LIMIT_MAX, METRICS_MAX, TOP_MAX, WHERE_MAX, Compare, MetricQuery

Name = str
Scalar = str | int | bool | None
YEAR_MIN, YEAR_MAX = 1990, 2100
TEXT_MAX = 2000  # characters of one value in a filter
GRAIN_MEANS = (
    f"Size of the periods. By hour, which takes at most {DAYS_MAX} days and a clock that knows hours, a day has as many as the workspace's zone "
    "gives it: 23 or 25 where summer time begins or ends."
)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Filter(_Body):
    """A row predicate."""

    field: str = Field(max_length=80)
    op: str = Field("=", max_length=20)
    value: Annotated[str, Field(max_length=TEXT_MAX)] | int | bool | Annotated[list[Scalar], Field(max_length=VALUES_MAX)] | None = None

    def predicate(self) -> Predicate:
        """Return it as the room's predicate."""
        return predicate_from_json(self.model_dump(), "where")


class QuestionBase(_Body):
    """What all questions have in common."""

    where: list[Filter] = Field(default_factory=list[Filter], max_length=WHERE_MAX)
    clock: str | None = Field(None, max_length=20)
    as_of: dt.datetime | None = None

    def predicates(self) -> tuple[Predicate, ...]:
        """Return the filters."""
        return tuple(entry.predicate() for entry in self.where)

    def as_of_ms(self) -> int | None:
        """Return the time of knowledge in ms; a time without an offset is UTC."""
        if self.as_of is None:
            return None
        aware = self.as_of if self.as_of.tzinfo is not None else self.as_of.replace(tzinfo=dt.UTC)
        return round(aware.timestamp() * 1000)


class Question(QuestionBase):
    """A question to the metric library."""

    metrics: list[str] = Field(min_length=1, max_length=METRICS_MAX)
    by: list[str] = Field(default_factory=list[str], max_length=BY_MAX)
    grain: Grain = Field("total", description=GRAIN_MEANS)
    from_: dt.date = Field(alias="from")
    to: dt.date
    compare: Compare | None = None
    top: int | None = Field(None, ge=1, le=TOP_MAX)
    limit: int = Field(1000, ge=1, le=LIMIT_MAX)
    cursor: str | None = Field(None, max_length=20, pattern=r"^\d+$")
    order: list[str] = Field(default_factory=list[str], max_length=6)
    total: bool = True

    def query(self) -> MetricQuery:
        """Return it as the room's question."""
        return MetricQuery(
            metrics=tuple(self.metrics),
            period=period_of(self.from_, self.to),
            by=tuple(self.by),
            where=self.predicates(),
            grain=self.grain,
            clock=self.clock,
            as_of_ms=self.as_of_ms(),
            compare=self.compare,
            limit=self.limit,
            cursor=int(self.cursor or 0),
            order=tuple(self.order),
            with_total=self.total,
            top=self.top,
        )


class ExportQuestion(Question):
    """A question whose answer is wanted as a file."""

    format: Literal["csv", "xlsx"] = "csv"


class RowsQuestion(QuestionBase):
    """Which rows stand behind a metric's number."""

    metric: str = Field(max_length=80)
    part: str | None = Field(None, max_length=80)
    from_: dt.date = Field(alias="from")
    to: dt.date
    limit: int = Field(50, ge=1, le=500)
    cursor: str | None = Field(None, max_length=20, pattern=r"^\d+$")

    def query(self) -> MetricQuery:
        """Return it as the room's question."""
        return MetricQuery(
            metrics=(self.metric,),
            period=period_of(self.from_, self.to),
            where=self.predicates(),
            clock=self.clock,
            as_of_ms=self.as_of_ms(),
            limit=self.limit,
            cursor=int(self.cursor or 0),
        )


class TwoPeriods(QuestionBase):
    """Two periods to compare, each as ``A:B``."""

    from_: str = Field(alias="from", max_length=21)
    to: str = Field(max_length=21)


class BelowShape(_Body):
    """A node of the tree to open, and the dimension to open it by."""

    node: str = Field(max_length=600)
    by: str = Field(max_length=80)


class TreeQuestion(TwoPeriods):
    """Two periods on the revenue tree, or on its net view; nodes to open by a dimension, in order."""

    view: Literal["revenue", "net"] = "revenue"
    method: Literal["shapley", "lmdi"] = "shapley"
    below: list[BelowShape] = Field(default_factory=list[BelowShape], max_length=6)


class DecomposeQuestion(TwoPeriods):
    """Two periods, a metric and the dimension to divide its change by: several stand one inside another; ``worth`` is divided with it."""

    metric: str = Field("revenue", max_length=80)
    by: Annotated[str, Field(max_length=80)] | Annotated[list[Annotated[str, Field(max_length=80)]], Field(min_length=1, max_length=3)]
    worth: str | None = Field(None, max_length=40, pattern=r"^-?\d{1,30}(\.\d{1,4})?$")


def period_of(start: dt.date, end: dt.date) -> Period:
    """Return a period of dates that calendars and zones can handle.

    Raises:
        InvalidInput: it ends before it starts, or lies outside 1990 to 2100.
    """
    if not (YEAR_MIN <= start.year <= YEAR_MAX and YEAR_MIN <= end.year <= YEAR_MAX):
        raise InvalidInput(f"The period must lie between {YEAR_MIN} and {YEAR_MAX}.", where="from / to")
    return Period(start, end)


class Text(BaseModel):
    """A text in both languages."""

    en: str
    zh: str


class NoteShape(Text):
    """Something to mind."""

    code: str


class MetricHead(BaseModel):
    """A column of an answer."""

    name: str
    title: Text
    unit: str
    direction: str
    clock: str
    currency: str | None
    additivity: str


class Span(BaseModel):
    """A period, both dates included."""

    from_: str = Field(alias="from")
    to: str


class AnswerShape(BaseModel):
    """An answer: money and ratios are exact decimal text, counts are integers, missing is null.

    ``period`` of a row is the first date of its bucket. By hour it is the hour's first instant as the clock on the wall shows it, with its offset
    from UTC (``2026-10-25T02:00:00+02:00``, then ``2026-10-25T02:00:00+01:00``), in order of time; null in the one row of what knows a date and
    no hour. Hours that nothing is known of, such as those to come, have no row.
    """

    metrics: list[MetricHead]
    by: list[str]
    grain: str
    period: Span
    compared_with: Span | None
    rows: list[dict[str, Scalar]]
    total: dict[str, Scalar] | None
    complete_until: str | None
    as_of: str
    notes: list[NoteShape]
    next_cursor: str | None


class ExplainShape(BaseModel):
    """How a question would be answered."""

    sql: str
    steps: list[str]
    tables: list[str]


class ColumnShape(BaseModel):
    """A column of the rows behind a number."""

    name: str
    title: Text
    kind: str


class RowsShape(BaseModel):
    """A page of the rows behind a number."""

    fact: str
    columns: list[ColumnShape]
    rows: list[dict[str, Scalar]]
    total: int
    next_cursor: str | None


class DimensionShape(BaseModel):
    """Something to cut by."""

    name: str
    title: Text
    kind: str
    values: dict[str, Text]


class HierarchyShape(BaseModel):
    """Dimensions from the widest level to the narrowest, along which one drills."""

    name: str
    title: Text
    levels: list[str]


class MetricShape(BaseModel):
    """A definition: shipped with the library, or made here and certified; ``version`` is null for the library's own.

    ``hourly`` says whether its own clock knows hours, so that it can be asked by them.
    """

    name: str
    state: Literal["library", "certified"]
    version: int | None
    class_: str = Field(alias="class")
    scope: str
    use: list[str]
    monitorable: bool
    unit: str
    direction: str
    owner: str
    clock: str
    clocks: list[str]
    hourly: bool
    additivity: str
    lag_hours: int
    minimum_sample: int
    title: Text
    description: Text
    formula: Text
    expression: str | None
    dimensions: list[str]
    depends_on: list[str]
    used_by: list[str]
    example: dict[str, Any] | None


class MetricDetail(MetricShape):
    """A definition with the statement that it compiles to."""

    sql: str


class CatalogueShape(BaseModel):
    """The library."""

    metrics: list[MetricShape]
    dimensions: list[DimensionShape]
    hierarchies: list[HierarchyShape]


class ValueNamesShape(BaseModel):
    """What values are called, by dimension and value; a value without a name is called as the data has it."""

    values: dict[str, dict[str, Text]]
