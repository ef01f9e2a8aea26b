"""The shapes of correlations over HTTP."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import VALUE_MOST, AnalysisNote, AnalysisSpan, PeopleQuestion, Share, What
from windsock.analyses.correlation.model import FAMILY_MOST

KINDS_MOST = 3 * FAMILY_MOST + 1


class CellQuestion(PeopleQuestion):
    """Whose cell of a fact is wanted; without ``kind`` and ``value`` that of all attempts."""

    kind: int | None = Field(None, ge=1, le=KINDS_MOST, description="The kind of the fact, as the answer has it")
    value: str | None = Field(None, max_length=VALUE_MOST, description="The value of the fact, as the answer has it")
    without: bool = Field(default=False, description="Those without the fact")
    only: Literal["all", "converted", "dropped"] = "all"


class CorrelationExport(CellQuestion):
    """What is taken home: the facts, or the people of a cell."""

    what: What = "counts"


class FactSide(BaseModel):
    """Attempts on one side of a fact."""

    count: int
    converted: int
    rate: Share


class FactInterval(BaseModel):
    """A figure and its interval of 95 %, as decimal text to six digits."""

    value: str
    low: str
    high: str


class CorrelationFact(BaseModel):
    """A fact; without ``value`` it is masked, and its people can't be asked for."""

    kind: int
    family: Literal["at", "trait", "between"]
    fields: list[str]
    value: str | None
    values: list[str | None]
    with_: FactSide = Field(alias="with")
    without: FactSide
    difference: FactInterval | None
    odds_ratio: FactInterval
    chance: str = Field(description="Fisher's exact test, two-sided, to four significant digits")
    false_share: str = Field(description="The share of false discoveries among facts up to this one (Benjamini and Hochberg)")
    found: bool


class CorrelationShape(BaseModel):
    """A correlation's answer: the strongest facts each way."""

    name: str
    count: Literal["people", "first", "entries"]
    period: AnalysisSpan
    from_: str = Field(alias="from")
    to: str
    attempts: int
    converted: int
    looked_at: int
    left_out: int
    more: list[CorrelationFact]
    less: list[CorrelationFact]
    notes: list[AnalysisNote]
    asked_ms: int


class CellPerson(BaseModel):
    """One of the people (or entries) of a cell, with the instants of the two steps."""

    person: int
    name: str
    held: str | None
    from_: str = Field(alias="from")
    to: str | None


class CellPeople(BaseModel):
    """A page of people."""

    total: int
    people: list[CellPerson]
    next: str | None


class ProvenFact(BaseModel):
    """A fact of an attempt."""

    kind: int
    value: str | None
    at: str | None


class ProvenAttempt(BaseModel):
    """An attempt of a person and its facts."""

    from_: str = Field(alias="from")
    to: str | None
    held: str | None
    facts: list[ProvenFact]


class CorrelationProofShape(BaseModel):
    """What a person's attempts were, also in words."""

    person: int
    attempts: list[ProvenAttempt]
    en: list[str]
    zh: list[str]
