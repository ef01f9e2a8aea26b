"""The shapes of warnings that travel over HTTP. Instants are ms UTC, figures and probabilities are floats."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

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


class WarningsAnswer(BaseModel):
    """Today's targets, the likeliest to be missed first."""

    items: list[WarnedAnswer]
