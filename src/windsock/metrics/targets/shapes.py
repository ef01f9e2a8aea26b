"""The shapes of targets and assessments that travel over HTTP. Figures are exact decimal text; dates are civil dates."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from windsock.metrics.shapes import Text

Grain = Literal["day", "week", "month", "quarter"]


class TargetBody(BaseModel):
    """A target to be set: ``revision`` is the one that the writer saw, 0 for a new target."""

    model_config = ConfigDict(extra="forbid")

    metric: str = Field(max_length=80)
    period: str = Field(max_length=20, description="2026-11-20, 2026-W47, 2026-11 or 2026-Q4")
    value: str = Field(max_length=40, description="A number above zero, such as 1284000.50 or 3.1%")
    dimension: str = Field(default="", max_length=60)
    member: str = Field(default="", max_length=200)
    owner: str = Field(default="", max_length=80, description="The metric's own owner when empty")
    weight: int = Field(default=1, ge=1, le=100)
    note: str = Field(default="", max_length=300)
    revision: int = Field(default=0, ge=0)


class TargetsFileBody(BaseModel):
    """A file of targets; nothing is kept in a dry run, nor while it has a fault."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=2_000_000)
    dry_run: bool = True


class TargetAnswer(BaseModel):
    """A target as it is kept."""

    id: str
    metric: str
    title: Text
    unit: str
    dimension: str
    member: str
    grain: Grain
    period: str
    start: str
    end: str
    value: str
    owner: str
    weight: int
    note: str
    revision: int
    changed_at: str
    changed_by: str


class TargetPaceAnswer(BaseModel):
    """Where a target stands by now; ``basis`` says by which rule: weekday, even, before, level or none."""

    share: str | None
    expected: str | None
    ratio: str | None
    projected: str | None
    needed: str | None
    basis: str


class StandingAnswer(TargetAnswer):
    """A target and how it stands: ``stage`` is coming, running, waiting or closed; ``state`` met, near, missed or unknown."""

    stage: str
    direction: str
    currency: str | None
    counts: bool
    actual: str | None
    attainment: str | None
    score: str | None
    state: str
    pace: TargetPaceAnswer
    until: str | None
    complete: bool
    closed_as_of: str | None
    now: str | None
    few: bool
    problem: str
    explanation: Text


class StandingsAnswer(BaseModel):
    """A page of targets with how they stand."""

    items: list[StandingAnswer]
    next: str | None
    owners: list[str]


class AssessedOwnerAnswer(BaseModel):
    """An owner's score, how it came about, and the targets behind it."""

    owner: str
    score: str | None
    counted: int
    met: int
    near: int
    missed: int
    unknown: int
    aside: int
    explanation: Text
    targets: list[StandingAnswer]


class AssessedPeriodAnswer(BaseModel):
    """A period that has targets."""

    grain: Grain
    period: str
    start: str
    end: str
    targets: int


class AssessmentAnswer(BaseModel):
    """The assessment of a period. ``final`` when every target of it is closed."""

    grain: Grain
    period: str
    start: str
    end: str
    closed: int
    open: int
    final: bool
    cut: bool
    owners: list[AssessedOwnerAnswer]
    periods: list[AssessedPeriodAnswer]


class TargetFaultAnswer(BaseModel):
    """What is wrong in a line of a file."""

    line: int
    column: str
    what: str
    fix: str


class TargetLineAnswer(BaseModel):
    """A line of a file and what it does: added, changed or same."""

    line: int
    what: str
    metric: str
    period: str
    dimension: str
    member: str
    value: str
    old: str | None
    owner: str


class TargetsSheetAnswer(BaseModel):
    """What a file of targets does; the first 200 lines and faults are shown, the counts are of all."""

    kept: bool
    added: int
    changed: int
    same: int
    faults_in_all: int
    faults: list[TargetFaultAnswer]
    lines: list[TargetLineAnswer]
