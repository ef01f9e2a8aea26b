"""The shapes of views of seasons over HTTP; figures are decimal text."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from windsock.analyses.asking.shapes import AnalysisNote, AnalysisSpan


class SeasonsPoint(BaseModel):
    """A bucket: value = trend + seasons + rest, exactly; a missing one has no value and no rest, before the first and after the last no parts."""

    at: str
    value: str | None
    trend: str | None
    seasons: dict[str, str | None]
    rest: str | None
    score: str | None
    unusual: bool
    missing: Literal["empty", "incomplete"] | None


class SeasonsShape(BaseModel):
    """The answer of a view of seasons; strengths are from 0 to 1, null where nothing varies."""

    name: str
    metric: str
    unit: str
    currency: str | None
    by: Literal["day", "hour"]
    robust: bool
    period: AnalysisSpan
    seasons: list[str]
    steady: dict[str, bool]
    trend_strength: str | None
    season_strengths: dict[str, str | None]
    missing: int
    incomplete: int
    unusual: int
    points: list[SeasonsPoint]
    notes: list[AnalysisNote]
    asked_ms: int
