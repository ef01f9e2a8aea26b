"""How standing travels over HTTP."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

StageName = Literal["new", "growing", "mature", "dozing", "at_risk", "lost"]


class ClassName(BaseModel):
    """One of the eight classes: which sides of the thresholds (recent, often, much), and its names."""

    code: str
    en: str
    zh: str


class ClassTotal(BaseModel):
    """Buyers of a class, and their money in the months that the rules look at."""

    code: str
    people: int
    money: str


class StageTotal(BaseModel):
    """Buyers in a stage."""

    stage: StageName
    people: int


class StageMove(BaseModel):
    """Buyers by the stage of the month before (null: they had not bought yet, or it is not known) and of this one."""

    before: StageName | None
    stage: StageName
    people: int


class StandingThresholds(BaseModel):
    """Days at most, orders and money more than (at least, where they are given or held)."""

    recency: str | None
    frequency: str | None
    monetary: str | None


class StandingMonth(BaseModel):
    """A frozen month. ``classed``: who bought within the months looked at; ``active_before``: known the month before and not lost then."""

    month: str
    frozen_ms: int
    version: int
    rules: dict[str, Any]
    thresholds: StandingThresholds
    classed: int
    classes: list[ClassTotal]
    stages: list[StageTotal]
    moves: list[StageMove]
    active_before: int
    lost: int


class BuyersStanding(BaseModel):
    """The rules in force and what is frozen, the oldest month first."""

    rules: dict[str, Any]
    version: int
    classes: list[ClassName]
    months: list[StandingMonth]
    currency: str


class StandingPerson(BaseModel):
    """Where a person stood: days since the last purchase, orders and money of the months looked at, and usual days between purchases."""

    person: int
    name: str
    rfm: str | None
    stage: StageName | None
    before: StageName | None
    member: bool
    days: int
    orders: int | None
    money: str | None
    gap: float | None


class StandingPeople(BaseModel):
    """A page of people."""

    total: int
    people: list[StandingPerson]
    next: str | None


class StandingRulesBody(BaseModel):
    """Rules for the months to come, and why."""

    model_config = ConfigDict(extra="forbid")

    rules: dict[str, Any] = Field(max_length=20)
    reason: str = Field(min_length=3, max_length=500)


class StandingFreezeBody(BaseModel):
    """A month to be frozen anew, and why."""

    model_config = ConfigDict(extra="forbid")

    month: str = Field(pattern=r"^\d{4}-\d{2}$")
    reason: str = Field(min_length=3, max_length=500)
