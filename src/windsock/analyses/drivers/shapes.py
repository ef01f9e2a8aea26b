"""The shapes of driver trees over HTTP."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from windsock.analyses.asking.shapes import AnalysisNote, AnalysisSpan, PeopleQuestion, What

LEAVES_MOST = 16


class LeafQuestion(PeopleQuestion):
    """The people of which leaf are wanted, by its number; without one all people."""

    leaf: int | None = Field(None, ge=1, le=LEAVES_MOST)


class DriversExport(LeafQuestion):
    """What is taken home: the leaves, or the people of one."""

    what: What = "counts"


class LeafNumber(BaseModel):
    """A rate or mean with its interval of 95 %, by so many people of the estimating half; decimal text to six digits."""

    people: int
    mean: str
    low: str
    high: str


class LeafStep(BaseModel):
    """A part of the way to a leaf: a driver is in one of these bins; one that could name somebody is masked."""

    driver: str
    is_: list[str] = Field(alias="is")


class LeafShape(BaseModel):
    """A leaf of the tree."""

    leaf: int
    way: list[LeafStep]
    people: int
    figure: LeafNumber


class TreeNodeShape(BaseModel):
    """A node of the tree; of the root there is no parent and no driver, and only a leaf has its number."""

    node: int
    parent: int | None
    driver: str | None
    is_: list[str] = Field(alias="is", description="Bins of the driver that lead here; one that could name somebody is masked")
    people: int
    figure: LeafNumber
    leaf: int | None


class FirstSplit(BaseModel):
    """In how many resampled halves a driver came first."""

    driver: str
    times: int


class SteadyShape(BaseModel):
    """How steady the first split is; ``share``: of the driver that came first most often, null where there is no split."""

    resamples: int
    same_split: int
    first: list[FirstSplit]
    share: str | None


class DriversShape(BaseModel):
    """The answer of a driver tree."""

    name: str
    what: Literal["rate", "mean"]
    period: AnalysisSpan
    people: int
    young: int
    total: LeafNumber | None
    leaves: list[LeafShape]
    nodes: list[TreeNodeShape] = Field(description="The tree from the root on, each node before those below it")
    steady: SteadyShape
    seed: int
    notes: list[AnalysisNote]
    asked_ms: int


class LeafPerson(BaseModel):
    """One of the people of a leaf."""

    person: int
    name: str
    start: str
    figure: str
    estimates: bool


class LeafPeople(BaseModel):
    """A page of people."""

    total: int
    people: list[LeafPerson]
    next: str | None


class KnownDriver(BaseModel):
    """What is known of a driver."""

    driver: str
    is_: str = Field(alias="is")


class DriversProofShape(BaseModel):
    """Where a person is in the tree, also in words."""

    person: int
    leaf: int | None
    start: str | None
    figure: str | None
    estimates: bool | None
    known: list[KnownDriver]
    en: list[str]
    zh: list[str]
