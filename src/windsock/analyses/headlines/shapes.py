"""The shapes of headlines that travel over HTTP."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import AnalysisNote, Body, Definition


class BothLanguages(BaseModel):
    """A text in both languages."""

    en: str
    zh: str


class HeadlineQuestion(Body):
    """An analysis of any kind, and the period that takes the place of its own; ``answer``: with the whole answer."""

    kind: str = Field(max_length=20)
    definition: Definition
    from_: dt.date | None = Field(None, alias="from")
    to: dt.date | None = None
    answer: bool = False


class HeadlinePoint(BaseModel):
    """A bucket of the course; null is blank, which is not 0."""

    bucket: str
    value: str | None


class HeadlineShape(BaseModel):
    """What an answer comes down to; figures are decimal text, a ratio of 1 is all of them."""

    title: BothLanguages
    value: str | None
    unit: Literal["count", "ratio", "number", "money", "seconds"]
    currency: str | None
    sentence: BothLanguages
    course: list[HeadlinePoint]


class HeadlineAnswer(HeadlineShape):
    """A headline with its analysis: the definition as it was asked, its notes, the moment of asking, and the whole answer where it was wanted."""

    kind: str
    name: str
    definition: dict[str, Any]
    notes: list[AnalysisNote]
    asked_ms: int
    answer: dict[str, Any] | None
