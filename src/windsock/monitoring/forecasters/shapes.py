"""The shapes of warnings that travel over HTTP. Instants are ms UTC, figures and probabilities are floats."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from windsock.monitoring.shapes import MonitorText


class AheadAnswer(BaseModel):
    """How a day will end: likely below its target, in the middle, and four times of five between ``low`` and ``high``; by how many former days."""

    probability: float
    expected: float
    low: float
    high: float
    needed: float
    days: int


class WarnedAnswer(BaseModel):
    """A target of today; ``ahead`` is None where nothing can be said, and ``why_not`` says why."""

    target: str
    metric: str
    title: MonitorText
    unit: str
    key: dict[str, Any]
    owner: str
    value: float
    now: float | None
    until_ms: int | None
    hours_left: float | None
    ahead: AheadAnswer | None
    why_not: Literal["", "people_or_ratio", "no_hours", "too_young", "not_begun", "too_wide"]


class PassingAnswer(BaseModel):
    """How likely a limit is passed, where the figure ends, and when it passes (None where no former day did), each with four of five."""

    probability: float
    expected: float
    low: float
    high: float
    at_ms: int | None
    at_low_ms: int | None
    at_high_ms: int | None
    days: int


class LimitAnswer(BaseModel):
    """A series that is watched against a fixed limit; ``passing`` is None where it has passed, or former days are too few."""

    monitor: str
    title: MonitorText
    unit: str
    key: dict[str, Any]
    owner: str
    below: float | None
    above: float | None
    value: float
    from_ms: int
    until_ms: int
    passed: bool
    passing: PassingAnswer | None


class StockCourseAnswer(BaseModel):
    """What becomes of a date: how likely it sells out, or ends emptier than ``floor``; units left in the end, and in how many days it sells out."""

    sold_out: float
    empty: float
    floor: float
    usual: float
    left: float
    left_low: float
    left_high: float
    out_in: float | None
    out_low: float | None
    out_high: float | None
    dates: int


class StockAnswer(BaseModel):
    """A date of a product; ``left`` is below 0 where more is sold than there is. ``course`` is None where nothing is left or nothing is known."""

    product: str
    kind: str
    title: MonitorText
    place: str
    date: str
    capacity: float
    left: float
    hard: bool
    course: StockCourseAnswer | None


class WarningsAnswer(BaseModel):
    """Today's targets, limits and dates, each with the likeliest first; the kinds that were not asked for are empty."""

    items: list[WarnedAnswer]
    limits: list[LimitAnswer] = []
    stock: list[StockAnswer] = []


class KeptWarning(BaseModel):
    """A warning that was kept.

    ``about`` has the figures behind: of a target ``target, metric, key, unit, value, now, expected, low, high, date``; of a limit
    ``monitor``, ``limit`` and ``from_ms`` besides; of a date ``product, product_kind, place, date, capacity, left, left_end, left_low,
    left_high, dates``, of one that sells out ``out_on``, of one that stays empty ``floor`` and ``usual``; of one of which
    more is sold than there is ``sold``, ``over`` and ``usual_over`` in place of the forecast. ``outcome`` is None until it is known.
    """

    id: str
    kind: Literal["target", "breach", "sold_out", "empty", "oversold"]
    title: MonitorText
    text: MonitorText
    owner: str
    state: Literal["open", "gone", "dismissed"]
    outcome: Literal["hit", "false", "unknown"] | None
    first_probability: float
    probability: float
    about: dict[str, Any]
    at_ms: int | None
    due_ms: int
    opened_ms: int
    changed_ms: int
    told_ms: int | None
    decided_ms: int | None
    dismissed_by: str | None
    reason: str


class WarningRecord(BaseModel):
    """Of the warnings of a kind that were opened in the last 90 days, how many came true, did not, can't be known, and are open."""

    kind: Literal["target", "breach", "sold_out", "empty", "oversold"]
    hit: int
    false: int
    unknown: int
    open: int


class KeptWarningsAnswer(BaseModel):
    """A page of kept warnings, the last opened first, and how those of each kind did."""

    items: list[KeptWarning]
    record: list[WarningRecord]
    next: str | None


class WarningDismissBody(BaseModel):
    """Why a warning is put away."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=500)]
