"""The shapes of attribution over HTTP: questions, credits and costs, and the conversions behind."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import VALUE_MOST, AnalysisNote, AnalysisSpan, PeopleQuestion, Share, What
from windsock.analyses.attribution.model import Model

Money = Annotated[str | None, Field(description="An amount as exact decimal text; null where there is none")]


class AttributionPeopleQuestion(PeopleQuestion):
    """Which conversions a row stands for: with a touch of a value, with one without a value, without any touch, or all."""

    kind: Literal["all", "value", "missing", "untouched"] = "all"
    value: str | None = Field(None, max_length=VALUE_MOST, description="As the answer has it")


class AttributionExport(AttributionPeopleQuestion):
    """What is taken home: the credits, or the conversions behind a row."""

    what: What = "counts"


class AttributionCredit(BaseModel):
    """What a model gives a row: conversions, worth, what each credited conversion cost, and the worth that a unit of cost brought."""

    conversions: str
    value: Money = None
    cpa: Money = None
    roas: Share = None


class AttributionRow(BaseModel):
    """A value: conversions with a touch of it, touches, cost, and the credit by each model."""

    kind: Literal["value", "missing", "other", "untouched"]
    value: str | None = None
    masked: bool = Field(description="Its value is not shown in full, so that it can't be asked for")
    conversions: int
    touches: int
    cost: Money = None
    credits: dict[Model, AttributionCredit]


class AttributionRemoval(BaseModel):
    """How much of all conversions the chain loses without a value."""

    value: str | None
    missing: bool
    removal_effect: float


class AttributionChain(BaseModel):
    """The chain behind markov: how likely a way converts, and what each value's removal takes."""

    converts: float
    removal: list[AttributionRemoval]


class AttributionCost(BaseModel):
    """What the channels cost on the days of the conversions, by the house's metric; ``elsewhere``: of those that no conversion has a touch of."""

    metric: str
    currency: str
    total: Money
    cpa: Money
    roas: Share
    elsewhere: Money
    elsewhere_values: list[str]


class AttributionShape(BaseModel):
    """An answer of attribution; without ``cost`` another field is credited, or no cost is known."""

    name: str
    period: AnalysisSpan
    by: str
    models: list[Model]
    conversions: int
    people: int
    value: Money = None
    rows: list[AttributionRow]
    markov: AttributionChain | None = None
    cost: AttributionCost | None = None
    notes: list[AnalysisNote]
    asked_ms: int


class AttributionTouch(BaseModel):
    """A touch of a conversion."""

    value: str | None
    at: str


class AttributionPerson(BaseModel):
    """A conversion with whose it is: its instant, its worth, its touches in order."""

    person: int
    name: str
    at: str
    worth: str
    touches: list[AttributionTouch]


class AttributionPeople(BaseModel):
    """A page of conversions."""

    total: int
    people: list[AttributionPerson]
    next: str | None
